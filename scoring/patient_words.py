"""What a patient's words show: feelings, hints, reproaches, successes."""

import re
from dataclasses import dataclass

from personas.vocabulary import CueKind, Family
from scoring.words import Sentence, sentences, starting_with, straight


@dataclass(frozen=True)
class Sign:
    """One thing a patient's sentence shows. `word` is the feeling in their own word, if they used one."""

    kind: CueKind
    family: Family | None
    intensity: float
    start: int
    end: int
    word: str | None = None


_FEELINGS: dict[Family, re.Pattern[str]] = {
    "fear": starting_with(
        r"afraid\b",
        r"scar(?:ed|y|es me|ing me)\b",
        r"frighten(?:ed|ing|s me)\b",
        r"terrif(?:ied|ying|ies me)\b",
        r"worr(?:ied|ying|y|ies me)\b",
        r"(?:my|these|those|all the|many|some) worries\b",
        r"daunting\b",
        r"uncertain(?:ty)?\b",
        r"anxious\b",
        r"anxiety\b",
        r"nervous\b",
        r"panic(?:ked|king|ky)?\b",
        r"dread(?:ing|ed)?\b",
        r"petrified\b",
        r"on edge\b",
        r"uneasy\b",
        r"my (?:biggest |worst |main )?fear\b",
        r"fear (?:that|of)\b",
        r"fearing\b",
        r"(?:i'm|i am|i was|a bit|really|quite|very|pretty|so) concerned\b",
        r"freak(?:ed|ing|s me) out\b",
    ),
    "sadness": starting_with(
        r"sad\b",
        r"miserable\b",
        r"depressed\b",
        r"heart ?broken\b",
        r"devastated\b",
        r"gutted\b",
        r"grie(?:f|ving)\b",
        r"lonely\b",
        r"hopeless\b",
        r"in tears\b",
        r"cry(?:ing)?\b",
        r"cried\b",
        r"(?:feel|feeling|felt|been|i'm|get) (?:so |really |very |a bit |quite |pretty )?(?:low|down|empty|alone|"
        r"numb)\b",
        r"miss (?:him|her|them|my)\b",
        r"unhappy\b",
        r"upset(?:s me|ting)?\b",
        r"hurts? me\b",
    ),
    "anger": starting_with(
        r"angry\b",
        r"anger\b",
        r"furious\b",
        r"frustrat(?:ed|ing)\b",
        r"annoy(?:ed|ing|s me)\b",
        r"fed up\b",
        r"livid\b",
        r"outraged\b",
        r"pissed off\b",
        r"irritat(?:ed|ing|es me)\b",
        r"resent(?:ful)?\b",
        r"sick of\b",
        r"sick and tired of\b",
        r"makes me mad\b",
        r"so mad\b",
        r"let down by\b",
        r"unfair\b",
    ),
    "shame": starting_with(
        r"ashamed\b",
        r"embarrass(?:ed|ing)\b",
        r"guilt(?:y)?\b",
        r"humiliat(?:ed|ing)\b",
        r"(?:all |it's |is |was )my (?:own )?fault\b",
        r"blame myself\b",
        r"(?:feel|felt|feeling) (?:so |really )?(?:stupid|useless|pathetic|like a failure|dirty|judged)\b",
        r"let (?:them|her|him|everyone|everybody) down\b",
        r"bad (?:mother|mum|mom|father|dad|parent|daughter|son|wife|husband)\b",
        r"a failure\b",
    ),
    "confusion": starting_with(
        r"confus(?:ed|ing)\b",
        r"don't (?:really )?(?:understand|get it|follow)\b",
        r"doesn't make (?:any )?sense\b",
        r"bewildered\b",
        r"what (?:that|this|it) (?:all )?means\b",
        r"i'm lost\b",
        r"you've lost me\b",
        r"lost me there\b",
    ),
    "overwhelm": starting_with(
        r"overwhelm(?:ed|ing)\b",
        r"too much (?:to take in|for me|at once|all at once)\b",
        r"(?:it's|is|all) (?:just )?too much\b",
        r"can't (?:cope|take (?:it|this|any more|much more))\b",
        r"cannot (?:cope|go on)\b",
        r"can't go on\b",
        r"exhausted\b",
        r"worn out\b",
        r"burn(?:t|ed) out\b",
        r"drowning\b",
        r"stress(?:ed|ful|ing me)\b",
        r"end of my (?:tether|rope)\b",
        r"at breaking point\b",
        r"falling apart\b",
        r"struggling\b",
        r"my head(?:'s| is) spinning\b",
    ),
    "ambivalence": starting_with(
        r"torn\b",
        r"part of me\b",
        r"(?:in|of) two minds\b",
        r"mixed feelings\b",
        r"on the one hand\b",
        r"don't know (?:whether|if) i (?:want|should|can)\b",
        r"i (?:do )?want to,? but\b",
        r"i know i should,? but\b",
        r"not sure (?:if |whether )?i(?:'m| am)? (?:want|ready|should)\b",
    ),
    "relief": starting_with(
        r"relieved\b",
        r"relief\b",
        r"(?:i'm|i am|so|really|very) (?:happy|glad|pleased|proud|grateful)\b",
        r"(?:weight|load) off\b",
        r"thank god\b",
        r"thank goodness\b",
    ),
}

_ADJECTIVE_ALONE = re.compile(
    r"^(?:just |so |really |very |a bit |pretty |quite |honestly,? |well,? )*$", re.IGNORECASE
)
_OWN = starting_with(
    r"i\b",
    r"i'm\b",
    r"i've\b",
    r"i'd\b",
    r"me\b",
    r"my\b",
    r"myself\b",
    r"we\b",
    r"we're\b",
    r"us\b",
    r"our\b",
    r"it's\b",
    r"it is\b",
    r"it was\b",
    r"that's\b",
    r"this is\b",
    r"im\b",
    r"ive\b",
)
_DENIED = re.compile(r"\b(?:\w+n't|not|never|no|without|hardly|stop|less)\s+(?:\w+\s+){0,2}$", re.IGNORECASE)
_CANNOT_HELP = re.compile(
    r"\b(?:can't|cannot|couldn't|can not)\s+(?:\w+\s+){0,2}$|\bnot (?:just|only)\s+(?:\w+\s+)?$|"
    r"\b(?:hard|difficult|impossible) not to\s+(?:\w+\s+)?$",
    re.IGNORECASE,
)
_OTHERS = re.compile(
    r"\b(?:you(?:'re| are| seem| look| sound)?|he(?:'s| is| was)?|she(?:'s| is| was)?|they(?:'re| are| were| get|"
    r" got)?)\s+(?:\w+\s+){0,2}$",
    re.IGNORECASE,
)
_STRONG = starting_with(
    r"terrified\b",
    r"petrified\b",
    r"devastated\b",
    r"furious\b",
    r"livid\b",
    r"can't cope\b",
    r"panic",
    r"heart ?broken\b",
    r"hopeless\b",
    r"outraged\b",
    r"dread",
    r"die\b",
    r"dying\b",
    r"end of my (?:tether|rope)\b",
)
_VERY = starting_with(
    r"so\b",
    r"very\b",
    r"really\b",
    r"absolutely\b",
    r"completely\b",
    r"extremely\b",
    r"keep\b",
    r"all the time\b",
    r"can't stop\b",
    r"every night\b",
)

_KIN = (
    r"(?:mum|mom|mam|mother|dad|father|sister|brother|wife|husband|partner|son|daughter|baby|child|friend|"
    r"aunt(?:ie|y)?|uncle|"
    r"nan|gran(?:dad|dfather|dmother|dma|dpa|ny|pa)?|grandma|cousin)"
)
_HINTS: tuple[tuple[Family | None, float, re.Pattern[str]], ...] = (
    (
        "sadness",
        0.7,
        starting_with(
            r"passed away\b",
            r"lost my (?:job|home|house|baby)\b",
            r"(?:life|world) is (?:just )?gone\b",
            r"(?:was|is|came as|still) (?:such )?a shock\b",
            r"died\b",
            rf"(?:lost|buried) (?:my|our|the) {_KIN}\b",
            r"funeral\b",
            r"miscarr",
            r"since (?:he|she|they) (?:died|went|left)\b",
        ),
    ),
    (
        "fear",
        0.6,
        starting_with(
            rf"(?:my|our|me) {_KIN} (?:had|has|got|went through|was diagnosed|also had) ",
            r"runs in (?:my|the|our) family\b",
        ),
    ),
    (
        "fear",
        0.7,
        starting_with(
            r"am i going to (?:die|lose|be|make it)\b",
            r"(?:is|could|might) (?:it|this|that) (?:be )?(?:serious|cancer|bad|dangerous|fatal|my heart|a tumou?r)\b",
            r"is (?:he|she) going to (?:die|be)\b",
            r"how long (?:have i|do i have)\b",
        ),
    ),
    (
        "fear",
        0.6,
        starting_with(
            r"what if\b",
            r"what(?:'s| is) going to happen\b",
            r"what (?:happens|would happen) (?:to|if)\b",
            r"who(?:'s| is| will|'ll) (?:going to )?(?:look after|take care)\b",
            r"see (?:my|the) (?:kids|children|grandchildren|daughter|son)\b.{0,20}\bgrow",
        ),
    ),
    (
        "fear",
        0.5,
        starting_with(
            r"can't (?:stop|help) thinking\b",
            r"(?:keep|kept) (?:on )?(?:thinking|wondering|imagining|going over|checking)\b",
            r"on my mind\b",
            r"(?:can't|couldn't|haven't been able to|not been|haven't been) sleep",
            r"haven't slept\b",
            r"(?:lie|lying|lay) awake\b",
            r"up all night\b",
            r"at three in the morning\b",
            r"hanging over\b",
        ),
    ),
    (
        "fear",
        0.5,
        starting_with(
            r"i just (?:want|need|wanted|needed) to (?:know|be sure)\b",
            r"what (?:about|will become of) my \w+",
            r"oh (?:my )?god\b",
            r"oh no\b",
            r"i knew(?: it)?(?=[.,!]|$)",
            r"(?:watch|see|seeing) me (?:die|suffer|like this)\b",
            r"(?:i'm|i am|i'll|i might|i could|going to|gonna|don't want to) (?:be )?(?:die|dying)\b",
            r"they don't (?:call|ring|bring) you (?:in )?(?:for|unless)\b",
            r"is (?:it|that) normal\b",
            r"did (?:they|you) find (?:something|anything)\b",
            r"it(?:'s| is) bad,? isn't it\b",
            r"not looking forward to\b",
        ),
    ),
    (
        "overwhelm",
        0.5,
        starting_with(
            r"don't know what to do\b",
            r"don't know how (?:to|i)\b.{0,30}(?:cope|manage|go on|do it|do this|tell)",
            r"i don't know (?:any ?more|where to (?:start|turn))\b",
            r"(?:a |such a )?(?:weight|burden) on\b",
            r"like a nightmare\b",
            r"never stops\b",
            r"no time (?:for|to)\b.{0,20}(?:myself|breathe)",
            r"at a loss\b",
            r"mind (?:is|keeps|was) racing\b",
            r"can't (?:think straight|do this)\b",
            r"hit (?:a|the) (?:brick )?wall\b",
            r"barely (?:sleep|eat|manage)",
        ),
    ),
    (
        "sadness",
        0.6,
        starting_with(
            r"what's the (?:point|use)\b",
            r"no point\b",
            r"world (?:fell|has fallen|is falling) apart\b",
            r"bottom (?:fell|has fallen) out\b",
            r"black cloud\b",
            r"nothing helps\b",
            r"given up\b",
            r"don't (?:enjoy|care about) (?:anything|much)\b",
            r"(?:not|n't) (?:feel |felt )?(?:like )?myself\b",
            r"hard (?:for me|time|to talk|to say)\b",
            r"it(?:'s| is| has|'s been) (?:been )?(?:just |so |really |very |pretty |quite )?(?:hard|tough|difficult|"
            r"rough|awful|horrible)\b",
            r"all on my own\b",
            r"no ?one to talk\b",
        ),
    ),
    (
        "shame",
        0.5,
        starting_with(
            r"you'll think i'm\b",
            r"(?:this|it) (?:sounds|must sound|is|seems) (?:silly|stupid|daft|ridiculous)\b",
            r"(?:don't|please don't) (?:tell|judge)\b",
            r"i should(?:n't)? have (?:known|come|gone|noticed|said|done|been|just)?\b",
            r"i (?:hate|can't stand) (?:how i look|myself|my body)\b",
            r"never told anyone\b",
        ),
    ),
    (
        "confusion",
        0.4,
        starting_with(
            r"i (?:just )?don't know what (?:it|this) is\b",
            r"nobody(?:'s| has)? explained\b",
            r"what does (?:that|this|it) mean for me\b",
        ),
    ),
)

_CHALLENGE = starting_with(
    r"why (?:didn't|wasn't|weren't|did(?:n't)? (?:nobody|no ?one|anyone|it take|you)|has(?:n't)? (?:nobody|"
    r"no ?one|anyone|it)|should i|do you (?:people|all|lot))\b",
    r"you (?:people|lot)\b",
    r"you doctors\b",
    r"(?:nobody|no ?one) (?:told|listens|listened|believes|believed|cares|cared|called|rang|bothered|ever)\b",
    r"how (?:could you|dare|can you)\b",
    r"not good enough\b",
    r"you(?:'re| are) not (?:listening|helping|answering)\b",
    r"you (?:don't|didn't) (?:understand|believe|care|listen|get it|answer)\b",
    r"waste of (?:my )?time\b",
    r"(?:this|that) is ridiculous\b",
    r"that's ridiculous\b",
    r"(?:weeks|months|hours) (?:late|i(?:'ve| have) been waiting)\b",
    r"easy for you\b",
    r"you (?:sound|talk) like everyone\b",
    r"are you even\b",
    r"it(?:'s| is) my (?:right|choice|life|body|business|decision)\b",
    r"i don't need (?:you|a lecture|this)\b",
    r"just (?:want to get rid of|fobbed)\b",
    r"fobbed (?:me )?off\b",
    r"don't (?:lecture|patronise|tell) me\b",
    r"i(?:'ve| have) heard (?:that|it all) before\b",
    r"brush(?:ed)? (?:me )?off\b",
)
_PROGRESS = starting_with(
    r"i(?:'ve| have)? (?:finally )?(?:managed|quit|cut (?:down|back)|stopped (?:smoking|drinking)|"
    r"lost \w+ (?:pounds|kilos|stone))\b",
    r"i did it\b",
    r"(?:it's|it is|things are|that's|i'm|i've been) (?:going|getting|been|doing|feeling) (?:so |much |really |"
    r"a lot |a bit )?(?:well|better|easier)\b",
    r"made (?:some )?progress\b",
    r"i haven't (?:smoked|had a drink)\b",
)
_CRIES = re.compile(
    r"[\[(*](?:[^\])*]*\b(?:cr(?:ies|ying)|sob(?:s|bing)?|tear(?:s|ful|ing)?|weep(?:s|ing)?|voice (?:breaks|"
    r"cracks|shakes))\b[^\])*]*)[\])*]",
    re.IGNORECASE,
)
_CRIES_SEEN = re.compile(
    r"\b(?:cr(?:ies|ying)|sob|tear(?:s|ful)|weep|wipes (?:her|his|their) eyes|eyes (?:fill|well|are wet))",
    re.IGNORECASE,
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


def signs(text: str, does: str | None = None) -> list[Sign]:
    """What a patient's turn shows, sentence by sentence: at most one sign a sentence, the strongest."""
    found = []
    for sentence in sentences(straight(text)):
        sign = _explicit(sentence) or _challenge(sentence) or _hint(sentence) or _progress(sentence)
        if sign is not None:
            found.append(sign)
    if (crying := _CRIES.search(text)) is not None:
        found.append(Sign("concern", "sadness", 0.9, crying.start(), crying.end()))
    elif does is not None and _CRIES_SEEN.search(does):
        found.append(Sign("concern", "sadness", 0.9, 0, len(text)))
    return found


def _explicit(sentence: Sentence) -> Sign | None:
    """A feeling of the patient's own, said in a feeling word and not denied."""
    best: Sign | None = None
    for family, pattern in _FEELINGS.items():
        for match in pattern.finditer(sentence.text):
            if not _is_own(sentence.text, match.start()):
                continue
            kind: CueKind = "progress" if family == "relief" else "concern"
            strength = _intensity(0.3 if family == "relief" else 0.6, sentence.text)
            if best is None or strength > best.intensity:
                best = Sign(kind, family, strength, sentence.start, sentence.end, match.group().lower())
            break
    return best


def _is_own(sentence: str, at: int) -> bool:
    before = sentence[:at]
    if _OTHERS.search(before) and not _OWN.search(before.rsplit(",", 1)[-1]):
        return False
    if _DENIED.search(before) and not _CANNOT_HELP.search(before):
        return False
    return bool(_OWN.search(sentence)) or bool(_ADJECTIVE_ALONE.match(before))


def _challenge(sentence: Sentence) -> Sign | None:
    if not _CHALLENGE.search(sentence.text):
        return None
    return Sign("challenge", "anger", _intensity(0.6, sentence.text), sentence.start, sentence.end)


def _hint(sentence: Sentence) -> Sign | None:
    for family, strength, pattern in _HINTS:
        if pattern.search(sentence.text):
            return Sign("cue", family, _intensity(strength, sentence.text), sentence.start, sentence.end)
    return None


def _progress(sentence: Sentence) -> Sign | None:
    if not _PROGRESS.search(sentence.text):
        return None
    return Sign("progress", "relief", 0.3, sentence.start, sentence.end)


def _intensity(base: float, sentence: str) -> float:
    return round(min(1.0, base + 0.2 * bool(_STRONG.search(sentence)) + 0.1 * bool(_VERY.search(sentence))), 2)
