"""A class list from a spreadsheet, and the scores back into one. CSV as spreadsheets write and read it."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncSession

from app import accounts
from app.accounts import Person
from app.classroom.audit import note
from app.classroom.classes import add_member
from app.errors import BadRequest
from app.storage import people
from app.storage.tables import Cohort, Membership

MOST_STUDENTS = 1_000
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")
"""A cell that begins so is run by spreadsheets; an apostrophe before it makes it text again."""


class Line(NamedTuple):
    """One student of a class list."""

    email: str
    name: str


class Row(NamedTuple):
    """A row of a table, with the number of its line in the file."""

    number: int
    cells: list[str]


class Enrolled(NamedTuple):
    """Who a class list put into the class: `links` holds a one-time sign-in link for each new account, by address."""

    new: tuple[Person, ...]
    joined: int
    already: int
    links: dict[str, str]


def read_roster(text: str) -> tuple[Line, ...]:
    """The students of a class list: a column `email` and, if there is one, `name`; or just addresses, one a line.

    Commas, semicolons and tabs are understood, also the mark some spreadsheets put first.

    Raises:
        BadRequest: a line without an address; the sentence names it. Or no line, or too many, or no table at all.
    """
    rows = _rows(text)
    if not rows:
        raise BadRequest("There is nobody on that list.", "Write one student a line: email, name.")
    titles = [cell.casefold() for cell in rows[0].cells]
    email_at, name_at, first = 0, 1, 0
    if not any("@" in title for title in titles):
        first = 1
        email_at = next((at for at, title in enumerate(titles) if "mail" in title), -1)
        name_at = next((at for at, title in enumerate(titles) if "name" in title), len(titles))
        if email_at < 0:
            raise BadRequest(
                "No column of that list is called email.", "Name the columns in its first line: email, name."
            )
    if len(rows) - first > MOST_STUDENTS:
        raise BadRequest(f"That list has more than {MOST_STUDENTS:,} lines.", "Import it in parts.")
    return tuple(_line(row, email_at, name_at) for row in rows[first:])


async def enrol(
    session: AsyncSession, key: bytes, cohort: Cohort, educator: Person, lines: Iterable[Line], link_hours: int
) -> Enrolled:
    """Put everybody on the list into the class, all or nobody; who has no account gets one, with a sign-in link.

    Raises:
        BadRequest: an address belongs to somebody who is not a student.
    """
    new: list[Person] = []
    links: dict[str, str] = {}
    joined = already = 0
    for line in lines:
        user = await people.user_by_email(session, line.email)
        person = accounts.as_person(user) if user is not None else None
        if person is None:
            person = await accounts.add_user(session, line.email, "student", line.name)
            new.append(person)
            links[person.email] = await accounts.new_link(session, key, person.id, link_hours)
        elif person.role != "student":
            raise BadRequest(
                f"{line.email} is not a student's account.", "Take the line out and import the list again."
            )
        if await session.get(Membership, (cohort.id, person.id)) is not None:
            already += 1
            continue
        await add_member(session, cohort.id, person.id, "student")
        joined += 1
    note(session, cohort.id, educator.id, f"imported a list: {joined} joined, {len(new)} of them with new accounts")
    return Enrolled(tuple(new), joined, already, links)


def as_csv(rows: Iterable[Sequence[str | int | float | None]]) -> str:
    """Rows as CSV that no spreadsheet runs: what a person wrote is never a formula."""
    out = io.StringIO()
    csv.writer(out).writerows([_cell(cell) for cell in row] for row in rows)
    return out.getvalue()


def _cell(value: str | int | float | None) -> str | int | float:
    if isinstance(value, str) and value.startswith(FORMULA_SIGNS):
        return f"'{value}"
    return "" if value is None else value


def _rows(text: str) -> list[Row]:
    """The rows that hold something."""
    text = io.StringIO(text.removeprefix("\ufeff"), newline=None).getvalue()  # each line now ends as ours do
    head = next((line for line in text.split("\n") if line.strip(",;\t ")), "")
    reader = csv.reader(io.StringIO(text), delimiter=max(",;\t", key=head.count))
    try:
        found = [Row(reader.line_num, [cell.strip() for cell in cells]) for cells in reader]
    except csv.Error as error:
        raise BadRequest("That list cannot be read as a table.", "Write one student a line: email, name.") from error
    return [row for row in found if any(row.cells)]


def _line(row: Row, email_at: int, name_at: int) -> Line:
    number, cells = row
    email = cells[email_at] if email_at < len(cells) else ""
    try:
        return Line(accounts.tidy_email(email), cells[name_at] if name_at < len(cells) else "")
    except BadRequest as error:
        raise BadRequest(
            f"Line {number} has no email address: {email or 'it is empty'}. Nobody was added.", error.what_now
        ) from error
