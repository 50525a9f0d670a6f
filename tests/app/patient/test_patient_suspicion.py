"""What a word makes it worth while to look for."""

import pytest

from app.patient import suspicion
from app.patient.suspicion import NOTHING, Suspicion, suspicions_about

MUM = suspicions_about((r"\b(mum|mother)\b had it\b", r"\b(she|him)\b told them\b"))


@pytest.mark.parametrize("chunk", ["I", "bread", "kitchen,", "2nd", "don't", "-", "had", "it."])
def test_most_words_are_nothing_to_look_twice_at(chunk: str) -> None:
    assert MUM[chunk] is NOTHING
    assert MUM[chunk] is NOTHING


@pytest.mark.parametrize(
    ("chunk", "found"),
    [
        ("mum's", Suspicion(stops_at=0, telling=frozenset({"mum"}), is_secret=True)),
        ("Well—Mum,", Suspicion(stops_at=5, telling=frozenset({"mum"}), is_secret=True, is_foreign=True)),
        ("maximum", Suspicion(telling=frozenset({"mum"}))),
        ("Told", Suspicion(telling=frozenset({"told"}))),
        ("chatbot", Suspicion(families=frozenset({"machine"}), oddness=2)),
        ("pero", Suspicion(stops_at=0, is_foreign=True, oddness=2)),
        ("aaaaaaaaa", Suspicion(families=frozenset({"nonsense"}), oddness=2)),
        ("incomprehensibilities", Suspicion(families=frozenset({"nonsense"}), oddness=2)),
        ("naïve", Suspicion(is_foreign=True, oddness=2)),
        ("Port", Suspicion(oddness=1)),
    ],
)
def test_what_may_be_wrong_with_a_word(chunk: str, found: Suspicion) -> None:
    assert MUM[chunk] == found


def test_a_sentence_is_as_suspicious_as_its_words_together() -> None:
    assert MUM.of_all("I made it.") is NOTHING
    assert MUM.of_all("My mum would chat.") == Suspicion(
        families=frozenset({"machine"}), telling=frozenset({"mum"}), is_secret=True, oddness=2
    )


def test_only_so_many_words_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(suspicion, "_MOST_REMEMBERED", 2)
    few = suspicions_about((r"\bgrave\b",))

    assert [few[word] for word in ("one", "two", "three", "grave")][:3] == [NOTHING] * 3
    assert few["grave"].is_secret
    assert list(few) == ["one", "two"]


def test_the_patients_own_words_are_not_odd() -> None:
    plain, own = suspicions_about((r"\bgrave\b",)), suspicions_about((r"\bgrave\b",), ('You say "summat" and "nowt".',))

    assert [(words["Nowt,"].oddness, words["summat's"].oddness) for words in (plain, own)] == [(1, 2), (0, 2)]
