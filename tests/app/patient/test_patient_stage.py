"""What is said and what is done are told apart."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.patient.stage import split_actions, with_action


@pytest.mark.parametrize(
    ("raw", "spoken", "does"),
    [
        ("I see.", "I see.", None),
        ("*She looks away.* I see.", "I see.", "She looks away."),
        ("I see. *She looks away*", "I see.", "She looks away."),
        ("*She nods.*", "", "She nods."),
        ("Well... *sighs* I don't know.", "Well... I don't know.", "sighs."),
        ("*Stands up.* No. *Sits down.* Yes.", "No. Yes.", "Stands up. Sits down."),
        ("I *really* do.", "I really do.", None),
        ("Is it *cancer*?", "Is it cancer?", None),
        ("**She turns away.** No.", "No.", "She turns away."),
        ("So * that is it.", "So that is it.", None),
        ("", "", None),
    ],
)
def test_actions_are_split_from_speech(raw: str, spoken: str, does: str | None) -> None:
    assert split_actions(raw) == (spoken, does)


def test_what_is_put_together_comes_apart_again() -> None:
    assert split_actions(with_action("She nods.", "Go on.")) == ("Go on.", "She nods.")


@given(st.text(alphabet="ab *.,?\n", max_size=60))
def test_no_mark_is_left_in_what_is_spoken_or_done(raw: str) -> None:
    spoken, does = split_actions(raw)

    assert "*" not in spoken + (does or "")
    assert does is None or does.strip()
