"""How leave that was asked is answered: with a yes, a no, or neither (rubric 2.3).

A grant is a yes, a request, or going on about the thing asked; a feeling, another subject or a bare "oh" is neither.
"""

import re

from scoring.moves.phrasebook import phrase
from scoring.moves.sentences import sentences_of
from scoring.moves.subjects import subjects_of
from scoring.patient import signs
from scoring.patient.questions import question
from scoring.patient.replies import agrees, refuses
from scoring.words import content, straight, without_lead_in, words

_SHORT_REQUEST_WORDS = 5
"""A question as short as "Is it broken?" asks for what was offered."""

_RELUCTANT = re.compile(
    r"\b(?:(?:do|must) (?:we|i|you) (?:really )?(?:have to|need to)|must (?:we|you|i)|"
    r"is (?:that|it|this) (?:really )?necessary|can(?:'t| not)? (?:it|that|we|this) (?:not )?wait|"
    r"i'd (?:rather|prefer) (?:not|you didn't|we didn't)|i (?:don't|do not) know (?:if|about|whether)|"
    r"(?:maybe|perhaps) (?:later|another time|not)|i'm not (?:so )?sure)\b",
    re.IGNORECASE,
)
_PUTS_THE_DECISION_OFF = re.compile(
    r"\b(?:(?:i|we)(?:'ll| will|'d| would|'m going to| need to| have to| want to| wanna| should| may| might)"
    r"(?: (?:just|really|still|first|definitely|probably|maybe|need|want|like|rather|have|to|a bit|some time))* |"
    r"(?:let me|give me (?:some |a bit of |a little )?time to|i need (?:some |a bit of |more )?time to)(?: just)? )"
    r"(?:think|sleep|mull|chew)"
    r"(?: (?:about|on|over) (?:it|that|this|all (?:of )?(?:it|that|this)|things)| (?:it|that|this|things) over|"
    r"(?: (?:for )?(?:a bit|a while|a moment|first))?(?=\W*$| *[.!]))",
    re.IGNORECASE,
)
"""The patient keeps the decision open: "I'll think about it". "Let me think, it was in May" only looks back."""


def plainly(text: str) -> str:
    """Plain words of a text, its sentences parted by full stops; fillers at its start left out."""
    return " . ".join(sentence.text for sentence in sentences_of(without_lead_in(text) or text))


def holds_back(reply: str) -> bool:
    """Whether a reply refuses, or shows reluctance: "do we have to?"."""
    said = " ".join(straight(reply).split())
    reluctant = _RELUCTANT.search(said) or wants_time(said)
    return bool(said) and (refuses(said) or (bool(reluctant) and not agrees(said)))


def wants_time(reply: str) -> bool:
    """Whether the patient wants to think it over before they decide: "I'll think about it"."""
    return bool(_PUTS_THE_DECISION_OFF.search(" ".join(straight(reply).split())))


def turns_down(reply: str, asked: str, *, choice: bool) -> bool:
    """Whether an answer to leave is a no: said so, held back, "I'd rather wait", or the later of two times offered.

    `choice`: leave was asked with an alternative, so that "I'd rather" may take one up.
    """
    said, wish = plainly(reply), plainly(asked)
    if phrase("leave", "minds").search(wish):
        if phrase("leave", "minds_indeed").search(said):
            return True
        if phrase("leave", "bare_no").match(said):
            return False
    if phrase("leave", "after_all").search(said):
        return False
    if holds_back(reply):
        return not phrase("leave", "no_but_fine").match(said)
    rather = phrase("leave", "rather").search(said) and not phrase("leave", "rather_hear").search(said)
    if rather and not (choice and content(said) & content(wish)):
        return True
    return bool(phrase("leave", "later").match(said))


def gives_leave(reply: str, asked: str) -> bool:
    """Whether an answer to leave is a yes: a grant, a request, the thing asked gone into, or one of two taken up."""
    said, wish = plainly(reply), plainly(asked)
    if not said:
        return False
    if agrees(" ".join(straight(reply).split())) or any(
        phrase("leave", yes).match(said) for yes in ("lets", "no_but_fine")
    ):
        return True
    if phrase("leave", "minds").search(wish) and phrase("leave", "bare_no").match(said):
        return True
    if any(phrase("leave", yes).search(said) for yes in ("ends_with_yes", "after_all")) or _requests(reply, said, wish):
        return True
    if signs(reply) or phrase("leave", "resists").search(said):
        return False
    about = content(said) & content(wish) or subjects_of(said) & subjects_of(wish)
    return bool(about) or bool(phrase("leave", "ends_asking").search(wish) and content(said))


def _requests(reply: str, said: str, wish: str) -> bool:
    """Whether a question asks for what was offered: "Is it broken?"."""
    if question(" ".join(reply.split())) is None or phrase("leave", "asks_back").match(said):
        return False
    return len(words(reply)) <= _SHORT_REQUEST_WORDS or bool(content(said) & content(wish))


def takes_up(reply: str) -> bool:
    """Whether a reply a turn later takes up what had been asked: "We can talk."."""
    return bool(phrase("leave", "takes_up").match(plainly(reply)))


def explains_act(asked: str) -> bool:
    """Whether leave is asked to explain what will be done."""
    return bool(phrase("leave", "what_is_done").search(plainly(asked)))
