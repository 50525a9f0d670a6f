"""What the patient is told: one static prefix, each turn as it was shown, and a note where something changed.

The prompt only ever grows at its end, so a server that caches prefixes reads each token once. What is not open
is in no message. The student's words stand in `<said>`, where they can forge neither a note nor an instruction.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from types import MappingProxyType

from app.patient.disclosure import Opening
from app.patient.scene import Exchange, State
from personas.schema import CueNote, Persona, Risk, Scenario, says
from prompts import render

Message = dict[str, str]

FEELINGS: Mapping[str, tuple[tuple[float, str, str], ...]] = MappingProxyType(
    {
        "trust": (
            (0.20, "shut", "a few words or none; you give nothing away and would rather leave"),
            (0.40, "wary", "one short, polite, careful sentence"),
            (0.60, "unsure", "a sentence or two; you answer, and watch how it is received"),
            (0.80, "at ease", "you talk freely and say what you think"),
            (1.01, "open", "you stop hiding how you feel"),
        ),
        "distress": (
            (0.25, "calm", "you speak evenly"),
            (0.50, "uneasy", "you hurry or hold back a little"),
            (0.75, "upset", "it is hard to listen; you lose your thread and do not finish your sentences"),
            (1.01, "overwhelmed", "hardly anything reaches you; a few words, or nothing"),
        ),
        "understanding": (
            (0.30, "lost", "you could not say what this means for you; long or hard explanations pass you by"),
            (0.65, "partly", "you have some of it, with gaps or mistakes"),
            (1.01, "clear", "you could say it back in your own words"),
        ),
    }
)
"""Each scale of the mind in a few words: the value below which a word holds, the word, and what it looks like."""

_LABELS = {"trust": "Trust", "distress": "Inside", "understanding": "Grasp"}

_LINGERS = 0.05
"""How far outside the word said last a value must lie before a note says so: a quarter of a step, so that a value
that hovers at a step does not turn the patient to and fro."""

_STUNG = 0.08
"""A fall of trust in one turn that is felt at once, though the word for it may stay the same."""

_HINT_WAITS = 6
"""Turns a hint has to find its moment before it is given again: the first note still stands in the conversation."""

CHARACTERS_PER_TOKEN = 4
"""A rough count that needs no tokenizer; the server's own count is compared with it."""

_MESSAGE_TOKENS = 4
"""What a chat template adds to each message."""

_SHORTEN_ABOVE, _SHORTEN_TO = 0.9, 0.5
"""Shares of the room for the conversation: far enough apart that shortening, which costs the cache, stays rare."""


@dataclass(frozen=True)
class Prompt:
    """The messages of one request, their rough size, and how many turns of the history stand in it only in short."""

    messages: list[Message]
    tokens: int
    shortened_turns: int = 0


def prefix(persona: Persona, scenario: Scenario) -> str:
    """Who the patient is and how to play them: the same bytes for everyone who plays this scenario."""
    feelings = {scale: tuple((word, looks) for _, word, looks in steps) for scale, steps in FEELINGS.items()}
    return render("patient_prefix", persona=persona, scenario=scenario, feelings=feelings)


def note_for(
    before: State,
    after: State,
    persona: Persona,
    newly_open: Sequence[Opening],
    cue_due: CueNote | None,
    given: Sequence[str | None],
    risk: Risk | None = None,
) -> str | None:
    """What the patient is told after the student's words, or None when nothing changed for them.

    `given` holds what followed each of the student's earlier turns. The first note of an encounter says all feelings,
    later ones only those that left the word said last. The turn that tells the news always has a note: how it goes in
    is what the next answer is about. So has one that hurts, and a question about harm: the truth, to be said at once.
    """
    is_news = after.news_told and not before.news_told
    feelings = _moved(after, given, always=("distress",) if is_news else ())
    whole, part = (_tellings(persona, newly_open, part=part) for part in (False, True))
    stung = before.mind.trust - after.mind.trust >= _STUNG
    leaving = "go" if after.left else "fed_up" if after.fed_up and not before.fed_up else None
    # One thing at a time: beside something to tell, a hint would be lost.
    busy = whole or part or leaving or risk or (cue_due is not None and _is_waiting(cue_due, given))
    let_slip = [cue_due.hint_at] if cue_due and not busy else []
    if not (is_news or stung or feelings or whole or part or leaving or risk or let_slip):
        return None
    return render(
        "patient_note",
        is_news=is_news,
        stung=stung,
        feelings=feelings,
        truth=risk.answer if risk else None,
        may_begin=part,
        may_tell=whole,
        let_slip=let_slip,
        leaving=leaving,
    )


def messages_for(persona: Persona, scenario: Scenario, history: Sequence[Exchange]) -> list[Message]:
    """The whole conversation as messages: system first, then user and assistant in turn.

    For a longer history the same messages come first, byte for byte.
    """
    return [{"role": "system", "content": prefix(persona, scenario)}, *_turns(scenario, history)]


def compose(
    persona: Persona, scenario: Scenario, history: Sequence[Exchange], *, context_tokens: int, reply_tokens: int
) -> Prompt:
    """`messages_for`, kept within the model's context window of `context_tokens`.

    When the conversation nears it, the oldest turns are put in short, by rule and in one step, with everything
    that was told kept; from then on the prompt grows at its end again.
    """
    system = {"role": "system", "content": prefix(persona, scenario)}
    room = context_tokens - reply_tokens - _size([system])
    cut = _cut(history, room)
    turns = _turns(scenario, history[cut:])
    if cut:
        short = _earlier(persona, scenario, history[:cut], room // 4)
        turns[0] = {"role": "user", "content": f"{short}\n{turns[0]['content']}"}
    messages = [system, *turns]
    return Prompt(messages, _size(messages), cut)


def words(value: float, scale: str) -> str:
    """The word for a value of the mind: `words(0.3, "trust") == "wary"`."""
    return next((word for below, word, _ in FEELINGS[scale] if value < below), FEELINGS[scale][-1][1])


def _moved(after: State, given: Sequence[str | None], always: Collection[str]) -> list[str]:
    """What to say of the feelings: those that were not said yet, or have left the word said last."""
    last = _last_feelings([note for note in given if note])
    moved = []
    for scale, label in _LABELS.items():
        value = getattr(after.mind, scale)
        nearby = [f"{label}: {words(value + by, scale)}." for by in (0, _LINGERS, -_LINGERS)]
        if scale in always or not set(nearby) & set(last):
            moved.append(nearby[0])
    return moved


def _tellings(persona: Persona, opened: Sequence[Opening], *, part: bool) -> list[str]:
    """What a language model is told of the concerns, or parts of concerns, that have just opened."""
    ids = {one.concern for one in opened if one.part is part}
    concerns = [one for one in persona.concerns if one.id in ids]
    return [one.part.tell for one in concerns if one.part] if part else [one.tell for one in concerns]


def _is_waiting(cue: CueNote, given: Sequence[str | None]) -> bool:
    """Whether a note gave this hint so lately that it may still find its moment."""
    return any(note and cue.hint_at in note for note in given[-_HINT_WAITS + 1 :])


_ENTRANCES = {"face_to_face": "*comes in*", "phone": "*is on the line*", "written": "*is there to read*"}


def _turns(scenario: Scenario, history: Sequence[Exchange]) -> list[Message]:
    """User and assistant strictly in turn, user first: some chat templates accept nothing else."""
    messages: list[Message] = []
    for exchange in history:
        role, content = _message(exchange)
        if not messages and role == "assistant":
            messages.append({"role": "user", "content": f"<said>{_ENTRANCES[scenario.channel]}</said>"})
        if messages and messages[-1]["role"] == role:
            messages[-1] = {"role": role, "content": f"{messages[-1]['content']}\n{content}"}
        else:
            messages.append({"role": role, "content": content})
    return messages


def _message(exchange: Exchange) -> tuple[str, str]:
    if exchange.turn.speaker == "patient":
        return "assistant", exchange.as_shown if exchange.as_shown.strip() else "*says nothing*"
    said = "*stays silent*" if exchange.turn.silent and not exchange.as_shown.strip() else unforged(exchange.as_shown)
    return "user", f"<said>{said}</said>" + (f"\n{exchange.note}" if exchange.note else "")


_SAFE = str.maketrans({"<": "‹", ">": "›", "＜": "‹", "＞": "›", "\n": " ", "\t": " "})
"""Line breaks too: a note is what stands on a line of its own."""
_CONTROL_WORD = re.compile(r"\[(/?[A-Z][A-Z_]{2,})\]")


def unforged(said: str) -> str:
    """The student's words in one line, without anything a model could take for a tag, a note or a control token."""
    plain = said.translate(_SAFE)
    plain = _CONTROL_WORD.sub(r"(\1)", plain)
    return "".join(letter for letter in plain if letter.isprintable())


def _size(messages: Sequence[Message]) -> int:
    return sum(len(message["content"]) // CHARACTERS_PER_TOKEN + _MESSAGE_TOKENS for message in messages)


def _cut(history: Sequence[Exchange], room: int) -> int:
    """How many turns to put in short, decided as the conversation would have met it: turn by turn.

    So the answer for a longer history is the same until the room is full again.
    """
    sizes = [_size([dict(zip(("role", "content"), _message(exchange), strict=True))]) for exchange in history]
    cut, held = 0, 0
    for number, size in enumerate(sizes):
        held += size
        if held <= room * _SHORTEN_ABOVE:
            continue
        for later in range(cut + 1, number + 1):
            if history[later].turn.speaker == "student":
                left = sum(sizes[later : number + 1]) + room // 4
                cut, held = later, left
                if left <= room * _SHORTEN_TO:
                    break
    return cut


def _earlier(persona: Persona, scenario: Scenario, past: Sequence[Exchange], room: int) -> str:
    """The oldest part of a long conversation, in short and by rule: what was told stays word for word."""
    tellings = [pattern for concern in persona.concerns for pattern in concern.phrasings]
    tellings += [pattern for one in persona.concerns if one.part for pattern in one.part.phrasings]
    tellings += [pattern for cue in persona.cues for pattern in cue.phrasings]
    facts = [pattern for fact in scenario.facts for pattern in fact.told_by]
    told = [one for one in _sentences(past, "patient") if says(tellings, one)]
    heard = [unforged(one) for one in _sentences(past, "student") if says(facts, one)]
    notes = [exchange.note for exchange in past if exchange.note]
    given = [text for text in persona.tellings() if any(text in note for note in notes)]
    room_left = room * CHARACTERS_PER_TOKEN - sum(map(len, (*told, *heard, *given)))
    answered = [one for one in _answers(past, room_left // 2) if one not in told]
    gist = _gist(past, room_left - sum(map(len, answered)))
    return render(
        "patient_earlier",
        told=told,
        answered=answered,
        heard=heard,
        gist=gist,
        opened=given,
        feelings=_last_feelings(notes),
    )


def _answers(past: Sequence[Exchange], characters: int) -> list[str]:
    """What the patient answered to questions, be it invented: it stays true. The latest first to be kept."""
    kept: list[str] = []
    for asked, exchange in reversed(list(pairwise(past))):
        if exchange.turn.speaker == "patient" and asked.turn.speaker == "student" and "?" in asked.turn.text:
            answer = exchange.turn.text.strip()
            characters -= len(answer)
            if characters < 0:
                break
            if answer:
                kept.insert(0, answer)
    return kept


def _sentences(past: Sequence[Exchange], speaker: str) -> list[str]:
    said = (exchange.as_shown for exchange in past if exchange.turn.speaker == speaker)
    return [one for words_said in said for one in re.split(r"(?<=[.!?…])\s+", words_said.strip()) if one]


def _gist(past: Sequence[Exchange], characters: int) -> list[str]:
    """How each of the student's turns began, the latest first to be kept, within this many characters."""
    kept: list[str] = []
    for exchange in reversed(past):
        if exchange.turn.speaker == "student" and exchange.as_shown.strip():
            start = unforged(exchange.as_shown.strip())[:80]
            characters -= len(start)
            if characters < 0:
                break
            kept.insert(0, start)
    return kept


def _last_feelings(notes: Sequence[str]) -> list[str]:
    found = (re.findall(rf"{label}: [a-z ]+\.", " ".join(notes)) for label in _LABELS.values())
    return [sayings[-1] for sayings in found if sayings]
