"""What makes comfort a true answer: it tells something about the fear, or says where it is known from. Rubric 2.1."""

import re

from scoring.conversation import Conversation
from scoring.words import content, straight

_SEEN = (
    r"(?:leaflet|letter|scan|x-?ray|tests?|results?|biopsy|report|notes|records?|chart|figures|studies|research|"
    r"guidance|guidelines?|ultrasound|pictures?|surgeon|consultant|specialist|radiologist|doctors?)"
)
_SOURCE = re.compile(
    r"\b(?:as far as (?:we|i|they|anyone) (?:can|could) (?:tell|see)|according to|"
    rf"(?:from|on|in|going by) (?:the|your|his|her|their|these|this|what the) (?:\w+ )?{_SEEN}|"
    rf"{_SEEN} (?:who \w+ (?:it|you|him|her|them) )?(?:\w+ )?"
    r"(?:says?|said|shows?|showed|suggests?|found|finds|wrote|tells? us|told (?:me|us)|is|are|was|were|came back))\b",
    re.IGNORECASE,
)
"""Where an answer comes from: a scan, a letter, those who looked."""

_OUTCOME = re.compile(
    r"\b(?:harmless|fine|normal|clear|benign|not (?:cancer|serious|dangerous|spread|broken|catching)|"
    r"nothing (?:serious|bad|worrying|dangerous|wrong)|no (?:sign|trace|cancer|tumou?r|damage|bleed(?:ing)?)|"
    r"isn't (?:cancer|serious|dangerous)|hasn't spread|treatable|curable|safe|healed|get better|recover)\b",
    re.IGNORECASE,
)
"""How things are, in words of comfort."""


def answers_fear(conversation: Conversation, patient_turn: int, index: int) -> bool:
    """Whether a student's turn gives a true answer to what the patient fears: told on its subject, or sourced."""
    feared = content(conversation.turns[patient_turn].text)
    text = conversation.turns[index].text
    told = [
        conversation.sentence_around(index, move.start, move.end)
        for move in conversation.told_in(index)
        if move.kind != "advises"
    ]
    on_subject = any(feared & content(text[start:end]) for start, end in told)
    return on_subject or sourced_answer(conversation, index) is not None


def sourced_answer(conversation: Conversation, index: int) -> tuple[int, int] | None:
    """Where a turn says how things are and how it is known: "as far as we can tell from the scan, it is clear"."""
    for sentence in conversation.sentences_in(index):
        said = straight(sentence.text)
        if _SOURCE.search(said) and _OUTCOME.search(said):
            return sentence.start, sentence.end
    return None
