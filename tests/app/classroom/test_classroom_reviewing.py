"""The review of a scored encounter: what an educator's acts make of the card, with nothing overwritten."""

from collections.abc import Sequence
from typing import Any

import pytest

from app import marking
from app.accounts import Person
from app.classroom import reviewing
from app.classroom.standing import Span, Standing, missed_span, stand
from app.errors import BadRequest, NotFound
from app.storage import Store, encounters, listings, reviews
from app.storage.tables import Cohort, Encounter, ReviewAct, ScorecardRow
from scoring import Scorecard, rubric
from scoring.scorecard import Occasion
from tests.app.classroom.made import SAID, add_encounter, card, count, on_sqlite, set_for

MACHINE = card(empathy=2, emotion_naming=1, permission=3, explanation=None)
"""55, 30 and 80 points: 55 overall."""
FRIGHTENED = Span("empathy", 1, 0, 20, "raises")


@pytest.fixture
async def talk(store: Store, cohort: Cohort, eva: Person, ada: Person) -> Encounter:
    made = await set_for(store, cohort, eva)
    async with store.write() as session:
        return await add_encounter(session, ada, made.id, made=MACHINE)


async def of_record(store: Store, talk: Encounter) -> Scorecard:
    return await marking.card_of_record(store, talk.id)


async def acts(store: Store, talk: Encounter) -> Sequence[ReviewAct]:
    async with store.read() as session:
        return [one.act for one in await reviews.acts_of(session, talk.id)]


async def test_a_level_goes_over_the_machines_and_the_machines_card_stays(
    store: Store, eva: Person, talk: Encounter
) -> None:
    async with store.write() as session:
        await reviewing.set_level(session, talk, eva, 0, "empathy", 4, "  She named the fear and waited. ")
    card = await of_record(store, talk)
    async with store.read() as session:
        listed = await listings.one(session, talk.id)

    scale = card.scales["empathy"]
    assert (scale.level, scale.score, scale.anchor) == (4, 100, rubric.scale("empathy").anchors[4])
    assert {name: one for name, one in card.scales.items() if name != "empathy"} == {
        name: one for name, one in MACHINE.scales.items() if name != "empathy"
    }
    assert (card.overall, card.scorer) == (70.0, "educator")
    assert listed is not None
    assert listed.overall == 70.0
    assert await marking.card_of(store, talk.id) == MACHINE
    assert [(act.kind, act.scale, act.level, act.words) for act in await acts(store, talk)] == [
        ("level", "empathy", 4, "She named the fear and waited.")
    ]


@on_sqlite
@pytest.mark.parametrize(
    ("scale", "level", "score", "overall"),
    [
        ("empathy", 0, 0.0, 36.67),
        ("empathy", 3, 75.0, 61.67),
        ("empathy", 2, 55.0, 55.0),
        ("explanation", 2, 50.0, 53.75),
        ("empathy", None, None, None),
    ],
    ids=["lowest", "higher", "the machine's own", "what the machine did not observe", "not observed"],
)
async def test_a_level_counts_25_points_and_the_overall_is_the_mean_of_those_observed(
    store: Store,
    eva: Person,
    talk: Encounter,
    scale: Any,
    level: int | None,
    score: float | None,
    overall: float | None,
) -> None:
    async with store.write() as session:
        await reviewing.set_level(session, talk, eva, 0, scale, level, "As I heard it.")
    card = await of_record(store, talk)

    assert (card.scales[scale].level, card.scales[scale].score, card.overall) == (level, score, overall)
    assert card.scales[scale].anchor == rubric.scale(scale).anchor(level)


@on_sqlite
@pytest.mark.parametrize(
    ("scale", "level", "reason", "told"),
    [
        ("empathy", 4, " \n", "A changed level needs a reason: the student reads it."),
        ("empathy", 5, "Because.", "A level is 0 to 4, or not observed."),
        ("empathy", -1, "Because.", "A level is 0 to 4, or not observed."),
        ("warmth", 3, "Because.", "A level is 0 to 4, or not observed."),
        ("empathy", 4, "x" * 2_001, "That has more than 2,000 characters."),
    ],
)
async def test_a_level_that_cannot_be_set_says_why_and_changes_nothing(
    store: Store, eva: Person, talk: Encounter, scale: str, level: int, reason: str, told: str
) -> None:
    async with store.write() as session:
        with pytest.raises(BadRequest) as refused:
            await reviewing.set_level(session, talk, eva, 0, scale, level, reason)

    assert refused.value.message == told
    assert await acts(store, talk) == []
    assert await of_record(store, talk) == MACHINE


async def test_every_act_adds_a_card_and_none_is_overwritten(store: Store, eva: Person, talk: Encounter) -> None:
    async with store.read() as session:
        first = await encounters.newest_card(session, talk.id)
    for seen, level in enumerate((4, 3, 1)):
        async with store.write() as session:
            await reviewing.set_level(session, talk, eva, seen, "empathy", level, "Again.")
    async with store.read() as session:
        still = await encounters.newest_card(session, talk.id)

    assert first is not None
    assert still is not None
    assert (still.id, still.card) == (first.id, MACHINE.model_dump(mode="json"))
    assert await count(store, ScorecardRow) == 1 + 3
    assert [(act.number, act.level) for act in await acts(store, talk)] == [(1, 4), (2, 3), (3, 1)]
    assert (await of_record(store, talk)).scales["empathy"].level == 1


async def test_struck_evidence_leaves_the_card_and_the_level_stays(store: Store, eva: Person, talk: Encounter) -> None:
    async with store.write() as session:
        await reviewing.strike(session, talk, eva, 0, FRIGHTENED, "It was read off the screen.")
    card = await of_record(store, talk)

    assert card.scales["empathy"] == MACHINE.scales["empathy"].model_copy(update={"evidence": ()})
    assert card.overall == MACHINE.overall


def occasion(quote: str, *, met: bool) -> Occasion:
    start = SAID[0][1].index(quote)
    place = {"turn": 0, "start": start, "end": start + len(quote), "quote": quote, "answer_turn": 1}
    return Occasion.model_validate(place | {"kind": "cue", "met": met, "grade": 0, "why": "Left standing."})


async def test_a_missed_occasion_that_is_struck_is_missed_no_more_and_nothing_else_goes(
    store: Store, cohort: Cohort, eva: Person, ada: Person
) -> None:
    missed, met = occasion("My mum sat here.", met=False), occasion("Is it bad? My mum", met=True)
    scale = MACHINE.scales["empathy"].model_copy(update={"occasions": (met, missed)})
    made = MACHINE.model_copy(update={"scales": MACHINE.scales | {"empathy": scale, "emotion_naming": scale}})
    assignment = await set_for(store, cohort, eva)
    async with store.write() as session:
        talk = await add_encounter(session, ada, assignment.id, made=made)
        await reviewing.strike(session, talk, eva, 0, missed_span("empathy", missed), "She was asked at the door.")
    card = await of_record(store, talk)

    assert card.scales["empathy"] == scale.model_copy(update={"occasions": (met,)})
    assert card.scales["emotion_naming"].occasions == (met, missed)
    assert [(act.kind, act.effect, act.words) for act in await acts(store, talk)] == [
        ("strike", "missed", "She was asked at the door.")
    ]
    async with store.write() as session:
        with pytest.raises(BadRequest):
            await reviewing.strike(session, talk, eva, 1, missed_span("empathy", met), "It was met.")
        await reviewing.take_back(session, talk, eva, 1, 1)
    assert (await of_record(store, talk)).scales["empathy"].occasions == (met, missed)


@on_sqlite
@pytest.mark.parametrize(
    ("span", "reason", "told"),
    [
        (FRIGHTENED, " ", "Say why this does not count: the student reads it."),
        (FRIGHTENED._replace(end=19), "No.", "That evidence is not on the scorecard."),
        (FRIGHTENED._replace(scale="permission"), "No.", "That evidence is not on the scorecard."),
        (FRIGHTENED._replace(effect="lowers"), "No.", "That evidence is not on the scorecard."),
    ],
)
async def test_only_evidence_on_the_card_is_struck_and_for_a_reason(
    store: Store, eva: Person, talk: Encounter, span: Span, reason: str, told: str
) -> None:
    async with store.write() as session:
        with pytest.raises(BadRequest) as refused:
            await reviewing.strike(session, talk, eva, 0, span, reason)

    assert refused.value.message == told
    assert await acts(store, talk) == []


async def test_added_evidence_stands_where_its_words_stand_in_the_turn(
    store: Store, eva: Person, talk: Encounter
) -> None:
    async with store.write() as session:
        await reviewing.add_evidence(session, talk, eva, 0, "empathy", "lowers", 3, " I am sorry. ", "Too soon.")
    card = await of_record(store, talk)

    kept, added = card.scales["empathy"].evidence
    assert kept == MACHINE.scales["empathy"].evidence[0]
    assert added.model_dump() == {
        "turn": 3,
        "start": 14,
        "end": 25,
        "quote": "I am sorry.",
        "effect": "lowers",
        "why": "Too soon.",
    }
    assert (card.scales["empathy"].level, card.overall) == (2, MACHINE.overall)


@on_sqlite
@pytest.mark.parametrize(
    ("scale", "effect", "turn", "quote", "why", "told"),
    [
        ("empathy", "raises", 3, "i am sorry", "Kind.", "Those words do not stand in that turn."),
        ("empathy", "raises", 1, "I am sorry.", "Kind.", "Those words do not stand in that turn."),
        ("empathy", "raises", 2, "Yes.", "Kind.", "Those words do not stand in that turn."),
        ("empathy", "raises", 4, "Yes.", "Kind.", "Those words do not stand in that turn."),
        ("empathy", "raises", -1, "I am sorry.", "Kind.", "Those words do not stand in that turn."),
        ("empathy", "raises", 3, "  ", "Kind.", "Those words do not stand in that turn."),
        ("empathy", "raises", 3, "I am sorry.", " ", "Say why these words count: the student reads it."),
        ("warmth", "raises", 3, "I am sorry.", "Kind.", "Evidence raises or lowers one of the four scales."),
        ("empathy", "proves", 3, "I am sorry.", "Kind.", "Evidence raises or lowers one of the four scales."),
    ],
)
async def test_evidence_is_the_students_own_words_and_has_a_reason(
    store: Store, eva: Person, talk: Encounter, scale: str, effect: str, turn: int, quote: str, why: str, told: str
) -> None:
    async with store.write() as session:
        with pytest.raises(BadRequest) as refused:
            await reviewing.add_evidence(session, talk, eva, 0, scale, effect, turn, quote, why)

    assert refused.value.message == told
    assert await acts(store, talk) == []


async def test_a_comment_is_on_a_turn_or_on_the_whole_and_changes_no_card(
    store: Store, eva: Person, talk: Encounter
) -> None:
    async with store.write() as session:
        await reviewing.comment(session, talk, eva, 0, 1, " Well seen. ")
        await reviewing.comment(session, talk, eva, 0, None, "A careful talk.")
        with pytest.raises(BadRequest, match="nothing in the comment"):
            await reviewing.comment(session, talk, eva, 0, None, " ")
        with pytest.raises(BadRequest, match="no such turn"):
            await reviewing.comment(session, talk, eva, 0, 4, "Which?")
    async with store.read() as session:
        standing = stand(await reviews.acts_of(session, talk.id))

    assert [(one.act.turn, one.act.words, one.educator) for one in standing.comments] == [
        (1, "Well seen.", "Eva"),
        (None, "A careful talk.", "Eva"),
    ]
    assert not standing.changes_card
    assert await of_record(store, talk) == MACHINE
    assert await count(store, ScorecardRow) == 1


async def test_what_is_taken_back_counts_no_more_and_stays_in_the_trail(
    store: Store, eva: Person, talk: Encounter
) -> None:
    async with store.write() as session:
        await reviewing.set_level(session, talk, eva, 0, "empathy", 4, "Warm.")
        await reviewing.strike(session, talk, eva, 1, FRIGHTENED, "Read off.")
        await reviewing.add_evidence(session, talk, eva, 2, "empathy", "raises", 3, "I am sorry.", "Kind.")
        await reviewing.comment(session, talk, eva, 3, 1, "Well seen.")
    for number in (1, 2, 3, 4):
        async with store.write() as session:
            await reviewing.take_back(session, talk, eva, 4, number)
    card = await of_record(store, talk)
    async with store.read() as session:
        standing = stand(await reviews.acts_of(session, talk.id))

    assert card == MACHINE.model_copy(update={"scorer": "educator"})
    assert standing == Standing(levels={}, struck={}, added=(), comments=(), flags={})
    assert [(act.kind, act.target) for act in await acts(store, talk)] == [
        *(("level", None), ("strike", None), ("evidence", None), ("comment", None)),
        *(("take_back", number) for number in (1, 2, 3, 4)),
    ]


async def test_taking_a_level_back_brings_the_one_before_it_back(store: Store, eva: Person, talk: Encounter) -> None:
    async with store.write() as session:
        await reviewing.set_level(session, talk, eva, 0, "empathy", 4, "Warm.")
        await reviewing.set_level(session, talk, eva, 1, "empathy", 1, "Less so.")
        await reviewing.take_back(session, talk, eva, 2, 2)

    assert (await of_record(store, talk)).scales["empathy"].level == 4


async def test_a_comment_taken_back_makes_no_card(store: Store, eva: Person, talk: Encounter) -> None:
    async with store.write() as session:
        await reviewing.comment(session, talk, eva, 0, None, "A careful talk.")
        await reviewing.take_back(session, talk, eva, 1, 1)

    assert await of_record(store, talk) == MACHINE
    assert await count(store, ScorecardRow) == 1


@on_sqlite
@pytest.mark.parametrize("number", [0, 2, 9])
async def test_only_what_stands_is_taken_back(store: Store, eva: Person, talk: Encounter, number: int) -> None:
    async with store.write() as session:
        await reviewing.comment(session, talk, eva, 0, None, "One.")
        await reviewing.comment(session, talk, eva, 0, None, "Two.")
        await reviewing.take_back(session, talk, eva, 2, 2)
    async with store.write() as session:
        with pytest.raises(NotFound, match="taken back already"):
            await reviewing.take_back(session, talk, eva, 3, number)

    assert len(await acts(store, talk)) == 3


async def test_a_card_the_machine_makes_anew_keeps_what_the_educator_set(
    store: Store, eva: Person, talk: Encounter
) -> None:
    async with store.write() as session:
        await reviewing.set_level(session, talk, eva, 0, "empathy", 4, "Warm.")
    before = await of_record(store, talk)
    again = await marking.mark(store, talk.id)

    assert again.scorer == "deterministic"
    assert await of_record(store, talk) == before
    assert await count(store, ScorecardRow) == 3


async def test_an_encounter_without_a_card_cannot_be_reviewed_yet(store: Store, eva: Person, ada: Person) -> None:
    async with store.write() as session:
        talk = await add_encounter(session, ada)
    with pytest.raises(NotFound, match="no scorecard yet"):
        async with store.write() as session:
            await reviewing.set_level(session, talk, eva, 0, "empathy", 4, "Warm.")

    assert await acts(store, talk) == []
    assert await count(store, ScorecardRow) == 0
