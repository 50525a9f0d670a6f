"""Asking permission: was leave asked before what weighed on the patient? Rubric 2.3."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from personas.vocabulary import Act
from scoring import rubric
from scoring.conversation import Conversation
from scoring.episodes import Episode, How, find_episodes, is_tic
from scoring.levels import place, score_of
from scoring.quotes import shorten
from scoring.scorecard import Evidence, Occasion, ScaleResult
from scoring.wording import ACTS, Person, person_of, told_in_person

FLOORS = (0.0, 0.05, 0.7, 1.2, 1.6)
"""Mean episode grade where each level begins by count alone."""


@dataclass(frozen=True)
class Tally:
    """What the level is decided on: episode grades (-1 to 2) and the weightiest episode."""

    grades: tuple[int, ...]
    mean: float
    weightiest_grade: int
    weightiest_with_choice: bool
    unrepaired_override: bool
    administrative: bool
    signposted: bool
    asked_before: bool = True
    beyond_agenda: bool = True
    """Leave was asked for more than what to talk about, which opens nearly every talk; or there was no more."""

    @property
    def full(self) -> int:
        """Episodes where leave was asked for and awaited, or the patient asked."""
        return sum(grade == 2 for grade in self.grades)

    @property
    def full_share(self) -> float:
        """The share of such episodes, 0-1."""
        return self.full / len(self.grades)

    @property
    def overrides(self) -> int:
        """Episodes where a no was passed over or the choice was none."""
        return sum(grade < 0 for grade in self.grades)


def tally(episodes: Sequence[Episode], *, administrative: bool, signposted: bool) -> Tally:
    """Count the episodes of one conversation; at least one.

    `administrative`: leave was asked for trifles, or as a habit of speech; `signposted`: changes of subject were told.
    """
    weightiest = max(episodes, key=lambda episode: (episode.weight, -episode.grade))
    weight = sum(episode.weight for episode in episodes)
    plain = sum(episode.grade for episode in episodes) / len(episodes)
    weighted = sum(episode.grade * episode.weight for episode in episodes) / weight
    return Tally(
        grades=tuple(episode.grade for episode in episodes),
        mean=0.98 * plain + 0.02 * weighted,
        weightiest_grade=weightiest.grade,
        weightiest_with_choice=weightiest.with_choice or weightiest.how in ("requested", "respected"),
        unrepaired_override=any(episode.grade < 0 and not episode.repaired for episode in episodes),
        administrative=administrative,
        asked_before=any(
            episode.how in ("asked", "shared", "held", "same_turn", "unanswered", "requested") for episode in episodes
        ),
        beyond_agenda=all(episode.act == "agenda" for episode in episodes)
        or any(episode.grade > 0 and episode.act != "agenda" for episode in episodes),
        signposted=signposted,
    )


def _is_signposted(conversation: Conversation, episodes: Sequence[Episode]) -> bool:
    """Whether every change of subject was asked for, asked about, or announced."""
    return all(
        later.grade == 2 or later.act == earlier.act or conversation.readings[later.turns[0]].has("signposts")
        for earlier, later in pairwise(episodes)
    )


def level_of(count: Tally) -> tuple[int, tuple[str, ...]]:
    """The level and the caps that held it down."""
    level = _by_count(count)
    if count.unrepaired_override and level > 1:
        return 1, ("A no was passed over, or the choice was none, and it was not made good, so the level stops at 1.",)
    if count.weightiest_grade <= 0 and level > 2:
        return 2, ("What weighed most was done without asking, so the level stops at 2.",)
    return level, ()


def _by_count(count: Tally) -> int:
    if count.overrides and not count.full:
        return 0
    if max(count.grades) <= 0:
        return 1 if count.administrative else 0
    best = count.full_share >= 0.75 and count.weightiest_grade == 2 and not count.overrides
    if best and count.weightiest_with_choice and count.signposted:
        return 4
    if count.full_share >= 0.5 and count.weightiest_grade == 2:
        return 3
    enough = count.full or (count.mean >= FLOORS[2] and count.asked_before)
    return 2 if enough and count.beyond_agenda else 1


def score(conversation: Conversation) -> ScaleResult:
    """The permission scale of one conversation."""
    episodes = find_episodes(conversation)
    trifles = any(reading.has("asks_leave_tic") for reading in conversation.readings.values())
    return result_of(
        conversation,
        episodes,
        administrative=trifles or is_tic(conversation),
        signposted=_is_signposted(conversation, episodes),
    )


@told_in_person
def result_of(
    conversation: Conversation, episodes: Sequence[Episode], *, administrative: bool, signposted: bool
) -> ScaleResult:
    """The permission scale by these episodes, whoever coded them; the rest as for `tally`."""
    scale = rubric.scale("permission")
    if not episodes:
        avoided = conversation.has_task("permission")
        return ScaleResult(
            level=0 if avoided else None,
            score=0.0 if avoided else None,
            anchor=scale.avoided if avoided else scale.not_observed,
            counted="Nothing was told, advised, examined or opened that needed the patient's leave.",
        )
    person = person_of(conversation.persona)
    count = tally(episodes, administrative=administrative, signposted=signposted)
    level, caps = level_of(count)
    return ScaleResult.model_validate(
        {
            "level": level,
            "score": score_of(place(level, max(0.0, count.mean), FLOORS, 2.0)),
            "anchor": scale.anchor(level),
            "counted": _counted(count),
            "to_next": _to_next(level, count, episodes, caps),
            "caps": caps,
            "evidence": _quoted_once([_evidence(conversation, episode, person) for episode in episodes]),
            "occasions": tuple(_occasion(conversation, episode, person) for episode in episodes),
        }
    )


def _quoted_once(evidence: Sequence[Evidence]) -> tuple[Evidence, ...]:
    """The same words for the same reason stand once, however many steps rest on them."""
    return tuple({(one.turn, one.start, one.end, one.effect): one for one in reversed(evidence)}.values())[::-1]


def _counted(count: Tally) -> str:
    steps = len(count.grades)
    if steps == 1:
        full = "you asked and waited, or the patient asked" if count.full else "you did not ask first and wait"
        sentence = f"One step needed leave, and {full}"
    else:
        full = str(count.full) if count.full else "none"
        sentence = f"You asked and waited, or the patient asked, for {full} of the {steps} steps that needed leave"
    if count.overrides:
        sentence += f"; on {count.overrides} a no was passed over or the choice was none"
    return sentence + "."


def _to_next(level: int, count: Tally, episodes: Sequence[Episode], caps: Sequence[str]) -> str | None:
    """What would have made it the next level."""
    heaviest = max(episodes, key=lambda episode: (episode.weight, -episode.grade))
    weightiest = ACTS[heaviest.act]
    if level == 4:
        return None
    if caps and level == 1:
        return "A 2 needs every no to be respected, or made good with an apology and a real choice."
    if heaviest.how == "shared" and level == 3:
        return "A 4 takes a weightier step than the agenda or the plan, with leave for it and a real choice."
    return f"A {level + 1} needs {'; and '.join(unmet(level, count, weightiest))}."


def unmet(level: int, count: Tally, weightiest: str) -> list[str]:
    """The conditions of the next level that fail; none that is met already."""
    steps = f"of the steps (yours: {count.full} of {len(count.grades)})"
    fails: dict[int, Sequence[tuple[bool, str]]] = {
        0: (
            (max(count.grades) <= 0, "leave asked for at least one step"),
            (count.overrides > 0, "no step against a no"),
        ),
        1: (
            (not count.full, "you to ask first, once, and wait for the answer before going on"),
            (count.full > 0, "leave asked for more than what to talk about"),
        ),
        2: (
            (count.weightiest_grade < 2, f"leave before {weightiest}, with a pause for the answer"),
            (count.full_share < 0.5, f"leave for half {steps}"),
        ),
        3: (
            (not count.weightiest_with_choice, f"a real choice (now or later, or how much) before {weightiest}"),
            (count.full_share < 0.75, f"leave for three quarters {steps}"),
            (count.overrides > 0, "no step against a no"),
            (not count.signposted, "every change of subject announced"),
        ),
    }
    return [words for applies, words in fails[level] if applies]


_WHY: dict[How, str] = {
    "requested": "{Subject} had asked, so there was no need to ask first.",
    "asked": "You asked before {act} and waited for the answer.",
    "shared": "You asked what {subject} wanted and let {object} say, before anybody said what to do.",
    "held": "{Subject} had agreed to it earlier, and that held for {act}.",
    "same_turn": "You asked before {act} but went straight on, so {subject} had no chance to answer.",
    "unanswered": "You asked before {act}, but went on without a yes.",
    "bad_moment": "You asked before {act}, but not whether it was a good moment to talk, and who was listening.",
    "announced": "You announced {act} with an okay at the end, which is hard to say no to.",
    "after": "You asked only after {act}.",
    "none": "You {did} without asking first.",
    "overridden": "You asked, {subject} said no or held back, and it was done all the same.",
    "fake_choice": "The question came with the decision already made, so {subject} had no real choice.",
    "respected": "You asked, {subject} said no, and you respected it.",
    "stalled": "When {subject} asked this, the next thing you said did not answer it.",
    "tic": "You asked leave before nearly everything, so here it no longer gave {object} a choice.",
}
_DID: dict[Act, str] = {
    "news": "gave the news",
    "advice": "gave advice",
    "education": "gave information",
    "examination": "went on to an examination or test",
    "sensitive": "opened a sensitive subject",
    "agenda": "set the agenda",
    "plan": "told the plan",
}


_ASKED_AGAIN = "{Subject} had to ask this again before you answered."
_PRESSED = "{Subject} wanted to think about it, and you went on urging."
_BACKED_DOWN = "You announced {act} as decided; when {subject} said no, you respected it."


def _why(episode: Episode, person: Person) -> str:
    sentence = _WHY[episode.how]
    if episode.how == "overridden" and episode.ask is None and episode.act != "examination":
        sentence = _PRESSED
    if episode.grade == 1:
        sentence = {"stalled": _ASKED_AGAIN, "respected": _BACKED_DOWN}.get(episode.how, sentence)
    return sentence.format(
        Subject=person.subject.capitalize(),
        subject=person.subject,
        object=person.object,
        act=ACTS[episode.act],
        did=_DID[episode.act],
    )


def _place(conversation: Conversation, episode: Episode) -> tuple[int, int, int]:
    """The words an episode rests on: the asking, else the act, else the turn."""
    if episode.ask is not None and episode.grade != 0:
        turn, move = episode.ask
        return turn, *conversation.sentence_around(turn, move.start, move.end)
    turn = episode.turns[0]
    if episode.move is not None:
        return turn, *conversation.sentence_around(turn, episode.move.start, episode.move.end)
    return turn, 0, len(conversation.turns[turn].text)


def _evidence(conversation: Conversation, episode: Episode, person: Person) -> Evidence:
    turn, start, end = _place(conversation, episode)
    helped = episode.grade > 0 and episode.how not in ("stalled", "announced")
    effect = "raises" if helped else "lowers"
    why = _why(episode, person)
    if episode.how == "stalled" and episode.grade == 0 and episode.request is not None:
        # The words quoted are the student's: "this" would point at them.
        why = f'When {person.subject} asked "{shorten(episode.request.quote)}", this did not answer it.'
    return conversation.evidence(turn, start, end, effect, why)


def _occasion(conversation: Conversation, episode: Episode, person: Person) -> Occasion:
    """The patient's question where there was one, else the words of the act."""
    quote = episode.request or _evidence(conversation, episode, person)
    return Occasion(
        turn=quote.turn,
        start=quote.start,
        end=quote.end,
        quote=quote.quote,
        kind="patient_question" if episode.request is not None else "permission_episode",
        intensity=min(1.0, episode.weight / 3),
        met=episode.grade == 2,
        grade=episode.grade,
        answer_turn=episode.turns[0],
        why=_why(episode, person),
    )
