"""The judge's card: what it took, and turns numbered as in the whole transcript."""

import pytest
from pydantic import ValidationError

from scoring.judge import Judgement, KeyAnswer, Usage
from scoring.judge.judgement import in_place, sum_of
from scoring.scorecard import Evidence, Flag, Occasion, Quote, ScaleResult, Talk

SAID = Quote(turn=1, start=0, end=5, quote="Hello")


def usage(calls: int, prompt: int | None = None, cached: int | None = None, completion: int | None = None) -> Usage:
    return Usage(calls=calls, prompt_tokens=prompt, cached_tokens=cached, completion_tokens=completion)


@pytest.mark.parametrize(
    ("usages", "total"),
    [
        ((), usage(0)),
        ((usage(2),), usage(2)),
        ((usage(1, 10, 0, 3), usage(2, 20, 15, 4)), usage(3, 30, 15, 7)),
        ((usage(1, 10), usage(1, None, 0)), usage(2, 10, 0)),
    ],
    ids=["nothing", "uncounted", "counted", "counted by some"],
)
def test_usages_are_summed_and_what_nobody_counted_is_none(usages: tuple[Usage, ...], total: Usage) -> None:
    assert sum_of(usages) == total


def card_of(turn: int, answer: int | None, longest: int | None, *, answers: bool = True) -> Judgement:
    """A card whose every quote stands in `turn`, each answered in `answer`."""
    said = SAID.model_copy(update={"turn": turn})
    scale = ScaleResult(
        level=2,
        score=50.0,
        anchor="As it is.",
        counted="Once.",
        evidence=(Evidence(effect="raises", why="Said.", **said.model_dump()),),
        occasions=(Occasion(kind="concern", met=True, grade=3, answer_turn=answer, why="Met.", **said.model_dump()),),
    )
    talk = Talk(
        student_words=9,
        patient_words=9,
        student_share=0.5,
        longest_turn=longest,
        longest_turn_words=9,
        open_questions=1,
        closed_questions=0,
        silences=0,
    )
    told = KeyAnswer(question="What?", answer="That.", verdict="explained", said=said)
    untold = KeyAnswer(question="When?", answer="", verdict="not_explained", said=None)
    return Judgement(
        scales={"empathy": scale, "permission": scale},
        overall=None,
        talk=talk,
        flags=(Flag(kind="lapse", why="A lapse.", **said.model_dump()),),
        facts_checked=True,
        scorer_version="1",
        rubric_version="1",
        model="scripted",
        prompt_hash="0" * 16,
        usage=usage(8),
        key_answers=(told, untold) if answers else None,
    )


def test_every_turn_of_a_card_is_numbered_as_in_the_whole_transcript() -> None:
    assert in_place(card_of(1, 2, 3), (0, 2, 5, 9)) == card_of(2, 5, 9)


def test_what_has_no_turn_stays_without() -> None:
    assert in_place(card_of(0, None, None, answers=False), (4,)) == card_of(4, None, None, answers=False)


def test_a_card_of_the_whole_transcript_is_the_same_one() -> None:
    card = card_of(1, 2, 3)
    assert in_place(card, range(10)) is card


def test_turn_0_is_moved_like_any_other() -> None:
    assert in_place(card_of(0, 0, 0), (3, 4)) == card_of(3, 3, 3)


def test_a_card_cannot_be_changed_and_holds_no_level_there_is_not() -> None:
    card = card_of(1, 2, 3)
    with pytest.raises(ValidationError):
        card.model = "another"  # type: ignore[misc]
    with pytest.raises(ValidationError):
        Judgement.model_validate({**card.model_dump(), "spread": {"empathy": (5,)}})
