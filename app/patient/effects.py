"""What each move of the student's does to the patient, and the sentence that says so: a table, to be argued about."""

from collections.abc import Mapping
from dataclasses import dataclass

from personas.vocabulary import Action, Family, MoveKind
from scoring.occasions import fits


@dataclass(frozen=True)
class Effect:
    """What one move is worth the first time, before temper and bounds. All values are shares of the whole range.

    `why` may use {subject}, {Subject}, {object}, {possessive} and, for a naming, {feeling}.
    """

    why: str
    trust: float = 0.0
    distress: float = 0.0
    understanding: float = 0.0


# Trust in a first talk is won in many small steps: a dozen good turns lead from guarded (0.35) to open (0.7).
WINS: Mapping[MoveKind, Effect] = {
    "names_emotion": Effect("You named {possessive} {feeling}", trust=0.08, distress=-0.06),
    "validates": Effect("You said that what {subject} felt made sense", trust=0.06, distress=-0.05),
    "acknowledges": Effect("You showed that you heard how hard this was", trust=0.03, distress=-0.02),
    "reflects_complex": Effect("You put into words what {subject} had not quite said", trust=0.04, distress=-0.02),
    "reflects": Effect("You gave back what {subject} said, so {subject} knew you had listened", trust=0.03),
    "partners": Effect("You said {subject} would not be alone with this", trust=0.05, distress=-0.04),
    "respects": Effect("You saw the effort {subject} had made", trust=0.03),
    "apologises": Effect("You said sorry", trust=0.03, distress=-0.01),
    "welcomes": Effect("You greeted {object} and said who you are", trust=0.04, distress=-0.02),
    "open_question": Effect("You asked openly and left the answer to {object}", trust=0.02),
    "elicits_ideas": Effect("You asked what {subject} thought it was", trust=0.03),
    "elicits_concerns": Effect("You asked what worried {object}", trust=0.04),
    "elicits_expectations": Effect("You asked what {subject} hoped for", trust=0.03),
    "asks_prior_knowledge": Effect("You asked what {subject} already knew before you told {object} more", trust=0.03),
    "minimal": Effect("You let {object} go on", trust=0.015),
    "asks_permission": Effect("You asked {object} first", trust=0.04, distress=-0.01),
    "offers_choice": Effect("You left the choice to {object}", trust=0.04, distress=-0.02),
    "signposts": Effect("You said what would come next", trust=0.02, distress=-0.01),
    "warns": Effect("You prepared {object} for what was coming", trust=0.03),
    "promises": Effect("You said what would happen and when", trust=0.04, distress=-0.02),
    "tells_fact": Effect("You explained it in plain words", understanding=0.07),
    "tells_plan": Effect("You said what would happen next", distress=-0.03, understanding=0.05),
    "gives_why": Effect("You said why", trust=0.02, understanding=0.08),
    "defines": Effect("You said what the word meant", understanding=0.06),
    "teach_back": Effect("You asked {object} to say it in {possessive} own words", trust=0.02, understanding=0.10),
    "checks_specific": Effect("You asked what {subject} still wanted to know", trust=0.03, understanding=0.03),
}

# A loss is larger than any win: one dismissal costs more than one good sentence earns.
LOSSES: Mapping[MoveKind, Effect] = {
    "blames": Effect("That sounded like blame", trust=-0.22, distress=0.10),
    "dismisses": Effect("{Subject} felt brushed aside", trust=-0.14, distress=0.05),
    "reassures_early": Effect(
        "You comforted {object} before you knew what {subject} feared", trust=-0.08, distress=0.02
    ),
    "problem_solves": Effect("You offered a solution where {subject} had shown a feeling", trust=-0.06, distress=0.02),
    "own_feeling": Effect("It was about you for a moment, not about {object}", trust=-0.04),
    "stacked_question": Effect("Several questions at once: {subject} did not know which to answer", trust=-0.02),
    "asks_leave_tic": Effect("You asked leave for something that needed none", trust=-0.02),
    "uses_jargon": Effect("You used a word {subject} did not know", trust=-0.02, distress=0.03, understanding=-0.07),
    "recites_skill": Effect("It sounded recited, not meant for {object}", trust=-0.06),
    "addresses_grader": Effect("That was not said to {object}", trust=-0.06),
}

ACTIONS: Mapping[Action, Effect] = {
    "sits_down": Effect("You sat down with {object}", trust=0.03, distress=-0.02),
    "turns_from_screen": Effect("You turned from the screen to {object}", trust=0.03),
    "offers_tissue": Effect("You offered {object} a tissue", trust=0.02, distress=-0.04),
    "offers_chaperone": Effect("You offered {object} a chaperone", trust=0.03, distress=-0.02),
}
"""What is done counts once: who sits, sits."""

FEELINGS: Mapping[Family, str] = {
    "fear": "fear",
    "sadness": "sadness",
    "anger": "anger",
    "shame": "shame",
    "confusion": "confusion",
    "overwhelm": "feeling that it is too much",
    "ambivalence": "mixed feelings",
    "relief": "relief",
}


def agrees(named: Family | None, shown: Family) -> bool:
    """Whether a named feeling fits the one that was shown; without a family it has the benefit of the doubt."""
    return fits(named, (shown,))
