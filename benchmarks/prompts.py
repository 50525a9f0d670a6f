"""What the notes cost: `python -m benchmarks.prompts`. Prompt tokens a server with a prefix cache has to read.

Whole conversations of the scripted learners with Maria: real turns, real notes, told in her authored lines, each
request composed as the language model voice composes it, and beside it the same conversation without a single note.
A ratio is what was read with notes over what was read without, summed from the first turn; four kinds of cache, as
`tests.fake_llm.cache` counts them: one cut at any token, in blocks of 16, in steps of 128 from 1,024 on, and one of
whole messages. The tokens are its approximation of a tokenizer, the same on both sides; a single conversation's
figure for steps of 128 hangs on where its requests happen to end, so look at all together there.
"""

import asyncio
import statistics
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from app.lab import LEARNERS, Learner, Room, opening, play
from app.patient.direction import Message, Prompt, compose
from app.patient.scene import Exchange
from app.patient.screen import Screen
from app.patient.voices.authored import AuthoredVoice
from app.settings import Settings
from personas import Persona, Scenario, find_scenario
from scoring.transcript import Turn
from tests.fake_llm.cache import CACHE_RULES, CacheRule, PrefixCache, rendered, tokens

SCENARIO = "maria-biopsy-result"
AT_TURNS = (10, 30, 60)
SCRIPT_TURNS = 20
"""How long the learners' own scripts last; after that they go round their further lines."""
WIDE_TOKENS = 32768
WORDY_STUDENT = (
    "I would like to understand a little better what that has been like for you, at work and at home, these weeks."
)
WORDY_PATIENT = (
    "I keep going over it at night, and then the alarm goes and I get up and do the dinners. You learn not to stop. "
    "If I stop I don't know what happens."
)
OUT_OF_CHARACTER = "As an AI language model, I do not have feelings."
REPLY_TOKENS: int = Settings.model_fields["llm_max_tokens"].default

FURTHER: Mapping[str, tuple[str, ...]] = {
    "skilled": (
        "I'd like to stay with that for a moment. What is it like to say it out loud?",
        "You have been carrying this alone for a long time.",
        "",
        "Would it help if we wrote down the two or three things you want to ask the consultant?",
        "It sounds as though you are worn out, and still looking after everyone else.",
        "Who would you want to have beside you when we meet the nurse?",
        "Let me say the next step once more, slowly. You meet the consultant on Tuesday, and nothing happens before.",
        "What would make the next few days a little easier?",
        "I wonder if you are angry that it took nine days.",
        "How do you usually get through the bad nights?",
        "We can stop here for today if it is too much. What would you like?",
        "What is the one thing you would want me to remember about you?",
        "There is a nurse you can ring at any hour with any question. Shall I write the number down for you?",
    ),
    "middling": (
        "I can give you a leaflet about that.",
        "Have you got far to go home?",
        "The team meets every week and they talk about everybody.",
        "It's normal to be worried.",
        "Does your work know about it?",
        "I'm sorry, I know it's a lot.",
        "The consultant will explain the operation. Is that all right?",
        "Try to get some rest at the weekend.",
        "Do you sleep well?",
        "Is there somebody who can drive you?",
        "I'm sure the nurse can help with that.",
    ),
    "brusque": (
        "Can we get through the list, please?",
        "Margins, nodes, receptors, that's what decides it. You don't need the details.",
        "You're overthinking this.",
        "Next. Any allergies to anaesthetics?",
        "Look, crying won't change the histology.",
        "I've told you already.",
        "Any previous surgery? Hospital admissions?",
        "Come on, it's a routine procedure.",
        "You'll sign the consent for WLE and SLNB on the day.",
        "My bleep has gone, so be quick.",
    ),
    "formulaic": (
        "I hear what you are saying.",
        "That must be very difficult for you. Do you take any tablets?",
        "I understand completely. Are you eating well?",
        "Thank you for telling me. Your feelings are valid.",
        "I'm so sorry to hear that. Any other illnesses?",
        "I appreciate your openness. I can imagine how hard it is.",
        "I understand how you feel. Is there anything else today?",
    ),
}


@dataclass(frozen=True)
class Talk:
    """A whole conversation: what the patient's first words were, then each turn and its answer."""

    learner: str
    difficulty: str
    history: tuple[Exchange, ...]
    told: int
    """Hidden concerns that were told."""

    @property
    def name(self) -> str:
        """As a row of a table is headed."""
        return f"{self.learner}, {self.difficulty}"


@dataclass(frozen=True)
class Case:
    """The patient all conversations are held with."""

    persona: Persona
    scenario: Scenario

    def prompt(self, history: Sequence[Exchange], window_tokens: int) -> Prompt:
        """The request that answers the last of these turns, as the language model voice sends it."""
        return compose(self.persona, self.scenario, history, context_tokens=window_tokens, reply_tokens=REPLY_TOKENS)


@dataclass(frozen=True)
class Read:
    """What a server read for one conversation: tokens for each request by each rule, and how often it was shortened."""

    tokens: list[dict[CacheRule, int]]
    shortenings: int

    def until(self, turns: int, rule: CacheRule) -> int:
        """Tokens read for the first so many requests."""
        return sum(one[rule] for one in self.tokens[:turns])


Pair = tuple[Read, Read]
"""With notes, without."""

_COLUMNS: tuple[tuple[int, CacheRule], ...] = tuple((turns, rule) for turns in AT_TURNS for rule in CACHE_RULES)


def main() -> None:
    """Hold the conversations once and print every table."""
    case = Case(*find_scenario(SCENARIO))
    talks = asyncio.run(_talks(case))
    print(f"{len(talks)} conversations of {AT_TURNS[-1]} student turns with {case.persona.called}")
    _print_notes(talks)
    _print_ratios(case, talks)
    _print_windows(case, talks)
    _print_class(case, talks)
    _print_screened(case, talks)


# ---- the conversations -----------------------------------------------------------------------------------------------


async def _talks(case: Case) -> list[Talk]:
    learners = {name: _going_on(LEARNERS[name], more) for name, more in FURTHER.items()}
    learners["changeable"] = _changing(learners["skilled"], learners["brusque"])
    return [
        await _hold(case, name, difficulty, learner)
        for name, learner in learners.items()
        for difficulty in case.scenario.difficulties
    ]


async def _hold(case: Case, name: str, difficulty: str, learner: Learner) -> Talk:
    steps = await play(case.persona, case.scenario, difficulty, AuthoredVoice(), learner, AT_TURNS[-1])
    history = [*opening(case.scenario)]
    for step in steps:
        history += [Exchange(step.said, step.said.text, step.received.note), Exchange(step.reply, step.raw)]
    return Talk(name, difficulty, tuple(history), len(steps[-1].state.told_concerns))


def _going_on(learner: Learner, further: Sequence[str]) -> Learner:
    """The learner's script, then these lines round and round; an empty one is a silence."""

    def next_turn(room: Room) -> Turn:
        past = len(room.mine) - SCRIPT_TURNS
        if past < 0:
            return learner(room)
        said = further[past % len(further)]
        return Turn(speaker="student", text=said, silent=not said)

    return next_turn


def _changing(kind: Learner, harsh: Learner) -> Learner:
    """Five turns kind, five turns harsh: the feelings go to and fro, which is what makes notes."""

    def next_turn(room: Room) -> Turn:
        return (harsh if len(room.mine) // 5 % 2 else kind)(room)

    return next_turn


def _without_notes(history: Sequence[Exchange]) -> list[Exchange]:
    """The same words, and nothing said to the patient about what they did to her."""
    return [replace(exchange, note=None) for exchange in history]


# ---- what is read ----------------------------------------------------------------------------------------------------


def _read(case: Case, history: Sequence[Exchange], window_tokens: int, *, after_a_fellow: bool = False) -> Read:
    """What a server reads for this conversation; its cache is empty, or knows a fellow student's first request."""
    cache, read, cuts = PrefixCache(), Read([], 0), {0}
    if after_a_fellow:
        hello = Exchange(Turn(speaker="student", text="Good morning."), "Good morning.")
        cache.keep(case.prompt([*opening(case.scenario), hello], window_tokens).messages, "Hello.")
    for place, exchange in enumerate(history):
        if exchange.turn.speaker == "student":
            prompt = case.prompt(history[: place + 1], window_tokens)
            read.tokens.append(_to_read(cache, prompt.messages))
            cuts.add(prompt.shortened_turns)
            cache.keep(prompt.messages, history[place + 1].as_shown)
    return replace(read, shortenings=len(cuts) - 1)


def _to_read(cache: PrefixCache, messages: Sequence[Message]) -> dict[CacheRule, int]:
    size = sum(len(rendered(message)) for message in messages)
    return {rule: size - cached for rule, cached in cache.count(messages).items()}


def _pairs(case: Case, talks: Sequence[Talk], window_tokens: int, *, after_a_fellow: bool = False) -> list[Pair]:
    """Each conversation as it was, and without notes."""
    return [
        (
            _read(case, talk.history, window_tokens, after_a_fellow=after_a_fellow),
            _read(case, _without_notes(talk.history), window_tokens, after_a_fellow=after_a_fellow),
        )
        for talk in talks
    ]


def _ratio(pair: Pair, turns: int, rule: CacheRule) -> float:
    return pair[0].until(turns, rule) / pair[1].until(turns, rule)


# ---- the tables ------------------------------------------------------------------------------------------------------


def _print_notes(talks: Sequence[Talk]) -> None:
    print("\nTokens of notes a turn: feelings + facts that may be told + hints, over the first 10 | 30 | 60 turns")
    for talk in talks:
        notes = [exchange.note for exchange in talk.history if exchange.turn.speaker == "student"]
        means = " | ".join(_mean_parts(notes[:turns]) for turns in AT_TURNS)
        print(f"  {talk.name:<22}{means}   {len(notes) - notes.count(None):2} notes, {talk.told} concerns told")


def _mean_parts(notes: Sequence[str | None]) -> str:
    parts = zip(*map(_parts, notes), strict=True)
    return " + ".join(f"{statistics.fmean(part):4.1f}" for part in parts)


def _parts(note: str | None) -> tuple[int, int, int]:
    """Tokens of feelings with the line break before them, of facts that may be told, of hints to let slip."""
    if note is None:
        return 0, 0, 0
    felt, slip, hint = note.partition("Let slip: ")
    felt, may, fact = felt.partition("May tell: ")
    return len(tokens(f"\n{felt}")), len(tokens(may + fact)), len(tokens(slip + hint))


def _print_ratios(case: Case, talks: Sequence[Talk]) -> None:
    print(f"\nRead with notes / without: window {WIDE_TOKENS} tokens, cache empty at the start")
    pairs = _pairs(case, talks, WIDE_TOKENS)
    _print_head()
    for talk, pair in zip(talks, pairs, strict=True):
        _print_row(talk.name, [_ratio(pair, *column) for column in _COLUMNS])
    _print_summary(pairs)


def _print_windows(case: Case, talks: Sequence[Talk]) -> None:
    """What shortening does, where the window is small for the talk; the same talk without notes is shortened too."""
    _print_window(case, talks, 8192, "the same conversations")
    _print_window(case, [_wordier(talk) for talk in talks], 8192, "wordier conversations")
    _print_window(case, talks, 4096, "the same conversations")


def _print_window(case: Case, talks: Sequence[Talk], window_tokens: int, which: str) -> None:
    print(f"\nRead with notes / without: window {window_tokens} tokens, {which}")
    pairs, wide = _pairs(case, talks, window_tokens), _pairs(case, talks, WIDE_TOKENS)
    _print_head()
    _print_summary(pairs)
    for name, side in (("with notes", 0), ("without", 1)):
        more = [_pooled(pairs, side, *column) / _pooled(wide, side, *column) for column in _COLUMNS]
        often = sum(pair[side].shortenings for pair in pairs)
        _print_row(f"{name} / wide", more, f"  put in short {often} times")


def _pooled(pairs: Sequence[Pair], side: int, turns: int, rule: CacheRule) -> int:
    return sum(pair[side].until(turns, rule) for pair in pairs)


def _wordier(talk: Talk) -> Talk:
    """The same conversation with people who say twice as much."""
    more = {"student": WORDY_STUDENT, "patient": WORDY_PATIENT}
    history = [replace(one, as_shown=f"{one.as_shown} {more[one.turn.speaker]}".strip()) for one in talk.history]
    return replace(talk, history=tuple(history))


def _print_class(case: Case, talks: Sequence[Talk]) -> None:
    print(
        "\nTokens a request when a fellow student's request has left the fixed part in the cache: with notes / without"
    )
    pairs = _pairs(case, talks, WIDE_TOKENS, after_a_fellow=True)
    _print_head()
    for name, side in (("with notes", 0), ("without", 1)):
        _print_row(
            name,
            [statistics.median(p[side].until(turns, rule) / turns for p in pairs) for turns, rule in _COLUMNS],
            form=".0f",
        )
    _print_summary(pairs)


def _print_screened(case: Case, talks: Sequence[Talk]) -> None:
    costs = [cost for talk in talks for cost in _screened_costs(case, talk.history)]
    print(f"\nTokens the next request reads more when one sentence of an answer was replaced, mean of {len(costs)}")
    print("  " + ", ".join(f"{rule} {statistics.fmean(cost[rule] for cost in costs):.0f}" for rule in CACHE_RULES))


def _screened_costs(case: Case, history: Sequence[Exchange]) -> Iterator[dict[CacheRule, int]]:
    """For each answer: what the next request reads after the model said something else than was shown."""
    for place in range(2, len(history) - 1, 2):
        raw = f"{OUT_OF_CHARACTER} {history[place].as_shown}"
        shown = _screened(case, raw)
        asked = case.prompt(history[:place], WIDE_TOKENS).messages
        turn = replace(history[place], as_shown=shown)
        then = case.prompt([*history[:place], turn, history[place + 1]], WIDE_TOKENS).messages
        as_said, as_shown = PrefixCache(), PrefixCache()
        as_said.keep(asked, raw)
        as_shown.keep(asked, shown)
        read, best = _to_read(as_said, then), _to_read(as_shown, then)
        yield {rule: read[rule] - best[rule] for rule in CACHE_RULES}


def _screened(case: Case, raw: str) -> str:
    screen = Screen(case.persona, [concern.id for concern in case.persona.concerns])
    return "".join(piece.text for piece in (*screen.feed(raw), *screen.finish()))


def _print_head() -> None:
    _print_row("", [f"{rule} {turns}" for turns, rule in _COLUMNS], form="")


def _print_summary(pairs: Sequence[Pair]) -> None:
    columns = [[_ratio(pair, *column) for pair in pairs] for column in _COLUMNS]
    _print_row("median", [statistics.median(column) for column in columns])
    _print_row("worst", [max(column) for column in columns])
    _print_row("all together", [_pooled(pairs, 0, *one) / _pooled(pairs, 1, *one) for one in _COLUMNS])


def _print_row(name: str, cells: Sequence[object], tail: str = "", form: str = ".3f") -> None:
    print(f"  {name:<22}" + "".join(f"{format(cell, form):>12}" for cell in cells) + tail)


if __name__ == "__main__":
    main()
