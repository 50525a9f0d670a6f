"""The pages of classes and their people: what is shown, what a wrong form keeps, what is told."""

import re

import httpx2
from fastapi import FastAPI

from app.storage import classes
from tests.app.web.conftest import Classroom
from tests.conftest import People, SignIn


def told(page: httpx2.Response) -> str:
    found = re.search(r'role="(?:alert|status)">(.*?)</p>', page.text)
    return found[1] if found else ""


async def test_an_empty_account_is_told_what_to_do_next(people: People, sign_in: SignIn) -> None:
    page = (await (await sign_in(people.educator)).get("/classes")).text

    assert "You teach no class yet." in page
    assert "Europe/London" in page


async def test_a_wrong_form_keeps_what_was_typed(people: People, sign_in: SignIn) -> None:
    educator = await sign_in(people.educator)
    page = await educator.post("/classes", data={"name": "Year 4", "time_zone": "Nowhere"})

    assert page.status_code == 422
    assert told(page).startswith("Nowhere is not a time zone.")
    assert 'value="Year 4"' in page.text
    assert 'value="Nowhere"' in page.text


async def test_a_new_class_shows_how_to_join_it(people: People, sign_in: SignIn) -> None:
    educator = await sign_in(people.educator)
    made = await educator.post("/classes", data={"name": "Year 4", "time_zone": "UTC"})
    page = (await educator.get(made.headers["location"])).text

    code = re.search(r'<code class="code">(\w{8})</code>', page)
    assert code is not None
    assert f"/join/{code[1]}" in page
    assert "Nothing is set yet." in page


async def test_a_class_shows_who_has_done_what(year4: Classroom, sign_in: SignIn) -> None:
    practice = await year4.set()
    await year4.hold(year4.people.student, practice)
    page = (await (await sign_in(year4.people.educator)).get(year4.address)).text

    assert "1 of 2 have finished it, 1 not started" in page
    assert page.count('class="number score') == 2
    assert "Ada" in page
    assert "Ben" in page


async def test_free_practice_is_seen_only_when_it_is_shared(year4: Classroom, sign_in: SignIn) -> None:
    student, educator = await sign_in(year4.people.student), await sign_in(year4.people.educator)
    held = await year4.hold(year4.people.student, None)
    assert held not in (await educator.get(year4.address)).text
    assert (await educator.get(f"/encounters/{held}/review")).status_code == 404

    await student.post(f"/encounters/{held}/share", data={"cohort": year4.cohort.id})
    assert f'href="/encounters/{held}/review"' in (await educator.get(year4.address)).text
    assert "shares with this class" in (await educator.get(f"/encounters/{held}/review")).text

    gone = f"{year4.address}/people/{year4.people.student.id}/remove"
    await educator.post(gone)
    assert (await educator.get(f"/encounters/{held}/review")).status_code == 404
    await student.post(f"/join/{year4.cohort.join_code}")
    assert (await educator.get(f"/encounters/{held}/review")).status_code == 200

    await student.post(f"/encounters/{held}/share", data={})
    assert held not in (await educator.get(year4.address)).text
    assert (await educator.get(f"/encounters/{held}/review")).status_code == 404


async def test_a_class_list_makes_accounts_and_shows_their_links_once(year4: Classroom, sign_in: SignIn) -> None:
    educator = await sign_in(year4.people.educator)
    listed = "email,name\nada@example.org,Ada\nnew@example.org,<b>New</b>\n"
    page = await educator.post(f"{year4.address}/roster", data={"roster_text": listed})

    assert told(page) == "1 student joined the class, 1 were in it already."
    links = re.findall(r"http://\S+?(/sign-in/[\w-]+)", page.text)
    assert len(links) == 1
    assert "&lt;b&gt;New&lt;/b&gt;" in page.text
    assert "/sign-in/" not in (await educator.get(f"{year4.address}/people")).text
    assert "Welcome" in (await educator.get(links[0])).text


async def test_a_class_list_comes_as_a_file_too(year4: Classroom, sign_in: SignIn) -> None:
    educator = await sign_in(year4.people.educator)
    content = "Name;E-Mail\nJosé;jose@example.org\n".encode("cp1252")
    page = await educator.post(f"{year4.address}/roster", files={"file": ("class.csv", content, "text/csv")})

    assert told(page).startswith("1 student joined the class")
    assert "José" in page.text


async def test_a_wrong_line_of_a_class_list_is_named_and_nobody_joins(year4: Classroom, sign_in: SignIn) -> None:
    educator = await sign_in(year4.people.educator)
    listed = "new@example.org, New\nnobody, Nobody"
    page = await educator.post(f"{year4.address}/roster", data={"roster_text": listed})

    assert page.status_code == 422
    assert told(page).startswith("Line 2 has no email address: nobody.")
    assert "new@example.org, New\nnobody, Nobody" in page.text
    async with year4.app.state.store.read() as session:
        assert len(await classes.members_of(session, year4.cohort.id, "student")) == 2


async def test_scores_are_exported_as_text_no_spreadsheet_runs(app: FastAPI, year4: Classroom, sign_in: SignIn) -> None:
    practice = await year4.set()
    await year4.hold(year4.people.student, practice)
    answer = await (await sign_in(year4.people.educator)).get(f"{year4.address}/scores.csv")

    lines = answer.text.splitlines()
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert lines[0].startswith("\ufeffname,email,assignment,assignment_id,mode,opens,closes,pass_mark,attempt,began")
    assert lines[1].startswith(f"Ada,ada@example.org,A biopsy result,{practice.id},practice,")
    assert lines[2].split(",")[:2] + lines[2].split(",")[-1:] == ["Ben", "ben@example.org", "0"]
    assert len(lines) == 3


async def test_an_archived_class_is_readable_and_gives_nothing_to_do(year4: Classroom, sign_in: SignIn) -> None:
    educator, student = await sign_in(year4.people.educator), await sign_in(year4.people.student)
    practice = await year4.set()
    await educator.post(f"{year4.address}/archive", data={"archived": "true"})

    assert "archived" in (await educator.get(year4.address)).text
    assert "Set an assignment" not in (await educator.get(year4.address)).text
    assert practice.id not in (await student.get("/")).text
    assert (await student.post(f"/assignments/{practice.id}/begin")).status_code == 404


async def test_a_report_is_answered_and_its_student_reads_the_answer(year4: Classroom, sign_in: SignIn) -> None:
    student, educator = await sign_in(year4.people.student), await sign_in(year4.people.educator)
    held = await year4.hold(year4.people.student, await year4.set())
    await student.post(f"/encounters/{held}/report", data={"about": "patient", "words": "She said it twice."})
    page = (await educator.get(f"{year4.address}/reports")).text
    report = re.search(r'action="(/classes/[\w-]+/reports/[\w-]+)"', page)
    assert "She said it twice." in page
    assert "Reports (1)" in page
    assert report is not None

    assert (await educator.post(report[1], data={"answer": " "})).status_code == 422
    await educator.post(report[1], data={"answer": "It is mended."})
    assert (await educator.post(report[1], data={"answer": "Twice."})).status_code == 422
    assert "It is mended." in (await educator.get(f"{year4.address}/reports")).text
    assert "Reports (" not in (await educator.get(year4.address)).text


async def test_who_runs_the_service_sees_what_was_reported_in_free_practice_and_no_talk(
    year4: Classroom, sign_in: SignIn
) -> None:
    student, admin = await sign_in(year4.people.student), await sign_in(year4.people.admin)
    held = await year4.hold(year4.people.student, None)
    await student.post(f"/encounters/{held}/report", data={"about": "feedback", "words": "Turn 2 is misread."})
    page = (await admin.get("/reports")).text

    assert "Turn 2 is misread." in page
    assert held not in page
