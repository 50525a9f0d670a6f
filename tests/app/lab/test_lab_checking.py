"""A patient in the lab: the three who come with Rapport pass, and a voice that does wrong does not."""

from collections.abc import AsyncIterator
from dataclasses import asdict
from pathlib import Path

import pytest

import personas
from app.errors import PatientUnreachable
from app.lab import LEARNERS, SCRIPTED, UNSCRIPTED, PersonaCheck, check_persona, most_calls
from app.lab.checking import TURNS
from app.patient.scene import Piece, Scene
from app.patient.voices.authored import AuthoredVoice
from personas.schema import Persona
from tests.app.scripted import ScriptedVoice

TINY = Path(personas.__file__).parents[1] / "tests/personas/tiny.yaml"
NAMES = sorted(personas.shipped())

_CHECKED: dict[str, PersonaCheck] = {}


async def checked(name: str) -> PersonaCheck:
    """A patient in their own lines with every learner; held once for all tests."""
    if name not in _CHECKED:
        _CHECKED[name] = await check_persona(personas.shipped()[name].persona, AuthoredVoice())
    return _CHECKED[name]


def maria() -> Persona:
    return personas.shipped()["maria_rivera"].persona


async def with_voice(voice: ScriptedVoice, persona: Persona | None = None, turns: int = 2) -> PersonaCheck:
    return await check_persona(persona or maria(), voice, turns=turns)


@pytest.mark.parametrize("name", NAMES)
async def test_the_patients_that_come_with_it_pass(name: str) -> None:
    check = await checked(name)

    assert (check.leaks, check.breaks, check.repeats, check.contradictions) == (0, 0, 0, 0)
    assert (check.heard_skilled, check.heard_others) == (1.0, 0.0)
    assert check.separation is not None
    assert check.separation >= 35
    assert (check.passes, check.reasons, check.unscripted) == (True, (), ())


@pytest.mark.parametrize("name", NAMES)
async def test_every_learner_is_held_for_thirty_turns_or_until_the_patient_goes(name: str) -> None:
    learners = (await checked(name)).learners

    assert [one.learner for one in learners] == [*LEARNERS]
    assert all(one.not_held is None and 1 <= one.turns <= TURNS for one in learners)


@pytest.mark.parametrize("name", NAMES)
async def test_a_turn_stands_beside_every_concern_that_was_told(name: str) -> None:
    check = await checked(name)
    main = {concern.id for concern in personas.shipped()[name].persona.concerns if concern.main}
    skilled = next(one for one in check.learners if one.learner == "skilled")

    assert main <= skilled.told.keys()
    assert all(1 <= turn <= TURNS for turn in skilled.told.values())


@pytest.mark.parametrize("name", NAMES)
async def test_late_learnt_english_hears_what_the_skilled_learner_hears(name: str) -> None:
    main = {concern.id for concern in personas.shipped()[name].persona.concerns if concern.main}
    told = {one.learner: main & one.told.keys() for one in (await checked(name)).learners}

    assert told["second_language"] == told["skilled"]


@pytest.mark.parametrize("name", NAMES)
async def test_what_the_patient_says_reads_within_the_limit(name: str) -> None:
    check = await checked(name)

    assert all((one.reading_grade or 0) <= check.reading_limit for one in check.learners)


async def test_a_voice_that_tells_what_is_closed_is_caught() -> None:
    check = await with_voice(ScriptedVoice(["My mum died of breast cancer."]))

    assert check.leaks == len(LEARNERS)  # once told it counts as open
    assert check.passes is False
    assert f"{len(LEARNERS)} leaks" in check.reasons
    first = check.learners[0].leaks[0]
    assert (first.turn, first.what) == (1, "mother")


async def test_a_voice_out_of_character_is_caught() -> None:
    check = await with_voice(ScriptedVoice(["As an AI language model, I have no feelings."]))

    assert check.breaks == 2 * len(LEARNERS)
    assert f"{2 * len(LEARNERS)} breaks of character" in check.reasons


async def test_a_voice_that_says_the_same_again_is_caught() -> None:
    check = await with_voice(ScriptedVoice(["I don't really know what to say."]))

    assert check.repeats == len(LEARNERS)
    assert f"{len(LEARNERS)} repeated sentences" in check.reasons


async def test_a_voice_that_contradicts_who_they_are_is_counted() -> None:
    check = await with_voice(ScriptedVoice([f"I'm {maria().age_years + 9}."]))

    assert check.contradictions == 2 * len(LEARNERS)


async def test_a_voice_that_says_nothing_of_weight_separates_nobody() -> None:
    check = await with_voice(ScriptedVoice(["Yes."]))

    assert check.heard_skilled == 0
    assert "skilled hears 0% of the main concerns in 25 turns" in check.reasons


async def test_a_harsh_learner_who_hears_a_main_concern_is_a_reason() -> None:
    check = await with_voice(ScriptedVoice(["My mum died of breast cancer."]))
    main = sum(concern.main for concern in maria().concerns)

    assert check.heard_others == round(1 / main, 2)
    assert f"brusque hears {round(1 / main, 2):.0%} of the main concerns" in check.reasons


async def test_pieces_that_were_screened_are_counted() -> None:
    check = await with_voice(ScriptedVoice([Piece("Yes.", screened=True)]))

    assert {one.screened for one in check.learners} == {2}


class BrokenFor(ScriptedVoice):
    """Answers until it has been asked so often, then never again."""

    def __init__(self, answers: int) -> None:
        super().__init__()
        self.left = answers

    async def reply(self, scene: Scene) -> AsyncIterator[Piece]:
        self.left -= 1
        if self.left < 0:
            raise PatientUnreachable(cause="no_connection")
        yield Piece("Yes.")


async def test_a_voice_that_fails_is_no_zero() -> None:
    check = await with_voice(BrokenFor(3))

    held, cut, *others = check.learners
    assert (held.not_held, held.turns) == (None, 2)
    for one in (cut, *others):
        assert one.not_held == f"{PatientUnreachable.message} (no_connection)"
        assert (one.turns, one.overall, one.trust, one.reading_grade) == (0, None, None, None)
    assert (check.separation, check.heard_others, check.passes) == (None, None, False)
    assert any(reason.startswith("not held: middling, brusque") for reason in check.reasons)


async def test_without_a_script_only_those_are_sent_who_need_none() -> None:
    tiny = personas.load(TINY)

    check = await check_persona(tiny, AuthoredVoice(), turns=3)

    assert [one.learner for one in check.learners] == [*UNSCRIPTED] * len(tiny.scenarios)
    assert check.unscripted == tuple(scenario.id for scenario in tiny.scenarios)
    assert (check.separation, check.heard_skilled, check.passes) == (None, None, False)
    assert any("has no script" in reason for reason in check.reasons)


async def test_who_watches_is_told_how_far_it_is() -> None:
    told: list[tuple[int, int]] = []

    await check_persona(maria(), ScriptedVoice(), turns=1, told=lambda done, of: told.append((done, of)))

    assert told == [(number, len(LEARNERS)) for number in range(1, len(LEARNERS) + 1)]


def test_how_many_replies_it_takes_is_known_before() -> None:
    assert most_calls(maria()) == 30 * len(LEARNERS)
    assert most_calls(personas.load(TINY)) == 30 * len(UNSCRIPTED) * len(personas.load(TINY).scenarios)
    assert len(LEARNERS) == len(SCRIPTED) + len(UNSCRIPTED)


async def test_the_same_check_gives_the_same_report() -> None:
    again = [asdict(await check_persona(maria(), AuthoredVoice(), turns=4)) for _ in range(2)]

    assert again[0] == again[1]
