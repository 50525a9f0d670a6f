"""What each page shows: one frozen dataclass a template, whose fields are exactly what the template reads."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True)
class Frame:
    """What every page shows around its content. `name` and `role` are None for someone not signed in."""

    name: str | None
    role: str | None
    support_url: str


@dataclass(frozen=True)
class View:
    """A page. Subclasses name their template and hold what it reads."""

    template: ClassVar[str]


@dataclass(frozen=True)
class SupportPage(View):
    """Where to turn when a conversation brought up something of one's own."""

    template: ClassVar[str] = "support.html"

    support_contact: str | None
    """The school's own address for support; None when the operator has set none."""


@dataclass(frozen=True)
class Day:
    """A date for people and for machines."""

    words: str
    iso: str


@dataclass(frozen=True)
class Choice:
    """One way to answer: of a filter, or of the difficulty."""

    value: str
    label: str
    chosen: bool
    note: str = ""
