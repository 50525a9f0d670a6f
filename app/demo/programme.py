"""What the demo class was set, who held which talk, and what was said about it afterwards."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from app.classroom.assignments import Terms
from personas.vocabulary import ScaleName

CLASS = "Year 4, communication skills"
TIME_ZONE = "Europe/London"
EXTRA_TIME: Mapping[str, float] = {"Grace": 1.25}

MARIA, RAY, DANIEL = "maria-biopsy-result", "ray-new-diabetes", "daniel-childs-film"

DOOR = f"/scenarios/{MARIA}"
"""Where the newcomer's link leads: free practice, whose feedback waits for nobody."""

Part = Literal["first_talk", "practice", "assessment", "next_week"]
"""The assignments; a talk without one is free practice."""


def terms(now: datetime) -> dict[Part, Terms]:
    """The assignments as they are set. The first talk is closed once those that belong to it were held."""

    def day(days: int) -> datetime:
        return now + timedelta(days=days)

    return {
        "first_talk": Terms(
            scenario_id=MARIA,
            opens_at=day(-14),
            closes_at=day(1),
            attempts=1,
            release="after_review",
            note="Your first talk, before we meet. Nobody expects it to go well.",
        ),
        "practice": Terms(
            scenario_id=MARIA,
            opens_at=day(-1),
            due_at=day(7),
            closes_at=day(10),
            note="The same patient again, as often as you like. Your best attempt counts.",
        ),
        "assessment": Terms(
            scenario_id=RAY,
            opens_at=day(-2),
            closes_at=day(12),
            mode="assessment",
            attempts=1,
            time_limit_minutes=12,
            self_rating=True,
            pass_mark=50,
            note="One attempt of twelve minutes. Rate yourself when it is over; the result comes after a review.",
        ),
        "next_week": Terms(
            scenario_id=DANIEL,
            opens_at=day(7),
            closes_at=day(21),
            note="By telephone: you hear him, and do not see him.",
        ),
    }


@dataclass(frozen=True)
class Talk:
    """One talk: whose, for which part (None: free practice with Daniel), as which learner, with how many turns."""

    student: str
    part: Part | None
    learner: str
    turns: int
    ends: bool = True


TALKS: tuple[Talk, ...] = (
    Talk("Ada", "first_talk", "skilled", 14),
    Talk("Ben", "first_talk", "middling", 12),
    Talk("Cem", "first_talk", "brusque", 9),
    Talk("Efua", "first_talk", "skilled", 9),
    Talk("Imani", "practice", "brusque", 6),
    Talk("Cem", "practice", "middling", 15),
    Talk("Kiran", "practice", "skilled", 4, ends=False),
    Talk("Joanna", None, "skilled", 20),
    Talk("Ada", "assessment", "skilled", 22),
    Talk("Ben", "assessment", "middling", 11),
    Talk("Cem", "assessment", "brusque", 8),
    Talk("Grace", "assessment", "skilled", 16),
    Talk("Hiroshi", "assessment", "middling", 9),
)
LATER_TALKS: tuple[Talk, ...] = (
    Talk("Farid", "first_talk", "middling", 10),
    Talk("Imani", "practice", "skilled", 17),
)
"""Held when the others are over and the first talk was due: Farid is late, and Imani tries again."""


@dataclass(frozen=True)
class Rating:
    """How a student rates their own assessment, before they see a score."""

    levels: Mapping[ScaleName, int | None]
    reflection: str


def _rating(empathy: int, naming: int | None, permission: int, explanation: int, reflection: str) -> Rating:
    return Rating(
        {"empathy": empathy, "emotion_naming": naming, "permission": permission, "explanation": explanation},
        reflection,
    )


RATINGS: Mapping[str, Rating] = {
    "Ada": _rating(3, 2, 3, 2, "He told me about his father. I was not sure when to go back to the checks."),
    "Ben": _rating(2, 2, 2, 3, "I explained what I could. He made jokes and I did not know what to do with them."),
    "Cem": _rating(3, None, 3, 4, "I got through everything in time."),
    "Grace": _rating(2, 2, 2, 2, "The silence after the news felt very long."),
}
"""By student; who held the assessment and is not here has not rated it yet."""


@dataclass(frozen=True)
class LevelChange:
    """A level the educator puts over the scorer's, and why."""

    scale: ScaleName
    level: int
    reason: str


@dataclass(frozen=True)
class Reviewed:
    """What the educator did with somebody's first talk. `about` names words of the turn that is commented on."""

    student: str
    comment: str
    about: str | None = None
    change: LevelChange | None = None
    on_flags: str = ""
    release: bool = True


REVIEWS: tuple[Reviewed, ...] = (
    Reviewed(
        "Ada",
        "You asked before you told her, and you waited for the answer.",
        about="Would it be all right if I tell you now",
        change=LevelChange(
            "explanation", 3, "One thing at a time, and each time you asked first. I count that higher than the scorer."
        ),
        on_flags="This one stands. Have another look at the door note.",
    ),
    Reviewed(
        "Farid",
        "Friendly and clear. Next time, stop when she drops a hint, and ask about that before the next fact.",
        on_flags="This one stands: ask who is with her, or how she gets home. It is easily forgotten.",
    ),
    Reviewed(
        "Efua",
        "A good beginning. I will release it when we have spoken.",
        on_flags="This one stands. We will speak about it.",
        release=False,
    ),
)
"""Of the first talks; Ben's and Cem's still wait."""
