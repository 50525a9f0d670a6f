"""The mind moves by the rules an educator can read."""

from itertools import pairwise
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import personas
from app.patient.circumstances import Circumstances
from app.patient.effects import LOSSES, WINS
from app.patient.mind import MOST, Felt, feel
from app.patient.scene import Mind
from personas.schema import Temper
from personas.vocabulary import Family, MoveKind
from scoring.reading import Move, TurnReading

TOM = personas.load(Path(__file__).parents[2] / "personas" / "tiny.yaml")
MIDDLE = Mind(trust=0.4, distress=0.5, understanding=0.3)
EVEN = Temper()
NOTHING: tuple[str, ...] = ()


def reading(*moves: Move | MoveKind, sure: bool = True, words: int = 12, difficulty: float = 2.0) -> TurnReading:
    """A reading with these moves; what is not named is unremarkable."""
    return TurnReading(
        emotional_reaction=0,
        interpretation=0,
        exploration=0,
        names_emotion=0,
        emotion_naming_level=0,
        permission="not_needed",
        difficulty=difficulty,
        moves=tuple(one if isinstance(one, Move) else Move(kind=one, start=0, end=5) for one in moves),
        words=words,
        sentences=1,
        hard_sentences=0,
        sure=sure,
    )


def naming(family: Family, *, tentative: bool = True, stock: bool = False) -> Move:
    return Move(kind="names_emotion", start=0, end=10, family=family, tentative=tentative, stock=stock)


def after(
    *moves: Move | MoveKind, mind: Mind = MIDDLE, temper: Temper = EVEN, met: Circumstances | None = None
) -> Felt:
    return feel(mind, reading(*moves), temper, met or Circumstances(TOM))


def gain(felt: Felt, before: Mind = MIDDLE) -> float:
    return round(felt.mind.trust - before.trust, 4)


def test_naming_a_feeling_raises_trust_and_calms_and_says_why() -> None:
    felt = after(naming("fear"))

    assert felt.mind.trust > MIDDLE.trust
    assert felt.mind.distress < MIDDLE.distress
    assert felt.changes[0].why == "You named his fear, tentatively."
    assert (felt.changes[0].start, felt.changes[0].end) == (0, 10)


def test_a_feeling_stated_as_a_fact_is_worth_less_than_one_offered() -> None:
    assert 0 < gain(after(naming("fear", tentative=False))) < gain(after(naming("fear")))


def test_another_feeling_than_the_one_shown_is_half_heard() -> None:
    alone = next(cue for cue in TOM.cues if cue.id == "alone")

    felt = after(naming("anger"), met=Circumstances(TOM, pending=alone))

    assert 0 < gain(felt) < gain(after(naming("sadness"), met=Circumstances(TOM, pending=alone))) / 2


def test_a_repeated_move_has_half_its_effect() -> None:
    first = after("open_question")
    second = after("open_question", met=Circumstances(TOM, moves_made=first.moves_made))

    assert gain(second) == pytest.approx(gain(first) / 2, abs=0.0002)


def test_naming_another_feeling_is_no_repeat() -> None:
    first = after(naming("fear"))
    again = Circumstances(TOM, moves_made=first.moves_made)

    assert gain(after(naming("sadness"), met=again)) == gain(first)
    assert gain(after(naming("fear"), met=again)) < gain(first)


@pytest.mark.parametrize("kind", sorted(WINS))
def test_a_stock_phrase_moves_nothing(kind: MoveKind) -> None:
    felt = after(Move(kind=kind, start=0, end=5, stock=True))

    assert (felt.mind, felt.changes, felt.moves_made) == (MIDDLE, (), ())


@pytest.mark.parametrize("kind", ["dismisses", "blames", "names_emotion", "uses_jargon"])
def test_where_the_reading_is_unsure_nothing_moves(kind: MoveKind) -> None:
    alone = next(cue for cue in TOM.cues if cue.id == "alone")
    met = Circumstances(TOM, pending=alone, asked_directly=True, tells_news=True)

    felt = feel(MIDDLE, reading(kind, sure=False), EVEN, met)

    assert (felt.mind, felt.changes) == (MIDDLE, ())


@pytest.mark.parametrize("kind", ["dismisses", "blames", "reassures_early"])
def test_one_bad_move_costs_more_than_one_of_its_kind_of_good_move_wins(kind: MoveKind) -> None:
    assert -gain(after(kind)) >= gain(after("acknowledges")) * 2


def test_a_hurt_slows_what_follows_and_three_good_moves_end_it() -> None:
    hurt = after("dismisses")
    made = hurt.moves_made

    slow = after("partners", mind=MIDDLE, met=Circumstances(TOM, moves_made=made))
    mended = after(
        "partners", mind=MIDDLE, met=Circumstances(TOM, moves_made=(*made, "reflects", "apologises", "validates"))
    )

    assert gain(slow) == pytest.approx(gain(mended) / 2, abs=0.0002)


def test_a_good_conversation_recovers_from_one_bad_turn_but_slowly() -> None:
    good: tuple[tuple[Move | MoveKind, ...], ...] = (
        ("apologises", "open_question"),
        (naming("anger"), "validates"),
        ("reflects_complex",),
        ("partners", "offers_choice"),
        (naming("fear"), "elicits_concerns"),
    )
    mind, made, trusts = MIDDLE, (), []
    felt = after("dismisses", "blames", mind=mind)
    for moves in good:
        trusts.append(felt.mind.trust)
        felt = feel(felt.mind, reading(*moves), EVEN, Circumstances(TOM, moves_made=(*made, *felt.moves_made)))
    trusts.append(felt.mind.trust)

    assert MIDDLE.trust - trusts[0] > 0.15
    assert all(low < high for low, high in pairwise(trusts))
    assert trusts[1] < MIDDLE.trust
    assert trusts[2] < MIDDLE.trust <= trusts[-1]


def test_passing_over_a_hint_costs_and_taking_it_up_does_not() -> None:
    hint = Circumstances(TOM, pending=next(cue for cue in TOM.cues if cue.id == "alone"))

    assert gain(after("closed_question", met=hint)) < 0
    assert gain(after("minimal", met=hint)) > 0
    assert gain(after(naming("sadness"), met=hint)) > gain(after("open_question", met=hint)) > 0


def test_a_solution_for_a_feeling_costs_only_where_a_feeling_was_shown() -> None:
    hint = Circumstances(TOM, pending=TOM.cues[0])

    assert gain(after("problem_solves")) == 0
    assert gain(after("problem_solves", met=hint)) < 0


def test_a_direct_question_answered_wins_and_stalled_on_loses() -> None:
    asked = Circumstances(TOM, asked_directly=True)

    assert gain(after("tells_fact", met=Circumstances(TOM, asked_directly=True, answers=True))) > 0
    assert gain(after("closed_question", met=asked)) < 0
    assert gain(after("acknowledges", met=asked)) > 0


def test_asking_first_costs_nothing_where_a_question_waits() -> None:
    asked = Circumstances(TOM, asked_directly=True)

    assert gain(after(Move(kind="asks_permission", start=0, end=3, act="news"), met=asked)) > 0


def test_the_news_distresses_less_when_prepared() -> None:
    bare = after("tells_news", met=Circumstances(TOM, tells_news=True))
    prepared = after("tells_news", met=Circumstances(TOM, tells_news=True, prepared=True))

    assert MIDDLE.distress < prepared.mind.distress < bare.mind.distress
    assert bare.mind.trust < MIDDLE.trust == prepared.mind.trust


def test_silence_after_the_news_is_room_and_after_a_question_is_none() -> None:
    room = after(met=Circumstances(TOM, silent=True, news_just_told=True))
    stall = after(met=Circumstances(TOM, silent=True, asked_directly=True))

    assert room.mind.trust > MIDDLE.trust
    assert room.mind.distress < MIDDLE.distress
    assert stall.mind.trust < MIDDLE.trust


def test_leaving_it_be_wins_and_going_on_loses() -> None:
    assert gain(after("acknowledges", met=Circumstances(TOM, not_now=True, keeps_on=True))) > 0
    assert gain(after("closed_question", met=Circumstances(TOM, not_now=True, keeps_on=True))) < 0
    assert gain(after("closed_question", met=Circumstances(TOM, not_now=True))) > 0


def test_telling_over_a_refusal_loses() -> None:
    assert gain(after("tells_fact", met=Circumstances(TOM, refused=True))) < 0
    assert gain(after("acknowledges", met=Circumstances(TOM, refused=True))) > 0


def test_naming_on_every_turn_is_felt_as_a_method() -> None:
    third = after(naming("sadness"), met=Circumstances(TOM, namings_in_a_row=3))

    assert gain(third) < 0


def test_the_same_words_again_win_nothing() -> None:
    assert after(naming("fear"), met=Circumstances(TOM, said_before=True)).mind == MIDDLE


def test_asking_leave_again_and_again_wears_thin() -> None:
    first = after("asks_leave_tic")
    second = after("asks_leave_tic", met=Circumstances(TOM, moves_made=("asks_leave_tic",)))

    assert gain(second) < 0
    assert gain(first) <= 0


def test_plain_reasons_raise_understanding_and_jargon_lowers_it() -> None:
    assert after("tells_fact", "gives_why").mind.understanding > MIDDLE.understanding
    assert after("tells_fact", "gives_why", "uses_jargon").mind.understanding < MIDDLE.understanding
    assert feel(MIDDLE, reading("tells_fact", words=200), EVEN, Circumstances(TOM)).mind.understanding < 0.3


def test_temper_bends_the_steps() -> None:
    warm, cold = Temper(warms=1.5), Temper(warms=0.5)

    assert gain(after("partners", temper=cold)) < gain(after("partners")) < gain(after("partners", temper=warm))
    assert gain(after("partners", temper=Temper(values_most=("partners",)))) > gain(after("partners"))
    assert gain(after("blames", temper=Temper(minds_most=("own_feeling",)))) == gain(after("blames"))
    assert gain(after("own_feeling", temper=Temper(minds_most=("own_feeling",)))) < gain(after("own_feeling"))


def test_the_changes_add_up_to_what_changed() -> None:
    felt = after(naming("fear"), "partners", "uses_jargon", "dismisses")

    for what in MOST:
        moved = getattr(felt.mind, what) - getattr(MIDDLE, what)
        assert sum(change.by for change in felt.changes if change.what == what) == pytest.approx(moved, abs=0.0002)


KINDS = st.sampled_from(get_args(MoveKind))
ANY_MOVES = st.lists(st.builds(Move, kind=KINDS, start=st.just(0), end=st.just(4), stock=st.booleans()), max_size=8)


@settings(max_examples=150, deadline=None)
@given(
    turns=st.lists(ANY_MOVES, max_size=25),
    trust=st.floats(0, 1),
    warms=st.floats(0.1, 2),
    stirs=st.floats(0.1, 2),
    flags=st.tuples(*[st.booleans()] * 6),
)
def test_whatever_is_said_the_mind_stays_within_its_bounds(
    turns: list[list[Move]], trust: float, warms: float, stirs: float, flags: tuple[bool, ...]
) -> None:
    mind, made = Mind(trust=trust, distress=0.5, understanding=0.3), NOTHING
    told, prepared, just, asked, not_now, silent = flags
    for moves in turns:
        met = Circumstances(
            TOM,
            pending=TOM.cues[0],
            moves_made=made,
            tells_news=told,
            prepared=prepared,
            news_just_told=just,
            asked_directly=asked,
            not_now=not_now,
            silent=silent,
        )
        felt = feel(mind, reading(*moves), Temper(warms=warms, stirs=stirs), met)
        for what, (down, up) in MOST.items():
            assert -down - 0.001 <= getattr(felt.mind, what) - getattr(mind, what) <= up + 0.001
        mind, made = felt.mind, felt.moves_made


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from(sorted(WINS)), max_size=60))
def test_no_row_of_stock_phrases_moves_the_mind(kinds: list[MoveKind]) -> None:
    mind, made = MIDDLE, NOTHING
    for kind in kinds:
        felt = feel(
            mind, reading(Move(kind=kind, start=0, end=4, stock=True)), EVEN, Circumstances(TOM, moves_made=made)
        )
        mind, made = felt.mind, felt.moves_made

    assert mind == MIDDLE


def test_every_reason_is_a_sentence_for_whoever_the_patient_is() -> None:
    for kind in (*WINS, *LOSSES):
        for change in after(kind, met=Circumstances(TOM, pending=TOM.cues[0])).changes:
            assert change.why.endswith(".")
            assert change.why[0].isupper()
            assert "{" not in change.why


def test_listening_alone_brings_trust_half_way_and_understanding_goes_on_from_there() -> None:
    half_way = MIDDLE.model_copy(update={"trust": 0.56})

    assert gain(after("elicits_concerns", mind=half_way), half_way) < gain(after("elicits_concerns")) / 2
    assert gain(after("validates", mind=half_way), half_way) > gain(after("validates")) / 2


def test_staying_with_what_was_just_told_wins_trust_and_passing_on_does_not() -> None:
    told = Circumstances(TOM, just_told=True)

    assert gain(after("validates", met=told)) > gain(after("validates"))
    assert gain(after("closed_question", met=told)) == 0
