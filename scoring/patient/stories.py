"""What a story holds whether or not it is said."""

import re

from personas.vocabulary import Family
from scoring.words import straight

_KIN = (
    r"(?:mum|mom|mam|mother|dad|father|sister|brother|wife|husband|partner|son|daughter|baby|child|friend|"
    r"aunt(?:ie|y)?|uncle|"
    r"nan|gran(?:dad|dfather|dmother|dma|dpa|ny|pa)?|grandma|cousin)"
)
_STORY_OF_LOSS = re.compile(
    rf"\b(?:my|our|me) {_KIN}\b[^.?!]{{0,40}}\b(?:had|has|got|went through|died|passed away|was diagnosed|was ill)\b|"
    rf"\b(?:lost|buried|nursed|when|before|after) (?:my|our|the) {_KIN}\b|\bpassed away\b|\bfuneral\b|"
    r"\b(?:pass(?:ed)? it on|runs in (?:my|the|our) family)\b",
    re.IGNORECASE,
)
_LEFT_ALONE = re.compile(
    r"\b(?:nobody|no ?one) (?:told|listens|listened|believes|believed|cares|cared|called|rang|bothered|came|asked)\b|"
    r"\blet down\b|\bfobbed\b",
    re.IGNORECASE,
)


def held_by_story(text: str) -> frozenset[Family]:
    """What a story holds, said or not: illness or death in the family fear and sadness, neglect anger and sadness."""
    said = straight(text)
    held: set[Family] = {"fear", "sadness"} if _STORY_OF_LOSS.search(said) else set()
    return frozenset(held | {"anger", "sadness"} if _LEFT_ALONE.search(said) else held)
