"""Daniel Adeyemi's patterns find what they are for, and nothing that merely sounds like it; he is heard, not seen."""

import re

import pytest

import personas
from app.patient.direction import prefix
from app.patient.disclosure import tells_news
from personas import says

DANIEL, CALL = personas.find_scenario("daniel-childs-film")
FACTS = {fact.id: fact for fact in CALL.facts}
CONCERNS = {concern.id: concern for concern in DANIEL.concerns}
MUST_ASK = {must.id: must for must in CALL.must_ask}


@pytest.mark.parametrize(
    ("concern", "said"),
    [
        ("sister", "My sister died of it. Of cancer, in the bone."),
        ("sister", "I lost my little sister when I was at school."),
        ("sister", "Ruth was fourteen when she died."),
        ("sister", "It began with a knock to the knee."),
        ("before", "I told him to get on with it."),
        ("before", "He'd been saying his wrist hurt, and I didn’t listen."),
        ("before", "It was sore for weeks, if I'm honest."),
        ("before", "His wrist ached before he fell."),
        ("mother", "I haven't told his mother."),
        ("mother", "Hannah doesn't know."),
        ("mother", "I've not told her yet."),
        ("mother", "There's a solicitor involved."),
        ("mother", "She hasn’t been told that he fell."),
        ("net", "The net wasn't done up."),
        ("net", "It was unzipped, and I saw it."),
        ("net", "I meant to zip it. I was going to."),
        ("net", "I was marking, in the kitchen."),
        ("phrase", "It's what they told my mother."),
        ("phrase", "Nothing to worry about, they said, and then it was."),
    ],
)
def test_a_concern_is_heard_in_other_words_too(concern: str, said: str) -> None:
    assert says(CONCERNS[concern].phrasings, said)


@pytest.mark.parametrize(
    "said",
    [
        "I've heard that before, about a first film.",
        "He fell off, on to his hand.",
        "It was my weekend. He was with me.",
        "He's seven. Something is always sore.",
        "His wrist hurts less than it did on Saturday.",
        "She's away until tomorrow. I'll speak to her.",
        "I'd want it before his mother hears any of it.",
        "Is it cancer?",
        "I was there. I was twenty feet away.",
        "He does have a red book. Hannah keeps it.",
        "I don't want to be told not to worry.",
        "Shall I carry on with the paracetamol?",
        "What do I tell Noah?",
        "The net result is that you don't know.",
    ],
)
def test_no_concern_is_heard_where_none_is_told(said: str) -> None:
    assert [concern.id for concern in DANIEL.concerns if says(concern.phrasings, said)] == []


@pytest.mark.parametrize(
    "said",
    [
        "The radiologist saw a small clear area in the bone near his wrist.",
        "There's something on the X-ray that we didn't expect.",
        "There is a small patch in the bone.",
        "They noticed a little spot in the bone when they looked again.",
        "The report mentions a lesion in the radius.",
        "It's a non-ossifying fibroma.",
        "So there's a lucent lesion in the distal radius.",
        "The film shows a small dark area in Noah's arm.",
        "Dr Anand picked up something unexpected on the film.",
        "We've found a small area that looks different from the rest of the bone.",
        "There’s no fracture, but there’s a little gap in the bone.",
        "Theres a small shadow on the film",
    ],
)
def test_the_news_is_recognised_however_it_is_told(said: str) -> None:
    assert tells_news(CALL, said)


def test_a_plain_yes_to_his_question_tells_the_news_too() -> None:
    assert tells_news(CALL, "Yes, there's something on the film.", "What did they see?")


@pytest.mark.parametrize(
    "said",
    [
        "I'm ringing about the X-ray that Noah had on Saturday.",
        "The radiologist has looked at the film again and written a report.",
        "There is no fracture, that hasn't changed.",
        "They didn't find anything broken.",
        "The doctor saw no fracture on Saturday.",
        "I have something to tell you about the film.",
        "Did they tell you that something was seen?",
        "Have you noticed a lump or any swelling?",
        "Is there something worrying you?",
        "It isn't what we were expecting.",
        "I don't know whether they saw something.",
        "There's an area outside where you could talk?",
        "Every film is read a second time by a radiologist.",
    ],
)
def test_what_is_not_the_news_is_not_taken_for_it(said: str) -> None:
    assert not tells_news(CALL, said)


@pytest.mark.parametrize(
    ("fact", "said"),
    [
        ("finding", "His X-ray is completely normal."),
        ("finding", "The film came back fine."),
        ("finding", "There's nothing there."),
        ("finding", "It's bone cancer."),
        ("finding", "He has a sarcoma."),
        ("no_fracture", "His wrist is broken after all."),
        ("no_fracture", "They missed a small fracture."),
        ("most_likely", "It's definitely benign."),
        ("most_likely", "I promise you he'll be fine."),
        ("most_likely", "It can't be cancer."),
        ("most_likely", "There's no chance it's anything serious."),
        ("common", "It's an extremely rare condition."),
        ("grows_out", "He'll need an operation."),
        ("grows_out", "Noah will need a biopsy."),
        ("plan", "You don't need to do anything."),
        ("plan", "He doesn't need any follow-up."),
        ("plan", "Bring him in right now."),
        ("plan", "It's an emergency."),
        ("not_the_fall", "It was caused by the fall."),
        ("not_the_fall", "You should have been watching."),
        ("not_the_fall", "If you'd brought him sooner we would know more."),
        ("saturday", "It wasn't there on Saturday."),
        ("saturday", "Nothing was missed."),
        ("both_parents", "We won't tell his mother."),
        ("both_parents", "This stays between us."),
        ("both_parents", "I've already rung Noah's mum."),
        ("when_sooner", "Don't worry about any pain."),
    ],
)
def test_a_wrong_statement_is_flagged(fact: str, said: str) -> None:
    assert says(FACTS[fact].contradicted_by, said)


@pytest.mark.parametrize(
    "said",
    [
        "There is no fracture, and there's a small clear area in the bone.",
        "It looks most like something harmless that growing bones do.",
        "It does not look like cancer, and one film cannot say so for certain.",
        "I can't promise you that it's harmless.",
        "You're wondering whether it's cancer.",
        "The fall did not cause it. It was there before.",
        "It wasn't caused by the fall.",
        "He may never need an operation.",
        "It's not an emergency, so it can wait until next week.",
        "Bring him back if the pain gets worse or wakes him at night.",
        "It's not your fault.",
        "The doctor on Saturday did not see it, and I'm sorry.",
        "We take no sides, and we can't keep it from his mother if she asks.",
        "Would you like to tell his mother yourself?",
        "He has a place in the bone clinic, with another film first.",
        "I won't tell you that there's nothing to be afraid of.",
    ],
)
def test_a_true_or_open_statement_is_not_flagged(said: str) -> None:
    assert [fact.id for fact in CALL.facts if says(fact.contradicted_by, said)] == []


@pytest.mark.parametrize(
    ("must", "said"),
    [
        ("identity", "Am I speaking to Noah's father?"),
        ("identity", "Is that Mr Adeyemi?"),
        ("identity", "Can you give me his date of birth?"),
        ("identity", "Could I check who I'm speaking to?"),
        ("identity", "Can you confirm Noah’s full name for me?"),
        ("moment", "Is now a good time to talk?"),
        ("moment", "You're not driving, are you? Are you driving?"),
        ("moment", "Are you somewhere quiet?"),
        ("moment", "Can you talk for a moment?"),
        ("moment", "Where are you at the moment?"),
        ("moment", "Is there anyone with you?"),
        ("red_flags", "Does he have any pain at night?"),
        ("red_flags", "Does it wake him when he's asleep?"),
        ("red_flags", "Have you noticed any swelling or a lump?"),
        ("red_flags", "Has he had a fever?"),
        ("red_flags", "Has he lost weight?"),
        ("red_flags", "Was the wrist sore before he fell?"),
    ],
)
def test_what_must_be_asked_is_recognised(must: str, said: str) -> None:
    assert says(MUST_ASK[must].asked_by, said)


@pytest.mark.parametrize(
    ("must", "said"),
    [
        ("identity", "I'm calling about Noah's X-ray."),
        ("identity", "Is this hard for you?"),
        ("moment", "It was found just in time."),
        ("moment", "The clinic is a good place for him."),
        ("red_flags", "Come back if there is pain at night or a swelling."),
        ("red_flags", "How did you sleep last night?"),
        ("red_flags", "What worries you most?"),
        ("red_flags", "That must be painful for you."),
    ],
)
def test_other_talk_is_not_taken_for_what_must_be_asked(must: str, said: str) -> None:
    assert not says(MUST_ASK[must].asked_by, said)


def test_what_he_does_is_heard_and_never_seen() -> None:
    done = [line.does for line in DANIEL.lines if line.does] + [CALL.opening_does or ""]

    seen = re.compile(r"\b(looks?|looking|nods?|eyes?|face|stares?|smiles?|frowns?|shrugs?|turns away|sees?)\b", re.I)
    assert [does for does in done if seen.search(does)] == []


def test_a_language_model_is_told_that_nothing_can_be_seen() -> None:
    told = prefix(DANIEL, CALL)

    assert "You hear each other and see nothing." in told
    assert "what can be heard of you" in told.lower()


def test_he_is_not_clinically_reviewed_until_somebody_signed() -> None:
    assert (DANIEL.review.reviewer, DANIEL.review.reviewed_on) == (None, None)


def test_the_deepest_secrets_need_the_most_trust() -> None:
    opens_at = {concern.id: concern.opens_when.trust for concern in DANIEL.concerns if concern.main}

    assert sorted(opens_at, key=opens_at.__getitem__) == ["net", "mother", "before", "sister"]


def test_he_has_only_heard_of_it_when_he_was_told() -> None:
    """Before the news no line of his speaks of the bone, a cancer or a growth."""
    early = [one for one in DANIEL.lines if one.before_news is not False and one.on not in ("tell", "again", "news")]
    ahead = re.compile(r"\b(bone|cancer|tumour|growth|patch|area)\b", re.IGNORECASE)

    assert [line.id for line in early if ahead.search(line.text)] == []
