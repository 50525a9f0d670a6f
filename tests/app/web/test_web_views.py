"""Pages: a template reads exactly its view's fields, what people wrote is escaped, what is closed stays closed."""

import re
from collections.abc import Iterator
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import meta, nodes

import app.web.errors
import app.web.people  # noqa: F401  its views count too
from app.patient.scene import Change, Mind, State
from app.storage.tables import Assignment, Encounter, LedgerRow, ReplyAttempt, TurnRow
from app.web.annotation import Mark, marks_of, minds, steps_of, stretches, turn_views
from app.web.debrief import Debrief, cue_views, feedback_page, how_it_felt, what_opens, without_quote
from app.web.educator import student_lines
from app.web.home import Case, Held, door_note_page, home_page
from app.web.pages import TEMPLATES, environment, render
from app.web.room import encounter_page, parts_of, seconds_in_room
from app.web.student import _closed_until
from app.web.views import FeedbackPage, Frame, Part, View
from personas import Persona, Scenario, shipped
from personas.schema import Concern, Gate
from scoring import Scorecard
from scoring.scorecard import SCALE_NAMES, Evidence, Moment, Occasion, ScaleResult, Talk

START = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
FRAME = Frame(name="Ann", role="student", support_url="/support")
SAID = "Good morning. You look frightened. Would you like me to go on?"


def maria() -> Persona:
    return shipped()["maria_rivera"].persona


def case() -> Case:
    persona = maria()
    return Case(persona, persona.scenarios[0])


def encounter(**values: object) -> Encounter:
    return Encounter(
        **{
            "id": "e1",
            "student_id": "u1",
            "assignment_id": None,
            "persona_hash": "h",
            "scenario_id": maria().scenarios[0].id,
            "difficulty": "standard",
            "mode": "practice",
            "voice": "authored",
            "hints_used": 0,
            "branched_from": None,
            "started_at": START,
            "ended_at": START + timedelta(minutes=9),
        }
        | values
    )


def turn(position: int, speaker: str, text: str, trust: float | None = None, **values: object) -> TurnRow:
    state = None if trust is None else State(mind=Mind(trust=trust, distress=0.6, understanding=0.3))
    return TurnRow(
        **{
            "id": str(position),
            "encounter_id": "e1",
            "position": position,
            "turn_id": f"t{position}" if speaker == "student" else None,
            "speaker": speaker,
            "text": text,
            "does": None,
            "silent": False,
            "as_shown": text,
            "reading": None,
            "state": state and state.model_dump(mode="json"),
            "changes": None,
            "said_at": START + timedelta(seconds=30 * position),
        }
        | values
    )


def scale(**values: object) -> ScaleResult:
    unseen = {"level": None, "score": None, "anchor": "No occasion arose.", "counted": "Nothing was counted."}
    return ScaleResult.model_validate(unseen | values)


def evidence(quote: str, effect: str = "raises", why: str = "It fitted her.") -> Evidence:
    start = SAID.index(quote)
    return Evidence.model_validate(
        {"turn": 1, "start": start, "end": start + len(quote), "quote": quote, "effect": effect, "why": why}
    )


def scorecard(moments: tuple[Moment, ...] = (), **scales: ScaleResult) -> Scorecard:
    return Scorecard.model_validate(
        {
            "scales": {name: scales.get(name, scale()) for name in SCALE_NAMES},
            "overall": None,
            "talk": Talk(
                student_words=12,
                patient_words=4,
                student_share=0.75,
                longest_turn=1,
                longest_turn_words=12,
                open_questions=1,
                closed_questions=0,
                silences=0,
            ),
            "moments": moments,
            "facts_checked": True,
            "scorer_version": "1",
            "rubric_version": "1",
        }
    )


def talk(said: str = SAID) -> list[TurnRow]:
    return [
        turn(0, "patient", ASKED, trust=0.35),
        turn(1, "student", said, trust=0.45),
        turn(2, "patient", "Go on."),
    ]


def debrief(**values: object) -> Debrief:
    row = encounter()
    given_values = {
        "encounter": row,
        "ended_at": row.ended_at,
        "persona": maria(),
        "turns": talk(),
        "ledger": (),
        "card": scorecard(empathy=scale(level=2, score=50, evidence=(evidence("You look frightened"),))),
    }
    return Debrief(**given_values | values)  # type: ignore[arg-type]


def all_views(kind: type[View] = View) -> Iterator[type[View]]:
    for one in kind.__subclasses__():
        yield one
        yield from all_views(one)


def read_by(template: str) -> set[str]:
    """The names a template reads, with those of the templates it extends or takes macros from."""
    assert environment.loader is not None
    tree = environment.parse(environment.loader.get_source(environment, template)[0])
    names = set(meta.find_undeclared_variables(tree))
    names -= {str(name) for macros in tree.find_all(nodes.FromImport) for name in macros.names}
    for other in meta.find_referenced_templates(tree):
        names |= read_by(str(other))
    return names


@pytest.mark.parametrize("view", list(all_views()), ids=lambda view: view.__name__)
def test_a_template_reads_exactly_the_fields_of_its_view(view: type[View]) -> None:
    assert read_by(view.template) - {"frame"} == {field.name for field in fields(view)}


def test_every_template_belongs_to_a_view_or_to_other_templates() -> None:
    parts = {"layout.html", "speech.html", "feedback_marks.html"}

    assert {path.name for path in TEMPLATES.iterdir()} - parts == {view.template for view in all_views()}


@pytest.mark.parametrize("path", sorted(TEMPLATES.iterdir()), ids=lambda path: path.name)
def test_no_template_carries_a_script_or_a_style_of_its_own(path: object) -> None:
    source = path.read_text("utf-8")  # type: ignore[attr-defined]

    assert re.findall(r"\sstyle=|<style|<script(?![^>]*\ssrc=)|\son\w+=|javascript:", source) == []


HOSTILE = '<script>alert(1)</script> "quoted" & {{ 7 * 7 }} <b onclick=x>'


def test_what_a_student_wrote_is_shown_as_it_was_written() -> None:
    room = encounter_page(encounter(ended_at=None), maria(), talk(HOSTILE), None, START, 2000)
    pages = [render(room, FRAME), render(feedback_page(debrief(turns=talk(HOSTILE), card=scorecard())), FRAME)]

    for page in pages:
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
        assert "<script>alert" not in page
        assert "<b onclick" not in page
        assert "{{ 7 * 7 }}" in page


def test_a_hostile_name_is_escaped_in_the_bar() -> None:
    page = render(home_page([case()], [], {}), Frame(name="<img src=x>", role="student", support_url="/support"))

    assert "<img" not in page


spans = st.lists(
    st.tuples(st.integers(-2, 30), st.integers(-2, 30), st.sampled_from(SCALE_NAMES)).map(
        lambda span: Mark(min(span[:2]), max(span[:2]), span[2], "raises", "why")
    ),
    max_size=6,
)


@given(text=st.text(max_size=25), marks=spans)
def test_marked_text_is_the_text_however_the_marks_overlap(text: str, marks: list[Mark]) -> None:
    cut = stretches(text, marks)

    assert "".join(one.text for one in cut) == text
    place = 0
    for one in cut:
        for index in range(place, place + len(one.text)):
            over = {number for number, mark in enumerate(marks) if mark.start <= index < mark.end}
            assert set(one.whys) == over
        place += len(one.text)


def test_overlapping_marks_keep_each_scale() -> None:
    cut = stretches(
        "You look frightened.", [Mark(0, 19, "empathy", "raises", "a"), Mark(4, 8, "permission", "raises", "b")]
    )

    assert [(one.text, one.scales) for one in cut] == [
        ("You ", ("empathy",)),
        ("look", ("empathy", "permission")),
        (" frightened", ("empathy",)),
        (".", ()),
    ]


ASKED = "Is it bad? My mum sat here."


def occasion(quote: str, *, met: bool) -> Occasion:
    start = ASKED.index(quote)
    place = {"turn": 0, "start": start, "end": start + len(quote), "quote": quote}
    return Occasion.model_validate(place | {"kind": "cue", "met": met, "grade": 0, "why": "Left standing."})


def test_a_missed_occasion_is_marked_and_a_met_one_is_not() -> None:
    words = {
        "turn": 0,
        "start": 0,
        "end": 9,
        "quote": "Is it bad",
        "kind": "concern",
        "grade": 0,
        "why": "Left standing.",
    }
    occasions = (
        Occasion.model_validate(words | {"met": False}),
        Occasion.model_validate(words | {"met": True, "start": 3, "quote": "it bad"}),
    )

    assert marks_of(scorecard(empathy=scale(level=1, score=30, occasions=occasions)), 0) == (
        Mark(0, 9, "empathy", "missed", "Left standing."),
    )


def test_the_same_evidence_twice_is_one_mark() -> None:
    twice = (evidence("You look frightened"), evidence("You look frightened"))

    assert len(marks_of(scorecard(empathy=scale(level=2, score=50, evidence=twice)), 1)) == 1


def test_every_quote_of_a_scale_leads_to_a_reason_on_the_page() -> None:
    found = (evidence("You look frightened"), evidence("Would you like me to go on?", "lowers", "After telling."))
    card = scorecard(
        empathy=scale(level=2, score=50, evidence=found), permission=scale(level=1, score=25, evidence=found)
    )
    page = render(feedback_page(debrief(card=card)), FRAME)

    targets = set(re.findall(r' href="#([^"]+)"', page)) - {"content"}
    assert len(targets) >= 4
    assert targets <= set(re.findall(r' id="([^"]+)"', page))


def test_the_curves_join_from_row_to_row() -> None:
    views = turn_views(talk(), scorecard(), maria(), Mind(trust=0.3, distress=0.6, understanding=0.3))

    assert [(view.curves[0].before, view.curves[0].after) for view in views] == [(30, 35), (35, 45), (45, 45)]
    for above, below in pairwise(views):
        assert [piece.after for piece in above.curves] == [piece.before for piece in below.curves]


def test_a_turn_without_a_state_changed_nothing() -> None:
    start = Mind(trust=0.3, distress=0.6, understanding=0.3)

    assert minds([turn(0, "student", "Hello?")], start) == (start, start)


def test_steps_of_one_reason_stand_in_one_line_and_tiny_ones_in_none() -> None:
    changes = [
        Change(what="trust", by=0.1, why="You named her fear"),
        Change(what="trust", by=0.004, why="You let her go on"),
        Change(what="distress", by=-0.061, why="You named her fear"),
    ]

    assert [(step.moved, step.why) for step in steps_of(changes)] == [("Trust +10, distress −6", "You named her fear.")]


def test_an_unobserved_scale_is_no_zero() -> None:
    page = render(feedback_page(debrief(card=scorecard())), FRAME)

    assert "0 of 4" not in page
    assert page.count("No occasion arose.") == 4
    assert "there is no overall score" in page


def told(concern: str) -> LedgerRow:
    return LedgerRow(id=concern, encounter_id="e1", position=2, kind="concern", item_id=concern, quote="Go on.")


def test_what_was_told_and_what_was_not_are_told_apart() -> None:
    mains = [concern for concern in maria().concerns if concern.main]
    page = feedback_page(debrief(ledger=(told(mains[0].id),)))

    assert [(one.summary, one.row) for one in page.heard] == [(mains[0].summary, 2)]
    assert [one.summary for one in page.unheard] == [concern.summary for concern in mains[1:]]
    assert all(one.opens for one in page.unheard)


def test_while_an_assessment_is_open_nothing_unheard_is_in_the_page() -> None:
    page = render(feedback_page(debrief(closed_until=START + timedelta(days=3))), FRAME)

    assert "4 March 2026" in page
    assert [concern.summary for concern in maria().concerns if concern.summary[:40] in page] == []


@pytest.mark.parametrize(
    ("mode", "days", "closed"), [("assessment", 1, True), ("assessment", -1, False), ("practice", 1, False)]
)
def test_only_an_open_assessment_keeps_it_closed(mode: str, days: int, closed: bool) -> None:
    closes_at = START + timedelta(days=days)
    assignment = Assignment(
        id="a", cohort_id="c", scenario_id="s", difficulty="standard", mode=mode, opens_at=START, closes_at=closes_at
    )

    assert _closed_until(assignment, START) == (closes_at if closed else None)


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


@pytest.mark.parametrize(
    ("first", "last", "felt"),
    [
        (0.35, 0.6, "well"),
        (0.35, 0.4, "middling"),
        (0.35, 0.2, "badly"),
        (0.25, 0.27, "middling"),
        (0.6, 0.58, "middling"),
    ],
)
def test_how_it_felt_follows_trust(first: float, last: float, felt: str) -> None:
    path = [Mind(trust=value, distress=0.5, understanding=0.5) for value in (first, last)]

    assert how_it_felt(path) == felt


def test_a_cue_of_the_ledger_brings_its_own_suggestion_once() -> None:
    note = maria().cues[0]
    missed = scale(level=1, score=20, occasions=(occasion("My mum sat", met=False),))
    entry = LedgerRow(id="c", encounter_id="e1", position=0, kind="cue", item_id=note.id, quote="My mum sat here.")
    views = cue_views(debrief(card=scorecard(empathy=missed, emotion_naming=missed), ledger=(entry,)))

    assert [(cue.quote, cue.became, cue.could_say) for cue in views] == [("My mum sat", "Missed", note.could_say)]


@pytest.mark.parametrize(
    ("why", "shown"),
    [('When she said "I am fine", you moved on.', "You moved on."), ("You moved on.", "You moved on."), ("", "")],
)
def test_a_quote_that_stands_above_is_not_said_again(why: str, shown: str) -> None:
    assert without_quote(why) == shown


def moment(turn_index: int, **values: object) -> Moment:
    place = {"turn": turn_index, "start": 0, "end": 2, "quote": "Is", "what_happened": "It moved her."}
    return Moment.model_validate(place | {"answer_turn": None} | values)


def test_only_what_could_have_gone_better_is_tried_again() -> None:
    moments = (moment(0, helped=True, answer_turn=1), moment(0, helped=False, answer_turn=1), moment(1, helped=False))

    assert [one.try_from for one in feedback_page(debrief(card=scorecard(moments))).moments] == [None, 1, 1]


def test_who_reads_another_persons_feedback_cannot_branch_it() -> None:
    moments = (moment(0, helped=False, answer_turn=1),)
    own, others = (
        render(feedback_page(debrief(card=scorecard(moments), owner=owner)), FRAME) for owner in (None, "Ann Lee")
    )

    assert own.count('action="/encounters/e1/branch"') == 2
    assert "/branch" not in others
    assert "The talk of Ann Lee" in others


@pytest.mark.parametrize(
    ("raw", "parts"),
    [
        ("*She nods.* Yes.", [(True, "She nods."), (False, "Yes.")]),
        ("Yes. *She nods.* I see.", [(False, "Yes."), (True, "She nods."), (False, "I see.")]),
        ("I *really* do.", [(False, "I really do.")]),
        ("*Nods.*", [(True, "Nods.")]),
        ("*Nods* Yes.", [(True, "Nods"), (False, "Yes.")]),
        ("What * is this", [(False, "What  is this")]),
        ("", []),
    ],
)
def test_what_is_done_is_told_apart_from_what_is_said(raw: str, parts: list[tuple[bool, str]]) -> None:
    assert parts_of(raw) == tuple(Part(does=does, text=text) for does, text in parts)


def test_the_clock_counts_no_time_away() -> None:
    moments = [START, START + timedelta(seconds=60), START + timedelta(days=2), START + timedelta(days=2, seconds=10)]

    assert seconds_in_room(moments) == 60 + 180 + 10


def test_the_clock_counts_no_turns_of_another_try() -> None:
    assert seconds_in_room([START, START - timedelta(days=1), START + timedelta(seconds=20)]) == 20


def test_the_clock_counts_nothing_where_the_machines_was_set_back() -> None:
    moments = [START + timedelta(seconds=at) for at in (0, 60, 20, 30)]

    assert seconds_in_room(moments) == 60 + 0 + 10


def attempt(state: str, code: str | None = None, what_now: str | None = None) -> ReplyAttempt:
    values = {
        "id": "a",
        "encounter_id": "e1",
        "turn_id": "t1",
        "number": 1,
        "text": "",
        "lines": [],
        "started_at": START,
        "state": state,
        "error_code": code,
        "error_what_now": what_now,
    }
    return ReplyAttempt(**values)


SLOW = "The patient took too long to answer. Your words are saved. Ask again."


@pytest.mark.parametrize(
    ("tried", "running", "message"),
    [
        (attempt("partial"), True, ""),
        (
            attempt("failed", "patient_slow"),
            False,
            "The patient took too long to answer. Your words are saved. Ask again.",
        ),
        (
            attempt("failed", "patient_slow", "Your words are saved. Ask again in about 30 seconds."),
            False,
            "The patient took too long to answer. Your words are saved. Ask again in about 30 seconds.",
        ),
        (None, False, "The patient's answer was cut off. Your words are saved. Ask again."),
    ],
)
def test_a_turn_without_an_answer_says_so(tried: ReplyAttempt | None, running: bool, message: str) -> None:
    page = encounter_page(encounter(ended_at=None), maria(), talk()[:2], tried, START, 2000)

    assert page.waiting is not None
    assert (page.waiting.turn_id, page.waiting.running, page.waiting.message) == ("t1", running, message)


def test_an_answered_turn_waits_for_nothing() -> None:
    assert encounter_page(encounter(ended_at=None), maria(), talk(), None, START, 2000).waiting is None


def test_no_hint_is_offered_in_an_assessment() -> None:
    pages = [
        render(encounter_page(encounter(ended_at=None, mode=mode), maria(), talk(), None, START, 2000), FRAME)
        for mode in ("practice", "assessment")
    ]

    assert ["ask-hint" in page for page in pages] == [True, False]


def many() -> list[Case]:
    persona, scenario = case()
    return [
        Case(persona, Scenario.model_validate(scenario.model_dump() | {"id": f"s{number}", "minutes": 8 + number}))
        for number in range(7)
    ]


def test_a_short_library_has_no_filters() -> None:
    assert home_page([case()], [], {}).filters == ()


def test_the_library_is_narrowed_by_what_was_asked() -> None:
    page = home_page(many(), [], {"length": "short", "channel": "face_to_face", "nonsense": "x", "practice": "x"})

    assert [card.minutes for card in page.cards] == [8, 9, 10]
    assert [one.name for one in page.filters] == ["practice", "channel", "difficulty", "length"]
    assert [choice.value for one in page.filters for choice in one.choices if choice.chosen] == [
        "",
        "face_to_face",
        "",
        "short",
    ]


def test_home_tells_running_encounters_from_ended_ones() -> None:
    held = [Held(encounter(id="o", ended_at=None), case(), 3, None), Held(encounter(id="p"), case(), 9, 71.6)]
    page = home_page([case()], held, {})

    assert [one.id for one in page.unfinished] == ["o"]
    assert [(one.id, one.overall) for one in page.past] == [("p", 72)]


def test_the_door_note_gives_nothing_away() -> None:
    page = render(door_note_page(case()), FRAME)

    assert [concern.id for concern in maria().concerns if concern.summary in page or concern.tell in page] == []
    assert [cue.id for cue in maria().cues if cue.hint in page] == []
    assert page.count('type="radio"') == 2


def test_the_running_encounter_gives_nothing_away() -> None:
    page = render(encounter_page(encounter(ended_at=None), maria(), talk(), None, START, 2000), FRAME)

    assert [concern.id for concern in maria().concerns if concern.summary in page or concern.tell in page] == []
    assert "trust" not in page.lower()


def test_a_class_without_anybody_is_an_empty_list() -> None:
    assert student_lines([]) == ()


def test_feedback_of_a_talk_without_the_patients_mind_has_no_curves() -> None:
    page = feedback_page(debrief(turns=[turn(0, "student", SAID), turn(1, "patient", "Yes.")], card=scorecard()))

    assert isinstance(page, FeedbackPage)
    assert not page.mind_shown
    assert '<svg class="strip"' not in render(page, FRAME)


@pytest.mark.parametrize(("news_told", "looks_back"), [(True, True), (False, False)])
def test_the_patient_looks_back_only_once_the_news_was_told(news_told: bool, looks_back: bool) -> None:
    mind = Mind(trust=0.6, distress=0.5, understanding=0.4)
    last = State(mind=mind, news_told=news_told).model_dump(mode="json")
    rows = [*talk(), turn(3, "student", "Goodbye.", state=last)]

    assert (feedback_page(debrief(turns=rows)).afterwards is not None) == looks_back


@pytest.mark.parametrize(
    ("met", "grade", "became"), [(True, 3.0, "Met"), (False, 2.0, "Half met"), (False, 1.0, "Missed")]
)
def test_a_hint_whose_content_was_heard_is_half_met(met: bool, grade: float, became: str) -> None:
    shown = occasion("My mum sat", met=met).model_copy(update={"grade": grade})
    card = scorecard(empathy=scale(level=1, score=20, occasions=(shown,)))

    assert [cue.became for cue in cue_views(debrief(card=card))] == [became]
