"""The demo is made by really running the product."""

from app import demo
from app.settings import Settings
from app.storage import Store, listings, people


async def test_three_students_held_a_talk_each_and_the_better_learner_scored_higher(
    store: Store, settings: Settings
) -> None:
    invited = await demo.seed(store, settings)

    overall = {}
    async with store.read() as session:
        for one in invited:
            if one.person.role == "student":
                held = await listings.of_student(session, one.person.id)
                overall[one.person.name.split()[0]] = [talk.overall for talk in held]
        assert await people.how_many_users(session) == 6
    assert overall["Dana"] == []
    assert [len(overall[name]) for name in demo.TALKS] == [1, 1, 1]
    best, middle, worst = (overall[name][0] for name in ("Ada", "Ben", "Cem"))
    assert best is not None
    assert middle is not None
    assert worst is not None
    assert best > middle + 15 > worst + 30
