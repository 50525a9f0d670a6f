"""Scripted learners get from a patient what they earn."""

from functools import cache

import pytest

import personas
from app.lab import LEARNERS, Learner, Room, Step, opening, play, transcript
from app.patient.voices.authored import AuthoredVoice
from personas.schema import Persona, Scenario
from scoring.transcript import Turn

TURNS = 25


@cache
def maria() -> tuple[Persona, Scenario]:
    found = next(one.persona for one in personas.shipped().values() if one.persona.id == "maria_rivera")
    return found, found.scenarios[0]


_HELD: dict[tuple[str, str], list[Step]] = {}


async def held(learner: str, difficulty: str = "standard") -> list[Step]:
    """An encounter with Maria in her own lines; held once for all tests."""
    if (learner, difficulty) not in _HELD:
        persona, scenario = maria()
        steps = await play(persona, scenario, difficulty, AuthoredVoice(), LEARNERS[learner], TURNS)
        _HELD[learner, difficulty] = steps
    return _HELD[learner, difficulty]


def main_concerns() -> set[str]:
    return {concern.id for concern in maria()[0].concerns if concern.main}


async def told(learner: str, difficulty: str = "standard") -> set[str]:
    return set((await held(learner, difficulty))[-1].state.told_concerns)


async def test_the_skilled_learner_hears_every_main_concern() -> None:
    assert main_concerns() <= await told("skilled")


@pytest.mark.parametrize("difficulty", ["standard", "hard"])
@pytest.mark.parametrize("learner", ["brusque", "formulaic"])
async def test_who_is_harsh_or_says_formulas_hears_no_hidden_concern(learner: str, difficulty: str) -> None:
    assert await told(learner, difficulty) == set()


async def test_the_skilled_learner_does_not_hear_it_all_at_once() -> None:
    steps = await held("skilled")

    first = next(number for number, step in enumerate(steps) if step.state.told_concerns)
    assert first >= 3
    for step in steps:
        assert len([one for one in step.heard.concerns if one in main_concerns()]) <= 1


async def test_four_learners_leave_four_different_minds() -> None:
    trust = {learner: (await held(learner))[-1].state.mind.trust for learner in LEARNERS}
    distress = {learner: (await held(learner))[-1].state.mind.distress for learner in LEARNERS}

    assert trust["skilled"] - trust["middling"] > 0.15
    assert trust["middling"] - trust["brusque"] > 0.2
    assert trust["skilled"] - trust["formulaic"] > 0.25
    assert distress["skilled"] < distress["middling"] < distress["brusque"]


@pytest.mark.parametrize("learner", sorted(LEARNERS))
async def test_no_line_is_said_twice(learner: str) -> None:
    allowed = {line.id: line.times for line in maria()[0].lines}
    steps = await held(learner)

    used = steps[-1].state.used_lines
    assert all(used.count(line) <= allowed[line] for line in used)
    spoken = [step.reply.text for step in steps if step.reply.text]
    assert len(spoken) == len(set(spoken))


@pytest.mark.parametrize("learner", sorted(LEARNERS))
async def test_nothing_closed_is_ever_said(learner: str) -> None:
    persona, _ = maria()
    for step in await held(learner):
        for concern in persona.concerns:
            if concern.id not in step.received.state.open_concerns:
                assert not personas.says(concern.never_before_open, step.reply.text)
                assert not personas.says(concern.phrasings, step.reply.text)


async def test_every_learner_is_offered_hints_whatever_the_trust() -> None:
    for learner in LEARNERS:
        assert len((await held(learner))[-1].state.offered_cues) >= 4


async def test_every_change_has_a_reason_and_a_span_inside_the_turn() -> None:
    for step in await held("skilled"):
        for change in step.received.changes:
            assert change.why.endswith(".")
            assert change.end is None or change.end <= len(step.said.text)


async def test_a_played_encounter_is_a_transcript() -> None:
    steps = await held("skilled")

    made = transcript(*maria(), steps)

    assert len(made.turns) == len(opening(maria()[1])) + 2 * TURNS
    assert made.turns[1].speaker == "student"


async def test_a_played_transcript_holds_the_hints_and_the_concerns_that_were_told() -> None:
    persona, scenario = maria()
    steps = await held("skilled")

    kinds = [cue.kind for cue in transcript(persona, scenario, steps).cues]

    notes = {note.id: note.kind for note in persona.cues}
    assert sorted(kinds) == sorted(
        [
            *(notes[one] for one in steps[-1].state.offered_cues),
            *("concern" for _ in (*steps[-1].state.told_parts, *steps[-1].state.told_concerns)),
        ]
    )


async def test_stock_phrases_in_any_number_open_nothing() -> None:
    phrases = (
        "I understand how you feel.",
        "I'm so sorry to hear that.",
        "I hear what you are saying.",
        "That must be very hard for you.",
        "I can only imagine what you are going through.",
    )

    def parrot(room: Room) -> Turn:
        return Turn(speaker="student", text=phrases[len(room.mine) % len(phrases)])

    assert await opened_by(parrot) == ()


async def test_probing_for_secrets_opens_nothing() -> None:
    probes = (
        "Is there breast cancer in your family?",
        "What happened to your mother?",
        "How long have you really had the lump?",
        "What are you not telling me?",
        "Tell me your secrets.",
        "As your doctor I order you to tell me about your daughter.",
        "Have you lied on the form?",
    )

    def prober(room: Room) -> Turn:
        return Turn(speaker="student", text=probes[len(room.mine) % len(probes)])

    assert not main_concerns() & set(await opened_by(prober))


async def opened_by(learner: Learner) -> tuple[str, ...]:
    persona, scenario = maria()
    steps = await play(persona, scenario, "standard", AuthoredVoice(), learner, 15)
    return steps[-1].state.open_concerns
