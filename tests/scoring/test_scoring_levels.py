"""The level tables: every count has exactly one level, and a better count never a lower one."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring import rubric
from scoring.levels import overall_of, place
from scoring.scales import emotion_naming, empathy, explanation, permission
from scoring.scorecard import SCALE_NAMES, ScaleResult

TOPS = {empathy: 4.0, emotion_naming: 1.0, permission: 2.0, explanation: 10.0}

empathy_counts = st.builds(
    empathy.Tally,
    mean=st.floats(0, 4),
    concerns=st.integers(0, 6),
    concerns_met=st.integers(0, 6),
    best=st.integers(0, 4),
    concern_ignored=st.booleans(),
    hostile=st.booleans(),
    unrepaired_dismissal=st.booleans(),
    strongest_ignored=st.booleans(),
    solved_first_share=st.floats(0, 1),
)
naming_counts = st.builds(
    emotion_naming.Tally,
    occasions=st.integers(1, 9),
    coverage=st.floats(0, 1),
    accurate=st.integers(0, 9),
    acknowledged=st.integers(0, 9),
    asked_only=st.integers(0, 3),
    wrong=st.integers(0, 3),
    contradicted=st.booleans(),
    tentative_or_deepened=st.booleans(),
    strongest_named=st.booleans(),
    taken_up=st.booleans(),
    unspoken_missed=st.booleans(),
    only_lists=st.booleans(),
    rejected_as_fact=st.booleans(),
    rejected_twice=st.booleans(),
    on_nearly_every_turn=st.booleans(),
)


@st.composite
def permission_counts(draw: st.DrawFn) -> permission.Tally:
    grades = tuple(draw(st.lists(st.integers(-1, 2), min_size=1, max_size=8)))
    return permission.Tally(
        grades=grades,
        mean=sum(grades) / len(grades),
        weightiest_grade=draw(st.sampled_from(grades)),
        weightiest_with_choice=draw(st.booleans()),
        unrepaired_override=draw(st.booleans()) and min(grades) < 0,
        administrative=draw(st.booleans()),
        signposted=draw(st.booleans()),
    )


@given(empathy_counts)
def test_every_empathy_count_has_one_level(count: empathy.Tally) -> None:
    level, caps = empathy.level_of(count)
    assert level in range(5)
    assert not caps or level == 2
    assert empathy.level_of(replace(count, hostile=True)) == (0, ())


@given(empathy_counts, st.floats(0, 4))
def test_a_higher_mean_never_lowers_empathy(count: empathy.Tally, other: float) -> None:
    low, high = sorted((count.mean, other))
    assert empathy.level_of(replace(count, mean=low))[0] <= empathy.level_of(replace(count, mean=high))[0]


@given(naming_counts)
def test_every_naming_count_has_one_level(count: emotion_naming.Tally) -> None:
    level, caps = emotion_naming.level_of(count)
    assert level in range(5)
    assert not caps or level == 2
    assert count.accurate or level <= 1


@given(naming_counts, st.floats(0, 1))
def test_more_coverage_never_lowers_naming(count: emotion_naming.Tally, other: float) -> None:
    low, high = sorted((count.coverage, other))
    lower, higher = (emotion_naming.level_of(replace(count, coverage=value))[0] for value in (low, high))
    assert lower <= higher


@given(permission_counts())
def test_every_permission_count_has_one_level(count: permission.Tally) -> None:
    level, _ = permission.level_of(count)
    assert level in range(5)
    assert not (count.overrides and not count.full) or level == 0
    assert not count.unrepaired_override or level <= 1
    assert max(count.grades) > 0 or level <= 1


@given(empathy_counts, naming_counts, permission_counts())
def test_what_the_next_level_needs_is_always_something_that_fails(
    felt: empathy.Tally, named: emotion_naming.Tally, asked: permission.Tally
) -> None:
    empathy_level, naming_level, permission_level = (
        empathy.level_of(felt)[0],
        emotion_naming.level_of(named)[0],
        permission.level_of(asked)[0],
    )
    assert empathy_level in (1, 4) or empathy.unmet(empathy_level, felt) != []
    assert naming_level not in (2, 3) or emotion_naming.unmet(naming_level, named) != []
    assert permission_level not in (2, 3) or permission.unmet(permission_level, asked, "news") != []


FINE = empathy.Tally(
    mean=3.2,
    concerns=2,
    concerns_met=2,
    best=4,
    concern_ignored=False,
    hostile=False,
    unrepaired_dismissal=False,
    strongest_ignored=False,
    solved_first_share=0,
)


@pytest.mark.parametrize(
    ("level", "count", "unmet"),
    [
        (3, replace(FINE, mean=2.9), ["answers that average 3 (yours: 2.9)"]),
        (3, replace(FINE, concern_ignored=True), ["no open worry passed over"]),
        (3, replace(FINE, concerns_met=1), ["three quarters of the open worries met (yours: 1 of 2)"]),
        (2, replace(FINE, strongest_ignored=True), ["an answer to the strongest feeling"]),
    ],
)
def test_the_next_level_of_empathy_needs_only_what_fails(level: int, count: empathy.Tally, unmet: list[str]) -> None:
    assert empathy.level_of(count)[0] == level
    assert empathy.unmet(level, count) == unmet


def empathy_rows(count: empathy.Tally) -> dict[int, bool]:
    """The rows of rubric 2.1 as they are written, without the caps."""
    three = count.mean >= 2.25 and count.met_share >= 0.5
    four = count.mean >= 3.0 and count.met_share >= 0.75 and count.best == 4 and not count.concern_ignored
    return {
        0: count.mean < 0.5 or count.hostile,
        1: count.mean >= 0.5,
        2: (count.mean >= 1.5 and not three) or count.best >= 3,
        3: three,
        4: four,
    }


@given(empathy_counts)
def test_the_highest_row_that_fits_is_the_level_of_empathy(count: empathy.Tally) -> None:
    fitting = [level for level, fits in empathy_rows(count).items() if fits]
    expected = 0 if count.hostile else max(fitting)
    level, caps = empathy.level_of(count)
    assert fitting
    assert level == (min(expected, 2) if caps else expected)


def naming_rows(count: emotion_naming.Tally) -> dict[int, bool]:
    """The rows of rubric 2.2 as they are written, without the caps."""
    noticed = bool(count.acknowledged or count.asked_only or count.wrong)
    three = bool(count.accurate) and count.coverage >= 0.4 and count.tentative_or_deepened
    deep = count.strongest_named and count.taken_up and not count.unspoken_missed
    return {
        0: not count.accurate and (not noticed or (count.contradicted and not count.acknowledged)),
        1: not count.accurate and noticed and not (count.contradicted and not count.acknowledged),
        2: bool(count.accurate) and not three,
        3: three and not (count.coverage >= 0.6 and deep),
        4: three and count.coverage >= 0.6 and deep,
    }


@given(naming_counts)
def test_the_rows_of_naming_cover_every_count_exactly_once(count: emotion_naming.Tally) -> None:
    fitting = [level for level, fits in naming_rows(count).items() if fits]
    level, caps = emotion_naming.level_of(count)
    assert len(fitting) == 1
    assert level == (min(fitting[0], 2) if caps else fitting[0])


@given(st.lists(st.integers(0, 2), min_size=5, max_size=5), st.booleans())
def test_every_sum_of_parts_has_one_level(points: list[int], left_lost: bool) -> None:
    parts = dict(zip(("plain_words", "jargon", "why", "chunks", "check"), points, strict=True))
    level, caps = explanation.level_of(explanation.Tally(parts, left_lost))
    by_sum = [0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4][sum(points)]
    assert level <= by_sum
    assert bool(caps) == (level < by_sum)


@pytest.mark.parametrize("scale", [empathy, emotion_naming, permission, explanation], ids=lambda scale: scale.__name__)
@given(level=st.integers(0, 4), share=st.floats(0, 1), other=st.floats(0, 1))
def test_the_fraction_stays_next_to_its_level_and_grows(scale, level: int, share: float, other: float) -> None:  # type: ignore[no-untyped-def]
    top = TOPS[scale]
    low, high = (place(level, value * top, scale.FLOORS, top) for value in sorted((share, other)))
    assert max(0, level - 0.5) <= low <= high <= min(4, level + 0.5)


def test_the_best_and_the_worst_count_reach_the_ends() -> None:
    assert [place(4, 4.0, empathy.FLOORS, 4.0), place(0, 0.0, empathy.FLOORS, 4.0)] == [4.0, 0.0]


def test_below_three_observed_scales_there_is_no_overall() -> None:
    seen = ScaleResult(level=2, score=50.0, anchor="", counted="")
    unseen = ScaleResult(level=None, score=None, anchor="", counted="")
    assert overall_of([seen, seen, unseen, unseen]) is None
    assert overall_of([seen, seen, seen, unseen]) == 50.0


@pytest.mark.parametrize("name", SCALE_NAMES)
def test_every_scale_has_its_words(name) -> None:  # type: ignore[no-untyped-def]
    scale = rubric.scale(name)
    assert scale.name == name
    assert len(set(scale.anchors.values())) == 5
    assert scale.anchor(None) == scale.not_observed


def test_every_scale_has_its_own_letter() -> None:
    assert len({rubric.scale(name).letter for name in SCALE_NAMES}) == 4


@pytest.mark.parametrize("level", range(5))
def test_an_anchor_of_explaining_names_no_part_since_any_parts_may_make_the_sum(level: int) -> None:
    parts = ("word", "jargon", "lecture", "reason", "piece", "check", "own")
    assert [part for part in parts if part in rubric.scale("explanation").anchor(level)] == []
