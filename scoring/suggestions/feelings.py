"""What could have been said to a feeling that went by."""

import re
from collections.abc import Iterator, Sequence
from typing import Literal

from personas.schema import says
from personas.vocabulary import Family
from scoring.conversation import TELLING, Conversation
from scoring.moments import harm
from scoring.occasions import Opportunity, fits
from scoring.patient.questions import is_put, question
from scoring.reading import TurnReading
from scoring.scorecard import Occasion, Suggestion
from scoring.suggestions.echo import echoed
from scoring.suggestions.lines import Line, Used, feeling_words_in, lines
from scoring.suggestions.story import Story, read_story
from scoring.words import sentences, straight

Way = Literal["meet", "name"]

_STRONG = 0.7
"""From this intensity on a feeling may be called strong; below it, that would be louder than the patient."""
_HEARD = 2
"""From this response on the content was heard; with the feeling in the answer, the room was closed after it."""
_LOSS_IN_WORDS = re.compile(r"\b(?:died|death|dead|funeral|lost|buried|passed|gone|miss(?:ed)?|cry|cried|tears)\b")


def answers(
    conversation: Conversation, way: Way, missed: Sequence[Occasion], used: Used, most: int
) -> list[Suggestion]:
    """For the strongest of the missed feelings, in the order they came: one line each."""
    strongest = sorted(missed, key=lambda one: (one.kind == "progress", -harm(one), one.turn))[:most]
    found = []
    for occasion in sorted(strongest, key=lambda one: one.turn):
        say = _authored(conversation, occasion, used) or _composed(conversation, way, occasion, used)
        if say is not None:
            found.append(Suggestion(turn=occasion.turn, say=say))
    return found


def _authored(conversation: Conversation, occasion: Occasion, used: Used) -> str | None:
    """What the persona's author wrote for this hint."""
    cues = conversation.persona.cues if conversation.persona is not None else ()
    for cue in cues:
        if says(cue.phrasings, occasion.quote) and cue.could_say not in used.frames:
            said = used.take_words(cue.could_say.replace("{", "").replace("}", ""), {})
            if said is not None:
                return said
    return None


def _composed(conversation: Conversation, way: Way, occasion: Occasion, used: Used) -> str | None:
    opportunity = next((one for one in conversation.opportunities if one.turn == occasion.turn), None)
    answer = conversation.answer_to(occasion.turn)
    if opportunity is None or answer is None:
        return None
    turn = conversation.turns[occasion.turn]
    story = read_story(f"{turn.text} {turn.does or ''}", occasion.family, opportunity.word, echoed(occasion.quote))
    if occasion.kind == "progress" and not ("achieved" in story.motifs or "feel" in story.slots):
        return None
    family = None if _says_only_hard(opportunity, story) else occasion.family
    whens = _whens(conversation, way, occasion, opportunity, story, answer.reading, hard=family is None)
    candidates = list(_candidates(way, family, whens))
    if _must_not_ask(turn.text, answer.reading, whens):
        candidates = [line for line in candidates if not line.asks]
    if answer.reading.has("apologises"):
        candidates = [line for line in candidates if "sorry" not in line.frame]
    if opportunity.turn not in conversation.questions or not is_put(conversation.questions[opportunity.turn].quote):
        candidates = [line for line in candidates if not line.frame.startswith("You asked")]
    heard = feeling_words_in(conversation.turns[answer.turn].text)
    candidates = [line for line in candidates if not heard & feeling_words_in(line.filled(story.slots))]
    return used.take(candidates, story.slots)


def _says_only_hard(opportunity: Opportunity, story: Story) -> bool:
    """'It's really hard' shows that it is hard, and no more: naming sadness there would be a guess too far."""
    if opportunity.explicit or opportunity.family != "sadness" or "hard" not in story.motifs:
        return False
    return not {"loss", "miss", "no_hope"} & set(story.motifs) and not _LOSS_IN_WORDS.search(opportunity.quote.lower())


def _whens(
    conversation: Conversation,
    way: Way,
    occasion: Occasion,
    opportunity: Opportunity,
    story: Story,
    answer: TurnReading,
    *,
    hard: bool,
) -> tuple[str, ...]:
    """Which lines fit this moment, the most particular first; `hard`: no feeling showed but that it is hard."""
    for grave in ("danger", "self_harm"):
        if grave in story.motifs:
            return (grave,)
    if _was_met_then_closed(way, occasion, answer):
        return ("closed",)
    asked = _question_put(conversation, occasion.turn)
    if asked is not None:
        why = ("why",) if asked.startswith("why") else ()
        return ("answered",) if answer.has(*TELLING) else (*why, "question")
    general = "challenge" if opportunity.kind == "challenge" else "open" if opportunity.explicit else "hint"
    if opportunity.kind == "progress":
        general = "open"
    strong = ("strong",) if opportunity.explicit and occasion.intensity >= _STRONG else ()
    return (*(one for one in story.motifs if one != "hard" or hard), *strong, general)


def _question_put(conversation: Conversation, turn: int) -> str | None:
    """The patient's question, lower case, where it waits for an answer: it stands in the last two sentences."""
    asked = conversation.questions.get(turn)
    last = sentences(conversation.turns[turn].text)[-2:]
    if asked is None or not last or asked.end <= last[0].start:
        return None
    return straight(asked.quote).lower()


def _was_met_then_closed(way: Way, occasion: Occasion, answer: TurnReading) -> bool:
    """The feeling was in the answer already: what was missing is the room after it."""
    shown = (occasion.family,) if occasion.family is not None else ()
    named = any(not move.stock and fits(move.family, shown) for move in answer.all("names_emotion"))
    if way == "name":
        return named
    met = named or any(not move.stock for move in answer.all("validates", "acknowledges"))
    return met and (occasion.grade or 0) >= _HEARD


def _candidates(way: Way, family: Family | None, whens: Sequence[str]) -> Iterator[Line]:
    """The lines of this way: by moment, then those that take up most of what was said, then as written."""
    table = [
        Line(about, when, frame) for scale, about, when, frame in lines("feelings") if scale == way or when == "closed"
    ]
    for when in whens:
        fitting = [line for line in table if line.when == when and line.about in (family, "any")]
        yield from sorted(fitting, key=lambda line: (line.about == "any", -len(line.slots)))
    if family is None:
        yield from (line for line in table if line.about == "any" and line.when == "hint")


def _must_not_ask(text: str, answer: TurnReading, whens: Sequence[str]) -> bool:
    """No question back where the patient asked one, nor where the student had asked openly already."""
    if whens[0] in ("answered", "closed", "danger", "self_harm"):
        return False
    asked = question(text) is not None or straight(text).rstrip(" \"')]").endswith("?")
    return asked or answer.has("elicits_concerns", "elicits_ideas", "open_question")
