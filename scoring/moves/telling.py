"""Telling: news, facts, plans, advice, examinations and sensitive subjects, with their why."""

import re

from personas.vocabulary import Act, MoveKind
from scoring.moves.phrasebook import Rule, phrase, phrase_lines, rules
from scoring.moves.scene import Scene, move
from scoring.moves.sentences import Sentence, sentences_of
from scoring.moves.subjects import subjects_of
from scoring.reading import Move
from scoring.words import content

TELLING: frozenset[MoveKind] = frozenset(
    {"tells_news", "tells_fact", "tells_plan", "advises", "examines", "opens_sensitive"}
)

_RULES = rules("telling")
_ONE_QUESTION_WORDS = 8
"""After so many words without a mark, a run that began as a question has gone on to something else."""

_SENSITIVE = phrase("telling", "sensitive")
_ROUTINE_SENSITIVE = phrase("telling", "routine_sensitive")
_SETTLED = phrase("telling", "settled")
_FRAMES = phrase("telling", "frames")
_BROACHES = phrase("telling", "broaches")
_FACT = phrase("telling", "fact")
_FEWEST_FACT_WORDS = 5
_MECHANISM = phrase("telling", "mechanism")
_BODY = phrase("telling", "body")
_FELT = phrase("telling", "felt")
_MEDICAL = phrase("telling", "medical")
_REFLECTS_PATIENT = phrase("telling", "reflects_patient")
_CAN_OR_HAS_TO = re.compile(
    r"\b(?:i|you) (?:\w+ly |just |still |also |always )*(?:(?P<able>can|could)|have got to|have to|need to) "
    r"(?P<verb>\w+)(?P<rest>[^.]*)"
)
_ENOUGH_SHARED = 2
"""So many words of the patient's own in it make a sentence theirs, however long it is."""
_MOSTLY_SAID = 0.6
"""Of the words that follow the verb, the share the patient used: from here on it is their sentence given back."""
_DRAWN_FROM_THEM = re.compile(
    r"^(?:(?:and|but|okay|well|yes|yeah|right|now|then),? )*so (?:then |maybe |perhaps )?"
    r"you (?:might|may|would|will|could) (?:also |still |really )*(?:have|need) to (?P<rest>.+)"
)
_OWN_DOING = re.compile(
    r"\bi (?:\w+ly |just |still |also |always |would |might |may |could |will )*"
    r"(?:have got to|have to|need to|want to|would like to|could|might|should|am going to|"
    r"(?:am )?think(?:ing)? (?:of|about)|plan(?:ned|ning)? (?:to|on))\b|\b(?:maybe|perhaps) i\b"
)
"""What the patient has to, wants to, or might do, in their own words."""
_SUMMARY_CHECKED = phrase("telling", "summary_checked")
_OWN_STORY = phrase("telling", "own_story")
_TO_THE_PATIENT = re.compile(r"\b(?:you|your|yours|yourself)\b")
_FOR_THE_PATIENT_TO_DO = re.compile(
    r"\b(?:i|we) (?:would |do |strongly )?(?:recommend|suggest|advise)|\byou should\b"
    r"|\bso (?:please |now )?(?:stop|start|take|keep|try|cut|do not|make|get)\b"
)
_ASSERTS_PATIENT = phrase("telling", "asserts_patient")
_HANGS = phrase("telling", "hangs")
_ABLE = phrase("telling", "able")
_IN_THE_PAST = phrase("telling", "in_the_past")
_BURDEN = phrase("telling", "burden")
_LEAVES_FREE = phrase("telling", "leaves_free")
_RELATIVE_BEFORE = re.compile(r"(?:\w,? that|\bwhich|\bwhat(?: \w+)?|\bwho) $")
_WH_BEFORE = re.compile(r"\b(?:what|how|where|when|which|who|why|things?)(?: else| other \w+| \w+)? $")


def telling_in(scene: Scene) -> list[Move]:
    """Every move of telling in the clinician's own sentences."""
    found = [
        _with_act(seen)
        for seen in _by_rules(scene)
        if not _only_reflects(scene, seen)
        and not _tells_of_oneself(scene, seen)
        and not (seen.kind == "tells_news" and _is_known(scene, seen))
    ]
    found += [opened for sentence in scene.own if (opened := _opens_sensitive(scene, sentence))]
    found += [
        move("tells_fact", sentence, act="education")
        for sentence in scene.own
        if (_is_fact(sentence) or _is_mechanism(scene, sentence))
        and not _REFLECTS_PATIENT.match(sentence.text)
        and not _LEAVES_FREE.match(sentence.text)
        and not _OWN_STORY.match(sentence.text)
        and not _FRAMES.search(sentence.text)
        and not _covered(sentence, found)
    ]
    return found


def _by_rules(scene: Scene) -> list[Move]:
    return [
        move(rule.kind, sentence, found, act=rule.act, stock=rule.stock, tentative=rule.tentative)
        for sentence in scene.own
        for rule in _RULES
        if (found := _first_told(rule, sentence))
    ]


def _first_told(rule: Rule, sentence: Sentence) -> re.Match[str] | None:
    """The rule's first match that stands by itself: "if you could try", "places you can go" advise nothing."""
    if rule.unless and rule.unless.search(sentence.text):
        return None
    found = rule.pattern.search(sentence.text)
    while found and not (_in_its_mood(rule, sentence, found) and not _hangs(rule, sentence, found)):
        found = rule.pattern.search(sentence.text, found.start() + 1)
    return found


def _in_its_mood(rule: Rule, sentence: Sentence, found: re.Match[str]) -> bool:
    """Asked or stated, as the rule wants it; a dictated run that begins as a question goes on to state things."""
    if rule.asked is None or rule.asked == sentence.asks:
        return True
    asked_words = len(sentence.text[: found.start()].split())
    return not rule.asked and not sentence.mark and asked_words >= _ONE_QUESTION_WORDS


def _hangs(rule: Rule, sentence: Sentence, found: re.Match[str]) -> bool:
    """Whether "you could..." belongs to a clause that asks, reports or names a thing, rather than advising."""
    before, said = sentence.text[: found.start()], found.group()
    if rule.kind != "advises":
        return False
    if said.startswith("have you"):
        return bool(_WH_BEFORE.search(before))
    if said.startswith(("might", "may", "could", "would")):
        return bool(_RELATIVE_BEFORE.search(before))
    return said.startswith("you ") and (
        bool(_HANGS.search(before)) or _describes(sentence.text[found.start() :], before)
    )


def _describes(clause: str, before: str) -> bool:
    """Whether "you can...", "you've got to..." says what someone is able to do, could once do, or has to carry."""
    past = _IN_THE_PAST.search(before) and re.match(r"you (?:\w+ )?could\b", clause)
    return bool(past or _ABLE.match(clause) or _BURDEN.match(clause))


def _only_reflects(scene: Scene, seen: Move) -> bool:
    """'You are aware that it is important to eat well' gives the patient's own thought back: no advice, no plan."""
    if seen.kind not in ("advises", "tells_plan", "tells_fact"):
        return False
    if seen.kind == "advises" and (_is_given_back(scene, seen) or _is_drawn_from_them(scene, seen)):
        return True
    if _is_summed_up(scene, seen):
        return True
    return any(
        sentence.start <= seen.start < sentence.end and _REFLECTS_PATIENT.match(sentence.text)
        for sentence in scene.own
        if not _FOR_THE_PATIENT_TO_DO.search(sentence.text)
    )


def _is_given_back(scene: Scene, advice: Move) -> bool:
    """'You have to be up at five' after 'I have to be up at five': the same verb, and mostly the patient's words."""
    mine = _CAN_OR_HAS_TO.match(" ".join(one.text for one in sentences_of(scene.text[advice.start : advice.end])))
    if mine is None:
        return False
    rest = mine["rest"].split()
    return any(
        theirs["verb"] == mine["verb"]
        and bool(theirs["able"]) == bool(mine["able"])
        and sum(_as_said(word) in theirs["rest"].split() for word in rest) >= _MOSTLY_SAID * len(rest)
        for turn in scene.patient
        for sentence in turn
        if not sentence.asks
        for theirs in _CAN_OR_HAS_TO.finditer(sentence.text)
    )


def _is_drawn_from_them(scene: Scene, advice: Move) -> bool:
    """'So you might have to find a sitter' after 'I would have to find somebody for her': heard, not advised."""
    drawn = _DRAWN_FROM_THEM.match(_sentence_of(scene, advice).text)
    if drawn is None:
        return False
    return _mostly_theirs(content(drawn["rest"]), content(_own_doing(scene)))


def _is_summed_up(scene: Scene, seen: Move) -> bool:
    """Whether the patient's own words are put together, and they are asked if that was all: "Did I get it all?"."""
    said = _sentence_of(scene, seen)
    if _FOR_THE_PATIENT_TO_DO.search(said.text) or not _TO_THE_PATIENT.search(said.text):
        return False
    checked = any(one.start >= said.start and _SUMMARY_CHECKED.search(one.text) for one in scene.own)
    theirs = _own_doing(scene) if seen.kind == "advises" else scene.patient_words
    return checked and _mostly_theirs(content(said.text), content(theirs))


def _own_doing(scene: Scene) -> str:
    """What the patient lately said they have to, want to, or might do."""
    said = [one.text for turn in scene.patient for one in turn if not one.asks and _OWN_DOING.search(one.text)]
    return " . ".join(said)


def _mostly_theirs(mine: frozenset[str], theirs: frozenset[str]) -> bool:
    shared = len(mine & theirs)
    return shared >= _ENOUGH_SHARED or (shared > 0 and 2 * shared >= len(mine))


def _sentence_of(scene: Scene, seen: Move) -> Sentence:
    return next(one for one in scene.own if one.start <= seen.start < one.end)


def _as_said(word: str) -> str:
    return {"you": "me", "your": "my", "yourself": "myself"}.get(word, word)


_EVENTS = tuple(re.compile(rf"\b(?:{stems})") for stems in phrase_lines("telling", "events"))
_ONLY_FEARED = phrase("telling", "only_feared")


def _is_known(scene: Scene, news: Move) -> bool:
    """Whether the patient told this themselves ("I lost my dad in May"): given back, it is no news."""
    said = scene.text[news.start : news.end].lower()
    told = [
        sentence.text
        for turn in scene.patient
        for sentence in turn
        if not sentence.asks and not _ONLY_FEARED.search(sentence.text)
    ]
    return any(event.search(said) and any(event.search(sentence) for sentence in told) for event in _EVENTS)


_ACTS: dict[MoveKind, Act] = {
    "tells_news": "news", "advises": "advice", "tells_plan": "plan", "examines": "examination", "warns": "news",
}  # fmt: skip


def _with_act(found: Move) -> Move:
    return found.model_copy(update={"act": _ACTS[found.kind]}) if found.kind in _ACTS else found


def _tells_of_oneself(scene: Scene, seen: Move) -> bool:
    """Whether a fact or its why is the speaker's own story: neither information nor explanation (rubric 2.4)."""
    return seen.kind in ("tells_fact", "gives_why") and bool(_OWN_STORY.match(_sentence_of(scene, seen).text))


def _covered(sentence: Sentence, found: list[Move]) -> bool:
    kinds = {"tells_news", "tells_plan", "advises", "examines"}
    return any(seen.kind in kinds and seen.start < sentence.end and sentence.start < seen.end for seen in found)


def _is_fact(sentence: Sentence) -> bool:
    """A statement about medicine or the body, not about what the patient said or feels."""
    text = sentence.text
    if sentence.asks or len(sentence.words) < _FEWEST_FACT_WORDS or not _MEDICAL.search(text):
        return False
    return bool(_FACT.search(text)) and not _ASSERTS_PATIENT.match(
        re.sub(r"^(?:(?:so|and|but|okay|well|yes|right|no|oh|mm|because),? )+", "", text)
    )


def _is_mechanism(scene: Scene, sentence: Sentence) -> bool:
    """How something in the body, or something that acts on it, works: "Smoke makes the small tubes swell".

    Plain words do for a fact. What the patient has just said themselves is none, nor what is said of their feelings.
    """
    text = sentence.text
    if sentence.asks or len(sentence.words) < _FEWEST_FACT_WORDS or not _MECHANISM.match(text):
        return False
    heard = content(scene.patient_words)
    said = content(text)
    return bool(_BODY.search(text)) and not _FELT.search(text) and len(said & heard) < max(2, len(said) - 1)


def sensitive_subject(text: str) -> bool:
    """Whether plain words touch alcohol, tobacco, drugs, sex, mental health, abuse, weight, money or death."""
    return bool(_SENSITIVE.search(text))


def _opens_sensitive(scene: Scene, sentence: Sentence) -> Move | None:
    """Words that open a sensitive subject nobody had brought up in the turns shown."""
    if not (sentence.asks or _BROACHES.search(sentence.text)):
        return None
    found = _ROUTINE_SENSITIVE.search(sentence.text)
    if not found or _SETTLED.search(sentence.text):
        return None
    said_before = frozenset().union(*(subjects_of(turn.text) for turn in scene.before[-4:]))
    opened = bool(subjects_of(found.group()) & said_before)
    return None if opened else move("opens_sensitive", sentence, act="sensitive")
