"""The report does not contradict itself: looked over on whole cards of every talk the tests have."""

import re
from collections.abc import Iterator

import pytest

from scoring import Scorecard
from scoring.scorecard import Evidence, Occasion
from scoring.wording import Person, in_person
from tests.scoring.talks import Talk, talks

EVERY_TALK = [pytest.param(talk, id=talk.name) for talk in talks().values()]
_UNANSWERED = re.compile(r"without answering|did not answer")
_ANSWERED = re.compile(r"and you answered|you answered the thing")


def whys(card: Scorecard) -> Iterator[str]:
    for scale in card.scales.values():
        yield scale.counted
        yield scale.to_next or ""
        yield from scale.caps
        yield from (one.why for one in scale.evidence)
        yield from (one.why for one in scale.occasions)
    for habit in card.habits:
        yield habit.seen
        yield from (one.why for one in habit.evidence)
    yield from (flag.why for flag in card.flags)
    yield from (moment.what_happened for moment in card.moments)


def evidence(card: Scorecard) -> list[Evidence]:
    return [
        one for each in [s.evidence for s in card.scales.values()] + [h.evidence for h in card.habits] for one in each
    ]


def overlap(one: Evidence, other: Evidence) -> bool:
    return one.turn == other.turn and one.start < other.end and other.start < one.end


@pytest.mark.parametrize("talk", EVERY_TALK)
def test_the_same_words_do_not_raise_and_lower_a_scale(talk: Talk) -> None:
    clashes = [
        (name, up.quote, up.why, down.why)
        for name, scale in talk.card.scales.items()
        for up in scale.evidence
        for down in scale.evidence
        if up.effect == "raises" and down.effect == "lowers" and overlap(up, down)
    ]
    assert clashes == []


@pytest.mark.parametrize("talk", EVERY_TALK)
def test_an_answered_question_is_nowhere_called_unanswered(talk: Talk) -> None:
    told: dict[int, list[str]] = {}
    for scale in talk.card.scales.values():
        for one in scale.occasions:
            told.setdefault(one.turn, []).append(one.why)
    outside = {turn: [re.sub(r'"[^"]*"', "", why) for why in each] for turn, each in told.items()}
    clashes = [
        each
        for each in outside.values()
        if any(_ANSWERED.search(why) for why in each) and any(_UNANSWERED.search(why) for why in each)
    ]
    assert clashes == []


@pytest.mark.parametrize("talk", EVERY_TALK)
def test_one_question_is_one_step_of_asking(talk: Talk) -> None:
    """It was the patient's own wish and needed no leave, or it was stalled: not both."""
    asked = [one for one in talk.card.scales["permission"].occasions if one.kind == "patient_question"]
    met, stalled = ({(one.turn, one.start) for one in asked if one.met is good} for good in (True, False))
    assert met & stalled == set()


@pytest.mark.parametrize("talk", EVERY_TALK)
def test_a_failed_teach_back_is_not_counted_as_said_back(talk: Talk) -> None:
    lost = re.compile(r"\bi don't know\b|\bno idea\b", re.IGNORECASE)
    turns = talk.transcript.turns
    raised = [
        one.why
        for one in evidence(talk.card)
        if one.effect == "raises"
        and re.search(r"said it back|and did\.", one.why)
        and one.turn + 1 < len(turns)
        and lost.search(turns[one.turn + 1].text)
    ]
    assert raised == []


@pytest.mark.parametrize("talk", EVERY_TALK)
def test_a_feeling_met_in_one_answer_is_not_missed_in_the_same_answer(talk: Talk) -> None:
    """Named so that it fitted, and in the same turn of the student's "not a word for the feeling"."""
    named: dict[int, Occasion] = {one.turn: one for one in talk.card.scales["emotion_naming"].occasions if one.met}
    clashes = [
        (one.quote, one.why, named[one.turn].why)
        for one in talk.card.scales["empathy"].occasions
        if one.turn in named
        and named[one.turn].answer_turn == one.answer_turn
        and re.search(r"without a word|without the feeling|without answering", one.why)
    ]
    assert clashes == []


@pytest.mark.parametrize("talk", EVERY_TALK)
def test_a_low_level_of_explaining_is_not_praised(talk: Talk) -> None:
    scale = talk.card.scales["explanation"]
    if scale.level is not None and scale.level <= 1:
        praised = [one.why for one in scale.occasions if "easy to follow" in one.why]
        habit = [one.seen for one in talk.card.habits if one.name in ("Explain", "Calm and reliable")]
        assert praised == []
        assert [seen for seen in habit if "a person can take in" in seen] == []


@pytest.mark.parametrize("talk", EVERY_TALK)
def test_technical_words_are_left_in_both_places_or_in_none(talk: Talk) -> None:
    points = talk.card.scales["explanation"].parts.get("jargon")
    habit = next((one.seen for one in talk.card.habits if one.name == "Explain"), "")
    if points == 2:
        assert "no technical word unexplained" in habit


@pytest.mark.parametrize("talk", EVERY_TALK)
def test_false_comfort_is_praised_nowhere(talk: Talk) -> None:
    comfort = re.compile(r"don't worry|it will be fine|at least it", re.IGNORECASE)
    praised = [
        (one.quote, one.why) for one in evidence(talk.card) if one.effect == "raises" and comfort.search(one.quote)
    ]
    assert praised == []


@pytest.mark.parametrize("talk", EVERY_TALK)
def test_the_two_moments_are_two_and_do_not_disagree(talk: Talk) -> None:
    moments = talk.card.moments
    assert len({moment.turn for moment in moments}) == len(moments)
    assert all(moment.say is None for moment in moments if moment.helped)


@pytest.mark.parametrize("talk", EVERY_TALK)
def test_the_listener_is_called_by_pronoun(talk: Talk) -> None:
    outside_quotes = [re.sub(r'"[^"]*"', "", why) for why in whys(talk.card)]
    assert [why for why in outside_quotes if re.search(r"\bpatient\b", why)] == []
    assert [
        why for why in outside_quotes if re.search(r"\b(?:for|to|of|with|before|asked) (?:they|she|he)\b(?! \w)", why)
    ] == []
    if talk.persona is not None and talk.persona.subject != "they":
        assert [why for why in outside_quotes if re.search(r"\b(?:they|their|them)\b", why, re.IGNORECASE)] == []


@pytest.mark.parametrize("talk", EVERY_TALK)
def test_every_sentence_is_whole(talk: Talk) -> None:
    faults = [
        why
        for why in whys(talk.card)
        if why and (not why.rstrip('"').endswith((".", "?")) or "  " in why or re.search(r"[{}]|\bNone\b", why))
    ]
    assert faults == []


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("The patient asked about a word.", "She asked about a word."),
        ("You tied it to what matters to the patient.", "You tied it to what matters to her."),
        ("It came without the patient's turn.", "It came without her turn."),
        ("The patient said that they were lost.", "She said that she was lost."),
        ('When she said "the patient next door", you waited.', 'When she said "the patient next door", you waited.'),
        ("A check in their own words.", "A check in her own words."),
    ],
)
def test_a_sentence_is_told_of_this_person(said: str, told: str) -> None:
    assert in_person(said, Person("she", "her", "her")) == told


def test_without_a_persona_it_is_told_of_them() -> None:
    assert (
        in_person("The patient was lost, and you asked the patient.", Person()) == "They were lost, and you asked them."
    )


@pytest.mark.parametrize("talk", EVERY_TALK)
def test_what_helped_is_shown_in_the_students_own_words(talk: Talk) -> None:
    turns = talk.transcript.turns
    said = [(one.helped, one.said) for one in talk.card.moments]

    assert all((quote is not None) is helped for helped, quote in said)
    assert all(
        turns[quote.turn].speaker == "student" and turns[quote.turn].text[quote.start : quote.end] == quote.quote
        for _, quote in said
        if quote is not None
    )


def habit(card: Scorecard, name: str) -> str:
    return next((one.seen for one in card.habits if one.name == name), "")


@pytest.mark.parametrize("talk", EVERY_TALK)
def test_the_same_words_are_not_praised_in_one_place_and_reproached_in_another(talk: Talk) -> None:
    of_scales = [one for scale in talk.card.scales.values() for one in scale.evidence]
    of_habits = [one for each in talk.card.habits for one in each.evidence]
    clashes = [
        (one.quote, one.why, other.why)
        for one in of_habits
        for other in (*of_scales, *of_habits)
        if one.effect != other.effect and overlap(one, other)
    ]
    assert clashes == []


@pytest.mark.parametrize("talk", EVERY_TALK)
def test_habits_and_the_explanation_scale_say_the_same_of_one_thing(talk: Talk) -> None:
    scale = talk.card.scales["explanation"]
    proofs = " ".join(one.why for one in scale.evidence)
    seen, closing, calm = (habit(talk.card, name) for name in ("Explain", "Beyond the report", "Calm and reliable"))
    missing = closing.partition("You did not ")[2]
    clashes = {
        "a reason": scale.parts.get("why", 0) == 0 and "why" in scale.parts and "You gave a reason" in seen,
        "no reason": scale.parts.get("why", 0) > 0 and "You gave no reason" in seen,
        "words": scale.parts.get("jargon") == 2 and "no technical word" not in seen,
        "said back": "said it back" in proofs and "could say it back" not in seen,
        "not said back": "could not say it back, and it was left" in proofs and "could say it back" in seen,
        "asked": re.search(r"said it back|read back|own words, but", proofs) is not None and "did not ask" in seen,
        "what comes next": "what comes next" in missing and "with a time on it" in calm and "nothing with" not in calm,
        "room": "room for" in missing and re.search(r"an open question to check|real exchange", proofs) is not None,
    }
    assert [what for what, clash in clashes.items() if clash] == []
