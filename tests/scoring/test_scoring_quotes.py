"""Quotes: whole sentences and clauses, with the words they are quoted for."""

import pytest

from scoring.quotes import shorten, whole_quote


@pytest.mark.parametrize(
    ("text", "quoted", "whole"),
    [
        ("Hello, I'm Dr. Osei. What brings you here?", "Hello, I'm Dr.", "Hello, I'm Dr. Osei."),
        ("You saw Mrs. Adler, and Dr. Osei too.", "You saw Mrs.", "You saw Mrs. Adler, and Dr. Osei too."),
        ("You saw Mr. Adler on Friday.", "Adler on Friday.", "You saw Mr. Adler on Friday."),
        ("You take one dose. Then you wait.", "You take one dose.", "You take one dose."),
        ("You have COPD. It is a lung disease.", "COPD", "COPD"),
    ],
)
def test_a_quote_is_not_cut_at_a_title(text: str, quoted: str, whole: str) -> None:
    start = text.index(quoted)
    begin, end = whole_quote(text, start, start + len(quoted))
    assert text[begin:end] == whole


def test_a_dictated_quote_goes_on_until_something_is_said() -> None:
    text = "so what i hear you saying is that the nights are the worst part for you at the moment"
    begin, end = whole_quote(text, 0, len("so what i hear you saying"))
    assert len(text[begin:end]) > len("so what i hear you saying is that")


LONG = (
    "On Monday we had the boiler man in and he stayed until four, and then I sat in the kitchen, "
    "and I was so frightened that I rang my sister"
)


def test_a_long_quote_is_cut_at_a_clause_end() -> None:
    assert shorten(LONG) == "On Monday we had the boiler man in and he stayed until four ..."


def test_a_long_quote_keeps_the_words_it_is_about() -> None:
    assert shorten(LONG, about="frightened") == ("... and I was so frightened that I rang my sister")


@pytest.mark.parametrize("most", [20, 40, 60, 90])
@pytest.mark.parametrize("about", ["boiler", "kitchen", "frightened", "sister"])
def test_a_shortened_quote_holds_its_words_and_stays_short(most: int, about: str) -> None:
    short = shorten(LONG, most, about)
    assert about in short
    assert len(short) <= most + len("...  ...")


def test_a_short_quote_is_left_as_it_was_said() -> None:
    assert shorten("I am worried,  you know.") == "I am worried, you know"
