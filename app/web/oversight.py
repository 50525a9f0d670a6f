"""What is kept of a class: its scores as a table, its trail, and what students reported as wrong."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from app.classroom import afterwards, roster
from app.errors import NotFound
from app.storage import reviews
from app.storage.listings import Listed
from app.storage.reviews import Acted, Trace
from app.storage.tables import ProblemReport
from app.web.access import Admin, Configured, Educator, Stored, Taught
from app.web.class_page import ClassRecord, head_of
from app.web.class_record import read_record
from app.web.pages import show
from app.web.review_page import trail_words
from app.web.views import Day
from app.web.views.teaching import ReportLine, ReportsPage, TrailLine, TrailPage
from app.web.words import day, moment, title_of
from scoring.scorecard import SCALE_NAMES

router = APIRouter(include_in_schema=False)

Text = Annotated[str, Form(max_length=10_000)]
TRAIL_LINES = 200


@router.get("/classes/{cohort_id}/scores.csv")
async def export_scores(cohort: Taught, store: Stored, settings: Configured, person: Educator) -> Response:
    """Every attempt of the class as CSV, one a line."""
    record = await read_record(store, cohort, settings)
    return Response(
        "\ufeff" + roster.as_csv(_score_rows(record)),  # the mark tells spreadsheets that names are in UTF-8
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="scores-{cohort.join_code.lower()}.csv"'},
    )


@router.get("/classes/{cohort_id}/trail")
async def trail(request: Request, cohort: Taught, store: Stored, settings: Configured, person: Educator) -> Response:
    """Who did what to the class and its encounters."""
    record = await read_record(store, cohort, settings)
    async with store.read() as session:
        traces = await reviews.trail_of(session, cohort.id, TRAIL_LINES + 1)
    lines = tuple(
        TrailLine(
            when=Day(moment(trace.at, cohort.time_zone), trace.at.isoformat()),
            words=_trace_words(trace),
            address=_address(trace),
        )
        for trace in traces[:TRAIL_LINES]
    )
    page = TrailPage(head=head_of(record, "trail"), lines=lines, more=len(traces) > TRAIL_LINES)
    return show(request, page, person=person)


@router.get("/classes/{cohort_id}/reports")
async def reports(request: Request, cohort: Taught, store: Stored, settings: Configured, person: Educator) -> Response:
    """What students of the class reported as wrong."""
    record = await read_record(store, cohort, settings)
    async with store.read() as session:
        found = await reviews.reports_in(session, cohort.id)
    lines = tuple(_report_line(*one, readable=True) for one in found)
    return show(request, ReportsPage(head=head_of(record, "reports"), reports=lines), person=person)


@router.post("/classes/{cohort_id}/reports/{report_id}")
async def answer_report(cohort: Taught, report_id: str, store: Stored, person: Educator, answer: Text = "") -> Response:
    """Answer a report."""
    async with store.write() as session:
        if report_id not in [report.id for report, *_ in await reviews.reports_in(session, cohort.id)]:
            raise NotFound
        await afterwards.close_report(session, report_id, person, answer)
    return RedirectResponse(f"/classes/{cohort.id}/reports", status_code=303)


@router.get("/reports")
async def unowned_reports(request: Request, store: Stored, person: Admin) -> Response:
    """What students reported in free practice: whoever runs the service owns it, and reads no talk."""
    async with store.read() as session:
        found = await reviews.unowned_reports(session)
    lines = tuple(_report_line(*one, readable=False) for one in found)
    return show(request, ReportsPage(head=None, reports=lines), person=person)


@router.post("/reports/{report_id}")
async def answer_unowned_report(report_id: str, store: Stored, person: Admin, answer: Text = "") -> Response:
    """Answer a report about free practice."""
    async with store.write() as session:
        if report_id not in [report.id for report, *_ in await reviews.unowned_reports(session)]:
            raise NotFound
        await afterwards.close_report(session, report_id, person, answer)
    return RedirectResponse("/reports", status_code=303)


def _score_rows(record: ClassRecord) -> list[Sequence[str | int | float | None]]:
    """One line for each attempt, and one for who has not begun; titles first."""
    titles = ("name", "email", "assignment", "assignment_id", "mode", "opens", "closes", "pass_mark", "attempt")
    scores = ("overall", *SCALE_NAMES, "scorer_overall", "flags", "counts", "reviewed", "released")
    table: list[Sequence[str | int | float | None]] = [[*titles, "began", "ended", "late", "hints", *scores]]
    for assignment in record.assignments:
        counting = {one.encounter.id for one in record.counting(assignment)}
        what = (title_of(assignment.scenario_id), assignment.id, assignment.mode)
        when = (_iso(assignment.opens_at), _iso(assignment.closes_at), assignment.pass_mark)
        for member in record.students:
            who = (member.user.name, member.user.email, *what, *when)
            attempts = record.of(assignment, member.user.id)
            if not attempts:
                table.append([*who, 0])
            for number, one in enumerate(attempts, 1):
                table.append([*who, number, *_attempt_cells(record, one, counts=one.encounter.id in counting)])
    return table


def _attempt_cells(record: ClassRecord, one: Listed, *, counts: bool) -> list[str | int | float | None]:
    encounter, card = one.encounter, record.cards.get(one.encounter.id)
    return [
        _iso(encounter.started_at),
        _iso(encounter.ended_at),
        _yes(encounter.late),
        encounter.hints_used,
        one.overall,
        *(card.levels[name] if card is not None else None for name in SCALE_NAMES),
        one.machine_overall,
        one.flags,
        _yes(counts),
        _yes(one.review is not None and one.review.accepted_at is not None),
        _yes(one.review is not None and one.review.released_at is not None),
    ]


def _iso(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat(timespec="seconds")


def _yes(value: bool) -> str:
    return "yes" if value else "no"


def _address(trace: Trace) -> str | None:
    return None if trace.act is None else f"/encounters/{trace.act.encounter_id}/review"


def _trace_words(trace: Trace) -> str:
    actor = trace.actor or "Somebody whose account is gone"
    if trace.entry is not None:
        return f"{actor} {trace.entry.what}."
    assert trace.act is not None
    words = trail_words(Acted(trace.act, trace.actor), trace.student or "", title_of(trace.scenario_id or ""))
    return f"{actor} {words}"


def _report_line(report: ProblemReport, student: str, scenario_id: str, *, readable: bool) -> ReportLine:
    return ReportLine(
        report_id=report.id,
        encounter_id=report.encounter_id if readable else None,
        student=student,
        title=title_of(scenario_id),
        about="The patient" if report.about == "patient" else "The feedback",
        words=report.words,
        reported=day(report.reported_at),
        answer=report.answer if report.closed_at is not None else None,
    )
