"""What a class's second opinions took: the figure its budget is held to and its page shows."""

from datetime import timedelta

from app.accounts import Person
from app.classroom import classes
from app.storage import Store, judgements
from app.storage.tables import Cohort
from tests.app.classroom.made import OPENS, add_encounter
from tests.app.judged import job

MINUTE = timedelta(minutes=1)


async def test_what_second_opinions_took_is_added_up_for_one_class_since_a_moment(
    store: Store, cohort: Cohort, eva: Person, ada: Person
) -> None:
    async with store.write() as session:
        talk = await add_encounter(session, ada)
        other = await classes.create_class(session, "Year 5", eva)
        took = {"prompt_tokens": 9000, "cached_tokens": 6000, "completion_tokens": 800, "cost": 0.5}
        session.add_all(
            [
                job(talk.id, "done", cohort_id=cohort.id, finished_at=OPENS, **took),
                job(talk.id, "failed", cohort_id=cohort.id, finished_at=OPENS, prompt_tokens=200),
                job(talk.id, "done", cohort_id=cohort.id, finished_at=OPENS - MINUTE, **took),
                job(talk.id, "done", cohort_id=None, finished_at=OPENS, **took),
            ]
        )
    async with store.read() as session:
        found = await judgements.used_by_class(session, cohort.id, OPENS)
        unused = await judgements.used_by_class(session, other.id, OPENS)

    assert found == (1, 10_000, 0.5)
    assert unused == (0, 0, None)


async def test_second_opinions_are_tallied_by_the_newest_job_of_each_talk(store: Store, ada: Person) -> None:
    async with store.write() as session:
        talks = [await add_encounter(session, ada) for _ in range(6)]
        session.add_all(
            [
                job(talks[0].id, "failed", fault="bad_key", created_at=OPENS),
                job(talks[0].id, "done", created_at=OPENS + MINUTE),
                job(talks[1].id, "done", created_at=OPENS),
                job(talks[1].id, "waiting", fault="bad_key", created_at=OPENS + MINUTE),
                job(talks[2].id, "done", created_at=OPENS),
                job(talks[3].id, "waiting", created_at=OPENS),
                job(talks[4].id, "running", created_at=OPENS),
                job(talks[5].id, "running", fault="interrupted", created_at=OPENS),
                job(None, "failed", fault="erased", created_at=OPENS),
            ]
        )
    async with store.read() as session:
        found = await judgements.tally(session)

    assert found == [
        ("done", None, 2),
        ("running", None, 2),
        ("waiting", None, 1),
        ("waiting", "bad_key", 1),
    ]
