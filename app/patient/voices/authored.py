"""The offline patient: speaks the persona's own written lines, chosen by meaning and by mind."""

import asyncio
import re
from collections.abc import AsyncIterator, Sequence

from app.patient.meaning import prepare
from app.patient.scene import Piece, Scene
from app.patient.stage import with_action
from app.patient.voices.choosing import choose
from app.patient.voices.moment import Said
from personas.schema import Persona

_CLAUSE = re.compile(r"\S+(?:\s+\S+){0,3}?(?:[,.;:!?…]+[\"'’]?(?=\s|$)|(?=\s)|$)\s*")
"""A few words, or fewer up to a comma or a full stop: what the page shows at a time."""


class AuthoredVoice:
    """Answers with the persona's own lines: the same history always gets the same answer."""

    name = "authored"
    model: str | None = None

    async def reply(self, scene: Scene) -> AsyncIterator[Piece]:
        """Choose what to say, then speak it a few words at a time, what is done first.

        The choice is the same for the same scene. It takes sentence vectors, so it is made in a thread.
        """
        for piece in pieces(await asyncio.to_thread(choose, scene)):
            yield piece

    async def close(self) -> None:
        """Nothing to give back."""


def prepare_for(persona: Persona, *, speaks_lines: bool = True) -> None:
    """Compute what this persona's lines and topics mean, once a process: about two seconds, best in a thread at start.

    Without it the first turn with this persona takes that long instead. The lines are more than half of it, and
    where a language model speaks, nobody chooses among them.
    """
    if speaks_lines:
        prepare(trigger for line in persona.lines for trigger in line.triggers)
    prepare(topic for concern in persona.concerns for topic in concern.topics)


def pieces(answer: Sequence[Said]) -> list[Piece]:
    """The answer in the pieces the page shows; joined they read `*What is done.* What is said.`"""
    found: list[Piece] = []
    for part in answer:
        gap = " " if found else ""
        if part.does:
            found.append(Piece(gap + with_action(part.does, ""), part.line))
            gap = " "
        for clause in _CLAUSE.findall(part.text):
            found.append(Piece(gap + clause.rstrip(), part.line))
            gap = " "
    return found
