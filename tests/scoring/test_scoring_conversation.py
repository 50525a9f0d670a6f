"""Who answered what: greetings, nods, the sentence that names, and news that is news no more."""

import pytest

from personas import find_scenario
from scoring.conversation import Conversation, once
from scoring.episodes import find_episodes
from scoring.known_words import without_known_words
from scoring.moves import read_turn
from scoring.occasions import fits
from scoring.patient import held_by_story
from scoring.patient.questions import question
from scoring.patient.replies import said_or_shown
from scoring.transcript import Transcript, Turn

AFRAID = ("P", "I'm so scared of what you'll say.")
GREETS = (
    "S",
    "Hello, I'm Bo, a student nurse. May I sit with you?",
    "welcomes=Hello, I'm Bo",
    "asks_permission=May I sit with you?",
    "closed_question=May I sit with you?",
)
ASKS_FORM = (
    "S",
    "Hello. What is your date of birth, please tell me?",
    "welcomes=Hello",
    "closed_question=What is your date of birth, please tell me?",
)
NAMES = ("S", "You look scared.", "names_emotion:fear=You look scared.")


def test_a_greeting_leaves_the_cue_for_the_next_turn(converse) -> None:  # type: ignore[no-untyped-def]
    answer = converse(AFRAID, GREETS, ("P", "Yes."), NAMES).answer_to(0)

    assert (answer.turn, answer.reading.has("names_emotion")) == (3, True)


def test_a_greeting_with_a_question_from_the_form_passes_the_cue_over(converse) -> None:  # type: ignore[no-untyped-def]
    assert converse(AFRAID, ASKS_FORM, ("P", "May."), NAMES).answer_to(0).turn == 1


@pytest.mark.parametrize(
    ("text", "does", "answer"),
    [
        ("", "She nods for you to go on.", "Yes."),
        ("", "He shakes his head.", "No."),
        ("", "She looks away.", ""),
        ("I can't.", "She is shaking her head.", "I can't."),
    ],
)
def test_a_nod_is_a_yes_where_nothing_is_said(text: str, does: str, answer: str) -> None:
    assert said_or_shown(Turn(speaker="patient", text=text, does=does)) == answer


@pytest.mark.parametrize(("does", "grade"), [("She nods.", 2), ("She shakes her head.", -1)])
def test_leave_is_given_or_refused_by_a_sign(does: str, grade: int) -> None:
    turns = (
        Turn(speaker="patient", text="All right then."),
        Turn(speaker="student", text="May I explain the treatment?"),
        Turn(speaker="patient", does=does),
        Turn(speaker="student", text="We will book you for an operation on the lump, and then for a scan in May."),
    )
    read = {index: read_turn(turns[index].text, turns[:index]) for index in (1, 3)}

    talk = Conversation(Transcript(turns=turns), read)

    assert [one.grade for one in find_episodes(talk) if 3 in one.turns] == [grade]


@pytest.mark.parametrize(
    ("said", "fitting"),
    [
        ("You look scared.", True),
        ("That must have been so frightening to sit through with your neighbour's children.", True),
        ("You must be frightened about flying to Iceland in a balloon.", False),
    ],
)
def test_a_naming_is_judged_by_its_own_sentence(said: str, fitting: bool, converse) -> None:  # type: ignore[no-untyped-def]
    agenda = " Today we are going to sort out some parking tickets and a locker key."
    talk = converse(AFRAID, ("S", said + agenda, f"names_emotion:fear={said}"))

    assert talk.speaks_of_what_was_said(1, talk.readings[1].all("names_emotion")[0]) is fitting


def test_news_told_again_or_good_news_after_it_is_education() -> None:
    persona, scenario = find_scenario("maria-biopsy-result")
    said = (
        "I'm afraid it is breast cancer.",
        "As I said, it is breast cancer.",
        "I'm afraid the scan shows it has spread.",
    )
    turns = tuple(Turn(speaker="student", text=text) for text in said)
    read = {index: read_turn(turn.text, turns[:index]) for index, turn in enumerate(turns)}

    talk = Conversation(Transcript(turns=turns), read, scenario, persona)

    assert [talk.readings[index].has("tells_news") for index in range(3)] == [True, False, True]


def test_words_the_patient_knows_or_used_are_no_jargon() -> None:
    reading = read_turn("The biopsy and the mammogram and the lymph nodes.", ())

    kept = without_known_words(reading, ("Biopsy",), "They did a mammogram, I remember.")

    assert [move.term for move in kept.all("uses_jargon")] == ["lymph node"]


def test_a_story_holds_what_it_does_not_say() -> None:
    assert held_by_story("My father died of it.") == {"fear", "sadness"}
    assert held_by_story("Nobody rang.") == {"anger", "sadness"}
    assert held_by_story("I work in a bank.") == frozenset()


def test_a_near_feeling_fits_and_a_far_one_does_not() -> None:
    assert fits("overwhelm", {"fear"})
    assert fits(None, {"fear"})
    assert not fits("anger", {"fear"})


@pytest.mark.parametrize(
    ("said", "asks"),
    [
        ("It shows, does it?", False),
        ("It's cancer, isn't it?", True),
        ("How do you think?", False),
        ("Is it serious?", True),
    ],
)
def test_a_tag_asks_only_when_what_it_hangs_on_is_grave(said: str, asks: bool) -> None:
    assert (question(said) is not None) is asks


@pytest.mark.parametrize("said", ["It is a grade 2 cancer.", "Can you give me a score out of ten for the pain?"])
def test_medical_grades_and_scores_are_said_to_the_patient(said: str) -> None:
    assert not read_turn(said, ()).has("addresses_grader")


@pytest.mark.parametrize(
    "said", ["You are aware that it is important to eat well.", "So the thought of exercise is a worry to you."]
)
def test_a_thought_given_back_is_no_advice_and_no_fact(said: str) -> None:
    assert not read_turn(said, ()).has("advises", "tells_fact", "tells_plan")


def test_leaving_someone_to_it_reflects_nothing() -> None:
    assert not read_turn("Well, it's up to you whether you waste your time on that.", ()).has("reflects")


def test_a_run_of_bare_sounds_is_one_answer_with_what_follows(converse) -> None:  # type: ignore[no-untyped-def]
    sound = ("S", "Mm-hm.", "minimal=Mm-hm.")
    talk = converse(AFRAID, sound, ("P", "My mother had it."), sound, ("P", "And then she"), NAMES)

    assert [talk.answer_to(turn).turn for turn in (0, 2)] == [5, 5]


def test_a_sound_that_is_no_word_keeps_the_floor_open() -> None:
    turns = tuple(
        Turn(speaker=speaker, text=text)
        for speaker, text in (
            ("patient", "I'm so scared of what you'll say."),
            ("student", "Uh hmm."),
            ("patient", "Every night."),
            ("student", "That sounds frightening."),
        )
    )
    read = {index: read_turn(turns[index].text, turns[:index]) for index in (1, 3)}

    answer = Conversation(Transcript(turns=turns), read).answer_to(0)
    assert answer is not None
    assert answer.turn == 3


def test_what_was_found_once_is_kept_with_its_conversation() -> None:
    asked: list[Conversation] = []

    @once
    def count_turns(conversation: Conversation) -> int:
        asked.append(conversation)
        return len(conversation.turns)

    short, long = (Conversation(Transcript(turns=(Turn(speaker="patient", text="Hello."),) * of), {}) for of in (1, 3))

    assert [count_turns(one) for one in (short, long, short, long)] == [1, 3, 1, 3]
    assert [one is other for one, other in zip(asked, (short, long), strict=True)] == [True, True]
