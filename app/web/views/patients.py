"""What an educator or an admin sees of the patients: who they are, what opens them, and what the lab found."""

from dataclasses import dataclass
from typing import ClassVar

from app.web.views import Day, View


@dataclass(frozen=True)
class PatientLine:
    """A patient in the list. `verdict` says in words what the last check came to."""

    persona_id: str
    who: str
    scenarios: tuple[str, ...]
    reviewed: bool
    verdict: str
    looks_good: bool
    """Nothing needs looking at: the last check passed, and the file is the one that was checked."""
    checked: str | None
    """When and in which voice; None: never."""


@dataclass(frozen=True)
class PatientsPage(View):
    """All patients."""

    template: ClassVar[str] = "patients.html"

    patients: tuple[PatientLine, ...]


@dataclass(frozen=True)
class HiddenConcern:
    """Something that weighs on the patient, and what opens it."""

    summary: str
    main: bool
    opens: str
    begins: str | None
    """What opens the part that is told first; None where there is none."""
    told: str | None
    """Who was told it in the last check, and when; None without a check."""


@dataclass(frozen=True)
class DroppedHint:
    """A hint the patient drops."""

    hint: str
    kind: str
    when: str
    leads_to: str | None


@dataclass(frozen=True)
class HeldRow:
    """One learner's talk. `not_held` says why there is none; then `cells` is empty."""

    learner: str
    does: str
    not_held: str | None
    cells: tuple[str, ...]


@dataclass(frozen=True)
class FoundLine:
    """One thing that is wrong, in the patient's own words."""

    quote: str
    where: str


@dataclass(frozen=True)
class FoundList:
    """All things of one kind that are wrong, and what that kind means."""

    title: str
    means: str
    lines: tuple[FoundLine, ...]


@dataclass(frozen=True)
class CheckView:
    """A report of the lab."""

    when: Day
    voice: str
    passes: bool
    reasons: tuple[str, ...]
    figures: tuple[tuple[str, str], ...]
    columns: tuple[str, ...]
    rows: tuple[HeldRow, ...]
    found: tuple[FoundList, ...]
    is_of_this_file: bool


@dataclass(frozen=True)
class PatientPage(View):
    """One patient: what an educator needs of the file, and the last check."""

    template: ClassVar[str] = "patient.html"

    persona_id: str
    who: str
    review: str
    scenarios: tuple[str, ...]
    life: str
    speech: str
    temper: tuple[str, ...]
    concerns: tuple[HiddenConcern, ...]
    hints: tuple[DroppedHint, ...]
    check: CheckView | None
    running: str | None
    """How far a check is that runs now."""
    came_to_nothing: str | None
    """Why the last check has no report."""
    asks_model: str | None
    """What a check asks of a language model; None where the patient speaks their own lines."""
    wrong: str | None
