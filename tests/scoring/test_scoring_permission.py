"""Asking permission: episodes, their grades, and what holds a level down."""

import pytest

from personas.schema import MustAsk, Scenario, Start, Task
from scoring.episodes import find_episodes
from scoring.scales.permission import score

NEWS = ("S", "The biopsy shows that it is cancer.", "tells_news/news=The biopsy shows that it is cancer.")
ASKS = ("S", "May I tell you the result now?", "asks_permission/news=May I tell you the result now?")
CHOICE = (
    "S",
    "Shall I tell you now, or later with your sister?",
    "asks_permission/news=Shall I tell you now",
    "offers_choice=now, or later",
)
ADVICE = ("S", "You should stop smoking from today on.", "advises/advice=You should stop smoking")
EXAM = ("S", "Let me listen to your chest.", "examines/examination=Let me listen to your chest.")


def scenario(**changes: object) -> Scenario:
    content: dict[str, object] = {
        "id": "made-up",
        "title": "Made up",
        "summary": "Made up",
        "practices": ("explain",),
        "minutes": 8,
        "student_role": "student",
        "setting": "clinic",
        "known": ("Nothing.",),
        "tasks": (Task(id="tell", what="Tell the result.", scales=("permission", "explanation")),),
        "limits": "No treatment decisions.",
        "opening": "",
        "difficulties": {"standard": Start(trust=0.3, distress=0.5, understanding=0.3, note="As it is.")},
        **changes,
    }
    return Scenario.model_validate(content)


@pytest.mark.parametrize(
    ("lines", "grades"),
    [
        ((("P", "Hello."), NEWS), [(0, "none")]),
        ((("P", "Hello."), ASKS, ("P", "Yes, please."), NEWS), [(2, "asked")]),
        ((("P", "Is it cancer? Just tell me."), NEWS), [(2, "requested")]),
        ((("P", "Hello."), ASKS, ("P", "No, not now."), NEWS), [(-1, "overridden")]),
        ((("P", "Hello."), ASKS, ("P", "No, not now."), ("S", "Then we wait.")), [(2, "respected")]),
        (
            (("P", "Hi."), ("S", f"May I? {NEWS[1]}", "asks_permission/news=May I?", f"tells_news/news={NEWS[1]}")),
            [(1, "same_turn")],
        ),
        (
            (("P", "Hi."), (*ADVICE[:1], f"{ADVICE[1]} Is that OK?", *ADVICE[2:], "asks_after=Is that OK?")),
            [(1, "after")],
        ),
        (
            (("P", "Hi."), ("S", "I'm going to examine you now, okay?", "examines/examination=examine you")),
            [(-1, "fake_choice")],
        ),
        (
            (("P", "Is it cancer?"), ("S", "Do you smoke at all?", "closed_question=Do you smoke at all?")),
            [(0, "stalled")],
        ),
        ((("P", "Is it cancer?"), ("S", "We do not know yet.")), []),
        ((("P", "I can't breathe."), ("S", "I am calling an ambulance now.", "advises=calling an ambulance")), []),
    ],
)
def test_an_episode_gets_its_grade(converse, lines, grades) -> None:  # type: ignore[no-untyped-def]
    assert [(episode.grade, episode.how) for episode in find_episodes(converse(*lines))] == grades


def test_consecutive_turns_on_one_act_are_one_episode(converse) -> None:  # type: ignore[no-untyped-def]
    talk = converse(("P", "Hi."), ADVICE, ("P", "Hm."), ("S", "You ought to walk more as well.", "advises=walk more"))
    assert [episode.turns for episode in find_episodes(talk)] == [(1, 3)]


def test_leave_for_telling_does_not_cover_an_examination(converse) -> None:  # type: ignore[no-untyped-def]
    talk = converse(("P", "Hi."), ASKS, ("P", "Yes."), EXAM)
    assert [(episode.act, episode.grade) for episode in find_episodes(talk)] == [("examination", 0)]


@pytest.mark.parametrize(
    ("lines", "level"),
    [
        ((("P", "Hi."), NEWS), 0),
        ((("P", "Hi."), ("S", "Can I ask your name?", "asks_leave_tic=Can I ask your name?"), ("P", "Jo."), NEWS), 1),
        ((("P", "Hi."), ASKS, ("P", "No, not now."), NEWS), 0),
        ((("P", "Hi."), ASKS, ("P", "Yes."), NEWS), 3),
        ((("P", "Hi."), CHOICE, ("P", "Now, please."), NEWS), 4),
        ((("P", "Is it cancer?"), NEWS), 4),
        ((("P", "What should I do?"), ADVICE, ("P", "Hm."), EXAM, ("P", "Hm."), NEWS), 2),
    ],
)
def test_the_episodes_give_the_level(converse, lines, level: int) -> None:  # type: ignore[no-untyped-def]
    assert score(converse(*lines)).level == level


def test_leave_before_every_small_step_earns_nothing(converse) -> None:  # type: ignore[no-untyped-def]
    lines: list[tuple[str, ...]] = [("P", "Hi.")]
    for subject in ("sleep", "meals", "work", "walks", "tea"):
        asks = f"May I tell you about {subject}?"
        told = f"A little more of {subject} each day is a thing that most people find does them good."
        lines += [("S", asks, f"asks_permission/education={asks}"), ("P", "Yes.")]
        lines += [("S", f"Can I? {told}", "asks_leave_tic=Can I?", f"tells_fact/education={told}"), ("P", "OK.")]
    result = score(converse(*lines))
    assert result.level is not None
    assert result.level <= 1


def test_a_must_ask_needs_no_leave(converse) -> None:  # type: ignore[no-untyped-def]
    asked = ("S", "Have you thought of ending your life?", "opens_sensitive/sensitive=ending your life")
    must = MustAsk(id="risk", what="Risk to self", asked_by=(r"ending your life",))
    assert find_episodes(converse(("P", "Hi."), asked, scenario=scenario(must_ask=(must,)))) == ()


def test_by_phone_the_news_needs_a_good_moment(converse) -> None:  # type: ignore[no-untyped-def]
    phone = scenario(channel="phone", audience="family")
    unready = converse(("P", "Hi."), ASKS, ("P", "Yes."), NEWS, scenario=phone)
    moment = "Is this a good moment, are you driving?"
    ready = converse(("P", "Hi."), ("S", moment), ("P", "It is fine."), ASKS, ("P", "Yes."), NEWS, scenario=phone)
    untold = converse(("P", "Hi."), NEWS, scenario=phone)
    found = [find_episodes(talk)[0] for talk in (unready, ready, untold)]
    assert [(one.grade, one.how) for one in found] == [(1, "bad_moment"), (2, "asked"), (0, "none")]


def test_in_writing_what_is_offered_counts(converse) -> None:  # type: ignore[no-untyped-def]
    written = scenario(channel="written")
    offered = "If you would like, we could talk about smoking."
    talks = [
        converse(("P", "What now."), ADVICE, scenario=written),
        converse(("P", "What now."), ("S", offered, "advises/advice=talk about smoking"), scenario=written),
    ]
    assert [find_episodes(talk)[0].grade for talk in talks] == [0, 2]


def test_an_avoided_task_is_zero_and_no_task_is_not_observed(converse) -> None:  # type: ignore[no-untyped-def]
    lines = (("P", "Hi."), ("S", "How was your week?", "open_question=How was your week?"))
    assert (score(converse(*lines)).level, score(converse(*lines, scenario=scenario())).level) == (None, 0)
