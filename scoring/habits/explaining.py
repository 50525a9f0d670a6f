"""Explain so that it makes sense."""

from scoring.conversation import Conversation
from scoring.explaining import Explanation, explain
from scoring.explaining.checking import is_gap, says_back
from scoring.explaining.reasons import is_reason
from scoring.explaining.reasons import reasons as reasons_in
from scoring.explaining.wording import undefined_terms
from scoring.habits.quoting import quoted, sentence
from scoring.patient.replies import said_back
from scoring.scorecard import Evidence, Habit
from scoring.wording import Person, count_of, times


def explaining(conversation: Conversation, person: Person) -> Habit:
    """Reasons, technical words left as they were (to a colleague: used), and what became of asking to hear it back."""
    explanation = explain(conversation)
    reasons = _reasons(conversation, explanation)
    backs = [index for index in conversation.spoken if conversation.readings[index].has("teach_back")]
    read_back = explanation is not None and "who_by_when" in explanation.parts and explanation.parts["check"].points > 0
    if explanation is None and not backs:
        return Habit(name="Explain", seen="You explained nothing at any length.")
    seen = f"You gave a reason in {count_of(len(reasons), 'turn')}" if reasons else "You gave no reason"
    seen += _terms_seen(conversation, explanation)
    told = [index for index in backs if _came_back(conversation, index, explanation)]
    if backs:
        gaps = any(is_gap(conversation.reply_to(index)) for index in backs)
        failed = f"{person.subject} could not say it back" if gaps else "it did not come back"
        said = f"{person.subject} could say it back {times(len(told))}" if told else failed
        seen += f" You asked {times(len(backs))} to hear it in {person.possessive} own words; {said}."
    elif read_back:
        seen += " You asked for it to be read back."
    else:
        seen += f" You did not ask to hear it in {person.possessive} own words."
    checked = quoted(conversation, tuple(told), ("teach_back",), "You asked to hear it back, and did.")
    return Habit(name="Explain", seen=seen, evidence=(*reasons[:1], *checked[:1]))


def _reasons(conversation: Conversation, explanation: Explanation | None) -> tuple[Evidence, ...]:
    """The reasons given: to a patient, those the scale counts, for what was told; else wherever one was given."""
    why = "You gave a reason."
    if explanation is None or "why" not in explanation.parts:
        found = {
            index: [
                move for move in conversation.readings[index].all("gives_why") if is_reason(conversation, index, move)
            ]
            for index in conversation.spoken
        }
        return tuple(sentence(conversation, at, one[0].start, one[0].end, why) for at, one in found.items() if one)
    given = {index: moves[0] for index in explanation.turns if (moves := reasons_in(conversation, index))}
    part = explanation.parts["why"]
    if not given and part.raises and part.words_of is not None:
        return (conversation.evidence(*part.words_of, "raises", why),)
    return tuple(sentence(conversation, index, move.start, move.end, why) for index, move in given.items())


def _terms_seen(conversation: Conversation, explanation: Explanation | None) -> str:
    """Technical words left as they were; to a colleague: used."""
    if explanation is not None and "jargon" not in explanation.parts:
        readings = [conversation.readings[index] for index in conversation.spoken]
        used = {(move.term or "").lower() for reading in readings for move in reading.all("uses_jargon")}
        return f", and used {count_of(len(used), 'technical word')}."
    everywhere = undefined_terms(conversation, conversation.spoken)
    left = everywhere if explanation is None else undefined_terms(conversation, explanation.turns)
    if left or not everywhere:
        return f", and left {count_of(len(left), 'technical word') if left else 'no technical word'} unexplained."
    return ", and left no technical word unexplained in what you explained."


def _came_back(conversation: Conversation, index: int, explanation: Explanation | None) -> bool:
    """Whether what was asked for came back in the patient's words: as the scale counts it, where it counts."""
    reply = conversation.patient_after(index)
    if reply is None or explanation is None or "chunks" not in explanation.parts:
        return said_back(conversation.reply_to(index))
    return says_back(conversation, reply, index)
