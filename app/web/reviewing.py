"""What an educator does with scored encounters: the queue, and the review of one."""

from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts import Person
from app.classroom import reviewing
from app.errors import BadRequest, FlagsOpen, RapportError, ReviewChanged
from app.storage import Store, classes, listings
from app.storage.tables import Assignment, Encounter
from app.web import access
from app.web.access import Configured, Educator, Reviewed, Stored, Taught, ToReview
from app.web.afterwards import read_debrief
from app.web.assigned import hold
from app.web.class_page import ClassRecord, head_of, queue_lines
from app.web.class_record import read_record
from app.web.pages import show
from app.web.review_page import Draft, Place, review_page, span_from
from app.web.views.teaching import QueuePage

router = APIRouter(include_in_schema=False)

Text = Annotated[str, Form(max_length=10_000)]
Seen = Annotated[int, Form(ge=0)]
Act = Callable[[AsyncSession], Awaitable[None]]

SAID = {
    "level": "The level is saved.",
    "struck": "It is removed. The level stays until you change it.",
    "added": "The evidence is added. The level stays until you change it.",
    "commented": "The comment is added.",
    "back": "It is taken back.",
    "kept": "The flag is kept: the student sees it.",
    "dismissed": "The flag is dismissed.",
    "accepted": "{name}: accepted. Release it on the page of the assignment.",
    "released": "{name}: accepted and released.",
    "reopened": "The review is open again.",
}
"""What is told after an act, by its short name in the address."""
NOT_OBSERVED = "none"


@router.get("/classes/{cohort_id}/review")
async def queue(
    request: Request,
    cohort: Taught,
    store: Stored,
    settings: Configured,
    person: Educator,
    said: str = "",
    of: str = "",
) -> Response:
    """What waits for review, the doubtful first."""
    record = await read_record(store, cohort, settings)
    reviewed = sum(one.review is not None and one.review.accepted_at is not None for one in record.attempts)
    page = QueuePage(
        head=head_of(record, "review"), waiting=queue_lines(record), reviewed=reviewed, said=_told(record, said, of)
    )
    return show(request, page, person=person)


@router.get("/encounters/{encounter_id}/review")
async def review(
    request: Request,
    found: Reviewed,
    store: Stored,
    settings: Configured,
    person: Educator,
    said: str = "",
    of: str = "",
) -> Response:
    """The review of one encounter; `of` is the one that was accepted just before."""
    record = await read_record(store, found.cohort, settings)
    return await _page(request, store, found, person, said=_told(record, said, of))


@router.get("/encounters/{encounter_id}/review/{act}")
async def back_to_review(found: Reviewed, act: str) -> Response:
    """The review itself: a page that refused an act has the act's address, and is reloaded or opened again."""
    return RedirectResponse(f"/encounters/{found.encounter.id}/review", status_code=303)


@router.post("/encounters/{encounter_id}/review/level")
async def set_level(
    request: Request,
    found: Reviewed,
    store: Stored,
    person: Educator,
    seen: Seen,
    scale: Text = "",
    level: Text = "",
    words: Text = "",
) -> Response:
    """Put a level over the machine's."""
    chosen = int(level) if level.isdecimal() else None

    async def act(session: AsyncSession) -> None:
        if level != NOT_OBSERVED and chosen is None:
            raise BadRequest("No level was chosen.", "Choose one, then give the reason.")
        await reviewing.set_level(session, found.encounter, person, seen, scale, chosen, words)

    draft = Draft(scale=scale, level=level, words=words)
    return await _do(request, store, found, person, act, "level", draft, f"#scale-{scale}")


@router.post("/encounters/{encounter_id}/review/strike")
async def strike(
    request: Request, found: Reviewed, store: Stored, person: Educator, seen: Seen, span: Text = "", words: Text = ""
) -> Response:
    """Say that a piece of evidence does not count."""

    async def act(session: AsyncSession) -> None:
        try:
            named = span_from(span)
        except ValueError as error:
            raise BadRequest("No evidence was chosen.", "Reload the page and choose it again.") from error
        await reviewing.strike(session, found.encounter, person, seen, named, words)

    return await _do(request, store, found, person, act, "struck", Draft(words=words))


@router.post("/encounters/{encounter_id}/review/evidence")
async def add_evidence(
    request: Request,
    found: Reviewed,
    store: Stored,
    person: Educator,
    seen: Seen,
    turn: Annotated[int, Form(ge=0)],
    scale: Text = "",
    effect: Text = "",
    quote: Text = "",
    words: Text = "",
) -> Response:
    """Add evidence, or a comment on a turn where no scale is chosen."""

    async def act(session: AsyncSession) -> None:
        if not scale:
            await reviewing.comment(session, found.encounter, person, seen, turn, words)
            return
        await reviewing.add_evidence(session, found.encounter, person, seen, scale, effect, turn, quote, words)

    draft = Draft(scale=scale, turn=turn, words=words, quote=quote)
    return await _do(request, store, found, person, act, "added" if scale else "commented", draft, f"#turn-{turn}")


@router.post("/encounters/{encounter_id}/review/comment")
async def comment(
    request: Request, found: Reviewed, store: Stored, person: Educator, seen: Seen, words: Text = ""
) -> Response:
    """Comment on the whole."""

    async def act(session: AsyncSession) -> None:
        await reviewing.comment(session, found.encounter, person, seen, None, words)

    return await _do(request, store, found, person, act, "commented", Draft(words=words), "#overall")


@router.post("/encounters/{encounter_id}/review/back")
async def take_back(
    request: Request, found: Reviewed, store: Stored, person: Educator, seen: Seen, number: Annotated[int, Form()]
) -> Response:
    """Take back a level, a comment, or what was done to evidence."""

    async def act(session: AsyncSession) -> None:
        await reviewing.take_back(session, found.encounter, person, seen, number)

    return await _do(request, store, found, person, act, "back")


@router.post("/encounters/{encounter_id}/review/flag")
async def judge_flag(
    request: Request,
    found: Reviewed,
    store: Stored,
    person: Educator,
    seen: Seen,
    index: Annotated[int, Form(ge=0)],
    stands: Annotated[bool, Form()],
    words: Text = "",
) -> Response:
    """Say of a safety flag whether it stands."""

    async def act(session: AsyncSession) -> None:
        await reviewing.judge_flag(session, found.encounter, person, seen, index, stands=stands, words=words)

    return await _do(request, store, found, person, act, "kept" if stands else "dismissed", None, "#flags")


@router.post("/encounters/{encounter_id}/review/accept")
async def accept(
    request: Request,
    found: Reviewed,
    store: Stored,
    settings: Configured,
    person: Educator,
    seen: Seen,
    release: Annotated[bool, Form()] = True,
) -> Response:
    """Accept the result, release it or not, and go on to the next that waits."""
    record = await read_record(store, found.cohort, settings)
    waiting = [line.encounter_id for line in queue_lines(record)]
    after = next((one for one in waiting if one != found.encounter.id), None)

    async def act(session: AsyncSession) -> None:
        await reviewing.accept(session, found.encounter, person, seen, release=release)

    said = "released" if release else "accepted"
    onward = f"/encounters/{after}/review" if after else f"/classes/{found.cohort.id}/review"
    return await _do(request, store, found, person, act, f"{said}&of={found.encounter.id}", None, onward=onward)


@router.post("/encounters/{encounter_id}/review/reopen")
async def reopen(
    request: Request, found: Reviewed, store: Stored, person: Educator, seen: Seen, words: Text = ""
) -> Response:
    """Take acceptance and release back."""

    async def act(session: AsyncSession) -> None:
        await reviewing.reopen(session, found.encounter, person, seen, words)

    return await _do(request, store, found, person, act, "reopened")


async def _do(
    request: Request,
    store: Store,
    found: ToReview,
    person: Person,
    act: Act,
    said: str,
    draft: Draft | None = None,
    fragment: str = "",
    onward: str | None = None,
) -> Response:
    """Do one act of a review; where it is refused, show the page as it is now, with what was typed."""
    try:
        async with store.write() as session:
            await act(session)
    except (BadRequest, ReviewChanged, FlagsOpen) as error:
        return await _page(request, store, found, person, error=error, draft=draft)
    address = onward or f"/encounters/{found.encounter.id}/review"
    return RedirectResponse(f"{address}?said={said}{fragment}", status_code=303)


async def _page(
    request: Request,
    store: Store,
    found: ToReview,
    person: Person,
    *,
    said: str | None = None,
    error: RapportError | None = None,
    draft: Draft | None = None,
) -> Response:
    encounter, cohort = found
    assert encounter.ended_at is not None
    settings = access.settings(request)
    record = await read_record(store, cohort, settings)
    debrief = await read_debrief(store, encounter, encounter.ended_at, settings)
    async with store.read() as session:
        listed = await listings.one(session, encounter.id)
        student = await classes.name_of(session, encounter.student_id)
    assert listed is not None
    view = review_page(
        debrief,
        listed,
        head_of(record, "review"),
        student,
        _attempt(record, debrief.assignment, encounter),
        cohort.time_zone,
        _place(record, encounter.id),
        held=hold(debrief.assignment, listed) is not None,
        wrong=f"{error.message} {error.what_now}" if error else None,
        said=said,
        draft=draft,
    )
    return show(request, view, person=person, status=error.status if error else 200)


def _told(record: ClassRecord, said: str, of: str) -> str | None:
    """What was done just now, in words."""
    whose = next((one.encounter.student_id for one in record.attempts if one.encounter.id == of), None)
    name = next((member.user.name for member in record.students if member.user.id == whose), "The last one")
    return SAID[said].format(name=name) if said in SAID else None


def _attempt(record: ClassRecord, assignment: Assignment | None, encounter: Encounter) -> str:
    """Which of the student's attempts it is."""
    if assignment is None:
        return "shared practice"
    attempts = [one.encounter.id for one in record.of(assignment, encounter.student_id)]
    number = attempts.index(encounter.id) + 1 if encounter.id in attempts else 1
    return f"attempt {number} of {len(attempts) or 1}"


def _place(record: ClassRecord, encounter_id: str) -> Place:
    """Where the encounter stands in the queue; one that waits no more has the first that does after it."""
    waiting = [line.encounter_id for line in queue_lines(record)]
    if encounter_id not in waiting:
        return Place(after=waiting[0] if waiting else None)
    at = waiting.index(encounter_id)
    return Place(
        before=waiting[at - 1] if at else None,
        after=waiting[at + 1] if at + 1 < len(waiting) else (waiting[0] if at else None),
        words=f"{len(waiting)} to review",
    )
