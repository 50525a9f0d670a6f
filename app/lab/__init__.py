"""Scripted learners against a patient: what each of them gets to hear, and how the mind moves."""

from app.lab.cast import LEARNERS, SCRIPTED, UNSCRIPTED
from app.lab.checking import LearnerCheck, PersonaCheck, check_persona, most_calls
from app.lab.finding import Found
from app.lab.learners import brusque, formulaic, middling, skilled
from app.lab.playing import Step, opening, play, transcript
from app.lab.room import Learner, Room

__all__ = [
    "LEARNERS",
    "SCRIPTED",
    "UNSCRIPTED",
    "Found",
    "Learner",
    "LearnerCheck",
    "PersonaCheck",
    "Room",
    "Step",
    "brusque",
    "check_persona",
    "formulaic",
    "middling",
    "most_calls",
    "opening",
    "play",
    "skilled",
    "transcript",
]
