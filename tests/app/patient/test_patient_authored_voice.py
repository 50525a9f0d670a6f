"""The offline patient says what fits, nothing that is closed, and no line twice."""

from pathlib import Path

import pytest

import personas
from app.patient.scene import Exchange, Piece, Scene, State
from app.patient.stage import split_actions, with_action
from app.patient.turns import begin, receive, settle
from app.patient.voices.authored import AuthoredVoice, prepare_for
from personas.schema import Line, Persona
from scoring.transcript import Turn
from scoring.vectors import _vector

TOM = personas.load(Path(__file__).parents[2] / "personas" / "tiny.yaml")
BLOOD = TOM.scenarios[0]


class Talk:
    """A conversation with Tom, turn by turn."""

    def __init__(self, trust: float = 0.35, persona: Persona = TOM, **state: object) -> None:
        self.persona = persona
        start = begin(TOM, BLOOD, "standard")
        mind = start.mind.model_copy(update={"trust": trust})
        self.state: State = start.model_copy(update={"mind": mind, **state})
        self.history: list[Exchange] = [Exchange(Turn(speaker="patient", text=BLOOD.opening), BLOOD.opening)]
        self.pieces: list[Piece] = []

    async def say(self, text: str) -> list[str]:
        """Say it, and return the ids of the lines that answer it; an empty text is a silence."""
        return await self._hear(Turn(speaker="student", text=text, silent=not text))

    async def do(self, does: str) -> list[str]:
        """The same for something done without a word."""
        return await self._hear(Turn(speaker="student", does=does, silent=True))

    async def _hear(self, said: Turn) -> list[str]:
        scenario = self.persona.scenarios[0]
        received = receive(self.persona, scenario, "standard", self.state, said, self.history)
        self.history.append(Exchange(said, with_action(said.does, said.text), received.note))
        scene = Scene(self.persona, scenario, tuple(self.history), received.state, received.reading)
        self.pieces = [piece async for piece in AuthoredVoice().reply(scene)]
        lines = list(dict.fromkeys(piece.line for piece in self.pieces if piece.line))
        self.state, _ = settle(self.persona, scenario, received.state, self.raw, lines)
        spoken, does = split_actions(self.raw)
        self.history.append(Exchange(Turn(speaker="patient", text=spoken, does=does, silent=not spoken), self.raw))
        return lines

    @property
    def raw(self) -> str:
        return "".join(piece.text for piece in self.pieces)


@pytest.mark.parametrize(
    ("said", "line"),
    [
        ("How are you doing today?", "ask_how"),
        ("how r u feeling 2day", "ask_how"),
        ("What have they told you up to now?", "ask_know"),
        ("And what's your job?", "ask_work"),
        ("Don't worry, I'm sure it's nothing.", "dismissed"),
        ("qwe asd zxc rty fgh", "unclear"),
        ("", "silence"),
        ("Bye now, take care.", "goodbye"),
        ("Take care, Maria.", "goodbye"),
        ("Who will win the football on Saturday?", "off_topic"),
    ],
)
async def test_what_fits_is_said(said: str, line: str) -> None:
    assert (await Talk().say(said))[0] == line


async def test_a_question_put_in_the_negative_is_no_trigger() -> None:
    assert "ask_work" not in await Talk().say("I won't ask about your job.")


async def test_two_questions_get_two_answers_and_a_wary_patient_gives_one() -> None:
    both = "What do you do for work? What have you been told so far?"

    assert (await Talk(trust=0.4).say(both))[:2] == ["ask_work", "ask_know"]
    assert (await Talk(trust=0.1).say(both))[:1] == ["ask_work"]
    assert "ask_know" not in await Talk(trust=0.1).say(both)


async def test_the_mind_chooses_the_form_of_the_answer() -> None:
    assert (await Talk(trust=0.2).say("How are you feeling today?"))[0] == "ask_how"
    assert (await Talk(trust=0.7).say("How are you feeling today?"))[0] == "ask_how_open"


async def test_the_news_is_answered_before_all_else() -> None:
    assert await Talk(trust=0.2).say("I'm afraid the count is not normal. What do you do for work?") == ["news_shut"]
    assert await Talk(trust=0.8).say("I'm afraid the count is not normal.") == ["news_open"]


async def test_a_closed_concern_is_not_told_and_an_open_one_is() -> None:
    question = "What did your father die of? Are your parents well?"

    assert "tell_father" not in await Talk(trust=0.2).say(question)
    told = Talk(trust=0.7)
    assert "tell_father" in await told.say(question)
    assert told.state.told_concerns == ("father",)


async def test_a_due_hint_is_dropped() -> None:
    talk = Talk()
    await talk.say("Hello Tom, I'm Sam, a medical student.")

    lines = await talk.say("What do you do for work?")

    assert lines == ["ask_work", "cue_tired"]
    assert talk.state.pending_cue == "tired"


async def test_no_line_is_said_more_often_than_it_may_be() -> None:
    talk = Talk()
    for _ in range(6):
        await talk.say("What do you do for work?")
        await talk.say("Right.")

    allowed = {line.id: line.times for line in TOM.lines}
    assert talk.state.used_lines.count("ask_work") == 1
    assert all(talk.state.used_lines.count(line) <= allowed[line] for line in talk.state.used_lines)
    assert all(exchange.as_shown for exchange in talk.history)


async def test_the_patient_notices_what_was_asked_before() -> None:
    talk = Talk()
    await talk.say("What do you do for work?")
    await talk.say("I see.")
    await talk.say("What is your job?")

    assert talk.raw.startswith("I think I told you that.")


def tom_with(*lines: Line, **more: object) -> Persona:
    return TOM.model_copy(update={"lines": (*TOM.lines, *lines), **more})


AGAIN = Line(id="again", on="again", text="I said.")
AGAIN_FATHER = Line(id="again_father", on="again", concern="father", text="It is my dad. I said.")
FATHER_LIKE = Line(
    id="father_like",
    on="tell",
    concern="father",
    text="He sang on his round.",
    triggers=("what was your dad like", "tell me more about your dad", "do you miss your dad"),
)


async def test_who_is_asked_again_says_so_in_the_words_of_the_file() -> None:
    talk = Talk(persona=tom_with(AGAIN))
    await talk.say("What do you do for work?")
    await talk.say("I see.")

    assert (await talk.say("What is your job?"))[0] == "again"


async def test_a_told_concern_is_recalled_not_told_again_and_more_is_said_when_more_is_asked() -> None:
    talk = Talk(trust=0.7, persona=tom_with(AGAIN, AGAIN_FATHER, FATHER_LIKE))
    assert "tell_father" in await talk.say("What did your father die of?")

    assert "father_like" in await talk.say("What was he like?")
    assert "again_father" in await talk.say("What did your father die of?")


async def test_more_is_not_said_of_a_concern_that_was_not_told() -> None:
    talk = Talk(trust=0.2, persona=tom_with(AGAIN_FATHER, FATHER_LIKE))

    assert not {"father_like", "again_father"} & set(await talk.say("What was your dad like?"))


async def test_a_feeling_that_is_not_there_is_put_right_and_each_family_has_its_answer() -> None:
    angry = Line(id="angry", on="move", moves=("names_emotion",), families=("anger",), text="I am.")
    misread = Line(id="misread", on="misread", text="It is not that.")
    tom = tom_with(misread).model_copy(update={"lines": (angry, misread, *TOM.lines)})

    assert (await Talk(persona=tom).say("You seem very angry."))[0] == "misread"
    assert (await Talk(persona=tom).say("You seem really frightened."))[0] == "named"


async def test_a_name_is_understood_as_who_that_is() -> None:
    knows = Line(
        id="daughter_knows", on="asked", text="She guesses.", triggers=("does your daughter know", "have you told her")
    )
    talk = Talk(persona=tom_with(knows, people={"Ann": "daughter"}))

    assert (await talk.say("does Ann know"))[0] == "daughter_knows"


async def test_an_action_comes_first_between_asterisks_and_the_rest_in_pieces() -> None:
    talk = Talk(trust=0.2)
    await talk.say("I'm afraid the count is not normal.")
    assert talk.raw == "*He goes still.* I see."

    other = Talk(trust=0.7)
    await other.say("What have you been told so far? What do you do for work?")
    assert len(other.pieces) > 2
    assert other.raw.startswith("They took blood. Nobody said why. I do the post. Up at four.")


def test_what_is_prepared_is_found_again() -> None:
    prepare_for(TOM)
    before = _vector.cache_info().misses

    prepare_for(TOM)

    assert _vector.cache_info().misses == before


async def test_the_same_history_gets_the_same_answer() -> None:
    one, other = Talk(), Talk()
    for said in ("Hello Tom.", "How are you?", "It sounds like you are worried.", ""):
        await one.say(said)
        await other.say(said)

    assert [exchange.as_shown for exchange in one.history] == [exchange.as_shown for exchange in other.history]


async def test_leave_that_was_asked_is_answered_and_not_the_thanks_before_it() -> None:
    maria, result = personas.find_scenario("maria-biopsy-result")
    said = Turn(
        speaker="student", text="Thank you for telling me. Would it be all right if I told you now what we know?"
    )
    received = receive(maria, result, "standard", begin(maria, result, "standard"), said, ())
    scene = Scene(maria, result, (Exchange(said, said.text),), received.state, received.reading)

    (line,) = {piece.line async for piece in AuthoredVoice().reply(scene)}

    assert "asks_permission" in next(one for one in maria.lines if one.id == line).moves
