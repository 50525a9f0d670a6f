"""What the patient spoke of: the person, the thing, the kind of moment, and their own word for the feeling."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

from personas.vocabulary import Family
from scoring.lexicon import rows
from scoring.words import content, straight

_HER = "mum|mom|mam|mother|sister|wife|daughter|aunt|auntie|aunty|nan|gran|granny|grandmother|grandma|niece|girlfriend"
_HIM = "dad|father|brother|husband|son|uncle|grandad|grandfather|grandpa|nephew|boyfriend"
_THEM = "partner|child|children|kids|boys|girls|sons|daughters|baby|babies|friend|friends|cousin|parents|family|twins"
KINS = f"{_HER}|{_HIM}|{_THEM}"
_KIN = re.compile(rf"\b(?:my|our|me) (?:(?:late|little|older|younger|big|own|poor|best|old|eldest) )?({KINS})\b")

_DIED = r"(?:died|passed away|passed on|is dead|is gone|was buried|'s funeral|isn't here any ?more)"
_LOST = re.compile(rf"\b{_DIED}|\b(?:dead|death|funeral|grave|miscarr\w+|stillb\w+|divorce\w*|widow\w*|passed)\b")
_MOTIFS: Mapping[str, re.Pattern[str]] = {
    "danger": re.compile(
        r"\b(?:kill myself|end (?:it all|my life)|want(?:ed)? to die|wish i (?:was|were) dead|"
        r"suicid\w+|(?:don't|do not) want to (?:live|wake up)|better off (?:without me|dead))\b"
    ),
    "self_harm": re.compile(r"\b(?:hurt|harm|cut(?:ting)?) myself\b|\bself-?harm|\bwant(?:ed)? to cut\b"),
    "tears": re.compile(
        r"\b(?:cr(?:ies|ying)|sob(?:s|bing)?|in tears|tear(?:s|ful)|weep\w*|wipes (?:her|his|their) eyes|"
        r"eyes (?:fill|well|are wet))\b"
    ),
    "night": re.compile(
        r"\b(?:haven't slept|(?:can't|couldn't|can not|don't|not been able to) sleep|(?:lie|lying|lay) awake|"
        r"up all night|awake at night|three in the morning|every night|nights)\b"
    ),
    "ill_kin": re.compile(
        rf"\b(?:my|our|me) (?:\w+ )?(?:{KINS}) (?:also )?(?:had (?:this|it|one|that|the same|cancer|a lump)\b|"
        r"has (?:this|it)\b|went through|was diagnosed|got (?:this|it))"
    ),
    "for_kin": re.compile(
        r"\b(?:scared|worr\w+|frightened|terrified|afraid|anxious|fear\w*|panic\w*)(?: \w+){0,2} (?:for|about) "
        rf"(?:my|our|me) (?:\w+ )?(?:{KINS})\b|\bwhat (?:about|becomes of|happens to|will become of) "
        rf"(?:my|our|me) (?:{KINS})\b"
    ),
    "gone": re.compile(
        r"\b(?:lost|gave up|given up|giving up|had to (?:give up|sell|leave)|no longer|taken away|made redundant|"
        r"laid off|(?:can't|cannot|can not|couldn't) (?:\w+ ){1,7}any ?more|(?:i|we) used to|split up|broke up|"
        r"divorced?|separated)\b"
        r"(?! (?:weight|count|track|pounds|my (?:keys|glasses|phone|temper|way)))"
    ),
    "miss": re.compile(r"\b(?:i|we) (?:really |still |just |so )?miss(?:ed)? (?:my|him|her|them|being|the|our)\b"),
    "no_hope": re.compile(r"\b(?:what's the (?:point|use)|no point|nothing helps|given up|hopeless|no hope)\b"),
    "hard": re.compile(r"\b(?:hard|tough|difficult|rough|awful|horrible)\b"),
    "unheard": re.compile(
        r"\b(?:nobody|no ?one) (?:\w+ ){0,1}(?:told|listens?|listened|believes?|believed|cares?|cared|called|rang|"
        r"bothered|explained|asked|answered)\b|\bfobbed\b|\bbrush(?:ed)? (?:me )?off\b|not listening\b|don't listen\b"
    ),
    "wait": re.compile(
        r"\b(?:weeks|months|hours|days) (?:late|(?:i've|i have|we've|we have) (?:been|waited|sat))|"
        r"\b(?:waiting|waited) (?:for |all |\w+ (?:hours|days|weeks|months))|\bkept (?:me|us) waiting\b|"
        r"\b(?:hours|days|weeks) (?:we've|i've) been\b"
    ),
    "choice": re.compile(
        r"\bmy (?:own )?(?:right|choice|life|body|business|decision)\b|\bdon't (?:lecture|patronise)\b"
    ),
    "silly": re.compile(r"\b(?:sounds?|seems?|is|feel|must sound) (?:so )?(?:silly|stupid|daft|ridiculous)\b"),
    "fault": re.compile(
        r"\bmy (?:own )?fault\b|\bblame myself\b|\bif i had\b|\bif i'd\b|"
        r"\bi should(?:n't)? have (?:come|known|gone|noticed|seen|said|done|been|stopped|waited)\b"
    ),
    "achieved": re.compile(
        r"(?<!if )(?<!when )\b(?:i did it|i(?:'ve| have)? (?:finally )?(?:quit|cut (?:down|back)|stopped|"
        r"lost \w+ (?:pounds|kilos|stone))|i haven't (?:smoked|had a drink))\b"
    ),
}
"""The moments that call for words of their own. Found in what the patient said, lower case."""

_ADJECTIVE = re.compile(r"[a-z]{2,}(?:ed|ty|ry|us|id|ly|en|ful|less)|torn|lonely|worn out|fed up|guilt")
"""Words for a feeling that can be given back in quotation marks by themselves."""

_MILD = re.compile(
    r"\b(?:a (?:wee )?(?:little|bit|tad|touch|trifle|smidge)|slightly|somewhat|mildly|almost|nearly|kind of|sort of|"
    r"kinda|sorta|not (?:too|very|that))\b"
)
"""Words by which a patient makes little of a feeling."""

_OWN_FAMILY: Mapping[str, frozenset[Family]] = {
    "night": frozenset({"fear"}),
    "ill_kin": frozenset({"fear", "sadness"}),
    "for_kin": frozenset({"fear"}),
    "tears": frozenset({"sadness"}),
    "gone": frozenset({"sadness"}),
    "miss": frozenset({"sadness"}),
    "no_hope": frozenset({"sadness"}),
    "unheard": frozenset({"anger"}),
    "wait": frozenset({"anger"}),
    "choice": frozenset({"anger"}),
    "silly": frozenset({"shame"}),
    "fault": frozenset({"shame"}),
    "achieved": frozenset({"relief"}),
}
"""The families a motif may speak for; the others speak for any."""


@dataclass(frozen=True)
class Story:
    """What can be taken up of a patient's turn. `slots` fill the lines; `motifs` choose among them."""

    motifs: tuple[str, ...] = ()
    slots: Mapping[str, str] = field(default_factory=dict)
    near: str | None = None
    """The words that say no more than theirs; none of them where theirs is unknown, None where they used none."""
    mild: bool = False
    """Whether they made little of it: "a bit", "almost"."""


def read_story(text: str, family: Family | None, word: str | None, echo: str | None, quote: str | None = None) -> Story:
    """The story of one turn, for a feeling of this family.

    A strong word is said one degree lower, so it is not echoed.
    `word` is the patient's own word for it, if there is one; `quote` the words that show it, else the whole text.
    """
    quote = text if quote is None else quote
    said = straight(text).lower()
    motifs = [
        name
        for name, pattern in _MOTIFS.items()
        if pattern.search(said) and (name not in _OWN_FAMILY or family in _OWN_FAMILY[name])
    ]
    slots = {} if echo is None else {"echo": echo}
    person = person_in(said)
    if person is not None:
        slots["person"], slots["her"] = person
        if family in ("sadness", "fear") and has_died(said, person[0]):
            motifs.insert(0, "loss")
    if (thing := _thing_in(said)) is not None:
        slots["thing"] = thing
    mild = _MILD.search(straight(quote).lower()) is not None
    near = None
    if word is not None:
        feel, near = _said_as(straight(word).lower(), family)
        if feel:
            slots["feel"] = f"a little {feel.removeprefix('very ')}" if mild else feel
        if _ADJECTIVE.fullmatch(straight(word).lower()) is not None:
            slots["word"] = straight(word).lower()
            if feel and not content(word) <= content(near):
                slots.pop("echo", None)
    return Story(tuple(motifs), slots, near, mild)


def person_in(said: str) -> tuple[str, str] | None:
    """Whom the patient spoke of, and the pronoun after a preposition: ("your mother", "her")."""
    match = _KIN.search(said)
    if match is None:
        return None
    kin = match[1]
    pronoun = "her" if re.fullmatch(_HER, kin) else "him" if re.fullmatch(_HIM, kin) else "them"
    return f"your {kin}", pronoun


def has_died(said: str, person: str) -> bool:
    """Whether the patient tells that this person ("your mother") died."""
    kin = person.removeprefix("your ")
    told = rf"\b(?:my|our|me) (?:\w+ )?{kin}\b[^.?!]{{0,60}}{_DIED}|\b(?:lost|buried) (?:my|our|me) (?:\w+ )?{kin}\b"
    return re.search(told + rf"|\bsince (?:my|our|me) {kin} (?:died|went)\b|^(?:he|she|they) died\b", said) is not None


def tells_of_loss(text: str) -> bool:
    """Whether a turn tells of a death, of something lost or missed, or of an end: no reason for a lesson."""
    said = straight(text).lower()
    return any(_MOTIFS[name].search(said) for name in ("gone", "miss")) or _LOST.search(said) is not None


@cache
def _things() -> re.Pattern[str]:
    after = {row[0]: row[1] for row in rows("suggestions/things.tsv")}
    mine, any_one = (("|".join(re.escape(one) for one in after[key].split(" | "))) for key in ("my", "any"))
    return re.compile(rf"\b(?:(?:my|our|me) (?P<mine>{mine}|{any_one})|(?:the|this) (?P<any>{any_one}))\b(?!['-])")


def _thing_in(said: str) -> str | None:
    match = _things().search(said)
    if match is None:
        return None
    return f"your {match['mine']}" if match["mine"] else f"the {match['any']}"


def _said_as(word: str, family: Family | None) -> tuple[str, str]:
    """How to say the patient's word after "you are", and the words that say no more; both empty where it is unknown."""
    for of, pattern, feel, near in rows("suggestions/feeling_words.tsv"):
        if of == family and re.match(pattern, word):
            return feel, f"{feel} {near}"
    return "", ""
