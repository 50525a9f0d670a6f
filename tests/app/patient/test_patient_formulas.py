"""What could be said to anybody is told from what is about this patient."""

import pytest

from app.patient.formulas import as_heard, fits_anybody
from scoring import read_turn


@pytest.mark.parametrize(
    "said",
    ["That must be hard.", "You are not alone in this.", "Thank you for sharing. That makes sense.", "i hear you"],
)
def test_formulas_fit_anybody(said: str) -> None:
    assert fits_anybody(said)


@pytest.mark.parametrize(
    "said",
    [
        "It makes sense that you think of your mum now.",
        "That must be hard. What worries you most?",
        "You sound frightened.",
        "Yes.",
        "It is cancer.",
        "I'm not going to leave you alone with the bus.",
    ],
)
def test_what_is_about_this_patient_does_not(said: str) -> None:
    assert not fits_anybody(said)


def test_every_move_of_a_formula_is_stock_and_no_other_changes() -> None:
    formula, own = "You are not alone in this.", "You are not alone with your mum's letters."

    assert all(move.stock for move in as_heard(formula, read_turn(formula, [])).moves)
    assert as_heard(own, read_turn(own, [])) == read_turn(own, [])
