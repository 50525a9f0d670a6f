"""What could have been said: in this patient's words, for the feeling or the step that was missed."""

import re
from collections.abc import Iterable, Sequence

from personas.vocabulary import Act, Family, ScaleName
from scoring.conversation import Conversation
from scoring.episodes import Episode, find_episodes
from scoring.explaining import Explanation, explain
from scoring.moments import harm
from scoring.patient import signs
from scoring.scorecard import Occasion, ScaleResult, Suggestion
from scoring.words import shorten, straight, words

_MOST = 3
"""Suggestions a scale; more than a person tries out is noise."""

_LONGEST_ECHO_WORDS = 14

_ECHO: dict[Family, tuple[str, ...]] = {
    "fear": (
        "{echo}. That sounds frightening. What worries you most about it?",
        "{echo}. I imagine that is hard to put out of your mind. Shall we talk about that first?",
        "{echo}. It sounds as if that has been scaring you. Is that right?",
        "{echo}. No wonder you are uneasy. When is it at its worst?",
    ),
    "sadness": (
        "{echo}. That sounds very sad. Would you like to tell me about it?",
        "{echo}. I am sorry. It sounds as if that still hurts.",
        "{echo}. I wonder if it has been lonely, carrying that.",
        "{echo}. That is a lot of sadness to live with. What has it been like?",
    ),
    "anger": (
        "{echo}. I can hear how angry that makes you, and I can see why. What should have happened?",
        "{echo}. That sounds really frustrating. Tell me what it has been like.",
        "{echo}. You sound let down. I would like to understand what went wrong.",
        "{echo}. Anyone would be annoyed by that. What bothers you most?",
    ),
    "shame": (
        "{echo}. That took courage to say. It sounds as if you are being hard on yourself.",
        "{echo}. Many people feel ashamed of that, and I do not think less of you. What makes it hardest?",
        "{echo}. I wonder if you have been blaming yourself.",
    ),
    "confusion": (
        "{echo}. It sounds as if this has been confusing. What puzzles you most?",
        "{echo}. Not knowing what to make of it must be unsettling. Where shall we begin?",
        "{echo}. It must be hard when nothing quite adds up. What have you made of it so far?",
    ),
    "overwhelm": (
        "{echo}. That sounds like too much for one person. What weighs most just now?",
        "{echo}. You sound worn out. Shall we take one thing at a time?",
        "{echo}. I can hear how much you are carrying. How have you kept going?",
    ),
    "ambivalence": (
        "{echo}. It sounds as if you are torn. What speaks for it, and what against?",
        "{echo}. Part of you wants this and part of you does not. Have I understood that?",
        "{echo}. That is a hard thing to decide. What would you miss most?",
    ),
    "relief": (
        "{echo}. That is good to hear. What made the difference?",
        "{echo}. You sound relieved. What was it like before?",
    ),
}
"""Naming and room for each family, after the patient's own words."""

_NO_ECHO: dict[Family | None, tuple[str, ...]] = {
    "fear": (
        "I can hear that this worries you. What is the worst you have been imagining?",
        "That sounds frightening. What goes through your mind when you think of it?",
        "It sounds as if this has been scaring you. Is that right?",
    ),
    "sadness": (
        "I am sorry. That sounds very sad. Take your time.",
        "That must have hurt. Would you like to tell me more about it?",
        "It sounds as if that still weighs on you.",
    ),
    "anger": (
        "You have every reason to be angry about that. Please tell me what happened.",
        "I can hear how frustrated you are, and I want to understand why.",
        "That sounds unfair. I am sorry. What do you need from me now?",
        "It sounds as if nobody has listened to you. I would like to.",
    ),
    "shame": (
        "That is hard to say out loud. Thank you for telling me.",
        "It sounds as if you blame yourself. I do not.",
    ),
    "confusion": (
        "It sounds as if this does not add up for you yet. What puzzles you most?",
        "That has been confusing, I can hear it. Which part shall we sort out first?",
    ),
    "overwhelm": (
        "This is a great deal at once. Shall we stop for a moment?",
        "You sound overwhelmed. What would help just now?",
    ),
    "ambivalence": (
        "It sounds as if you are in two minds about it. Tell me about both.",
        "I wonder if you are torn about this.",
    ),
    "relief": ("You sound relieved. What does it mean for you?",),
    None: (
        "That sounds hard. What is it like for you?",
        "I would like to stay with what you just said. What is behind it?",
    ),
}
"""Where the patient's words do not bear turning round: a reproach, a long sentence."""

_TO_A_QUESTION = (
    "I will answer that. It sounds as if it has been frightening to wait for.",
    "That is a frightening thing to wonder about. Here is what I know, and then please tell me what made you ask.",
    "I can hear how much hangs on this for you. Here is what we know so far.",
)
"""After a question the answer comes, with the feeling beside it: a question back would be stalling."""

_ASK_FIRST: dict[Act, tuple[str, ...]] = {
    "news": (
        "I have the result here. Would you like me to tell you now, or is there something you want to say first?",
        "Some people want to hear it all at once, others bit by bit. How would you like it?",
    ),
    "examination": (
        "To find out more I would like to examine you. I will say each step before I do it, and you can stop me. "
        "Is that all right with you?",
        "There is a test that would help here. May I tell you what it involves, so that you can decide?",
    ),
    "sensitive": (
        "Some of what I would like to ask next is personal, and you need not answer. Is that all right?",
        "I ask everyone about this because it helps me advise you. Would you mind a few private questions?",
    ),
    "advice": (
        "I have a thought about what might help. Would you like to hear it, or shall we stay with this a little "
        "longer?",
        "There are a few things that other people have found useful. Would you want me to go through them?",
        "What have you thought of trying yourself? If you like, I can add an idea.",
    ),
    "plan": (
        "I would like to talk about what happens next. Is now a good time for that?",
        "There is more than one way to go on. Shall I go through them with you?",
    ),
    "education": (
        "Would it help if I explained how this works, or would you rather ask me things?",
        "How much would you like to know about it?",
        "May I tell you a little about that?",
    ),
    "agenda": ("What would you like us to get to today? Then I will say what I had in mind.",),
}
_ANSWER_FIRST = (
    "That is the question that matters, so I will answer it before anything else.",
    "You asked me something straight out. Let me answer it as plainly as I can.",
    "I do not want to leave your question hanging. Here is what I know, and what I do not know yet.",
)
_PARTNER = re.compile(r"\bmy (husband|wife|partner)\b", re.IGNORECASE)
_LOSS = re.compile(r"\b(?:died|dead|passed away|lost (?:my|him|her)|widow|divorce|left me)", re.IGNORECASE)

_SWAP = {
    "i": "you",
    "i'm": "you're",
    "i've": "you've",
    "i'd": "you'd",
    "i'll": "you'll",
    "me": "you",
    "my": "your",
    "mine": "yours",
    "myself": "yourself",
    "am": "are",
    "we": "you",
    "us": "you",
    "our": "your",
    "we're": "you're",
    "we've": "you've",
}


def suggest(
    conversation: Conversation, scales: dict[ScaleName, ScaleResult]
) -> dict[ScaleName, tuple[Suggestion, ...]]:
    """Suggestions for what was missed, by scale; no sentence comes twice in one report."""
    used: set[str] = set()
    found: dict[ScaleName, tuple[Suggestion, ...]] = {}
    for name in ("empathy", "emotion_naming"):
        missed = [one for one in scales[name].occasions if not one.met]
        found[name] = tuple(_answers(conversation, missed, used))
    if scales["permission"].level is not None:
        found["permission"] = tuple(_asking(find_episodes(conversation), used))
    explanation = explain(conversation) if scales["explanation"].level is not None else None
    if explanation is not None:
        found["explanation"] = tuple(_explaining(conversation, explanation, used))
    return found


def _answers(conversation: Conversation, missed: Sequence[Occasion], used: set[str]) -> list[Suggestion]:
    """The strongest of the missed feelings, in the order they came."""
    strongest = sorted(missed, key=lambda one: (-harm(one), one.turn))[:_MOST]
    found = []
    for occasion in sorted(strongest, key=lambda one: one.turn):
        say = _unused([*_authored(conversation, occasion), *_composed(occasion)], used)
        if say is not None:
            found.append(Suggestion(turn=occasion.turn, say=say))
    return found


def _authored(conversation: Conversation, occasion: Occasion) -> list[str]:
    """What the persona's author wrote for this hint."""
    if conversation.persona is None:
        return []
    return [
        cue.could_say
        for cue in conversation.persona.cues
        if any(re.search(pattern, occasion.quote, re.IGNORECASE) for pattern in cue.phrasings)
    ]


def _composed(occasion: Occasion) -> list[str]:
    echo = echoed(occasion.quote)
    with_echo = [line.format(echo=echo) for line in _ECHO.get(occasion.family, ())] if echo and occasion.family else []
    asked = _TO_A_QUESTION if occasion.family == "fear" and occasion.quote.rstrip().endswith("?") else ()
    return [*asked, *with_echo, *_NO_ECHO[occasion.family], *_NO_ECHO[None]]


def echoed(quote: str) -> str | None:
    """The patient's words turned round to "you", if they are short, a statement, and not about the listener."""
    said = _clause_that_shows(re.split(r"(?<=[.!?;])\s|\s+-+\s+|\.\.\.", straight(quote).strip())[0].strip(" .!,;"))
    said = re.sub(
        r"^(?:(?:well|and|but|so|because|i mean|honestly|yeah|yes|no|oh|um+|uh+|er+|like|you know|look)\b,?\s*)+",
        "",
        said,
        flags=re.IGNORECASE,
    )
    tokens = said.split()
    if (
        not 3 <= len(tokens) <= _LONGEST_ECHO_WORDS
        or "?" in quote
        or not re.search(r"\b(?:i|my|me|i'm|i've)\b", said, re.IGNORECASE)
    ):
        return None
    if {"you", "your", "you're", "yourself", "you've", "you'll", "you'd"} & set(words(said)) or re.search(
        r"[\[\]*()\"]|\b(?:uh|um|er)\b", said
    ):
        return None
    turned = " ".join(_turned(tokens))
    return turned[0].upper() + turned[1:]


def _clause_that_shows(said: str) -> str:
    """A long sentence cut down to the clause that shows the feeling."""
    if len(said.split()) <= _LONGEST_ECHO_WORDS:
        return said
    clauses = [clause.strip(" ,") for clause in re.split(r",|\b(?:so that's why|because|but|and then|and so)\b", said)]
    showing = [clause for clause in clauses if 3 <= len(clause.split()) <= _LONGEST_ECHO_WORDS and signs(clause)]
    return showing[0] if showing else said


def _turned(tokens: Sequence[str]) -> Iterable[str]:
    before = ""
    for token in tokens:
        core = token.strip(",")
        tail = token[len(core) :] if token.startswith(core) else ""
        swapped = _SWAP.get(core.lower())
        if swapped is None and core.lower() == "was" and before == "i":
            swapped = "were"
        before = core.lower()
        yield (swapped or core) + tail


def _asking(episodes: Sequence[Episode], used: set[str]) -> list[Suggestion]:
    """For the weightiest steps taken without leave, in the order they came."""
    missed = sorted((one for one in episodes if one.grade < 2), key=lambda one: (-one.weight, one.turns[0]))[:_MOST]
    found = []
    for episode in sorted(missed, key=lambda one: one.turns[0]):
        lines = _ANSWER_FIRST if episode.how == "stalled" else _ASK_FIRST[episode.act]
        say = _unused(lines, used)
        if say is not None:
            found.append(Suggestion(turn=episode.turns[0], say=say))
    return found


def _explaining(conversation: Conversation, explanation: Explanation, used: set[str]) -> list[Suggestion]:
    """For the parts that earned least: where to start, the why, words, the check."""
    weakest = sorted(explanation.parts, key=lambda name: explanation.parts[name].points)
    found: list[Suggestion] = []
    for name in weakest:
        part = explanation.parts[name]
        if part.points == 2 or len(found) == 2:
            continue
        turn = part.words_of[0] if part.words_of else explanation.turns[-1 if name == "check" else 0]
        say = _unused(_EXPLAIN[name](conversation) if name in _EXPLAIN else (), used)
        if say is not None:
            found.append(Suggestion(turn=turn, say=say))
    return sorted(found, key=lambda one: one.turn)


def _check_lines(conversation: Conversation) -> list[str]:
    said = " ".join(turn.text for turn in conversation.turns if turn.speaker == "patient")
    partner = _PARTNER.search(said)
    whom = f"your {partner[1].lower()}" if partner and not _LOSS.search(said) else "someone at home"
    return [f"I have told you a lot, and I want to know whether I was clear. How would you put it to {whom}?"]


def _why_lines(conversation: Conversation) -> list[str]:
    strongest = max(conversation.opportunities, key=lambda one: (one.intensity, -one.turn), default=None)
    if strongest is None:
        return ["I suggest this for a reason, and I would like you to know what it is."]
    return [f'You said "{shorten(strongest.quote, 60)}". Let me say what this step has to do with that.']


def _chunk_lines(conversation: Conversation) -> list[str]:
    return ["Before I explain: what have you been told so far, and what do you make of it?"]


def _jargon_lines(conversation: Conversation) -> list[str]:
    for index in conversation.spoken:
        for move in conversation.readings[index].all("uses_jargon"):
            term = conversation.turns[index].text[move.start : move.end]
            return [f'I just said "{term}". In everyday words, this is what it means.']
    return []


def _plain_lines(conversation: Conversation) -> list[str]:
    return ["Let me say that again in shorter sentences, one thing at a time."]


_EXPLAIN = {
    "check": _check_lines,
    "why": _why_lines,
    "chunks": _chunk_lines,
    "jargon": _jargon_lines,
    "plain_words": _plain_lines,
}


def _unused(lines: Iterable[str], used: set[str]) -> str | None:
    """The first line whose wording was not used yet; the echo in front does not make it a new one."""
    for line in lines:
        key = line.split(". ", 1)[-1]
        if key not in used:
            used.update((key, line))
            return line
    return None
