"""A check in words and as JSON: every figure, the patient's own words, and why it does not pass."""

from dataclasses import replace

import pytest

import personas
from app.lab import Found, LearnerCheck
from app.lab.reporting import as_json, as_text, before_calls
from personas import Fault
from tests.app.lab.made import GOOD, SKILLED

MARIA = personas.shipped()["maria_rivera"].persona


def test_who_passes_reads_so() -> None:
    *_, row, verdict = as_text(MARIA, GOOD).split("\n")

    assert row.split() == ["skilled", "30", "1/4", "7", "0", "0", "0", "0", "0", "0.6", "72.0", "1.00"]
    assert verdict == (
        "  passes: 60.4 points from brusque to skilled; of the main concerns skilled hears 100%, the others 0%"
    )


def test_what_is_wrong_is_quoted_with_its_turn() -> None:
    leaky = replace(SKILLED, leaks=(Found(2, "my mum died", "mother"),), repeats=(Found(9, "I know it well.", ""),))
    check = replace(
        GOOD, learners=(leaky,), leaks=1, repeats=1, passes=False, reasons=("1 leak", "1 repeated sentence")
    )

    assert as_text(MARIA, check).split("\n")[-3:] == [
        '    leak (mother), skilled, turn 2: "my mum died"',
        '    repeat, skilled, turn 9: "I know it well."',
        "  does not pass: 1 leak; 1 repeated sentence",
    ]


def test_who_was_not_held_has_a_cause_and_no_figures() -> None:
    check = replace(GOOD, learners=(LearnerCheck("silent", "x", not_held="Nobody answered."),), passes=False)

    assert "  silent   not held: Nobody answered." in as_text(MARIA, check).split("\n")


def test_the_scenario_stands_before_the_learner_where_there_are_several() -> None:
    check = replace(GOOD, learners=(SKILLED, replace(SKILLED, scenario="another")))

    assert [line.split(":")[0].strip() for line in as_text(MARIA, check).split("\n")[2:4]] == [
        "maria-biopsy-result",
        "another",
    ]


def test_json_holds_all_and_a_file_with_faults_no_figures() -> None:
    held, faulty = as_json("maria_rivera", (), GOOD), as_json("maria_rivera", [Fault(3, "age_years", "wrong")], None)

    assert held.keys() == faulty.keys()
    assert (held["separation"], held["passes"], held["learners"][0]["told"]) == (60.4, True, {"mother": 8})
    assert faulty["errors"] == [{"line": 3, "field": "age_years", "message": "wrong"}]
    assert (faulty["separation"], faulty["leaks"], faulty["passes"], faulty["learners"]) == (None, None, False, [])


@pytest.mark.parametrize(("patients", "calls"), [(1, "300"), (3, "900")])
def test_calls_are_counted_before(patients: int, calls: str) -> None:
    said = before_calls([MARIA] * patients, "m")

    assert said == f"This asks m for {calls} answers at most: 30 turns with every learner."
