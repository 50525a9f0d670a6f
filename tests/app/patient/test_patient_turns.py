"""A student turn moves the patient, and only what was really said is remembered."""

from pathlib import Path

import pytest

import personas
from app.patient.answering import asks_directly
from app.patient.scene import Exchange, Received, State
from app.patient.turns import begin, receive, settle
from scoring.transcript import Turn

TOM = personas.load(Path(__file__).parents[2] / "personas" / "tiny.yaml")
BLOOD = TOM.scenarios[0]
OPENING = Exchange(Turn(speaker="patient", text=BLOOD.opening), BLOOD.opening)


def said(text: str, *, silent: bool = False) -> Turn:
    return Turn(speaker="student", text=text, silent=silent)


def answered(text: str) -> Exchange:
    return Exchange(Turn(speaker="patient", text=text), text)


def asked(text: str) -> Exchange:
    return Exchange(said(text), text)


def hear(text: str, *history: Exchange, state: State | None = None, silent: bool = False) -> Received:
    before = state or begin(TOM, BLOOD, "standard")
    return receive(TOM, BLOOD, "standard", before, said(text, silent=silent), (OPENING, *history))


def whys(received: Received) -> str:
    return " ".join(change.why for change in received.changes)


def test_an_encounter_begins_with_the_opening_s_hint_offered() -> None:
    state = begin(TOM, BLOOD, "hard")

    assert (state.mind.trust, state.offered_cues, state.pending_cue) == (0.2, ("fingers",), "fingers")


def test_an_unknown_difficulty_is_refused() -> None:
    with pytest.raises(KeyError):
        begin(TOM, BLOOD, "impossible")


def test_taking_up_the_hint_raises_trust_with_its_words() -> None:
    text = "Counting the days sounds like an anxious week."

    received = hear(text)

    naming = next(change for change in received.changes if change.why.startswith("You named his fear"))
    assert received.state.mind.trust > 0.35
    assert "anxious" in text[naming.start : naming.end]
    assert received.state.pending_cue is None


def test_a_greeting_lets_the_hint_wait() -> None:
    assert hear("Hello Tom, I'm Sam, a medical student.").state.pending_cue == "fingers"


def test_unreadable_words_cost_nothing() -> None:
    state = begin(TOM, BLOOD, "standard")

    received = hear("asd qwe zxc rty", state=state)

    assert (received.state.mind, received.changes) == (state.mind, ())


def test_the_news_is_told_once_and_distresses() -> None:
    first = hear("I'm afraid the count is not normal.")

    assert first.state.news_told
    assert first.state.mind.distress > 0.5
    again = hear(
        "So the count is not normal.",
        asked("I'm afraid the count is not normal."),
        answered("I see."),
        state=first.state,
    )
    assert "news" not in whys(again)


def test_the_news_after_a_yes_is_no_surprise() -> None:
    leave = asked("I have your result. Would it be all right if I tell you now?")

    after_yes = hear("The count is not normal.", leave, answered("Yes. Go on."))
    unasked = hear("The count is not normal.", asked("How was the traffic?"), answered("Fine."))

    assert after_yes.state.mind.distress < unasked.state.mind.distress
    assert "without warning." in whys(unasked)


def test_the_same_words_again_win_nothing() -> None:
    text = "It sounds like you are frightened of what it could be."

    again = hear(text, asked(text), answered("Yes."))

    assert again.state.mind.trust <= 0.35


def test_what_a_note_said_is_not_said_again_in_the_next() -> None:
    text = "Counting the days sounds like an anxious week."
    first = hear(text)
    assert first.note is not None

    again = hear("Go on.", Exchange(Turn(speaker="student", text=text), text, first.note), answered("Yes."))

    assert "Inside:" in first.note
    assert "Inside:" not in (again.note or "")


def test_only_what_the_reply_holds_is_told() -> None:
    state = begin(TOM, BLOOD, "standard").model_copy(update={"open_concerns": ("father",)})

    silent, _ = settle(TOM, BLOOD, state, "*He looks at the floor.*", ())
    told, found = settle(
        TOM, BLOOD, state, "*He looks at the floor.* My dad had leukaemia. I was ten.", ("tell_father",)
    )

    assert silent.told_concerns == ()
    assert told.told_concerns == ("father",)
    assert told.used_lines == ("tell_father",)
    assert found.concerns == {"father": "My dad had leukaemia. I was ten."}


def test_a_hint_in_the_reply_waits_for_an_answer() -> None:
    after, found = settle(TOM, BLOOD, begin(TOM, BLOOD, "standard"), "I'm not myself.", ())

    assert (after.pending_cue, after.offered_cues) == ("tired", ("fingers", "tired"))
    assert found.cues == {"tired": "not myself"}


def test_the_same_history_gives_the_same_state() -> None:
    assert hear("How are you feeling today?") == hear("How are you feeling today?")


@pytest.mark.parametrize(
    ("words", "owed"),
    [
        ("Is it cancer?", True),
        ("Was it something I did?", True),
        ("What am I going to say to her?", False),
        ("How am I meant to tell her?", False),
    ],
)
def test_a_question_the_patient_puts_to_herself_is_owed_no_answer(words: str, owed: bool) -> None:
    assert asks_directly(words) == owed


def trust(received: Received, why: str) -> float:
    return round(sum(change.by for change in received.changes if change.what == "trust" and why in change.why), 4)


@pytest.mark.parametrize(
    ("said", "stalls"),
    [
        ("What makes you ask that?", True),
        ("Let me go through your details first.", True),
        ("We'll come to that in a moment.", True),
        ("Not with these numbers, no.", False),
        ("It is likely that you can.", False),
        ("I'll ask Dr Patel and ring you back today.", False),
        ("Before that: could you confirm your date of birth for me?", False),
        ("By Thursday at the latest.", False),
    ],
)
def test_a_stall_is_a_question_back_or_a_putting_off(said: str, stalls: bool) -> None:
    received = hear(said, answered("Can I go on working?"))

    assert (trust(received, "you did not answer") < 0) == stalls


def test_who_stays_on_the_subject_of_a_hint_passes_nothing_over() -> None:
    state = begin(TOM, BLOOD, "standard")

    stays = hear("You were counting the days on the calendar, then.", state=state)
    leaves = hear("Do you take any tablets?", state=state)

    assert trust(stays, "passed over") == 0
    assert trust(leaves, "passed over") < 0


@pytest.mark.parametrize(("said", "costs"), [("All right. We leave it there.", False), ("How old was he?", True)])
def test_a_refusal_that_is_honoured_costs_nothing(said: str, costs: bool) -> None:
    received = hear(said, answered("I'd rather not talk about how old he was."))

    assert (trust(received, "you went on") < 0) == costs


def test_blame_after_a_confession_is_no_staying_with_it() -> None:
    told = State.model_validate(begin(TOM, BLOOD, "standard").model_dump() | {"told_concerns": ["father"]})
    after = answered("My dad had leukaemia. I was ten.")

    assert trust(hear("That must have been so sad for you.", after, state=told), "You stayed") > 0
    assert trust(hear("You were sad, and you could have hurt somebody.", after, state=told), "You stayed") == 0


def test_comfort_that_is_a_fact_of_the_case_costs_nothing() -> None:
    persona, scenario = personas.find_scenario("daniel-childs-film")
    state = begin(persona, scenario, "standard")

    def costs(said_now: str) -> float:
        return trust(receive(persona, scenario, "standard", state, said(said_now), ()), "You comforted")

    assert costs("It's almost certainly harmless.") == 0
    assert costs("Don't worry, he'll be fine.") < 0
