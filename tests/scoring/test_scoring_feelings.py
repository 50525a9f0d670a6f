"""What answers a feeling and what only sounds like it (rubric 2.2, "must not score"), in words of its own."""

import pytest

from scoring.moves import read_turn

NOT_NAMED = {
    "an opinion introduced by 'feel'": [
        "You feel that the surgeon rushed it.",
        "I feel like we have covered the main points.",
        "You feel like the dose is too high for you.",
        "Do you feel that the cream helps?",
        "You felt that they explained it well.",
    ],
    "a body that feels or hurts": [
        "Does it feel tender when I press just there?",
        "Your glands feel a bit swollen to me.",
        "It might hurt for a second when the needle goes in.",
        "You may feel a cold jelly on your tummy.",
        "Your knee will hurt less once the swelling goes.",
        "It will feel tight for a day or two.",
    ],
    "the clinician's own feeling": [
        "I am quite anxious about that potassium, to be honest.",
        "I was so sad to see your scan.",
        "I'd be frightened of the dark in that house as well, I was as a child.",
        "We were all worried when you did not come.",
    ],
    "hard for the one who speaks": [
        "It's sad for me to see how thin you are.",
        "That was so frustrating for us.",
        "It was frightening for my team.",
    ],
    "what shall be, not what is": [
        "I want to find a way to make sure you feel safe.",
        "Let's look for a way for you to feel proud of it.",
    ],
    "people in general": [
        "We know that many students have a lot of stress and live with a lot of anxiety.",
        "Most parents in this clinic carry so much guilt.",
    ],
    "the feeling of somebody else": [
        "That must be frightening for her.",
        "Your daughter sounds terrified of needles.",
        "He must be so angry with all of us.",
        "Your wife is frightened, and she asked me to ring you.",
        "My gran was terrified of hospitals till the day she died.",
        "The children were upset, the school said.",
        "They were frightened of him, all three of them.",
    ],
    "stress or mood as a risk, an illness or a side effect": [
        "Stress is a risk factor for heart disease.",
        "Long-term stress and anxiety put your blood pressure up.",
        "Smoking, stress and poor sleep all make migraine worse.",
        "Anxiety is one of the side effects on the leaflet.",
        "Depression runs in some families.",
    ],
    "a question for a feeling": [
        "Is there anything you're worried about today?",
        "Anything at all that's been frightening you?",
        "Anything worrying yous before we start?",
        "What are you most afraid of?",
        "Have you any worries at all about the tablets?",
        "How anxious would you say you get, out of ten?",
    ],
    "a denial": [
        "You don't seem worried to me.",
        "You do not look one bit scared.",
        "Not that you'd be scared of a wee needle.",
        "You never seem angry about it.",
        "You were not upset by the letter, then.",
        "I don't think you are worried enough about this.",
        "You aren't angry with us, are you?",
        "Nobody is saying you are frightened.",
    ],
    "a quotation, or somebody's past": [
        "No need for you to be ashamed.",
        "In the leaflet it says 'some people feel anxious'.",
        "The box asks whether patients feel sad, tick yes or no.",
        "When my brother was ill he was scared all winter.",
        "Your mother was sad for years after that, you said.",
        "Your father, was he an anxious man?",
    ],
    "a list of feelings": [
        "Scared, worried, sad, cross, ashamed?",
        "fear anger sadness shame worry relief",
    ],
    "comfort, a condition or a plan": [
        "There is no shame in that.",
        "There is still some worry about the kidneys.",
        "I'm sorry you feel that we don't care.",
        "Don't be frightened, it's only a machine.",
        "You mustn't be anxious, is only small needle.",
        "You no need to be afraid, madam.",
        "Dinnae be feart, it's only a wee scratch.",
        "I am afraid I must to go now.",
        "How do you feel, are you sad?",
        "If ever you're feeling low, ring this number.",
        "Some people get quite tearful on these tablets.",
        "It is a happy coincidence that you came today.",
        "A sad fact is that the clinic closes at five.",
        "I'd like you to be comfortable on that side.",
        "It's a worrying trend in the whole country.",
        "Would you be upset if we moved the date?",
        "You'll be relieved to know that the parking is free.",
        "So you hurt your wrist on the Tuesday.",
        "Are you comfortable on your left side?",
    ],
}

NAMED = [
    ("There's some fear in it, I'd guess.", "fear"),
    ("there is a sort of loneliness to it, ye know", "sadness"),
    ("You feel like a fraud in that office.", "shame"),
    ("you must be feart o the theatre, hen", "fear"),
    ("You're proper scared of that needle, aren't you?", "fear"),
    ("Yous are dead worried about him, I can see that.", "fear"),
    ("You are very much afraid, I think, for your son.", "fear"),
    ("It seem to me you are angry with the hospital.", "anger"),
    ("For you this waiting is frightening, no?", "fear"),
    ("I understand you're worried but there's nothing to worry about.", "fear"),
    ("You're not sad, you're angry.", "anger"),
    ("It sounds like you're more hurt than cross.", "sadness"),
    ("That'd be a frightening thing to hear on your own.", "fear"),
    ("I think maybe you feel a bit ashamed to ask.", "shame"),
    ("ye must be sick with worry, hen", "fear"),
    ("so youre feeling let down by us", "sadness"),
    ("There's a part of you that's angry with him.", "anger"),
    ("It's the not knowing that frightens you.", "fear"),
]

DOES = [
    ("It's only a problem if you think about it that way.", "dismisses"),
    ("Well, only if you let it.", "dismisses"),
    ("Don't think of it that way.", "dismisses"),
    ("Try not to take it so personally.", "dismisses"),
    ("Atleast you have a roof over your head.", "dismisses"),
    ("Don't be discouraged.", "dismisses"),
    ("If you feel useless, maybe you are.", "dismisses"),
    ("You should accept that fact.", "dismisses"),
    ("Why haven't you called them yet?", "blames"),
    ("That can't have been easy for you.", "acknowledges"),
    ("I'm rather ashamed of you.", "blames"),
    ("You're going to end up with a far better place.", "reassures_early"),
    ("Doesn't feel good.", "acknowledges"),
    ("You've got this, I know you have.", "reassures_early"),
    ("Why did you not say so earlier?", "blames"),
    ("You have to put in more effort.", "blames"),
    ("You need to try a lot harder.", "blames"),
    ("I understand you're worried but there's nothing to worry about.", "names_emotion"),
    ("I understand you're worried but there's nothing to worry about.", "dismisses"),
    ("I can see you're frightened, but honestly, don't be.", "names_emotion"),
    ("I know you're scared, but I'm sure it's nothing.", "names_emotion"),
    ("I know you're scared, but I'm sure it's nothing.", "reassures_early"),
    ("I hear that you are upset, but it will all be fine.", "names_emotion"),
    ("I hear that you are upset, but it will all be fine.", "reassures_early"),
    ("You sound anxious, but you will be fine.", "names_emotion"),
    ("You sound anxious, but you will be fine.", "reassures_early"),
    ("I get that you're worried, but everyone feels like that.", "names_emotion"),
    ("I get that you're worried, but everyone feels like that.", "dismisses"),
    ("It's probably nothing.", "reassures_early"),
    ("It's just stress, honestly.", "reassures_early"),
    ("Ach, you'll be grand, don't be fretting.", "reassures_early"),
    ("You will be fine, madam, don't think.", "reassures_early"),
    ("Sure it'll be all right on the night.", "reassures_early"),
    ("At least it isn't the bad kind.", "dismisses"),
    ("At least you have your other kidney.", "dismisses"),
    ("Well at least you got to say goodbye, like.", "dismisses"),
    ("But at least you are young, you can to have another.", "dismisses"),
    ("There's others on this ward far worse off than you.", "dismisses"),
    ("I understand, but you must take the tablet.", "acknowledges"),
    ("I hear what you're saying, but rules are rules.", "acknowledges"),
    ("I'm sorry to hear that, but we need to get on.", "acknowledges"),
    ("I'm sorry I'm late.", "apologises"),
    ("Then cry, love.", "validates"),
    ("Let it all out.", "validates"),
    ("You cry as long as you need.", "validates"),
    ("It would be strange if you didn't.", "validates"),
    ("I'd be surprised if you weren't in tears.", "validates"),
    ("Your tears are welcome here.", "validates"),
    ("I'll stay on the line as long as you like.", "partners"),
    ("I'm not going anywhere.", "partners"),
    ("I'll sit with you until you're ready.", "partners"),
]

DOES_NOT = [
    ("Come back only if you think it gets worse.", "dismisses"),
    ("You don't think of it that way.", "dismisses"),
    ("Don't be afraid to ask.", "dismisses"),
    ("If you feel dizzy, maybe you should sit down.", "dismisses"),
    ("Maybe you are tired.", "dismisses"),
    ("It's hard to accept that fact.", "dismisses"),
    ("Have you called them yet?", "blames"),
    ("You know that you're putting yourself at risk.", "blames"),
    ("I was disappointed in the food.", "blames"),
    ("I lost mine last year. It was frightening.", "names_emotion"),
    ("How are the tablets for your depression?", "names_emotion"),
    ("How is it going to work with your shifts?", "elicits_concerns"),
    ("You're going to end up with a far better place.", "tells_fact"),
    ("It doesn't feel good for you, does it.", "respects"),
    ("You've got this side of you that sings.", "reassures_early"),
    ("From one to ten, where one is it's not important.", "dismisses"),
    ("Plenty of people would have to wait for that.", "validates"),
    ("It sounds like you feel you have to try harder all the time.", "blames"),
    ("Your heart has to work harder.", "blames"),
    ("You don't have to put in more effort.", "blames"),
    ("It's hard for me to hear that.", "acknowledges"),
    ("I understand you're worried but there's nothing to worry about.", "validates"),
    ("I can see you're frightened, but honestly, don't be.", "validates"),
    ("I know you're scared, but I'm sure it's nothing.", "validates"),
    ("I hear that you are upset, but it will all be fine.", "validates"),
    ("You sound anxious, but you will be fine.", "validates"),
    ("I get that you're worried, but everyone feels like that.", "validates"),
    ("The leaflet says most of these lumps are harmless.", "reassures_early"),
    ("As far as the scan shows, it's nothing to worry about at this point.", "reassures_early"),
    ("From what the doctor wrote, it is probably harmless.", "reassures_early"),
    ("According to the report the swelling is likely harmless.", "reassures_early"),
    ("As far as I can see on the X-ray, the bone is fine.", "reassures_early"),
    ("The guideline says that it is most likely a virus.", "reassures_early"),
    ("The leaflet says you will be fine to drive after a day.", "reassures_early"),
    ("Take it at least an hour before food.", "dismisses"),
    ("You need at least eight glasses a day.", "dismisses"),
    ("I understand, but you must take the tablet.", "validates"),
    ("I hear what you're saying, but rules are rules.", "validates"),
    ("I'm sorry to hear that, but we need to get on.", "validates"),
    ("It makes sense to take it at night.", "validates"),
    ("Your blood count is normal for your age.", "validates"),
    ("It is normal saline, only salt water.", "validates"),
    ("I'm sorry I'm late.", "acknowledges"),
    ("This might be hard to hear.", "acknowledges"),
    ("The tablets can be difficult to swallow.", "acknowledges"),
    ("I feel that you're not taking this seriously.", "acknowledges"),
    ("It is hard to say how long it takes.", "acknowledges"),
    ("You said 'I'm scared', and I wrote that down.", "validates"),
    ("How bad is the pain?", "acknowledges"),
    ("Babies cry when they are hungry.", "validates"),
    ("Let it dry for an hour.", "validates"),
    ("Don't cry.", "validates"),
    ("We'll keep you in until it is healed.", "partners"),
    ("I can feel your anger.", "examines"),
]


@pytest.mark.parametrize(("why", "said"), [(why, said) for why, sentences in NOT_NAMED.items() for said in sentences])
def test_no_feeling_of_this_patient_is_named_by(why: str, said: str) -> None:
    reading = read_turn(said, [])

    assert (reading.emotion_naming_level == 2, reading.has("names_emotion")) == (False, False), why


@pytest.mark.parametrize(("said", "family"), NAMED)
def test_a_feeling_is_named_in_any_english(said: str, family: str) -> None:
    assert family in {move.family for move in read_turn(said, []).all("names_emotion")}


@pytest.mark.parametrize(("said", "kind"), DOES)
def test_what_an_answer_to_a_feeling_does(said: str, kind: str) -> None:
    assert kind in {move.kind for move in read_turn(said, []).moves}


@pytest.mark.parametrize(("said", "kind"), DOES_NOT)
def test_what_an_answer_to_a_feeling_does_not_do(said: str, kind: str) -> None:
    assert kind not in {move.kind for move in read_turn(said, []).moves}
