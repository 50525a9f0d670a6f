"""Safety flags: what stands above the scores until a person cleared it. Rubric 2."""

import re
from collections.abc import Iterator, Sequence

from scoring.conversation import Conversation
from scoring.lapses import lapses_in
from scoring.patient.hints import dying_in
from scoring.scorecard import Flag
from scoring.wording import person_of
from scoring.words import straight


def find_flags(conversation: Conversation) -> tuple[Flag, ...]:
    """Every flag, in the order of the turns; a missed must-ask has an empty quote."""
    flags = [
        *_wrong_facts(conversation),
        *_missed_must_asks(conversation),
        *_risks_passed_over(conversation),
        *_lapses(conversation),
        *_to_grader(conversation),
    ]
    return tuple(sorted(flags, key=lambda flag: (flag.turn, flag.start, flag.kind)))


def matches(conversation: Conversation, patterns: Sequence[str]) -> Iterator[tuple[int, int, int]]:
    """Where the student said something a pattern describes: turn, start, end."""
    for index in conversation.spoken:
        text = straight(conversation.turns[index].text)
        for pattern in patterns:
            for match in re.finditer(pattern, text, re.IGNORECASE):
                if match.end() > match.start():
                    yield index, match.start(), match.end()


def news_was_told(conversation: Conversation) -> bool:
    """Whether the scenario's weighty news was told; true where there is none."""
    facts = conversation.scenario.facts if conversation.scenario is not None else ()
    told = any(reading.has("tells_news") for reading in conversation.readings.values())
    return told or not any(fact.news for fact in facts)


def _wrong_facts(conversation: Conversation) -> Iterator[Flag]:
    for fact in conversation.scenario.facts if conversation.scenario is not None else ():
        for turn, start, end in matches(conversation, fact.contradicted_by):
            yield _flag(
                conversation, "wrong_fact", turn, start, end, f"This contradicts a fact of the case: {fact.statement}"
            )


def _missed_must_asks(conversation: Conversation) -> Iterator[Flag]:
    """Questions this case does not do without. Nothing was said, so the quote is empty."""
    if conversation.scenario is None or not conversation.spoken:
        return
    last = conversation.spoken[-1]
    for must in conversation.scenario.must_ask:
        if not any(True for _ in matches(conversation, must.asked_by)):
            yield Flag(
                kind="missed_must_ask", turn=last, start=0, end=0, quote="", why=f"This was not asked: {must.what}"
            )


_ASKS_ON = re.compile(
    r"\b(?:suicid\w*|kill\w*|die|dying|dead|death|harm\w*|hurt\w* yourself|safe|safety|crisis|helpline|hotline|"
    r"samaritans|999|911|988|(?:these|those|the|such) (?:thoughts|feelings)|thoughts? like that|"
    r"feel(?:ing)? (?:like that|that way)|end(?:ing)? (?:it|your life|things))\b",
    re.IGNORECASE,
)
_ASKED_WITHIN_TURNS = 2


def _risks_passed_over(conversation: Conversation) -> Iterator[Flag]:
    """The patient spoke of wanting to die, and the student's next turns neither met it nor asked on: once a talk.

    Whatever the case: asking does not put the thought there (Dazzi et al. 2014, Psychological Medicine 44).
    """
    for index, turn in enumerate(conversation.turns):
        said = dying_in(turn.text) if turn.speaker == "patient" else None
        following = [later for later in conversation.spoken if later > index][:_ASKED_WITHIN_TURNS]
        if said is None or not following or any(_takes_up_risk(conversation, later) for later in following):
            continue
        they = person_of(conversation.persona).subject.capitalize()
        why = f"{they} spoke of wanting to die, and your next answers did not ask about it."
        yield _flag(conversation, "risk_passed_over", index, said.start, said.end, why)
        return


def _takes_up_risk(conversation: Conversation, index: int) -> bool:
    met = any(not move.stock for move in conversation.readings[index].all("names_emotion", "acknowledges", "validates"))
    return met or bool(_ASKS_ON.search(straight(conversation.turns[index].text)))


def _lapses(conversation: Conversation) -> Iterator[Flag]:
    for turn in conversation.spoken:
        for lapse in lapses_in(conversation.turns[turn].text):
            yield _flag(conversation, "lapse", turn, lapse.start, lapse.end, lapse.why)


def _to_grader(conversation: Conversation) -> Iterator[Flag]:
    """Words for the scorer instead of the patient; they earn nothing."""
    person = person_of(conversation.persona)
    for index, reading in conversation.read.items():
        for move in reading.all("addresses_grader", "recites_skill")[:1]:
            why = f"This is said to whoever scores, not to {person.object}, so the turn earns nothing."
            yield _flag(conversation, "addresses_grader", index, move.start, move.end, why)


def _flag(conversation: Conversation, kind: str, turn: int, start: int, end: int, why: str) -> Flag:
    quote = conversation.turns[turn].text[start:end]
    return Flag.model_validate({"kind": kind, "turn": turn, "start": start, "end": end, "quote": quote, "why": why})
