"""How much was said, and by whom."""

from scoring.conversation import Conversation
from scoring.scorecard import Talk
from scoring.words import words


def count_talk(conversation: Conversation) -> Talk:
    """Words, shares, questions and silences. Questions are counted by move, silences by turn."""
    lengths = {index: len(words(turn.text)) for index, turn in enumerate(conversation.turns)}
    student = {index: n for index, n in lengths.items() if conversation.turns[index].speaker == "student"}
    said, heard = sum(student.values()), sum(lengths.values()) - sum(student.values())
    longest = max(student, key=lambda index: (student[index], -index), default=None)
    return Talk(
        student_words=said,
        patient_words=heard,
        student_share=round(said / max(1, said + heard), 3),
        longest_turn=longest,
        longest_turn_words=student[longest] if longest is not None else 0,
        open_questions=sum(len(reading.all("open_question")) for reading in conversation.read.values()),
        closed_questions=sum(len(reading.all("closed_question")) for reading in conversation.read.values()),
        silences=sum(turn.speaker == "student" and turn.silent for turn in conversation.turns),
    )
