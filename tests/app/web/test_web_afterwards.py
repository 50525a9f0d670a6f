"""After a talk: one's own rating first, what stays closed, practice that is one's own."""

import pytest

from scoring.scorecard import SCALE_NAMES
from tests.app.web.conftest import Classroom
from tests.conftest import SignIn

RATING = dict.fromkeys(SCALE_NAMES, "2")
KIND = ("Hello Maria, I am Ada. You look frightened.", "Who is with you today?", "Is there cancer in your family?")


async def test_a_student_rates_themselves_before_they_see_the_score(year4: Classroom, sign_in: SignIn) -> None:
    student, educator = await sign_in(year4.people.student), await sign_in(year4.people.educator)
    held = await year4.hold(year4.people.student, await year4.set(release="after_self_rating"), *KIND)
    page = (await student.get(f"/encounters/{held}/feedback")).text
    assert "Before you see the score" in page
    assert "of 100" not in page
    assert "Rate yourself, then see the result" in (await student.get("/")).text

    given = RATING | {"empathy": "none", "reflection": "I <i>rushed</i>."}
    done = await student.post(f"/encounters/{held}/rating", data=given)
    assert done.headers["location"] == f"/encounters/{held}/feedback"
    assert (await student.post(f"/encounters/{held}/rating", data=given)).status_code == 409
    review = (await educator.get(f"/encounters/{held}/review")).text
    assert "Own rating: no occasion." in review
    assert "I &lt;i&gt;rushed&lt;/i&gt;." in review


@pytest.mark.parametrize("given", [{"empathy": "2"}, RATING | {"empathy": "7"}, RATING | {"reflection": "x" * 2001}])
async def test_a_rating_that_is_not_whole_is_kept_and_told(
    year4: Classroom, sign_in: SignIn, given: dict[str, str]
) -> None:
    student = await sign_in(year4.people.student)
    held = await year4.hold(year4.people.student, await year4.set(self_rating=True), *KIND)
    page = await student.post(f"/encounters/{held}/rating", data=given)

    assert page.status_code == 422
    assert 'role="alert"' in page.text
    assert page.text.count('value="2" required checked') == sum(value == "2" for value in given.values())


async def test_what_was_not_heard_and_second_tries_stay_closed_until_the_window_ends(
    year4: Classroom, sign_in: SignIn
) -> None:
    student = await sign_in(year4.people.student)
    assignment = await year4.set()
    said = (*KIND, "Is anyone with you, and how do you get home?", "Is there any breast cancer in your family?")
    held = await year4.hold(year4.people.student, assignment, *said)
    page = (await student.get(f"/encounters/{held}/feedback")).text
    assert "This opens when the assignment closes" in page
    assert "Try again" not in page
    assert (await student.post(f"/encounters/{held}/branch", data={"position": "1"})).status_code == 403

    await year4.close(assignment)
    page = (await student.get(f"/encounters/{held}/feedback")).text
    assert "This opens when" not in page
    assert "Try again" in page
    assert (await student.post(f"/encounters/{held}/branch", data={"position": "1"})).status_code == 303


async def test_practice_is_its_students_to_share_and_to_delete(year4: Classroom, sign_in: SignIn) -> None:
    student = await sign_in(year4.people.student)
    held = await year4.hold(year4.people.student, None, *KIND)
    page = (await student.get(f"/encounters/{held}/feedback")).text
    assert "Nobody sees this practice but you." in page
    assert "Share it with the educators of Year 4" in page
    assert (await student.post(f"/encounters/{held}/share", data={"cohort": "another"})).status_code == 404

    assert (await student.post(f"/encounters/{held}/delete")).headers["location"] == "/"
    assert (await student.get(f"/encounters/{held}/feedback")).status_code == 404


async def test_what_was_set_is_neither_shared_nor_deleted(year4: Classroom, sign_in: SignIn) -> None:
    student = await sign_in(year4.people.student)
    held = await year4.hold(year4.people.student, await year4.set(), *KIND)

    assert (await student.post(f"/encounters/{held}/share", data={"cohort": year4.cohort.id})).status_code == 422
    assert (await student.post(f"/encounters/{held}/delete")).status_code == 422


async def test_the_api_ends_a_held_encounter_without_its_score(year4: Classroom, sign_in: SignIn) -> None:
    student = await sign_in(year4.people.student)
    assignment = await year4.set(mode="assessment")
    listed = (await student.get("/api/v1/assignments")).json()
    assert [(one["id"], one["state"], one["begun"]) for one in listed] == [(assignment.id, "open", 0)]

    begun = (await student.post("/api/v1/encounters", json={"assignment": assignment.id})).json()
    ended = await student.post(f"/api/v1/encounters/{begun['id']}/end")
    assert (ended.status_code, ended.json()) == (202, {"id": begun["id"], "released": False})
