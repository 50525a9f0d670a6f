"""Feelings put into words, turn by turn: whether each was shown, answered the patient, and was left to stand. 2.2."""

from dataclasses import dataclass
from typing import Literal

from personas.vocabulary import MoveKind
from scoring.conversation import Conversation, once
from scoring.fears import answers_fear
from scoring.floor import is_bare
from scoring.namings.fit import is_met, was_shown
from scoring.occasions import fits
from scoring.patient import signs
from scoring.patient.replies import agrees, rejects_feeling, takes_as_understood
from scoring.reading import Move
from scoring.words import content, words

_INFORMS: tuple[MoveKind, ...] = ("tells_news", "tells_fact", "tells_plan")
"""What closes a naming when it has nothing to do with it."""

Verdict = Literal["accurate", "wrong_family", "rejected", "closed", "ungrounded"]


@dataclass(frozen=True)
class Naming:
    """A feeling put into words in one turn, and how it fitted."""

    turn: int
    move: Move
    verdict: Verdict
    tentative: bool
    confirmed: bool
    goes_on: bool
    is_list: bool
    repaired: bool


@once
def find_namings(conversation: Conversation) -> tuple[Naming, ...]:
    """Every turn that names a feeling of the patient's, once a turn, with its verdict."""
    return tuple(naming for index in conversation.spoken if (naming := _naming_in(conversation, index)) is not None)


def _naming_in(conversation: Conversation, index: int) -> Naming | None:
    reading = conversation.readings[index]
    named = [move for move in reading.all("names_emotion") if not move.stock]
    if not named:
        return None
    shown = conversation.families_before(index)
    move = next((one for one in named if fits(one.family, shown)), None)
    move = move or next((one for one in named if was_shown(conversation, index, one)), named[0])
    said = conversation.reply_to(index)
    rejected = rejects_feeling(said)
    confirmed = agrees(said) or takes_as_understood(said)
    return Naming(
        turn=index,
        move=move,
        verdict=_verdict(conversation, index, move, rejected, confirmed)
        if _answers_the_patient(conversation, index, move, guessed=is_met(conversation, index, move))
        else "ungrounded",
        tentative=any(one.tentative for one in named),
        confirmed=confirmed and not rejected,
        goes_on=not rejected and len(words(said)) >= 6 and bool(confirmed or signs(said) or len(words(said)) >= 10),
        is_list=len({one.family for one in reading.all("names_emotion")}) >= 3,
        repaired=rejected and _accepts_correction(conversation, index),
    )


def _answers_the_patient(conversation: Conversation, index: int, move: Move, *, guessed: bool) -> bool:
    """Whether the turn follows the patient's (a silence or a bare sound between) and the naming fits their words.

    `guessed`: the patient met it with their next words, so it was meant, though not yet said.
    """
    before = index - 1
    while before in conversation.readings and is_bare(conversation.readings[before]):
        before -= 1
    follows = before >= 0 and (conversation.turns[before].speaker == "patient" or before not in conversation.read)
    return follows and (guessed or conversation.speaks_of_what_was_said(index, move))


def _verdict(conversation: Conversation, index: int, move: Move, rejected: bool, confirmed: bool) -> Verdict:
    """Whether the naming fits: rejected, in the wrong family, without any sign, closed at once, or accurate."""
    if rejected:
        return "rejected"
    if not confirmed and not was_shown(conversation, index, move):
        return "wrong_family" if conversation.families_before(index) else "ungrounded"
    return "closed" if _closes_at_once(conversation, index, move) else "accurate"


def _closes_at_once(conversation: Conversation, index: int, naming: Move) -> bool:
    """Comfort or an unrelated telling right behind the naming, in the same turn; a question keeps it open.

    A true answer to the very fear that was named closes nothing (rubric 2.2).
    """
    after = [other for other in conversation.readings[index].moves if other.start >= naming.end]
    before = conversation.patient_turns_before(index, most=1)
    answered = bool(before) and answers_fear(conversation, before[0], index)
    if any(
        other.kind in ("dismisses", "problem_solves") or (other.kind == "reassures_early" and not answered)
        for other in after
    ):
        return True
    keeps_open = any(
        other.kind in ("open_question", "asks_permission", "offers_choice", "elicits_concerns") for other in after
    )
    tells = any(
        other.kind in ("advises", "examines")
        or (other.kind in _INFORMS and not answered and not _is_related(conversation, index, other))
        for other in after
    )
    return tells and not keeps_open


def _is_related(conversation: Conversation, index: int, told: Move) -> bool:
    """Whether what is told speaks of what the patient has spoken of lately."""
    start, end = conversation.sentence_around(index, told.start, told.end)
    return bool(content(conversation.turns[index].text[start:end]) & conversation.patient_content(index))


def _accepts_correction(conversation: Conversation, index: int) -> bool:
    """After a no, the student's next turn takes the correction: an apology, a better word, or an open question."""
    following = [later for later in conversation.spoken if later > index][:1]
    return any(
        conversation.readings[later].has("apologises", "names_emotion", "reflects", "reflects_complex", "open_question")
        and not conversation.readings[later].has("dismisses", "blames")
        for later in following
    )
