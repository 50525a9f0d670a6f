"""One thing a patient's sentence shows."""

from dataclasses import dataclass

from personas.vocabulary import CueKind, Family


@dataclass(frozen=True)
class Sign:
    """One thing a patient's sentence shows. `word`: the feeling in their own word; `idiom`: a figure of speech."""

    kind: CueKind
    family: Family | None
    intensity: float
    start: int
    end: int
    word: str | None = None
    idiom: bool = False
