"""What holds for every talk: the same card twice, quotes that stand, whatever is sent graded, tables that only rise."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring import Scorecard, Transcript, grade
from scoring.scales import empathy, explanation, permission
from tests.scoring.property_talks import HERE, TALKS, Turns, card_of, levels_of, some, transcript_of

# --- the same talk, the same card ---

SAMPLE = some(TALKS, of=6)

_PRINT_CARDS = """
import hashlib, json, sys
from scoring import Transcript, grade
for turns in json.load(sys.stdin):
    card = grade(Transcript.model_validate({"turns": [{"speaker": who, "text": text} for who, text in turns]}))
    print(hashlib.sha256(card.model_dump_json().encode()).hexdigest())
"""


@pytest.mark.parametrize("name", SAMPLE)
def test_the_same_talk_gives_the_same_bytes_twice(name: str) -> None:
    assert grade(transcript_of(TALKS[name])).model_dump_json() == card_of(TALKS[name]).model_dump_json()


@pytest.mark.parametrize("seed", ["1", "4242"])
def test_a_fresh_process_with_another_hash_seed_gives_the_same_bytes(seed: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _PRINT_CARDS],
        input=json.dumps([TALKS[name] for name in SAMPLE]),
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONHASHSEED": seed},
        cwd=HERE.parents[1],
    )

    here = {name: sha256(card_of(TALKS[name]).model_dump_json().encode()).hexdigest() for name in SAMPLE}
    assert dict(zip(SAMPLE, done.stdout.split(), strict=True)) == here


# --- what a card says can be checked ---


def misquotes(card: Scorecard, turns: Turns) -> list[str]:
    """Quotes of evidence, occasions, flags, habits and moments that do not stand where they say."""
    quotes = [
        *(quote for scale in card.scales.values() for quote in (*scale.evidence, *scale.occasions)),
        *(quote for habit in card.habits for quote in habit.evidence),
        *card.flags,
        *card.moments,
    ]
    return [one.quote for one in quotes if turns[one.turn][1][one.start : one.end] != one.quote]


@pytest.mark.parametrize("name", TALKS)
def test_every_quote_stands_word_for_word_where_it_says(name: str) -> None:
    assert misquotes(card_of(TALKS[name]), TALKS[name]) == []


@pytest.mark.parametrize("name", TALKS)
def test_no_level_above_0_without_evidence(name: str) -> None:
    scales = card_of(TALKS[name]).scales

    assert [one for one, scale in scales.items() if scale.level and not scale.evidence] == []


@pytest.mark.parametrize("name", TALKS)
def test_scores_lie_in_range_and_round_to_their_level(name: str) -> None:
    scales = card_of(TALKS[name]).scales.values()
    observed = [(scale.level, scale.score) for scale in scales if scale.score is not None]

    assert [score for _, score in observed if not 0 <= score <= 100] == []
    assert [level for level, _ in observed] == [min(4, int(score / 25 + 0.5)) for _, score in observed]
    assert [scale.level for scale in scales if scale.score is None] == [None] * (4 - len(observed))


# --- whatever is sent ---

ODD_TEXTS = {
    "emoji": "😭😭😭 💔 👍🏽",
    "right to left": "أنا خائف جدا من العملية",
    "mixed directions": "I'm scared \u202eof the operation\u202c פחד",
    "one word of 2,000 letters": "scared" * 334,
    "2,000 question marks": "?" * 2000,
    "combining marks": "s\u0301c\u0301a\u0301r\u0301e\u0301d\u0301 " * 20,
    "no letters": "... --- ... ???",
    "control characters": "I'm\x00 scared\x07 \x1b[31mof it",
    "regular expression": r"(((((a+)+)+)+)+$ \d{9,} [^]]*",
    "one letter": "I",
    "many short sentences": "No. " * 400,
    "quotation marks": "\"'\"'“”‘’«»",
}
odd_turns = st.lists(
    st.one_of(
        st.builds(
            lambda speaker, text: {"speaker": speaker, "text": text},
            st.sampled_from(["student", "patient"]),
            st.one_of(
                st.text(min_size=1, max_size=60).filter(str.strip),
                st.sampled_from(list(ODD_TEXTS.values())[:3]),
                st.sampled_from(["I'm so scared.", "It sounds like you're frightened.", "Is it cancer?", "Okay?"]),
            ),
        ),
        st.sampled_from(
            [
                {"speaker": "student", "text": "", "silent": True},
                {"speaker": "patient", "text": "", "silent": True},
                {"speaker": "patient", "text": "", "does": "She looks away."},
            ]
        ),
    ),
    min_size=1,
    max_size=6,
)


@settings(max_examples=40, deadline=None)
@given(odd_turns)
def test_whatever_is_said_is_graded_with_quotes_that_stand(turns: list[dict[str, Any]]) -> None:
    card = grade(Transcript.model_validate({"turns": turns}))

    assert misquotes(card, tuple((turn["speaker"], turn["text"]) for turn in turns)) == []


@pytest.mark.parametrize("kind", ODD_TEXTS)
def test_odd_text_earns_nothing(kind: str) -> None:
    odd = ODD_TEXTS[kind]
    turns: Turns = (("patient", "I'm so scared of it."), ("student", odd), ("patient", odd), ("student", odd))

    assert {name: level for name, level in levels_of(turns).items() if (level or 0) > 1} == {}


@pytest.mark.parametrize("speaker", ["student", "patient"])
@pytest.mark.parametrize("text", ["", "I'm so scared. It sounds like you're frightened. May I tell you why?"])
def test_a_talk_of_silences_or_of_one_side_is_graded(speaker: str, text: str) -> None:
    turn = {"speaker": speaker, "text": text, "silent": not text}
    card = grade(Transcript.model_validate({"turns": [turn] * 5}))

    assert {name: scale.level for name, scale in card.scales.items() if name in ("empathy", "emotion_naming")} == {
        "empathy": None,
        "emotion_naming": None,
    }


# --- the tables ---


@given(st.lists(st.integers(-1, 2), min_size=1, max_size=6), st.data())
def test_a_better_grade_for_one_permission_episode_never_lowers_the_level(
    grades: list[int], data: st.DataObject
) -> None:
    weightiest = data.draw(st.integers(0, len(grades) - 1))
    changed = data.draw(st.integers(0, len(grades) - 1))
    better = [min(2, one + 1) if index == changed else one for index, one in enumerate(grades)]
    choice, signposted = data.draw(st.booleans()), data.draw(st.booleans())

    def tally(of: list[int]) -> permission.Tally:
        return permission.Tally(
            grades=tuple(of),
            mean=sum(of) / len(of),
            weightiest_grade=of[weightiest],
            weightiest_with_choice=choice,
            unrepaired_override=min(of) < 0,
            administrative=False,
            signposted=signposted,
        )

    assert permission.level_of(tally(grades))[0] <= permission.level_of(tally(better))[0]


@given(st.lists(st.integers(0, 2), min_size=5, max_size=5), st.sampled_from(range(5)), st.booleans())
def test_a_better_part_never_lowers_explanation(points: list[int], which: int, left_lost: bool) -> None:
    names = ("plain_words", "jargon", "why", "chunks", "check")
    better = [min(2, one + 1) if index == which else one for index, one in enumerate(points)]
    low, high = (
        explanation.level_of(explanation.Tally(dict(zip(names, one, strict=True)), left_lost))[0]
        for one in (points, better)
    )

    assert low <= high


@given(st.floats(0, 4), st.integers(1, 6), st.integers(0, 5), st.integers(3, 4), st.floats(0, 1), st.booleans())
def test_one_more_open_worry_met_never_lowers_empathy(
    mean: float, concerns: int, met: int, best: int, solved: float, ignored: bool
) -> None:
    count = empathy.Tally(
        mean=mean,
        concerns=concerns,
        concerns_met=min(met, concerns - 1),
        best=best,
        concern_ignored=ignored,
        hostile=False,
        unrepaired_dismissal=False,
        strongest_ignored=False,
        solved_first_share=solved,
    )

    assert empathy.level_of(count)[0] <= empathy.level_of(replace(count, concerns_met=count.concerns_met + 1))[0]
