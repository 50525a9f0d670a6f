"""The feeling was met in words that fit it: 2 if the room was closed again, 4 if the answer went deeper, else 3."""

from personas.vocabulary import MoveKind
from scoring.conversation import Answer, Conversation
from scoring.namings import find_namings
from scoring.namings.fit import was_shown
from scoring.occasions import Opportunity
from scoring.reading import Move
from scoring.responses.room import EXPLORES, FEELING_MOVES, leaves_room
from scoring.responses.taken import goes_on, is_rejected, taken_as_understood
from scoring.responses.topic import changed_subject, is_on_topic
from scoring.responses.verdict import Verdict

_DEEPER: tuple[MoveKind, ...] = ("partners", "respects", "reflects_complex")


def specific_feeling(conversation: Conversation, opportunity: Opportunity, answer: Answer) -> Move | None:
    """A naming in the right family, or an acknowledgement tied to what this patient said; never a formula."""
    for move in answer.reading.all(*FEELING_MOVES):
        if move.stock:
            continue
        if move.kind == "names_emotion":
            shown = conversation.families_before(answer.turn) | opportunity.families
            met = taken_as_understood(conversation, answer.turn)
            if not shown or met or was_shown(conversation, answer.turn, move, opportunity.families):
                return move
        elif is_on_topic(conversation, opportunity, answer) or (
            move.kind == "validates" and not changed_subject(conversation, opportunity, answer, move)
        ):
            return move
    return None


def _closed_again(conversation: Conversation, answer: Answer, warm: Move) -> bool:
    """Whether the naming scale finds the feeling closed again at once: both scales say one thing of one sentence."""
    closed = (one.turn for one in find_namings(conversation) if one.verdict == "closed")
    return warm.kind == "names_emotion" and answer.turn in closed


def grade_warm(conversation: Conversation, opportunity: Opportunity, answer: Answer, warm: Move) -> Verdict:
    """The worth of an answer that met the feeling in the words of `warm`."""
    what = "named the feeling" if warm.kind == "names_emotion" else "acknowledged what it was like"
    rejected = is_rejected(conversation, answer.turn)
    if rejected and warm.kind == "names_emotion":
        return Verdict(2, "you named a feeling the patient did not recognise", warm)
    guessed = warm.tentative and taken_as_understood(conversation, answer.turn)
    if not guessed and not conversation.speaks_of_what_was_said(answer.turn, warm):
        return Verdict(2, f"you {what}, but spoke of something the patient had not said", warm)
    if not leaves_room(conversation, answer) or _closed_again(conversation, answer, warm):
        return Verdict(2, f"you {what}, then went straight on, so there was no room to say more", warm)
    on_topic = is_on_topic(conversation, opportunity, answer, turns_back=3)
    deeper = [move for move in answer.reading.all(*_DEEPER) if not move.stock]
    if not rejected and any(on_topic or move.kind != "reflects_complex" for move in deeper):
        return Verdict(4, f"you {what} and went further with it", warm)
    if answer.reading.has(*EXPLORES) and goes_on(conversation, answer.turn):
        return Verdict(4, f"you {what} and asked more, and the patient opened up", warm)
    return Verdict(3, f"you {what} and left room", warm)
