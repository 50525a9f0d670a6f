"""Replies nobody owns: each is spoken by a task of its own, watched by whoever listens, and stored once.

    Rooms       one per process: the store, the voice, and every reply being spoken here
    LiveReply   the words so far, and the wake-up call for its watchers
    Begun       one that is about to be spoken, while its turn is being stored
    Reply       a handle on one attempt: watch it from any character on, in this process or from its row

A watcher holds an offset, not a queue: one that falls behind gets the rest in one piece and costs nothing meanwhile.
"""

from app.replies.live import Event, LiveReply, Spoken, failed_event
from app.replies.rooms import Begun, Reply, Rooms, refuse_if_running
from app.replies.rows import add_to_ledger, conclude, fault_of, last_event, new_attempt, now

__all__ = [
    "Begun",
    "Event",
    "LiveReply",
    "Reply",
    "Rooms",
    "Spoken",
    "add_to_ledger",
    "conclude",
    "failed_event",
    "fault_of",
    "last_event",
    "new_attempt",
    "now",
    "refuse_if_running",
]
