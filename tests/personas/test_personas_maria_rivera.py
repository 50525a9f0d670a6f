"""Maria Rivera's patterns find what they are for, and leave alone what merely sounds like it."""

import pytest

import personas
from personas import says

MARIA, RESULT = personas.find_scenario("maria-biopsy-result")
FACTS = {fact.id: fact for fact in RESULT.facts}
CONCERNS = {concern.id: concern for concern in MARIA.concerns}


@pytest.mark.parametrize(
    ("concern", "said"),
    [
        ("mother", "My mum died of it."),
        ("mother", "My mother had breast cancer, when I was twenty-three."),
        ("mother", "I lost my mum to this."),
        ("mother", "It’s what Mum had."),
        ("mother", "It was breast cancer that took my mum."),
        ("daughter", "I keep thinking I've passed it on to Elena."),
        ("daughter", "What if my daughter could get it too?"),
        ("daughter", "Have I given her this?"),
        ("daughter", "It'll be in her blood."),
        ("delay", "I've known for four months."),
        ("delay", "I didn't tell anyone. Not even Dave."),
        ("delay", "I told nobody."),
        ("delay", "I never told a soul about it."),
        ("chemo", "I can't go through chemo."),
        ("chemo", "I held the bowl for her."),
        ("chemo", "I'm not having chemotherapy, I watched what it did."),
        ("chemo", "I nursed my mum to the end."),
        ("dave", "Dave thinks it's on Thursday."),
        ("dave", "He doesn't know I'm here."),
    ],
)
def test_a_concern_is_heard_in_other_words_too(concern: str, said: str) -> None:
    assert says(CONCERNS[concern].phrasings, said)


@pytest.mark.parametrize(
    "said",
    [
        "I keep thinking about my mum.",
        "My mum had a stall on the market.",
        "Is it cancer? Just tell me.",
        "So it's breast cancer, and they take it out.",
        "My girl's got her mocks in three weeks.",
        "I gave it to the girl at the desk.",
        "I've got Elena to think about.",
        "It was a couple of weeks, give or take.",
        "I've not told Elena I'm here, she thinks it's the dentist.",
        "Will I need chemo?",
        "Not that word. Not today.",
        "Dave's on the early shift.",
        "I put no on the form.",
    ],
)
def test_no_concern_is_heard_where_none_is_told(said: str) -> None:
    assert [concern.id for concern in MARIA.concerns if says(concern.phrasings, said)] == []


@pytest.mark.parametrize(
    "said",
    [
        "The biopsy shows breast cancer.",
        "I'm really sorry, Maria. It is cancer.",
        "I'm afraid the lump is a breast cancer.",
        "The results show that this is a cancer.",
        "You have breast cancer.",
        "You've got a small early breast cancer.",
        "They found cancer cells in the sample.",
        "The lump has turned out to be malignant.",
        "The diagnosis is breast cancer.",
        "Yes, I'm sorry, it is.",
        "It’s an invasive ductal carcinoma.",
    ],
)
def test_the_news_is_recognised_however_it_is_told(said: str) -> None:
    assert says(FACTS["cancer"].told_by, said)


@pytest.mark.parametrize(
    "said",
    [
        "Do you have any cancer in the family?",
        "Has anyone in your family had cancer?",
        "Are you worried that it might be cancer?",
        "Did you think it was cancer?",
        "We do the test to see whether it is cancer.",
        "I have the result of the biopsy here.",
        "It isn't the news we were hoping for.",
        "Have you had cancer before?",
        "I'm one of the doctors in the breast cancer team.",
        "You said you were afraid of cancer.",
    ],
)
def test_what_is_not_the_news_is_not_taken_for_it(said: str) -> None:
    assert not says(FACTS["cancer"].told_by, said)


@pytest.mark.parametrize(
    ("fact", "said"),
    [
        ("cancer", "The lump is benign."),
        ("cancer", "Your results came back clear."),
        ("cancer", "You don't have cancer."),
        ("early", "It has spread to your liver."),
        ("early", "The cancer has already spread."),
        ("early", "This is stage four."),
        ("surgery_first", "We'll start with chemotherapy."),
        ("surgery_first", "You will definitely need a mastectomy."),
        ("chemo_open", "You will need chemo."),
        ("chemo_open", "You won't need chemotherapy."),
        ("outlook", "You're going to die."),
        ("outlook", "I promise you'll be fine."),
        ("outlook", "You will definitely be cured."),
        ("genes", "It's definitely genetic."),
        ("genes", "Your daughter will get it."),
        ("genes", "Elena can't get it."),
        ("no_blame", "It could have been caught earlier."),
        ("no_blame", "If you'd come to us sooner, it would be smaller."),
        ("no_blame", "You left it too long."),
    ],
)
def test_a_wrong_statement_is_flagged(fact: str, said: str) -> None:
    assert says(FACTS[fact].contradicted_by, said)


@pytest.mark.parametrize(
    "said",
    [
        "The biopsy shows breast cancer, and the glands in your armpit looked normal.",
        "We don't know if it has spread until the operation.",
        "There is no sign that it has spread.",
        "We don't know yet whether you will need chemotherapy.",
        "You may need chemo, and that is decided after the operation.",
        "The first step is an operation to take the lump out.",
        "You're asking me if you are going to die.",
        "I can't promise that everything will be fine.",
        "Most breast cancers are not inherited.",
        "It sounds as if you're afraid that Elena will get it.",
        "Nothing you did caused this, and it's not your fault.",
        "Nobody can say what coming earlier would have changed.",
        "Many women with a cancer like this are cured.",
        "Are you worried your daughter has it?",
    ],
)
def test_a_true_or_open_statement_is_not_flagged(said: str) -> None:
    assert [fact.id for fact in RESULT.facts if says(fact.contradicted_by, said)] == []


@pytest.mark.parametrize(
    "said",
    [
        "Is anyone here with you today?",
        "Have you brought someone with you?",
        "Did you come on your own?",
        "Who's at home with you?",
        "How are you getting home?",
        "Is there somebody we can ring for you?",
        "Would you like your husband to come in?",
        "Who can be with you tonight?",
        "Could your sister pick you up?",
        "Are you all right to drive?",
        "You're here by yourself, is that right?",
    ],
)
def test_asking_about_company_is_recognised(said: str) -> None:
    assert says(RESULT.must_ask[0].asked_by, said)


@pytest.mark.parametrize(
    "said",
    [
        "You won't be alone in this.",
        "I am here with you.",
        "Is there anything you want to ask?",
        "How are you feeling today?",
        "Has anyone in your family had this?",
        "When did you first notice it?",
    ],
)
def test_other_talk_is_not_taken_for_asking_about_company(said: str) -> None:
    assert not says(RESULT.must_ask[0].asked_by, said)


def test_she_is_not_clinically_reviewed_until_somebody_signed() -> None:
    assert (MARIA.review.reviewer, MARIA.review.reviewed_on) == (None, None)


def test_the_deepest_secrets_need_the_most_trust() -> None:
    opens_at = {concern.id: concern.opens_when.trust for concern in MARIA.concerns if concern.main}

    assert sorted(opens_at, key=opens_at.__getitem__) == ["mother", "daughter", "delay", "chemo"]
