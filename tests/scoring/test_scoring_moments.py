"""The two moments: never two of one turn, never the same sentence, each with the suggestion of its own scale."""

from personas.vocabulary import ScaleName
from scoring.moments import choose_moments
from scoring.scorecard import Occasion, ScaleResult, Suggestion


def occasion(turn: int, *, met: bool, grade: float, kind: str = "concern", intensity: float = 0.6) -> Occasion:
    return Occasion.model_validate(
        {
            "turn": turn,
            "start": 0,
            "end": 3,
            "quote": "Oh.",
            "kind": kind,
            "intensity": intensity,
            "met": met,
            "grade": grade,
            "answer_turn": turn + 1,
            "why": f"{kind} {turn}",
        }
    )


def scales(**given: tuple[list[Occasion], list[Suggestion]]) -> dict[ScaleName, ScaleResult]:
    names: tuple[ScaleName, ...] = ("empathy", "emotion_naming", "permission", "explanation")
    found = {}
    for name in names:
        occasions, suggestions = given.get(name, ([], []))
        found[name] = ScaleResult(
            level=2, score=50, anchor="", counted="", occasions=tuple(occasions), suggestions=tuple(suggestions)
        )
    return found


def chosen(cards: dict[ScaleName, ScaleResult]) -> list[tuple[int, bool, str | None]]:
    said = [one for scale in cards.values() for one in scale.suggestions]
    return [(one.turn, one.helped, one.say) for one in choose_moments(cards, said)]


def test_the_best_met_and_the_worst_missed_come_in_their_order() -> None:
    feelings = [occasion(0, met=False, grade=0), occasion(4, met=True, grade=4), occasion(6, met=False, grade=1)]
    cards = scales(empathy=(feelings, [Suggestion(turn=0, say="That sounds frightening.")]))
    assert chosen(cards) == [(0, False, "That sounds frightening."), (4, True, None)]


def test_one_turn_is_not_both_met_and_missed() -> None:
    feelings = [occasion(0, met=True, grade=4), occasion(2, met=False, grade=1, intensity=0.3)]
    asked = [occasion(0, met=False, grade=0, kind="patient_question", intensity=1.0)]
    assert chosen(scales(empathy=(feelings, []), permission=(asked, []))) == [(0, True, None), (2, False, None)]


def test_a_success_that_went_by_gives_way_to_a_step_without_leave() -> None:
    feelings = [occasion(0, met=False, grade=0, kind="progress", intensity=0.3)]
    steps = [occasion(3, met=False, grade=0, kind="permission_episode", intensity=0.5)]
    ask = Suggestion(turn=4, say="May I tell you about the scan?")
    cards = scales(empathy=(feelings, []), permission=(steps, [ask]), explanation=([], [Suggestion(turn=4, say="So.")]))
    assert chosen(cards) == [(3, False, "May I tell you about the scan?")]


def test_what_the_patient_asked_for_is_no_feat() -> None:
    asked = [occasion(0, met=True, grade=2, kind="patient_question", intensity=1.0)]
    assert chosen(scales(permission=(asked, []))) == []
