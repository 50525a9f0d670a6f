"""What a sentence out of character looks like: the patterns the screen goes by, each family with its reason."""

import re
from collections.abc import Collection
from typing import Literal

Breach = Literal[
    "machine",  # says that it is a model, or refuses as one
    "leak",  # shows a tag, a note or a number of the mind
    "clinician",  # becomes the one who helps
    "praise",  # teaches or praises the student
    "layout",  # writes a page instead of speaking
    "nonsense",  # is no language at all
    "other_speaker",  # speaks as somebody else
    "closed",  # tells what may not be told yet
    "echo",  # says over what it was told to be
    "language",  # turns to another language, or to a cipher
]

HELPERS_ONLY: frozenset[Breach] = frozenset({"clinician", "praise"})
"""No breach where the patient's part is itself played by a clinician."""


MARKUP = re.compile(r"[*_<>‹›&={}()\[\]|`#\n\"“”«»:�\u0370-\u1fff\u2e80-\uffff]|https?\b|www\b", re.IGNORECASE)
"""What can turn words into something else than speech: nothing passes from here on before the sentence is whole."""
LISTED = re.compile(r"^\s*[-•\d]")
_WORDS = re.compile(r"\w[\w']*")


def first_breach(words: str, among: Collection[Breach]) -> Breach | None:
    """The first of these families one of whose patterns stands in these words (with straight apostrophes)."""
    return next((breach for breach in PATTERNS if breach in among and PATTERNS[breach].search(words)), None)


def is_marked(words: str) -> bool:
    """Whether these hold what can turn them into something else than speech: then every family may stand in them."""
    return MARKUP.search(words) is not None or LISTED.match(words) is not None


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns), re.IGNORECASE)


_MACHINES = (
    r"(?:ai|a\.i\.|artificial intelligence|(?:large )?language model|(?:ai |virtual |digital )?assistant|"
    r"chat ?bot|computer program|simulat\w+|virtual patient|actor)"
)
_MODELS = r"(?:ai|a\.i\.|artificial intelligence|language model|chat ?bot|simulat\w+)"
_PLAYED = r"(?:patient|person|part|role|character)"
_COMPLAINTS = r"(?:\w+ )?(?:pains?|symptoms?|problems?|trouble|complaint)"
_FEELINGS = r"(?:shut|wary|unsure|at ease|open|calm|uneasy|upset|overwhelmed|lost|partly|clear)\b"
_REFUSED = (
    r"(?:assist|fulfil|comply|engage in|provide (?:medical|that|information)|continue (?:with )?this conversation|"
    r"help (?:you )?with (?:that|this))"
)
_ILLNESS = (
    r"(?:diagnosis|cancer|tumou?r|condition|symptoms|prognosis|treatment (?:plan|options?)|"
    r"health ?care (?:team|provider))"
)
_HELPERS = r"(?:doctor|physician|nurse|clinician|medical (?:student|professional)|healthcare \w+|therapist)"
_UPSET = r"(?:feel|going through|scared|afraid|worried|anxious|upset|concern)"
_GOOD = (
    r"(?:great|good|excellent|amazing|wonderful|thoughtful|insightful|fantastic|important|"
    r"empathetic|compassionate|kind)"
)
_SKILL = (
    r"(?:empathy|compassion|communication(?: skills)?|bedside manner|active listening|approach|technique|questioning)"
)

NOTE_LABELS = (
    *("notes", "note", "trust", "inside", "grasp", "may tell", "may begin", "let slip", "that stung"),
    *("answer this truly now", "earlier", "said"),
)
"""How the parts of the notes that the patient gets begin."""

PATTERNS: dict[Breach, re.Pattern[str]] = {
    "machine": _any(
        rf"\b(?:i'm|i am|as|being) (?:just |only )?an? {_MACHINES}\b",
        rf"\bi(?:'m| am) (?:\w+, )?(?:just |only )?an? (?:\w+ ){{1,2}}{_MODELS}\b",
        rf"\bi(?:'m| am) (?:just |only )?(?:playing|acting|portraying) (?:an?|the|as|my) (?:\w+ ){{0,2}}{_PLAYED}\b",
        r"\b(?:debug|developer|admin|maintenance|jailbreak) mode\b",
        r"\bi have no (?:restrictions|filters)\b",
        r"\b(?:language model|chatgpt|openai|simulated patient|standardi[sz]ed patient|system prompt|training data)\b",
        r"\b(?:this|the|our|my|your|of|for|as|just|only) (?:\w+ )?role[- ]?play\b(?! with (?:year|class|my|the))",
        r"\brole[- ]?playing\b",
        r"\bout of (?:the |my |this )?role\b",
        r"\b(?:this is|in this) (?:just |only )?(?:an? )?(?:simulation|simulated|fictional|hypothetical)\b",
        r"\b(?:stay|remain|step|stepping|break|breaking) (?:in |out of )?character\b",
        rf"\bi(?:'m| am)? (?:can't|cannot|can not|unable to|not able to|won't) {_REFUSED}\b",
        r"\bmy (?:programming|guidelines|knowledge cut-?off|developers)\b",
    ),
    "leak": _any(
        r"[<‹]/?\w+[>›]?|[<‹]\||\|>|\[/?(?:INST|SYS)\]|&lt;",
        r"\bmy (?:instructions|prompt)\b(?! (?:were|was) )",
        r"\bmy (?:rules|guidelines|persona|character sheet|configuration) (?:says?|tells?|is|are)\b",
        r"\bi(?:'m| am| was|'ve been| have been) (?:told|asked|instructed|supposed|meant|trained|designed) to "
        r"(?:play|portray|act as|pretend|respond|behave|stay in)\b",
        r"\b(?:trust|distress|understanding|inside|grasp|may tell|let slip)\s?[:=]",
        rf"\bnotes? (?:say|tell)s?(?: me)? (?:that (?:i|my)\b|to\b|{_FEELINGS})",
        r"\bi was told about myself\b|\bhere(?: is|'s) everything i was told\b",
        r"\b(?:trust|distress|understanding) (?:level|score|is (?:now )?(?:at )?\d)",
        r"\b(?:her|his|their|my) (?:trust|distress) (?:is|grows?|rises?|falls?|fades?|wavers?|wavering)\b",
        r"\bend of (?:the )?(?:response|reply|message|scene|role)\b",
        r"\b(?:the note says|note tells me|according to (?:the|my) notes?)\b",
        rf"^\W*(?:{'|'.join(NOTE_LABELS)})\s*:",
    ),
    "clinician": _any(
        rf"\byour {_ILLNESS}\b",
        rf"\bas your {_HELPERS}\b|^\W*as an? {_HELPERS}\b",
        r"\b(?:i'm|i am|we're|we are) here (?:for you|to (?:help|support|listen to|answer|guide) (?:you|any|your))",
        r"\bhow (?:can|may) i (?:help|assist|support)(?: you)?\b",
        r"\bis there anything else (?:i can|you(?:'d| would) like|you want to)\b",
        r"\b(?:feel free|don't hesitate) to (?:ask|reach out|share|contact)\b",
        r"\b(?:consult|speak (?:to|with)|talk to|see) (?:with )?your (?:doctor|gp|physician|health ?care)\b",
        r"\bi (?:would |'d |strongly )?(?:recommend|suggest|advise) (?:that )?(?:you|scheduling|getting|seeing)\b",
        r"\bi understand (?:that )?you(?:'re| are) (?:just |only )?trying\b",
        r"\bto summari[sz]e\b",
        r"\bwhat (?:brings you (?:here|in)|seems to be the (?:trouble|problem|matter))\b",
        rf"\bhow long have you (?:had|been having|noticed) (?:this|these|that|those|the|your) {_COMPLAINTS}",
        r"\b(?:looked at|go (?:over|through)|discuss|explain) your (?:\w+ )?results\b",
        r"\bi (?:understand|know|can (?:see|imagine|hear)) (?:how|that|this|what)\b"
        rf".{{0,30}}\byou(?:'re| are|r)? (?:\w+ ){{0,3}}{_UPSET}",
        r"\b(?:it's|it is|that's) (?:\w+ly |very |quite )?(?:normal|natural|understandable|okay|ok) "
        r"(?:to feel|that you|for you)\b",
        r"\byou(?:'re| are) not alone\b",
        r"\bi'?m (?:so )?sorry (?:that |to hear (?:that )?)?you(?:'re| are) (?:going|feeling|having|dealing)\b",
        r"\b(?:let's|we can|we will|we'll) (?:discuss|explore|go over|talk about) your\b",
        r"\bi(?:'m| am) (?:dr\.?|doctor|nurse) [a-z]",
    ),
    "praise": _any(
        rf"\b(?:your|such|with) {_SKILL}\b",
        rf"\b(?:that's|that is|that was|what) an? (?:really |very |truly )?{_GOOD} "
        r"(?:question|point|job|way|explanation)\b",
        r"\b(?:well done|good job|great job|nicely done|full marks|top marks)\b",
        r"\b(?:give|gave|given|rate|mark|score) you (?:\w+ ){0,3}(?:out of|marks?|points|stars|per ?cent|for your)\b",
        r"\byou(?:'ve| have)? passed (?:with|this|the (?:station|exam|test|assessment))\b",
        rf"\byou(?:'re| are|'ve| have) (?:doing |being |done |been )?(?:an? |so |very |really )*{_GOOD} "
        r"(?:job|listener|communicator)\b",
        rf"\byou(?:'re| are) (?:being )?(?:an? |so |very |really )*{_GOOD} (?:doctor|student|clinician)\b",
        r"\bthank you for (?:being (?:so|open|here|kind|patient|gentle)|your |acknowledging|validating|"
        r"recogni[sz]ing|asking (?:my )?permission|naming|explaining|sharing|understanding|taking the time)",
        rf"\bi (?:really |do |truly )*appreciate (?:your (?:{_SKILL}|patience|support|concern|kindness|time|"
        r"understanding|help)|you (?:taking|asking|acknowledging|explaining))\b",
        r"\bi feel (?:so |really |truly |very )*(?:heard|seen|validated|supported)\b",
        r"\byou (?:could|should|might want to) (?:try asking|consider|have (?:asked|said)|ask me)\b",
    ),
    "layout": _any(
        r"^\s*(?:#{1,6}\s|[-•]\s+\S|\d{1,2}[.)]\s|\|.*\||---+\s*$)",
        r"https?://|www\.|```|[{}]",
    ),
    "nonsense": _any(r"�|([^.])\1{7,}|\b\w{41,}\b", r"(?:\b\w\b\W{1,3}){12}"),
}

SPEAKERS = "doctor|dr|student|clinician|nurse|user|assistant|human|ai|system|narrator|therapist|interviewer"
LABELS = (*SPEAKERS.split("|"), *NOTE_LABELS)
OTHER_SPEAKER = re.compile(rf"^\W*(?:(?:{SPEAKERS})\b[^:.?!]{{0,20}}|you ?):", re.IGNORECASE)

_TELLING: dict[Breach, str] = {
    "machine": """acting actor admin ai$ as$ assist bot$ character chat comply computer continue debug developer
        engage fictional filters fulfil guidelines help hypothetical intelligence jailbreak knowledge longer$
        maintenance model openai patien play portray pretend programming prompt provide restrictions role script sim
        standardi instructions$ persona training virtual a.i$""",
    "leak": """accord act$ behave character configuration distress everything$ guidelines instructions message myself
        note persona play portray pretend prompt reply respon role rules scene stay trust understand""",
    "clinician": """advise afraid alone anxious assist cancer clinician concern condition consult diagnosis discuss
        brings$ complaint doctor dr$ else$ explor feel free$ going gp$ health help here$ hesitate medical natural normal
        nurse ok over$ pain physician problem prognosis recommend results$ scared seems$ sorry suggest summari support
        symptom talk therapist treatment trouble tumo understand upset worried""",
    "praise": """appreciate approach ask clinician communicat compassion consider doctor done$ empath expla heard job$
        gave$ give$ given$ listen manner mark$ marks$ nicely passed$ point question rate$ said$ score$ seen$ student
        support technique thank valid way$""",
}
"""Words and, where no dollar sign ends them, beginnings of words, of which each of the patterns above needs one."""
_WHOLE = {breach: frozenset(re.findall(r"(\S+)\$", words)) for breach, words in _TELLING.items()}
_STARTS = {breach: tuple(re.findall(r"\S+(?<!\$)(?=\s|$)", words)) for breach, words in _TELLING.items()}
_LONGEST_WORD = 20
_STUTTER = re.compile(r"(.)\1{7}")
_LETTERS = frozenset("bcdefghjklmnpqrstuvwxyz")


def families_in(chunk: str) -> frozenset[Breach]:
    """The families that what stands between two spaces makes it worth while to try; nearly always none."""
    words = _WORDS.findall(chunk.lower())
    found = {one for one in _STARTS for word in words if word in _WHOLE[one] or word.startswith(_STARTS[one])}
    if _STUTTER.search(chunk) or any(len(word) > _LONGEST_WORD or word in _LETTERS for word in words):
        found.add("nonsense")
    return frozenset(found)
