"""Sentence vectors: shape, length, and the same value whoever asks and whatever stands beside it."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np

from scoring.vectors import SIZE, embed


def test_each_sentence_has_a_unit_vector() -> None:
    vectors = embed(["You look worried.", "Take one tablet."])

    assert vectors.shape == (2, SIZE)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-4)


def test_no_sentence_gives_no_row_and_an_empty_one_is_zero() -> None:
    assert embed([]).shape == (0, SIZE)
    assert not embed([" "]).any()


def test_a_vector_does_not_depend_on_its_neighbours() -> None:
    alone = embed(["A sentence beside nothing."])[0]
    beside = embed(["Something else altogether, and longer.", "A sentence beside nothing."])[1]

    assert (alone == beside).all()


def test_threads_get_the_same_vectors() -> None:
    sentences = [f"This is sentence number {number}." for number in range(6)]
    with ThreadPoolExecutor(3) as pool:
        drawn = list(pool.map(lambda _: embed(sentences), range(3)))

    assert all((vectors == drawn[0]).all() for vectors in drawn)
