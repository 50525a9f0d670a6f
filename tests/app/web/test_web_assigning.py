"""Setting an assignment, and each of its states as the educator and the student see it."""

import re
from datetime import timedelta

import pytest

from tests.app.scripted import SCENARIO
from tests.app.web.conftest import DAY, Classroom
from tests.conftest import SignIn

FORM = {
    "scenario_id": SCENARIO,
    "difficulty": "standard",
    "mode": "practice",
    "counts": "best",
    "release": "at_once",
    "opens_at": "2099-03-29T00:30",
    "closes_at": "2099-03-29T03:30",
    "hints": "on",
}


async def test_times_are_written_and_shown_in_the_time_zone_of_the_class(year4: Classroom, sign_in: SignIn) -> None:
    """On that night clocks in London go from 01:00 to 02:00: the window is two hours long, and is written as three."""
    educator = await sign_in(year4.people.educator)
    made = await educator.post(f"{year4.address}/assignments", data=FORM)
    page = (await educator.get(made.headers["location"])).text

    assert "It is set." in page
    assert "Opens Sun 29 March 2099, 00:30." in page
    assert "Open until Sun 29 March 2099, 03:30 (Europe/London)." in page
    edit = (await educator.get(made.headers["location"].split("?")[0] + "/edit")).text
    assert 'value="2099-03-29T00:30"' in edit
    assert 'value="2099-03-29T03:30"' in edit


@pytest.mark.parametrize(
    ("given", "field", "told"),
    [
        ({"closes_at": "2099-03-28T00:00"}, "closes_at", "It would close before it opens."),
        ({"opens_at": "soon"}, "opens_at", "Write a date and a time."),
        ({"opens_at": ""}, "opens_at", "Write a date and a time."),
        ({"due_at": "2099-04-01T00:00"}, "due_at", "It should be due between opening and closing."),
        ({"scenario_id": ""}, "scenario_id", "Choose a scenario."),
        ({"attempts": "many"}, "attempts", "Write a whole number, or leave it empty."),
        ({"attempts": "0"}, "attempts", "It should be a number from 1 to 20, or empty."),
        ({"pass_mark": "101"}, "pass_mark", "It should be a number from 1 to 100, or empty."),
        ({"opens_at": "2026-03-01T00:00", "closes_at": "2026-03-02T00:00"}, "closes_at", "It would be closed already."),
        ({"mode": "exam"}, "mode", "Choose one of: practice, assessment."),
        ({"note": "x" * 1001}, "note", "It has more than 1,000 characters."),
    ],
)
async def test_what_is_wrong_is_told_at_its_field_and_all_is_kept(
    year4: Classroom, sign_in: SignIn, given: dict[str, str], field: str, told: str
) -> None:
    educator = await sign_in(year4.people.educator)
    page = await educator.post(f"{year4.address}/assignments", data=FORM | {"time_limit_minutes": "15"} | given)

    assert page.status_code == 422
    assert f'<p id="fault-{field}" class="fault">{told}</p>' in page.text
    assert 'value="15"' in page.text
    assert "Nothing is set yet." in (await educator.get(year4.address)).text


async def test_an_assessment_has_no_hints_and_waits_for_review(year4: Classroom, sign_in: SignIn) -> None:
    educator = await sign_in(year4.people.educator)
    made = await educator.post(f"{year4.address}/assignments", data=FORM | {"mode": "assessment"})
    page = (await educator.get(made.headers["location"])).text

    assert "No hints." in page
    assert "Students see the result when it is released." in page


async def test_what_was_begun_keeps_its_case_and_what_was_not_can_be_taken_back(
    year4: Classroom, sign_in: SignIn
) -> None:
    educator = await sign_in(year4.people.educator)
    begun, unused = await year4.set(), await year4.set()
    await year4.hold(year4.people.student, begun)
    place = f"{year4.address}/assignments"

    changed = await educator.post(f"{place}/{begun.id}", data=FORM | {"mode": "assessment"})
    assert changed.status_code == 422
    assert "Somebody has begun this assignment already." in changed.text
    assert (await educator.post(f"{place}/{begun.id}/delete")).status_code == 409
    untold = await educator.post(f"{place}/{begun.id}", data=FORM)
    assert untold.status_code == 422
    assert "so a change needs a reason" in untold.text
    assert (await educator.post(f"{place}/{begun.id}", data=FORM | {"reason": "One was ill."})).status_code == 303
    assert "Reason: One was ill." in (await educator.get(f"{year4.address}/trail")).text
    assert (await educator.post(f"{place}/{unused.id}/delete")).headers["location"] == year4.address
    assert (await educator.get(f"{place}/{unused.id}")).status_code == 404


HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("terms", "attempts", "state", "home", "door", "begins"),
    [
        ({"opens": HOUR}, 0, "Not open yet", "Opens ", "Opens ", 409),
        ({}, 0, "Open", "Open until ", "Open until ", 303),
        ({"opens": -DAY, "due": -HOUR}, 0, "Open, late", "Late: it was due ", "Late: it was due ", 303),
        ({"attempts": 1}, 1, "Open", "No attempts left.", "No attempts left.", 409),
        ({"opens": -DAY, "closes": -HOUR}, 0, "Closed", "Closed ", "Closed ", 409),
    ],
    ids=["not open", "open", "late", "no attempts left", "closed"],
)
async def test_every_state_is_seen_on_both_sides(
    year4: Classroom,
    sign_in: SignIn,
    terms: dict[str, timedelta],
    attempts: int,
    state: str,
    home: str,
    door: str,
    begins: int,
) -> None:
    student, educator = await sign_in(year4.people.student), await sign_in(year4.people.educator)
    given: dict[str, object] = {name: value for name, value in terms.items() if name != "due"}
    assignment = await year4.set(**given)  # type: ignore[arg-type]
    if "due" in terms:
        async with year4.app.state.store.write() as session:
            row = await session.get_one(type(assignment), assignment.id)
            row.due_at = assignment.created_at + terms["due"]
    for _ in range(attempts):
        await year4.hold(year4.people.student, assignment)

    seen = (await student.get("/")).text
    assert home in seen
    assert door in (await student.get(f"/assignments/{assignment.id}")).text
    assert ('type="submit">Start' in (await student.get(f"/assignments/{assignment.id}")).text) == (begins == 303)
    assert (await student.post(f"/assignments/{assignment.id}/begin")).status_code == begins
    page = (await educator.get(f"{year4.address}/assignments/{assignment.id}")).text
    assert re.search(rf'<h2 id="terms">{state}\b', page)
    ben = page[page.index("ben@example.org") :]
    assert ("Missed" if state == "Closed" else "Not started") in ben


async def test_a_late_attempt_is_marked_on_both_sides(year4: Classroom, sign_in: SignIn) -> None:
    assignment = await year4.set()
    async with year4.app.state.store.write() as session:
        row = await session.get_one(type(assignment), assignment.id)
        row.due_at = assignment.opens_at + HOUR
    await year4.hold(year4.people.student, assignment)

    assert ", late" in (await (await sign_in(year4.people.student)).get("/")).text
    assert "late" in (await (await sign_in(year4.people.educator)).get(year4.address)).text


async def test_an_attempt_under_way_is_gone_on_with_and_not_begun_again(year4: Classroom, sign_in: SignIn) -> None:
    student = await sign_in(year4.people.student)
    assignment = await year4.set(attempts=2)
    room = (await student.post(f"/assignments/{assignment.id}/begin")).headers["location"]

    assert f'href="{room}">Continue' in (await student.get("/")).text
    door = (await student.get(f"/assignments/{assignment.id}")).text
    assert f'href="{room}">Continue your attempt' in door
    assert ">Start<" not in door


async def test_a_case_in_assessment_leaves_the_library_until_it_closes(year4: Classroom, sign_in: SignIn) -> None:
    student, other = await sign_in(year4.people.student), await sign_in(year4.people.admin)
    practised = await year4.hold(year4.people.student, None)
    assignment = await year4.set(mode="assessment")

    assert f'href="/scenarios/{SCENARIO}"' not in (await student.get("/")).text
    assert (await student.get(f"/scenarios/{SCENARIO}")).status_code == 409
    assert (await student.post(f"/scenarios/{SCENARIO}/begin")).status_code == 409
    assert (await student.post(f"/encounters/{practised}/branch", data={"position": "1"})).status_code == 409
    listed = [one["id"] for one in (await student.get("/api/v1/scenarios")).json()]
    assert SCENARIO not in listed
    assert SCENARIO in [one["id"] for one in (await other.get("/api/v1/scenarios")).json()]

    await year4.close(assignment)
    assert f'href="/scenarios/{SCENARIO}"' in (await student.get("/")).text
    assert (await student.post(f"/scenarios/{SCENARIO}/begin")).status_code == 303


async def test_an_assessment_has_its_case_alone(year4: Classroom, sign_in: SignIn) -> None:
    educator, student = await sign_in(year4.people.educator), await sign_in(year4.people.student)
    practice = await year4.set()
    refused = await educator.post(f"{year4.address}/assignments", data=FORM | {"mode": "assessment"})
    assert refused.status_code == 422
    assert "It is set as practice until" in refused.text

    await year4.set(mode="assessment")
    assert (await student.post(f"/assignments/{practice.id}/begin")).status_code == 409


async def test_results_of_an_archived_class_stay_held(year4: Classroom, sign_in: SignIn) -> None:
    educator, student = await sign_in(year4.people.educator), await sign_in(year4.people.student)
    held = await year4.hold(year4.people.student, await year4.set(mode="assessment"))
    await educator.post(f"{year4.address}/archive", data={"archived": "true"})
    page = (await student.get("/")).text

    assert f'href="/encounters/{held}/feedback"' in page
    assert "This class is not open to you any more." in page
    assert "Waits for your educator" in page
    assert "of 100" not in page


async def test_what_was_accepted_is_released_at_once_for_all(year4: Classroom, sign_in: SignIn) -> None:
    educator, student = await sign_in(year4.people.educator), await sign_in(year4.people.student)
    assignment = await year4.set(release="after_review")
    place = f"{year4.address}/assignments/{assignment.id}"
    for who in (year4.people.student, year4.people.other_student):
        held = await year4.hold(who, assignment)
        page = (await educator.get(f"/encounters/{held}/review")).text
        for index in range(page.count('class="notice flag"')):
            data = {"seen": "99", "index": str(index), "stands": "true"}
            await educator.post(f"/encounters/{held}/review/flag", data=data)
        await educator.post(f"/encounters/{held}/review/accept", data={"seen": "99", "release": "false"})
    assert "Waits for your educator" in (await student.get("/")).text

    assert "Release 2 accepted" in (await educator.get(place)).text
    done = await educator.post(f"{place}/release")
    assert "2 results released." in (await educator.get(done.headers["location"])).text
    assert "Waits for your educator" not in (await student.get("/")).text
