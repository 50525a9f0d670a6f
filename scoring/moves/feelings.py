"""Feelings: named, acknowledged, validated, or passed over; whose they are, and whether they are denied or asked for."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

from personas.vocabulary import Family
from scoring.lexicon import rows
from scoring.moves.scene import Scene, matches, move, rule, words
from scoring.moves.sentences import Sentence
from scoring.reading import Move

_ADVERBS = (
    r"(?:(?:\w+ly|so|very|quite|a bit|a little|a little bit|a lot|pretty|rather|still|also|just|too|understandably|both|kind of|sort of"
    r"|somewhat|more|most|as if|even|now|well|been|being|all|that|how|like|be|feel|feeling|to be|to feel|to have been|have been|getting|left feeling|in a way|some|very very|much|bit"
    r"|of course|quite a bit|you are|you were|it is|a|pretty much|almost|again|at times|sometimes|left|at the moment|right now|as though|and) ){0,6}"
)
_BETWEEN = r"(?:(?:\w+ly|must|might|may|could|would|can|will|do|did|have|had|also|just|still|both|all|maybe|perhaps|already|then|now|kind of|sort of|seem to|there) ){0,4}"
_BE = r"(?:are|were|be|been|feel|felt|feeling|seem|seemed|look|looked|looking|sound|sounded|sounding|get|got|getting|become|became|appear|end up|ended up)"
_FEEL = r"(?:feel|felt|feeling|seem|seemed|look|looked|looking|sound|sounded|sounding|must be|appear)"
_THING = r"(?:it|that|this|these|those|things|they|which|all of this|all of that|everything|what (?:\w+ ){1,6}?|not (?:\w+ ing )?|the (?:\w+ ){1,4}?|your (?:\w+ ){1,4}?|(?:\w+ing) (?:\w+ ){1,5}?)"
_THING_IS = r"(?:is|was|must be|must have been|must feel|must have felt|sounds|sounded|seems|seemed|feels|felt|can be|can feel|could be|might be|may be|has been|would be|looks|must all be|must all feel|is all|can all be|has to be|had to be|must seem|have been|are|were|gets|got|becomes|sound|seem|feel|be|been)"
_TENTATIVE = words(
    r"(?:it |that |this |you |things )?(?:sounds?|seems?|looks?|sounding|feels) (?:like|as if|as though|to me|that|you)|you (?:seem|sound|look|appear)|(?:i am |i was |am |just )?wonder(?:ing)?|i imagine|i can imagine|i guess|i sense|i get the sense|i get the feeling|maybe|perhaps|might|may|could it be|i have a feeling|would it be right|would it be fair|is it fair|am i right|is that right|have i got that right|correct me|if i am hearing|i am hearing|almost as if|must|it is as if|i notice|i am noticing|sounds|seems|sort of|kind of|i hear|i think|i suspect|it looks"
)
_NEGATED = re.compile(r"\b(?:not|never|no longer|no|nothing|without|hardly|less|neither|nor|stop|than)\b")
_ASKED_BEFORE = re.compile(
    r"(?:^|\b)(?:do|does|did|are|were|is|was|have|has|would|could|can|what|how|when|whenever|why|if|whether|unless|anything|something|things?|else|who|or|where|"
    r"in case|help|helps|helping|let|lets|want|until|once|before|so that|make|order for|most|should|than|can|that|part|ever|suppose)(?: not)?,? $"
)
_LETS_THROUGH = words(
    r"i (?:can |could |do |really |totally |completely |also )*(?:see|hear|tell|sense|understand|appreciate|get|imagine|notice|noticed|heard|feel|know|wonder|think|realise|realize|gather|suspect|believe|guess)(?: (?:that|how|why|what|when|from|in your|clearly|you say|you saying|very|a lot))*"
    r"|(?:i am |i was |i)? ?(?:wonder|wondering|guessing|hearing|sensing|noticing|imagining|thinking)(?: (?:if|whether|that|maybe|how|perhaps))*"
    r"|(?:sounds?|seems?|looks?|looked|sounded|sounding|seemed|feels|hear|almost|it is|is it) (?:\w+ )?(?:like|as if|as though|that)(?: (?:that|maybe|perhaps|when|how))?"
    r"|(?:it is|that is|quite|very|so|really|totally|completely|and|no)? ?(?:clear|obvious|understandable|natural|normal|no wonder|not surprising|not surprised|makes sense|make sense|plain|reasonable|okay|sorry|surprising)(?: (?:to me|that|why|how|if|when))*"
    r"|you (?:said|told me|mentioned|say|have said|were saying|are saying|mean)(?: (?:that|how|earlier|when|before))*"
    r"|could it be(?: that)?|is it(?: that| possible that| fair to say| right that)|am i right(?: that| in thinking)?(?: that)?|(?:i )?(?:can )?(?:see|understand|imagine) (?:why|how)|part of|the part that|the thing that"
)
_LETS_THROUGH_END = re.compile(rf"(?:{_LETS_THROUGH.pattern}),? $")
_PHYSICAL = re.compile(
    r"\b(?:tummy|stomach|needle|pain|physically|breath|chest|legs?|arms?|temperature|medicine|tablets?|dose|drowsy|injection|procedure|scan|sleepy|sick)\b"
)


@dataclass(frozen=True)
class _Frame:
    """One way of putting a feeling into words, with the group `f` on the feeling."""

    how: str
    pattern: re.Pattern[str]
    guarded: bool = True  # what stands before 'you' may turn it into a question or a condition
    sure: float = 0.9


@dataclass(frozen=True)
class Naming:
    """A naming found in a sentence, before it is a move."""

    start: int
    end: int
    family: Family
    tentative: bool
    sure: float


@cache
def _terms() -> dict[str, dict[str, Family]]:
    """how -> word or idiom -> family. A word in two families counts for the first listed."""
    terms: dict[str, dict[str, Family]] = {}
    for family, how, listed in rows("feelings.tsv"):
        for term in listed.split(" | "):
            terms.setdefault(how, {}).setdefault(term, family)  # type: ignore[arg-type]
    return terms


@cache
def _any(how: str) -> str:
    """An alternation of all terms of one kind, the longest first."""
    return "(?P<f>" + "|".join(sorted(_terms()[how], key=lambda term: (-len(term), term))) + ")"


@cache
def frames() -> tuple[_Frame, ...]:
    """Every way of naming, the surest first."""
    state, quality, noun, verb, stirs, weak, idiom = (
        _any(how) for how in ("state", "quality", "noun", "verb", "stirs", "weak", "idiom")
    )
    return (
        _Frame("state", words(rf"(?P<you>you|you both|you all|you two) {_BETWEEN}{_BE} {_ADVERBS}{state}")),
        _Frame("weak", words(rf"(?P<you>you) {_BETWEEN}{_FEEL} {_ADVERBS}{weak}"), sure=0.75),
        _Frame("state", words(rf"(?P<you>(?:makes|made|making|leaves|left|leaving|leave|has|have|had|got|getting) you) {_ADVERBS}(?:feel |feeling )?{_ADVERBS}{state}")),
        _Frame("stirs", words(rf"(?P<you>(?:it|that|this|which|what|thing|part|all of this|\w+)) (?:\w+ly |also |just |still |does |has |must have |must |can |did )*{stirs} you"), sure=0.85),
        _Frame("state", words(rf"(?P<you>(?:normal|natural|understandable|okay|all right|human|common|fine|no wonder|not surprising|reasonable|right|every right|every reason|good reason|valid|hard not|allowed|entitled|difficult not|easy)) (?:\w+ ){{0,4}}?(?:to feel|to be|feeling|being|to get|for being) {_ADVERBS}{state}"), guarded=False),
        _Frame("state", words(rf"(?P<you>(?:most|many|plenty of|lots of|a lot of|anyone|anybody|everyone|everybody|any|so many)(?: \w+){{0,6}}?) (?:feel|be|get|are|become|feeling) {_ADVERBS}{state}(?=.* (?:you|your|this|that)\b)"), guarded=False, sure=0.8),
        _Frame("quality", words(rf"(?P<you>{_THING}) (?:\w+ly |all |just |also |still |i guess |i imagine |i am sure |so )*{_THING_IS} {_ADVERBS}(?:for you )?{_ADVERBS}{quality}"), guarded=False, sure=0.8),
        _Frame("quality", words(rf"(?P<you>(?:sounds|seems|sounding|must be|must have been|must feel|how|that is|what a|such a|a|an)) {_ADVERBS}{quality}(?: (?:time|thing|place|situation|position|road|wait|experience|few|week|weeks|month|months|day|days|year|journey|feeling|thought|moment|to|for|spot|news)\b)?"), guarded=False, sure=0.7),
        _Frame("noun", words(rf"(?P<you>your (?:\w+ ){{0,2}}?|(?:hear|see|sense|feel|understand|appreciate|carrying|carry|hearing|holding|with|through|facing) (?:the|your|some|a lot of|so much|all that|all this|that|this|such|much)(?: \w+){{0,2}}? |(?:understandable|natural|normal|reasonable|legitimate|real) |a lot of |so much |sense of |feeling of |feelings of |moment of )(?:\w+ and )?{noun}"), sure=0.8),
        _Frame("verb", words(rf"(?P<you>you) (?:\w+ly |do |must |also |still |clearly |might |may )*{verb}(?= |$)"), sure=0.7),
        _Frame("idiom", words(rf"(?P<you>){idiom}"), guarded=False, sure=0.8),
        _Frame("state", re.compile(rf"^(?P<you>(?:(?:so|and|oh|yes|okay|but|feeling|you know|almost|mm|really|very|quite|pretty|just|still|a bit|a little|then|right|both|kind of|sort of|perhaps|maybe|now|well),? ){{0,5}})(?:being |getting |feeling )?{state}\b"), guarded=False, sure=0.65),
    )  # fmt: skip


_NOT_ELLIPTIC = words(
    r"(?:happy|glad|pleased|delighted|thrilled|relieved|proud|excited|grateful|thankful|afraid|alone|hurt|lost|keen|content|settled|confident|determined|concerned|small|tense|responsible for this|stretched|dirty|split|spent|mixed|sick of|hopeful|ignored|exposed) ?.*"
)
_QUALITY_IS_OF_SOMETHING_ELSE = words(
    r"(?:not|nothing|never|less|without|will be|going to be|would not|stress as|stressful job|is painful when|painful when|painful to touch|it hurts)"
)
_STOP_NAMING = words(
    r"(?:in order|to help you feel|would like you to feel|want you to feel|do not want you|hope you (?:feel|are|will)|i would like you|you can feel|you will feel|you will be|you would like to feel|you should feel|you should be|you deserve|feel free|you would be (?:pretty |very )?(?:happy|confident|comfortable|pleased|glad))"
)
_POSITIVE_STATES = frozenset(_t for _f, _h, _l in rows("feelings.tsv") if _f == "relief" for _t in _l.split(" | "))


def namings(sentence: Sentence) -> list[Naming]:
    """The patient's feelings this sentence puts into words; denied, asked for, conditional and others' left out."""
    if _STOP_NAMING.search(sentence.text) or _is_list(sentence.text):
        return []
    found: list[Naming] = []
    for frame in frames():
        for match in frame.pattern.finditer(sentence.text):
            naming = _naming(sentence, frame, match)
            if naming and not any(naming.start < other.end and other.start < naming.end for other in found):
                found.append(naming)
    return sorted(found, key=lambda naming: naming.start)


def _naming(sentence: Sentence, frame: _Frame, match: re.Match[str]) -> Naming | None:
    text, term = sentence.text, match["f"].replace(",", "")
    family = _terms()[frame.how][term]
    if _is_asked(sentence, match) or (frame.guarded and _is_conditional(text, match)):
        return None
    if not match["you"] and frame.how == "state" and (sentence.asks or _NOT_ELLIPTIC.match(text[match.start("f") :])):
        return None
    if frame.how == "quality" and (_QUALITY_IS_OF_SOMETHING_ELSE.search(text) or _about_another(text[: match.end()])):
        return None
    if frame.how == "idiom" and not re.search(r"\byou|\bsounds\b|\bthat is\b|\bsuch\b", text):
        return None
    if frame.how in {"state", "weak"} and _is_opinion(text, match):
        return None
    denied = _NEGATED.search(text[match.start("you") : match.start("f")]) or re.search(
        r"(?:do not|no need to|need not|nothing to|not to|never|try not to|without|should not|no reason to|can not) (?:\w+ ){0,3}$",
        text[: match.start()],
    )
    if denied:
        family = _denied_family(family, text, match)  # type: ignore[assignment]
        if family is None:
            return None
    start, end = _widened(sentence, match)
    tentative = bool(_TENTATIVE.search(text[: match.end()])) or (text != "" and sentence.asks)
    return Naming(start, end, family, tentative, frame.sure)


def _denied_family(family: Family, text: str, match: re.Match[str]) -> Family | None:
    """'You do not feel safe' names fear; 'not so scared now' names relief; any other denial names nothing."""
    if family == "relief":
        return (
            "fear" if match["f"] in {"safe", "calm", "comfortable", "reassured", "confident", "secure"} else "sadness"
        )
    if re.search(r"\b(?:as|so|quite as) \w+$", text[: match.end("f")]) and re.search(
        r"\bnow|any ?more|these days\b", text
    ):
        return "relief"
    if re.search(
        r"\bhard not|difficult not|not surprising|no wonder|not only|not just|not surprised\b", text[: match.end("f")]
    ):
        return family
    return None


def _is_asked(sentence: Sentence, match: re.Match[str]) -> bool:
    """'Are you scared?', 'what frightens you?': a question for the feeling, not a naming."""
    before = sentence.text[: match.end("you")]
    clause = re.split(r", (?:but|and|so) |, ", before)[-1]
    inverted = re.search(
        r"\b(?:do|does|did|are|were|is|was|have|has|would|could|can|will)(?: not)? (?:you|there|it|that|this|anything|any|your)$",
        clause.strip(),
    )
    if inverted and not _LETS_THROUGH.search(clause):
        return True
    opened = re.match(
        r"(?:(?:so|and|but|okay|right|well|now|then|yes|no|oh|all right|,) ?)*(?:what|how|why|when|where|who|which|do|does|did|are|is|was|were|have|has|any|anything|can you tell|could you tell|tell me|would|can)\b",
        sentence.text,
    )
    how_it_must = re.match(r"(?:(?:and|oh|so) )?how \w+(?:,|$| that| it| this| for you)", sentence.text)
    return bool(
        opened
        and (sentence.asks or opened.group().endswith("tell me"))
        and not how_it_must
        and not _LETS_THROUGH.search(before)
    )


def _is_conditional(text: str, match: re.Match[str]) -> bool:
    """'If you feel anxious, ...', 'what you are worried about', 'to help you feel calm'."""
    before = text[: match.start("you")]
    return bool(_ASKED_BEFORE.search(before)) and not _LETS_THROUGH_END.search(before)


def _about_another(before: str) -> bool:
    """Whether the thing called frightening is the clinician's or a third person's."""
    return bool(
        re.search(r"\b(?:to|for) (?:me|us|him|her|them|my \w+)\b|\b(?:i|we) (?:find|found|feel|felt)\b", before)
    )


def _is_opinion(text: str, match: re.Match[str]) -> bool:
    """'You feel that the plan is good': an opinion, unless a feeling about oneself follows."""
    return bool(re.search(r"\bfeel(?:ing)? that (?:the|this|it|they|we|he|she)\b", text[match.start() : match.end()]))


def _widened(sentence: Sentence, match: re.Match[str]) -> tuple[int, int]:
    """The naming with the words that lead into it: 'it sounds like you are frightened'."""
    leads = [lead for lead in _TENTATIVE.finditer(sentence.text) if lead.end() <= match.start() + 1]
    start = leads[-1].start() if leads and match.start() - leads[-1].end() < 12 else match.start()
    return start, match.end()


def _is_list(text: str) -> bool:
    """Four or more feelings in a row, no sentence around them: a word list, not a naming."""
    pattern = _list_pattern()
    return bool(pattern.search(text))


@cache
def _list_pattern() -> re.Pattern[str]:
    every = sorted(
        {term for how in ("state", "noun", "quality", "weak") for term in _terms()[how]}, key=lambda t: (-len(t), t)
    )
    one = f"(?:{'|'.join(every)})"
    return words(rf"{one}(?:(?: and| or)? {one}){{3,}}")


def family_words(text: str) -> set[Family]:
    """Families of feeling whose words stand anywhere in plain text; for what the patient says."""
    known = _family_of()
    return {known[found.group().replace(",", "")] for found in _every_term().finditer(text)}


@cache
def _family_of() -> dict[str, Family]:
    terms: dict[str, Family] = {}
    for how in ("state", "noun", "quality", "idiom", "stirs"):
        for term, family in _terms()[how].items():
            terms.setdefault(term, family)
    return terms


@cache
def _every_term() -> re.Pattern[str]:
    return words("|".join(sorted(_family_of(), key=lambda term: (-len(term), term))))


_HARD = r"(?:hard|tough|difficult|rough|awful|terrible|horrible|a lot|rotten|dreadful|challenging|tricky|bad|not easy|no easy thing|heavy|not fair|unpleasant|huge|a big deal|no fun|no joke|miserable|brutal|not nice|crappy|shitty|unfortunate|trying)"
_ACKNOWLEDGES = (
    rule("acknowledges", r"(?:i am |we are |am |i feel |so |very |really |truly |terribly )*(?:sorry|sad|saddened) (?:to hear|to learn|you (?:are|have|were|had|feel|had to)|this (?:is|has|happened)|that (?:you|this|happened|it)|about (?:that|this|what|your|all)|for (?:you|your loss|what|all)|it (?:has|is))(?: \w+){0,6}", stock=True),
    rule("acknowledges", r"(?:i am |am )(?:so |very |really |truly |deeply |terribly )*sorry", stock=True, unless=r"sorry (?:to (?:interrupt|bother|keep|ask|cut|jump)|i (?:missed|did not (?:catch|hear|get))|about (?:the wait|keeping|my|being late)|for (?:the wait|keeping|being late|the delay|interrupting|my))|i am sorry but"),
    rule("acknowledges", rf"(?:that|this|it|which|things|what (?:\w+ ){{1,6}}|all of (?:this|that)|going through (?:\w+ ){{1,3}}|(?:the|your|losing|having|living|waiting|being|not knowing) (?:\w+ ){{0,6}})(?:\w+ly |all |just |also |still )*(?:must be|must have been|must feel|sounds|sounded|seems|has been|has to be|had to be|can be|can feel|is|was|have been|are|may be|might be|feels|looks|be) (?:like )?(?:(?:\w+ly|so|very|quite|pretty|a bit|really|just|incredibly|a|an|such a|such an|like a|like|been|to be|all|also) ){{0,4}}{_HARD}(?: (?:time|thing|place|situation|position|spot|news|for you|on you|to hear|to carry|to deal with|to take|to go through|to cope with))?", asked=False, unless=r"(?:hard|difficult|tricky|bad) to (?:say|tell|know|treat|find|get|see)|not (?:so |too |that |very )?(?:bad|hard|difficult)|difficult to (?:say|tell|know)|is it"),
    rule("acknowledges", rf"(?:sounds|seems|must be|must have been|must feel|how|such an?|what an?) (?:(?:\w+ly|so|very|quite|pretty|a bit|really|just|a|an|like a|like) ){{0,3}}{_HARD}", asked=False, unless=r"how (?:bad|hard) (?:is|was|are|do|does|the)"),
    rule("acknowledges", r"i (?:can |could |do |really |totally |completely |fully |quite |certainly |definitely |also |just |truly )*(?:understand|appreciate|hear|see|imagine|get|know|recognise|recognize|feel|relate to|sympathise with|sympathize with) (?:(?:just|exactly|quite|only) )?(?:how|that it|that this|why|what|where you|that you are|you are (?:going|having)|you\b|your (?:situation|pain|position|point|point of view|feelings?|struggle)|that it is|it is|this is|that this is)(?: (?:you|it|this|that|is|are|would|feel|feels|must|be|going|through|hard|difficult|not|easy|for|difficult|tough|have|been|saying|mean|bad|much|really|so))*", asked=False, stock=True, unless=r"i (?:see|know|understand|get|hear) (?:that )?you (?:have|take|work|smoke|drink|live|were|filled|came)|help me understand|see how (?:you|it|we) (?:do|go|get|are doing)|see (?:what|how|if) (?:we|i)|know (?:what|how) to|see why (?:we|the)|i see you (?:have|are here|came)"),
    rule("acknowledges", r"i (?:hear|feel|get) you|i (?:really |totally |completely |can |do )*(?:understand|sympathise|sympathize|relate|empathise|empathize)(?: with you)?$|i (?:totally |fully |completely |can )?hear what you (?:are saying|say|mean)|i can relate|i know what you mean|i understand(?=,| and| but)|my (?:heart|thoughts|sympathy|sympathies|condolences)(?: \w+){0,3}|you have been through (?:a lot|so much|\w+ lot)|you have (?:had |got )?(?:so much|a lot|quite a lot|too much) (?:going on|to deal with|to cope with|on your (?:plate|mind|hands))|there is a lot going on|lot of things going on|(?:you are|you have been) (?:going through|dealing with|coping with|facing) (?:a lot|so much|such|something|a hard|a tough|quite a lot)|a lot for you|this is not (?:easy|what you)|it is not easy|can not be easy|could not have been easy|can not have been easy|not an easy|(?:that|it|this) (?:really )?(?:sucks|stinks|is rough|is no good|is shit|blows)|take your time|there is no rush|here with you|poor you|oh dear|you poor thing|bless you", asked=False),
    rule("acknowledges", r"(?:i )?(?:can |could )?(?:see|hear|tell|notice|sense) (?:that |how )?(?:this|it|that|you|how much (?:this|it|that)) (?:\w+ ){0,4}(?:is|has|are|means|matters|hit|upset|affected|affecting|shook|got to you|hard|hurting|a lot)(?: \w+){0,4}", asked=False, unless=r"you (?:have|are) (?:here|worked|working|made|making|taken|trying|doing)"),
    rule("acknowledges", r"(?:it|this|that|there) (?:sounds like|seems like|must be|is) (?:\w+ ){0,2}(?:a lot|so much|a great deal|too much)(?: (?:going on|to (?:take in|handle|carry|deal with)))?(?: \w+){0,3}", asked=False),
)  # fmt: skip

_FEEL_THAT = r"(?:feel|think|react|say|ask|worry|be|want|need|struggle|wonder|respond|cry|see it)"
_VALIDATES = (
    rule("validates", rf"(?:(?:that|it|this|your (?:\w+ ){{1,3}}|feeling (?:\w+ ){{1,4}}) (?:is|are|feels|seems) )?(?:\w+ly |very |quite |so |only |really |perfectly |all )*(?:understandable|natural|normal|valid|legitimate|human|reasonable|to be expected|justified)(?: (?:to|that|for|you|given|after|reaction|response|feeling|worry|concern|thing|question|when|considering|in)(?: \w+){{0,5}})?", asked=False, unless=r"(?:result|results|scan|test|blood|pressure|heart|level|levels|range|weight|temperature|x ray|exam|examination|bowel|stools?|history|tissue|cells?) (?:\w+ ){0,3}normal|normal (?:range|result|level|weight|blood|saline|diet|life|delivery|again|scan|cells|tissue|activities)|not normal|is it normal|back to normal"),
    rule("validates", rf"(?:it is |that is |perfectly |totally |absolutely |completely |quite )*(?:okay|all right|fine|allowed) (?:for you )?(?:to|that you|if you|not to) (?:feel|cry|be (?:\w+ ){{0,2}}(?:angry|upset|scared|sad|afraid|frightened|worried|mad|nervous|anxious)|not (?:know|be|feel|want)|take your time|have (?:those|these|mixed))(?: \w+){{0,3}}", asked=False),
    rule("validates", r"(?:that|it|this|which)? ?(?:makes (?:\w+ ){0,2}sense|is fair enough|is completely fair|is a fair)(?: (?:that|to|why|given|you)(?: \w+){0,6})?|(?:i )?(?:do not|can not) blame you(?: for \w+)?|no wonder(?: \w+){0,6}|(?:you have|you had) (?:every|a|all the|good) (?:right|reason|reasons)(?: to)?(?: \w+){0,4}|i (?:can |could |do )?(?:see|understand) why(?: \w+){0,7}|(?:i am |it is )?not surpris(?:ed|ing)(?: \w+){0,5}|you are (?:right|entitled|allowed) to (?:be|feel)(?: \w+){0,3}|i would (?:be|feel) (?:\w+ ){0,2}(?:worried|scared|angry|upset|sad|frustrated|frightened|the same|too)(?: \w+){0,4}|you are not (?:alone|the only one|weak|silly|crazy|mad|stupid|going mad|going crazy|overreacting)(?: \w+){0,4}|(?:anyone|anybody|most people|many people|lots of people|a lot of people|plenty of people|everyone|plenty of \w+|most \w+|many \w+|a lot of \w+) (?:\w+ ){0,5}(?:would|feel|will|find|felt|worry|struggle|react)(?: \w+){0,6}|who would not(?: \w+){0,4}|that is a (?:real|very real|big|huge|serious) (?:worry|fear|concern|loss|blow)|of course you (?:are|feel|would|want|were|do)(?: \w+){0,4}|there is no (?:right|wrong) way to (?:feel|react|grieve)(?: \w+){0,2}|your feelings (?:matter|are real|are important|make sense)|nothing wrong with (?:feeling|crying|admitting|asking|needing|being)(?: \w+){0,4}|not your fault|nothing (?:silly|stupid) about(?: \w+){0,3}", asked=False, unless=r"help me (?:see|understand)|does that make sense|if that makes sense|makes sense\?"),
)  # fmt: skip

_DISMISSES = (
    rule("dismisses", r"(?:but |and |well )?at least(?: \w+){1,8}", unless=r"at least (?:\d|one|two|three|four|five|six|seven|eight|ten|twice|once|an|a (?:day|week|month|year|few|couple|bit|little)|half|every|some|the next|for|until|another|thirty)"),
    rule("dismisses", r"(?:you )?(?:should not|ought not|must not|need not|do not need to|do not have to|have no (?:need|reason)|there is no (?:need|reason|point)(?: \w+){0,2}|no (?:need|reason|point)(?: in)?) (?:to )?(?:\w+ )?(?:feel|be|being|get|getting|feeling|worry|worrying) (?:(?:so|like|too|that|this|all|really|about|sad|upset) ){0,2}\w+(?: \w+){0,3}", asked=False, unless=r"(?:be|get) (?:here|there|in|at|on|done|back|able|using|taking|fasting|drinking|alone|doing|too long|home)|do not (?:need|have) to be (?:alone|brave|strong|perfect|ashamed|embarrassed)|you do not have to (?:feel|be) (?:alone|strong)"),
    rule("dismisses", r"do not (?:be|get|feel) (?:so |too |all |such |like |a )*(?:silly|sad|upset|angry|dramatic|emotional|scared|afraid|ridiculous|negative|worked up|hysterical|sensitive|down|depressed|frightened|anxious|a baby|daft|soft|guilty|ashamed|embarrassed|stupid|bad|nervous)(?: \w+){0,3}|(?:you are|you have been|you are just|you are being) (?:just |being |a bit |so |too |clearly |probably )*(?:overreacting|dramatic|emotional|over sensitive|oversensitive|silly|hysterical|irrational|ridiculous|too sensitive|paranoid|negative|overthinking|making too much|exaggerating|catastrophising|catastrophizing|imagining (?:it|things))(?: \w+){0,4}", asked=False, unless=r"you are not"),
    rule("dismisses", r"(?:it|this|that|things) (?:could|might) (?:be|have been) (?:a lot |much |far |so much )?worse|(?:others|other people|some people|plenty of people|people|other patients|there are people|many people|lots of people|millions of people) (?:\w+ ){0,3}(?:have it|are|have|had it|deal with|cope with|live with|go through|who have it|with) (?:much |far |a lot |so much |it )*(?:worse|harder|the same thing)(?: \w+){0,5}|worse (?:off|cases|things)(?: than you| happen)?|look on the bright side|(?:on the )?bright side|count your blessings|(?:it is|this is|that is) (?:really |just |only )?(?:not|nothing) (?:that |such |so |a )*(?:bad|serious|a big deal|big deal|big a deal|much|the end of the world|terrible)(?: \w+){0,3}|not the end of the world|no big deal|get over it|get used to it|toughen up|man up|chin up|cheer up|snap out of it|move on(?= with| already|$)|pull yourself together|calm down|grow up|suck it up|stop (?:worrying|crying|being|feeling|overthinking|complaining|whining|moaning|making)(?: \w+){0,4}|it is all in your head|just (?:relax|forget (?:about )?it|get on with it|ignore it|think positive|be positive|be happy|stay positive|don't think)|you will (?:soon )?(?:get over|forget|laugh about)(?: \w+){0,3}|i do not (?:see|know|understand) (?:why|what) you (?:are|would be|feel) (?:so )?(?:upset|worried|angry|scared|worked up|bothered|complaining)(?: \w+){0,3}|what is the big deal|everyone (?:feels|goes through|has|gets) (?:that|this|it)(?: \w+){0,3}|that is life|life is not fair|(?:we|they) all have (?:problems|bad days|our)|lots of people have (?:this|that|it)|(?:not|no) need to (?:worry|cry|panic|be|get) (?:\w+ ){0,3}|there is no need to (?:worry|cry|panic|be \w+)|nothing to (?:worry|be (?:afraid|scared|worried|anxious|ashamed)|cry|panic|fear|complain)(?: \w+){0,3}", unless=r"i know (?:it is|this is) not"),
    rule("dismisses", r"(?:let us|can we|we need to|we should|we have to|i need to|please)(?: just)? (?:stick to|get back to|focus on|move on to|concentrate on|stay with|not (?:dwell|get into|go into)) (?:the )?(?:facts|questions|medical|plan|point|task|that now|history|my questions|your (?:results|tablets|medication))(?: \w+){0,3}|(?:we|i) (?:do not|have not) (?:got |have )?(?:the )?time (?:for|to (?:discuss|talk about|go into))(?: \w+){0,3}|(?:that is|it is) not (?:really )?(?:relevant|important|what we are here|the point|my problem|my department|my job)(?: \w+){0,4}"),
)  # fmt: skip

_REASSURES = (
    rule("reassures_early", r"(?:please |just |try |so |but |now )*(?:do not|not to|need not|never|no need to|stop|do not you) (?:you )?(?:even |go |start |be |get )?(?:worry|worrying|panic|panicking|stress|fret|worried|worry yourself|lose sleep|be afraid|be scared|scared|afraid)(?: \w+){0,4}", unless=r"do not (?:you )?worry (?:me|him|her)|you do not worry|not worry(?:ing)? too much about (?:the|getting|time)"),
    rule("reassures_early", r"(?:everything|it|things|you|this|that|all|he|she) (?:is|are|will|is going to|are going to|will all|will definitely|will surely|will probably)(?: all| just| definitely| probably| most likely)? (?:be |going to be |turn out |work out |get |work itself out|sort itself out)?(?:absolutely |perfectly |completely |just |totally )?(?:fine|okay|all right|better(?: soon)?|good as new|well in the end|worked out|sorted|for the best|work out|right as rain|grand|okay in the end)(?: (?:in the end|soon|i promise|eventually|with time))?", asked=False, unless=r"(?:is|are) (?:okay|all right|fine) (?:to|that|if|for|with|by)|(?:if|whether|when) (?:\w+ ){0,3}(?:okay|fine|better|all right)|can not promise|(?:it|that|this|you) (?:is|are) (?:okay|all right|fine)(?:$|,| to| not)|you are okay|are you|is that|everything okay|not (?:be )?(?:fine|okay)"),
    rule("reassures_early", r"i am (?:\w+ )?(?:sure|certain|confident|positive) (?:that )?(?:it|everything|you|things|this|that|he|she|they|the (?:results?|scan|test))(?: \w+){0,2}(?: will| is| are)(?: \w+){0,5}|(?:it|this|that) is (?:probably|most likely|almost certainly|surely|just|likely) (?:just )?(?:nothing|fine|harmless|a virus|stress|anxiety)(?: \w+){0,4}|i (?:promise|guarantee|can assure|assure|can promise) (?:you )?(?:that )?(?:it|everything|things|you|this|we)(?: \w+){0,6}|you (?:will|have got to) be (?:just |absolutely |perfectly )?fine|(?:hang in there|stay strong|keep your chin up|stay positive|be strong|think positive|things (?:will|do|always) get better|it (?:will|does|always) (?:get|gets) better|time heals(?: \w+){0,2}|you (?:have )?got this|everything happens for a reason|it will pass|this too shall pass|good things (?:will|are)(?: \w+){0,2}|you are in (?:good|safe|the best) hands|we see this all the time|very (?:common|routine)(?: and| so)?(?= not)|there is always hope|relax(?=$|,))", asked=False, unless=r"can not promise|i am sure (?:you|it|that|this|they) (?:have|must|are (?:very|feeling|worried|scared|upset|tired|anxious)|is (?:very|hard|difficult|scary|frightening)|are wondering|do not|was|were)|(?:you|it) must"),
)  # fmt: skip

_BLAMES = (
    rule("blames", r"(?:you (?:should|ought to|could) have (?!been told|had|heard)(?:\w+ ){0,4}(?:come|known|told|seen|gone|stopped|thought|listened|taken|done|asked|called|been|been more|looked)(?: \w+){0,6}|why (?:did|do|have|would|are) (?:you|not you) (?:not|never|even|ever|always|still|insist|refuse|keep)(?: \w+){0,6}|why on earth(?: \w+){0,6}|what (?:on earth|the hell) (?:did|were|are) you(?: \w+){0,4}|(?:it is|this is|that is|it was) (?:\w+ )?your (?:own )?(?:fault|doing|problem)(?: \w+){0,3}|you (?:only )?(?:have|have got) (?:only )?yourself to blame|you (?:brought|did) (?:this|it|that) (?:on|to) yourself|if you had (?:only )?(?:not|listened|come|taken|told|done|stopped|just)(?: \w+){0,7}|(?:sounds like|those are|that is|these are|more|just|a lot of) (?:\w+ ){0,4}excuses(?: \w+){0,3}|you (?:people|lot)\b(?: \w+){0,4}|you are (?:just |being |so |a |very |really )*(?:lazy|irresponsible|stupid|selfish|difficult|non compliant|noncompliant|careless|rude|weak|pathetic|a liar|lying|wasting (?:my|our) time|in denial|foolish|ignorant|crazy|attention seeking|an alcoholic|an addict|a drunk|unreasonable|ungrateful|hopeless case)(?: \w+){0,4}|i (?:already )?(?:told|warned) you(?: \w+){0,6}|i have (?:already )?(?:told|explained|said)(?: \w+){0,3} (?:already|before|twice|many times|a hundred times)|do you (?:not )?(?:even )?(?:care|realise|realize|listen)(?: \w+){0,5}|how (?:could|can|dare) you(?: \w+){0,5}|you (?:never|always|do not|did not|clearly do not|obviously do not|obviously) (?:listen|care|bother|complain|take responsibility|do what|follow|make (?:an )?effort)(?: \w+){0,4}|shame on you|what did you expect|serves you right|use your common sense|are you (?:stupid|serious|kidding|crazy|deaf|blind)|shut up|pay attention(?= when| to me)|listen to me|i do not (?:care|believe you)(?: \w+){0,4}|not my (?:fault|problem))", unless=r"not your fault|is not (?:\w+ )?your|i do not think it is|nothing you did|you are not (?:lazy|stupid|selfish|weak|crazy|difficult)|you should have (?:been|received|got|had|a )|why do you (?:think|feel|ask)|are you being|feel(?:ing)? (?:like )?(?:it is|this is|you are)|worr(?:y|ied) (?:that )?(?:it is|this is|you are)"),
)  # fmt: skip

_OWN = (
    rule("own_feeling", r"i (?:am|was|feel|felt|get|got|have been|am also|was also|do feel) (?:also |just |so |very |really |quite |a bit |a little |too |always |still |feeling |pretty |truly |genuinely |deeply )*(?:worried|scared|sad|angry|upset|frustrated|anxious|nervous|tired|exhausted|shocked|concerned|stressed|lonely|depressed|overwhelmed|disappointed|delighted|thrilled|excited|proud|relieved|annoyed|confused|devastated|uncomfortable|heartbroken|moved|frightened)(?: \w+){0,4}|(?:this|that|it|your \w+) (?:\w+ ){0,2}(?:worries|scares|saddens|upsets|frustrates|annoys|frightens|concerns|moves|breaks) (?:me|my heart)", asked=False, unless=r"i was (?:\w+ ){0,2}(?:worried|concerned) (?:if|whether|you)|wondering|if i was"),
    rule("own_feeling", r"(?:i|we) (?:had|have had|have been through|went through|have gone through|have experienced|experienced|was in|have been in|struggled with|lost|have felt|have dealt with|dealt with|suffer from|also have|know from) (?:\w+ ){0,4}(?:this|that|the same|something similar|similar|myself|too|my own|a similar|the exact same|same thing|as well|mother|father|mum|mom|dad|grandmother|job|husband|wife|dog)(?: \w+){0,4}|(?:the )?same (?:thing )?(?:here|happened to me|with me|boat)|me too|been there|(?:happened|happens) to me|when i (?:was|had|lost|got|went)(?: \w+){0,8}|my (?:own )?(?:mum|mom|mother|father|dad|sister|brother|aunt|uncle|wife|husband|friend|partner|son|daughter|cousin|gran|grandmother|boss|girlfriend|boyfriend|ex) (?:also |had|has|was|went|died|did|got)(?: \w+){0,6}|i (?:also )?(?:feel|felt|have felt) (?:exactly |just |pretty much )?(?:the same|like (?:that|this|you)|that way|this way)(?: \w+){0,3}|i (?:have|had) (?:that|it|this) too|i am (?:in the same|going through (?:the same|this|something)|the same)(?: \w+){0,4}|i know (?:exactly )?how (?:that|it|this) feels|in my (?:own )?experience|i (?:am|was) \d+(?: \w+){0,5}|i do (?:that|this|it) too", asked=False),
)  # fmt: skip

_PARTNERS = (
    rule("partners", r"(?:we|we are|we will|we can|you and i|let us)(?: \w+){0,8}? (?:together|as a team|with you|by your side|step by step|alongside you)|i (?:am|will be|will stay) (?:right )?(?:here|there|with you|on your side|behind you|by your side)(?: (?:for|with|to|to help|to support|to listen|through)(?: \w+){0,4})?|you (?:are not|do not have to|will not|will not be|are not going to)(?: \w+){0,4} (?:alone|on your own|by yourself)(?: \w+){0,3}|we are (?:in this|here (?:for|with) you)(?: \w+){0,3}|i (?:will|want to|would like to) (?:support|help|be there for|stand by|walk with) you(?: \w+){0,5}|i am (?:here|available|around) (?:to (?:listen|talk|help|chat)|if you|for you|whenever)(?: \w+){0,5}|(?:we|i) will not (?:leave|abandon|give up on) you|feel free to (?:message|talk|pm|contact|call|reach|vent|write|chat)(?: \w+){0,4}|(?:pm|message|dm) me(?: \w+){0,4}|we will (?:get|work|figure|sort|go) (?:you )?(?:through|out|at) (?:this|it)(?: \w+){0,3}|you can (?:talk|vent|message|reach out) to me(?: \w+){0,3}|happy to (?:talk|listen|chat|help)(?: \w+){0,3}", asked=False),
)  # fmt: skip

_RESPECTS = (
    rule("respects", r"(?:i )?(?:really |do |can |truly |just )*(?:appreciate|admire|respect|commend|applaud|value)(?: you)?(?: (?:your|you|how|that you|the|it|for|being|what)(?: \w+){0,8})?|(?:thank you|thanks) (?:so much |very much |a lot )?for (?:telling|sharing|being|coming|trusting|talking|letting|saying|bringing|opening|your (?:honesty|patience|time|trust)|asking|listening)(?: \w+){0,6}|(?:that|it|this) (?:takes|took|must have taken|must take) (?:\w+ ){0,3}(?:courage|strength|guts|effort|bravery|a lot)(?: \w+){0,4}|you (?:are|have been|were) (?:\w+ly |so |very |a |being |doing |really |such a )*(?:brave|strong|courageous|thoughtful|honest|patient|resilient|caring|great job|well|so well|your best|the best you can|good (?:mother|mum|mom|father|dad|parent|daughter|son|person|friend)|loving|amazing|resourceful|doing great|a fighter|determined to|hard working|capable|worth it|worthy|loved)(?: \w+){0,4}|you have (?:\w+ly |already |been |really |also |clearly |done |worked |tried |handled |coped |managed |shown |put |made |come )+(?:so |very |really |a lot of |great |good |such |some |much )*(?:hard|well|strength|effort|progress|amazing|courage|far|a lot|everything|patience|time|thought|care|steps)(?: \w+){0,5}|i am (?:so |very |really )*(?:glad|pleased|happy|grateful|proud|impressed) (?:that )?(?:you|of you|to hear|by|with|for)(?: \w+){0,8}|well done|good (?:for you|job|on you|work)|great (?:job|work)|proud of you|that is (?:a )?(?:\w+ly |really |very )?(?:great|good|brave|wonderful|excellent|fantastic|impressive|amazing|terrific|sensible|helpful)(?: (?:thing|step|start|question|idea|plan|point|goal|effort|insight|job))?(?: \w+){0,3}|good (?:question|idea|point|thinking)|glad you (?:\w+ )(?: \w+){0,4}|you did (?:the right thing|really well|well|great|so well|everything you could|nothing wrong)|i hope (?:you|things|it|everything|your|that you|this)(?: \w+){0,10}|(?:best of luck|good luck|best wishes|wish you|wishing you|sending (?:you )?(?:love|hugs|good|positive|virtual)?|hugs?|praying for you|i will pray|take care|rooting for you|much love|lots of love)(?: \w+){0,4}", asked=False, unless=r"i hope (?:you|that) (?:do not mind|answers|helps|know|can answer)"),
)  # fmt: skip

_APOLOGISES = (
    rule("apologises", r"(?:i |we |do |must |really |want to |would like to |sincerely )*(?:apologise|apologize|apologies|my apologies|my mistake|my fault|our fault|my bad|our mistake|forgive me|i beg your pardon)(?: \w+){0,6}|(?:i am |we are |am |very |so |really )*sorry (?:for (?:the|keeping|being|my|our|that|any|not|making|how|what (?:we|i|happened))|about (?:the|my|our|keeping|that)|to (?:have|keep|make|interrupt|bother)|that (?:we|i|the)|we|i (?:am late|missed|did not|was|should|made|interrupted|have)|you (?:had to|have had to|were kept|have been kept|waited|have waited|were not|have not))(?: \w+){0,8}", asked=False),
)  # fmt: skip

_TABLES = _ACKNOWLEDGES + _VALIDATES + _DISMISSES + _REASSURES + _BLAMES + _OWN + _PARTNERS + _RESPECTS + _APOLOGISES


def feelings_in(scene: Scene) -> list[Move]:
    """Every move about feelings in the clinician's own sentences."""
    found = matches(_TABLES, scene.own)
    return found + list(_named(scene)) + list(_stated_as_fix(scene))


def _named(scene: Scene) -> Iterator[Move]:
    for sentence in scene.own:
        for naming in namings(sentence):
            start, end = sentence.span(naming.start, naming.end)
            yield Move(kind="names_emotion", start=start, end=end, family=naming.family, tentative=naming.tentative)


_FIX = words(
    r"(?:why do not you|you (?:should|need to|could|can|ought to|must|have to|might want to)|have you (?:tried|considered|thought)|try (?:to )?|just (?:try|take|do|go|talk)|maybe you (?:should|could)|i would (?:suggest|recommend|advise)|i (?:suggest|recommend|think you should)|the best thing|what you need|let us (?:get you|start you|book|refer)|i will (?:refer|prescribe|give you|write)|we (?:can|will|could) (?:refer|prescribe|give you|start))(?: \w+){0,8}"
)


def _stated_as_fix(scene: Scene) -> Iterator[Move]:
    """The first thing said to a patient who just voiced a feeling is a fix."""
    if not scene.own or not _voices_feeling(scene.patient_last):
        return
    for sentence in scene.own[:2]:
        found = _FIX.search(sentence.text)
        if found:
            yield move("problem_solves", sentence, found)
            return
        if len(sentence.words) > 3:
            return


def _voices_feeling(patient: str) -> bool:
    """Whether the patient's words hold a feeling of their own."""
    return bool(patient) and bool(family_words(patient) - {"relief"})


def naming_level(moves: Sequence[Move]) -> Literal[0, 1, 2]:
    """The codebook's level: 2 a feeling named, 1 acknowledged unnamed, 0 neither."""
    kinds = {found.kind for found in moves}
    if "names_emotion" in kinds:
        return 2
    return 1 if kinds & {"acknowledges"} else 0


def naming_probability(scene: Scene, moves: Sequence[Move]) -> float:
    """How likely a feeling of this patient is named, 0-1: the surest frame, then what comes near to naming."""
    sure = max((naming.sure for sentence in scene.own for naming in namings(sentence)), default=0.0)
    if sure:
        return sure
    kinds = {found.kind for found in moves}
    near = (
        ("acknowledges", 0.35), ("validates", 0.32), ("reflects_complex", 0.3), ("reflects", 0.2), ("own_feeling", 0.12),
        ("partners", 0.1), ("respects", 0.08),
    )  # fmt: skip
    return max((value for kind, value in near if kind in kinds), default=0.04)
