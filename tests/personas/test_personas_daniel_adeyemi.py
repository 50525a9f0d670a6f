"""Daniel Adeyemi's patterns find what they are for, and nothing that merely sounds like it; he is heard, not seen."""

import re
from typing import get_args

import pytest

import personas
from app.patient.direction import prefix
from app.patient.disclosure import tells_news
from app.patient.effects import LOSSES, WINS
from app.patient.risk import asked_risk
from personas import says
from personas.schema import Line, Part
from personas.vocabulary import MomentKind, RiskKind

DANIEL, CALL = personas.find_scenario("daniel-childs-film")
FACTS = {fact.id: fact for fact in CALL.facts}
CONCERNS = {concern.id: concern for concern in DANIEL.concerns}
MUST_ASK = {must.id: must for must in CALL.must_ask}
PARTS = {concern.id: concern.part for concern in DANIEL.concerns if concern.part}
STARTS_AT = CALL.difficulties["standard"].trust


def part_of(concern: str) -> Part:
    return PARTS[concern]


def lines_on(occasion: str) -> list[Line]:
    return [line for line in DANIEL.lines if line.on == occasion]


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
    assert [concern for concern in PARTS if says(part_of(concern).phrasings, said)] == []


@pytest.mark.parametrize(
    ("concern", "said"),
    [
        ("net", "I wasn't in the garden, I was in the flat."),
        ("net", "He was out there on his own for a bit."),
        ("net", "I didn’t actually see him fall."),
        ("mother", "Things are difficult between us at the moment."),
        ("mother", "Hannah and I have been arguing about his time with me."),
        ("mother", "We're in dispute over the weekends."),
        ("before", "He'd mentioned that arm once, on the way to school."),
        ("before", "He used to rub his wrist. I made nothing of it."),
        ("before", "It wasn't the first I'd heard of it."),
        ("sister", "Somebody at home had an X-ray once."),
        ("sister", "When I was seventeen there was a film that was clear, at the hospital."),
        ("sister", "We've had a call like this before."),
    ],
)
def test_a_half_told_concern_is_heard_in_other_words_too(concern: str, said: str) -> None:
    assert [one for one in PARTS if says(part_of(one).phrasings, said)] == [concern]
    assert not says(CONCERNS[concern].phrasings, said)


@pytest.mark.parametrize(
    "said",
    [
        "He's at school, and I'm standing in the corridor.",
        "I was there. I'd sooner come to the film.",
        "He's with me every other weekend.",
        "Hannah and I separated two years ago.",
        "You never mentioned a second film.",
        "It hurts when he turns it, less each day.",
        "When I was a student I walked there.",
        "Who read the film on Sunday?",
    ],
)
def test_no_half_of_a_concern_is_heard_where_none_is_told(said: str) -> None:
    assert [concern for concern in PARTS if says(part_of(concern).phrasings, said)] == []


def test_every_main_concern_is_half_told_for_a_little_less_trust_than_the_whole() -> None:
    assert PARTS.keys() == {concern.id for concern in DANIEL.concerns if concern.main}
    gaps = {one: round(CONCERNS[one].opens_when.trust - part_of(one).opens_when.trust, 2) for one in PARTS}
    assert {one: gap for one, gap in gaps.items() if not 0.08 <= gap <= 0.14} == {}
    assert [one for one in PARTS if part_of(one).opens_when.trust <= STARTS_AT] == []


def test_half_a_concern_is_told_before_and_after_the_news_and_gives_no_whole_away() -> None:
    halves = [line for line in DANIEL.lines if line.part]
    given_away = [
        pattern for concern in DANIEL.concerns for pattern in (*concern.phrasings, *concern.never_before_open)
    ]

    assert sorted((line.concern, line.before_news) for line in halves if line.concern) == sorted(
        (one, before) for one in PARTS for before in (False, True)
    )
    assert [line.id for line in halves if not says(part_of(line.concern or "").phrasings, line.text)] == []
    assert [line.id for line in halves if says(given_away, f"{line.text} {line.does or ''}")] == []


def test_no_other_line_tells_half_a_concern() -> None:
    others = [(line, one) for line in DANIEL.lines for one in PARTS if line.concern != one]

    assert [(line.id, one) for line, one in others if says(part_of(one).phrasings, line.text)] == []


@pytest.mark.parametrize(
    ("kind", "asked"),
    [
        ("self_harm", "Have you had any thoughts of harming yourself?"),
        ("self_harm", "Do you ever think about suicide?"),
        ("harm_from_others", "Do you feel safe at home?"),
        ("harm_from_others", "Has anybody ever hurt you?"),
        ("harm_to_others", "Has anyone hurt Noah?"),
        ("harm_to_others", "Have you ever hit him?"),
    ],
)
def test_asked_outright_about_harm_he_says_that_there_is_none(kind: RiskKind, asked: str) -> None:
    risk = asked_risk(DANIEL, asked, "Noah's at school.")

    assert risk is not None
    assert (risk.kind, risk.opens) == (kind, None)
    assert [line.text.split(".")[0] for line in lines_on("risk") if line.risk == kind] == ["No", "No"]


def test_the_guarded_and_the_open_answer_about_harm_leave_no_gap() -> None:
    for kind in get_args(RiskKind):
        guarded, open_ = (line.trust for line in lines_on("risk") if line.risk == kind)
        assert guarded[0] == 0
        assert open_[1] == 1
        assert open_[0] <= guarded[1]


OUT_OF_HIS_LIFE = (
    "My daughter had one of these.",
    "Both of my sons climb.",
    "My son's called Jack.",
    "My boy's name is Toby.",
    "He's only six.",
    "Noah is eight now.",
    "I'm forty-two.",
    "I am 45, I don't scare easily.",
    "I teach maths.",
    "I'm a primary school teacher.",
    "I'm retired.",
    "I work in a bank.",
    "We live in Manchester.",
    "My flat is in Bradford.",
    "It's a second-floor flat.",
    "The trampoline is at his grandparents'.",
    "My girlfriend was there too.",
    "Hannah died two years ago.",
    "We separated last year.",
    "We split up about six months ago.",
    "Noah lives with me.",
    "I have him every weekend.",
    "Hannah is in Paris.",
    "His mother's here with me.",
    "He landed on his right hand, and his right wrist hurts.",
    "He's left-handed.",
    "He fell off his bike.",
    "He came down from the climbing frame. No, he came off the swing.",
    "The accident was last Thursday.",
    "He fell on Sunday.",
    "They put it in a plaster cast.",
    "They said it was broken.",
    "I've already read the report.",
    "Somebody has already rung me about the report.",
    "Noah has asthma.",
    "He's allergic to nuts.",
    "He's had a temperature since.",
    "The pain wakes him up.",
    "My mother died when I was ten.",
    "I lost my dad last year.",
    "My brother had this.",
    "My sister lives in Hull.",
)


@pytest.mark.parametrize("said", OUT_OF_HIS_LIFE)
def test_what_contradicts_who_he_is_is_found(said: str) -> None:
    assert says(DANIEL.contradicted_by, said)


@pytest.mark.parametrize("pattern", DANIEL.contradicted_by)
def test_each_contradiction_is_found_in_two_sentences_at_least(pattern: str) -> None:
    assert len([said for said in OUT_OF_HIS_LIFE if says((pattern,), said)]) >= 2


@pytest.mark.parametrize(
    "said",
    [
        "I've no other children. Just Noah.",
        "I've thirty children in a class.",
        "His teacher is called Miss Ward.",
        "My son's name is Noah.",
        "He's seven.",
        "He's two miles off, at school.",
        "I'm thirty-eight, and I feel it.",
        "I'm forty feet from my classroom.",
        "I teach geography.",
        "I'm a teacher at a secondary school in Leeds.",
        "I'm out of the room now.",
        "I work in a school.",
        "I live in Headingley.",
        "My flat is in Leeds.",
        "It's a ground-floor flat with a bit of garden.",
        "The trampoline is in the garden.",
        "I'm separated from his mother.",
        "Hannah is away.",
        "We separated two years ago.",
        "We've been apart for two years.",
        "He lives with his mother.",
        "I have him every other weekend.",
        "Hannah is in Dublin.",
        "His mother isn't here.",
        "He landed on his left hand.",
        "He writes with his right hand.",
        "He fell off the trampoline.",
        "He can climb a wall, usually.",
        "He fell on Saturday afternoon.",
        "The call came today.",
        "He's got a splint. There was no fracture.",
        "They said it wasn't broken.",
        "I haven't seen the report.",
        "Will somebody ring me about the appointment?",
        "Noah has no allergies.",
        "He had grommets at four.",
        "He's had no fever.",
        "Nothing wakes him.",
        "My parents are in Sheffield.",
        "My mother irons when it's bad.",
        "My sister Ruth was fourteen.",
        "I had a younger sister.",
    ],
)
def test_what_agrees_with_who_he_is_is_left_alone(said: str) -> None:
    assert not says(DANIEL.contradicted_by, said)


def test_nothing_he_says_or_is_contradicts_him() -> None:
    his = [line.text for line in DANIEL.lines] + [DANIEL.who, *DANIEL.knows, *DANIEL.afterwards.values()]
    his += [one.tell for one in DANIEL.concerns] + [one.answer for one in DANIEL.risks] + [CALL.opening]

    assert [text for text in his if says(DANIEL.contradicted_by, text)] == []


def test_by_phone_nothing_is_done_but_talk() -> None:
    assert CALL.actions == ()
    assert lines_on("act") == []


@pytest.mark.parametrize(
    ("occasion", "least"),
    [("interrupts", 3), ("fed_up", 2), ("leaves", 2), ("asks", 12), ("jargon", 5), ("misread", 4), ("unclear", 4)],
)
def test_he_has_enough_to_say_on_each_occasion(occasion: str, least: int) -> None:
    assert len(lines_on(occasion)) >= least


def test_he_deflects_in_eight_ways_with_words_and_reminds_of_every_concern() -> None:
    assert len([line for line in lines_on("off_topic") if line.text]) >= 8
    assert {line.concern for line in lines_on("again")} - {None} == CONCERNS.keys()


@pytest.mark.parametrize("kind", ["blames", "dismisses", "reassures_early"])
def test_harsh_words_are_taken_otherwise_by_who_trusts(kind: str) -> None:
    """The first line that fits is said: an open man answers such a turn in other words than a wary one."""

    def first(trust: float) -> str:
        lines = [line for line in lines_on("move") if kind in line.moves and line.before_news is not True]
        return next(line.id for line in lines if line.trust[0] <= trust <= line.trust[1])

    assert first(0.1) != first(0.8)


def test_every_move_and_moment_that_can_come_by_phone_has_a_thought() -> None:
    thought_of: list[str] = [kind for one in DANIEL.inner_thoughts for kind in one.after]

    assert {*WINS, *LOSSES, *get_args(MomentKind)} - {*thought_of} == set()
    frequent = ("names_emotion", "open_question", "tells_fact", "validates", "ignores_cue")
    assert [kind for kind in frequent if thought_of.count(kind) < 2] == []


def test_no_thought_tells_half_a_concern() -> None:
    shown = [one.thought for one in DANIEL.inner_thoughts] + list(DANIEL.afterwards.values())

    assert [text for text in shown for one in PARTS if says(part_of(one).phrasings, text)] == []


def test_he_spells_the_name_he_has() -> None:
    spelt = next(line.text for line in DANIEL.lines if line.id == "dob_again")

    assert "".join(re.findall(r"\b[A-Z]\b", spelt.split(".")[1])) == "ADEYEMI"


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
        "There's like a little spot in the bone.",
        "Basically there's a clear bit in the bone. Like a bubble.",
        "In the photo they see one small clear place.",
        "There is one small place in the bone which is different.",
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
        "They will see him in a different clinic.",
        "So that we can see the edges better.",
        "There's a small bit of paperwork first.",
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
