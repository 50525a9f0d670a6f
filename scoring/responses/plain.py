"""No specific feeling in the answer: content heard (2), a formula (1), or nothing (0)."""

import re
from collections.abc import Sequence

from personas.vocabulary import MoveKind
from scoring.conversation import Answer, Conversation
from scoring.fears import sourced_answer
from scoring.moves.listening import takes_up
from scoring.moves.sentences import sentences_of
from scoring.occasions import Opportunity
from scoring.patient_questions import puts_off
from scoring.reading import Move, TurnReading
from scoring.responses.room import EXPLORES, FEELING_MOVES, TELLING, is_left_open, leaves_room, solves_first
from scoring.responses.shared_view import grants, shares_view
from scoring.responses.topic import changed_subject, is_on_topic
from scoring.responses.verdict import Verdict
from scoring.words import content, straight

_MORE_ABOUT = re.compile(r"\b(?:more|bit) about\b", re.IGNORECASE)
_A_SOUND_WORDS = 2
"""'Hmm', 'uh-huh yes': no more than a sound."""

_PLAIN_ANSWER = re.compile(
    r"^\W*(?:(?:well|so|oh|er+|um+|i'm afraid|honestly)\W+)*(?:yes|yeah|no|not|it (?:is|was|isn|wasn))\b", re.IGNORECASE
)

_ELLIPTIC = re.compile(
    r"(?:(?:well|so|oh|er|um|i am afraid|honestly|and|but),? )*(?:"
    r"(?:it|that|this|they|these|he|she|there) (?:can|could|may|might|will|does|would)"
    r"(?: (?:be|not|sometimes|usually|often))*(?=,|$| if| when| unless| but)|"
    r"(?:probably|most likely|usually|rarely|hardly ever|sometimes|not (?:usually|always|yet|that (?:i|we)))\b|"
    r"(?:i|we) (?:do|can) not (?:know|say|tell|promise)\b(?! me| you)|nobody knows\b|"
    r"(?:most|nearly all|almost all|very few|hardly any|nine out of ten) (?:people|patients|men|women|children)\b)"
)
"""An answer that leaves out what the question named: "it can be, if it's left", "we don't know yet", "most do"."""


def grade_plain(conversation: Conversation, opportunity: Opportunity, answer: Answer) -> Verdict:
    """The worth of an answer with no specific feeling in it."""
    heard = _heard(conversation, opportunity, answer)
    explored = [move for move in answer.reading.all(*EXPLORES) if is_left_open(move, answer.reading)]
    return (
        _stays_with_it(conversation, opportunity, answer, heard, explored)
        or _speaks_to_it(conversation, opportunity, answer)
        or _passes_on(conversation, answer, explored)
    )


def _heard(conversation: Conversation, opportunity: Opportunity, answer: Answer) -> list[Move]:
    """The moves that show that the content was heard, none of them a formula or beside the point."""
    kinds: tuple[MoveKind, ...] = ("reflects", "reflects_complex", "acknowledges", "validates", "apologises")
    misread = answer.reading.all("names_emotion")
    return [
        move
        for move in answer.reading.all(*kinds)
        if not move.stock
        and not _overlaps(move, misread)
        and not (move.kind == "validates" and changed_subject(conversation, opportunity, answer, move))
        and not _was_never_said(conversation, answer, move)
    ]


_CLAIMS = re.compile(
    r"\byou(?:'ve| have| had)? (?:just |also |once )?(?:mentioned|talked about|spoke (?:of|about)|described) "
    r"(?P<what>\w+(?: \w+){0,3})",
    re.IGNORECASE,
)


def _was_never_said(conversation: Conversation, answer: Answer, move: Move) -> bool:
    """Whether words are put into the patient's mouth: "You mentioned your mother", of whom they had said nothing."""
    said = straight(conversation.turns[answer.turn].text[move.start : move.end])
    claimed = _CLAIMS.search(said)
    if claimed is None:
        return False
    about = content(claimed["what"])
    return bool(about) and not about & conversation.patient_content(answer.turn, answer.turn)


def _stays_with_it(
    conversation: Conversation,
    opportunity: Opportunity,
    answer: Answer,
    heard: Sequence[Move],
    explored: Sequence[Move],
) -> Verdict | None:
    """The answer gives back or asks on what was said."""
    on_topic = is_on_topic(conversation, opportunity, answer)
    room = leaves_room(conversation, answer)
    text = conversation.turns[answer.turn].text
    asks_on = any(
        on_topic
        or _asks_for_more(conversation, opportunity, answer, move)
        or (takes_up(text[move.start : move.end]) and not changed_subject(conversation, opportunity, answer, move))
        for move in explored
    )
    if on_topic and (heard or explored) and room and _honours_no(opportunity, answer.reading):
        left = answer.reading.all("offers_choice")[0]
        return Verdict(3, "you left it to the patient to decide, and stayed with it", left)
    if heard and (on_topic or room):
        return Verdict(2, "you heard what was said, but not the feeling in it", heard[0])
    if any(move.kind == "elicits_concerns" for move in explored) or (explored and asks_on):
        return Verdict(2, "you asked more about it, but not about the feeling in it", explored[0])
    return None


def _asks_for_more(conversation: Conversation, opportunity: Opportunity, answer: Answer, asked: Move) -> bool:
    """Whether more is asked of what the patient spoke of in their last few turns: "Tell me more about the row"."""
    more = _MORE_ABOUT.search(conversation.turns[answer.turn].text[asked.start : asked.end])
    return more is not None and is_on_topic(conversation, opportunity, answer, turns_back=3)


def _speaks_to_it(conversation: Conversation, opportunity: Opportunity, answer: Answer) -> Verdict | None:
    """The answer tells something about what was said, answers what was asked, or takes the patient's side."""
    reading = answer.reading
    if _argues(opportunity, reading):
        return Verdict(0, "you argued against it")
    not_to_it = f"not to the {_felt(opportunity)} in it"
    told = reading.all("tells_fact", "tells_plan", "gives_why", "tells_news")
    if told and is_on_topic(conversation, opportunity, answer) and not solves_first(reading):
        return Verdict(2, f"you spoke to the subject, {not_to_it}", reading.all(*TELLING, "gives_why")[0])
    if _answers_question(conversation, opportunity, answer):
        whole = Move(kind="tells_fact", start=0, end=len(conversation.turns[answer.turn].text))
        return Verdict(2, f"you answered the question, not the {_felt(opportunity)} in it", whole)
    if opportunity.kind == "progress" and reading.has("respects"):
        return Verdict(3, "you gave credit for it", reading.all("respects")[0])
    if opportunity.family == "fear" and (source := sourced_answer(conversation, answer.turn)) is not None:
        return Verdict(
            2, f"you spoke to the subject, {not_to_it}", Move(kind="tells_fact", start=source[0], end=source[1])
        )
    return _takes_their_side(conversation, opportunity, answer)


def _takes_their_side(conversation: Conversation, opportunity: Opportunity, answer: Answer) -> Verdict | None:
    if (granted := grants(conversation, opportunity, answer)) is not None:
        return Verdict(2, "you granted what the patient said", granted)
    if (shared := shares_view(conversation, answer)) is not None:
        return Verdict(2, "you shared how the patient saw it, and the patient took it up", shared)
    return None


def _passes_on(conversation: Conversation, answer: Answer, explored: Sequence[Move]) -> Verdict:
    """A formula, a general question, or nothing."""
    reading = answer.reading
    kinds: tuple[MoveKind, ...] = (*FEELING_MOVES, "own_feeling", "partners", "respects", "apologises", "reflects")
    formula = [one for one in reading.all(*kinds) if not _was_never_said(conversation, answer, one)]
    if formula:
        return Verdict(1, _weak_words(formula[0]), formula[0])
    if explored and not reading.has("closed_question", *TELLING) and reading.exploration == 2:
        return Verdict(1, "you asked a general question", explored[0])
    return Verdict(0, _what_instead(reading))


def _felt(opportunity: Opportunity) -> str:
    """What an answer passed over, in a word."""
    return "worry" if opportunity.family == "fear" else "feeling"


def _honours_no(opportunity: Opportunity, reading: TurnReading) -> bool:
    """A refusal is legitimised by leaving the decision with the patient and telling nothing (MITI: autonomy)."""
    refuses_care = opportunity.kind == "challenge" and opportunity.family in ("fear", "ambivalence")
    left = any(move.act is None for move in reading.all("offers_choice"))
    return refuses_care and left and not reading.has(*TELLING)


def _argues(opportunity: Opportunity, reading: TurnReading) -> bool:
    """Facts and advice in answer to "I don't want to" argue for the other side (MITI 4.2.1: Persuade, Confront)."""
    resists = opportunity.kind == "challenge" and opportunity.family == "ambivalence"
    return resists and reading.has("tells_fact", "advises", "tells_plan", "tells_news", "gives_why")


def _answers_question(conversation: Conversation, opportunity: Opportunity, answer: Answer) -> bool:
    """Whether the patient's question is answered plainly: yes or no with its subject, or words that stand for it."""
    asked = conversation.questions.get(opportunity.turn)
    if asked is None or puts_off(conversation, answer.turn, answer.reading) or solves_first(answer.reading):
        return False
    text = conversation.turns[answer.turn].text
    if any(_ELLIPTIC.match(one.text) for one in sentences_of(text)):
        return True
    return bool(_PLAIN_ANSWER.match(text)) and bool(content(asked.quote) & content(text))


def _overlaps(move: Move, others: tuple[Move, ...]) -> bool:
    return any(other.start < move.end and move.start < other.end for other in others)


def _weak_words(move: Move) -> str:
    """What an answer worth 1 did."""
    if move.kind == "own_feeling":
        return "you spoke of yourself"
    if move.kind == "names_emotion" and not move.stock:
        return "you named another feeling than the one that showed"
    return "you used words that would fit anyone and moved on"


def _what_instead(reading: TurnReading) -> str:
    """What the student did while the feeling went by."""
    if reading.has("addresses_grader", "recites_skill"):
        return "your words were not meant for the patient"
    if reading.words <= _A_SOUND_WORDS and not reading.has("closed_question", "open_question", "minimal"):
        return "you said almost nothing to it"
    if not reading.sure:
        return "what you said could not be made out"
    if reading.has("problem_solves", "advises", "tells_plan"):
        return "you went to a solution"
    if reading.has("tells_news", "tells_fact"):
        return "you gave information about something else"
    if reading.has("closed_question", "stacked_question"):
        return "you went on with your own questions"
    if reading.has("open_question"):
        return "you asked about something else"
    return "you moved on without a word about it"
