"""The pages of patients: what an educator reads there, and the check they begin."""

import asyncio
import html
import re
from dataclasses import asdict, replace
from datetime import UTC, datetime
from functools import partial

import httpx2
import pytest
from fastapi import FastAPI

import personas
from app.lab import Found, LearnerCheck, PersonaCheck, check_persona, keeping
from app.lab.keeping import INTERRUPTED
from app.storage import Store, checks
from app.storage.tables import PersonaCheckRow
from app.web.patient_page import (
    COLUMNS,
    LEARNERS,
    check_view,
    concerns_of,
    hints_of,
    patient_line,
    report_in,
    temper_words,
)
from app.web.views.patients import FoundLine
from scoring import read_turn
from tests.app.lab.made import GOOD, SKILLED
from tests.app.scripted import ScriptedVoice, until
from tests.conftest import People, SignIn

MARIA = personas.shipped()["maria_rivera"]
AT = datetime(2026, 11, 28, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _short_talks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Talks of one turn; the vectors are there before, so that nobody waits for them."""
    read_turn("Hello.", ())
    monkeypatch.setattr(keeping, "check_persona", partial(check_persona, turns=1))


@pytest.fixture
async def educator(people: People, sign_in: SignIn) -> httpx2.AsyncClient:
    return await sign_in(people.educator)


def row(came_to: PersonaCheck | None = GOOD, **values: object) -> PersonaCheckRow:
    """A finished check of Maria's present file."""
    return PersonaCheckRow(
        **{
            "id": "c1",
            "persona_id": "maria_rivera",
            "persona_hash": MARIA.content_hash,
            "voice": "authored",
            "model": None,
            "started_at": AT,
            "seen_at": AT,
            "talks_over": 10,
            "finished_at": AT,
            "report": None if came_to is None else asdict(came_to),
            "fault": None,
            **values,
        }
    )


async def keep(store: Store, kept: PersonaCheckRow) -> None:
    async with store.write() as session:
        session.add(kept)


def words_of(answer: httpx2.Response) -> str:
    """The page's text, spaces made one."""
    body = re.sub(r"<[^>]+>", " ", answer.text.partition("<main")[2])
    return " ".join(html.unescape(body).split()).replace(" ,", ",")


# ---- the list --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("newest", "running", "verdict"),
    [
        (None, False, "Never checked."),
        (row(), False, "Passes."),
        (row(replace(GOOD, passes=False, reasons=("1 leak", "2 breaks"))), False, "Does not pass: 1 leak; 2 breaks."),
        (row(persona_hash="another"), False, "Passes. The file has changed since."),
        (row(None, finished_at=None), True, "Being checked now."),
        (row(None, finished_at=None), False, "The last check was interrupted."),
        (row(None, fault="Something went wrong."), False, "The last check came to nothing."),
    ],
)
def test_the_list_says_what_the_last_check_came_to(newest: PersonaCheckRow | None, running: bool, verdict: str) -> None:
    line = patient_line(MARIA, newest, running=running)

    assert line.verdict == verdict
    assert line.looks_good is (verdict == "Passes.")


def test_the_list_says_when_and_who_spoke() -> None:
    assert patient_line(MARIA, None, running=False).checked is None
    assert patient_line(MARIA, row(), running=False).checked == "28 November 2026, in the patient's own lines"
    assert patient_line(MARIA, row(model="m-1"), running=False).checked == "28 November 2026, spoken by m-1"


async def test_every_patient_is_listed_and_linked_from_every_page_of_an_educator(
    educator: httpx2.AsyncClient,
) -> None:
    assert '<a href="/personas">Patients</a>' in (await educator.get("/classes")).text

    answer = await educator.get("/personas")

    assert re.findall(r'href="/personas/(\w+)"', answer.text) == [*personas.shipped()]
    assert words_of(answer).count("Never checked.") == len(personas.shipped())
    assert words_of(answer).count("Not clinically reviewed yet.") == len(personas.shipped())


async def test_who_runs_the_service_sees_the_patients_a_student_does_not(people: People, sign_in: SignIn) -> None:
    admin, student = await sign_in(people.admin), await sign_in(people.student)

    assert (await admin.get("/personas/maria_rivera")).status_code == 200
    assert (await student.get("/personas/maria_rivera")).status_code == 404
    assert "/personas" not in (await student.get("/")).text


# ---- what the file says ----------------------------------------------------------------------------------------------


async def test_a_page_shows_the_person_the_concerns_and_the_hints(educator: httpx2.AsyncClient) -> None:
    words = words_of(await educator.get("/personas/maria_rivera"))

    persona = MARIA.persona
    for fact in (persona.speech, *(one.summary for one in persona.concerns), *(one.hint_at for one in persona.cues)):
        assert " ".join(fact.split()) in words


def test_temper_is_said_in_words() -> None:
    temper = MARIA.persona.temper.model_copy(
        update={"warms": 0.7, "cools": 1.3, "calms": 1, "stirs": 1, "minds_most": ("dismisses",), "values_most": ()}
    )

    assert temper_words(MARIA.persona.model_copy(update={"temper": temper})) == (
        "Trust comes slowly and goes quickly.",
        "Distress falls and rises as with most people.",
        "This costs Maria's trust half as much again: she felt brushed aside.",
    )


@pytest.mark.parametrize(
    ("gate", "words"),
    [
        ({}, "Open from the start."),
        ({"trust": 0.55}, "Opens with trust of 55% or more."),
        (
            {"trust": 0.5, "distress_at_most": 0.7, "needs_one_of": ("topic", "silence")},
            "Opens with trust of 50% or more, and distress of 70% at most, and in the student's last two turns "
            "something that touches on it or a silence that left room.",
        ),
    ],
)
def test_what_opens_a_concern_is_said_in_words(gate: dict[str, object], words: str) -> None:
    first = MARIA.persona.concerns[0]
    opens = type(first.opens_when).model_validate(gate)
    patient = MARIA.persona.model_copy(update={"concerns": (first.model_copy(update={"opens_when": opens}),)})

    assert [one.opens for one in concerns_of(patient, None)] == [words]


def test_beside_a_concern_stands_who_was_told_it() -> None:
    told = {one.summary: one.told for one in concerns_of(MARIA.persona, GOOD)}
    summaries = {one.id: one.summary for one in MARIA.persona.concerns}

    assert told[summaries["mother"]] == "Told to: Skilled, in full in turn 8."
    assert told[summaries["chemo"]] == "Told to nobody in the last check."


def test_a_hint_says_when_it_comes_and_where_it_leads() -> None:
    cue = MARIA.persona.cues[0].model_copy(
        update={"kind": "challenge", "family": "anger", "from_student_turn": 3, "before_news": False, "leads_to": None}
    )

    (hint,) = hints_of(MARIA.persona.model_copy(update={"cues": (cue,)}))

    assert (hint.kind, hint.when, hint.leads_to) == (
        "A reproach or a loss: anger",
        "from student turn 3 on, after the news",
        None,
    )


# ---- what the lab found ----------------------------------------------------------------------------------------------


def test_a_report_is_a_row_a_learner_and_its_figures() -> None:
    silent = LearnerCheck("silent", "maria-biopsy-result", not_held="Nobody answered.")
    view = check_view(row(), replace(GOOD, learners=(SKILLED, silent)), MARIA.persona, MARIA.content_hash)

    assert [(one.learner, one.not_held, one.cells) for one in view.rows] == [
        ("Skilled", None, ("30", "1 of 4", "7", "0", "0", "0", "0", "0.6", "72", "100%")),
        ("Silent", "Nobody answered.", ()),
    ]
    assert len(view.columns) == len(view.rows[0].cells) == len(COLUMNS)
    assert dict(view.figures)["Skilled above brusque"] == "60.4 points of 100"
    assert (view.passes, view.is_of_this_file, view.found) == (True, True, ())


def test_what_is_wrong_is_quoted_with_who_was_there() -> None:
    bad = replace(
        SKILLED,
        leaks=(Found(2, "my mum died", "mother"),),
        breaks=(Found(3, "As an AI...", "machine"),),
        repeats=(Found(9, "I know it well.", ""),),
        contradictions=(Found(4, "I'm 60", "their age"),),
    )
    view = check_view(row(), replace(GOOD, learners=(bad,)), MARIA.persona, "another")
    mother = next(one.summary for one in MARIA.persona.concerns if one.id == "mother")

    assert [(one.title, one.lines) for one in view.found] == [
        ("Leaks: 1", (FoundLine("my mum died", f"Skilled, turn 2: {mother}"),)),
        ("Breaks of character: 1", (FoundLine("As an AI...", "Skilled, turn 3: says that it is a model"),)),
        ("Repeats: 1", (FoundLine("I know it well.", "Skilled, turn 9"),)),
        ("Contradictions: 1", (FoundLine("I'm 60", "Skilled, turn 4: their age"),)),
    ]
    assert view.is_of_this_file is False


def test_a_figure_that_was_not_measured_is_said_so() -> None:
    unmeasured = replace(GOOD, separation=None, heard_skilled=None, heard_others=None, learners=())

    figures = check_view(row(), unmeasured, MARIA.persona, "h").figures

    assert {value for _, value in figures} == {"not measured"}


def test_every_learner_has_a_name_on_the_page() -> None:
    from app.lab import LEARNERS as SENT

    assert LEARNERS.keys() == SENT.keys()


def test_a_report_comes_back_as_it_was_and_another_form_is_none() -> None:
    assert report_in(row()) == GOOD
    assert report_in(row(None, report={"id": "maria_rivera"})) is None


# ---- a check ---------------------------------------------------------------------------------------------------------


async def test_a_check_runs_beside_the_page_and_its_report_stands_there(
    educator: httpx2.AsyncClient, store: Store
) -> None:
    begun = await educator.post("/personas/maria_rivera/check")

    async def is_over() -> bool:
        async with store.read() as session:
            newest = await checks.newest(session, "maria_rivera")
        return newest is not None and newest.finished_at is not None

    await until(is_over)
    page, listed = await educator.get("/personas/maria_rivera"), await educator.get("/personas")

    assert (begun.status_code, begun.headers["location"]) == (303, "/personas/maria_rivera#check")
    assert "Does not pass." in words_of(page)
    assert "skilled hears 0% of the main concerns in 25 turns" in words_of(page)
    assert all(f"{name} {does}" in words_of(page) for name, does in LEARNERS.values())
    assert "Does not pass: " in words_of(listed)


async def test_while_one_runs_the_page_says_how_far_and_another_is_refused(
    educator: httpx2.AsyncClient, app: FastAPI
) -> None:
    go_on = asyncio.Event()
    app.state.checks._voice = ScriptedVoice([go_on, "Yes."])
    await educator.post("/personas/maria_rivera/check")

    page, refused = await educator.get("/personas/maria_rivera"), await educator.post("/personas/maria_rivera/check")

    assert "The check runs: 0 of 10 talks are over." in words_of(page)
    assert "data-running" in page.text
    assert "Check this patient" not in words_of(page)
    assert refused.status_code == 409
    assert "This patient is being checked already." in words_of(refused)
    go_on.set()


@pytest.mark.parametrize(
    ("kept", "said"),
    [
        (row(None, finished_at=None), INTERRUPTED),
        (row(None, fault="Something went wrong on our side."), "Something went wrong on our side."),
        (row(None, report={"id": "x"}), "The last check was made by another version of Rapport."),
    ],
)
async def test_a_check_without_a_report_says_why_and_can_be_begun_again(
    educator: httpx2.AsyncClient, store: Store, kept: PersonaCheckRow, said: str
) -> None:
    await keep(store, kept)

    words = words_of(await educator.get("/personas/maria_rivera"))

    assert said in words
    assert "Check this patient" in words


async def test_an_older_report_stays_when_a_newer_check_came_to_nothing(
    educator: httpx2.AsyncClient, store: Store
) -> None:
    await keep(store, row())
    await keep(store, row(None, id="c2", started_at=AT.replace(hour=10), fault="Something went wrong on our side."))

    words = words_of(await educator.get("/personas/maria_rivera"))

    assert "Something went wrong on our side." in words
    assert "Passes. 28 November 2026, in the patient's own lines" in words
    assert "Told to: Skilled, in full in turn 8." in words


async def test_with_a_model_the_page_says_what_a_check_asks_of_it(educator: httpx2.AsyncClient, app: FastAPI) -> None:
    app.state.rooms.voice.model = "m-1"

    assert "This asks m-1 for 300 answers at most." in words_of(await educator.get("/personas/maria_rivera"))
