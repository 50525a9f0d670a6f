"""What holds for any talk with the patient: nothing is won by formula, nothing is lost for good by one slip."""

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import personas
from app.lab.playing import opening
from app.patient import turns
from app.patient.mind import MOST
from app.patient.scene import Exchange, Received, State
from app.patient.turns import begin, receive
from scoring import read_turn
from scoring.reading import TurnReading
from scoring.transcript import Turn
from tests.app.patient.talks import TALKS, by, played, received_instead, said

STOCK = tuple((Path(__file__).parent / "stock_phrases.txt").read_text("utf-8").splitlines())
SHRUG = Turn(speaker="patient", text="Right.")
NOT_NOW = Turn(speaker="patient", text="I'd rather not talk about what is at home just now.")
BAD = {
    "blame": "You should have come to us sooner. It is your own fault that it got this far.",
    "dismissal": "You are overreacting. Plenty of people have it much worse than you.",
    "early reassurance": "Don't worry about it, everything will be fine.",
    "jargon": "The histopathology indicates oestrogen receptor positivity and the HbA1c glycaemic dysregulation.",
    "pushing": "What is it that you do not want to talk about? What are you hiding from me?",
}
GOOD = {scenario: versions["plain"] for scenario, versions in TALKS.items()}
GIBBERISH = ("sdkfj qpwoe zzxcv mnbq", "жизнь прекрасна сегодня", "%%% ### @@@", "qwrtp qwrtp qwrtp qwrtp")
NEAR = 0.05
NEARLY_ALL = 0.9
FEW = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
"""Each example reads up to thirty turns."""


@pytest.fixture(autouse=True, scope="module")
def _each_text_read_once() -> Any:
    """A text is read once for each of the patient's words it answers: sequences say the same things over and over."""
    known: dict[tuple[str, str], TurnReading] = {}

    def read(text: str, context: Any, next_turn: Any = None) -> TurnReading:
        key = (text, context[-1].text if context else "")
        if key not in known:
            known[key] = read_turn(text, context[-1:], next_turn)
        return known[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(turns, "read_turn", read)
        yield


def shrugged_off(scenario: str, lines: Sequence[str], not_now: int | None = None) -> list[tuple[State, Received]]:
    """(the state before, what the turn did) for each line, to a patient who dropped every hint and now says "Right.".

    Before line `not_now` the patient asks to leave it be.
    """
    persona, case = personas.find_scenario(scenario)
    hints = tuple(cue.id for cue in persona.cues)
    state = begin(persona, case, "standard").model_copy(update={"offered_cues": hints, "pending_cue": None})
    history = [*opening(case)]
    met = []
    for place, line in enumerate(lines):
        if place == not_now:
            history[-1] = Exchange(NOT_NOW, NOT_NOW.text)
        received = receive(persona, case, "standard", state, said(line), history)
        met.append((state, received))
        state = received.state
        history += [Exchange(said(line), line, received.note), Exchange(SHRUG, SHRUG.text)]
    return met


@pytest.mark.parametrize("scenario", GOOD)
@FEW
@given(lines=st.lists(st.sampled_from(STOCK), min_size=1, max_size=30))
def test_stock_phrases_open_nothing_and_win_no_trust(scenario: str, lines: list[str]) -> None:
    met = shrugged_off(scenario, lines)
    start = met[0][0].mind.trust

    assert [received.state.open_concerns for _, received in met] == [()] * len(lines)
    assert max(received.state.mind.trust for _, received in met) <= start


def test_there_are_stock_phrases_enough() -> None:
    assert len(set(STOCK)) == len(STOCK) >= 60


@pytest.mark.parametrize("scenario", GOOD)
@FEW
@given(lines=st.lists(st.sampled_from([*STOCK, *BAD.values(), *GOOD["maria-biopsy-result"]]), min_size=1, max_size=20))
def test_no_turn_moves_trust_beyond_its_bounds(scenario: str, lines: list[str]) -> None:
    fall, rise = MOST["trust"]
    steps = [received.state.mind.trust - before.mind.trust for before, received in shrugged_off(scenario, lines)]

    assert -fall - 0.0005 <= min(steps)
    assert max(steps) <= rise + 0.0005


AFTERWARDS = (
    "I wonder if you feel alone with this in the evenings.",
    "It makes sense that you are worried about your family.",
    "Would it be all right if I ask how your nights have been?",
    "I will ring you on Friday, whatever happens, and tell you what we know.",
    "You have carried this for weeks and still gone to work every day. I admire that.",
    "I will not leave you on your own with this, I will stay until your questions are answered.",
    "Would you rather talk about home now, or leave it for another day?",
    "You seem sad when you look at that letter.",
    "It makes sense that you did not want to hear it on the phone.",
    "You sound angry about the long wait, and that makes sense to me.",
    "Is there anything about the treatment that frightens you, that you could not face?",
    "You seem torn about what comes next, and I can see why.",
    "You have told me things today that you had told nobody. That was brave of you.",
)
"""Good turns that fit what each of the three has told, after the talk."""


@pytest.mark.parametrize("bad", BAD)
@pytest.mark.parametrize("scenario", GOOD)
@FEW
@given(place=st.integers(1, 17))
def test_one_bad_turn_is_made_good_slowly(scenario: str, bad: str, place: int) -> None:
    persona, _ = personas.find_scenario(scenario)
    main = {concern.id for concern in persona.concerns if concern.main}
    lines = [*GOOD[scenario], *AFTERWARDS]
    not_now = place if bad == "pushing" else None
    good = [received.state for _, received in shrugged_off(scenario, lines)]
    hurt = [
        received.state for _, received in shrugged_off(scenario, [*lines[:place], BAD[bad], *lines[place:]], not_now)
    ]
    trusts = [(one.mind.trust, two.mind.trust) for one, two in zip(good[place:], hurt[place + 1 :], strict=True)]

    assert all(two < one for one, two in trusts[:3])
    assert trusts[-1][1] >= min(trusts[-1][0] - NEAR, NEARLY_ALL * trusts[-1][0])
    assert main <= {*hurt[-1].open_concerns, *hurt[-1].open_parts}


@pytest.mark.parametrize("scenario", GOOD)
@pytest.mark.parametrize("text", GIBBERISH)
def test_a_turn_nobody_can_read_changes_nothing(scenario: str, text: str) -> None:
    good = played(scenario, GOOD[scenario])
    for place in (0, 4, 9, 15):
        before = good[place - 1].state if place else shrugged_off(scenario, [text])[0][0]
        received = received_instead(scenario, good, place, text)

        assert received.changes == ()
        assert place == 0 or (received.state.mind, received.state.open_concerns) == (before.mind, before.open_concerns)


WINNING = (
    "You must be frightened of what this means for your family.",
    "It makes sense that you are worried about the weekend.",
    "Would it be all right if I ask about your work?",
    "What has been on your mind since you got here this morning?",
    "I think it took courage to come here after what happened.",
)


@pytest.mark.parametrize("scenario", GOOD)
def test_the_same_good_move_again_wins_less_than_a_new_one(scenario: str) -> None:
    again = shrugged_off(scenario, [WINNING[0], "I wonder if you are scared of the treatment itself.", WINNING[0]])
    new = shrugged_off(scenario, [WINNING[0], "I wonder if you are scared of the treatment itself.", WINNING[1]])

    assert by(again[-1][1].changes) < by(new[-1][1].changes)


@pytest.mark.parametrize("scenario", GOOD)
def test_a_naming_on_every_turn_wins_no_more_than_one_now_and_then(scenario: str) -> None:
    namings = [
        f"It sounds as though you are {feeling} about {what}."
        for feeling, what in (
            ("frightened", "the result"), ("sad", "your family"), ("angry", "the long wait"), ("ashamed", "the delay"),
            ("confused", "the next step"), ("worried", "your work"), ("torn", "the tablets"), ("relieved", "the plan"),
        )
    ]  # fmt: skip
    asked = ["What happened at home last week?", "How did you sleep last night?", "What do you do on a Sunday?"]
    mixed = [namings[0], asked[0], WINNING[1], namings[1], asked[1], WINNING[4], namings[2], asked[2]]
    every, now_and_then = shrugged_off(scenario, namings), shrugged_off(scenario, mixed)

    assert every[-1][1].state.mind.trust <= now_and_then[-1][1].state.mind.trust


PADDING = "There is a clock on the wall and the room is on the ground floor. " * 2


@pytest.mark.parametrize("line", WINNING)
@pytest.mark.parametrize("scenario", GOOD)
def test_length_alone_wins_nothing(scenario: str, line: str) -> None:
    short, padded, twice = (
        by(shrugged_off(scenario, [text])[-1][1].changes) for text in (line, f"{line} {PADDING}", f"{line} {line}")
    )

    assert padded <= short + 0.005
    assert twice <= short + 0.005


@pytest.mark.parametrize("scenario", GOOD)
def test_trust_in_a_good_talk_is_won_step_by_step(scenario: str) -> None:
    trusts = [step.state.mind.trust for step in played(scenario, GOOD[scenario])]

    assert trusts[-1] > trusts[0] + 0.3
    assert max(after - before for before, after in pairwise(trusts)) <= MOST["trust"][1] + 0.0005
