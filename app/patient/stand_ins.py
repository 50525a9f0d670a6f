"""What the patient says instead of something out of character: the persona's own lines for when nothing fits."""

from app.patient.scene import State
from personas.schema import Line, Persona


def stand_ins(persona: Persona, state: State, turn: int) -> list[Line]:
    """The persona's own lines for a moment when nothing fits, the one for this turn first: another one each time."""
    fitting = [line for line in persona.lines if line.on == "off_topic" and _fits(line, state)]
    unused = [line for line in fitting if state.used_lines.count(line.id) < line.times] or fitting
    start = turn % len(unused) if unused else 0
    return unused[start:] + unused[:start]


def _fits(line: Line, state: State) -> bool:
    if line.before_news is not None and line.before_news == state.news_told:
        return False
    return (
        line.trust[0] <= state.mind.trust <= line.trust[1]
        and line.distress[0] <= state.mind.distress <= line.distress[1]
    )
