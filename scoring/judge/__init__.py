"""The second opinion: a language model answers closed questions, code checks its quotes, the same rules give levels."""

from scoring.judge.asking import Ask, AskFault, Message, Reply
from scoring.judge.judgement import Judgement, KeyAnswer, Usage

__all__ = ["Ask", "AskFault", "Judgement", "KeyAnswer", "Message", "Reply", "Usage"]
