"""The second opinion: a language model answers closed questions, code checks its quotes, the same rules give levels."""

from scoring.judge.asking import Ask, AskFault, Message, Reply
from scoring.judge.grading import JUDGE_VERSION, grade, names_feeling, prompt_hash
from scoring.judge.interview import Unread
from scoring.judge.judgement import Judgement, KeyAnswer, Usage

__all__ = [
    "JUDGE_VERSION",
    "Ask",
    "AskFault",
    "Judgement",
    "KeyAnswer",
    "Message",
    "Reply",
    "Unread",
    "Usage",
    "grade",
    "names_feeling",
    "prompt_hash",
]
