"""How one answer met one feeling: the response grade r0-r4 of rubric 2.1."""

import re
from dataclasses import dataclass, replace
from typing import Literal

from personas.vocabulary import MoveKind
from scoring.answers import answers_fear, sourced_answer
from scoring.conversation import Answer, Conversation
from scoring.disputes import disputed
from scoring.moves.listening import takes_up
from scoring.moves.sentences import sentences_of
from scoring.naming_fit import was_shown
from scoring.occasions import Opportunity
from scoring.patient import signs
from scoring.patient_questions import puts_off
from scoring.patient_replies import agrees, rejects_feeling, takes_as_understood
from scoring.reading import Move, TurnReading
from scoring.shared_view import shares_view
from scoring.words import content, straight, words

Grade = Literal[0, 1, 2, 3, 4]

_TELLING: tuple[MoveKind, ...] = ("tells_fact", "tells_plan", "tells_news", "advises", "problem_solves", "examines")
_FEELING_MOVES: tuple[MoveKind, ...] = ("validates", "acknowledges", "names_emotion")
_DEEPER: tuple[MoveKind, ...] = ("partners", "respects", "reflects_complex")
_EXPLORES: tuple[MoveKind, ...] = ("open_question", "elicits_ideas", "elicits_concerns", "elicits_expectations")

_ONLY_SUPPOSED = re.compile(r"\b(?:if|before|when|until|unless)(?: i| we)? $", re.IGNORECASE)
"""What stands before words that are only supposed: "would it help if I told you", "before we move on"."""

_A_SOUND_WORDS = 2
"""'Hmm', 'uh-huh yes': no more than a sound."""
_MORE_THAN_YES_WORDS = 6


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

_ASKS_FOR_A_FACT = re.compile(
    r"^\W*(?:(?:and|so|but|since|for)\W+)*(?:how|what|when|where|who|which|why)\b", re.IGNORECASE
)
_CHECK_WORDS = content("understood understand right near close fair true got wrong missed")
"""What a question asks that only checks what was said: "is that right?", "have I understood?"."""

_CHECKS_MEANING = re.compile(
    r"^\W*(?:(?:and|so|or)\W+)*(?:is|was|would) (?:that|this|it) (?:(?:the|a|your|part of the|some of the) (?:thought|"
    r"worry|fear|feeling|hardest|worst|thing|part|question)|(?:what|how|why|where|because|part of it|some of it)\b)",
    re.IGNORECASE,
)
"""A question that asks after what was just put into words: "is that the thought that keeps coming?"."""
_ASKS_COMPANY = re.compile(
    r"\b(?:some(?:one|body)|any(?:one|body)|who|a friend|family)\b[^.?!]{0,30}"
    r"\b(?:with you|(?:sit|be|stay|come) with|by your side|(?:ring|call|phone|fetch)(?: for you)?\b|"
    r"(?:can|could|will|would) (?:drive|take|bring|fetch|collect|come|be|sit|stay)\b)|"
    r"\b(?:would you like|do you need|do you want|can i get you|shall i (?:get|fetch) you)\b[^.?!]{0,20}"
    r"\b(?:tissue|minute|moment|water|break|tea|hand|time)s?\b",
    re.IGNORECASE,
)
"""Care for the one who feels, no medical question: "is somebody there with you?", "would you like a minute?"."""

_WISH = re.compile(
    r"\byou(?:'d|'re| would| are| really| just| also| still)* (?:want|like|love|wish|hope|hoping|long|need|rather)\b",
    re.IGNORECASE,
)

_SUBJECT_WORDS = 2
"""From this many content words on, what comes before has a subject of its own."""

_LONG_TELLING_WORDS = 30
"""After a feeling was named, more information than this fills the room that was given."""


@dataclass(frozen=True)
class Response:
    """The answer to one opportunity. `did` is what the student did, as the end of "When she said ..., "."""

    opportunity: Opportunity
    answer: Answer
    grade: Grade
    did: str
    words_of: Move | None = None
    fault: MoveKind | None = None
    solved_first: bool = False
    repaired: bool = False

    @property
    def met(self) -> bool:
        """Whether the feeling itself was met."""
        return self.grade >= 3


def respond(conversation: Conversation) -> tuple[Response, ...]:
    """Every opportunity that could be answered, with its answer graded."""
    graded = []
    for opportunity in conversation.opportunities:
        answer = conversation.answer_to(opportunity.turn)
        if answer is not None:
            graded.append(_grade(conversation, opportunity, answer))
    return tuple(graded)


def _grade(conversation: Conversation, opportunity: Opportunity, answer: Answer) -> Response:
    reading = answer.reading
    fault = _fault(conversation, opportunity, answer)
    solved = _solves_first(reading)
    if fault is not None:
        repaired = _is_repaired(conversation, answer.turn)
        return Response(opportunity, answer, 0, _FAULT_WORDS[fault.kind], fault, fault.kind, solved, repaired)
    warm = _specific_feeling(conversation, opportunity, answer)
    if warm is not None:
        return replace(_grade_warm(conversation, opportunity, answer, warm), solved_first=solved)
    against = disputed(conversation, answer.turn, opportunity.turn) if opportunity.kind == "challenge" else None
    if against is not None:
        return Response(opportunity, answer, 0, "you argued against it", against, solved_first=solved)
    grade, did, move = _grade_plain(conversation, opportunity, answer)
    comforted = reading.has("reassures_early") and not answers_fear(conversation, opportunity.turn, answer.turn)
    understood = _taken_as_understood(conversation, answer.turn) or (
        move is not None and move.kind == "reflects_complex" and _confirmed(conversation, answer.turn, move)
    )
    if grade == 2 and not comforted and understood:
        did = f"{did}, and the patient felt understood"
        return Response(opportunity, answer, 3, did, move, solved_first=solved)
    return Response(opportunity, answer, grade, did, move, solved_first=solved)


_FAULT_WORDS: dict[MoveKind, str] = {
    "dismisses": "you played it down",
    "blames": "you answered with a reproach",
    "reassures_early": "you reassured before the worry was heard",
}


def _fault(conversation: Conversation, opportunity: Opportunity, answer: Answer) -> Move | None:
    """What makes an answer r0 whatever else it holds. A true answer to the named fear is no false comfort."""
    text = conversation.turns[answer.turn].text
    source = sourced_answer(conversation, answer.turn)
    for move in answer.reading.all("blames", "dismisses"):
        sourced = move.kind == "dismisses" and source is not None and source[0] <= move.start < source[1]
        if not sourced and not _ONLY_SUPPOSED.search(text[: move.start]):
            return move
    answered = answers_fear(conversation, opportunity.turn, answer.turn)
    named = _specific_feeling(conversation, opportunity, answer)
    for move in answer.reading.all("reassures_early"):
        if opportunity.kind != "progress" and not answered and not (named is not None and named.start < move.start):
            return move
    return None


def _grade_warm(conversation: Conversation, opportunity: Opportunity, answer: Answer, warm: Move) -> Response:
    """The feeling was met in words that fit: 2 if the room was closed again, 4 if it went deeper, else 3."""
    what = "named the feeling" if warm.kind == "names_emotion" else "acknowledged what it was like"
    rejected = _is_rejected(conversation, answer.turn)
    if rejected and warm.kind == "names_emotion":
        return Response(opportunity, answer, 2, "you named a feeling the patient did not recognise", warm)
    guessed = warm.tentative and _taken_as_understood(conversation, answer.turn)
    if not guessed and not conversation.speaks_of_what_was_said(answer.turn, warm):
        return Response(opportunity, answer, 2, f"you {what}, but spoke of something the patient had not said", warm)
    if not _leaves_room(conversation, answer):
        return Response(
            opportunity, answer, 2, f"you {what}, then went straight on, so there was no room to say more", warm
        )
    on_topic = _is_on_topic(conversation, opportunity, answer, turns_back=3)
    deeper = [move for move in answer.reading.all(*_DEEPER) if not move.stock]
    if not rejected and any(on_topic or move.kind != "reflects_complex" for move in deeper):
        return Response(opportunity, answer, 4, f"you {what} and went further with it", warm)
    if answer.reading.has(*_EXPLORES) and _goes_on(conversation, answer.turn):
        return Response(opportunity, answer, 4, f"you {what} and asked more, and the patient opened up", warm)
    return Response(opportunity, answer, 3, f"you {what} and left room", warm)


def _grade_plain(
    conversation: Conversation, opportunity: Opportunity, answer: Answer
) -> tuple[Grade, str, Move | None]:
    """No specific feeling in the answer: content heard (2), a formula (1), or nothing (0)."""
    reading = answer.reading
    heard_kinds: tuple[MoveKind, ...] = ("reflects", "reflects_complex", "acknowledges", "validates", "apologises")
    misread = reading.all("names_emotion")
    heard = [
        move
        for move in reading.all(*heard_kinds)
        if not move.stock
        and not _overlaps(move, misread)
        and not (move.kind == "validates" and _changed_subject(conversation, opportunity, answer, move))
    ]
    on_topic = _is_on_topic(conversation, opportunity, answer)
    explored = [move for move in reading.all(*_EXPLORES) if _is_left_open(move, reading)]
    text = conversation.turns[answer.turn].text
    asks_on = on_topic or any(
        takes_up(text[move.start : move.end]) and not _changed_subject(conversation, opportunity, answer, move)
        for move in explored
    )
    if on_topic and (heard or explored) and _honours_no(opportunity, reading) and _leaves_room(conversation, answer):
        return 3, "you left it to the patient to decide, and stayed with it", reading.all("offers_choice")[0]
    if heard and (on_topic or _leaves_room(conversation, answer)):
        return 2, "you heard what was said, but not the feeling in it", heard[0]
    if any(move.kind == "elicits_concerns" for move in explored) or (explored and asks_on):
        return 2, "you asked more about it, but not about the feeling in it", explored[0]
    if _argues(opportunity, reading):
        return 0, "you argued against it", None
    if on_topic and reading.has("tells_fact", "tells_plan", "gives_why", "tells_news") and not _solves_first(reading):
        return (
            2,
            f"you spoke to the subject, not to the {_felt(opportunity)} in it",
            reading.all(*_TELLING, "gives_why")[0],
        )
    if _answers_question(conversation, opportunity, answer):
        words_of = Move(kind="tells_fact", start=0, end=len(conversation.turns[answer.turn].text))
        return 2, f"you answered the question, not the {_felt(opportunity)} in it", words_of
    if opportunity.kind == "progress" and reading.has("respects"):
        return 3, "you gave credit for it", reading.all("respects")[0]
    if opportunity.family == "fear" and (source := sourced_answer(conversation, answer.turn)) is not None:
        words_of = Move(kind="tells_fact", start=source[0], end=source[1])
        return 2, f"you spoke to the subject, not to the {_felt(opportunity)} in it", words_of
    shared = shares_view(conversation, answer)
    if shared is not None:
        return 2, "you shared how they saw it, and they took it up", shared
    formula = reading.all(*_FEELING_MOVES, "own_feeling", "partners", "respects", "apologises", "reflects")
    if formula:
        return 1, _weak_words(formula[0]), formula[0]
    if explored and not reading.has("closed_question", *_TELLING) and reading.exploration == 2:
        return 1, "you asked a general question", explored[0]
    return 0, _what_instead(reading), None


def _felt(opportunity: Opportunity) -> str:
    """What an answer passed over, in a word."""
    return "worry" if opportunity.family == "fear" else "feeling"


def _honours_no(opportunity: Opportunity, reading: TurnReading) -> bool:
    """A refusal is legitimised by leaving the decision with the patient and telling nothing (MITI: autonomy)."""
    refuses_care = opportunity.kind == "challenge" and opportunity.family in ("fear", "ambivalence")
    left = any(move.act is None for move in reading.all("offers_choice"))
    return refuses_care and left and not reading.has(*_TELLING)


def _argues(opportunity: Opportunity, reading: TurnReading) -> bool:
    """Facts and advice in answer to "I don't want to" argue for the other side (MITI 4.2.1: Persuade, Confront)."""
    resists = opportunity.kind == "challenge" and opportunity.family == "ambivalence"
    return resists and reading.has("tells_fact", "advises", "tells_plan", "tells_news", "gives_why")


def _answers_question(conversation: Conversation, opportunity: Opportunity, answer: Answer) -> bool:
    """Whether the patient's question is answered plainly: yes or no with its subject, or words that stand for it."""
    asked = conversation.questions.get(opportunity.turn)
    if asked is None or puts_off(conversation, answer.turn, answer.reading) or _solves_first(answer.reading):
        return False
    text = conversation.turns[answer.turn].text
    if any(_ELLIPTIC.match(one.text) for one in sentences_of(text)):
        return True
    return bool(_PLAIN_ANSWER.match(text)) and bool(content(asked.quote) & content(text))


def _is_left_open(question: Move, reading: TurnReading) -> bool:
    """Whether the patient can answer an open question: no closed one, no advice comes before they can."""
    return not any(
        move.start >= question.end and move.kind in ("closed_question", "advises", "problem_solves", "tells_news")
        for move in reading.moves
    )


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


def _specific_feeling(conversation: Conversation, opportunity: Opportunity, answer: Answer) -> Move | None:
    """A naming in the right family, or an acknowledgement tied to what this patient said; never a formula."""
    for move in answer.reading.all(*_FEELING_MOVES):
        if move.stock:
            continue
        if move.kind == "names_emotion":
            shown = conversation.families_before(answer.turn) | opportunity.families
            met = _taken_as_understood(conversation, answer.turn)
            if not shown or met or was_shown(conversation, answer.turn, move, opportunity.families):
                return move
        elif _is_on_topic(conversation, opportunity, answer) or (
            move.kind == "validates" and not _changed_subject(conversation, opportunity, answer, move)
        ):
            return move
    return None


def _changed_subject(conversation: Conversation, opportunity: Opportunity, answer: Answer, move: Move) -> bool:
    """Whether the answer spoke of something the patient had not, before it came to these words."""
    before = content(conversation.turns[answer.turn].text[: move.start])
    heard = content(conversation.turns[opportunity.turn].text) | conversation.patient_content(answer.turn)
    return len(before) >= _SUBJECT_WORDS and not before & heard


def _is_on_topic(conversation: Conversation, opportunity: Opportunity, answer: Answer, turns_back: int = 1) -> bool:
    """Whether the answer speaks of what the patient just spoke of, in that turn or the last few."""
    said = content(conversation.turns[answer.turn].text)
    heard = _said_till(conversation, opportunity, answer)
    if turns_back > 1:
        heard |= conversation.patient_content(answer.turn, turns_back)
    return bool(said & heard)


def _said_till(conversation: Conversation, opportunity: Opportunity, answer: Answer) -> frozenset[str]:
    """What the patient spoke of from the opportunity till the answer: a turn that runs on over a "mm-hm" is one."""
    till = range(opportunity.turn, answer.turn)
    said = (conversation.turns[turn] for turn in till)
    return frozenset().union(*(content(turn.text) for turn in said if turn.speaker == "patient"))


def _leaves_room(conversation: Conversation, answer: Answer) -> bool:
    """Whether the patient can go on: no fix, medical closed question or long telling after the feeling."""
    reading = answer.reading
    warm = reading.all(*_FEELING_MOVES, "reflects", "reflects_complex", "partners", "apologises")
    last_warm = max((move.end for move in warm), default=0)
    after = [move for move in reading.moves if move.start >= last_warm]
    kinds = {move.kind for move in after}
    if kinds & {"asks_permission", "offers_choice", "open_question", "elicits_concerns"} and not kinds & {"advises"}:
        return True
    if kinds & {"problem_solves", "advises", "stacked_question", "reassures_early", "examines"}:
        return False
    if "closed_question" in kinds and not _checks_feeling(conversation, answer, after):
        return False
    rest = words(conversation.turns[answer.turn].text[last_warm:])
    return not (kinds & set(_TELLING) and len(rest) > _LONG_TELLING_WORDS)


def _checks_feeling(conversation: Conversation, answer: Answer, after: list[Move]) -> bool:
    """Whether every closed question after the feeling only checks it ("is that right?") or sees to their comfort."""
    text = conversation.turns[answer.turn].text
    questions = [move for move in after if move.kind == "closed_question"]
    asked = [" ".join(one.text for one in sentences_of(text[move.start : move.end])) for move in questions]
    return all(
        _CHECKS_MEANING.match(one)
        or _ASKS_COMPANY.search(one)
        or (not content(one) - _CHECK_WORDS and not _ASKS_FOR_A_FACT.search(one))
        for one in asked
    )


def _solves_first(reading: TurnReading) -> bool:
    """Whether the answer begins with a fix, before any word for the feeling."""
    fix = next((move.start for move in reading.moves if move.kind in ("problem_solves", "advises")), None)
    if fix is None:
        return False
    heard = [move.start for move in reading.all(*_FEELING_MOVES, "reflects", "reflects_complex") if not move.stock]
    return not heard or min(heard) > fix


def _is_rejected(conversation: Conversation, turn: int) -> bool:
    return rejects_feeling(conversation.reply_to(turn))


def _taken_as_understood(conversation: Conversation, turn: int) -> bool:
    return takes_as_understood(conversation.reply_to(turn))


def _confirmed(conversation: Conversation, turn: int, move: Move) -> bool:
    """Whether the patient says yes to the meaning put into words for them: with more to say, or to a wish of theirs."""
    reply = conversation.reply_to(turn)
    wish = _WISH.search(straight(conversation.turns[turn].text[move.start : move.end]))
    return agrees(reply) and (bool(wish) or len(words(reply)) >= _MORE_THAN_YES_WORDS)


def _goes_on(conversation: Conversation, turn: int) -> bool:
    """Whether the patient opens up after it: more than a word or two, and about the feeling."""
    reply = conversation.patient_after(turn)
    if reply is None:
        return False
    said = conversation.turns[reply]
    return len(words(said.text)) >= 8 and (bool(signs(said.text, said.does)) or takes_as_understood(said.text))


def _is_repaired(conversation: Conversation, turn: int) -> bool:
    """Whether the student made good within their next two turns: an apology, or the feeling met after all."""
    following = [index for index in conversation.spoken if index > turn][:2]
    for index in following:
        reading = conversation.readings[index]
        if reading.has("dismisses", "blames", "reassures_early"):
            continue
        if reading.has("apologises") or any(not move.stock for move in reading.all("validates", "names_emotion")):
            return True
    return False
