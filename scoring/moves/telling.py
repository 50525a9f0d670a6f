"""Telling: news, facts, plans, advice, examinations and sensitive subjects, with their why."""

import re

from personas.vocabulary import Act, MoveKind
from scoring.moves.scene import Scene, matches, move, rule, words
from scoring.moves.sentences import Sentence
from scoring.reading import Move

TELLING: frozenset[MoveKind] = frozenset(
    {"tells_news", "tells_fact", "tells_plan", "advises", "examines", "opens_sensitive"}
)

_WARNS = (
    rule("warns", r"i (?:am afraid|am sorry to (?:say|tell you)|have (?:some|got some|the|got)? ?(?:\w+ )?(?:bad|difficult|serious|hard|tough|upsetting|unexpected|not so good|worrying|sad) news)(?: \w+){0,5}|(?:it|this|the news|the result|the results|what i have to say) (?:is|are|may be|might be|will be|was|were) not (?:the |what )?(?:\w+ )?(?:good|news|hoped|hoping|result|what (?:we|you))(?: \w+){0,5}|this (?:may|might|will|is going to) be (?:hard|difficult|upsetting|a shock|tough|a lot)(?: \w+){0,3}|(?:more serious|not as good) than (?:we|i|you)(?: \w+){0,3}|i (?:wish|was hoping) (?:i|we|it|that|the)(?: \w+){0,6}|there is something (?:serious|important|difficult|i need to tell)(?: \w+){0,5}|not the (?:news|result|answer) (?:we|you|i)(?: \w+){0,3}", asked=False, unless=r"i am afraid of"),
)  # fmt: skip

_NEWS = (
    rule("tells_news", r"(?:the |your |these |those )?(?:biopsy|scan|test|tests|results?|x ray|report|blood tests?|bloods|mri|ct|mammogram|sample|tissue|cells|lump|film|ultrasound|pathology|smear)(?: \w+){0,4} (?:show|shows|showed|found|is|are|was|were|came back|has come back|have come back|has shown|have shown|confirms?|confirmed|suggests?|reveals?|revealed|picked up|indicates?)(?: \w+){0,10}|(?:it|this|that) (?:is|was|looks like|has turned out to be|does look like|could be|means) (?:\w+ ){0,3}(?:cancer|tumou?r|malignant|malignancy|diabetes|leuk\w+|lymphoma|carcinoma|hiv|miscarriage|stroke|heart attack|dementia|incurable|terminal|fracture|broken|melanoma|heart failure|depression|epilepsy|sclerosis|parkinson\w*|benign|an? (?:\w+ )?infection)(?: \w+){0,6}|you (?:have|have got|do have|have developed|are diabetic|may have|probably have|probably have got|might have|most likely have|likely have|are having|had) (?:\w+ ){0,3}(?:cancer|tumou?r|malignan\w+|diabetes|leuk\w+|lymphoma|carcinoma|hiv|miscarriage|stroke|heart (?:attack|failure)|dementia|infection|fracture|melanoma|depression|epilepsy|sclerosis|migraines?|asthma|pneumonia|gastroenteritis|condition|disease|hypertension|high blood pressure|a virus|prediabetes)(?: \w+){0,6}|(?:he|she|they|your \w+) (?:has|have|did not|has not) (?:died|passed away|survive|made it|make it)|we (?:have )?found (?:a|some|something|an|cancer|that|signs|evidence)(?: \w+){0,8}|(?:we|i) (?:can not|are not able to|will not be able to) (?:cure|save|stop|treat)(?: \w+){0,6}|(?:it|the cancer) has (?:spread|come back|returned|grown)(?: \w+){0,5}|there is (?:no|nothing) (?:cure|more we can)(?: \w+){0,5}|we did (?:not )?find(?: \w+){0,6}", asked=False, unless=r"if (?:the|your|it|we)|when (?:the|your) (?:results?|scan|test)|waiting for|worried (?:that )?(?:you|it)|afraid (?:that )?(?:you|it)|like (?:it|you)|you (?:think|feel|said|mentioned|told)|scared|results? (?:are|is) (?:not )?(?:back|in|ready|here)$|have you got|do you have|history of"),
)  # fmt: skip

_ADVISES = (
    rule("advises", r"you (?:really |just |definitely |probably |also |then )*(?:should|ought to|need to|must|have to|have got to|had better|might want to|may want to|want to (?:make|be|try|avoid|take|get|keep)|might consider|could (?:\w+ )?(?:try|consider|take|start|use|ask|go|do|maybe|talk|look|join|also|see|call|put|set|write|get)|can (?:\w+ )?(?:try|take|use|start|do|always|also|get|call|contact|go|cut|ring))(?: \w+){0,12}", asked=False, unless=r"what you (?:should|need|have|want)|you (?:should|need to|have to) (?:know|be proud|feel|decide|tell me)\b(?! (?:about|that))|(?:feel|feels|feeling|felt|think|thought|believe|know|said|say|mentioned|like|wish|that|if|because|how|part of) (?:like |that )?you (?:\w+ )?(?:should|need|must|have to|ought)|do you|sounds? like|you have to (?:deal|live|cope|go through)"),
    rule("advises", r"(?:i |we |my )(?:would |do |really |also |might |just |strongly |always |usually |am going to |want to |can )*(?:recommend|suggest|advise|encourage|urge|advice is|recommendation|suggestion)(?: \w+){0,10}|(?:i think|maybe|perhaps|probably|i would say|definitely|it might be|it may be|it would be) (?:\w+ ){0,2}(?:best|better|good|a good idea|worth|wise|helpful|important|useful) (?:for you )?(?:to|if you|that you|getting|taking|seeing|having|trying)(?: \w+){0,8}|worth (?:\w+ )?(?:\w+ing)(?: \w+){0,8}|(?:it is |that is |really |very )*important (?:that you|to|for you to) (?!you|me|him|her|them)(?: ?\w+){0,8}|if i were you(?: \w+){0,8}|the best thing (?:to do|you can do|for you|is|would be)(?: \w+){0,8}|(?:i |we )(?:would|do|will)? ?(?:like|want|need) you to (?!know|feel|tell|understand|meet|think of|be honest|help me|say|rate|imagine|describe)(?:\w+)(?: \w+){0,8}|my guess is you need(?: \w+){0,6}|it is (?:advisable|recommended|a good idea|your best bet)(?: \w+){0,8}|(?:have|why) (?:you|do not you|not) (?:ever )?(?:tried|try|considered|consider|thought about|just)(?: \w+){0,8}|try (?:to |not to |and )?(?!again|that for size)(?:\w+)(?: \w+){0,8}", asked=None, unless=r"i (?:would|do) (?:not )?(?:recommend|suggest) (?:asking )?(?:what|which)|(?:you|to) try(?:ing)? to (?:say|tell|understand|figure|do|be|cope|get)|(?:i am|i will|we are|let us|we can|i) (?:going to )?try|(?:sounds|seems) like|trying|can i (?:suggest|recommend)|could i (?:suggest|recommend)|may i (?:suggest|recommend)|if i (?:suggest|made|could)|important (?:to|for) you$|tried before|(?:what|which|how|did|when) (?:have |did )?you (?:\w+ )?(?:tried|try)"),
    rule("advises", r"^(?:(?:so|and|but|okay|then|just|also|first|now|please|well|yes|right|number (?:one|two|three) is to|maybe),? ){0,4}(?:take (?:the|your|one|two|it|them|this|these|a (?!seat|rinse|moment|look|breath))|avoid|drink (?:plenty|lots|more|water|less)|eat (?:more|less|plenty|a|your|some|regular)|stop (?:taking|smoking|drinking|eating|using)|keep (?:taking|your|an eye|it|a (?:diary|record|note|log)|drinking|off)|make sure|use (?:the|a|your|this)|rest\b|get (?:plenty|some|more|a (?:good|new|blood)|yourself)|do not (?:take|drink|eat|smoke|drive|lift|use|forget|stop|give up|let|hesitate)|go (?:to (?:the|your|a|bed)|for a|and (?:see|talk|speak))|call (?:us|me|the|your|an|999|911|111)|ring (?:us|me|the|999|111)|cut (?:down|out|back)|come back (?:if|and|to|in|when)|remember to|ask (?:your|them|for|him|her)|talk to (?:your|a|him|her|them|someone|hr)|speak to|see (?:your|a) (?:doctor|gp|therapist|counsell?or)|give (?:it|yourself|him|her|them)|focus on|consider|think about (?!what|how)|look (?:for|into|out)|find (?:a|some|someone|out)|write (?:down|it|a)|be (?:careful|patient|honest|kind|sure|strong)|set (?:a|some|up)|apply|wash|increase|reduce|exercise|start (?:with|by|looking|taking|doing))(?: \w+){0,10}", asked=False),
)  # fmt: skip

_PLANS = (
    rule("tells_plan", r"(?:i|we|they|the \w+|someone|a \w+|the (?:team|nurse|specialist|hospital)) (?:will|are going to|am going to|would like to|would want to|shall|will need to|need to|want to|plan to|should|can) (?:\w+ ){0,3}?(?:refer|prescribe|book|arrange|order|start(?: you)? (?:on )?(?:a |the |an |some )?(?!by|with)|send (?:you|it|off|a|the|your|over)|organise|organize|see you|call you|ring you|give you|put you on|get you|schedule|set up|repeat|recheck|monitor|increase|reduce|change your|stop your|operate|treat|do (?:a|some|an|the) (?:\w+ ){0,2}(?:tests?|scan|x ray|biopsy|operation|blood|follow up|prescription)|discuss your case|follow up|meet again|admit|write (?:you|to)|contact|let you know|phone|paste|fax|email)(?: \w+){0,10}|(?:the )?(?:plan|next step|next steps|first step|treatment|next thing)(?: \w+){0,4} (?:is|are|will be|would be|involves)(?: \w+){0,10}|(?:you will|you are going to) (?:\w+ ){0,2}(?:need|have|be (?:seen|given|sent|referred|booked|called|starting|on|having|asked)|get|see|start|meet|receive|go for)(?: \w+){0,8}|what (?:we|i) (?:will|would|are going to|am going to|can) do(?: (?:then|next|now|today))? is(?: \w+){0,8}|(?:we are|i am) (?:referring|prescribing|sending|booking|arranging|starting|putting you|giving you|ordering)(?: \w+){0,8}|let us (?:get you|start you|book|arrange|set up|do (?:a|some)|plan|make (?:a|an) (?:plan|appointment))(?: \w+){0,6}", asked=False, unless=r"if you (?:would like|want)|would it be|is it okay|can i\b|could i\b"),
)  # fmt: skip

_EXAMINES = (
    rule("examines", r"(?:i|we) (?:will|would like to|am going to|are going to|need to|want to|just need to|am just going to|have to|should|might|must|can|could|'ll)(?: \w+){0,4}? (?:examine|have (?:a|another) (?:\w+ )?(?:look|listen|feel)|look (?:at|in|inside) (?:your|the|that)|listen to your|press|feel your|touch|put (?:this|the) (?:cuff|needle|gel|probe)|insert|take (?:your (?:blood|temperature|pulse)|(?:some|a) (?:blood|swab|sample|urine|biopsy))|check your (?!name|date|understanding|details|address)|do (?:a|an|some|the|your) (?:\w+ ){0,3}(?:exam|examination|swab|ecg|blood test|blood pressure|ultrasound|urine test))(?: \w+){0,6}|(?:let me|let us) (?:just |now |quickly )?(?:examine|have a (?:look|listen|feel)|look (?:at|in) (?:your|the|that)|listen to|press|feel|take (?:your|a look)|check (?:your|the))(?: \w+){0,6}|(?:lie|hop|pop|jump|sit) (?:down |up )?on(?:to)? the (?:couch|bed|table)(?: \w+){0,4}|(?:take off|remove|lift up|undo|roll up) your (?:top|shirt|clothes|bra|trousers|sleeve|underwear)(?: \w+){0,4}|open (?:your mouth|wide)|deep breath(?: in)?|(?:you|it) (?:will|may|might) feel (?:a |some |it )?(?:cold|pressure|pinch|scratch|uncomfortable|sharp|little)(?: \w+){0,4}", asked=False, unless=r"can i|could i|may i|okay if|would you mind|do you mind|all right if|would it be|if that is (?:okay|all right)|if you do not mind|let me (?:check|see) (?:if|that|what|my|i)"),
)  # fmt: skip

_SENSITIVE_TOPICS = (
    r"drink(?:ing)? (?:alcohol|any alcohol|much|a lot|wine|beer)|alcohol|(?:do|how much do|much do) you (?:\w+ )?(?:drink|smoke)|you (?:drink|smoke)(?: at all| much| any)?$|smok(?:e|er|ing|es)|cigarettes?|vap(?:e|ing)|tobacco|recreational drugs?|street drugs?|illegal drugs|drug use|drugs|cannabis|marijuana|cocaine|heroin|weed|pot"
    r"|sex(?:ual(?:ly)?)?|intercourse|sexual partners?|contraception|condoms?|pregnan(?:t|cy|cies)|sti|stis|std|stds|period|erections?|libido"
    r"|suicid\w+|(?:kill|hurt|harm|harming|hurting|cut|cutting) yourself|self harm|end(?:ing)? (?:your|it) (?:life|all)|taking your (?:own )?life|not wanting to be here|mental health|depress(?:ed|ion)|anxiety|panic attacks|mood"
    r"|abus(?:e|ed|ive)|domestic violence|(?:anyone|partner|husband|someone|he|she) (?:ever )?(?:hit|hurt|hurting|hitting|hits|hurts) you|safe at home|assault\w*|rape\w*"
    r"|your weight|weigh|overweight|obes\w+|bmi|lose weight|money|afford|finances|debt|resuscitat\w+|dnr|cpr|end of life|prognosis|how long (?:you have|is left|you might)|dying|die|death|funeral|hospice"
)
_SENSITIVE = words(_SENSITIVE_TOPICS)
_ROUTINE_SENSITIVE = words(
    r"(?:alcohol|(?:do|how much do|much do) you (?:\w+ )?(?:drink|smoke)(?! (?:plenty|enough|water|tea|coffee|anything|this morning))|you (?:drink|smoke)(?: at all| much| any| alcohol)?|smok(?:e|er|ing)|cigarettes?|vap(?:e|ing)|tobacco|(?:recreational|street|illegal|any) drugs?|drug use|drugs at all|cannabis|marijuana|cocaine|sex(?:ual(?:ly)?)?|intercourse|contraception|pregnan(?:t|cies)|suicid\w+|(?:kill|hurt|harm|harming|hurting|killing) yourself|self harm|ending (?:your life|it all)|not wanting to be here|depress(?:ed|ion)|anxiety|panic attacks|abus(?:e|ed)|domestic violence|safe at home|your weight|weigh|overweight|resuscitat\w+|end of life|dying|low mood|your mood)"
)
_TOPIC_STEMS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("alcohol", re.compile(r"alcohol|drink|beer|wine|drunk|buzzed|booze|pub\b|hangover")),
    ("tobacco", re.compile(r"smok|cigar|tobacco|vap(?:e|ing)|nicotine")),
    ("drugs", re.compile(r"\bdrug|cannabis|marijuana|cocaine|heroin|\bweed\b|\bpot\b")),
    ("sex", re.compile(r"sex|intercourse|contracept|condom|pregnan|partner|implan|\bsti|period|cycle|gay\b")),
    ("mind", re.compile(r"suicid|yourself|myself|self harm|mental|depress|anxi|panic|mood|stress|want to (?:die|be here)|life")),
    ("abuse", re.compile(r"abus|violence|hit |hurt|safe at home|assault|rape")),
    ("weight", re.compile(r"weigh|obes|bmi|\bfat\b|diet")),
    ("death", re.compile(r"resuscitat|dnr|cpr|end of life|prognos|dying|\bdie|death|hospice|how long")),
    ("money", re.compile(r"money|afford|financ|debt")),
)  # fmt: skip

_GIVES_WHY = (
    rule("gives_why", r"(?:because|the reason|so that|in order to|which (?:will|would|can|helps?|means|lets|tells)|that way|this (?:will|would|can|helps?|lets|tells|means|allows)|that (?:will|would|helps?|tells|lets)|to (?:make sure|see (?:if|whether|what)|check (?:if|whether|that|for)|find out|rule out|help (?:you|us|me|with)|prevent|protect|stop (?:it|the|this)|reduce (?:the|your)|understand)|it (?:helps|will help|means)|so (?:we|i|you) can|that is why|which is why|just to (?:be|make|see|check|confirm|rule))(?: \w+){1,12}", asked=False, unless=r"that will be all"),
)  # fmt: skip

_FACT = words(
    r"(?:it|this|that|these|they|the \w+(?: \w+)?|a \w+|\w+) (?:is|are|means?|causes?|happens? (?:when|because)|can (?:be|cause|lead|affect|help|make|also)|affects?|helps?|works?|usually|normally|often|tends? to|contains?|leads? to|makes?|lowers?|raises?|increases?|reduces?|prevents?|may (?:cause|be|help)|could (?:be|cause|help))"
)
_MEDICAL = words(
    r"(?:cancer|tumou?rs?|cells?|blood|pressure|sugar|heart|lungs?|kidneys?|liver|bones?|infections?|virus(?:es)?|bacteria|antibiotics?|tablets?|medicines?|medication|treatments?|therapy|surgery|operation|test|tests|scan|results?|biopsy|risk|risks|side effects?|symptoms?|disease|condition|inflammation|muscles?|nerves?|immune|vaccines?|insulin|cholesterol|diabetes|asthma|pain|inflamed|swelling|doses?|milligrams?|percent|out of (?:\d+|ten|a hundred)|studies|research|recommended|guidelines?|tissue|brain|skin|pregnan\w+|hormones?|allerg\w+|fever|paracetamol|ibuprofen|aspirin|alcohol|smoking|nicotine|tobacco|cigars?|doctors?|patients?|nurse|specialist|hospital|units|calories|weight|lump|body|stomach|bowels?|gut|stool|urine|procedure|needle|diagnosis|chemotherapy|radiotherapy|steroids?|exercise|diet)"
)
_ASSERTS_PATIENT = words(
    r"(?:you (?:said|mentioned|told|are|were|have|had|feel|felt|think|want|say|would|like|do|did|know)|your (?:drinking|smoking|family|life|concern|worry|mother|father)|sounds like|i hear|i can see|i wonder|i see|i am|i was)"
)


def telling_in(scene: Scene) -> list[Move]:
    """Every move of telling in the clinician's own sentences."""
    found = matches(_WARNS + _NEWS + _ADVISES + _PLANS + _EXAMINES + _GIVES_WHY, scene.own)
    found = [_with_act(seen) for seen in found]
    found += [opened for sentence in scene.own if (opened := _opens_sensitive(scene, sentence))]
    found += [
        move("tells_fact", sentence, act="education")
        for sentence in scene.own
        if _is_fact(sentence) and not _covered(sentence, found)
    ]
    return found


_ACTS: dict[MoveKind, Act] = {
    "tells_news": "news", "advises": "advice", "tells_plan": "plan", "examines": "examination", "warns": "news",
}  # fmt: skip


def _with_act(found: Move) -> Move:
    return found.model_copy(update={"act": _ACTS[found.kind]}) if found.kind in _ACTS else found


def _covered(sentence: Sentence, found: list[Move]) -> bool:
    kinds = {"tells_news", "tells_plan", "advises", "examines"}
    return any(seen.kind in kinds and seen.start < sentence.end and sentence.start < seen.end for seen in found)


def _is_fact(sentence: Sentence) -> bool:
    """A statement about medicine or the body, not about what the patient said or feels."""
    text = sentence.text
    if sentence.asks or len(sentence.words) < 5 or not _MEDICAL.search(text):
        return False
    return bool(_FACT.search(text)) and not _ASSERTS_PATIENT.match(
        re.sub(r"^(?:(?:so|and|but|okay|well|yes|right|no|oh|mm|because),? )+", "", text)
    )


def sensitive_subject(text: str) -> bool:
    """Whether plain words touch alcohol, tobacco, drugs, sex, mental health, abuse, weight, money or death."""
    return bool(_SENSITIVE.search(text))


def _opens_sensitive(scene: Scene, sentence: Sentence) -> Move | None:
    """A question that opens a sensitive subject nobody had brought up in the turns shown."""
    if not (sentence.asks or re.match(r"(?:(?:and|so|okay),? )*any\b", sentence.text)):
        return None
    found = _ROUTINE_SENSITIVE.search(sentence.text)
    if not found:
        return None
    said_before = " . ".join(turn.text.lower() for turn in scene.before[-4:])
    opened = any(stem.search(sentence.text) and stem.search(said_before) for _topic, stem in _TOPIC_STEMS)
    return None if opened else move("opens_sensitive", sentence, act="sensitive")
