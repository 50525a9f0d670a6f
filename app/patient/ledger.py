"""The ledger as the scorer takes it: what the patient let slip and what they told, as occasions for an answer."""

from collections.abc import Iterator

from app.patient.scene import Heard
from personas.schema import Persona
from scoring.transcript import Cue, Turn


def cues_in(heard: Heard, persona: Persona, index: int, turn: Turn) -> Iterator[Cue]:
    """The occasions one reply holds; `index` is its place in the transcript."""
    for kind, items in (("cue", heard.cues), ("part", heard.parts), ("concern", heard.concerns)):
        for item_id, quote in items.items():
            cue = cue_of(persona, kind, item_id, quote, index, turn)
            if cue is not None:
                yield cue


def cue_of(persona: Persona, kind: str, item_id: str, quote: str, index: int, turn: Turn) -> Cue | None:
    """One ledger row as an occasion: a hint as its note says, a concern that was told, be it in part, as openly said.

    None for a row that is not in the persona any more, or whose words are an action, which has no quote to check.
    """
    if quote not in turn.text:
        return None
    if kind in ("concern", "part"):
        told = next((one for one in persona.concerns if one.id == item_id), None)
        weighed = told.part if told is not None and kind == "part" else told
        if told is None or weighed is None:
            return None
        return Cue(turn=index, kind="concern", family=told.family, intensity=weighed.intensity, quote=quote)
    note = next((one for one in persona.cues if one.id == item_id), None)
    if note is None:
        return None
    return Cue(turn=index, kind=note.kind, family=note.family, intensity=note.intensity, quote=quote)
