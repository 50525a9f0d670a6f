"""Questions asked in the order of a statement are read as questions; clauses that only look like them stay."""

import pytest

from scoring import read_turn
from scoring.moves.sentences import sentences_of
from scoring.word_order import in_question_order


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("What they told you about it until now?", "what have they told you about it until now"),
        ("What you have been told so far?", "what have you been told so far"),
        ("So, what questions you have?", "what questions do you have"),
        ("What kind of help you need?", "what kind of help do you need"),
        ("How often he is calling?", "how often is he calling"),
        ("How long you have had this pain?", "how long have you had this pain"),
        ("How you feeling, love?", "how are you feeling"),
        ("How you been sleeping?", "how have you been sleeping"),
        ("What you scared of?", "what are you scared of"),
        ("What you really think it is?", "what do you really think it is"),
        ("Why you didn't come?", "why did you not come"),
        ("What she say to you?", "what does she say to you"),
        ("What time you can come?", "what time can you come"),
        ("Before I say anything, what they told you so far?", "before i say anything, what have they told you so far"),
        ("What else you would like to ask?", "what else would you like to ask"),
        ("Is it okay now, or you prefer to wait?", "is it okay now, or do you prefer to wait"),
    ],
)
def test_a_question_in_the_order_of_a_statement_is_turned(said: str, meant: str) -> None:
    assert [sentence.text for sentence in sentences_of(said)] == [meant]


@pytest.mark.parametrize(
    ("said", "stays"),
    [
        ("What worries you most?", "what worries you most"),
        ("What makes you think that?", "what makes you think that"),
        ("What have they told you?", "what have they told you"),
        ("What if you try it?", "what if you try it"),
        ("How about you ring her?", "how about you ring her"),
        ("When you wake up, are you tired?", "when you wake up, are you tired"),
        ("What you need is rest, okay?", "what you need is rest, okay"),
        ("What you told me, that was hard?", "what you told me, that was hard"),
        ("What you have been through.", "what you have been through"),
        ("What they think does not matter.", "what they think does not matter"),
        ("How you?", "how you"),
        ("What?", "what"),
    ],
)
def test_other_clauses_with_a_question_word_stay_as_they_are(said: str, stays: str) -> None:
    assert [sentence.text for sentence in sentences_of(said)] == [stays]


def test_words_moved_or_put_in_stand_for_the_words_they_were_moved_across() -> None:
    assert in_question_order(["what", "you", "have", "heard"]) == [
        ("what", 0, 0),
        ("have", 1, 2),
        ("you", 1, 2),
        ("heard", 3, 3),
    ]
    assert in_question_order(["how", "you", "feel"]) == [("how", 0, 0), ("do", 1, 1), ("you", 1, 1), ("feel", 2, 2)]


def test_a_turned_question_is_quoted_as_it_was_said() -> None:
    text = "I see. What they told you about it?"

    assert [text[move.start : move.end] for move in read_turn(text, ()).all("asks_prior_knowledge")] == [
        "What they told you about it"
    ]
