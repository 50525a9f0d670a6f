"""How the patient takes what the student did: whether it was felt, and the line that shows it."""

from collections.abc import Iterator, Sequence

from app.patient.disclosure import heard
from app.patient.effects import agrees
from app.patient.meaning import is_asking, nearness
from app.patient.voices.moment import Moment
from personas.schema import Line
from personas.vocabulary import Family, MoveKind
from scoring.moves.sentences import Sentence, sentences_of
from scoring.patient import signs
from scoring.reading import Move
from scoring.transcript import Turn

GIVES_BACK = 0.3
"""Cosine from which a sentence may be giving back what the patient said lately."""

HARSH: tuple[MoveKind, ...] = ("blames", "dismisses", "reassures_early", "recites_skill", "addresses_grader")
_COME_TOGETHER: frozenset[Family] = frozenset({"fear", "sadness", "overwhelm", "confusion"})


def reaction(moment: Moment, kinds: Sequence[MoveKind]) -> Line | None:
    """The line for the first of these moves that was made and has one; a stock phrase gets none."""
    for kind in kinds:
        if any(_is_felt(moment, move) for move in moment.reading.all(kind)):
            for line in moment.lines("move"):
                if kind in line.moves:
                    return line
    return None


def _is_felt(moment: Moment, move: Move) -> bool:
    """Harsh words are felt however they are put; a stock phrase is not, nor what gives nothing back."""
    if move.kind in HARSH:
        return True
    if move.kind not in ("reflects", "reflects_complex"):
        return not move.stock
    return not move.stock and any(
        one.start <= move.start < one.end and not is_asking(one) and _gives_back(moment, one)
        for one in moment.sentences
    )


def _gives_back(moment: Moment, sentence: Sentence) -> bool:
    """Whether the sentence is about what the patient said in the last two answers."""
    said = tuple(one.text for text in moment.patient_said[-2:] for one in sentences_of(text))
    return nearness(sentence, said) >= GIVES_BACK


def names_the_wrong_feeling(moment: Moment) -> bool:
    """Whether every feeling named is another than those the patient showed lately, or is known by now to have.

    Who is 'upset' where it was fear is not put right: those feelings come together.
    """
    shown = {family for turn in moment.turns[:-1][-3:] if turn.speaker == "patient" for family in _shown(moment, turn)}
    shown |= {cue.family for cue in moment.persona.cues if cue.id in moment.state.offered_cues}
    shown |= {one.family for one in moment.persona.concerns if one.family and one.id in moment.state.told_concerns}
    named = [move.family for move in moment.reading.all("names_emotion")]
    if shown & _COME_TOGETHER:
        shown |= _COME_TOGETHER
    return bool(shown and named) and not any(agrees(one, other) for one in named for other in shown)


def _shown(moment: Moment, turn: Turn) -> Iterator[Family]:
    """The feelings in these words of the patient's: by their wording, or by a known hint."""
    yield from (sign.family for sign in signs(turn.text, turn.does) if sign.family)
    hinted = heard(turn.text, [line.id for line in moment.persona.lines], moment.persona).cues
    yield from (cue.family for cue in moment.persona.cues if cue.id in hinted)
