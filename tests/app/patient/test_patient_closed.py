"""What tells a closed concern, and the words without which it cannot be told."""

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.patient.closed import closed_by
from personas import find_scenario

MARIA, _ = find_scenario("maria-biopsy-result")
PATTERNS = tuple(one for concern in MARIA.concerns for one in (*concern.phrasings, *concern.never_before_open))
ALL = closed_by(PATTERNS)


def words_in(said: str) -> set[str]:
    return {word for chunk in said.split() for word in ALL.words_in(chunk.lower())}


@pytest.mark.parametrize(
    ("pattern", "needs"),
    [
        (r"\bbreast cancer\b", "breast cancer"),
        (r"\b(mum|mother)\b[^.?!]{0,40}\b(had|got) it\b", "mother mum"),
        (r"\b(mum|she)\b had it\b", "had it mum she"),
        (r"\b(she|(mum|mother)) had it\b", "had it mother mum she"),
        (r"\b(mum )?had it\b", "had it mum"),
        (r"\b(mum ){0,1}had it\b", "had it mum"),
        (r"\bhad it(?! mum)\b", "had it mum"),
        (r"\bmum\b|\bhad it\b", "had it mum"),
        (r"\b(mum|she)\b got it\b", "got mum"),
        (r"\b(?:(?:mum|mam) had|mother got) it\b", "mam mother mum"),
        (r"\btumou?r\b", ""),
        (r"\b(mum )?\d+\b", ""),
        (r"\bin the shower\b", "shower"),
        (r"\bchemo(therapy)?\b", "chemo"),
    ],
)
def test_what_tells_a_concern_is_looked_for_where_a_word_stands_that_it_needs(pattern: str, needs: str) -> None:
    closed = closed_by((pattern,))

    assert " ".join(sorted(closed.tellings)) == needs
    assert len(closed.always) == (needs == "")


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(PATTERNS).flatmap(lambda one: st.from_regex(one, alphabet=st.characters(max_codepoint=126))))
def test_whatever_tells_a_concern_is_found_by_its_words(told: str) -> None:
    within = f"And so {told.upper()}, I think."

    assert ALL.is_told_in(told, words_in(told))
    assert ALL.is_told_in(within, words_in(within)) == any(re.search(one, within, re.IGNORECASE) for one in PATTERNS)


def test_a_secret_word_behind_an_apostrophe_is_one_too() -> None:
    assert [ALL.is_secret(word) for word in ("he'thursday", "mum's", "i'm", "she'll")] == [True, True, False, False]


def test_nothing_closed_gives_nothing_away() -> None:
    nothing = closed_by(())

    assert (nothing.is_told_in("My mum had it.", nothing.words_in("mum")), nothing.is_secret("mum")) == (False, False)
