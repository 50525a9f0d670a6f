"""The patient through a real HTTP server that speaks the OpenAI protocol: whole conversations, and every fault."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from app.errors import PatientCutOff, PatientSlow, PatientUnreachable, RapportError
from app.llm import ModelFault
from app.llm.openai_compatible import OpenAICompatible
from app.patient.direction import prefix
from app.patient.scene import Exchange, Piece, Scene
from app.patient.turns import begin, receive, settle
from app.patient.voices import connect_voice
from app.patient.voices.llm import LlmVoice, as_seen
from app.settings import Settings
from personas import load
from scoring.transcript import Turn
from tests.fake_llm import FakeLlm
from tests.fake_llm.server import FaultKind

TOM = load(Path(__file__).parents[2] / "personas" / "tiny.yaml")
SCENARIO = TOM.scenarios[0]


LATE = ("hang", "stall", "pings")
LATE_S, PATIENT_S = 1, 10  # only a model that never comes is not waited for: a busy machine may take its time


@asynccontextmanager
async def voice_at(url: str, context_tokens: int = 8192, waits_s: float = PATIENT_S) -> AsyncIterator[LlmVoice]:
    model = OpenAICompatible(
        "fake",
        base_url=url,
        api_key="none",
        first_token_s=waits_s,
        idle_s=waits_s,
        options={"max_tokens": 300},
        back_off_s=0.01,
    )
    voice = LlmVoice(model, context_tokens=context_tokens, reply_tokens=300)
    try:
        yield voice
    finally:
        await voice.close()


@pytest.fixture
async def voice(fake_llm: FakeLlm) -> AsyncIterator[LlmVoice]:
    async with voice_at(fake_llm.url) as speaking:
        yield speaking


@pytest.fixture
async def hopeful_voice(fake_llm: FakeLlm) -> AsyncIterator[LlmVoice]:
    """It believes in a window of 4000 tokens; the server refuses prompts that fill it, however often they come."""
    fake_llm.refuses_over_tokens = 3000
    async with voice_at(fake_llm.url, context_tokens=4000) as speaking:
        yield speaking


def scene_for(said: str, turns_before: int = 0) -> Scene:
    """The student said this, after an opening and perhaps some talk."""
    history = [Exchange(Turn(speaker="patient", text=SCENARIO.opening), SCENARIO.opening)]
    for number in range(turns_before):
        for speaker in ("student", "patient"):
            text = f"This is what the {speaker} said in turn {number}, at some length, so that it takes up room."
            history.append(Exchange(Turn(speaker=speaker, text=text), text))
    turn = Turn(speaker="student", text=said)
    received = receive(TOM, SCENARIO, "standard", begin(TOM, SCENARIO, "standard"), turn, history)
    return Scene(TOM, SCENARIO, (*history, Exchange(turn, said, received.note)), received.state, received.reading)


async def spoken(voice: LlmVoice, scene: Scene) -> list[Piece]:
    return [piece async for piece in voice.reply(scene)]


async def test_a_reply_comes_word_by_word_and_ends_with_what_it_took(fake_llm: FakeLlm, voice: LlmVoice) -> None:
    fake_llm.script("*He looks up.* They took blood. Nobody said why.")

    pieces = await spoken(voice, scene_for("What have you been told?"))

    assert "".join(piece.text for piece in pieces) == "*He looks up.* They took blood. Nobody said why."
    assert pieces[0].text.startswith("*He")
    assert pieces[-1].usage is not None
    assert pieces[-1].usage.prompt_tokens == fake_llm.asked[0].prompt_tokens


async def test_the_model_hears_the_prefix_the_talk_and_the_note(fake_llm: FakeLlm, voice: LlmVoice) -> None:
    await spoken(voice, scene_for("Hello, I'm Sam, a student."))

    messages = fake_llm.asked[0].body["messages"]
    assert messages[0] == {"role": "system", "content": prefix(TOM, SCENARIO)}
    assert messages[1:3] == [
        {"role": "user", "content": "<said>*comes in*</said>"},
        {"role": "assistant", "content": SCENARIO.opening},
    ]
    assert re.fullmatch(r"<said>Hello, I'm Sam, a student\.</said>\nTrust: .*", messages[3]["content"])


@pytest.mark.parametrize(
    ("kind", "after_tokens", "seen", "asked"),
    [
        ("401", 0, PatientUnreachable, 1),
        ("404", 0, PatientUnreachable, 1),
        ("bad_request", 0, PatientUnreachable, 1),
        ("429", 0, PatientUnreachable, 3),
        ("500", 0, PatientUnreachable, 3),
        ("503", 0, PatientUnreachable, 3),
        ("overflow", 0, PatientUnreachable, 2),
        ("html", 0, PatientUnreachable, 1),
        ("json", 0, PatientUnreachable, 1),
        ("hang", 0, PatientSlow, 1),
        ("stall", 0, PatientSlow, 1),
        ("pings", 0, PatientSlow, 1),
        ("drop", 0, PatientUnreachable, 3),
        ("reset", 0, PatientUnreachable, 3),
        ("no_end", 0, PatientCutOff, 3),
        ("bad_line", 0, PatientCutOff, 3),
        ("error_event", 0, PatientCutOff, 3),
        ("empty", 0, PatientCutOff, 3),
        ("reasoning_only", 0, PatientCutOff, 1),
        ("refusal", 0, PatientCutOff, 1),
        ("drop", 4, PatientCutOff, 1),
        ("reset", 4, PatientCutOff, 1),
        ("no_end", 4, PatientCutOff, 1),
        ("bad_line", 4, PatientCutOff, 1),
        ("error_event", 4, PatientCutOff, 1),
        ("filter", 4, PatientCutOff, 1),
        ("stall", 4, PatientSlow, 1),
        ("pings", 4, PatientSlow, 1),
    ],
)
async def test_every_fault_is_a_sentence_for_the_student_and_nothing_is_invented(
    fake_llm: FakeLlm, kind: FaultKind, after_tokens: int, seen: type[RapportError], asked: int
) -> None:
    said = "They took blood last week. Nobody said why they did."
    fake_llm.answers = lambda body: said
    fake_llm.tokens_per_s = 200
    fake_llm.fail(kind, times=None, after_tokens=after_tokens)
    pieces: list[Piece] = []

    async with voice_at(fake_llm.url, waits_s=LATE_S if kind in LATE else PATIENT_S) as voice:
        with pytest.raises(seen) as caught:
            pieces.extend([piece async for piece in voice.reply(scene_for("What have you been told?"))])

    assert type(caught.value) is seen
    assert caught.value.cause
    assert caught.value.what_now.startswith("Your words are saved.")
    assert said.startswith("".join(piece.text for piece in pieces))
    assert len(fake_llm.asked) == asked


async def test_letters_in_halves_do_no_harm(fake_llm: FakeLlm, voice: LlmVoice) -> None:
    fake_llm.fail("split_utf8")
    fake_llm.script("I don’t know… really.")

    assert "".join(piece.text for piece in await spoken(voice, scene_for("Hello."))) == "I don’t know… really."


async def test_an_answer_at_its_limit_trails_off(fake_llm: FakeLlm, voice: LlmVoice) -> None:
    fake_llm.fail("length")
    fake_llm.script("They took blood. And then the")

    assert "".join(piece.text for piece in await spoken(voice, scene_for("Hello."))) == "They took blood. And then…"


async def test_an_answer_at_its_limit_before_a_word_that_may_be_said_is_cut_off(
    fake_llm: FakeLlm, voice: LlmVoice
) -> None:
    fake_llm.fail("length")
    fake_llm.script("“And then they took the")

    with pytest.raises(PatientCutOff):
        await spoken(voice, scene_for("Hello."))


async def test_an_endless_answer_is_left_after_what_a_patient_says(fake_llm: FakeLlm, voice: LlmVoice) -> None:
    fake_llm.fail("over_long")

    text = "".join(piece.text for piece in await spoken(voice, scene_for("Hello.")))

    assert text == "I keep going over it in my head at night."


async def test_nonsense_is_replaced_and_marked(fake_llm: FakeLlm, voice: LlmVoice) -> None:
    fake_llm.script("As an AI language model, I cannot have blood tests.")

    pieces = await spoken(voice, scene_for("Hello."))

    said = [(piece.text.strip(), piece.screened) for piece in pieces if piece.text != ""]
    assert said[-1] == ("I only want to know what it said.", True)
    assert "".join(text for text, _ in said[:-1]) in ("", "As…", "Asan…")


async def test_a_window_smaller_than_set_is_learnt_from_the_server(fake_llm: FakeLlm, hopeful_voice: LlmVoice) -> None:
    pieces = await spoken(hopeful_voice, scene_for("Hello.", turns_before=40))
    again = await spoken(hopeful_voice, scene_for("Hello.", turns_before=40))

    sizes = [len(asked.text) for asked in fake_llm.asked]
    assert sizes[1] < sizes[0]
    assert sizes[2] == sizes[1]
    assert [one[-1].usage.shortened_turns > 0 for one in (pieces, again) if one[-1].usage] == [True, True]


async def test_prompts_that_are_too_long_together_teach_it_once(
    fake_llm: FakeLlm, hopeful_voice: LlmVoice, caplog: pytest.LogCaptureFixture
) -> None:
    scene = scene_for("Hello.", turns_before=40)

    await asyncio.gather(*(spoken(hopeful_voice, scene) for _ in range(5)))

    assert len({len(asked.text) for asked in fake_llm.asked}) == 2
    assert caplog.text.count("3000 tokens from now on") == 1


async def test_nothing_closed_is_in_any_request_of_a_poor_conversation(fake_llm: FakeLlm, voice: LlmVoice) -> None:
    """The patient of the fake server tries to tell the secret each time; a dismissive student never hears it."""
    fake_llm.answers = lambda body: "My dad had leukaemia. Who'd have the dog?"
    state = begin(TOM, SCENARIO, "standard")
    history = [Exchange(Turn(speaker="patient", text=SCENARIO.opening), SCENARIO.opening)]
    heard: list[str] = []
    for said in ("Sit down.", "You worry too much.", "Don't be silly, it is only blood.", "Right, next thing."):
        turn = Turn(speaker="student", text=said)
        received = receive(TOM, SCENARIO, "standard", state, turn, history)
        history.append(Exchange(turn, said, received.note))
        scene = Scene(TOM, SCENARIO, tuple(history), received.state, received.reading)
        pieces = await spoken(voice, scene)
        reply = "".join(piece.text for piece in pieces)
        state, found = settle(TOM, SCENARIO, received.state, reply, [piece.line for piece in pieces if piece.line])
        heard += found.concerns
        history.append(Exchange(Turn(speaker="patient", text=reply), reply))

    assert heard == []
    asked = "\n".join(one.text for one in fake_llm.asked).lower()
    assert [word for word in ("leukaemia", "mind your dog", "the dog?") if word in asked] == []


def test_without_a_model_the_patient_speaks_its_own_lines() -> None:
    assert connect_voice(Settings(_env_file=None)).model is None


async def test_with_a_model_the_voice_names_it() -> None:
    voice = connect_voice(Settings(_env_file=None, llm_model="m", llm_base_url="http://127.0.0.1:1/v1"))

    assert (voice.name, voice.model) == ("llm", "m")
    assert isinstance(voice, LlmVoice)
    await voice.close()


@pytest.mark.parametrize(
    ("wait_s", "when"),
    [(0.2, "5 seconds"), (5, "5 seconds"), (5.1, "10 seconds"), (45, "45 seconds"), (46, "a minute")],
)
def test_a_student_is_told_roughly_when_a_resting_model_may_be_asked_again(wait_s: float, when: str) -> None:
    error = as_seen(ModelFault("resting", retry_after_s=wait_s))

    assert (type(error), error.cause) == (PatientUnreachable, "resting")
    assert error.what_now == f"Your words are saved. Ask again in about {when}."
