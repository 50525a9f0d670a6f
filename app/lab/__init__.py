"""Scripted learners against a patient: what each of them gets to hear, and how the mind moves."""

from app.lab.cast import LEARNERS, SCRIPTED, UNSCRIPTED
from app.lab.learners import brusque, formulaic, middling, skilled
from app.lab.playing import Step, opening, play, transcript
from app.lab.room import Learner, Room

__all__ = [
    "LEARNERS",
    "SCRIPTED",
    "UNSCRIPTED",
    "Learner",
    "Room",
    "Step",
    "brusque",
    "formulaic",
    "middling",
    "opening",
    "play",
    "skilled",
    "transcript",
]
