"""Hint, part, whole; harm at once; and what is too much to stay for."""

from collections.abc import Sequence

import pytest

from app.patient.direction import compose, prefix
from app.patient.disclosure import heard, newly_open
from app.patient.ledger import cues_in
from app.patient.scene import Exchange, Mind, Received, State
from app.patient.screen import Screen
from app.patient.stage import with_action
from app.patient.turns import begin, receive, settle
from personas.schema import Persona
from personas.vocabulary import Action
from scoring import Turn, read_turn
from tests.app.patient.layered import BLOOD, TOM
from tests.app.patient.test_patient_authored_voice import Talk as OfTom

FAMILY = "Is there anything like this in your family?"
DEAD = "Have you thought of ending your life?"
INSULT = "You stupid man, it is your own fault."


class Talk(OfTom):
    def __init__(self, trust: float = 0.35, **state: object) -> None:
        super().__init__(trust, TOM, **state)


def opened(trust: float, said: str, **state: Sequence[str]) -> list[tuple[str, bool]]:
    mind = Mind(trust=trust, distress=0.5, understanding=0.3)
    turn = Turn(speaker="student", text=said)
    found = newly_open(TOM, State(mind=mind, **state), mind, [(turn, read_turn(said, ()))], 6)
    return [(one.concern, one.part) for one in found]


def hear(said: str, state: State | None = None, does: Action | None = None, persona: Persona = TOM) -> Received:
    words = {"sits_down": "sits down", "offers_tissue": "offers a tissue"}.get(does or "")
    turn = Turn(speaker="student", text=said, does=words, silent=not said)
    opening = Exchange(Turn(speaker="patient", text=BLOOD.opening), BLOOD.opening)
    return receive(persona, BLOOD, "standard", state or begin(TOM, BLOOD, "standard"), turn, (opening,))


def low(trust: float = 0.05, **more: object) -> State:
    start = begin(TOM, BLOOD, "standard")
    return start.model_copy(update={"mind": start.mind.model_copy(update={"trust": trust}), **more})


# ---- layers ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("trust", "what"), [(0.39, []), (0.4, [("father", True)]), (0.5, [("father", True)]), (0.58, [("father", False)])]
)
def test_the_part_comes_first_unless_trust_is_well_above_what_the_whole_needs(
    trust: float, what: list[tuple[str, bool]]
) -> None:
    assert opened(trust, FAMILY) == what


def test_a_part_opens_once_and_leaves_the_whole_to_come() -> None:
    assert opened(0.45, FAMILY, open_parts=("father",)) == []
    assert opened(0.5, FAMILY, open_parts=("father",)) == []
    assert opened(0.5, FAMILY, open_parts=("father",), told_parts=("father",)) == [("father", False)]


def test_a_whole_that_is_open_leaves_no_part_behind() -> None:
    assert opened(0.55, FAMILY, open_concerns=("father",)) == []


def test_a_reply_tells_a_part_or_the_whole_never_both() -> None:
    begun = heard("Well. My dad was poorly.", [], TOM)
    told = heard("My dad was ill. My dad had leukaemia.", [], TOM)

    assert (begun.parts, begun.concerns) == ({"father": "dad was poorly"}, {})
    assert (told.parts, told.concerns) == ({}, {"father": "My dad had leukaemia"})


def test_a_part_that_was_told_is_an_occasion_for_an_answer() -> None:
    reply = "My dad was ill, when I was small."
    found = heard(reply, ["part_father"], TOM)

    (cue,) = cues_in(found, TOM, 3, Turn(speaker="patient", text=reply))

    assert (cue.kind, cue.quote, cue.intensity) == ("concern", reply, 0.7)


def test_what_a_model_tells_before_its_time_opens_that_layer() -> None:
    state, _ = settle(TOM, BLOOD, begin(TOM, BLOOD, "standard"), "My dad was ill once.", [])

    assert (state.told_parts, state.open_parts, state.told_concerns) == (("father",), ("father",), ())


def test_the_note_says_how_much_may_be_told() -> None:
    part = hear(FAMILY, low(0.46)).note or ""
    whole = hear(FAMILY, low(0.65)).note or ""

    assert "May begin: Your father was ill when you were small." in part
    assert "leukaemia" not in part
    assert "May tell: Your father died of leukaemia" in whole


def test_a_closed_part_is_screened_and_an_open_one_passes() -> None:
    assert Screen(TOM).breach("My dad was ill.") == "closed"
    assert Screen(TOM, open_parts=("father",)).breach("My dad was ill.") is None
    assert Screen(TOM, open_parts=("father",)).breach("It was leukaemia.") == "closed"


async def test_the_offline_patient_tells_the_part_first_and_the_whole_when_trust_has_grown() -> None:
    talk = Talk(0.46)

    assert await talk.say(FAMILY) == ["part_father"]
    assert talk.state.told_parts == ("father",)
    talk.state = talk.state.model_copy(update={"mind": talk.state.mind.model_copy(update={"trust": 0.6})})
    assert await talk.say("What did your father have? Is it in the family?") == ["tell_father"]


# ---- harm ------------------------------------------------------------------------------------------------------------


def test_who_asks_outright_is_told_the_truth_whatever_the_trust() -> None:
    received = hear(DEAD, low(0.0))

    assert received.note is not None
    assert "Answer this truly now: Once, in the winter. Not now." in received.note
    assert received.state.open_concerns == ("dog",)


def test_the_truth_about_harm_is_in_no_message_before_it_is_asked_for() -> None:
    assert "in the winter" not in prefix(TOM, BLOOD)
    assert "in the winter" not in (hear("How are you sleeping?").note or "")


async def test_the_offline_patient_answers_it_before_anything_else() -> None:
    assert await Talk(0.0, open_concerns=()).say("Do you feel safe at home?") == ["risk_home"]
    assert await Talk(0.0).say(f"The count is abnormal. {DEAD}") == ["tell_dog"]


def test_the_answer_outlives_the_shortening() -> None:
    note = "Answer this truly now: Once, in the winter. Not now."
    history = [Exchange(Turn(speaker="student", text=DEAD), DEAD, note)]
    for turn in range(80):
        reply = f"I had {turn} letters to bring round that morning, in the rain, and nobody at home."
        asked = f"And what did you do on day {turn}, when you had brought the letters round and gone home?"
        history += [Exchange(Turn(speaker="patient", text=reply), reply)]
        history += [Exchange(Turn(speaker="student", text=asked), asked)]

    prompt = compose(TOM, BLOOD, history, context_tokens=3000, reply_tokens=200)

    assert prompt.shortened_turns > 0
    assert "Once, in the winter. Not now." in prompt.messages[1]["content"]


def test_what_was_answered_stays_true_when_the_talk_is_put_in_short() -> None:
    history: list[Exchange] = []
    for turn in range(80):
        asked = f"What is the name of dog number {turn}?"
        reply = f"Number {turn} is called Biscuit{turn}. He has one ear, and the other he left in a gate."
        history += [Exchange(Turn(speaker="student", text=asked), asked)]
        history += [Exchange(Turn(speaker="patient", text=reply), reply)]
    history.append(Exchange(Turn(speaker="student", text="And now?"), "And now?"))

    prompt = compose(TOM, BLOOD, history, context_tokens=3000, reply_tokens=200)

    short = prompt.messages[1]["content"]
    last = (prompt.shortened_turns - 1) // 2
    assert "You answered, and it stays so:" in short
    assert f"Biscuit{last}." in short
    assert "Biscuit0." not in short


# ---- deeds -----------------------------------------------------------------------------------------------------------


def test_a_deed_is_felt_once() -> None:
    first = hear("", does="sits_down")
    again = hear("", first.state, does="sits_down")

    assert [change.why for change in first.changes if change.what == "trust"] == ["You sat down with him."]
    assert [change.kind for change in again.changes] == []


def test_a_tissue_is_welcome_in_tears_and_nothing_to_somebody_calm() -> None:
    start = begin(TOM, BLOOD, "standard")
    calm = start.model_copy(update={"mind": start.mind.model_copy(update={"distress": 0.3})})

    assert {change.kind for change in hear("", does="offers_tissue").changes} == {"offers_tissue"}
    assert hear("", calm, does="offers_tissue").changes == ()


def test_a_deed_goes_with_words() -> None:
    kinds = {change.kind for change in hear("You look worried.", does="sits_down").changes}

    assert kinds >= {"sits_down", "names_emotion"}


async def test_the_offline_patient_reacts_to_a_deed_without_words() -> None:
    talk = Talk()
    said = Turn(speaker="student", does="sits down", silent=True)
    received = receive(TOM, BLOOD, "standard", talk.state, said, talk.history)

    assert received.state.mind.trust > talk.state.mind.trust
    assert await talk.do("sits down") == ["sat"]
    assert talk.history[-2].as_shown == with_action("sits down", "")


async def test_a_lecture_is_cut_short() -> None:
    lecture = "The next step is that we look at your blood again and then we tell you more about it. " * 8

    assert await Talk().say(lecture) == ["stop"]


# ---- leaving ---------------------------------------------------------------------------------------------------------


def test_an_insult_with_trust_left_is_no_reason_to_go() -> None:
    assert hear(INSULT, low(0.6)).state.fed_up is False


def test_who_is_insulted_twice_goes() -> None:
    first = hear(INSULT, low())
    second = hear(INSULT, first.state)

    assert (first.state.fed_up, first.state.left) == (True, False)
    assert (second.state.fed_up, second.state.left) == (True, True)
    assert (first.note or "").endswith("Fed up.")
    assert (second.note or "").endswith("You go.")


def test_who_makes_up_for_it_keeps_the_patient() -> None:
    first = hear(INSULT, low())
    second = hear("I'm sorry. That was unfair of me, and you did nothing wrong.", first.state)

    assert second.state.left is False


async def test_the_offline_patient_warns_once_and_then_goes() -> None:
    talk = Talk(0.05)

    assert await talk.say(INSULT) == ["warning"]
    assert await talk.say("How is the weather?") != ["warning"]
    assert await talk.say(INSULT) == ["gone"]
    assert talk.state.left


HINTING = TOM.model_copy(
    update={
        "cues": tuple(cue.model_copy(update={"leads_to": "father"}) if cue.id == "alone" else cue for cue in TOM.cues)
    }
)


@pytest.mark.parametrize(("pending", "what"), [("alone", [("father", True)]), ("tired", []), (None, [])])
def test_to_ask_openly_on_a_hint_touches_what_is_behind_it(pending: str | None, what: list[tuple[str, bool]]) -> None:
    mind = Mind(trust=0.45, distress=0.5, understanding=0.3)
    turn = Turn(speaker="student", text="What happened?")
    state = State(mind=mind, pending_cue=pending)

    found = newly_open(HINTING, state, mind, [(turn, read_turn(turn.text, ()))], 6)

    assert [(one.concern, one.part) for one in found] == what


async def test_the_offline_patient_asked_on_a_hint_tells_what_is_behind_it() -> None:
    talk = OfTom(0.46, HINTING, pending_cue="alone", offered_cues=("fingers", "alone"))
    said = Turn(speaker="patient", text="It is quiet at home.")
    talk.history.append(Exchange(said, said.text))

    assert await talk.say("What happened?") == ["part_father"]
