"""Explaining clearly: the five parts, the caps, the profile for a colleague."""

import pytest

from personas import find_scenario
from scoring import Transcript, Turn, grade
from scoring.conversation import Conversation
from scoring.explaining import explain
from scoring.explaining.profiles import read_back
from scoring.explaining.reasons import reasons
from scoring.grading import read_turns
from scoring.scales.explanation import score

WORRY = ("P", "I'm worried about my heart.")
TOLD = "The test looks at your blood. It takes five minutes."
TELLS = ("S", TOLD, "tells_fact=The test looks at your blood.", "tells_plan=It takes five minutes.")
TEACH = ("S", "What will you tell your wife?", "teach_back=What will you tell your wife?")


def parts_of(converse, *lines) -> dict[str, int]:  # type: ignore[no-untyped-def]
    return dict(score(converse(*lines)).parts)


def test_a_short_plain_telling(converse) -> None:  # type: ignore[no-untyped-def]
    assert parts_of(converse, WORRY, TELLS) == {"plain_words": 2, "jargon": 2, "why": 0, "chunks": 1, "check": 0}


@pytest.mark.parametrize(
    ("reason", "points"),
    [("so that we can look at your heart", 2), ("because that is how it is done", 1)],
)
def test_the_why_counts_in_full_when_it_is_this_patients(converse, reason: str, points: int) -> None:  # type: ignore[no-untyped-def]
    telling = (
        "S",
        f"You need a tracing, {reason}. It is on Monday.",
        "tells_plan=You need a tracing",
        "tells_fact=It is on Monday",
        f"gives_why={reason}",
    )
    assert parts_of(converse, WORRY, telling)["why"] == points


@pytest.mark.parametrize(
    ("lines", "points"),
    [
        ((TEACH, ("P", "That you look at my blood and that it takes five minutes.")), 2),
        ((TEACH,), 1),
        ((TEACH, ("P", "I don't know.")), 1),
        ((TEACH, ("P", "I don't know."), ("S", "It looks at blood.", "tells_fact=It looks at blood.")), 2),
        (
            (
                ("S", "Repeat back what I said.", "teach_back=Repeat back what I said."),
                ("P", "You look at my blood for five minutes."),
            ),
            1,
        ),
        ((("S", "What questions do you have?", "checks_specific=What questions do you have?"),), 1),
        ((("S", "Any questions?", "checks_closed=Any questions?"), ("P", "No.")), 0),
        (
            (
                ("S", "Any questions?", "checks_closed=Any questions?"),
                ("P", "Will it hurt? Is it serious?"),
                ("S", "No, it is a small prick.", "tells_fact=it is a small prick."),
            ),
            1,
        ),
        (
            (
                ("S", "Does that make sense?", "checks_closed=Does that make sense?"),
                ("P", "Will it hurt?"),
                ("S", "No, it is a small prick.", "tells_fact=it is a small prick."),
            ),
            0,
        ),
    ],
)
def test_the_check_at_the_end(converse, lines, points: int) -> None:  # type: ignore[no-untyped-def]
    assert parts_of(converse, WORRY, TELLS, ("P", "OK."), *lines)["check"] == points


def jargon(text: str, *more: str) -> tuple[str, ...]:
    return ("S", text, "tells_fact=You have", "tells_plan=we need", "uses_jargon=stenosis", *more)


@pytest.mark.parametrize(
    ("lines", "points"),
    [
        (
            (jargon("You have a stenosis, which is a narrowing, and we need a scan.", "defines=which is a narrowing"),),
            2,
        ),
        ((jargon("You have a stenosis and we need a scan."),), 1),
        ((("P", "They said stenosis."), jargon("You have a stenosis and we need a scan.")), 2),
        (
            (
                jargon("You have a stenosis and we need a scan."),
                ("P", "What is stenosis?"),
                ("S", "A narrowing.", "defines=A narrowing."),
            ),
            1,
        ),
    ],
)
def test_a_technical_word_costs_unless_it_is_explained(converse, lines, points: int) -> None:  # type: ignore[no-untyped-def]
    assert parts_of(converse, WORRY, *lines)["jargon"] == points


def test_a_long_telling_in_one_go_has_no_chunks(converse) -> None:  # type: ignore[no-untyped-def]
    text = "The test is small. " * 40
    assert parts_of(converse, WORRY, ("S", text, "tells_fact=The test is small."))["chunks"] == 0


def test_asking_what_is_known_first_counts_as_a_starting_point(converse) -> None:  # type: ignore[no-untyped-def]
    asks = ("S", "What have you been told?", "asks_prior_knowledge=What have you been told?")
    assert parts_of(converse, WORRY, asks, ("P", "Nothing."), TELLS)["chunks"] == 2


def test_a_lost_patient_left_alone_stops_at_one(converse) -> None:  # type: ignore[no-untyped-def]
    lost = ("P", "You've lost me, I don't understand.")
    result = score(converse(WORRY, TELLS, lost, ("S", "Any pain?", "closed_question=Any pain?")))
    assert (result.level, result.caps[0][:33]) == (1, "They said that they were lost and")
    again = ("S", "I mean a blood test.", "tells_fact=I mean a blood test.")
    assert score(converse(WORRY, TELLS, lost, again)).level == 2


def test_unpunctuated_speech_pays_no_length_penalty(converse) -> None:  # type: ignore[no-untyped-def]
    text = "so the test looks at your blood and it takes five minutes " * 5
    assert (
        parts_of(converse, WORRY, ("S", text, "tells_fact=the test looks", "tells_plan=it takes five"))["plain_words"]
        == 2
    )


def test_a_shorter_turn_without_a_single_mark_pays_none_either_and_one_with_a_stop_does(converse) -> None:  # type: ignore[no-untyped-def]
    text = "the test looks at your blood and it takes five minutes and you can eat and drink before it and go home"
    moves = ("tells_fact=the test looks", "tells_plan=it takes five")

    assert parts_of(converse, WORRY, ("S", text, *moves))["plain_words"] == 2
    assert parts_of(converse, WORRY, ("S", f"{text}.", *moves))["plain_words"] == 1


def test_no_explaining_turn_is_not_observed(converse) -> None:  # type: ignore[no-untyped-def]
    talk = converse(WORRY, ("S", "Any pain?", "closed_question=Any pain?"))
    assert (explain(talk), score(talk).level) == (None, None)


def test_words_that_did_not_go_in_are_no_teach_back() -> None:
    talk = Transcript(
        turns=(
            Turn(speaker="patient", text="What happens now?"),
            Turn(speaker="student", text="The lump is taken out first, because that gives the best chance of a cure."),
            Turn(speaker="patient", text="Right."),
            Turn(speaker="student", text="To check I was clear, what will you tell your husband about the operation?"),
            Turn(speaker="patient", text="Something about my arm, I think. I'm sorry. It won't go in."),
            Turn(speaker="student", text="All right. Goodbye then."),
        )
    )

    assert grade(talk).scales["explanation"].parts["check"] == 1


def test_a_reason_alone_explains_nothing(converse) -> None:  # type: ignore[no-untyped-def]
    said = "So you stayed at home all week because you did not want your brother to see how it is with you now."
    assert explain(converse(WORRY, ("S", said, "gives_why=because you did not want your brother to see"))) is None


def test_what_is_asked_is_not_explained(converse) -> None:  # type: ignore[no-untyped-def]
    said = "What are the reasons why it would be good for you to walk to the shop and back in the evening?"
    assert explain(converse(WORRY, ("S", said, "advises=it would be good for you to walk"))) is None


@pytest.mark.parametrize(
    "hollow", ["so that's one thing to know", "that would be another way to do it", "cause trouble with your heart"]
)
def test_words_that_only_look_like_a_reason_are_none(converse, hollow: str) -> None:  # type: ignore[no-untyped-def]
    said = f"You need a tracing on Monday, {hollow}. It takes five minutes."
    telling = ("S", said, "tells_plan=You need a tracing", "tells_fact=It takes five", f"gives_why={hollow}")
    assert parts_of(converse, WORRY, telling)["why"] == 0


@pytest.mark.parametrize(
    "reply",
    [
        "My brother will be there on Sunday and he always cooks for us.",
        "Sorry, what was that again? I've forgotten half of it already.",
        "Something about my heart, I think, and then some blood.",
        "I'd rather not do that in front of my wife, if you don't mind.",
    ],
)
def test_a_teach_back_that_gives_nothing_back_earns_no_praise(converse, reply: str) -> None:  # type: ignore[no-untyped-def]
    result = score(converse(WORRY, TELLS, ("P", "OK."), TEACH, ("P", reply)))
    marked = [one.effect for one in result.evidence if one.quote == TEACH[1]]
    assert (result.parts["check"], marked) == (1, ["lowers"])


def test_a_gap_told_again_and_still_a_gap_is_left_there(converse) -> None:  # type: ignore[no-untyped-def]
    again = ("S", "It looks at blood.", "tells_fact=It looks at blood.")
    lines = (TEACH, ("P", "I don't know."), again, ("P", "No, it won't go in."))
    assert parts_of(converse, WORRY, TELLS, ("P", "OK."), *lines)["check"] == 1


def test_the_word_said_once_more_is_no_answer_to_what_it_means(converse) -> None:  # type: ignore[no-untyped-def]
    reading = "uses_jargon=stenosis"
    first = ("S", "You have a stenosis and we need a scan.", "tells_fact=You have", "tells_plan=we need", reading)
    asks = ("P", "What is stenosis?")
    bare = ("S", "The stenosis sits in your neck.", "tells_fact=The stenosis sits", reading)
    talk = converse(WORRY, first, asks, bare)
    for index in (1, 3):
        moves = tuple(
            move.model_copy(update={"term": "stenosis"}) if move.kind == "uses_jargon" else move
            for move in talk.read[index].moves
        )
        talk.read[index] = talk.read[index].model_copy(update={"moves": moves})
    assert score(talk).parts["jargon"] == 0


def test_what_was_told_in_a_clause_does_not_avoid_the_task() -> None:
    persona, scenario = find_scenario("maria-biopsy-result")
    turns = (
        Turn(speaker="patient", text="Is it cancer?"),
        Turn(speaker="student", text="The biopsy shows it is cancer."),
    )
    result = grade(Transcript(turns=turns), scenario=scenario, persona=persona).scales["explanation"]
    assert [one.turn for one in result.occasions] == [1]


@pytest.mark.parametrize(
    ("reply", "points"),
    [("Potassium of seven, repeat now.", 2), ("No, I am busy, ring the registrar.", 1), ("Yes, fine.", 1)],
)
def test_a_colleague_reads_back_or_does_not(converse, reply: str, points: int) -> None:  # type: ignore[no-untyped-def]
    tells = ("S", "His potassium is seven, repeat it now.", "tells_fact=His potassium is seven")
    asks = ("S", "Please read that back to me.")
    talk = converse(("P", "Hello."), tells, ("P", "Go on."), asks, ("P", reply))
    assert read_back(talk, (1,)).points == points


@pytest.mark.parametrize(
    ("reply", "then", "points"),
    [
        ("Dunno.", ("S", "You should take no baths alone.", "advises=You should take no baths alone."), 1),
        ("Get off the bed, Callum! I have to go.", ("S", "Bye then."), 1),
        ("Dunno.", ("S", "The test looks at your blood, for five minutes.", "tells_fact=The test looks at"), 2),
    ],
)
def test_what_is_said_back_or_told_again_shares_what_was_explained(  # type: ignore[no-untyped-def]
    converse, reply: str, then: tuple[str, ...], points: int
) -> None:
    assert parts_of(converse, WORRY, TELLS, ("P", "OK."), TEACH, ("P", reply), then)["check"] == points


def test_the_same_piece_again_is_no_second_piece(converse) -> None:  # type: ignore[no-untyped-def]
    assert parts_of(converse, WORRY, TELLS, ("P", "What was that again?"), TELLS)["chunks"] == 1


def test_plain_words_are_quoted_and_the_same_words_once(converse) -> None:  # type: ignore[no-untyped-def]
    quotes = [one.quote for one in score(converse(WORRY, TELLS)).evidence]

    assert quotes == ["The test looks at your blood.", "It takes five minutes."]


def test_one_sentence_that_does_two_things_is_quoted_once(converse) -> None:  # type: ignore[no-untyped-def]
    told = "The test looks at your blood, for its sugar and its fats, and then we know more."

    assert [one.quote for one in score(converse(WORRY, ("S", told, f"tells_fact={told}"))).evidence] == [told]


def test_a_patient_lost_before_anything_was_explained_is_not_left_alone(converse) -> None:  # type: ignore[no-untyped-def]
    lost = ("P", "I'm lost, I don't understand any of this letter.")
    asks = ("S", "What does it say?", "closed_question=What does it say?")

    before = score(converse(lost, asks, ("P", "Something about my heart."), TELLS, ("P", "Thanks.")))
    after = score(converse(WORRY, TELLS, lost, asks, ("P", "Something about my heart.")))

    assert (before.level, before.caps, after.level) == (2, (), 1)


def test_asking_which_part_was_lost_and_telling_it_again_leaves_nobody_alone(converse) -> None:  # type: ignore[no-untyped-def]
    lost = ("P", "You've lost me, I don't understand.")
    which = ("S", "Which part shall I say again?", "checks_specific=Which part shall I say again?")
    again = ("S", "It looks at the sugar in your blood.", "tells_fact=It looks at the sugar in your blood.")
    pain = ("S", "Any pain?", "closed_question=Any pain?")

    told = score(converse(WORRY, TELLS, lost, which, ("P", "The blood."), again))
    left = score(converse(WORRY, TELLS, lost, which, ("P", "The blood."), pain))

    assert (told.caps, left.level) == ((), 1)


def test_being_lost_without_somebody_is_grief_and_no_question(converse) -> None:  # type: ignore[no-untyped-def]
    assert score(converse(WORRY, TELLS, ("P", "I'm lost without him."), ("S", "Oh."))).caps == ()


@pytest.mark.parametrize(("fillers", "points"), [(0, 2), (35, 0)])
def test_a_long_turn_is_no_small_piece_however_few_facts_are_found_in_it(converse, fillers: int, points: int) -> None:  # type: ignore[no-untyped-def]
    lecture = "and then the long one goes over the short one " * (fillers // 5)
    first = ("S", f"The test looks at your blood. {lecture}It takes five minutes.", *TELLS[2:])
    second = (
        "S",
        f"The scan looks at your bones, and the nurse rings you after it. {lecture}",
        "tells_fact=The scan looks at your bones, and the nurse rings you",
    )
    talk = (WORRY, first, ("P", "Oh right, okay then."), second, ("P", "Right you are."))

    assert parts_of(converse, *talk)["chunks"] == points


def read(*lines: tuple[str, str]) -> Conversation:
    """A talk whose moves are read from its words."""
    sides = {"S": "student", "P": "patient"}
    turns = tuple(Turn.model_validate({"speaker": sides[side], "text": text}) for side, text in lines)
    return Conversation(Transcript(turns=turns), read_turns(Transcript(turns=turns), {}))


STAIRS = ("P", "I am stuck with the stairs.")


@pytest.mark.parametrize(
    "said",
    [
        "You just have to push through it all, however much it takes out of you in the end.",
        "You should just pull yourself together and be the strong woman that everybody in the family takes you for.",
        "When I had my knee done I could not climb because it was so swollen and I was in bed all the time.",
    ],
)
def test_one_sentence_of_urging_or_of_ones_own_story_explains_nothing(said: str) -> None:
    assert explain(read(STAIRS, ("S", said))) is None


@pytest.mark.parametrize(
    "said",
    [
        "You should use the rail on the left, because it takes the weight off your bad knee.",
        "You need to take two of these tablets every morning and one of the white ones at night.",
        "You should rest the knee. The swelling presses on the joint.",
    ],
)
def test_advice_with_its_why_or_how_much_explains(said: str) -> None:
    explanation = explain(read(STAIRS, ("S", said)))

    assert explanation is not None
    assert explanation.turns == (1,)


@pytest.mark.parametrize(
    ("obstacle", "said", "points"),
    [
        ("I have no money for tablets.", "The tablets are free for you with this card, you only need to show it.", 2),
        (
            "I can't get there, I have no car.",
            "You will be seen by the nurse in your house, or the van will pick you up.",
            2,
        ),
        ("I don't have the time.", "You will have a call from the nurse in the evening, after work.", 2),
        ("I have no money for tablets.", "The tablets lower your blood pressure, and you need to take them daily.", 0),
        ("I had a nice day.", "The tablets are free for you, and they lower your blood pressure in a few weeks.", 0),
        ("I have no car.", "The tablets are free for you, and they lower your blood pressure in a few weeks.", 0),
    ],
)
def test_an_answer_to_what_stood_in_the_way_is_a_why_of_this_patient(obstacle: str, said: str, points: int) -> None:
    explanation = explain(read(("P", obstacle), ("S", said)))

    assert explanation is not None
    assert explanation.parts["why"].points == points


@pytest.mark.parametrize(
    ("asked", "points"),
    [
        ("What is the biggest worry for you in that?", 1),
        ("Why haven't you called them yet?", 0),
        ("What stopped you from calling them?", 0),
    ],
)
def test_why_not_yet_checks_nothing(asked: str, points: int) -> None:
    explained = " ".join(["The tablets lower your blood pressure and keep the small vessels in your eyes open."] * 5)
    explanation = explain(read(STAIRS, ("S", f"{explained} {asked}"), ("P", "Hm.")))

    assert explanation is not None
    assert explanation.parts["chunks"].points == points


@pytest.mark.parametrize(
    "said",
    [
        "The tablets lower your blood pressure. That must be frightening.",
        "The tablets lower your blood pressure. What would make you take them?",
        "The tablets lower your blood pressure. So, what do you say to that?",
    ],
)
def test_so_and_in_order_to_alone_give_no_reason(said: str) -> None:
    talk = read(STAIRS, ("S", said))

    assert reasons(talk, 1) == ()


def test_a_purpose_gives_a_reason() -> None:
    talk = read(STAIRS, ("S", "We will do a scan so that we can see the joint."))

    assert [move.kind for move in reasons(talk, 1)] == ["gives_why"]
