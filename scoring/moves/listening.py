"""Listening: welcome, questions, reflections, what the patient thinks, and keeping the floor open."""

import re
from collections.abc import Iterator

from scoring.moves.feelings import namings
from scoring.moves.scene import Scene, matches, move, rule, words
from scoring.moves.sentences import Sentence
from scoring.reading import Move

_TABLE = (
    rule("welcomes", r"(?:hi|hello|hey|good (?:morning|afternoon|evening)|welcome)(?: there)?(?: \w+){0,3}|(?:my name is|i am (?:dr|doctor|nurse|a (?:\w+ ){0,3}(?:student|doctor|nurse|midwife|physician|counsellor|counselor|therapist|pharmacist)|one of the (?:doctors|nurses|students|team|medical)|the (?:doctor|nurse)))(?: \w+){0,3}|(?:nice|good|lovely|great|pleased) to (?:meet|see) you(?: \w+){0,2}|please (?:have|take) a seat|do sit down|make yourself comfortable|thank(?:s| you) for (?:coming|waiting)(?: \w+){0,3}", asked=None),
    rule("elicits_ideas", r"(?:what|anything) (?:do|did|have|had) you (?:\w+ ){0,3}(?:think|thought|make of|believe|reckon|thinking)(?: \w+){0,8}|what (?:is your|are your|were your) (?:\w+ )?(?:thoughts?|ideas?|view|views|take|understanding|sense|theory|opinion)(?: \w+){0,6}|(?:do|did|have) you (?:have |had )?(?:any|your own) (?:ideas?|thoughts?|theories|idea|guess)(?: \w+){0,6}|what (?:might|could) (?:be (?:causing|behind)|have (?:caused|brought))(?: \w+){0,4}|what comes to mind(?: \w+){0,3}", asked=True, unless=r"think (?:about|of) (?:trying|taking|starting|going|that plan|the plan)"),
    rule("elicits_concerns", r"(?:what|which|is there (?:anything|something)|anything|are there any|any|do you have any|tell me|what is|have you (?:got )?any|what sort of|what kind of)(?: \w+){0,6} (?:worr(?:y|ies|ied|ying)|concern(?:s|ed|ing)?|fear(?:s)?|afraid|scar(?:es|ed|iest|ing)|frighten(?:s|ed|ing)|on your mind|bother(?:s|ing)|troubl(?:es|ing)|hardest|upset(?:s|ting)|keeps you (?:up|awake)|weighs|eating you|matters most)(?: \w+){0,6}|(?:are|were) you (?:\w+ ){0,2}(?:worried|concerned|afraid|scared|frightened|anxious)(?: \w+){0,6}|how (?:are|do|did|have|were|is|was|does) (?:you|this|that|it|things|all of this)(?: been)?(?: \w+){0,3} (?:feel|feeling|felt|cope|coping|doing|holding up|holding|affect(?:ing|ed)?|managing|sit with you|sitting with you|been for you|make you feel|landing|for you)(?: \w+){0,6}|how are you (?:in yourself|bearing up)|what (?:has|is|was) (?:that|this|it)(?: all)? (?:been )?like(?: \w+){0,4}|what is going through your mind(?: \w+){0,3}|what goes through your mind(?: \w+){0,3}|what is (?:it )?(?:that )?(?:worrying|frightening|scaring|upsetting|bothering|troubling) you(?: \w+){0,4}", asked=None, unless=r"how are you (?:doing )?(?:today|this morning)$|how do you feel about (?:trying|taking|starting|that plan|the plan)|feeling (?:feverish|sick|hot|dizzy)"),
    rule("elicits_expectations", r"(?:what|how) (?:were|are|was|is|would|do|did) you (?:\w+ ){0,2}(?:hope|hoping|expect|expecting|want|like|wish|looking|need|hoped)(?: \w+){0,8}|what would (?:help|be (?:most |the most )?(?:helpful|useful)|make (?:a|the|things|it)|you like|matter|work)(?: \w+){0,8}|what (?:matters|is (?:most )?important)(?: most)?(?: to you)?(?: \w+){0,4}|what can (?:i|we) do(?: for you| to help)?(?: \w+){0,3}|how can (?:i|we) (?:best )?(?:help|support)(?: \w+){0,4}|what are your (?:goals?|hopes?|priorities|expectations)(?: \w+){0,4}|where would you like to(?: \w+){0,4}", asked=True),
    rule("asks_prior_knowledge", r"(?:what|how much)(?: \w+){0,2} (?:do|did|have|has|were|had) (?:you|anyone|they|the (?:doctor|hospital|team|gp))(?: \w+){0,2} (?:know|known|understand|understood|told|heard|hear|been told|told you|read|say|said|tell you|explained|aware)(?: \w+){0,8}|what is your understanding(?: \w+){0,6}|(?:has|have) (?:anyone|anybody|someone|they|the doctor) (?:\w+ )?(?:told|explained|talked|spoken|said)(?: \w+){0,6}|(?:do you know|are you (?:aware|familiar)|have you heard|did you know|do you remember)(?: \w+){0,3} (?:what|of|about|with|why|that|how)(?: \w+){0,5}|tell me what you (?:already )?(?:know|understand|have been told|were told|remember)(?: \w+){0,5}|what made (?:them|the doctor) (?:send|order|do)(?: \w+){0,4}", asked=None, unless=r"know what i mean|do you know (?:if|whether|anyone)|what (?:did|do|have) you (?:say|said) (?:to|about)"),
    rule("signposts", r"(?:now|next|first|then|today|after that|to start|before we (?:start|finish|go on)|in a moment|okay so)?(?: \w+){0,2} ?(?:i would like to|i want to|i am going to|i will|we will|let us|let me|i need to|we are going to|i thought we)(?: \w+){0,3} (?:talk (?:about|through|to you about)|ask(?: you)? (?:\w+ ){0,4}(?:about|questions?)|go (?:over|through)|start|move on|turn to|come back to|come on to|change (?:the )?(?:subject|topic|tack)|switch|discuss|look at|explain|begin|summarise|summarize|recap|check|focus on|shift|cover|take you through|find out)(?: \w+){0,8}|(?:moving|turning|coming) (?:on|back|now) ?to(?: \w+){0,5}|(?:what|here is what) (?:i am going to do|will happen|happens|we will do) (?:next|now|today|is)(?: \w+){0,6}|(?:changing|different|separate) (?:the )?(?:subject|topic|tack)|(?:a|one|my) (?:few|couple of|couple|last|final|bit of a different|different|personal) (?:more )?(?:questions?|things?)(?: \w+){0,6}|(?:there are|i have) (?:two|three|a few|a couple of) things(?: \w+){0,6}|we have (?:about |got )?\w+ minutes(?: \w+){0,4}", asked=None, unless=r"what (?:do|would|did) you"),
    rule("promises", r"(?:i|we|someone|the \w+|she|he|they) (?:will|shall|am going to|are going to|promise to)(?: \w+){0,10} (?:today|tomorrow|tonight|by (?:\w+ ){0,2}(?:monday|tuesday|wednesday|thursday|friday|saturday|sunday|morning|noon|lunchtime|evening|end of (?:the )?(?:day|week)|tomorrow|today|next week|\w+ o clock|\d+)|on (?:monday|tuesday|wednesday|thursday|friday|saturday|sunday)|(?:in|within) (?:the next )?(?:\w+ )?(?:\d+|a|an|one|two|three|four|five|ten|fifteen|twenty|half an|a couple of) ?(?:more )?(?:minutes?|hours?|days?|weeks?|month)|next week|this (?:afternoon|evening|morning|week)|at (?:\w+ )?(?:\d+|\w+ o clock|noon)|every day|straight after|before you (?:go|leave)|as soon as)(?: \w+){0,3}", asked=False),
)  # fmt: skip

_MINIMAL = re.compile(
    r"^(?:(?:mm|hmm|mhm|uh|huh|um|yes|yeah|okay|right|sure|oh|ah|i see|go on|really|wow|aha|gosh|no|well|all right|of course|please|great|good|exactly|ha|tell me|continue|please go on|carry on|absolutely|fine|and|cool|got you|gotcha|definitely|so|true|nice|wonderful|perfect|excellent|awesome|thanks|thank you|i am listening|take your time|please do|go ahead|mhmm|hm),? ?)+$"
)
_OPEN = words(
    r"(?:what|how|why)\b|tell me (?:\w+ ){0,3}(?:about|what|how|why|more)|(?:can|could|would|will) you (?:\w+ ){0,3}(?:tell|describe|explain|say|talk|walk|share|help me understand|give me (?:an|a sense))|(?:say|talk) (?:\w+ ){0,2}more|help me understand|describe|walk me through|in what way"
)
_OPEN_NOT = words(
    r"how (?:old|many|much|long|often|far|bad|severe|big|tall|heavy|likely|recently)|what (?:time|date|day|year|age|is your (?:name|date|age|address|weight|number|date of birth)|type of|is the (?:name|date|dose))|what about \w+$|(?:on a )?scale|how are you (?:today|doing)$|okay\?|how does that sound|does that sound|how is that"
)
_STATED_OPEN = words(
    r"tell me (?:\w+ ){0,3}(?:about|what|how|why|more)|i (?:would like|would love|want|am keen|am curious) to (?:hear|know|understand)(?: \w+){0,6}|(?:i am )?(?:curious|wondering|interested) (?:about|what|how|to hear|to know)(?: \w+){0,6}|i wonder (?:what|how|who|where)(?: \w+){0,8}|help me understand(?: \w+){0,6}|say (?:a bit |a little )?more(?: \w+){0,3}|walk me through(?: \w+){0,4}"
)
_YOU_STEM = re.compile(
    r"^(?:(?:so|and|but|okay|well|right|then|yes|oh|now|all right|mm|hmm|because|actually|really|also|maybe|kind of|sort of|you know|i mean|no|it is|that|huh|or|at the same time|on the other hand|on one hand|in other words|basically|wow|great|good|sure|part of),? ){0,5}"
    r"(?:you\b|your\b|it is (?:like|as if|almost|really|just|been|hard|important|about|not|something|more|kind of)|it has|that is (?:really|why|something|what|a|when|how|where|been|important|been)|there is (?:a|this|something|part|no)|this is (?:really|something|a|not|all)|the \w+ (?:is|part|thing)|he|she|they|things|these|not)\b"
)
_LEADS = words(
    r"(?:it )?(?:sounds|seems|looks|feels|sounding|sound|seem) (?:to me )?(?:like|as if|as though|that)|what (?:i am|i) (?:hear|hearing|am hearing|understand|gather|get)|i (?:am )?(?:hear|hearing|heard|am sensing|sense|gather) (?:you|that|from)|if i (?:understand|hear|heard|am hearing|have understood)(?: \w+){0,3}|let me (?:see if|make sure|check) (?:i|that i)|(?:so )?(?:just )?to (?:summarise|summarize|recap|sum up)|you (?:said|mentioned|told me|are saying|were saying|have said|talked about|described|are telling me|shared)|in other words|(?:so )?what you are saying|i get the (?:sense|feeling|impression)|you (?:feel|think|believe|want|wanted|wish|would like|are hoping|value|care|know|see|find|like|love|hope) (?:\w+)"
)
_COMPLEX = words(
    r"(?:it )?(?:sounds|seems|looks|feels) (?:to me )?(?:like|as if|as though|that)|i get the (?:sense|feeling|impression)|part of you|on (?:the )?one hand|on the other hand|at the same time|and yet|it is (?:almost )?(?:like|as if|as though)|even though|underneath|deep down|what (?:matters|worries|scares)|means (?:a lot|so much|that)|important to you|you (?:want|wish|hope|value|care|would like|long|need|miss)\b|because you|so that you|(?:a |the )?(?:kind|sort) of \w+ (?:that|who)|in a way|almost as"
)
_TOLD = words(
    r"you (?:should|need|must|have to|ought|could (?:try|take|do)|can (?:take|try|do|use|have|come|go|also|get|see|ask|call|contact)|might want|may want|will (?:need|have|be|get|see|feel|want|notice)|want to (?:make sure|avoid|take|try))|(?:i|we) (?:would|will|can|am|think|recommend|suggest|want|need|are|have)\b|your (?:results?|scan|test|blood|doctor|gp|biopsy|x ray|prescription)|thank|the (?:test|scan|results?|medicine|tablets?|treatment)"
)


def listening_in(scene: Scene, told: list[Move]) -> list[Move]:
    """Every move of listening; `told` = what the turn tells, so that advice is not read as a reflection."""
    found = [seen for seen in matches(_TABLE, scene.own) if not (seen.kind == "welcomes" and _far_into(scene))]
    found += _minimal(scene)
    found += _questions(scene)
    found += _reflections(scene, told)
    return found


def _far_into(scene: Scene) -> bool:
    """A greeting counts in the first turns only."""
    return sum(turn.speaker == "student" for turn in scene.before) >= 3


def _minimal(scene: Scene) -> list[Move]:
    if scene.own and all(_MINIMAL.match(sentence.text) for sentence in scene.own):
        return [move("minimal", scene.own[0])]
    return []


def is_open(sentence: Sentence) -> bool:
    """Whether a question or invitation leaves the answer to the patient."""
    text = sentence.text
    return bool(_OPEN.search(text)) and not _OPEN_NOT.search(text)


def _questions(scene: Scene) -> list[Move]:
    asked = [
        sentence
        for sentence in scene.own
        if (sentence.asks or _STATED_OPEN.search(sentence.text)) and not _tag_only(sentence)
    ]
    found = [move("open_question" if is_open(sentence) else "closed_question", sentence) for sentence in asked]
    if len(asked) >= 3 or (
        len(asked) == 2 and all(not is_open(sentence) for sentence in asked) and _adjoin(scene, asked)
    ):
        found.append(move("stacked_question", asked[1]))
    return found


def _adjoin(scene: Scene, asked: list[Sentence]) -> bool:
    return abs(scene.own.index(asked[0]) - scene.own.index(asked[1])) == 1


def _tag_only(sentence: Sentence) -> bool:
    """'Okay?', 'Right?', 'Yes?' ask nothing; a reflection said with a rising tone is no question either."""
    return bool(_MINIMAL.match(sentence.text)) or (
        not _OPEN.search(sentence.text)
        and sentence.text.endswith(("is that right", "am i right", "right", "have i got that right", "yes"))
    )


_FORE = re.compile(
    r"^(?:(?:so|and|but|okay|well|right|yes|no|now|then|oh|all right),? ?)*(?:do|does|did|are|is|was|were|have|has|had|can|could|would|will|should|what|how|why|when|where|who|which|any)\b"
)


def _reflections(scene: Scene, told: list[Move]) -> Iterator[Move] | list[Move]:
    """Statements about the patient: what they said (simple), or what it may mean (complex)."""
    heard = _content_words(scene.patient_words)
    if not heard:
        return []
    return [
        move(kind, sentence, tentative=bool(_LEADS.search(sentence.text)))
        for sentence in scene.own
        if not _MINIMAL.match(sentence.text) and (kind := _reflection_kind(sentence, heard, _is_told(sentence, told)))
    ]


def _is_told(sentence: Sentence, told: list[Move]) -> bool:
    return any(
        told_move.start < sentence.end
        and sentence.start < told_move.end
        and told_move.kind
        in {"advises", "tells_plan", "tells_fact", "tells_news", "asks_permission", "examines", "welcomes"}
        for told_move in told
    )


def _reflection_kind(sentence: Sentence, heard: set[str], told: bool):  # type: ignore[no-untyped-def]
    text = sentence.text
    if _FORE.match(text) and not _LEADS.search(text):
        return None
    named = bool(namings(sentence))
    stem, leads = bool(_YOU_STEM.match(text)), bool(_LEADS.search(text))
    echo = _content_words(text) & heard
    if told or (_TOLD.search(text) and not leads):
        return None
    if not (named or leads or stem or (len(echo) >= 2 and not sentence.asks)):
        return None
    if re.search(r"\b(?:i am|i have|i was|i will|i would|my)\b", text) and not leads:
        return None
    if named or _COMPLEX.search(text):
        return "reflects_complex"
    new = _content_words(text) - heard
    return "reflects" if len(new) <= 2 * len(echo) + 2 else "reflects_complex"


_SMALL = frozenset(
    "the and but for with that this you your are was were have has had not its it's they them then than there here what when how why who"
    " would could should can will just like really very about from into out get got some any all one because been being also she his her him"
    " know think going want much more too did does doing okay yes well right now our their i'm said say mean kind sort lot thing things".split()
)


def _content_words(text: str) -> set[str]:
    return {word[:6] for word in re.findall(r"[a-z']{3,}", text) if word not in _SMALL}
