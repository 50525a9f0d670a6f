"""The trained heads: what they see, how they bend a rule's level, and what they must never do alone."""

import numpy as np
import pytest

from scoring.moves import heads, read_turn, set_scene

THEIRS = "I sit at the kitchen table every night and I am terrified of the phone"


def test_a_turns_features_are_its_vector_and_the_mean_of_its_sentences() -> None:
    one = heads.features(set_scene("You look tired", []))

    assert one.shape == (1024,)
    assert np.array_equal(one[:512], one[512:])


def test_what_is_not_the_clinicians_own_is_not_seen() -> None:
    before = [{"role": "patient", "text": f"{THEIRS}."}]
    copied = heads.features(set_scene(f"{THEIRS}. Take a seat.", before))

    assert np.array_equal(copied, heads.features(set_scene("Take a seat.", [])))


@pytest.mark.parametrize(
    "said",
    [
        "Er, well, so, um, You must be tired.",
        "You know. You must be tired.",
        "You must be tired. So, yeah. I mean.",
        "Right. You must be tired. Anyway.",
    ],
)
def test_fillers_are_not_seen(said: str) -> None:
    seen, bare = (heads.features(set_scene(text, [])) for text in (said, "You must be tired."))

    assert np.array_equal(seen[512:], bare[512:])
    assert float(seen[:512] @ bare[:512]) > 0.95


def test_a_turn_of_nothing_but_fillers_is_seen_as_it_is() -> None:
    assert heads.without_fillers("Right. You know.") == "Right. You know."


def test_the_scores_of_the_three_levels_sum_to_one() -> None:
    scene = set_scene("That has knocked the floor out from under you.", [])

    assert [round(float(heads.scores(head, scene).sum()), 3) for head in heads.HEADS] == [1.0] * 4


def test_targets_mark_one_place_a_level() -> None:
    assert heads.targets([0, 2, 1, 0]).tolist() == [1, 0, 0, 0, 0, 1, 0, 1, 0, 1, 0, 0]


def test_a_head_hears_what_no_rule_has_words_for() -> None:
    scene = set_scene("You sound as though the wind has gone right out of you.", [])

    assert int(heads.scores("interpretation", scene).argmax()) == 2


def test_a_turn_without_words_of_its_own_has_no_level() -> None:
    scene = set_scene(f"{THEIRS}.", [{"role": "patient", "text": f"{THEIRS}."}])

    assert [heads.settled(head, 2, scene) for head in heads.HEADS] == [0, 0, 0, 0]


@pytest.mark.parametrize(
    "said",
    [
        "That has knocked the floor out from under you.",
        "It's like you've been handed everyone's coats and nobody saw you standing there.",
        "You do not look one bit frightened of it.",
    ],
)
def test_a_likely_naming_without_its_words_ranks_high_and_is_no_naming(said: str) -> None:
    reading = read_turn(said, [])

    assert reading.names_emotion > read_turn("The clinic opens at nine.", []).names_emotion
    assert (reading.has("names_emotion"), reading.emotion_naming_level == 2) == (False, False)


def test_turns_that_name_a_feeling_rank_above_those_that_acknowledge_and_those_above_the_rest() -> None:
    turns = ["You must be so frightened of the scan.", "That sounds really hard.", "The clinic opens at nine."]
    ranked = [read_turn(said, []).names_emotion for said in turns]

    assert ranked == sorted(ranked, reverse=True)
    assert len(set(ranked)) == 3
