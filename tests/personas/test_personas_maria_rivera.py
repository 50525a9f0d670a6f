"""Maria Rivera's patterns find what they are for, and leave alone what merely sounds like it."""

from collections import Counter
from typing import get_args

import pytest

import personas
from app.patient.effects import ACTIONS, LOSSES, WINS
from app.patient.risk import asked_risk
from personas import says
from personas.vocabulary import MomentKind, RiskKind

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


PARTS = {concern.id: concern.part for concern in MARIA.concerns if concern.part}
WHOLES = tuple(pattern for concern in MARIA.concerns for pattern in concern.phrasings + concern.never_before_open)


@pytest.mark.parametrize(
    ("concern", "said"),
    [
        ("mother", "I've sat in a room like this before. With my mum."),
        ("mother", "My mum sat in one of these rooms once, and I sat next to her."),
        ("mother", "It was Mum's turn, the last time I was in a place with tissues out."),
        ("daughter", "It's not for me. It's Elena."),
        ("daughter", "I could bear it if it ended with me."),
        ("daughter", "I lie awake over Elena, most nights."),
        ("daughter", "I can't look at Elena."),
        ("delay", "It was a bit longer than that, if I'm honest."),
        ("delay", "It wasn't really two weeks."),
        ("delay", "I've had it longer than I told the doctor. More than two weeks."),
        ("delay", "That date is wrong."),
        ("chemo", "I've seen it done. I was sat at the side of the bed."),
        ("chemo", "I know what that stuff does."),
        ("chemo", "I changed the sheets, every morning."),
    ],
)
def test_what_is_told_first_is_heard_in_other_words_too_and_is_not_the_whole(concern: str, said: str) -> None:
    assert says(PARTS[concern].phrasings, said)
    assert not says(WHOLES, said)


@pytest.mark.parametrize(
    "said",
    [
        "I keep thinking about my mum.",
        "She'd have sat you down and fed you, my mum.",
        "This room's like a fridge.",
        "My girl's got her mocks in three weeks.",
        "Elena wants to be a vet.",
        "I've got Elena to get through school.",
        "A couple of weeks before the doctor. About that.",
        "Two weeks to wait for an operation?",
        "It's in the letter.",
        "Not that word. Not today.",
        "I've seen the tissues.",
        "I'd want clean sheets, if I stopped in.",
    ],
)
def test_a_hint_is_not_taken_for_the_part(said: str) -> None:
    assert [concern for concern, part in PARTS.items() if says(part.phrasings, said)] == []


def test_every_main_concern_comes_out_in_layers() -> None:
    for concern in (one for one in MARIA.concerns if one.main):
        part = PARTS[concern.id]
        assert RESULT.difficulties["standard"].trust < part.opens_when.trust
        assert 0.08 <= round(concern.opens_when.trust - part.opens_when.trust, 2) <= 0.14


def test_a_part_has_two_forms_is_recognised_and_gives_no_whole_away() -> None:
    begun = [line for line in MARIA.lines if line.part]

    assert {concern: sum(line.concern == concern for line in begun) for concern in PARTS} == dict.fromkeys(PARTS, 2)
    assert [line.id for line in begun if not says(PARTS[line.concern or ""].phrasings, line.text)] == []
    assert [line.id for line in begun if says(WHOLES, f"{line.text} {line.does or ''}")] == []
    assert [concern for concern, part in PARTS.items() if says(WHOLES, part.tell)] == []


def test_no_other_line_begins_to_tell() -> None:
    """The whole may: who says that it was four months has said that it was not two weeks."""
    others = [line for line in MARIA.lines if line.on != "tell"]
    shown = [f"{line.text} {line.does or ''}" for line in others] + [one.thought for one in MARIA.inner_thoughts]
    shown += [*MARIA.knows, *(cue.hint_at for cue in MARIA.cues), *MARIA.afterwards.values()]

    assert [(text, one) for text in shown for one, part in PARTS.items() if says(part.phrasings, text)] == []


def test_the_truth_about_harm_is_always_no_whatever_the_trust() -> None:
    assert {risk.kind for risk in MARIA.risks} == set(get_args(RiskKind))
    for risk in MARIA.risks:
        answers = [line for line in MARIA.lines if line.risk == risk.kind]
        assert risk.answer.startswith("No.")
        assert len(answers) >= 2
        assert [line.id for line in answers if not says((r"\bno\b",), line.text)] == []
        for trust in (0.0, 0.3, 0.6, 1.0):
            assert [line for line in answers if line.trust[0] <= trust <= line.trust[1]], trust


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("Have you had any thoughts of harming yourself?", "self_harm"),
        ("Do you feel safe at home?", "harm_from_others"),
        ("Does Dave ever hurt you?", "harm_from_others"),
        ("Have you ever felt like hurting someone?", "harm_to_others"),
        ("Is Elena safe at home?", "harm_to_others"),
    ],
)
def test_a_question_about_harm_finds_her_answer(said: str, kind: str) -> None:
    asked = asked_risk(MARIA, said)

    assert asked is not None
    assert asked.kind == kind


@pytest.mark.parametrize("before_news", [True, False])
@pytest.mark.parametrize("trust", [0.2, 0.8])
def test_whatever_is_done_for_her_is_noticed(trust: float, before_news: bool) -> None:
    for action in RESULT.actions:
        lines = [
            line
            for line in MARIA.lines
            if action in line.acts
            and line.text
            and line.before_news is before_news
            and line.trust[0] <= trust <= line.trust[1]
        ]
        assert len(lines) == 1, action


def test_she_has_enough_of_her_own_to_say() -> None:
    worded: Counter[str] = Counter(line.on for line in MARIA.lines if line.text)

    least = {"interrupts": 3, "fed_up": 2, "leaves": 1, "asks": 12, "jargon": 5, "misread": 4, "unclear": 4}
    least |= {"off_topic": 8, "silence": 5, "goodbye": 4}
    assert {on: worded[on] for on, count in least.items() if worded[on] < count} == {}
    assert {line.concern for line in MARIA.lines if line.on == "again"} >= {one.id for one in MARIA.concerns}


def test_everything_that_moves_her_goes_through_her_mind() -> None:
    thought_after: Counter[str] = Counter(kind for one in MARIA.inner_thoughts for kind in one.after)
    often = ("names_emotion", "open_question", "tells_fact", "validates", "ignores_cue")

    assert {*WINS, *LOSSES, *ACTIONS, *get_args(MomentKind)} - thought_after.keys() == set()
    assert [kind for kind in often if thought_after[kind] < 2] == []


def test_her_thoughts_do_not_say_whether_the_student_is_a_man_or_a_woman() -> None:
    about = (r"^(he|she)\b", r"\b(he|she) (saw|said|asked|told|looked|listened)\b")

    assert [one.thought for one in MARIA.inner_thoughts if says(about, one.thought)] == []


CONTRADICTS = [
    (
        ("My son is at university.", "I've two sons, they're grown up."),
        ("My daughter's fifteen.", "My girl's at school."),
    ),
    (("I've three kids at home.", "We never had children."), ("Two hundred and forty children, I feed.", "One girl.")),
    (("My youngest is six.", "My other daughter's in Spain."), ("My other coat's warmer.", "Elena's the only one.")),
    (("Elena's twelve.", "Elena is at university."), ("Elena is fifteen.", "Elena's one for the sofa.")),
    (("I'm divorced.", "My ex has her at weekends."), ("I'm married.", "I'm expecting a phone call.")),
    (
        ("We've been married thirty years.", "Married ten years, us."),
        ("Married twenty-two years.", "Married 22 years."),
    ),
    (("Dave's a plumber.", "Dave drives a taxi."), ("Dave drives a bus.", "Dave's a good man.")),
    (("I'm a teacher.", "I work in an office."), ("I'm a dinner lady.", "I work in a school kitchen.")),
    (("We live in Nottingham.", "I was born in Spain."), ("We live in Leicester.", "I was born in Leicester.")),
    (("My parents came from Italy.", "I'm Portuguese."), ("My parents came from Galicia.", "I'm Maria.")),
    (("I'm fifty-two.", "I'm only 39, doctor."), ("I'm forty-eight.", "I'm forty minutes late as it is.")),
    (("I'll ring my mum.", "My mum's at home with her."), ("I'd want my mum.", "I wish I could ring my mum.")),
    (("My dad died last year.", "We buried Dad in May."), ("My dad's in a home.", "Dad calls me Carmen.")),
    (("My brother had it too.", "I'm an only child."), ("My sister's ten minutes away.", "My brother-in-law drives.")),
    (("I'm diabetic.", "My asthma's been bad."), ("I take hay fever tablets.", "My heart's going like a drum.")),
    (("I've had cancer before.", "When I had cancer the first time."), ("So I've cancer.", "I had a feeling.")),
    (("It's in my right breast.", "The lump's on the right side."), ("It's the left breast.", "Right, breast cancer.")),
    (("I already know the result.", "They told me it's cancer."), ("I don't know the result.", "Tell me the result.")),
    (("Dave's outside.", "My sister came with me."), ("I'm here on my own.", "Dave's on the early shift.")),
    (("I smoke ten a day.", "I don't drink."), ("I don't smoke.", "I don't drink much.")),
]


def test_every_pattern_of_what_contradicts_her_has_its_sentences() -> None:
    assert len(CONTRADICTS) == len(MARIA.contradicted_by)


@pytest.mark.parametrize(("pattern", "tried"), list(zip(MARIA.contradicted_by, CONTRADICTS, strict=True)))
def test_what_would_contradict_her_is_found_and_nothing_else(
    pattern: str, tried: tuple[tuple[str, ...], tuple[str, ...]]
) -> None:
    wrong, right = tried

    assert [one for one in wrong if not says((pattern,), one)] == []
    assert [one for one in right if says(MARIA.contradicted_by, one)] == []


def test_nothing_of_hers_contradicts_her() -> None:
    own = [line.text for line in MARIA.lines] + [one.thought for one in MARIA.inner_thoughts]
    own += [MARIA.who, *MARIA.knows, *MARIA.afterwards.values(), RESULT.opening]
    own += [concern.tell for concern in MARIA.concerns] + [risk.answer for risk in MARIA.risks]

    assert [text for text in own if says(MARIA.contradicted_by, text)] == []


def test_no_pattern_of_hers_is_slow_on_a_long_turn() -> None:
    """2,000 characters is the longest turn."""
    patterns = MARIA.contradicted_by + tuple(pattern for part in PARTS.values() for pattern in part.phrasings)

    for filling in ("i'm a ", "mum in a room like this ", "elena's not me "):
        says(patterns, (filling * 2000)[:2000] + "zzz")
    assert not says(patterns, ("a" * 20 + " ") * 100)
