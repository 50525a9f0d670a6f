"""Quotes of a judgement stand where they were typed, in talks with untidy spaces and with copies too."""

from collections.abc import Sequence

import scoring
from scoring.judge import Judgement, grade
from scoring.transcript import Cue, Transcript
from tests.scoring.judge.answering import Scripted, transcript_of
from tests.scoring.judge.judged import GOOD, LEVELS, LINES, MARIA, judged, levels_of


def assert_quotes_stand(card: Judgement, transcript: Transcript) -> int:
    """How many quotes the card holds; each stands where it says."""
    quotes = [
        *(one for scale in card.scales.values() for one in (*scale.evidence, *scale.occasions)),
        *card.flags,
        *(one.said for one in card.key_answers or () if one.said is not None),
    ]
    wrong = [one for one in quotes if transcript.turns[one.turn].text[one.start : one.end] != one.quote]
    assert wrong == []
    return len(quotes)


async def test_quotes_stand_in_the_typed_turns() -> None:
    assert assert_quotes_stand(await judged(), transcript_of(*LINES)) == 15


UNTIDY = tuple(
    line.replace(" ", "  ").replace("P:", "P:\n").replace("S:", "S: \t\u00a0").replace(". ", ".\r\n \u200b")
    for line in LINES
)


async def test_quotes_stand_in_turns_with_untidy_spaces_too() -> None:
    card, plain = await judged(lines=UNTIDY), await judged()
    assert assert_quotes_stand(card, transcript_of(*UNTIDY)) == 15
    assert levels_of(card) == LEVELS
    assert [one.turn for one in card.scales["empathy"].occasions] == [
        one.turn for one in plain.scales["empathy"].occasions
    ]
    assert [" ".join(flag.quote.split()) for flag in card.flags] == [flag.quote for flag in plain.flags]


def doubled(lines: Sequence[str]) -> list[str]:
    return [line for line in lines for _ in range(2)]


def turns_in(card: Judgement) -> list[int]:
    """Every turn the card names."""
    return [
        *(one.turn for scale in card.scales.values() for one in scale.evidence),
        *(
            turn
            for scale in card.scales.values()
            for one in scale.occasions
            for turn in (one.turn, one.answer_turn)
            if turn is not None
        ),
        *(flag.turn for flag in card.flags),
        *(one.said.turn for one in card.key_answers or () if one.said is not None),
        *([] if card.talk.longest_turn is None else [card.talk.longest_turn]),
    ]


async def test_a_talk_with_each_turn_twice_is_judged_once_and_numbered_as_the_whole() -> None:
    once, twice = await judged(), await judged(lines=doubled(LINES))
    assert twice.scales.keys() == once.scales.keys()
    assert {name: scale.score for name, scale in twice.scales.items()} == {
        name: scale.score for name, scale in once.scales.items()
    }
    assert turns_in(twice) == [2 * turn for turn in turns_in(once)]
    assert_quotes_stand(twice, transcript_of(*doubled(LINES)))


async def test_the_whole_talk_again_changes_nothing() -> None:
    ask = Scripted(**GOOD)
    assert await judged(ask, (*LINES, *LINES)) == await judged()
    assert ask.asked[0].messages[1]["content"].count("PATIENT: ") == 5


async def test_turns_behind_a_copy_have_their_own_numbers_again() -> None:
    lines = (*LINES[:2], *LINES[:2], *LINES[2:])
    card = await judged(lines=lines)
    assert turns_in(card) == [turn + 2 if turn >= 2 else turn for turn in turns_in(await judged())]
    assert_quotes_stand(card, transcript_of(*lines))


async def test_stored_readings_are_taken_from_the_turns_of_the_whole_talk() -> None:
    lines = (*LINES[:2], *LINES[:2], *LINES[2:])
    transcript = transcript_of(*lines)
    unsure = {
        index: scoring.read_turn(turn.text, transcript.turns[:index]).model_copy(update={"sure": False})
        for index, turn in enumerate(transcript.turns)
        if index in (1, 7)
    }
    card = await grade(transcript, Scripted(**GOOD), scenario=MARIA, readings=unsure)
    assert levels_of(card) == {**LEVELS, "empathy": 0, "emotion_naming": 0, "explanation": 0}


async def test_the_ledgers_cues_are_occasions_in_a_talk_with_copies() -> None:
    lines = doubled(("P: Hello there.", "S: Good morning, Maria.", "P: The garden is dry.", "S: Tell me about it."))
    cue = Cue(turn=4, kind="cue", family="sadness", quote="The garden is dry")
    card = await grade(transcript_of(*lines, cues=(cue,)), Scripted(), scenario=None)
    assert [(one.turn, one.answer_turn, one.quote) for one in card.scales["empathy"].occasions] == [
        (4, 6, "The garden is dry.")
    ]
