"""The simulated patient: a mind that moves by readable rules, and a voice that speaks from it.

    receive     one student turn: read it, move the mind, open what may now be told, write a note if something changed
    Voice       says something, given the scene
    settle      after the reply: what was really said goes into the state and the ledger

The state after each turn is stored with that turn, so a conversation can be resumed, replayed or branched
at any of them.
"""

from app.patient.scene import Heard, Piece, Received, Scene, State, Voice

__all__ = ["Heard", "Piece", "Received", "Scene", "State", "Voice"]
