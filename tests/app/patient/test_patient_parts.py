"""How a model's words are cut into sentences and things done."""

import pytest

from app.patient.parts import Part, next_part, plain_words


@pytest.mark.parametrize(
    ("rest", "part"),
    [
        ("I know. And", Part("I know.", is_action=False)),
        ("I know", None),
        ("I know.", None),
        ("*She nods.*", Part("*She nods.*", is_action=True)),
        ("*She nods*", None),
        ("*She nods* I", Part("*She nods*", is_action=True)),
        (" [sighs] What", Part(" [sighs]", is_action=True)),
        ("Ask Dr. Smith about it", None),
        ("It was approx. 3. May I", None),
        ("The addr. is here. So", Part("The addr.", is_action=False)),
        ("Right *She nods.* Yes", Part("Right ", is_action=False)),
    ],
)
def test_the_front_is_cut_off_once_it_is_whole(rest: str, part: Part | None) -> None:
    assert next_part(rest, at_the_end=False) == part


@pytest.mark.parametrize(
    ("rest", "part"),
    [
        ("I know.", Part("I know.", is_action=False)),
        ("*She nods*", Part("*She nods*", is_action=True)),
        ("I know", None),
    ],
)
def test_at_the_end_nothing_is_waited_for(rest: str, part: Part | None) -> None:
    assert next_part(rest, at_the_end=True) == part


def test_marks_that_a_screen_would_show_are_left_out() -> None:
    assert plain_words(Part(" *She  nods.*", is_action=True)) == "She nods."
    assert plain_words(Part("I **do** __know__.”", is_action=False)) == "I do know."
