"""What holds for every shipped persona, whoever wrote it."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import get_args

import pytest

import personas
from personas import Persona, says
from personas.schema import Concern, Line
from personas.vocabulary import ScaleName

PERSONAS = [pytest.param(one.persona, id=name) for name, one in personas.shipped().items()]
every_persona = pytest.mark.parametrize("persona", PERSONAS)


def seen_and_said(line: Line) -> str:
    return f"{line.text} {line.does or ''}"


def secrets(concern: Concern) -> tuple[str, ...]:
    return concern.phrasings + concern.never_before_open


def sentences(text: str) -> list[str]:
    return [part for part in re.split(r"(?<=[.?!])\s+", text) if part]


def everything_written(persona: Persona) -> Iterator[str]:
    def walk(value: object) -> Iterator[str]:
        if isinstance(value, str):
            yield value
        elif isinstance(value, dict):
            for part in value.values():
                yield from walk(part)
        elif isinstance(value, list | tuple):
            for part in value:
                yield from walk(part)

    yield from walk(persona.model_dump())


def test_there_is_a_persona() -> None:
    assert PERSONAS


@every_persona
def test_there_is_enough_to_say_and_to_find(persona: Persona) -> None:
    assert len([line for line in persona.lines if line.text]) >= 45
    assert len([concern for concern in persona.concerns if concern.main]) >= 3
    assert len(persona.cues) >= 6


@every_persona
def test_a_brusque_student_is_offered_three_cues_too(persona: Persona) -> None:
    free = {line.cue for line in persona.lines if line.on == "cue" and line.trust == (0, 1) and line.distress == (0, 1)}
    for scenario in persona.scenarios:
        assert len(free | set(scenario.opening_cues)) >= 3
        assert not scenario.opening or scenario.opening_cues


@every_persona
def test_a_telling_line_is_recognised_as_telling_its_concern(persona: Persona) -> None:
    phrasings = {concern.id: concern.phrasings for concern in persona.concerns}

    telling = [line for line in persona.lines if line.on == "tell" and not line.triggers and not line.part]
    assert [line.id for line in telling if not says(phrasings[line.concern or ""], line.text)] == []


@every_persona
def test_what_is_said_of_a_told_concern_gives_no_other_away(persona: Persona) -> None:
    later = [line for line in persona.lines if line.concern and (line.triggers or line.on == "again")]

    assert [
        (line.id, concern.id)
        for line in later
        for concern in persona.concerns
        if concern.id != line.concern and says(secrets(concern), seen_and_said(line))
    ] == []


@every_persona
def test_a_line_that_offers_a_cue_is_recognised_as_offering_it(persona: Persona) -> None:
    phrasings = {cue.id: cue.phrasings for cue in persona.cues}

    assert [line.id for line in persona.lines if line.cue and not says(phrasings[line.cue], line.text)] == []
    assert {line.cue for line in persona.lines if line.cue} | {
        cue for scenario in persona.scenarios for cue in scenario.opening_cues
    } == phrasings.keys()


@every_persona
def test_no_line_offers_a_cue_it_does_not_name(persona: Persona) -> None:
    assert [
        (line.id, cue.id)
        for line in persona.lines
        for cue in persona.cues
        if line.on != "tell" and line.cue != cue.id and says(cue.phrasings, line.text)
    ] == []


@every_persona
def test_no_line_gives_a_concern_away_but_the_one_that_tells_it(persona: Persona) -> None:
    assert [
        (line.id, concern.id)
        for line in persona.lines
        for concern in persona.concerns
        if line.on != "tell" and says(secrets(concern), seen_and_said(line))
    ] == []


@every_persona
def test_telling_one_concern_does_not_count_as_telling_another_of_the_same_weight(persona: Persona) -> None:
    """One may lead into another only upwards: what is told later in trust may mention what opened before it."""
    opens_at = {concern.id: concern.opens_when.trust for concern in persona.concerns}

    assert [
        (line.id, concern.id)
        for line in persona.lines
        for concern in persona.concerns
        if line.concern
        and line.concern != concern.id
        and says(concern.phrasings, line.text)
        and opens_at[line.concern] <= opens_at[concern.id]
    ] == []


@every_persona
def test_what_the_language_model_always_reads_holds_no_closed_concern(persona: Persona) -> None:
    always = [persona.who, persona.speech, *persona.knows, persona.ideas, persona.worries, persona.expects]
    always += [cue.hint_at for cue in persona.cues] + list(persona.never_says)
    for scenario in persona.scenarios:
        always += [scenario.opening, scenario.opening_does or ""]

    assert [(text, concern.id) for text in always for concern in persona.concerns if says(secrets(concern), text)] == []


@every_persona
def test_what_the_student_reads_before_the_end_gives_nothing_away(persona: Persona) -> None:
    shown = [cue.hint for cue in persona.cues]
    for scenario in persona.scenarios:
        shown += [scenario.title, scenario.summary, scenario.limits, scenario.student_role, *scenario.known]
        shown += [task.what for task in scenario.tasks] + [start.note for start in scenario.difficulties.values()]

    assert [(text, concern.id) for text in shown for concern in persona.concerns if says(concern.phrasings, text)] == []


@every_persona
def test_every_scenario_gives_an_occasion_for_all_four_scales(persona: Persona) -> None:
    for scenario in persona.scenarios:
        assert {scale for task in scenario.tasks for scale in task.scales} == set(get_args(ScaleName))
        assert scenario.must_ask
        assert scenario.key_questions


@every_persona
def test_the_hard_start_is_harder(persona: Persona) -> None:
    for scenario in persona.scenarios:
        standard, hard = scenario.difficulties["standard"], scenario.difficulties["hard"]
        assert hard.trust < standard.trust
        assert hard.distress > standard.distress


@every_persona
def test_main_concerns_are_shut_at_the_start(persona: Persona) -> None:
    for scenario in persona.scenarios:
        trust = scenario.difficulties["standard"].trust
        assert [c.id for c in persona.concerns if c.main and c.opens_when.trust <= trust] == []


@every_persona
def test_a_line_that_answers_has_enough_triggers(persona: Persona) -> None:
    asked = [line for line in persona.lines if line.on == "asked" or line.triggers]

    assert [line.id for line in asked if not 5 <= len(line.triggers) <= 8] == []
    assert [line.id for line in asked if len(set(line.triggers)) != len(line.triggers)] == []


@every_persona
def test_nothing_is_said_twice(persona: Persona) -> None:
    texts = Counter(line.text for line in persona.lines if line.text)

    assert [text for text, count in texts.items() if count > 1] == []
    assert [line.id for line in persona.lines if line.text and line.times > 3] == []


@every_persona
@pytest.mark.parametrize("before_news", [True, False])
@pytest.mark.parametrize("trust", [0.1, 0.5, 0.9])
def test_thirty_turns_never_run_dry(persona: Persona, before_news: bool, trust: float) -> None:
    def count(kind: str) -> int:
        return sum(
            line.times
            for line in persona.lines
            if line.on == kind and line.before_news in (None, before_news) and line.trust[0] <= trust <= line.trust[1]
        )

    found = {
        kind: count(kind) for kind in ("off_topic", "moving_on", "silence", "unclear", "goodbye", "asks", "jargon")
    }

    least = {"off_topic": 8, "moving_on": 8, "silence": 3, "unclear": 3, "goodbye": 1, "asks": 2, "jargon": 2}
    assert {kind: n for kind, n in found.items() if n < least[kind]} == {}


@every_persona
def test_what_is_said_is_short_and_plain(persona: Persona) -> None:
    lines = [line for line in persona.lines if line.text]
    lengths = [len(sentence.split()) for line in lines for sentence in sentences(line.text)]

    assert [line.id for line in lines if len(line.text.split()) > 40] == []
    assert max(lengths) <= 25
    assert sum(lengths) / len(lengths) <= 9


@every_persona
def test_the_patient_does_not_judge_or_teach_the_student(persona: Persona) -> None:
    teaching = (
        r"\bthank(s| you) for (being|listening|asking|your|explaining|telling|not)\b",
        r"\b(you're|that's|you are) (very |so |really )?(kind|helpful|empath\w+|a good (doctor|listener)|reassuring)\b",
        r"\bi appreciate\b",
        r"\bas an ai\b",
        r"\byou should (have )?(ask|say|said|asked|tell|told)\b",
        r"\bthat (really )?(helps|means a lot)\b",
        r"\bi (feel|felt) (heard|seen|validated|supported)\b",
        r"\bwell done\b|\bgood question\b",
    )

    assert [line.id for line in persona.lines if says(teaching, line.text)] == []


@every_persona
def test_no_placeholder_and_no_shouting(persona: Persona) -> None:
    written = list(everything_written(persona))

    placeholders = (r"\b(todo|tbd|fixme|lorem|xxx|placeholder)\b", r"\[[^\]]*\]\s*$(?<!\))", r"<[a-z ]+>", r"\.\.\.\.")
    prose = [text for text in written if not re.search(r"\\b|\(\?", text)]
    assert [text for text in prose if says(placeholders, text)] == []
    assert [line.id for line in persona.lines if "!" in seen_and_said(line) or "*" in seen_and_said(line)] == []


@every_persona
def test_the_main_moves_have_an_inner_thought(persona: Persona) -> None:
    main = {
        "names_emotion",
        "validates",
        "dismisses",
        "reassures_early",
        "uses_jargon",
        "asks_permission",
        "tells_news",
    }
    main |= {"teach_back", "blames", "problem_solves"}

    assert main - {move for thought in persona.inner_thoughts for move in thought.after} == set()


@every_persona
def test_inner_thoughts_and_afterwards_tell_no_concern(persona: Persona) -> None:
    """Both are shown to students who may not have heard it."""
    shown = [thought.thought for thought in persona.inner_thoughts] + list(persona.afterwards.values())

    assert [(text, c.id) for text in shown for c in persona.concerns if says(secrets(c), text)] == []


@every_persona
def test_no_pattern_is_slow_on_a_long_turn(persona: Persona) -> None:
    """2,000 characters is the longest turn; a pattern that backtracks without end would hang here."""
    patterns = [pattern for concern in persona.concerns for pattern in secrets(concern)]
    patterns += [pattern for cue in persona.cues for pattern in cue.phrasings]
    for scenario in persona.scenarios:
        patterns += [pattern for fact in scenario.facts for pattern in (*fact.told_by, *fact.contradicted_by)]
        patterns += [pattern for must in scenario.must_ask for pattern in must.asked_by]

    for filling in ("it ", "mum the lump is you have ", "a" * 20 + " "):
        assert not says(patterns, (filling * 2000)[:2000] + "zzz")
