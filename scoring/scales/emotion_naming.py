"""Naming the emotion: was the feeling put into words, and did it fit? Rubric 2.2."""

from collections.abc import Sequence
from dataclasses import dataclass

from scoring import rubric
from scoring.conversation import Answer, Conversation
from scoring.levels import place, score_of
from scoring.namings import Naming, Verdict, find_namings
from scoring.occasions import Opportunity, fits
from scoring.reading import Move
from scoring.scorecard import Evidence, Occasion, ScaleResult
from scoring.wording import FEELING, Person, person_of, told_in_person
from scoring.words import most_within

FLOORS = (0.0, 0.05, 0.25, 0.4, 0.6)
"""Share of occasions named (an acknowledgement counts a tenth) where each level begins by count alone."""

_HABIT_NAMINGS, _HABIT_TURNS = 5, 7
"""So many namings within so many of the student's turns are a habit of speech; what else is said changes nothing."""


@dataclass(frozen=True)
class Tally:
    """What the level is decided on. `coverage` is the share of occasions named accurately, 0-1."""

    occasions: int
    coverage: float
    accurate: int
    acknowledged: int
    asked_only: int
    wrong: int
    contradicted: bool
    tentative_or_deepened: bool
    strongest_named: bool
    taken_up: bool
    unspoken_missed: bool
    only_lists: bool
    rejected_as_fact: bool
    rejected_twice: bool
    on_nearly_every_turn: bool

    @property
    def value(self) -> float:
        """The count between levels: coverage, an acknowledgement a tenth of a naming."""
        return min(1.0, self.coverage + 0.1 * min(1.0, self.acknowledged / max(1, self.occasions)))


def level_of(count: Tally) -> tuple[int, tuple[str, ...]]:
    """The level and the caps that held it down."""
    level = _by_count(count)
    caps = [
        (count.only_lists, "Feelings were offered as a list to pick from, so the level stops at 2."),
        (count.rejected_as_fact, "A feeling was stated as a fact and the patient said no, so the level stops at 2."),
        (count.rejected_twice, "The patient turned a named feeling down twice, so the level stops at 2."),
        (count.on_nearly_every_turn, "A feeling was named on nearly every turn, so the level stops at 2."),
    ]
    held = tuple(words for applies, words in caps if applies) if level > 2 else ()
    return (2 if held else level), held


def _by_count(count: Tally) -> int:
    if not count.accurate:
        noticed = count.acknowledged or count.asked_only or count.wrong
        return 1 if noticed and not (count.contradicted and not count.acknowledged) else 0
    if count.coverage < FLOORS[3] or not count.tentative_or_deepened:
        return 2
    deep = count.strongest_named and count.taken_up and not count.unspoken_missed
    return 4 if count.coverage >= FLOORS[4] and deep else 3


@dataclass(frozen=True)
class Heard:
    """A feeling that showed, and what its answer did besides naming it; moves stand in the answer's turn."""

    opportunity: Opportunity
    answer: Answer
    noticed: Move | None
    asked: Move | None
    contradicted: bool


def score(conversation: Conversation) -> ScaleResult:
    """The emotion-naming scale of one conversation."""
    pairs = answerable(conversation, conversation.opportunities)
    return result_of(conversation, [_heard(one, answer) for one, answer in pairs], find_namings(conversation))


@told_in_person
def result_of(conversation: Conversation, asked: Sequence[Heard], namings: Sequence[Naming]) -> ScaleResult:
    """The emotion-naming scale by these occasions and namings, whoever coded them."""
    scale = rubric.scale("emotion_naming")
    if not asked:
        avoided = conversation.has_task("emotion_naming")
        return ScaleResult(
            level=0 if avoided else None,
            score=0.0 if avoided else None,
            anchor=scale.avoided if avoided else scale.not_observed,
            counted="The patient showed no feeling that you had the chance to name.",
        )
    count = tally(conversation, asked, namings)
    level, caps = level_of(count)
    occasions = _all_occasions(conversation, asked, namings, person_of(conversation.persona))
    return ScaleResult.model_validate(
        {
            "level": level,
            "score": score_of(place(level, count.value, FLOORS, 1.0)),
            "anchor": scale.anchor(level),
            "counted": _counted(count, sum(one.grade == 1 for one in occasions)),
            "to_next": _to_next(level, count),
            "caps": caps,
            "evidence": (
                *(_evidence(conversation, naming, person_of(conversation.persona)) for naming in namings),
                *_noticed(conversation, asked, namings),
            ),
            "occasions": occasions,
        }
    )


def answerable(conversation: Conversation, opportunities: Sequence[Opportunity]) -> list[tuple[Opportunity, Answer]]:
    """Patient turns with an open feeling or a clear cue that the student could answer.

    A success is none; nor is a bare question ("is it cancer?"): it calls for the answer first.
    """
    pairs = []
    for opportunity in opportunities:
        answer = conversation.answer_to(opportunity.turn)
        asks = opportunity.kind == "cue" and not opportunity.known and opportunity.turn in conversation.questions
        if answer is not None and opportunity.kind != "progress" and not asks:
            pairs.append((opportunity, answer))
    return pairs


def _heard(opportunity: Opportunity, answer: Answer) -> Heard:
    noticed = [move for move in answer.reading.all("acknowledges", "validates") if not move.stock]
    return Heard(
        opportunity,
        answer,
        noticed=next(iter(noticed), None),
        asked=next(iter(answer.reading.all("elicits_concerns")), None),
        contradicted=answer.reading.has("dismisses"),
    )


def cover(conversation: Conversation, asked: Sequence[Heard], namings: Sequence[Naming]) -> dict[int, Naming]:
    """Which naming covers which occasion, by the patient's turn.

    A naming covers the turn it answers; else the latest uncovered occasion of its family within the
    patient's last three turns, the window in which it has to fit; else the words that confirm it.
    """
    covered: dict[int, Naming] = {}
    for naming in namings:
        answered = [heard.opportunity for heard in asked if heard.answer.turn == naming.turn]
        of_family = [heard.opportunity for heard in asked if fits(naming.move.family, heard.opportunity.families)]
        recent = conversation.patient_turns_before(naming.turn)
        fitting = [one for one in of_family if one.turn in recent]
        after = conversation.patient_after(naming.turn)
        echoed = [one for one in of_family if one.turn == after and naming.confirmed]
        for one in (*reversed(answered), *reversed(fitting), *echoed):
            if one.turn not in covered:
                covered[one.turn] = naming
                break
    return covered


def tally(conversation: Conversation, asked: Sequence[Heard], namings: Sequence[Naming]) -> Tally:
    """Count the namings against the occasions; at least one occasion."""
    good = [naming for naming in namings if naming.verdict == "accurate"]
    covered = cover(conversation, asked, good)
    tentative_turns = {turn for turn, naming in covered.items() if naming.tentative}
    named = [turn for turn, naming in covered.items() if not naming.is_list]
    lists = [naming for naming in good if naming.is_list]
    shown = [heard.opportunity for heard in asked]
    strongest = max(shown, key=lambda one: (one.intensity, one.weight))
    rejected = [naming for naming in namings if naming.verdict == "rejected"]
    hinted = [one for one in shown if one.kind == "cue" and one.known and one.family]
    return Tally(
        occasions=len(asked),
        coverage=min(1.0, (len(named) + bool(lists)) / len(asked)),
        accurate=len(good),
        acknowledged=sum(heard.noticed is not None for heard in asked)
        + sum(naming.verdict == "closed" for naming in namings),
        asked_only=sum(heard.asked is not None for heard in asked),
        wrong=sum(naming.verdict in ("wrong_family", "rejected", "ungrounded") for naming in namings),
        contradicted=any(heard.contradicted for heard in asked),
        tentative_or_deepened=any(naming.tentative or naming.goes_on for naming in good),
        strongest_named=strongest.turn in covered,
        taken_up=any(naming.confirmed or naming.goes_on for naming in good),
        unspoken_missed=bool(hinted) and not any(one.turn in tentative_turns for one in hinted),
        only_lists=bool(lists) and not named,
        rejected_as_fact=any(not naming.tentative and not naming.repaired for naming in rejected),
        rejected_twice=len(rejected) >= 2,
        on_nearly_every_turn=_is_habit(conversation, namings),
    )


def _is_habit(conversation: Conversation, namings: Sequence[Naming]) -> bool:
    turns = {naming.turn for naming in namings}
    return most_within([index in turns for index in conversation.spoken], _HABIT_TURNS) >= _HABIT_NAMINGS


def _naming_for(answer: Answer, namings: Sequence[Naming]) -> Naming | None:
    """The naming made in this answer."""
    return next((naming for naming in namings if naming.turn == answer.turn), None)


def _counted(count: Tally, noticed: int) -> str:
    """At how many of the moments the feeling was named; `noticed`: at how many others it was noticed."""
    named = round(count.coverage * count.occasions)
    if count.occasions == 1:
        did = "named it" if named else "noticed it, but did not name it" if noticed else "did not name it"
        return f"A feeling showed once. You {did}."
    sentence = f"A feeling showed at {count.occasions} moments. You named it at {named or 'none'} of these"
    return sentence + (f", and noticed it without a name at {noticed} more." if noticed else ".")


def _to_next(level: int, count: Tally) -> str | None:
    """What would have made it the next level."""
    if level == 4:
        return None
    if level == 0:
        return "A 1 needs the difficulty to be noticed in words, even unnamed."
    if level == 1:
        return "A 2 needs one feeling named that fits what the patient just showed."
    return f"A {level + 1} needs {'; and '.join(unmet(level, count))}."


def unmet(level: int, count: Tally) -> list[str]:
    """The conditions of a 3 or a 4 that fail; none that is met already, or would be with the others."""
    named = round(count.coverage * count.occasions)
    most = -(-count.occasions * 6 // 10)
    with_others = count.coverage + (not count.strongest_named or count.unspoken_missed) / count.occasions
    share = f"of the {count.occasions} moments (yours: {named})"
    fails: dict[int, Sequence[tuple[bool, str]]] = {
        2: (
            (count.only_lists, "one feeling offered at a time, not a list to pick from"),
            (count.rejected_as_fact, "the feeling to be offered as a guess, and a no to be taken up"),
            (count.rejected_twice, "a name the patient turned down to be dropped"),
            (count.on_nearly_every_turn, "feelings to be named less often, where they show"),
            (count.coverage < FLOORS[3], f"the feeling named at {-(-count.occasions * 4 // 10)} {share}"),
            (
                not count.tentative_or_deepened,
                'the name to be offered, not stated, as in "It sounds as if that frightened you"',
            ),
        ),
        3: (
            (not count.strongest_named, "the strongest feeling of the conversation to be named"),
            (count.unspoken_missed, "the feeling that was only hinted at to be named, as a guess"),
            (with_others < FLOORS[4], f"the feeling named at {most} {share}"),
            (not count.taken_up, "a name that the patient agrees with or goes on from"),
        ),
    }
    return [words for applies, words in fails[level] if applies]


_WHY: dict[Verdict, str] = {
    "accurate": "You put the feeling into words, and it fitted what {subject} had shown.",
    "wrong_family": "You named {named}; {subject} had shown {shown}.",
    "rejected": "You named a feeling, and {subject} said that this was not it.",
    "closed": "You named the feeling, then closed it again in the same breath, so it counts as noticed only.",
    "ungrounded": "You named a feeling that nothing in {possessive} words had shown.",
}


def _evidence(conversation: Conversation, naming: Naming, person: Person) -> Evidence:
    """The sentence that names, with its verdict in words."""
    start, end = conversation.sentence_around(naming.turn, naming.move.start, naming.move.end)
    shown = " and ".join(sorted(FEELING[family] for family in conversation.families_before(naming.turn)))
    why = _WHY[naming.verdict].format(
        subject=person.subject,
        possessive=person.possessive,
        named=FEELING[naming.move.family] if naming.move.family else "another feeling",
        shown=shown,
    )
    if naming.repaired:
        why = f"You named a feeling, {person.subject} put it right, and you took the correction."
    if naming.verdict == "accurate" and naming.confirmed:
        why = why.removesuffix(".") + f"; {person.subject} confirmed it."
    guessed = naming.verdict == "ungrounded" and naming.move.tentative
    if guessed:
        why = f"You offered a guess at a feeling that {person.subject} had not shown in words."
    raises = guessed or naming.repaired or naming.verdict == "accurate"
    return conversation.evidence(naming.turn, start, end, "raises" if raises else "lowers", why)


def _noticed(conversation: Conversation, asked: Sequence[Heard], namings: Sequence[Naming]) -> list[Evidence]:
    """The words that noticed a feeling without a name, or asked after it, where no naming stands in that turn."""
    named = {naming.turn for naming in namings}
    found: dict[int, Evidence] = {}
    for heard in asked:
        turn, move = heard.answer.turn, heard.noticed or heard.asked
        if move is None or turn in named:
            continue
        why = "You asked how it was, without putting the feeling into words."
        if heard.noticed is not None:
            why = "You noticed that it was hard, without naming the feeling."
        start, end = conversation.sentence_around(turn, move.start, move.end)
        found.setdefault(turn, conversation.evidence(turn, start, end, "raises", why))
    return list(found.values())


def _all_occasions(
    conversation: Conversation, asked: Sequence[Heard], namings: Sequence[Naming], person: Person
) -> tuple[Occasion, ...]:
    covered = cover(conversation, asked, [naming for naming in namings if naming.verdict == "accurate"])
    return tuple(
        _occasion(heard, covered.get(heard.opportunity.turn) or _naming_for(heard.answer, namings), person)
        for heard in asked
    )


def _occasion(heard: Heard, naming: Naming | None, person: Person) -> Occasion:
    opportunity, answer = heard.opportunity, heard.answer
    accurate = naming is not None and naming.verdict == "accurate"
    noticed = heard.noticed is not None or (naming is not None and naming.verdict == "closed")
    grade = 2 if accurate else 1 if noticed else 0
    unnamed = "you did not name the feeling" if opportunity.kind == "concern" else "you did not ask what was behind it"
    did = (unnamed, "you noticed it, but gave it no name", "you put it into words")[grade]
    if naming is not None and naming.verdict in ("wrong_family", "rejected"):
        did = "you gave it a name that did not fit"
    elif accurate and naming is not None and naming.turn != answer.turn:
        did = "you put it into words later on" if naming.turn > opportunity.turn else "you had put it into words before"
    return Occasion(
        turn=opportunity.turn,
        start=opportunity.start,
        end=opportunity.end,
        quote=opportunity.quote,
        kind=opportunity.kind,
        family=opportunity.family,
        intensity=opportunity.intensity,
        met=accurate,
        grade=grade,
        answer_turn=naming.turn if naming is not None and accurate else answer.turn,
        why=f"{person.when_said(opportunity.quote, opportunity.word)} {did}.",
    )
