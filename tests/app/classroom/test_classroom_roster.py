"""A class list as spreadsheets write it, and rows that no spreadsheet runs."""

import csv
import io

import pytest

from app import accounts
from app.accounts import Person
from app.classroom import classes, roster
from app.classroom.roster import Line, as_csv, read_roster
from app.errors import BadRequest
from app.storage import Store, people
from app.storage import classes as rows
from app.storage.tables import Cohort, SignInLink, User
from tests.app.classroom.made import count, trail

KEY = b"k" * 40
ADA, BEN = Line("ada@example.org", "Ada"), Line("ben@example.org", "Ben")


@pytest.mark.parametrize(
    "text",
    [
        "email,name\nada@example.org,Ada\nben@example.org,Ben\n",
        "ada@example.org,Ada\nben@example.org,Ben",
        "email;name\nada@example.org;Ada\nben@example.org;Ben",
        "email\tname\nada@example.org\tAda\nben@example.org\tBen",
        "\ufeffemail,name\nada@example.org,Ada\nben@example.org,Ben",
        "\ufeffada@example.org,Ada\nben@example.org,Ben",
        "Name;E-Mail\nAda;ADA@example.org\nBen;Ben@Example.org",
        "No.,Full name,Email address,Group\n1,Ada,ada@example.org,A\n2,Ben,ben@example.org,B",
        '"email","name"\n"ada@example.org","Ada"\n"ben@example.org","Ben"\n',
        "email,name\r\nada@example.org,Ada\r\nben@example.org,Ben\r\n",
        "email,name\rada@example.org,Ada\rben@example.org,Ben\r",
        "\n\nemail , name\n\n  ada@example.org , Ada \n,\nben@example.org,Ben\n , \n\n",
        "\temail\tname\n1\tada@example.org\tAda\n2\tben@example.org\tBen\n",
    ],
    ids=[
        "header",
        "no header",
        "semicolon",
        "tab",
        "mark first",
        "mark first, no header",
        "other order, capitals",
        "other columns",
        "quoted",
        "lines as Windows ends them",
        "lines as an old Mac ends them",
        "empty lines and space",
        "a first column without a title",
    ],
)
def test_a_list_is_read_however_a_spreadsheet_wrote_it(text: str) -> None:
    assert read_roster(text) == (ADA, BEN)


def test_names_may_be_left_out_or_hold_the_sign_between_columns() -> None:
    assert read_roster("ada@example.org\nben@example.org") == (ADA._replace(name=""), BEN._replace(name=""))
    assert read_roster("email\nada@example.org") == (ADA._replace(name=""),)
    assert read_roster("email,name\nada@example.org\nben@example.org,Ben") == (ADA._replace(name=""), BEN)
    assert read_roster('email,name\nada@example.org,"Lovelace, Ada"') == (ADA._replace(name="Lovelace, Ada"),)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "There is nobody on that list."),
        ("\ufeff \n\n", "There is nobody on that list."),
        (" , \n ,", "There is nobody on that list."),
        ("\ufeff", "There is nobody on that list."),
        ("name,year\nAda,4", "No column of that list is called email."),
        ("email,name\nada@example.org,Ada\n,Ben", "Line 3 has no email address: it is empty. Nobody was added."),
        ("email,name\nada@example.org,Ada\nben,Ben", "Line 3 has no email address: ben. Nobody was added."),
        ("ada@example.org,Ada\nben@example,Ben", "Line 2 has no email address: ben@example. Nobody was added."),
        ("name;email\nAda;ada@example.org\nBen", "Line 3 has no email address: it is empty. Nobody was added."),
        ("email,name\n\nada@example.org,Ada\n\n,Ben", "Line 5 has no email address: it is empty. Nobody was added."),
        ("\n\nemail,name\n,Ben", "Line 4 has no email address: it is empty. Nobody was added."),
        ("email\n" + "ada@example.org\n" * 1_001, "That list has more than 1,000 lines."),
        ('email,name\nada@example.org,"' + "x" * 140_000, "That list cannot be read as a table."),
    ],
)
def test_a_list_that_cannot_be_read_names_the_line(text: str, told: str) -> None:
    with pytest.raises(BadRequest) as refused:
        read_roster(text)
    assert refused.value.message == told


def test_a_thousand_lines_are_taken() -> None:
    assert len(read_roster("email\n" + "ada@example.org\n" * 1_000)) == 1_000


async def test_everybody_on_the_list_is_in_the_class_and_who_is_new_gets_a_link(
    store: Store, cohort: Cohort, eva: Person, ada: Person
) -> None:
    cem = Line("cem@example.org", "")
    async with store.write() as session:
        await classes.add_member(session, cohort.id, ada.id, "student")
        known = await accounts.add_user(session, "dan@example.org", "student", "Dan")
        lines = (ADA, BEN, cem, Line(known.email, "Other"), BEN)
        done = await roster.enrol(session, KEY, cohort, eva, lines, link_hours=48)
    async with store.write() as session:
        members = await rows.members_of(session, cohort.id, "student")
        owners = {email: (await accounts.whose_link(session, KEY, secret)).name for email, secret in done.links.items()}

    assert [one.user.name for one in members] == ["Ada", "Ben", "cem", "Dan"]
    assert [one.name for one in done.new] == ["Ben", "cem"]
    assert (done.joined, done.already) == (3, 2)
    assert owners == {"ben@example.org": "Ben", "cem@example.org": "cem"}
    assert (await trail(store, cohort))[-1] == ("Eva", "imported a list: 3 joined, 2 of them with new accounts")


async def test_somebody_who_is_not_a_student_keeps_everybody_out(
    store: Store, cohort: Cohort, eva: Person, odd: Person
) -> None:
    with pytest.raises(BadRequest) as refused:
        async with store.write() as session:
            await roster.enrol(session, KEY, cohort, eva, (ADA, Line(odd.email, "Odd"), BEN), link_hours=48)
    async with store.read() as session:
        assert await rows.members_of(session, cohort.id, "student") == []
        assert await people.user_by_email(session, ADA.email) is None

    assert refused.value.message == "odd@example.org is not a student's account."
    assert (await count(store, User), await count(store, SignInLink)) == (2, 0)
    assert (await trail(store, cohort))[1:] == []


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ("=1+1", "'=1+1"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        ("Ada", "Ada"),
        ("a=b", "a=b"),
        ("O'Neil, Ada", "O'Neil, Ada"),
        ('"Ada"', '"Ada"'),
        (-1, "-1"),
        (61.67, "61.67"),
        (0, "0"),
        (None, ""),
        ("", ""),
    ],
)
def test_no_spreadsheet_runs_what_a_person_wrote(cell: str | float | None, written: str) -> None:
    text = as_csv([("Name", "Score"), (cell, 1)])

    assert list(csv.reader(io.StringIO(text, newline=""))) == [["Name", "Score"], [written, "1"]]
