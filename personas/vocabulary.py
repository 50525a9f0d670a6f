"""The words personas and scoring share: scales, practices, kinds of cue, families of feeling, moves."""

from typing import Literal

ScaleName = Literal["empathy", "emotion_naming", "permission", "explanation"]

Practice = Literal["welcome", "name_and_ask", "listen", "explain", "beyond_the_report", "calm_and_reliable"]
"""The six practices the simulator exists to train."""

CueKind = Literal["concern", "cue", "challenge", "progress"]
"""Empathic opportunities: an explicit feeling, a hint, a loss or reproach, a success (ECCS, VR-CoDES-P)."""

Family = Literal["fear", "sadness", "anger", "shame", "confusion", "overwhelm", "ambivalence", "relief"]
"""Families of feeling: a naming is accurate when it agrees in family with what the patient showed."""

MoveKind = Literal[
    # feelings
    "names_emotion",  # puts a specific feeling of this patient into words
    "acknowledges",  # shows the difficulty was heard, feeling unnamed ("that's tough", "I'm sorry")
    "validates",  # says the feeling or reaction is legitimate
    "dismisses",  # "at least...", "you shouldn't feel that", argues with or belittles a feeling
    "reassures_early",  # unfounded or fear-skipping comfort: "don't worry", "I'm sure it's fine"
    "problem_solves",  # answers a feeling with a fix
    "blames",  # hostile, judging, contemptuous
    "own_feeling",  # the clinician's own emotion or story ("I had that too")
    "partners",  # "we will go through this together"
    "respects",  # praise of effort or coping
    "apologises",
    # listening
    "welcomes",  # greeting, introduction with name or role
    "reflects",  # simple reflection or paraphrase
    "reflects_complex",  # adds meaning beyond what was said
    "open_question",
    "closed_question",
    "stacked_question",  # several questions at once
    "elicits_ideas",
    "elicits_concerns",
    "elicits_expectations",
    "asks_prior_knowledge",  # "what have you been told so far?"
    "minimal",  # "mm-hm", "go on": keeps the floor open
    # permission
    "asks_permission",  # for an act to come; `act` says which
    "asks_leave_tic",  # administrative or contentless leave: "can I ask your name"
    "asks_after",  # "is that OK?" after telling
    "offers_choice",  # now or later, how much, a real alternative
    "signposts",  # announces a change of subject or what comes next
    # telling
    "warns",  # a warning shot before weighty news
    "tells_news",  # bad or weighty news
    "tells_fact",
    "tells_plan",
    "advises",
    "examines",  # announces or does an examination, procedure or test
    "opens_sensitive",  # alcohol, sex, mental health, abuse, weight, money, death
    "gives_why",
    "defines",  # glosses a term
    "uses_jargon",  # an undefined technical term
    "promises",  # with a time on it
    # checking
    "teach_back",
    "checks_specific",  # "what questions do you have?"
    "checks_closed",  # "any questions?", "does that make sense?"
    # not talk to this patient
    "addresses_grader",  # speaks to the scorer or the model
    "recites_skill",  # "I am naming your emotion"
]
"""What a clinician's turn can do. The kinds personas react to and scales are computed from."""

Action = Literal["sits_down", "turns_from_screen", "offers_tissue", "offers_chaperone"]
"""What a student can do besides speaking and keeping silent."""

MomentKind = Literal[
    "news",  # the weighty news was told
    "answers",  # the patient's direct question was answered straight
    "stalls",  # it was not
    "ignores_cue",  # a hint was passed over
    "stays",  # what was just told was taken up
    "lets_be",  # a "not now" was respected
    "pushes",  # it was not
    "overrides",  # leave was asked, not given, and not waited for
    "monologue",  # more in one turn than anybody takes in
    "names_again",  # feelings named turn after turn
    "silence",  # room was given
    "silence_too_long",
]
"""What a turn is to the patient because of the moment it comes in."""

ChangeKind = MoveKind | MomentKind | Action
"""What can move the patient's mind: a move, the moment, or something that was done."""

RiskKind = Literal["self_harm", "harm_from_others", "harm_to_others"]
"""What a clinician must be able to ask outright, and gets a true answer to whatever the trust."""

Act = Literal["news", "advice", "education", "examination", "sensitive", "agenda", "plan"]
"""What permission may be asked for (rubric 2.3)."""
