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
ASKS_EXAM = ("S", "May I listen to your chest?", "asks_permission/examination=May I listen to your chest?")
FAKE = ("S", "I'm going to examine you now, okay?", "examines/examination=examine you")
QUIZ = ("S", "Do you smoke at all?", "closed_question=Do you smoke at all?")


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
        ((("P", "Can I go home?"), NEWS), [(0, "none")]),
        ((("P", "Can it be cancer?"), NEWS), [(2, "requested")]),
        ((("P", "What did they find?"), NEWS), [(2, "requested")]),
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
            (("P", "Hi."), ("S", f"I'm going to tell you now, okay? {NEWS[1]}", NEWS[2]), ("P", "Oh.")),
            [(-1, "fake_choice")],
        ),
        (
            (("P", "Hi."), FAKE, ("P", "Please don't."), EXAM),
            [(-1, "fake_choice")],
        ),
        ((("P", "Hi."), FAKE, ("P", "Please don't."), ("S", "Then we leave it.")), [(1, "respected")]),
        ((("P", "Hi."), FAKE, ("P", "Fine."), EXAM), [(1, "announced")]),
        ((("P", "Hi."), ASKS_EXAM, ("P", "Do we have to?"), EXAM), [(-1, "overridden")]),
        (
            (("P", "Hi."), ASKS_EXAM, ("P", "Do we have to?"), ("S", "It tells us why it hurts."), ("P", "OK."), EXAM),
            [(2, "held")],
        ),
        (
            (("P", "Hi."), ASKS_EXAM, ("P", "No."), ("S", "How is your week?"), ("P", "Bad."), EXAM),
            [(-1, "overridden")],
        ),
        ((("P", "Hi."), ASKS_EXAM, ("P", "Yes."), EXAM, ("P", "Stop, it hurts."), EXAM), [(-1, "overridden")]),
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


def verdicts(talk) -> list[tuple[int, str]]:  # type: ignore[no-untyped-def]
    return [(episode.grade, episode.how) for episode in find_episodes(talk)]


def test_a_question_asked_again_before_it_is_answered_has_one_verdict(converse) -> None:  # type: ignore[no-untyped-def]
    talk = converse(("P", "Is it cancer?"), QUIZ, ("P", "No. Is it cancer?"), NEWS)

    assert verdicts(talk) == [(1, "stalled")]
    assert [one.why for one in score(talk).evidence] == ["They had to ask this again before you answered."]


def test_a_question_put_off_twice_is_one_missed_occasion(converse) -> None:  # type: ignore[no-untyped-def]
    talk = converse(("P", "Is it cancer?"), QUIZ, ("P", "Please, is it cancer?"), QUIZ)

    assert verdicts(talk) == [(0, "stalled")]


def test_an_answer_that_ends_in_a_question_is_not_also_a_missed_one(converse) -> None:  # type: ignore[no-untyped-def]
    answer = f"{ADVICE[1]} The doctor will see you on Friday. Is that OK?"
    talk = converse(("P", "What should I do?"), ("S", answer, ADVICE[2], "asks_after=Is that OK?"))

    assert verdicts(talk) == [(2, "requested")]


def test_asking_twice_what_the_patient_knows_leaves_one_verdict(converse) -> None:  # type: ignore[no-untyped-def]
    told = ("S", "What have you been told?", "asks_prior_knowledge=What have you been told?")
    heard = ("S", "And what did they say?", "asks_prior_knowledge=And what did they say?")
    talk = converse(("P", "Is it cancer?"), told, ("P", "Little."), heard, ("P", "Little."), NEWS)

    assert verdicts(talk) == [(2, "requested")]


def test_another_question_after_the_answer_is_a_new_one(converse) -> None:  # type: ignore[no-untyped-def]
    talk = converse(("P", "Is it cancer?"), NEWS, ("P", "Will I die?"), QUIZ)

    assert verdicts(talk) == [(2, "requested"), (0, "stalled")]


def test_general_leave_holds_until_the_subject_changes(converse) -> None:  # type: ignore[no-untyped-def]
    opening = (("P", "Hi."), ASKS_EXAM, ("P", "Yes."), EXAM, ("P", "Hm."))
    pain = ("S", "Does it hurt?", "closed_question=Does it hurt?")
    kept = converse(*opening, pain, ("P", "No."), EXAM)
    changed = converse(*opening, ADVICE, ("P", "Hm."), EXAM)

    assert verdicts(kept) == [(2, "asked"), (2, "held")]
    assert verdicts(changed) == [(2, "asked"), (0, "none"), (0, "none")]


def test_leave_for_one_sensitive_subject_does_not_open_another(converse) -> None:  # type: ignore[no-untyped-def]
    asks = "May I ask about alcohol?"
    lines = (("P", "Hi."), ("S", asks, f"asks_permission/sensitive={asks}"), ("P", "Yes."))
    same = converse(*lines, ("S", "Do you drink?", "opens_sensitive/sensitive=Do you drink?"))
    other = converse(*lines, ("S", "Do you use condoms?", "opens_sensitive/sensitive=Do you use condoms?"))

    assert (verdicts(same), verdicts(other)) == ([(2, "asked")], [(0, "none")])


def test_a_closing_is_that_all_right_is_not_asking(converse) -> None:  # type: ignore[no-untyped-def]
    closing = ("S", "Goodbye. Is that all right?", "asks_after=Is that all right?")
    closed = converse(("P", "Hi."), ADVICE, ("P", "Hm."), closing)
    answered = converse(("P", "Hi."), ADVICE, ("P", "Hm."), closing, ("P", "Yes."))

    assert (verdicts(closed), verdicts(answered)) == ([(0, "none")], [(1, "after")])


def test_the_top_level_needs_changes_of_subject_announced(converse) -> None:  # type: ignore[no-untyped-def]
    asked = (
        ("P", "Hi."),
        CHOICE,
        ("P", "Now, please."),
        NEWS,
        ("P", "Oh."),
        ASKS_EXAM,
        ("P", "Yes."),
        EXAM,
        ("P", "Oh."),
    )
    leave = "May I give you some advice?"
    more = (("S", leave, f"asks_permission/advice={leave}"), ("P", "Yes."), ADVICE, ("P", "Oh."))
    drink = "opens_sensitive/sensitive=Do you drink?"
    silent = converse(*asked, *more, ("S", "Do you drink?", drink))
    announced = converse(*asked, *more, ("S", "Now your habits. Do you drink?", "signposts=Now your habits.", drink))

    assert [score(talk).level for talk in (silent, announced)] == [3, 4]


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
    moment = "Am I speaking to Mrs Lane? Is this a good moment, are you driving?"
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


def test_by_phone_a_good_moment_agreed_to_is_leave_if_the_listener_is_known(converse) -> None:  # type: ignore[no-untyped-def]
    phone = scenario(channel="phone", audience="family")
    moment = ("S", "Is this a good moment, are you driving?")
    unknown = converse(("P", "Hello?"), moment, ("P", "It is fine."), NEWS, scenario=phone)
    known = converse(("P", "Hello, this is Anna."), moment, ("P", "It is fine."), NEWS, scenario=phone)

    assert (verdicts(unknown), verdicts(known)) == ([(1, "bad_moment")], [(2, "asked")])


def test_a_colleague_asked_for_two_minutes_has_given_leave(converse) -> None:  # type: ignore[no-untyped-def]
    asks = "Do you have two minutes?"
    colleague = scenario(audience="clinician")
    lines = (("P", "Yes?"), ("S", asks, f"asks_permission/agenda={asks}"), ("P", "Go on."), NEWS)

    assert verdicts(converse(*lines, scenario=colleague))[-1] == (2, "asked")
    assert verdicts(converse(*lines))[-1] == (0, "none")


@pytest.mark.parametrize(
    ("reply", "grade", "how"),
    [("Yes.", 2, "asked"), ("Is it bad?", 2, "asked"), ("I feel sick.", 1, "unanswered"), ("No.", -1, "overridden")],
)
def test_leave_answered_by_neither_yes_nor_no_is_half(converse, reply: str, grade: int, how: str) -> None:  # type: ignore[no-untyped-def]
    news = find_episodes(converse(ASKS, ("P", reply), NEWS))[-1]

    assert (news.grade, news.how if grade < 2 else "asked") == (grade, how)


def test_leave_to_talk_about_a_thing_covers_what_is_told_of_it_next(converse) -> None:  # type: ignore[no-untyped-def]
    talk = ("S", "Can we talk about the cuts?", "asks_permission/agenda=Can we talk about the cuts?")
    told = "A cut bleeds longer with this tablet, so press on it for ten minutes and ring us if it goes on."
    tells = ("S", told, f"tells_fact={told}")

    assert [one.grade for one in find_episodes(converse(talk, ("P", "Go on."), tells))] == [2]


def test_small_talk_at_the_end_hides_no_tic(converse) -> None:  # type: ignore[no-untyped-def]
    ask = ("S", "May I go through the forms?", "asks_permission/agenda=May I go through the forms?")
    asked = [line for _ in range(5) for line in (ask, ("P", "Yes."))]
    chat = [line for _ in range(9) for line in (("S", "Nice weather today."), ("P", "It is."))]

    assert {one.how for one in find_episodes(converse(*asked))} == {"tic"}
    assert {one.how for one in find_episodes(converse(*asked, *chat))} == {"tic"}


def test_a_question_put_off_is_quoted_beside_the_words_that_put_it_off(converse) -> None:  # type: ignore[no-untyped-def]
    talk = converse(("P", "Is it cancer?"), ("S", "Did you have breakfast?", "closed_question=Did you have breakfast?"))
    evidence = [(one.quote, one.why) for one in score(talk).evidence]
    assert evidence == [("Did you have breakfast?", 'When they asked "Is it cancer?", this did not answer it.')]


def test_a_no_to_the_question_asked_in_the_same_breath_is_no_refusal(converse) -> None:  # type: ignore[no-untyped-def]
    said = "Can I ask, do you think of yourself as a drinker?"
    answers = ("No, I don't think I am.", "I'd rather not say.")
    hows = [
        [one.how for one in find_episodes(converse(("S", said, f"asks_permission/sensitive={said}"), ("P", answer)))]
        for answer in answers
    ]
    assert hows == [[], ["respected"]]
