import pytest

from scoring.episodes.leave_answers import explains_act, gives_leave, takes_up, turns_down

MAY_I = "Would it be all right if I told you about the operation?"
NOW_OR_LATER = "Shall I tell you about the wires now, or would you rather wait for your sister?"
DO_YOU_MIND = "Do you mind if I listen to your chest?"


def taken(reply: str, asked: str, *, choice: bool = False) -> str:
    if turns_down(reply, asked, choice=choice):
        return "no"
    return "yes" if gives_leave(reply, asked) else "neither"


@pytest.mark.parametrize(
    ("reply", "how"),
    [
        ("Yes, do.", "yes"),
        ("Go on then.", "yes"),
        ("Now's  good.", "yes"),
        ("Tell me.", "yes"),
        ("yeah go on", "yes"),
        ("Might as well.", "yes"),
        ("Is it dangerous?", "yes"),
        ("The operation is all I think of.", "yes"),
        ("No, not today.", "no"),
        ("I'd rather wait for my wife.", "no"),
        ("Later, maybe.", "no"),
        ("When the lad's here.", "no"),
        ("Best not.", "no"),
        ("Leave it. Ask me Friday.", "no"),
        ("I'll wait for Jean.", "no"),
        ("Now. Straight.", "yes"),
        ("I can't face it.", "no"),
        ("That's enough for today.", "no"),
        ("Oh.", "neither"),
        ("I feel so ashamed.", "neither"),
        ("I work nights.", "neither"),
        ("I won't get over an operation.", "neither"),
        ("", "neither"),
    ],
)
def test_leave_is_a_yes_a_request_or_the_thing_itself_gone_into(reply: str, how: str) -> None:
    assert taken(reply, MAY_I) == how


@pytest.mark.parametrize(
    ("reply", "how"),
    [
        ("No.", "yes"),
        ("Not at all.", "yes"),
        ("No, please don't.", "no"),
        ("Yes, I do.", "no"),
        ("I do mind, actually.", "no"),
    ],
)
def test_a_no_to_do_you_mind_is_a_yes(reply: str, how: str) -> None:
    assert taken(reply, DO_YOU_MIND) == how


def test_one_of_two_things_offered_is_taken_up() -> None:
    assert [taken(reply, NOW_OR_LATER, choice=True) for reply in ("The wires, please.", "I'd rather know.")] == [
        "yes"
    ] * 2
    assert [
        taken(reply, NOW_OR_LATER, choice=True)
        for reply in ("I'd rather not hear about it.", "I'd sooner wait.", "Not till she's here.", "Once she's back.")
    ] == ["no"] * 4


def test_a_no_to_something_else_and_then_go_on_is_a_yes() -> None:
    sit = "Can you sit down somewhere, or shall I ring back later?"
    replies = ("No, I'm sat down. Go on, tell me.", "No. Don't tell me.", "No. I can't go on.", "No. My wife. Go on.")
    assert [taken(reply, sit, choice=True) for reply in replies] == ["yes", "no", "no", "yes"]


def test_leave_may_be_taken_up_a_turn_later() -> None:
    assert [takes_up(reply) for reply in ("We can talk. I feel stupid.", "Yes, it hurts.", "Since May.")] == [
        True,
        False,
        False,
    ]


def test_leave_to_explain_what_will_be_done_is_told_from_leave_to_share() -> None:
    assert explains_act("May I explain what we'd like to do?")
    assert not explains_act("May I share some information with you?")
