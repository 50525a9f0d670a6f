"""The judge's second opinion on an ended talk: asked for with the end itself, by jobs that outlive their process.

A job is claimed for a while by a secret, and the claim renewed while the judge is asked. The card and the job's end
are stored in one transaction, by whoever holds the claim then: a job finishes once, whatever ends its process, and one
that comes back after its claim ran out stores nothing.
"""

from app.judging.claims import Judge, JudgeModel, month_of
from app.judging.requests import SecondOpinion, State, ask_again, ask_all_again, request, standing
from app.judging.working import Judging

__all__ = [
    "Judge",
    "JudgeModel",
    "Judging",
    "SecondOpinion",
    "State",
    "ask_again",
    "ask_all_again",
    "month_of",
    "request",
    "standing",
]
