"""What the patient's words asked for: the cue ledger, plus what the text shows."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from personas.vocabulary import CueKind, Family
from scoring.patient import Sign, held_by_story, signs
from scoring.patient.questions import only_repeats, questions_in
from scoring.patient.setting import stands_in
from scoring.scorecard import Quote
from scoring.transcript import Cue, Transcript, Turn
from scoring.words import content, sentences

WEIGHTS: dict[CueKind, float] = {"concern": 2.0, "cue": 1.0, "challenge": 2.0, "progress": 0.5}
"""Rubric 2.1; a reproach weighs as an open concern does."""

_SAME_WORRY_AGAIN = 0.1
"""What a worry gains in intensity when it comes back (rubric 2.1: repeated worry)."""


@dataclass(frozen=True)
class Opportunity:
    """A patient turn that showed a feeling, by its strongest sign; one a turn.

    `families` holds every family the turn showed, `word` the feeling in the patient's own word,
    `known` whether the simulator's ledger offered it.
    """

    turn: int
    kind: CueKind
    family: Family | None
    intensity: float
    start: int
    end: int
    quote: str
    families: frozenset[Family]
    word: str | None = None
    known: bool = False

    @property
    def weight(self) -> float:
        """How much it counts in the mean."""
        return WEIGHTS[self.kind]

    @property
    def explicit(self) -> bool:
        """Whether the feeling or the reproach was said openly."""
        return self.kind in ("concern", "challenge")


def find_opportunities(transcript: Transcript) -> tuple[Opportunity, ...]:
    """Every patient turn that showed a feeling, in order; ledger and text merged, one a turn."""
    ledger: dict[int, list[Cue]] = defaultdict(list)
    for cue in transcript.cues:
        ledger[cue.turn].append(cue)
    found: list[Opportunity] = []
    for index, turn in enumerate(transcript.turns):
        if turn.speaker != "patient" or not turn.text.strip():
            continue
        opportunity = _strongest(index, turn, ledger[index], _shown(transcript.turns, index))
        if opportunity is not None:
            found.append(_raised_when_repeated(opportunity, found))
    return tuple(found)


def _shown(turns: Sequence[Turn], index: int) -> list[Sign]:
    """The signs of a turn that stand in the talk: no resistance to nothing, no word only handed back."""
    heard = [turn.text for turn in turns[:index] if turn.speaker == "student" and turn.text.strip()][-2:]
    answered = index > 0 and turns[index - 1].speaker == "student"
    turn = turns[index]
    return [one for one in signs(turn.text, turn.does) if stands_in(one, turn.text, heard, answers=answered)]


def _strongest(index: int, turn: Turn, cues: Sequence[Cue], shown: Sequence[Sign]) -> Opportunity | None:
    """The ledger's cue where there is one: it knows what was meant. Else the strongest sign."""
    families = frozenset(
        [cue.family for cue in cues if cue.family] + [sign.family for sign in shown if sign.family]
    ) | held_by_story(turn.text)
    sign = max(shown, key=lambda sign: (WEIGHTS[sign.kind], not sign.idiom, sign.intensity, -sign.start), default=None)
    if cues:
        cue = max(cues, key=lambda cue: (WEIGHTS[cue.kind], cue.intensity))
        start, end = _whole_sentences(turn.text, cue.quote)
        return Opportunity(
            turn=index,
            kind=cue.kind,
            family=cue.family or (sign.family if sign else None),
            intensity=cue.intensity,
            start=start,
            end=end,
            quote=turn.text[start:end],
            families=families,
            word=sign.word if sign else None,
            known=True,
        )
    if sign is None:
        return None
    quote = turn.text[sign.start : sign.end]
    return Opportunity(index, sign.kind, sign.family, sign.intensity, sign.start, sign.end, quote, families, sign.word)


def _whole_sentences(text: str, quote: str) -> tuple[int, int]:
    """The sentences a quote stands in: a few words of one read like a riddle."""
    start = text.index(quote)
    end = start + len(quote)
    touched = [one for one in sentences(text) if one.start < end and start < one.end]
    return (min(start, touched[0].start), max(end, touched[-1].end)) if touched else (start, end)


NEAR: tuple[frozenset[Family], ...] = (
    frozenset({"fear", "overwhelm"}),
    frozenset({"overwhelm", "confusion"}),
    frozenset({"overwhelm", "sadness"}),
    frozenset({"sadness", "shame"}),
)
"""Families so near that naming the one for the other is still heard as understanding."""


def fits(named: Family | None, shown: Collection[Family]) -> bool:
    """Whether a named feeling is one that was shown, or near to it; one without a family fits anything."""
    return named is None or named in shown or any(frozenset({named, other}) in NEAR for other in shown)


def _raised_when_repeated(opportunity: Opportunity, before: Sequence[Opportunity]) -> Opportunity:
    """The same worry again weighs more than the first time; what the ledger weighed is left."""
    if opportunity.known:
        return opportunity
    about = content(opportunity.quote)
    again = any(
        earlier.family == opportunity.family and len(about & content(earlier.quote)) >= 2 for earlier in before[-6:]
    )
    if not again:
        return opportunity
    return replace(opportunity, intensity=round(min(1.0, opportunity.intensity + _SAME_WORRY_AGAIN), 2))


def find_questions(turns: Sequence[Turn]) -> dict[int, Quote]:
    """The patient's direct questions about their health or what comes next, by turn; no echo of the student's."""
    found = {}
    for index, turn in enumerate(turns):
        if turn.speaker != "patient":
            continue
        heard = turns[index - 1].text if index and turns[index - 1].speaker == "student" else ""
        asked = next((one for one in questions_in(turn.text) if not only_repeats(one.text, heard)), None)
        if asked is not None:
            found[index] = Quote(turn=index, start=asked.start, end=asked.end, quote=asked.text)
    return found
