"""What an ended encounter left behind: the cues, and what would have opened what was not heard."""

import pytest

from app.patient.scene import Mind
from app.storage.tables import LedgerRow
from app.web.debrief import cue_views, what_opens, without_quote
from personas.schema import Concern, Gate
from tests.app.web.made import debrief, maria, occasion, scale, scorecard


def concern(**gate: object) -> Concern:
    values = maria().concerns[0].model_dump() | {"opens_when": Gate.model_validate(gate)}
    return Concern.model_validate(values)


PATH = (Mind(trust=0.3, distress=0.7, understanding=0.3), Mind(trust=0.42, distress=0.5, understanding=0.3))


@pytest.mark.parametrize(
    ("gate", "opened", "words"),
    [
        ({}, False, "It needed only a question about it."),
        ({"trust": 0.6}, False, "What opens it: trust of 60 (here it reached 42)."),
        (
            {"trust": 0.6, "needs_one_of": ("silence", "open_question")},
            False,
            "What opens it: trust of 60 (here it reached 42), and a silence that left room or an open question.",
        ),
        (
            {"trust": 0.4, "needs_one_of": ("topic", "silence")},
            False,
            "There was trust enough for it. What opens it: something that touches on it or a silence that left room. "
            "For example: “Is there any breast cancer in your family”.",
        ),
        ({"distress_at_most": 0.4}, False, "What opens it: distress of 40 or less (here it fell to 50)."),
        ({"trust": 0.4}, True, "You had opened this: it would have come with a little more time and an open question."),
    ],
)
def test_what_would_have_opened_a_concern_is_said_in_words(gate: dict[str, object], opened: bool, words: str) -> None:
    assert what_opens(concern(**gate), PATH, opened=opened) == words


def test_a_cue_of_the_ledger_brings_its_own_suggestion_once() -> None:
    note = maria().cues[0]
    missed = scale(level=1, score=20, occasions=(occasion("My mum sat", met=False),))
    entry = LedgerRow(id="c", encounter_id="e1", position=0, kind="cue", item_id=note.id, quote="My mum sat here.")
    views = cue_views(debrief(machine=scorecard(empathy=missed, emotion_naming=missed), ledger=(entry,)))

    assert [(cue.quote, cue.became, cue.could_say) for cue in views] == [("My mum sat", "Missed", note.could_say)]


@pytest.mark.parametrize(
    ("why", "shown"),
    [('When she said "I am fine", you moved on.', "You moved on."), ("You moved on.", "You moved on."), ("", "")],
)
def test_a_quote_that_stands_above_is_not_said_again(why: str, shown: str) -> None:
    assert without_quote(why) == shown


@pytest.mark.parametrize(
    ("met", "grade", "became"), [(True, 3.0, "Met"), (False, 2.0, "Half met"), (False, 1.0, "Missed")]
)
def test_a_hint_whose_content_was_heard_is_half_met(met: bool, grade: float, became: str) -> None:
    shown = occasion("My mum sat", met=met).model_copy(update={"grade": grade})
    card = scorecard(empathy=scale(level=1, score=20, occasions=(shown,)))

    assert [cue.became for cue in cue_views(debrief(machine=card))] == [became]
