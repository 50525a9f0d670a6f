"""The occasions by a model's answer: its quotes, and what the simulator's ledger offered."""

import pytest

from scoring.conversation import Conversation
from scoring.judge.feelings import find_feelings
from scoring.occasions import Opportunity
from scoring.transcript import Cue
from tests.scoring.judge.answering import Row, Scripted, interview, row, talk

LINES = (
    "P: Well. My sister says I look tired. It's this lift in the block, you see.",
    "S: Tell me about it.",
    "P: It broke again.",
)


async def found(conversation: Conversation, *rows: Row) -> tuple[Opportunity, ...]:
    return await find_feelings(interview(Scripted(feelings=list(rows)), conversation), conversation)


async def test_the_quote_gives_the_turn_and_the_whole_sentence() -> None:
    one = row("feelings", turn=0, shows="hint", feeling="overwhelm", strength=1, quote="i look tired")
    assert await found(talk(*LINES), one) == (
        Opportunity(
            turn=0,
            kind="cue",
            family="overwhelm",
            intensity=0.4,
            start=6,
            end=34,
            quote="My sister says I look tired.",
            families=frozenset({"overwhelm"}),
        ),
    )


@pytest.mark.parametrize(
    ("shows", "kind"), [("open", "concern"), ("hint", "cue"), ("reproach", "challenge"), ("progress", "progress")]
)
@pytest.mark.parametrize(("strength", "intensity"), [(1, 0.4), (2, 0.6), (3, 0.85)])
async def test_each_way_of_showing_has_its_kind_and_each_strength_its_intensity(
    shows: str, kind: str, strength: int, intensity: float
) -> None:
    one = row("feelings", turn=2, shows=shows, feeling="anger", strength=strength, quote="It broke again")
    assert [(a.kind, a.family, a.intensity) for a in await found(talk(*LINES), one)] == [(kind, "anger", intensity)]


@pytest.mark.parametrize(
    ("turn", "quote"),
    [
        (0, "I am tired"),
        (2, "I look tired"),
        (1, "Tell me about it"),
        (0, ""),
        (9, "It broke again"),
        (-1, "It broke again"),
    ],
    ids=["invented", "another turn", "the student's", "no quote", "no such turn", "counted backwards"],
)
async def test_a_feeling_without_a_quote_that_stands_was_not_shown(turn: int, quote: str) -> None:
    assert await found(talk(*LINES), row("feelings", turn=turn, quote=quote)) == ()


async def test_one_word_of_the_patients_shows_a_feeling() -> None:
    conversation = talk("S: Are you frightened?", "P: Yeah.", "S: Of what?")
    assert [one.quote for one in await found(conversation, row("feelings", turn=1, quote="Yeah"))] == ["Yeah."]


async def test_the_stronger_of_two_signs_in_one_turn_counts_whichever_is_told_first() -> None:
    proud = row("feelings", turn=0, shows="progress", feeling="relief", strength=3, quote="you see")
    afraid = row("feelings", turn=0, shows="open", feeling="fear", strength=2, quote="I look tired")
    kinds = {(await found(talk(*LINES), *rows))[0].kind for rows in ((proud, afraid), (afraid, proud))}
    assert kinds == {"concern"}


async def test_occasions_stand_in_the_order_of_the_talk_once_a_turn() -> None:
    later = row("feelings", turn=2, feeling="anger", quote="It broke again")
    first = row("feelings", turn=0, feeling="sadness", strength=3, quote="I look tired")
    again = row("feelings", turn=0, feeling="shame", strength=1, quote="you see")
    opportunities = await found(talk(*LINES), later, first, again)
    assert [(one.turn, one.family, one.intensity) for one in opportunities] == [(0, "sadness", 0.85), (2, "anger", 0.6)]
    assert [one.families for one in opportunities] == [frozenset({"sadness", "shame"}), frozenset({"anger"})]


CUE = Cue(turn=0, kind="cue", family="sadness", intensity=0.7, quote="I look tired")


async def test_what_the_ledger_offered_stands_without_the_model() -> None:
    opportunities = await found(talk(*LINES, cues=(CUE,)))
    assert [(one.turn, one.kind, one.family, one.intensity, one.known) for one in opportunities] == [
        (0, "cue", "sadness", 0.7, True)
    ]


async def test_the_ledger_knows_better_and_the_family_read_into_it_is_added() -> None:
    conversation = talk(*LINES, cues=(CUE,))
    known = (await found(conversation))[0]
    read = row("feelings", turn=0, shows="open", feeling="shame", strength=3, quote="you see")
    opportunities = await found(conversation, read)
    assert [(one.kind, one.family, one.intensity, one.known) for one in opportunities] == [
        ("cue", "sadness", 0.7, True)
    ]
    assert opportunities[0].families == known.families | {"shame"}


async def test_signs_a_rule_would_see_are_no_occasions_until_the_model_quotes_them() -> None:
    conversation = talk("P: I'm so scared of the scan.", "S: Okay.")
    assert [one.turn for one in conversation.opportunities] == [0]
    assert await found(conversation) == ()
