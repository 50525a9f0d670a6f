"""Permission: leave asked, given, implied by the patient's own question, asked too late, or passed over."""

import re
from collections.abc import Sequence

from personas.vocabulary import Act
from scoring.moves.scene import Scene, move, words
from scoring.moves.sentences import Sentence
from scoring.moves.telling import TELLING, sensitive_subject
from scoring.reading import Move, Permission
from scoring.transcript import Turn

_LEAVE = words(
    r"(?:would|is|will) it be (?:okay|all right|fine|helpful|useful|possible|acceptable|good|a good time)(?: with you| by you)? (?:if|for me|for us|to|that)|"
    r"(?:is it|would that be|is that) (?:okay|all right|fine)(?: with you| by you)? (?:if|to|that|for me)|"
    r"would (?:that|this) be (?:okay|all right|helpful)|"
    r"(?:do|would|will) you mind (?:if|me|my|us|telling)|"
    r"(?:can|could|may|might|shall) (?:i|we)(?: just| also| please| maybe| perhaps| possibly| now| quickly| briefly| have your permission to| have permission to| have a chance to)* (?:share|tell|talk|explain|ask|give|offer|suggest|make|examine|look|listen|feel|have a (?:look|listen|feel|chat|think|quick look)|take|check|show|discuss|speak|go (?:over|through)|bring up|describe|walk you|say|touch on|start|come back to|move on|add|pass on|review|mention|do|run|spend|switch|change|see|press|tell you)|"
    r"would you (?:like|want|prefer|be interested|be up for|find it|rather|be happy|be okay|be comfortable|be open)(?: for)?(?: me| us| to| it| in| if| with)?|"
    r"do you (?:want|need|fancy) (?:me|us|to (?:hear|know|talk|discuss|go)|some (?:information|advice))|"
    r"(?:are|would) you (?:okay|happy|comfortable|ready|all right|interested|willing|open|up for it|prepared)(?: with me| for me| if (?:i|we)| to (?:hear|talk|discuss|go|look)| with us| in (?:hearing|talking|knowing|learning))|"
    r"if (?:it is|that is|this is|that would be|you are) (?:okay|all right|fine|comfortable)(?: with you| by you)?|if you do not mind|if i may|if you are (?:happy|okay|comfortable|ready|interested)|if you would like|if you want|"
    r"with your (?:permission|consent|okay)|(?:do i|may i|can i) have your (?:permission|consent)|"
    r"i (?:was )?(?:wonder|wondering|am wondering) if (?:i|we|it would be|you would (?:like|mind|be)|you wanted|you want|that)|"
    r"is (?:now|this) a good time|how would you feel about (?:me|us)|how much (?:would you like|do you want) to know|what would you (?:like|prefer) (?:to (?:know|hear|talk|start|focus)|me)|"
    r"have you got (?:time|a moment|a minute)|do you have (?:two minutes|a minute|a moment|time)|should (?:i|we)|shall i|shall we|i would like to (?:\w+ ){1,8}if"
)
_WILLING = words(
    r"would you be (?:willing|able|prepared|open to|interested in (?:trying|coming|taking|starting|doing|giving)|up for (?:trying|taking))|what do you think about (?:\w+ing)|(?:would|could|will) you (?:consider|try|think about|come back|be happy to (?:try|take|start|come))|how (?:do|would) you feel about (?:\w+ing|coming|that)|are you (?:willing|prepared|open) to|do you think you (?:could|can|would|might)|would that (?:be something|work)"
)
_ADMIN = words(
    r"(?:full |first |last |your |the )*(?:name|date of birth|dob|address|phone number|postcode|id|birthday|number)|how old|call you|take a seat|sit down|(?:get|have) you to (?:confirm|spell)|write (?:that|this) down|take notes|repeat that|open the window|close the door|get (?:that|you (?:some )?(?:water|paperwork|tissue))"
)
_CAN_I_ASK = words(
    r"(?:can|could|may|might) i (?:just |also |please |quickly )?ask|let me ask|do you mind (?:if i ask|me asking)|if you do not mind me asking|mind (?:if i ask|me asking)|if i may ask|okay if i asked?|all right if i asked?"
)
_ASK_ABOUT = words(
    r"ask(?:ed|ing)?(?: you)?(?: \w+){0,4} (?:questions?|about|regarding|personal|private|sensitive|something)"
)
_AFTER = words(
    r"(?:is|was) (?:that|this|it) (?:okay|all right|fine|acceptable|good)(?: with you| for you| by you)?|(?:does|do|would) (?:that|this|it|those|all that) (?:all )?(?:sound|seem|work|feel|be)(?: \w+){0,3}|how (?:does|would|do) (?:that|this|it|those) (?:sound|seem|feel|work|sit|fit|land)(?: \w+){0,3}|sounds? (?:okay|good|all right|fair|reasonable)|what do you think(?: about (?:that|this|it))?|are you (?:happy|okay|comfortable|all right|fine) with (?:that|this|the plan|it)(?: plan)?|(?:would|are) you (?:be )?(?:happy|okay|comfortable) (?:with|to do) (?:that|this)|okay with you|all right with you|how do you feel about (?:that|this|it)|do you agree|is that something you (?:would|could|might)|any objections?|you okay with that|(?:would|could|might) you (?:be able|be willing) to do that|do you think (?:that|this|you) (?:would|could|can|might) (?:work|help|do that|manage)"
)
_CHOICE = words(
    r"(?:now|today|here) or (?:\w+ )?(?:later|another (?:time|day)|tomorrow|next time|at home|when|would you|do you|not)|or would you (?:rather|prefer)(?: \w+){0,6}|(?:would|do) you (?:rather|prefer)(?: \w+){1,8}|how much (?:would you like|do you want|detail)(?: \w+){0,5}|it is (?:completely |entirely |totally |really )?(?:up to you|your (?:choice|decision|call))|you (?:decide|can decide|choose|can choose|are free to|are in charge|can say no|do not have to)(?: \w+){0,5}|(?:or|and) (?:we|i) can (?:leave|stop|wait|do|talk|come back)(?: \w+){0,5}|in (?:whatever|which) order|what would you (?:like|prefer)(?: \w+){0,5}|whichever you(?: \w+){0,2}|there are (?:a few|two|three|several|some) (?:options|choices|ways|things we)(?: \w+){0,4}|either (?:\w+ ){1,8}or|where would you like to (?:start|begin)(?: \w+){0,3}|all at once or(?: \w+){0,5}|bit by bit(?: \w+){0,4}|would you like (?:\w+ ){1,8}or (?:\w+ ){1,6}"
)
_GRANTS = re.compile(
    r"^(?:(?:oh|uh|um|mm|well|okay|yes|i guess|i suppose|that is|all right),? ?)*(?:yes|yeah|yep|sure|okay|ok|of course|please|please do|go ahead|go on|all right|fine|absolutely|definitely|certainly|no problem|that is (?:fine|okay|all right)|that would be|i would like that|i guess so|i suppose so|sounds good|no,? (?:i do not mind|not at all|go ahead|that is fine)|i do not mind|not at all|why not|mm hmm|mm|uh huh|by all means|if you (?:want|like|must)|thank you|great|good|perfect|tell me|i am (?:ready|listening))\b"
)
_REFUSES = re.compile(
    r"\b(?:no,? (?:thanks|thank you|i do not|not (?:now|really|today|yet)|please)|not (?:now|today|yet|right now)|i (?:do not|would not|really do not|would rather not|do not really) (?:want|like|need|feel|wish|think i (?:want|can))(?: to)?|i would rather (?:not|you did not)|i am not (?:ready|sure i want|interested|going to|doing)|please do not|do not tell me|leave (?:it|me)|can we not|i can not (?:hear|do|talk about) (?:this|that)|maybe later|stop)\b"
)
_BARE_NO = re.compile(r"^no\b")
_PATIENT_ASKS = words(
    r"(?:what|how|why|when|where|which|who|is|are|do|does|can|could|should|will|would|am|did|have|has) (?:\w+ ){0,4}(?:i|it|that|this|you|they|we|there|the|my|is|are|do|happens?|does|next)|tell me|what now|any (?:advice|ideas|suggestions)|i (?:want|need|would like|wanted|wonder|am wondering|was wondering|was hoping) (?:to (?:know|understand|hear|ask)|you to|what|if|how|why|some (?:advice|help|information))|just (?:tell|say)|like what"
)


def asks_in(scene: Scene) -> list[Move]:
    """Every move of asking leave: for what, before or after, with a choice, or as a tic."""
    found: list[Move] = []
    for place, sentence in enumerate(scene.own):
        found += _leave_moves(scene, place, sentence)
        if (choice := _CHOICE.search(sentence.text)) and not words(r"either way|on either").search(sentence.text):
            found.append(move("offers_choice", sentence, choice))
    return found


def _leave_moves(scene: Scene, place: int, sentence: Sentence) -> list[Move]:
    text = sentence.text
    after = _AFTER.search(text)
    leave = _LEAVE.search(text)
    if _WILLING.search(text) and not _CAN_I_ASK.search(text):
        return [move("asks_after", sentence, _WILLING.search(text))]
    if after and not (leave and leave.start() < after.start() and not _tells(scene, sentence)):
        return [_after_or_before(scene, place, sentence, after)]
    if not leave or not _is_request(sentence, leave):
        return []
    if _is_tic(scene, place, sentence):
        return [move("asks_leave_tic", sentence, leave)]
    return [
        move(
            "asks_permission",
            sentence,
            act=act_of(scene, place, sentence),
            tentative=bool(re.search(r"wonder|mind", text)),
        )
    ]


def _after_or_before(scene: Scene, place: int, sentence: Sentence, after: re.Match[str]) -> Move:
    """A check on an examination or on the agenda before it starts is leave; on what was told, it comes too late."""
    said = " . ".join(other.text for other in scene.own[max(0, place - 3) : place + 1])
    coming = _AGENDA_TO_COME.search(said) or _EXAM_TO_COME.search(said)
    if coming and not _TOLD_CONTENT.search(said):
        act: Act = "examination" if _EXAM_TO_COME.search(said) else "agenda"
        return move("asks_permission", sentence, after, act=act)
    return move("asks_after", sentence, after)


_AGENDA_TO_COME = words(
    r"(?:i will|i would like to|i want to|i am going to|we will|let us|we can|i thought we|we should|we could|i need to)(?: \w+){0,4} (?:ask(?: you)?|talk|start|go (?:over|through)|discuss|look at|gather|stay on|spend|find out|take (?:a|some) (?:history|time)|review|cover|begin)"
)
_EXAM_TO_COME = words(
    r"(?:i will|i would like to|i want to|i am going to|we will|let me|i need to|we need to|i am just going to)(?: \w+){0,4} (?:examine|have a (?:look|listen|feel)|look (?:at|in)|listen to|press|feel (?:your|the)|take (?:your (?:blood|temperature|pulse)|some blood|a (?:sample|swab))|check your|do (?:a|an|some|the) (?:\w+ )?(?:exam|examination|test|scan|x ray|ecg|swab))|(?:x ray|examination|scan|swab|blood test)"
)
_TOLD_CONTENT = words(
    r"you (?:should|need to|must|have to|ought)|i (?:would|might|do)? ?(?:recommend|suggest|advise)|prescri\w+|tablets?|medicine|appointment|follow up|come back|refer|set up|see you in|it (?:sounds|looks) like you (?:have|probably)"
)


def _is_request(sentence: Sentence, leave: re.Match[str]) -> bool:
    """A question to the patient, or a polite condition on what the clinician is about to do."""
    said = leave.group()
    if said.startswith(("if ", "with your")):
        return bool(
            re.search(r"\b(?:i|we|me|us|let|question|questions|just|couple|few)\b", sentence.text)
        ) and not re.search(r"if you want to (?!talk|know|hear)", sentence.text)
    if said.startswith(("would you like", "would you want", "would you prefer")):
        return not re.search(
            r"how would you|what would you like (?:things|your|it)|would you like (?:things|it|that|your \w+) to",
            sentence.text,
        )
    return True


def _is_tic(scene: Scene, place: int, sentence: Sentence) -> bool:
    """Leave for a name, or for a plain question asked in the same breath: courtesy, not permission."""
    text = sentence.text
    if _ADMIN.search(text):
        return True
    rest = " . ".join(other.text for other in scene.own[place + 1 :])
    asked_now = any(other.asks or re.match(r"any\b", other.text) for other in scene.own[place + 1 :])
    if sensitive_subject(f"{text} . {rest}"):
        return False
    if _CAN_I_ASK.search(text):
        return not (_ASK_ABOUT.search(text) and not asked_now)
    if re.search(r"if (?:it is|that is|you do not mind|i may|you are)", text):
        return asked_now or not _PRA_COMING.search(text)
    return False


_PRA_COMING = words(
    r"(?:questions?|examine|look|listen|press|feel|share|tell|explain|talk|discuss|suggest|advice|information|results?|test|scan|go (?:over|through)|x ray|start|ask|blood|check|take|bring|spend)"
)
_ACT_WORDS: tuple[tuple[Act, re.Pattern[str]], ...] = (
    ("examination", words(r"examin\w+|have a (?:\w+ )?(?:look|listen|feel)|look (?:at|in|inside)(?: your)?|listen to your|press(?: on)?|feel your|swab|blood (?:test|pressure|sample)|take (?:your|some) (?:blood|temperature|pulse)|x ray|scan|ecg|biopsy|smear|ultrasound|test|touch|undress|check your (?:\w+ )?(?:breast|chest|tummy|stomach|heart|lungs|pulse|throat|ears?|eyes?|skin)")),
    ("news", words(r"results?|biopsy results|what (?:we|the (?:test|scan|biopsy|doctors?)) (?:found|showed|shows|have found)|news|diagnosis|findings?|what it (?:shows|showed|is|was)|know|hear (?:it|the)|report")),
    ("advice", words(r"advice|advise|suggest\w*|recommend\w*|idea|ideas|tips|what (?:has |have )?(?:helped|worked)|something (?:you|that) (?:could|might)|options|refer|prescri\w+|medicine|tablets?|therapy|counsell?ing")),
    ("plan", words(r"plan|next steps?|appointment|follow up|what happens next|book|arrange|call you|come back|bring (?:it|this) up|meet again|get together")),
    ("education", words(r"information|explain|share|tell you|facts|how (?:it|this|that|the \w+) works?|what (?:happens|it means|this means|that means|\w+ (?:is|are|means|does))|show you|leaflet|talk (?:you )?through|walk you through|describe")),
    ("agenda", words(r"questions?|talk about|discuss|start|focus|agenda|go (?:over|through)|spend|move on|change|come back to|chat|time|ask|cover|look at|review")),
)  # fmt: skip


def act_of(scene: Scene, place: int, sentence: Sentence) -> Act | None:
    """What leave is asked for; a sensitive subject goes before the rest."""
    said = sentence.text
    following = " . ".join(other.text for other in scene.own[place + 1 : place + 3])
    if sensitive_subject(f"{said} . {following}"):
        return "sensitive"
    return next((act for act, pattern in _ACT_WORDS if pattern.search(said)), None)


def _tells(scene: Scene, sentence: Sentence) -> bool:
    """Whether advice, news or a plan stands before this sentence."""
    before = " . ".join(other.text for other in scene.own[: scene.own.index(sentence)])
    return bool(_TOLD_CONTENT.search(before))


def permission_of(scene: Scene, moves: Sequence[Move]) -> Permission:
    """The codebook's label for the turn: asked, told without asking, asked too late, or nothing to ask for.

    With `next_text` an ask counts as answered; without it the ask's own place in the turn decides.
    """
    asked = [found for found in moves if found.kind == "asks_permission"]
    told = [found for found in moves if found.kind in TELLING]
    after = [found for found in moves if found.kind == "asks_after"]
    if told and _was_refused(scene) and not asked:
        return "after_or_refused"
    if asked:
        return _asked_in_place(scene, asked, told)
    if after:
        return (
            "asked"
            if _requested(scene) and not told
            else "after_or_refused"
            if _content_before(scene, told, after)
            else "not_needed"
        )
    if not told:
        return "not_needed"
    if _granted(scene) or (_requested(scene) and not _opens_unasked(told)):
        return "asked"
    return "not_asked"


def _asked_in_place(scene: Scene, asked: list[Move], told: list[Move]) -> Permission:
    """An ask wins when the patient can answer it before the act, or it stands just before a sensitive question."""
    first = asked[0]
    if any(found.act == "sensitive" for found in asked):
        return "asked"
    content = [
        found
        for found in told
        if found.kind in {"advises", "tells_news", "tells_plan", "tells_fact"} and not _overlap(found, asked)
    ]
    later = [found for found in content if found.start > first.end]
    if later and not _granted(scene) and not _requested(scene):
        return "not_asked"
    if first.act == "agenda" and any(
        found.kind.endswith("question") and found.start > first.end for found in scene_questions(scene)
    ):
        return "not_needed"
    return "asked"


def scene_questions(scene: Scene) -> list[Move]:
    """Questions of the turn, as bare moves."""
    return [move("closed_question", sentence) for sentence in scene.own if sentence.asks]


def _overlap(found: Move, others: list[Move]) -> bool:
    return any(found.start < other.end and other.start < found.end for other in others)


def _content_before(scene: Scene, told: list[Move], after: list[Move]) -> bool:
    """Content, advice or a plan came first: in this turn, in the proposal itself, or in the turn before."""
    if told or any(_WILLING.search(sentence.text) for sentence in scene.own):
        return True
    mine = [turn for turn in scene.before if turn.speaker == "student"]
    return bool(mine) and bool(_TOLD_CONTENT.search(_plain(mine[-1]))) or len(after) > 0 and bool(mine)


def _opens_unasked(told: list[Move]) -> bool:
    return all(found.kind == "opens_sensitive" for found in told)


def _plain(turn: Turn) -> str:
    from scoring.moves.sentences import sentences_of

    return " . ".join(sentence.text for sentence in sentences_of(turn.text))


def _last_exchange(scene: Scene) -> tuple[str, str]:
    """(clinician's last turn, patient's answer to it) in plain words."""
    if len(scene.before) < 2 or scene.before[-1].speaker != "patient" or scene.before[-2].speaker != "student":
        return "", scene.patient_last
    return _plain(scene.before[-2]), scene.patient_last


def _granted(scene: Scene) -> bool:
    """Leave was asked in the turns shown and the patient gave it."""
    for place in range(len(scene.before) - 1, 0, -1):
        asked, answer = scene.before[place - 1], scene.before[place]
        if asked.speaker == "student" and answer.speaker == "patient":
            plain = _plain(asked)
            leave = _LEAVE.search(plain)
            if (
                leave
                and not _ADMIN.search(plain)
                and not _CAN_I_ASK.search(plain)
                and _GRANTS.match(_plain(answer))
                and not _REFUSES.search(_plain(answer))
            ):
                return True
    return False


def _was_refused(scene: Scene) -> bool:
    asked, answer = _last_exchange(scene)
    leave = _LEAVE.search(asked) or _WILLING.search(asked)
    return bool(
        _REFUSES.search(answer)
        or (leave and _BARE_NO.match(answer) and not _GRANTS.match(answer) and not re.search(r"mind", asked))
    ) and bool(leave)


def _requested(scene: Scene) -> bool:
    """The patient asked a question or asked to be told in their last turn."""
    if not scene.before or scene.before[-1].speaker != "patient":
        return False
    from scoring.moves.sentences import sentences_of

    said = sentences_of(scene.before[-1].text)
    return any(
        (sentence.asks and len(sentence.words) >= 2 and _PATIENT_ASKS.search(sentence.text))
        or words(
            r"(?:please |just )tell me|tell me what|i want(?:ed)? to know|i would like to know|i need to know"
        ).search(sentence.text)
        for sentence in said[-4:]
    )
