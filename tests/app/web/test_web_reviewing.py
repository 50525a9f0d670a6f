"""The queue and the review of one encounter: order, refusals, two educators at once, what its student sees."""

import re

import httpx2
import pytest

from app import accounts
from app.classroom import classes
from tests.app.web.conftest import Classroom
from tests.conftest import SignIn

HELD = "Your talk is saved and scored."
KIND = (
    "Hello Maria, I am Ada. You look frightened.",
    "Who is with you today? How will you get home?",
    "Is there breast cancer in your family?",
    "I am afraid the biopsy shows breast cancer. I am so sorry.",
)


def told(page: httpx2.Response) -> str:
    found = re.search(r'role="(?:alert|status)">(.*?)</p>', page.text)
    return found[1] if found else ""


def seen(page: httpx2.Response) -> str:
    found = re.search(r'name="seen" value="(\d+)"', page.text)
    assert found is not None
    return found[1]


async def look_at_flags(educator: httpx2.AsyncClient, held: str) -> None:
    page = await educator.get(f"/encounters/{held}/review")
    for index in range(page.text.count('class="notice flag"')):
        data = {"seen": "99", "index": str(index), "stands": "false"}
        await educator.post(f"/encounters/{held}/review/flag", data=data)


async def test_the_doubtful_stand_first_in_the_queue(year4: Classroom, sign_in: SignIn) -> None:
    educator = await sign_in(year4.people.educator)
    assignment = await year4.set(mode="assessment")
    good = await year4.hold(year4.people.student, assignment, *KIND)
    flagged = await year4.hold(year4.people.other_student, assignment, "Shut up and stop crying.")
    page = (await educator.get(f"{year4.address}/review")).text

    assert page.index(flagged) < page.index(good)
    assert "a professional lapse" in page
    assert "To review (2)" in page


async def test_nothing_to_review_says_so(year4: Classroom, sign_in: SignIn) -> None:
    page = (await (await sign_in(year4.people.educator)).get(f"{year4.address}/review")).text

    assert "Nothing waits for review." in page


async def test_a_held_result_shows_no_score_anywhere(year4: Classroom, sign_in: SignIn) -> None:
    student = await sign_in(year4.people.student)
    held = await year4.hold(year4.people.student, await year4.set(mode="assessment"), *KIND)
    feedback = await student.get(f"/encounters/{held}/feedback")

    assert HELD in feedback.text
    assert "of 100" not in feedback.text
    assert "Four scales" not in feedback.text
    assert "Waits for your educator" in (await student.get("/")).text
    assert (await student.get(f"/api/v1/encounters/{held}/scorecard")).status_code == 409
    told_by_api = (await student.get(f"/api/v1/encounters/{held}")).json()
    assert [turn["mind"] for turn in told_by_api["turns"]] == [None] * len(told_by_api["turns"])


async def test_a_flag_holds_what_would_be_seen_at_once_until_it_was_looked_at(
    year4: Classroom, sign_in: SignIn
) -> None:
    student, educator = await sign_in(year4.people.student), await sign_in(year4.people.educator)
    held = await year4.hold(year4.people.student, await year4.set(), "You brought this on yourself.")
    assert "An educator looks at one thing first" in (await student.get("/")).text
    assert "something that an educator looks at first" in (await student.get(f"/encounters/{held}/feedback")).text

    await look_at_flags(educator, held)
    page = (await student.get(f"/encounters/{held}/feedback")).text
    assert "Four scales" in page
    assert "Look at this before the scores" not in page


async def test_a_changed_level_is_seen_with_its_reason_once_it_is_released(year4: Classroom, sign_in: SignIn) -> None:
    student, educator = await sign_in(year4.people.student), await sign_in(year4.people.educator)
    held = await year4.hold(year4.people.student, await year4.set(mode="assessment", pass_mark=50), *KIND)
    review = f"/encounters/{held}/review"
    level = {"seen": "0", "scale": "permission", "level": "4", "words": "You <b>waited</b>."}
    assert (await educator.post(f"{review}/level", data=level)).status_code == 303
    await educator.post(f"{review}/evidence", data={"seen": "1", "turn": "1", "words": "A warm beginning."})
    await educator.post(f"{review}/comment", data={"seen": "2", "words": "Leave more room."})
    await look_at_flags(educator, held)
    done = await educator.post(f"{review}/accept", data={"seen": "99"})
    assert "Ada: accepted and released." in (await educator.get(done.headers["location"])).text

    page = (await student.get(f"/encounters/{held}/feedback")).text
    assert "Eva changed this" in page
    assert "You &lt;b&gt;waited&lt;/b&gt;." in page
    assert "A warm beginning." in page
    assert "Leave more room." in page
    assert "Reviewed by Eva" in page
    assert re.search(r": \d+ of 100, the mark is 50\.", page)
    card = (await student.get(f"/api/v1/encounters/{held}/scorecard")).json()
    assert (card["scorer"], card["scales"]["permission"]["level"], card["scales"]["permission"]["score"]) == (
        "educator",
        4,
        100,
    )


@pytest.mark.parametrize(
    ("act", "data", "kept", "status"),
    [
        ("level", {"scale": "empathy", "level": "4", "words": ""}, 'value="4" checked', 422),
        ("level", {"scale": "empathy", "words": "A reason."}, "A reason.", 422),
        (
            "evidence",
            {"turn": "1", "scale": "empathy", "effect": "raises", "quote": "not said", "words": "Why"},
            "not said",
            422,
        ),
        ("comment", {"words": " "}, "There is nothing in the comment.", 422),
        ("strike", {"span": "nonsense", "words": "x"}, "No evidence was chosen.", 422),
    ],
)
async def test_a_refused_act_keeps_what_was_typed(
    year4: Classroom, sign_in: SignIn, act: str, data: dict[str, str], kept: str, status: int
) -> None:
    educator = await sign_in(year4.people.educator)
    held = await year4.hold(year4.people.student, await year4.set(), *KIND)
    page = await educator.post(f"/encounters/{held}/review/{act}", data={"seen": "0"} | data)

    assert page.status_code == status
    assert told(page)
    assert kept in page.text


async def test_what_was_not_missed_after_all_is_marked_no_more(year4: Classroom, sign_in: SignIn) -> None:
    student, educator = await sign_in(year4.people.student), await sign_in(year4.people.educator)
    held = await year4.hold(year4.people.student, await year4.set(), "Hello Maria, I am Ada.", *KIND[1:])
    review = f"/encounters/{held}/review"
    before = (await educator.get(review)).text
    spans = re.findall(r'name="span" value="([^"]+:missed)"', before)
    assert spans
    assert before.count("It was not missed") == len(spans)
    for number, span in enumerate(spans):
        data = {"seen": str(number), "span": span, "words": "Ada had asked <i>before</i>."}
        assert (await educator.post(f"{review}/strike", data=data)).status_code == 303

    after = (await educator.get(review)).text
    assert "mark-missed" in before
    assert "mark-missed" not in after
    assert 'class="tag tag-missed">Missed</span> <a' not in after  # nothing the patient let slip was missed either
    assert after.count("Eva removed it: Ada had asked &lt;i&gt;before&lt;/i&gt;.") == len(spans)
    assert "Eva removed a missed occasion for " in after
    await look_at_flags(educator, held)
    page = (await student.get(f"/encounters/{held}/feedback")).text
    assert "mark-missed" not in page
    assert page.count("Eva removed this: Ada had asked &lt;i&gt;before&lt;/i&gt;.") == len(spans)


async def test_two_educators_at_once_do_not_write_over_each_other(year4: Classroom, sign_in: SignIn) -> None:
    eva, odd = await sign_in(year4.people.educator), await sign_in(year4.people.other_educator)
    async with year4.app.state.store.write() as session:
        await classes.add_educator(session, year4.cohort, year4.people.educator, year4.people.other_educator)
    held = await year4.hold(year4.people.student, await year4.set(mode="assessment"), *KIND)
    review = f"/encounters/{held}/review"
    before = seen(await odd.get(review))

    level = {"seen": before, "scale": "empathy", "level": "3", "words": "Eva's reason."}
    assert (await eva.post(f"{review}/level", data=level)).status_code == 303
    refused = await odd.post(f"{review}/level", data=level | {"level": "1", "words": "Odd's reason."})
    assert refused.status_code == 409
    assert told(refused).startswith("Eva changed this review after this page was opened.")
    assert "Eva&#39;s reason." in refused.text
    assert "Odd&#39;s reason." in refused.text
    assert (await odd.post(f"{review}/accept", data={"seen": before})).status_code == 409

    assert (await odd.post(f"{review}/comment", data={"seen": before, "words": "Odd agrees."})).status_code == 303
    again = level | {"level": "1", "words": "Odd's reason.", "seen": seen(refused)}
    assert (await odd.post(f"{review}/level", data=again)).status_code == 303
    page = (await eva.get(review)).text
    assert "Odd agrees." in page
    assert page.index("to 3: Eva&#39;s reason.") < page.index("from 3 to 1: Odd&#39;s reason.")


async def test_release_waits_for_every_flag(year4: Classroom, sign_in: SignIn) -> None:
    student, educator = await sign_in(year4.people.student), await sign_in(year4.people.educator)
    held = await year4.hold(year4.people.student, await year4.set(mode="assessment"), "Shut up.")
    refused = await educator.post(f"/encounters/{held}/review/accept", data={"seen": "0"})

    assert refused.status_code == 409
    assert told(refused).startswith("There are safety flags nobody has looked at yet.")
    assert HELD in (await student.get(f"/encounters/{held}/feedback")).text
    assert "accepted the result" not in (await educator.get(f"/encounters/{held}/review")).text


async def test_a_reopened_review_takes_the_result_back(year4: Classroom, sign_in: SignIn) -> None:
    student, educator = await sign_in(year4.people.student), await sign_in(year4.people.educator)
    held = await year4.hold(year4.people.student, await year4.set(mode="assessment"), *KIND)
    await look_at_flags(educator, held)
    await educator.post(f"/encounters/{held}/review/accept", data={"seen": "99"})
    assert "Four scales" in (await student.get(f"/encounters/{held}/feedback")).text

    await educator.post(f"/encounters/{held}/review/reopen", data={"seen": "99", "words": "Read again."})
    assert "An educator has opened its review again." in (await student.get(f"/encounters/{held}/feedback")).text
    assert HELD in (await student.get(f"/encounters/{held}/feedback")).text
    assert "To review (1)" in (await educator.get(year4.address)).text


async def test_what_was_struck_or_added_can_be_taken_back(year4: Classroom, sign_in: SignIn) -> None:
    educator = await sign_in(year4.people.educator)
    held = await year4.hold(year4.people.student, await year4.set(), *KIND)
    review = f"/encounters/{held}/review"
    span = re.search(r'name="span" value="([^"]+)"', (await educator.get(review)).text)
    assert span is not None

    await educator.post(f"{review}/strike", data={"seen": "0", "span": span[1], "words": "It fits anybody."})
    page = (await educator.get(review)).text
    assert "Eva removed it: It fits anybody." in page
    await educator.post(f"{review}/back", data={"seen": "1", "number": "1"})
    page = (await educator.get(review)).text
    assert "removed it" not in page
    assert "Eva took back entry 1" in page


async def test_an_educator_of_another_class_sees_none_of_it(year4: Classroom, sign_in: SignIn) -> None:
    held = await year4.hold(year4.people.student, await year4.set())
    async with year4.app.state.store.write() as session:
        zoe = await accounts.add_user(session, "zoe@example.org", "educator", "Zoe")
        await classes.create_class(session, "Year 5", zoe)
    stranger = await sign_in(zoe)

    assert (await stranger.get(f"/encounters/{held}/review")).status_code == 404
    assert (await stranger.get(f"/api/v1/encounters/{held}/scorecard")).status_code == 404
    assert year4.cohort.id not in (await stranger.get("/classes")).text
