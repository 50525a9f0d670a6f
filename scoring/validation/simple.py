"""The simple baselines: rules of one line with nothing learned, which a scorer has to beat to be worth its words.

They read the words of one turn, or count over a talk, as a spreadsheet could. Word lists are short on purpose.
"""

import re
from collections.abc import Sequence

from scoring import words

_FEELING = re.compile(
    r"\b(?:afraid|alone|angry|annoyed|anxious|ashamed|concerned|confused|depressed|disappoint\w*|embarrass\w*|fear\w*|"
    r"frighten\w*|frustrat\w*|guilty|happy|hopeless|hurt|lonely|nervous|overwhelm\w*|relieved|sad|scar(?:ed|y)|shocked|"
    r"stress\w*|terrif\w*|upset|worr\w+)\b",
    re.IGNORECASE,
)
_SYMPATHY = re.compile(r"\b(?:sorry|hard|tough|difficult|awful|terrible|rough)\b", re.IGNORECASE)
_HEARING = re.compile(r"\b(?:feel\w*|sound\w*|seem\w*|understand|must)\b", re.IGNORECASE)
_YOU = re.compile(r"\b(?:you|your|you're)\b", re.IGNORECASE)
_LEAVE = re.compile(
    r"\b(?:(?:can|could|may|might|shall|should) (?:i|we)|(?:would|do) you (?:like|mind|want)|would (?:it|that) be|"
    r"is (?:it|that) (?:ok|okay|all right|alright))\b[^.!?]*\?",
    re.IGNORECASE,
)
_ADVICE = re.compile(
    r"\b(?:should|ought to|need to|have to|must|recommend|suggest|advise|try to|why don't you)\b", re.IGNORECASE
)


def naming_level(text: str) -> int:
    """Emotion naming: 2 with a word for a feeling in a statement with "you", 1 with a word of sympathy, else 0."""
    statements = [said.text for said in words.sentences(text) if not said.text.endswith("?")]
    if any(_FEELING.search(said) and _YOU.search(said) for said in statements):
        return 2
    return int(bool(_SYMPATHY.search(text)))


def feeling_words(text: str) -> int:
    """How many words for a feeling there are, and of hearing one: feel, sounds, seems, understand, must."""
    return len(_FEELING.findall(text)) + len(_HEARING.findall(text))


def reaction(text: str) -> int:
    """Emotional reaction: 1 with a word of sympathy, else 0."""
    return int(bool(_SYMPATHY.search(text)))


def exploration(text: str) -> int:
    """Exploration: 2 with a question mark, else 0."""
    return 2 * ("?" in text)


def permission(text: str) -> str:
    """The permission codebook: a modal question ("may I", "would you like") has asked; words of advice have not."""
    if _LEAVE.search(text):
        return "asked_permission"
    return "no_permission" if _ADVICE.search(text) else "not_applicable"


def misc_code(text: str) -> str:
    """MISC: words of advice, with permission where there is a modal question in the same turn."""
    if not _ADVICE.search(text):
        return "no_advice"
    return "with_permission" if _LEAVE.search(text) else "without_permission"


def miti_code(text: str) -> str:
    """MITI: a modal question seeks collaboration, words of advice persuade."""
    if _LEAVE.search(text):
        return "seek_permission_or_collaboration"
    return "persuade_or_confront_without" if _ADVICE.search(text) else "other"


def behaviour(text: str) -> str:
    """AnnoMI: a question mark asks, words of advice put in, "you" in five words or more reflects."""
    if "?" in text:
        return "question"
    if _ADVICE.search(text):
        return "therapist_input"
    said = words.words(text)
    return "reflection" if len(said) >= 5 and {"you", "your", "you're"} & set(said) else "other"


def share_without_advice(turns: Sequence[str]) -> float:
    """Share of the clinician's turns without words of advice, 0-1."""
    return 1 - sum(bool(_ADVICE.search(text)) for text in turns) / max(1, len(turns))


def reflections_to_questions(turns: Sequence[str]) -> float:
    """MITI's ratio of reflections to questions, both by `behaviour`; one is added below, so that none is no fault."""
    codes = [behaviour(text) for text in turns]
    return codes.count("reflection") / (1 + codes.count("question"))


def questions(turns: Sequence[str]) -> float:
    """How many question marks there are."""
    return sum(text.count("?") for text in turns)


def words_a_turn(turns: Sequence[str]) -> float:
    """Mean length of a turn, in words."""
    return sum(len(words.words(text)) for text in turns) / max(1, len(turns))


def feeling_turns(turns: Sequence[str]) -> float:
    """Turns with a word for a feeling, or of sympathy."""
    return sum(bool(_FEELING.search(text) or _SYMPATHY.search(text)) for text in turns)


def flesch_kincaid(text: str) -> float:
    """Flesch-Kincaid grade level (Kincaid et al. 1975), in years of school; 0 without a word."""
    said = re.findall(r"[A-Za-z]+(?:['’-][A-Za-z]+)*", text)
    if not said:
        return 0.0
    sentences = max(1, len(words.sentences(text)))
    return 0.39 * len(said) / sentences + 11.8 * sum(map(syllables, said)) / len(said) - 15.59


def syllables(word: str) -> int:
    """Syllables of an English word by its vowels: groups of them, less a silent e at the end; at least one."""
    plain = word.lower()
    groups = len(re.findall(r"[aeiouy]+", plain))
    silent = plain.endswith("e") and not re.search(r"(?:[aeiouy]|[^aeiouy]l)e$", plain)
    silent = silent or bool(re.search(r"[^aeiouydt]ed$", plain))
    return max(1, groups - silent)
