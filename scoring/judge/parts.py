"""How it was explained, by a model's closed answers: the five parts of rubric 2.4 and the profiles of 2.6.

The model says which words are hard, technical, reasons or checks; lengths, shares and points are counted here.
"""

from collections.abc import Mapping, Sequence
from typing import Literal

from prompts import render
from scoring.conversation import Conversation
from scoring.explaining import Explanation, fine_of
from scoring.explaining.checking import PIECE_WORDS, pauses
from scoring.explaining.part import MONOLOGUE_WORDS, Part, Points
from scoring.explaining.wording import points_of_terms, points_of_wording, runs_long
from scoring.judge.interview import Answered, Interview, Question, Row
from scoring.judge.quoting import FEWEST_WORDS, earns
from scoring.scorecard import Quote

Kind = Literal[
    "explains",
    "hard_sentence",
    "unexplained_word",
    "why_for_them",
    "why_general",
    "starting_point",
    "check_on_the_way",
    "teach_back",
    "quiz",
    "open_check",
    "questions_answered",
    "stopped_in_time",
    "patient_lost",
    "headline",
    "exact_term",
    "urgency",
    "who_by_when",
    "main_message_first",
    "short_parts",
    "invitation",
    "route",
]
_PATIENTS: frozenset[Kind] = frozenset(("patient_lost",))
_CHECKS: frozenset[Kind] = frozenset(("teach_back", "quiz", "open_check", "questions_answered", "stopped_in_time"))
_FIRST_TURNS = 2
"""A colleague's headline stands in so many of the student's first turns: a greeting, and then the finding."""
_FEWEST_WORDS = 6
"""Two things are not told in fewer words."""
_COSTS: frozenset[Kind] = frozenset(("hard_sentence", "unexplained_word"))


class Finding(Row):
    """Something about how it was explained. `answered`: taken up by the patient, or (lost) explained again."""

    kind: Kind
    turn: int
    quote: str
    answered: bool

    def fewest_words(self, field: str) -> int:
        """A technical word stands alone, and so may what the patient says."""
        return 1 if self.kind in ("unexplained_word", "patient_lost") else FEWEST_WORDS


Found = Mapping[Kind, Sequence[tuple[Finding, Quote]]]
"""What was found, by kind, in the order of the talk."""


async def code_explanation(interview: Interview, conversation: Conversation) -> Explanation | None:
    """The explaining turns and their parts; None where nothing was explained.

    Raises:
        Unread, AskFault: as `Interview.put`.
    """
    profile = _profile(conversation)
    question = Question(
        "explaining",
        render("judge_explaining", profile=profile),
        Finding,
        places=lambda row: {"quote": (row.turn,) if _may_stand(conversation, row) else ()},
    )
    found = _sorted(conversation, await interview.put(question))
    told = {quote.turn for _, quote in found["explains"]}
    turns = tuple(sorted(turn for turn in told if conversation.readings[turn].words >= _FEWEST_WORDS))
    if not turns:
        return None
    found = _in_place(conversation, turns, found)
    parts = {
        "patient": _to_patient,
        "clinician": _to_clinician,
        "written": _in_writing,
    }[profile](conversation, turns, found)
    lost = [quote.turn for row, quote in found["patient_lost"] if not row.answered and quote.turn > turns[0]]
    return Explanation(turns, parts, fine_of(conversation, turns), lost[0] if lost else None)


def _profile(conversation: Conversation) -> str:
    scenario = conversation.scenario
    if scenario is not None and scenario.audience == "clinician":
        return "clinician"
    return "written" if scenario is not None and scenario.channel == "written" else "patient"


def _may_stand(conversation: Conversation, row: Finding) -> bool:
    if not 0 <= row.turn < len(conversation.turns):
        return False
    return (conversation.turns[row.turn].speaker == "patient") == (row.kind in _PATIENTS)


def _sorted(conversation: Conversation, answered: Sequence[Answered[Finding]]) -> Found:
    """The findings whose words stand in the talk; what would raise a part has to earn it."""
    found: dict[Kind, list[tuple[Finding, Quote]]] = {kind: [] for kind in Kind.__args__}  # type: ignore[attr-defined]
    for one in answered:
        quote, kind = one.quotes.get("quote"), one.row.kind
        if quote is not None and (kind in _COSTS or kind in _PATIENTS or earns(conversation, quote)):
            found[kind].append((one.row, quote))
    for rows in found.values():
        rows.sort(key=lambda pair: (pair[1].turn, pair[1].start))
    return found


def _in_place(conversation: Conversation, turns: tuple[int, ...], found: Found) -> Found:
    """What stands where it can do its work: checks from the first explaining turn on, the headline at the start."""
    first = {"headline": conversation.spoken[:_FIRST_TURNS], "main_message_first": turns[:1]}

    def stands(kind: Kind, turn: int) -> bool:
        return turn in first[kind] if kind in first else kind not in _CHECKS or turn >= turns[0]

    return {kind: [(row, quote) for row, quote in rows if stands(kind, quote.turn)] for kind, rows in found.items()}


def _to_patient(conversation: Conversation, turns: tuple[int, ...], found: Found) -> dict[str, Part]:
    return {
        "plain_words": _plain(conversation, turns, found),
        "jargon": _jargon(conversation, turns, found),
        "why": _first(found, (("why_for_them", 2), ("why_general", 1)), _WHY, "No reason was given."),
        "chunks": _chunks(conversation, turns, found),
        "check": _check(conversation, found),
    }


def _to_clinician(conversation: Conversation, turns: tuple[int, ...], found: Found) -> dict[str, Part]:
    return {
        "headline": _first(found, (("headline", 2),), _WHY, "The finding did not come first."),
        "exact_term": _first(found, (("exact_term", 2),), _WHY, "The finding was not named by its exact term."),
        "urgency": _first(found, (("urgency", 2),), _WHY, "You did not say how urgent it is."),
        "who_by_when": _first(found, (("who_by_when", 2),), _WHY, "Who does what by when was left open."),
        "check": _check(conversation, found),
    }


def _in_writing(conversation: Conversation, turns: tuple[int, ...], found: Found) -> dict[str, Part]:
    first, short = bool(found["main_message_first"]), bool(found["short_parts"])
    pieces = _first(found, (("main_message_first", 2), ("short_parts", 2)), _WHY, "The main message stands inside.")
    if first != short:
        pieces = Part(1, pieces.why, pieces.words_of, helps=True)
    asked, route = bool(found["invitation"]), bool(found["route"])
    check = _first(found, (("route", 2), ("invitation", 2)), _WHY, "There was no way given to ask back.")
    if asked != route:
        check = Part(1, check.why, check.words_of, helps=True)
    return _to_patient(conversation, turns, found) | {"chunks": pieces, "check": check}


_WHY: Mapping[Kind, str] = {
    "why_for_them": "You gave the reason, and tied it to what mattered to the patient.",
    "why_general": "You gave a reason.",
    "headline": "The finding came first.",
    "exact_term": "You named the finding exactly.",
    "urgency": "You said how urgent it is.",
    "who_by_when": "You said who does what by when.",
    "main_message_first": "The main message came first.",
    "short_parts": "It came in short parts.",
    "invitation": "You invited questions about something in particular.",
    "route": "You said how to reach someone with questions.",
}


def _first(found: Found, worth: Sequence[tuple[Kind, Points]], why: Mapping[Kind, str], otherwise: str) -> Part:
    """The first kind of these that was found, with its points; none of them: no point."""
    for kind, points in worth:
        if found[kind]:
            return Part(points, why[kind], _place(found[kind][0][1]), helps=True)
    return Part(0, otherwise)


def _told_in(found: Found, turn: int) -> Quote:
    """The words that tell most of an explaining turn."""
    return next(quote for _, quote in found["explains"] if quote.turn == turn)


def _place(quote: Quote) -> tuple[int, int, int]:
    return quote.turn, quote.start, quote.end


def _plain(conversation: Conversation, turns: tuple[int, ...], found: Found) -> Part:
    """A: the share of sentences quoted as hard, and words a sentence."""
    hard = [quote for _, quote in found["hard_sentence"] if quote.turn in turns]
    spans = {(one.turn, *conversation.sentence_around(one.turn, one.start, one.end)) for one in hard}
    cut = max(1, sum(conversation.readings[turn].sentences for turn in turns))
    long = runs_long(conversation, turns)
    points = points_of_wording(min(1.0, len(spans) / cut), long=long)
    if points == 2:
        return Part(2, "Nearly every sentence was easy to follow.", _place(_told_in(found, turns[0])))
    if not hard:
        return Part(points, "The sentences were long.")
    why = "Some sentences were hard to follow." if points == 1 else "Many sentences were hard to follow."
    return Part(points, why, _place(hard[0]))


def _jargon(conversation: Conversation, turns: tuple[int, ...], found: Found) -> Part:
    """B: technical words quoted as unexplained, each once, where the patient did not use them first."""
    terms: dict[str, Quote] = {}
    for _, quote in found["unexplained_word"]:
        before = " ".join(turn.text.lower() for turn in conversation.turns[: quote.turn] if turn.speaker == "patient")
        if quote.turn in turns and quote.quote.lower() not in before:
            terms.setdefault(quote.quote.lower(), quote)
    points = points_of_terms(conversation, turns, len(terms))
    if points == 2:
        why = "You used no technical word without saying what it means."
        return Part(2, why, _place(_told_in(found, turns[-1])))
    named = ", ".join(f'"{quote.quote}"' for quote in list(terms.values())[:3])
    what = "A technical word was" if points == 1 else "Technical words were"
    return Part(points, f"{what} left unexplained ({named}).", _place(next(iter(terms.values()))))


def _chunks(conversation: Conversation, turns: tuple[int, ...], found: Found) -> Part:
    """D: where the patient starts from, small pieces with a pause between, or one check on the way."""
    lengths = {turn: conversation.readings[turn].words for turn in turns}
    longest = max(turns, key=lambda turn: lengths[turn])
    if lengths[longest] > MONOLOGUE_WORDS:
        why = "You told a great deal in one go, without a pause for the patient."
        return Part(0, why, (longest, 0, len(conversation.turns[longest].text)))
    started = [quote for _, quote in found["starting_point"] if quote.turn <= turns[0]]
    if started:
        return Part(2, "You asked what the patient knew before you explained.", _place(started[0]))
    small = lengths[longest] <= PIECE_WORDS
    paused = sum(pauses(conversation, turn) for turn in turns[:-1])
    if len(turns) >= 2 and small and 2 * paused >= len(turns) - 1:
        why = "You told it in small pieces, with the patient's turn in between."
        return Part(2, why, _place(_told_in(found, turns[-1])))
    if found["check_on_the_way"]:
        return Part(1, "You checked once on the way.", _place(found["check_on_the_way"][0][1]), helps=True)
    return Part(1 if small else 0, "It came in one piece." if small else "It came in one long piece, without a check.")


def _check(conversation: Conversation, found: Found) -> Part:
    """E: teach-back taken up by the patient, a specific check, or stopping in time with a follow-up."""
    best = Part(0, "There was no check that the patient could answer in their own words.")
    for kind in ("teach_back", "stopped_in_time", "quiz", "open_check", "questions_answered"):
        for row, quote in found[kind]:
            replied = row.answered and conversation.patient_after(quote.turn) is not None
            points, why = _worth(kind, replied=replied)
            if points > best.points:
                best = Part(points, why, _place(quote), helps=True)
    return best


def _worth(kind: str, *, replied: bool) -> tuple[Points, str]:
    if kind == "stopped_in_time":
        return 2, "You stopped when it was too much and said when you would go on."
    if kind == "teach_back" and replied:
        return 2, "The patient said it back in their own words."
    return 1, {
        "teach_back": "You asked for it in the patient's own words, but it did not come back.",
        "quiz": "You asked for it to be repeated, which sounds like a test.",
        "open_check": "You asked an open question to check.",
        "questions_answered": "You asked whether there were questions, and a real exchange followed.",
    }[kind]
