"""How a patient takes what was said: yes and no, being understood, being lost."""

import re

from scoring.patient.clauses import clauses_of
from scoring.patient.feelings import denies_feeling
from scoring.transcript import Turn
from scoring.words import starting_with, straight, words

_YES = re.compile(
    r"^\W*(?:(?:um+|uh+|er+|oh|well|mm+|so|and|i (?:think|guess|suppose)|ok(?:ay)?)\W+)*(?:yes|yeah|yep|yup|aye|sure|"
    r"ok(?:ay)?|please|of course|go (?:on|ahead)|all right|alright|fine|exactly|that's (?:right|it|fine|ok(?:ay)?|"
    r"exactly|true)|absolutely|definitely|(?:i am|i do|i was|it is|it does|i would)(?=\W*$|[,.])|"
    r"i'd like|i suppose|i guess|right|"
    r"if you (?:like|want|must)|mm-?hm+|uh-?huh|totally|very (?:much|true)|so true|true|correct|"
    r"no,? (?:that's fine|go (?:on|ahead)|of course not|not at all|i don't mind|it's fine))\b",
    re.IGNORECASE,
)
_NO = re.compile(
    r"^\W*(?:(?:um+|uh+|er+|oh|well|look|actually|honestly|i (?:think|guess))\W+)*(?:no\b|nope|nah|not (?:now|"
    r"really|today|yet|right now)|i'd rather not|i would rather not|i don't (?:want|think so|like|feel)|"
    r"please don't|don't|never|stop|absolutely not|i'm not (?:sure|ready|comfortable))",
    re.IGNORECASE,
)
_NO_MEANS_YES = re.compile(
    r"^\W*no,? (?:that's (?:fine|ok)|go (?:on|ahead)|of course not|not at all|i don't mind|it's (?:fine|ok)|"
    r"problem|worries|tell me|(?:(?:i|we|you know|so|it's|i mean)\W+)*(?:"
    r"(?:(?:am|'?m|was) )?(?:looking forward|glad|happy to|keen to)|"
    r"(?:'?d|would) (?:really |quite )?(?:like|love) (?:to (?:talk|know|hear|see|try|come|ask)|that)|"
    r"(?:came|come) (?:here )?(?:for|to) (?:that|this|talk|ask)|"
    r"made (?:the )?time|want to (?:talk|know|hear|ask)))",
    re.IGNORECASE,
)
_DENIES_FEELING = starting_with(
    r"i'm not (?!only |just |merely |simply )(?:\w+ )?(?:scared|afraid|worried|angry|sad|upset|anxious|frightened|"
    r"ashamed|embarrassed|overwhelmed|frustrated|nervous|stressed|confused|depressed)\b",
    r"(?:that's|it's) not (?:it|what i|how i|true|really)\b",
    r"don't tell me (?:how|what) i feel\b",
    r"you don't know (?:how|what) i\b",
    r"not (?:really )?(?:scared|afraid|worried|angry|sad|upset|anxious|frightened|ashamed)\b",
    r"wouldn't (?:say|call it)\b",
    r"stop (?:telling|saying)\b",
)
_TAKEN_UP = starting_with(
    r"exactly\b",
    r"that's (?:it|exactly|right|just it)\b",
    r"how did you know\b",
    r"there is that\b",
    r"you(?:'ve| have) (?:hit|got) it\b",
    r"you understand\b",
    r"thank you\b",
    r"thanks for (?:saying|asking|listening|understanding)\b",
    r"that helps\b",
    r"that's (?:a|one) (?:really |very )?good way (?:to put|of putting) (?:it|that)\b",
    r"(?:you|you've|that) (?:have )?(?:put|says?|puts?) (?:it|that) (?:so |very )?(?:well|nicely|better than)\b",
    r"that (?:just |kind of |sort of |pretty much |really )*(?:captures|sums) (?:it|that|me|things)(?: all)?(?: up)?\b",
    r"(?:i (?:guess|suppose|think) |maybe )?that's (?:just |exactly )?what i(?:'ve been|'m| am| was| have been) "
    r"(?:doing|feeling|thinking|saying|trying to say|afraid of|worried about|dreading)\b",
    r"thanks,? (?:it's|it is|this is|it has been) (?:really |so |very )?(?:hard|tough|difficult|good|nice)\b",
    r"i(?:'m| am) glad you\b",
    r"no ?(?:one|body) (?:has |'s )?(?:ever )?(?:asked|said)\b",
    r"yes,? (?:it|i|that)\b(?!(?: \w+){0,3} (?:understand|see|know|get|hear|suppose|guess)\b[^.?!]*\bbut\b)",
    r"it really (?:is|does|has)\b",
)
_LOST = starting_with(
    r"(?:i )?(?:don't|didn't|do not) (?:really |quite )?(?:understand|follow|get (?:it|that|any of that))\b",
    r"(?:i'm|i am|you've|you have) (?:completely |totally |a bit )?lost\b(?! (?:my|weight|a |without|for words))",
    r"what does that (?:even )?mean\b",
    r"what(?:'s| is) (?:a|an) \w+\?",
    r"(?:too|so) much (?:information|to take in|at once)\b",
    r"i'm confused\b",
    r"in (?:plain )?english\b",
    r"what do you mean by\b",
    r"went over my head\b",
    r"i have no idea what\b",
)
_ASKS_WORD = re.compile(
    r"\bwhat(?:'s| is| are| does)\s+(?:a |an |the |that )?(?P<term>[a-z][a-z -]{2,30}?)(?: mean)?\s*\?", re.IGNORECASE
)


_ENOUGH_TO_SAY_BACK = 8
"""A reply with fewer words gives nothing back."""
_DO_NOT_KNOW = re.compile(
    r"\b(?:i don't (?:really )?know|not (?:really )?sure|i can't remember|no idea|i'm lost|i (?:didn't|"
    r"don't) (?:really )?(?:follow|understand)|(?:won't|doesn't|didn't|can't take \w+) (?:go|sink) in|went past me"
    r"|making (?:it|that|them) up|the rest i'd be making)\b",
    re.IGNORECASE,
)

_NODS = re.compile(
    r"\bnod(?:s|ding|ded)?\b|\b(?:gestures?|waves?|motions?|signs?) (?:for )?you (?:on|to go on|to continue)\b|"
    r"\bgives? a (?:small |slight )?nod\b",
    re.IGNORECASE,
)
_SHAKES_HEAD = re.compile(
    r"\b(?:shak(?:es?|ing)|shook) (?:her|his|their) head\b|\b(?:holds?|puts?) up (?:a|her|his|their|one) hand\b",
    re.IGNORECASE,
)


def said_or_shown(turn: Turn) -> str:
    """What a patient's turn answers: its words, or where there are none a nod or a shaken head as yes or no."""
    if turn.text.strip() or not turn.does:
        return turn.text
    if _SHAKES_HEAD.search(turn.does):
        return "No."
    return "Yes." if _NODS.search(turn.does) else ""


def agrees(text: str) -> bool:
    """Whether a reply gives leave or confirms."""
    said = straight(text)
    return bool(_YES.match(said) or _NO_MEANS_YES.match(said)) and not _DENIES_FEELING.search(said)


def refuses(text: str) -> bool:
    """Whether a reply refuses or holds back."""
    said = straight(text)
    return bool(_NO.match(said)) and not _NO_MEANS_YES.match(said)


def rejects_feeling(text: str) -> bool:
    """Whether a reply says that the feeling named is not theirs."""
    said = straight(text)
    if takes_as_understood(text):
        return False
    denied = bool(_DENIES_FEELING.search(said)) or any(denies_feeling(one) for one in clauses_of(text))
    return denied or (refuses(said) and len(words(said)) < 12)


def takes_as_understood(text: str) -> bool:
    """Whether a reply shows that the patient felt understood."""
    return bool(_TAKEN_UP.search(" ".join(straight(text).split())))


def is_lost(text: str) -> bool:
    """Whether the patient says that they did not follow."""
    return bool(_LOST.search(straight(text)))


def said_back(text: str) -> bool:
    """Whether a reply to a teach-back gives something back: long enough, no refusal, no "I don't know"."""
    said = straight(text)
    return not _DO_NOT_KNOW.search(said) and not refuses(said) and len(words(said)) >= _ENOUGH_TO_SAY_BACK


def asks_word(text: str) -> str | None:
    """The technical word the patient asks about, if they ask about one."""
    match = _ASKS_WORD.search(straight(text))
    return match["term"].strip().lower() if match else None
