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


@pytest.mark.parametrize(
    ("pattern", "is_loose"),
    [
        (r"\bbreast cancer\b", False),
        (r"\b(mum|mother)\b[^.?!]{0,40}\b(had|got) it\b", False),
        (r"\b(mum|she)\b had it\b", True),
        (r"\b(she|(mum|mother)) had it\b", True),
        (r"\b(mum )?had it\b", True),
        (r"\b(mum ){0,1}had it\b", True),
        (r"\bhad it(?! mum)\b", True),
        (r"\bmum\b|\bhad it\b", True),
        (r"\b(?:(?:mum|mam) had|mother got) it\b", False),
        (r"\btumou?r\b", True),
        (r"\bin the shower\b", False),
        (r"\bchemo(therapy)?\b", False),
    ],
)
def test_a_pattern_is_loose_when_it_may_match_without_a_word_of_its_own(pattern: str, is_loose: bool) -> None:
    assert (closed_by((pattern,)).loose is not None) == is_loose


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(PATTERNS).flatmap(lambda one: st.from_regex(one, alphabet=st.characters(max_codepoint=126))))
def test_whatever_tells_a_concern_holds_a_secret_word_or_is_found_by_the_loose_patterns(told: str) -> None:
    assert ALL.gives_away(told) or (ALL.loose is not None and ALL.loose.search(told) is not None)
    assert ALL.is_told_in(told)
    assert ALL.is_told_in(f"And so {told.upper()}, I think.") == any(
        re.search(one, f"And so {told.upper()}, I think.", re.IGNORECASE) for one in PATTERNS
    )


def test_a_secret_word_behind_an_apostrophe_is_one_too() -> None:
    assert [ALL.is_secret(word) for word in ("he'thursday", "mum's", "i'm", "she'll")] == [True, True, False, False]


def test_nothing_closed_gives_nothing_away() -> None:
    nothing = closed_by(())

    assert (nothing.is_told_in("My mum had it."), nothing.gives_away("My mum had it.")) == (False, False)
