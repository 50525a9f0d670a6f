"""What a clinician's turn does: read it, find its moves with their characters, and give its levels."""

import re
from collections.abc import Mapping, Sequence

from scoring.difficulty import EASIEST, difficulty, how_hard
from scoring.lexicon import tier_of
from scoring.moves import checking, empathy, feelings, gaming, listening, permission, telling, wording
from scoring.moves.legible import is_legible
from scoring.moves.likeness import likenesses_in
from scoring.moves.scene import Scene, pasted
from scoring.moves.sentences import Sentence, sentences_of
from scoring.reading import Move, TurnReading
from scoring.spaces import reading_as_typed, tidy, tidy_turn
from scoring.transcript import Turn, as_turns
from scoring.words import is_filler

_CONTEXT_TURNS = 6
_STOPS = re.compile(r"[?!…\n]|(?<!\d)(?<!\b[A-Za-z])\.|(?<=\d)\.(?!\s*\d)")  # "0. 98" and "J. Smith" go on
_FILLER = re.compile(r"(?:(?:so,? yes|yes,? so|so|well|right|anyway|you know|i mean|like),? ?)+")
"""Said beside something else it says nothing; alone it is an answer of a sort."""
_SHORTENED = re.compile(r"\b([A-Za-z]{2,5})\Z")
_UNKNOWN = 3
"""The tier of a word outside the table of everyday words: "spp." and "al." are shortened, "it." ends a sentence."""
_MARKS = re.compile(r"[.?!,;\n]")


def read_turn(
    text: str,
    context: Sequence[Turn | Mapping[str, str]],
    next_turn: str | Turn | None = None,
) -> TurnReading:
    """Read one clinician turn: its moves, its levels, how hard it is to read.

    Args:
        text: what the clinician said.
        context: the turns before it, oldest first; only the last six are read.
        next_turn: the patient's answer, when it is known and may be used.

    Raises:
        TranscriptError: a line of context whose speaker is neither the clinician nor the patient.
    """
    before = [tidy_turn(turn) for turn in as_turns(context)[-_CONTEXT_TURNS:]]
    answer = next_turn.text if isinstance(next_turn, Turn) else next_turn
    scene = set_scene(tidy(text).text, before, tidy(answer).text if answer is not None else None)
    return reading_as_typed(_read(scene), text)


def _read(scene: Scene) -> TurnReading:
    text = scene.text
    sure = is_legible(text, scene.sentences)
    moves = find_moves(scene) if sure else ()
    named = feelings.naming_probability(scene, moves)
    written = _with_content(text, as_written(text, scene.sentences))
    spoken = [difficulty(text[start : _with_stop(text, end)]) for start, end, _ in written]
    sizes = [words for _, _, words in written]
    return TurnReading(
        emotional_reaction=empathy.emotional_reaction(scene, moves),
        interpretation=empathy.interpretation(scene, moves),
        exploration=empathy.exploration(scene, moves),
        names_emotion=named if sure else 0.0,
        emotion_naming_level=feelings.naming_level(moves),
        permission=permission.permission_of(scene, moves),
        difficulty=_weighted(spoken, sizes),
        moves=moves,
        words=sum(sizes),
        sentences=len(written),
        hard_sentences=round(sum(how_hard(value) for value in spoken), 3),
        sure=sure,
    )


def set_scene(text: str, context: Sequence[Turn | Mapping[str, str]], next_turn: str | Turn | None = None) -> Scene:
    """The turn cut into sentences, with what was said before; copied, grader-directed and empty ones muted."""
    sentences = sentences_of(text)
    before = as_turns(context)[-_CONTEXT_TURNS:]
    answer = next_turn.text if isinstance(next_turn, Turn) else next_turn
    bare = Scene(text, sentences, before, answer)
    muted = frozenset(place for place, sentence in enumerate(sentences) if _is_mute(bare, sentence))
    fillers = frozenset(place for place, sentence in enumerate(sentences) if _FILLER.fullmatch(sentence.text))
    if len(muted | fillers) < len(sentences):
        muted |= fillers
    return Scene(text, sentences, before, answer, muted)


def _is_mute(scene: Scene, sentence: Sentence) -> bool:
    """Not words about this patient: pasted, about the skill or the grading, or about the speaker who was asked."""
    alone = Scene(scene.text, (sentence,))
    if pasted(sentence, scene.patient) or gaming.games_in(alone):
        return True
    return sentence is scene.sentences[0] and feelings.answers_for_oneself(scene, sentence)


def find_moves(scene: Scene) -> tuple[Move, ...]:
    """All moves of a turn, by where they start; the same words make each kind of move once."""
    found = moves_by_rule(scene)
    found += likenesses_in(scene, found)
    found = [one for one in gaming.without_heaps(scene.sentences, found) if not _is_reported(scene.text, one)]
    return tuple(sorted(_without_doubles(found), key=lambda move: (move.start, move.end, move.kind, move.term or "")))


_REPORTED = re.compile(
    r"\b(?:say(?:s|ing)?|said|like|ask(?:s|ed|ing)?|t(?:ell|ells|old|elling) (?:you|me|him|her|them)|goes),? ?"
    r"[\"“](?P<said>[^\"“”]{3,300})[\"”]",
    re.IGNORECASE,
)
"""What others say to the patient, in quotation marks: the student does none of it."""


def _is_reported(text: str, move: Move) -> bool:
    return any(said.start("said") <= move.start < said.end("said") for said in _REPORTED.finditer(text))


def moves_by_rule(scene: Scene) -> list[Move]:
    """What the rules find, before any likeness is asked."""
    told = telling.telling_in(scene)
    asked = permission.asks_in(scene)
    terms = wording.terms_in(scene)
    found = [
        *feelings.feelings_in(scene),
        *told,
        *asked,
        *checking.checks_in(scene),
        *listening.listening_in(scene, told + asked + terms),
        *terms,
        *gaming.games_in(scene),
    ]
    return listening.without_hollow(scene, found)


def _without_doubles(found: Sequence[Move]) -> list[Move]:
    """Of moves of one kind that overlap, the first found."""
    kept: list[Move] = []
    for move in found:
        if not any(other.kind == move.kind and other.start < move.end and move.start < other.end for other in kept):
            kept.append(move)
    return kept


def as_written(text: str, clauses: Sequence[Sentence]) -> list[tuple[int, int, int]]:
    """(start, end, words) of each sentence as the stops of the turn cut it; dictated speech, without any, by clause."""
    pieces: list[tuple[int, int, int]] = []
    dictated = not _MARKS.search(text)
    for clause in clauses:
        if pieces and not dictated and not _stops_between(text, pieces[-1][1], clause.start):
            start, _, words = pieces.pop()
            pieces.append((start, clause.end, words + len(clause.words)))
        else:
            pieces.append((clause.start, clause.end, len(clause.words)))
    return pieces


def _stops_between(text: str, end: int, start: int) -> bool:
    """Whether a sentence ends between two clauses; after a shortened word that goes on in small letters none does."""
    if not _STOPS.search(text, end, start + 1):
        return False
    shortened = _SHORTENED.search(text[:end])
    goes_on = text[start].islower() or text[end:start].strip().endswith(",")
    return not (shortened and goes_on and text[end] == "." and tier_of(shortened[1].lower()) == _UNKNOWN)


def _with_stop(text: str, end: int) -> int:
    """The end of a sentence with its full stop, as the sentences were written that difficulty was learnt from."""
    return end + 1 if text[end : end + 1] == "." else end


def _with_content(text: str, pieces: list[tuple[int, int, int]]) -> list[tuple[int, int, int]]:
    """The sentences that say something; fillers between them make nothing easier to follow. All, if all are fillers."""
    return [piece for piece in pieces if not is_filler(text[piece[0] : piece[1]])] or pieces


def _weighted(values: Sequence[float], sizes: Sequence[int]) -> float:
    """Mean difficulty of a turn's sentences, each by its words."""
    if not values:
        return EASIEST
    return round(sum(value * size for value, size in zip(values, sizes, strict=True)) / sum(sizes), 3)
