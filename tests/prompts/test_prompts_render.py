"""Prompts are rendered as they stand, and a missing input stops the render."""

import os
from pathlib import Path

import pytest
from jinja2 import UndefinedError

import prompts
from app.patient.direction import prefix
from personas import find_scenario

GOLDEN = Path(__file__).parent / "golden"


def test_the_prefix_of_maria_is_the_one_that_was_read_and_approved() -> None:
    """`RAPPORT_UPDATE_GOLDEN=1 pytest tests/prompts` writes it anew: read the difference before you commit it."""
    golden = GOLDEN / "patient_prefix_maria_rivera.txt"
    rendered = prefix(*find_scenario("maria-biopsy-result")) + "\n"
    if os.environ.get("RAPPORT_UPDATE_GOLDEN"):
        golden.write_text(rendered, encoding="utf-8")

    assert rendered == golden.read_text(encoding="utf-8")


def test_a_missing_input_stops_the_render() -> None:
    with pytest.raises(UndefinedError, match="may_tell"):
        prompts.render("patient_note", is_news=False, feelings=[], truth=None, may_begin=[], let_slip=[])


def test_a_note_is_one_line_with_what_changed() -> None:
    note = prompts.render(
        "patient_note",
        is_news=True,
        feelings=["Trust: wary."],
        truth="You never have.",
        may_begin=["She was ill."],
        leaving="fed_up",
        may_tell=["You don't sleep."],
        let_slip=["A hint."],
    )

    assert note == (
        "The news. Trust: wary. Answer this truly now: You never have. May begin: She was ill. "
        "May tell: You don't sleep. Let slip: A hint. Fed up."
    )


def test_every_template_names_its_inputs_first() -> None:
    firsts = {path.name: path.read_text(encoding="utf-8")[:11] for path in prompts.FOLDER.glob("*.j2")}

    assert set(firsts.values()) == {"{# Inputs: "}


def test_json_in_a_prompt_keeps_apostrophes_and_letters() -> None:
    assert (
        prompts._templates().from_string("{{ words|json }}").render(words=["don't", "señora"]) == '["don\'t", "señora"]'
    )
