"""How long a student turn is read before the patient is asked: `python -m benchmarks.reading`.

The same turns as in `benchmarks.streams`, in a conversation that grows, with nothing else going on: this much of the
time to the first words is the reading of the turn and the patient's mind, in a thread.
"""

import asyncio
import statistics
import time

from app.patient import turns as patient
from app.patient.scene import Exchange, State
from app.patient.voices.authored import prepare_for
from benchmarks.speech import REPLIES, reply_to, student_turn
from personas import find_scenario
from scoring import Turn

SCENARIO = "maria-biopsy-result"
CONVERSATIONS = 8
TURNS = 10


def main() -> None:
    """Print one line."""
    asyncio.run(read())


async def read() -> dict[str, float]:
    """Milliseconds of CPU a turn; prints them."""
    prepare_for(find_scenario(SCENARIO)[0])
    await _read_one(10_000)  # warms up
    spent: list[float] = []
    for number in range(1, CONVERSATIONS + 1):
        spent += await _read_one(10_000 + number * TURNS)
    figures = {"p50": statistics.median(spent), "p95": sorted(spent)[len(spent) * 95 // 100]}
    print(f"\nReading a turn and moving the patient's mind, CPU ms a turn, {len(spent)} turns; p50 p95")
    print(f"  {figures['p50']:.1f} {figures['p95']:.1f}")
    return figures


async def _read_one(first: int) -> list[float]:
    """Milliseconds of CPU for each turn of one conversation."""
    persona, scenario = find_scenario(SCENARIO)
    state: State = patient.begin(persona, scenario, "standard")
    history: list[Exchange] = []
    spent = []
    for number in range(first, first + TURNS):
        said = Turn(speaker="student", text=student_turn(number))
        began = time.process_time()
        received = await asyncio.to_thread(patient.receive, persona, scenario, "standard", state, said, tuple(history))
        spent.append((time.process_time() - began) * 1e3)
        reply = REPLIES[reply_to(number)]
        state = received.state
        history += [
            Exchange(said, said.text, received.note),
            Exchange(Turn(speaker="patient", text=reply), reply, None),
        ]
    return spent


if __name__ == "__main__":
    main()
