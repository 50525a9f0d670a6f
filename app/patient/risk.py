"""Whether the student asks outright about harm: such a question gets a true answer at once, whatever the trust.

Asking about suicide plants no thought of it, and a patient who is asked plainly is to be able to say it
(NICE guideline NG225 on self-harm; the same for violence at home, NICE PH50). `harm_to_others` covers harm to
somebody in their care, whoever does it.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from app.patient.meaning import asked_about, is_asking
from personas.schema import Persona, Risk
from personas.vocabulary import RiskKind
from scoring.moves.sentences import Sentence

_KIN = (
    r"(?:husband|wife|partner|boyfriend|girlfriend|mother|mum|father|dad|son|daughter|brother|sister|family|baby|child"
    r"|children|kids?|boy|girl|grand(?:son|daughter|child|children|kids|mother|father|mum|dad)|lad|lass)"
)
_ANYBODY = rf"(?:any(?:one|body)|some(?:one|body)|he|she|they|your (?:\w+ )?{_KIN})(?: (?:else|at home|in the house))?"
_OTHERS = (
    rf"(?:any(?:one|body)(?: else)?|some(?:one|body)(?: else)?|others|other people|him|her|them|your (?:\w+ )?{_KIN})"
)
_THINKS = (
    r"(?:thoughts?|thinking|thought|think|ideas?|feel\w*|felt|plan\w*|want\w*|urges?|tempted|considered|considering"
    r"|like|going to|try|tried|trying|attempt\w*|ever|scared|afraid)"
)
_HURTS = r"(?:hurt\w*|hit\w*|harm\w*|beat\w*|threaten\w*|frighten\w*|abus\w*|forc\w*|slap\w*|smack\w*|shak\w*)"
_OFTEN = r"(?:(?:ever|has|have|had|is|are|been) )*"

_ASKS: Mapping[RiskKind, re.Pattern[str]] = {
    "self_harm": re.compile(
        r"\b(?:harm|hurt|kill|cut|injur)\w* yourself (?:on purpose|deliberately)\b|\bsuicid\w*|\bself[- ]harm\w*"
        rf"|\b{_THINKS}\b.{{0,40}}\b(?:(?:harm|hurt|kill|cut|injur)\w* yourself|(?:end|tak)\w* your (?:own )?life"
        r"|end\w* it(?: all)?|doing (?:something|anything) to yourself|do(?:ing)? away with yourself)\b"
        r"|\b(?:better off dead|wish\w* (?:that )?you (?:were|was) dead|not (?:want\w* )?(?:to be|being) (?:here|alive)"
        r"|not want\w* to (?:live|go on|wake up)|not wak\w* up|life (?:is|was) not worth|rather be dead"
        r"|point in (?:living|going on|carrying on))\b"
        r"|\bkeep yourself safe\b|\bsafe (?:with|from) yourself\b|\bdark thoughts\b"
    ),
    "harm_from_others": re.compile(
        r"\byou (?:feel |feeling )?safe (?:at home|where you (?:live|are)|in your (?:own )?(?:home|house|relationship)"
        rf"|with (?:him|her|them|your (?:\w+ )?{_KIN}))"
        rf"|\b{_ANYBODY} {_OFTEN}(?:{_HURTS}|control\w*) you\b"
        r"|\b(?:any|some)(?:one|body)\b.{0,30}\byou (?:are|feel) (?:afraid|scared|frightened) of\b"
        rf"|\b(?:afraid|scared|frightened) of (?:him|her|any(?:one|body) at home|your (?:husband|wife|partner|boyfriend"
        r"|girlfriend))\b"
        r"|\byou (?:\w+ )?(?:being |been )(?:hit|hurt|beaten|abused|threatened)\b|\bviolence at home\b"
        r"|\bdomestic (?:abuse|violence)\b"
    ),
    "harm_to_others": re.compile(
        rf"\b{_THINKS}\b.{{0,40}}\b(?:harm|hurt|hit|kill|shak)\w* {_OTHERS}\b"
        rf"|\b(?:did|have|do|would|could) you (?:ever )?{_HURTS} {_OTHERS}\b"
        rf"|\b{_ANYBODY} {_OFTEN}(?:{_HURTS}|touch\w*) (?:him|her|them|your (?:\w+ )?{_KIN})\b"
        rf"|\b(?:is|are) (?:he|she|they|your (?:\w+ )?{_KIN}) safe (?:at home|with|there)\b"
    ),
}
"""How each is asked, in the plain spelling of `scoring.moves.sentences`: small letters, nothing contracted."""
_LIKE_THAT = re.compile(
    r"\b(?:like|of|about) (?:that|this|it)\b|^(?:and )?(?:have|do|did) you(?: ever)?$|\bis that (?:you|so)\b"
)
"""What asks about the sentence before: 'Some people would rather be dead. Have you felt like that?'"""


def asked_risk(persona: Persona, text: str, before: str = "") -> Risk | None:
    """What this patient answers to the question about harm in these words; None where there is none, or no answer.

    `before` is what was said last: it tells who 'he' is.
    """
    answers = {risk.kind: risk for risk in persona.risks}
    asking = list(_asking(asked_about(text, before, persona.people)))
    for kind, ways in _ASKS.items():
        if kind in answers and any(ways.search(sentence) for sentence in asking):
            return answers[kind]
    return None


def _asking(sentences: Sequence[Sentence]) -> Iterator[str]:
    """What is asked; a bare 'have you felt like that?' with the sentence it points to."""
    for before, sentence in pairwise((None, *sentences)):
        if sentence is not None and is_asking(sentence):
            points_back = before is not None and _LIKE_THAT.search(sentence.text)
            yield f"{before.text} {sentence.text}" if before is not None and points_back else sentence.text
