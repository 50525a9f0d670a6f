"""Checks that run beside the service: one of a patient at a time, and every end is kept."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from sqlalchemy.exc import IntegrityError

import personas
from app.errors import CheckRunning, Unexpected
from app.lab import LEARNERS, check_persona, keeping
from app.lab.keeping import GONE_AFTER_S, INTERRUPTED, Checks
from app.settings import Settings
from app.storage import Store, checks
from app.storage.tables import PersonaCheckRow
from personas import LoadedPersona
from scoring import read_turn
from tests.app.scripted import ScriptedVoice, until
from tests.postgresql import new_database

MARIA = personas.shipped()["maria_rivera"]


@pytest.fixture(autouse=True)
def _short_talks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Talks of one turn; the vectors are there before, so that nobody waits for them."""
    read_turn("Hello.", ())
    monkeypatch.setattr(keeping, "check_persona", partial(check_persona, turns=1))


@pytest.fixture
async def store(settings: Settings) -> AsyncIterator[Store]:
    opened = await Store.open(settings)
    yield opened
    await opened.close()


async def newest(store: Store, loaded: LoadedPersona = MARIA) -> PersonaCheckRow:
    async with store.read() as session:
        row = await checks.newest(session, loaded.persona.id)
    assert row is not None
    return row


async def finished(store: Store) -> PersonaCheckRow:
    async def is_over() -> bool:
        return (await newest(store)).finished_at is not None

    await until(is_over)
    return await newest(store)


async def test_a_check_is_kept_with_its_patient_voice_and_report(store: Store, settings: Settings) -> None:
    lab = Checks(store, ScriptedVoice(), settings)

    check_id = await lab.begin(MARIA)
    row = await finished(store)

    assert (row.id, row.persona_id, row.persona_hash) == (check_id, "maria_rivera", MARIA.content_hash)
    assert (row.voice, row.model, row.fault, row.talks_over) == ("authored", None, None, len(LEARNERS))
    assert row.report is not None
    assert [one["learner"] for one in row.report["learners"]] == [*LEARNERS]
    await lab.close()


async def test_a_second_check_of_the_same_patient_is_refused_while_one_runs(store: Store, settings: Settings) -> None:
    go_on = asyncio.Event()
    lab = Checks(store, ScriptedVoice([go_on, "Yes."]), settings)
    await lab.begin(MARIA)

    with pytest.raises(CheckRunning):
        await lab.begin(MARIA)
    await lab.begin(personas.shipped()["ray_hodgkiss"])  # another patient's may run beside it
    assert lab.is_running(await newest(store))

    go_on.set()
    assert not lab.is_running(await finished(store))
    await lab.begin(MARIA)
    await lab.close()


async def test_a_check_of_a_process_that_is_gone_is_interrupted_and_makes_way(store: Store, settings: Settings) -> None:
    before = Checks(store, ScriptedVoice([asyncio.Event()]), settings)
    old_id = await before.begin(MARIA)
    await before.close()
    lab = Checks(store, ScriptedVoice(), settings)

    assert not lab.is_running(await newest(store))
    await lab.begin(MARIA)
    await finished(store)

    async with store.read() as session:
        old = await session.get_one(PersonaCheckRow, old_id)
    assert (old.fault, old.report) == (INTERRUPTED, None)
    await lab.close()


async def test_beside_other_processes_a_check_runs_as_long_as_it_is_seen(store: Store, settings: Settings) -> None:
    lab = Checks(store, ScriptedVoice(), Settings(_env_file=None, database_url="postgresql+psycopg://x"))
    now = datetime.now(UTC)
    seen, unseen = (
        PersonaCheckRow(id="x", seen_at=now - timedelta(seconds=seconds), finished_at=None, talks_over=3)
        for seconds in (1, GONE_AFTER_S + 1)
    )

    assert (lab.is_running(seen), lab.is_running(unseen), lab.talks_over(seen)) == (True, False, 3)


async def test_a_check_that_another_process_runs_is_not_begun_again(settings: Settings, cluster: str) -> None:
    shared = settings.model_copy(update={"database_url": new_database(cluster)})
    store = await Store.open(shared)
    here, there = (Checks(store, ScriptedVoice([asyncio.Event()]), shared) for _ in range(2))
    await there.begin(MARIA)

    with pytest.raises(CheckRunning):
        await here.begin(MARIA)
    # Had both looked before either wrote, the database would refuse the second row.
    async with store.read() as session:
        (row,) = await checks.unfinished(session, "maria_rivera")
        again = PersonaCheckRow(
            **{one.name: getattr(row, one.name) for one in PersonaCheckRow.__table__.columns} | {"id": "another"}
        )
    with pytest.raises(IntegrityError):
        async with store.write() as session:
            session.add(again)
    await there.close()
    await store.close()


async def test_a_running_check_says_that_it_is_alive(
    store: Store, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "BEAT_S", 0.01)
    go_on = asyncio.Event()
    lab = Checks(store, ScriptedVoice(["Yes."], [go_on, "Yes."]), settings)
    await lab.begin(MARIA)

    async def has_told() -> bool:
        row = await newest(store)
        return row.talks_over == 1 and row.seen_at > row.started_at

    await until(has_told)
    await lab.close()


async def test_a_fault_nobody_foresaw_is_kept_without_its_words(
    store: Store, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    lab = Checks(store, ScriptedVoice([ValueError("what was said")]), settings)

    await lab.begin(MARIA)
    row = await finished(store)

    assert (row.report, row.fault) == (None, Unexpected.message)
    assert "ValueError in the check of maria_rivera" in caplog.text
    assert "what was said" not in caplog.text
    await lab.close()
