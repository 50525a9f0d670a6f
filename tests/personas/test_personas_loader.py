"""Persona files are read, or refused with file, line and field."""

import hashlib
from pathlib import Path

import pytest

import personas
from personas import Fault, PersonaError

TINY = Path(__file__).parent / "tiny.yaml"


def faults_of(text: str) -> tuple[Fault, ...]:
    with pytest.raises(PersonaError) as caught:
        personas.parse(text, "personas/tiny.yaml")
    return caught.value.faults


def changed(old: str, new: str) -> tuple[str, int]:
    """The tiny persona with one change, and the line of the change."""
    text = TINY.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in tiny.yaml"
    return text.replace(old, new), text[: text.index(old)].count("\n") + 1


def test_a_good_file_is_read() -> None:
    persona = personas.load(TINY)

    assert (persona.id, persona.called, len(persona.concerns)) == ("tiny", "Tom", 2)


def test_stored_text_reads_like_the_file() -> None:
    assert personas.parse(TINY.read_text(encoding="utf-8"), "database") == personas.load(TINY)


def test_a_fault_reads_as_file_line_field_message() -> None:
    text, line = changed("trust: 0.5, needs_one_of: [topic, emotion_named]", "trust: 2")

    with pytest.raises(PersonaError) as caught:
        personas.parse(text, "personas/x.yaml")

    assert str(caught.value) == (
        f"personas/x.yaml, line {line}, concerns.0.opens_when.trust: Input should be less than or equal to 1"
    )
    assert (caught.value.file, caught.value.line, caught.value.field, caught.value.message) == (
        "personas/x.yaml",
        line,
        "concerns.0.opens_when.trust",
        "Input should be less than or equal to 1",
    )


@pytest.mark.parametrize(
    ("old", "new", "field", "message"),
    [
        ("age_years: 30", "age_years: thirty", "age_years", "valid integer"),
        ("age_years: 30", "age_years: 300", "age_years", "less than or equal to 110"),
        ("called: Tom", "called: Tom\ncaled: Tom", "caled", "there is no such field"),
        ("who: You are Tom, a postman. You live with your dog.", 'who: " "', "who", "at least 1 character"),
        ("name: Tom Tiny", "name: [Tom]", "name", "valid string"),
        ("family: fear", "family: dread", "cues.0.family", "Input should be 'fear'"),
        ('["counting the days"]', '["counting (the days"]', "cues.0.phrasings.0", "not a regular expression"),
        ('told_by: ["count is (abn', 'told_by: ["*count is (abn', "scenarios.0.facts.0.told_by.0", "not a regular"),
        ('"count is (fine|normal)"', '"[z-a]"', "scenarios.0.facts.0.contradicted_by.0", "not a regular expression"),
        ('["(with you|on your own)"]', '["with you)"]', "scenarios.0.must_ask.0.asked_by.0", "not a regular"),
        (
            'before_open: ["leukaemia"]',
            'before_open: ["leuk[aemia"]',
            "concerns.0.never_before_open.0",
            "not a regular",
        ),
        ("on: cue, cue: tired,", "on: cue, cue: tird,", "lines.6.cue", "there is no cue 'tird'"),
        ("id: news_shut", "id: news_open", "lines.11.id", "'news_open' is used twice"),
        ("opening_cues: [fingers]", "opening_cues: [toes]", "scenarios.0.opening_cues.0", "there is no cue 'toes'"),
        ("opening_cues: [fingers]", "opening_cues: [tired]", "scenarios.0.opening_cues.0", "stands in the opening"),
        ("id: wants_to_know,", "id: wants_to_know, trust: [0.6, 0.2],", "lines.12.trust", "the lower end stands first"),
        ("id: wants_to_know,", "id: wants_to_know, trust: [0.6, 1.2],", "lines.12.trust.1", "less than or equal to 1"),
        ("id: ask_work, on: asked", "id: ask_work, on: move", "lines.3", "a line on 'move' needs moves"),
        (
            "on: silence, text",
            "on: silence, concern: dog, text",
            "lines.15",
            "only a line on 'tell' or 'again' may name a concern",
        ),
        ('"2026-11-22"', '"22 November"', "review.written_on", "match pattern"),
        ('told_by: ["count is (abnormal|not normal)"], ', "", "scenarios.0.facts.0", "needs told_by"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(old: str, new: str, field: str, message: str) -> None:
    text, line = changed(old, new)
    line += new.count("\n")

    (fault,) = faults_of(text)

    assert (fault.field, fault.line) == (field, line)
    assert message in fault.message


@pytest.mark.parametrize(
    ("old", "new", "field", "message"),
    [
        ("age_years: 30\n", "", "age_years", "Field required"),
        ("    summary: His father died of leukaemia.\n", "", "concerns.0.summary", "Field required"),
        ("  - {id: goodbye, on: goodbye, text: Thanks. Bye.}\n", "", "lines", "a line on 'goodbye' is needed"),
        (", badly: I wanted to leave.", "", "afterwards", "missing: badly"),
        ("country: UK", "country: UK\n  reviewer: Dr A. Example, GP", "review", "both reviewer and reviewed_on"),
        ("standard: {", "soft: {", "scenarios.0.difficulties.soft", "Input should be 'standard' or 'hard'"),
    ],
)
def test_what_is_missing_is_placed_at_the_part_it_belongs_to(old: str, new: str, field: str, message: str) -> None:
    text, _ = changed(old, new)
    part = {"age_years": "id: tiny", "concerns.0.summary": "  - id: father"}.get(field, field.split(".")[-1] + ":")

    (fault,) = faults_of(text)

    assert fault.field == field
    assert message in fault.message
    assert part in text.splitlines()[fault.line - 1]


def test_a_misspelt_concern_is_named_and_so_is_the_one_nobody_tells_now() -> None:
    text, line = changed("on: tell, concern: dog,", "on: tell, concern: cat,")

    assert faults_of(text) == (
        Fault(text[: text.index("- id: dog")].count("\n") + 1, "concerns.1.id", "no line on 'tell' tells 'dog'"),
        Fault(line, "lines.5.concern", "there is no concern 'cat'"),
    )


def test_a_cue_leads_to_a_concern_that_exists() -> None:
    text, line = changed("    hint_at: You say it is quiet at home.", "    leads_to: cat\n    hint_at: It is quiet.")

    assert faults_of(text) == (Fault(line, "cues.2.leads_to", "there is no concern 'cat'"),)


def test_all_faults_are_listed_in_the_order_of_the_file() -> None:
    text = (
        TINY.read_text(encoding="utf-8").replace("age_years: 30", "age_years: -1").replace("family: fear", "family: x")
    )
    text = text.replace("minutes: 5", "minutes: 500")

    found = faults_of(text)

    assert [fault.field for fault in found] == ["age_years", "cues.0.family", "scenarios.0.minutes"]
    assert [fault.line for fault in found] == sorted(fault.line for fault in found)


@pytest.mark.parametrize(
    ("text", "line", "field", "message"),
    [
        ("", 1, "the whole file", "should hold fields"),
        ("- one\n- two\n", 1, "the whole file", "should hold fields"),
        ("just words", 1, "the whole file", "should hold fields"),
        ("id: a\nname: [one\nage: 3\n", 3, "YAML", "expected"),
        ("id: a\n\tname: b\n", 2, "YAML", "cannot start any token"),
        ("id: a\n---\nid: b\n", 2, "YAML", "another document"),
        ("id: a\nname: b\x07\n", 2, "YAML", "cannot stand in YAML"),
        ("[" * 500, 1, "YAML", "nested too deeply"),
        ("id: a\nname: b\nid: c\n", 3, "id", "stands here twice, first in line 1"),
        ("id: a\ntemper:\n  warms: 1\n  warms: 2\n", 4, "temper.warms", "stands here twice, first in line 3"),
        ("id: &x a\nname: *x\n", 2, "name", "references"),
        ("id: a\nname: !!python/object/apply:os.system [ls]\n", 2, "name", "tags such as"),
        ("id: a\nname: !mine b\n", 2, "name", "tags such as !mine"),
        ("id: a\nname: !!binary aGk=\n", 2, "name", "tags such as binary"),
    ],
)
def test_what_is_not_plain_yaml_is_refused(text: str, line: int, field: str, message: str) -> None:
    (fault,) = faults_of(text)

    assert (fault.line, fault.field) == (line, field)
    assert message in fault.message


def test_a_date_may_stand_without_quotes() -> None:
    text, _ = changed('"2026-11-22"', "2026-11-22")

    assert personas.parse(text, "x").review.written_on == "2026-11-22"


def test_a_file_in_another_encoding_is_refused_at_its_line(tmp_path: Path) -> None:
    path = tmp_path / "tiny.yaml"
    path.write_bytes("id: tiny\nname: René\n".encode("latin-1"))

    with pytest.raises(PersonaError) as caught:
        personas.load(path)

    assert str(caught.value) == f"{path}, line 2, the whole file: not UTF-8 text: save it as UTF-8"


def test_a_byte_order_mark_does_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "tiny.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + TINY.read_bytes())

    assert personas.load(path) == personas.load(TINY)


def test_a_missing_file_is_a_persona_error(tmp_path: Path) -> None:
    with pytest.raises(PersonaError, match="No such file"):
        personas.load(tmp_path / "nobody.yaml")


def test_the_id_is_the_name_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "other.yaml"
    path.write_bytes(TINY.read_bytes())

    with pytest.raises(PersonaError) as caught:
        personas.load(path)

    assert str(caught.value) == f"{path}, line 2, id: 'tiny' should be the file's name, 'other'"


def test_a_scenario_id_is_used_by_one_file_only(tmp_path: Path) -> None:
    (tmp_path / "tiny.yaml").write_bytes(TINY.read_bytes())
    second = TINY.read_text(encoding="utf-8").replace("\nid: tiny\n", "\nid: tiny_two\n")
    (tmp_path / "tiny_two.yaml").write_text(second, encoding="utf-8")

    with pytest.raises(PersonaError) as caught:
        personas.load_folder(tmp_path)

    assert caught.value.field == "scenarios.0.id"
    assert caught.value.message == "'tiny-blood' is already a scenario of tiny.yaml"
    assert "tiny-blood" in second.splitlines()[caught.value.line - 1]


def test_a_loaded_persona_keeps_its_text_and_the_hash_of_its_bytes(tmp_path: Path) -> None:
    (tmp_path / "tiny.yaml").write_bytes(TINY.read_bytes())

    one = personas.load_folder(tmp_path)["tiny"]

    assert one.yaml_text == TINY.read_text(encoding="utf-8")
    assert one.content_hash == hashlib.sha256(TINY.read_bytes()).hexdigest()


def test_shipped_gives_a_copy_nobody_can_spoil() -> None:
    personas.shipped().clear()

    assert "maria_rivera" in personas.shipped()


def test_a_scenario_is_found_by_its_id() -> None:
    for one in personas.shipped().values():
        for scenario in one.persona.scenarios:
            assert personas.find_scenario(scenario.id) == (one.persona, scenario)


def test_an_unknown_scenario_is_a_key_error() -> None:
    with pytest.raises(KeyError, match="no-such"):
        personas.find_scenario("no-such")


@pytest.mark.parametrize(
    ("text", "expected"),
    [("My DAD died", True), ("my dad\u2019s dog", True), ("my mother died", False), ("", False)],
)
def test_patterns_match_anywhere_whatever_the_capitals_and_apostrophes(text: str, expected: bool) -> None:
    assert personas.says((r"my dad('s| died)",), text) is expected
