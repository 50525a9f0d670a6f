"""The patient's own words turned round to "you"; nothing where they do not turn cleanly."""

import re
from collections.abc import Iterator

from scoring.patient import signs
from scoring.suggestions.story import KINS
from scoring.words import sentences, straight, without_stage

_SHORTEST, _LONGEST = 3, 14
"""Words of an echo: fewer say nothing, more are no echo but a recital."""

_FILLERS = re.compile(
    r"\b(?:um+|uh+|erm?|hmm+|mm+|ah|you know|i mean|i know(?: that)?|i guess|"
    r"i suppose|i think|sort of|kind of|kinda|basically|honestly|"
    r"to be honest|actually|obviously|if you want to know|you see)\b,?\s*",
    re.IGNORECASE,
)
_LEADS = re.compile(
    r"^(?:(?:well|and|but|so|because|cause|'cause|cos|or|then|yeah|yes|no|nope|oh|ah|okay|ok|right|like|look|see|maybe|"
    r"perhaps|please|sorry|just|now|anyway|also|plus|oh god|oh my god|god|exactly|absolutely|of course|true|sure)\b"
    r"[,.]?\s*)+",
    re.IGNORECASE,
)
_CLAUSE_END = re.compile(
    r"\s*(?:[,;:]|\s-+\s|--+|\.\.\.|\u2014|\u2013)\s*|\s+\b(?=(?:but|because|cause|cos|although|though|and then|and so|"
    r"so that's|and i|and it|and my|and we|and he|and she|and they|or i)\b)",
    re.IGNORECASE,
)
_LISTENER = re.compile(
    r"\s+(?:(?:of|about|for|to|with|from|by|that|what|if|when|because|as|than|how|why)\s+)+"
    r"(?:you|your|yours|yourself|you're|you've|you'll|you'd)\b.*$",
    re.IGNORECASE,
)
_YOU = re.compile(r"\b(?:you|your|yours|yourself|you're|you've|you'll|you'd|y'all|ye)\b", re.IGNORECASE)

_KIN_NOUN = r"(?:[a-z']+ ){0,2}[a-z']+"
_VERB_WORDS = """
have had can can't could couldn't cannot do don't did didn't was wasn't am haven't hadn't never always still keep
kept feel felt hate hated miss missed lost lie lay need needed want wanted cry cried dread worry blame stopped quit
managed get got knew know saw see sit sat live care look looked wish struggle sleep slept wake woke go went nearly
only really just told thought find found left buried nursed cut gave give work worked wait waited love loved used
panic panicked
"""
_VERBS = f"(?:{'|'.join(_VERB_WORDS.split())})"
_STARTS = re.compile(
    rf"^(?:i {_VERBS}\b|i'm\b|i've\b|we've\b|we're\b|we {_VERBS}\b|nobody \w+(?:ed|s|d|t|ame|old)\b|"
    r"no one \w+(?:ed|s|d|t|ame|old)\b|part of me \w+s\b|"
    rf"(?:my|our) {_KIN_NOUN} (?:is|was|has|had|got|died|passed|went|can't|cannot|couldn't|won't|needs|keeps|"
    r"kept|left|says|never|still|also|lost|are|were|have)\b|it(?:'s| is| was| all)? (?:frightens|scares|worries|hurts|"
    r"upsets|overwhelms|annoys) me\b)",
    re.IGNORECASE,
)
"""What begins a clause that stands by itself: a person and a verb. Anything else is left alone."""

_OF_THE_FIRST_VERB = re.compile(r"^\s*(?:(?:had|not|never|always|still|just|also|really|been)\b\s*)+", re.IGNORECASE)
"""What may still belong to the first verb: "I've | had", "my mother | never had"."""
_FINITE = re.compile(
    r"\b(?:am|is|are|was|were|has|does|did|doesn't|didn't|don't|isn't|aren't|wasn't|weren't|hasn't|can|can't|cannot|"
    r"could|couldn't|will|won't|would|wouldn't|should|shouldn't|must|might|went|came|knew|died|"
    r"it's|that's|he's|she's|they're|there's|what's|i'm|i've|i'd|i'll|you're|we're)\b|"
    r"\b(?:i|he|she|we|they|nobody|everybody|everyone)\s+[a-z']+",
    re.IGNORECASE,
)
"""A second finite verb, by its form or by the subject before it."""

_ENDS_OPEN = re.compile(
    r"\b(?:a|an|the|my|our|your|his|her|their|of|to|in|on|at|for|with|from|by|and|or|but|that|which|who|if|when|so|"
    r"very|really|just|like|about|as|than|is|are|was|were|am|be|been|being|have|has|had|not|can|could|would|will|"
    r"should|do|does|did|this|these|those|because|what|how|why|want|know|knew|think|thought|mean|say|said|tell|told|"
    r"into|going|gonna|trying|keep|feel|felt|i'm|i've|get|got|even|only|then|there|too much of)$",
    re.IGNORECASE,
)
_OF_THEIR_FAILING = re.compile(
    r"^(?:i|i've|i have) (?:\w+ )?(?:let|lied|betrayed|failed|messed|ruined|wasted|neglected|forgot|cheated|hurt)\b",
    re.IGNORECASE,
)
"""What they hold against themselves: said back as a fact, it is a reproach."""
_TO_SAY_BACK_HURTS = re.compile(
    r"\b(?:stupid|idiot\w*|fault|failure|useless|pathetic|worthless|ugly|fat|lazy|weak|crazy|mad|mental|burden|silly|daft|"
    r"disgust\w*|dirty|blame|deserve\w*|bad (?:mother|mum|mom|father|dad|parent|person|wife|husband|son|daughter)|"
    r"should(?:n't)?(?: not)? have|ought to have|die|dying|kill\w*|dead|suicid\w*|cancer|tumou?r|"
    r"going to (?:be|get|have|lose|end)|gonna|fuck\w*|shit\w*|damn\w*|hell|crap|piss\w*|bloody|ass|bitch\w*|"
    r"hate (?:my|me|myself|him|her|them)|lie[ds]?|lying to|drunk|alcoholic|addict\w*|junkie|old)\b",
    re.IGNORECASE,
)
"""Said back flatly these would insult, or state as a fact what the patient only fears."""
_KEPT_WHERE_SOMEBODY_DIED = re.compile(rf"^(?:my|our) {_KIN_NOUN} (?:died|passed away|is dead)\b", re.IGNORECASE)

_BROKEN = re.compile(r"\b(\w+)[,-]? \1\b|\b\w+-(?:\s|$)|[\"\u201c\u201d*_\[\](){}<>/\\]|\b[iI]-[iI]\b|\b\w-\w+")
_NO_FEELING = re.compile(
    r"^i (?:can't|cannot|couldn't|don't) believe\b|^i (?:can't|cannot|couldn't) help\b(?! (?:him|her|them|us|my))|"
    r"^i knew\b|\bdown to\b",
    re.IGNORECASE,
)
_SLANG = re.compile(r"\b(?:gonna|wanna|ain't|innit|nowt|owt|summat|dunno|gotta)\b", re.IGNORECASE)

_ME_FOR_MY = re.compile(
    r"\bme (?!(?:and|or|to|in|at|on|with|for|from|when|that|so|too|all|a|an|the|up|down|out|off|about|again|like|more|"
    r"most|if|because|feel|sick|every|now|at|by|as|than|this|what)\b)[a-z]",
    re.IGNORECASE,
)
"""'Me dad', 'me tea': a possessive in some dialects; only a person in the family is turned."""
_SWAP = {
    "i": "you",
    "i'm": "you are",
    "im": "you are",
    "i've": "you have",
    "ive": "you have",
    "i'd": "you'd",
    "i'll": "you'll",
    "me": "you",
    "my": "your",
    "mine": "yours",
    "myself": "yourself",
    "we": "you",
    "us": "you",
    "our": "your",
    "ours": "yours",
    "ourselves": "yourselves",
    "we're": "you are",
    "we've": "you have",
    "we'll": "you'll",
    "we'd": "you'd",
}
_AFTER_I = {"am": "are", "was": "were", "wasn't": "weren't"}


def echoed(quote: str) -> str | None:
    """The clause that shows the feeling, turned to "you", capital first and without a full stop; None if unclean."""
    plain = " ".join(without_stage(straight(quote)).split())
    candidates = [clause for sentence in sentences(plain) for clause in _clauses(sentence.text)]
    showing = [clause for clause in candidates if signs(clause)] or (candidates if len(candidates) == 1 else [])
    for clause in showing:
        turned = _turn(clause)
        if turned is not None:
            return turned
    return None


def _clauses(sentence: str) -> Iterator[str]:
    """A sentence's clauses without fillers and beginnings; of a question none."""
    if sentence.rstrip("\"' ").endswith("?"):
        return
    for piece in _CLAUSE_END.split(_FILLERS.sub("", sentence)):
        clause = _LISTENER.sub("", _LEADS.sub("", piece.strip(" .,;:!-"))).strip(" .,;:!-")
        if clause:
            yield clause


def _turn(clause: str) -> str | None:
    clause = re.sub(rf"\bme (?=(?:{KINS})\b)", "my ", clause, flags=re.IGNORECASE)
    tokens = clause.split()
    if not _SHORTEST <= len(tokens) <= _LONGEST or not _STARTS.match(clause) or _ENDS_OPEN.search(clause):
        return None
    if _ME_FOR_MY.search(clause) or any(pattern.search(clause) for pattern in (_YOU, _BROKEN, _SLANG, _NO_FEELING)):
        return None
    if _TO_SAY_BACK_HURTS.search(clause) and not _KEPT_WHERE_SOMEBODY_DIED.match(clause):
        return None
    if _two_verbs(clause) or _OF_THEIR_FAILING.match(clause):
        return None
    turned = " ".join(_swapped(tokens))
    return turned[0].upper() + turned[1:]


def _two_verbs(clause: str) -> bool:
    """Whether a second finite verb follows the first with no mark between: "I lost my job was hard to bear"."""
    begun = _STARTS.match(clause)
    return begun is not None and _FINITE.search(_OF_THE_FIRST_VERB.sub("", clause[begun.end() :])) is not None


def _swapped(tokens: list[str]) -> Iterator[str]:
    before = ""
    for token in tokens:
        word = token.lower()
        if before in ("i", "we") and word in _AFTER_I:
            yield _AFTER_I[word]
        else:
            yield _SWAP.get(word, token)
        before = word
