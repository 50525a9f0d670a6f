"""What a student does with a patient: begin, say, ask again, stop, end, branch, ask for a hint."""

from app.encounter.beginning import DIFFICULTY, begin, branch
from app.encounter.ending import end, end_overdue
from app.encounter.talking import ask_again, hint, reply_to, say, stop
from app.replies import Reply, Rooms

__all__ = [
    "DIFFICULTY",
    "Reply",
    "Rooms",
    "ask_again",
    "begin",
    "branch",
    "end",
    "end_overdue",
    "hint",
    "reply_to",
    "say",
    "stop",
]
