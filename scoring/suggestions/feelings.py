"""What could have been said to a feeling that went by."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
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
from scoring.suggestions.lines import Line, Used, feeling_words_in, lines, lot_of
from scoring.suggestions.story import Story, read_story
from scoring.words import content, sentences, straight

Way = Literal["meet", "name", "both"]
"""What was missed at a turn: to meet the feeling, to name it, or both; one line does for both."""

_STRONG = 0.7
"""From this intensity on a feeling may be called strong; below it, that would be louder than the patient."""
_HEARD = 2
"""From this response on the content was heard; with the feeling in the answer, the room was closed after it."""
_GRAVE = ("danger", "self_harm")
"""Moments with lines of their own, whatever the word for the feeling."""
_OPENLY = ("strong", "open")
_SOFT: Mapping[Family | None, str] = {"fear": "worry uneasy", "shame": "judged"}
"""Words no louder than any other of the family."""
_LOUD = re.compile(
    r"\b(?:hard to live with|worst|hardest|strongest|really|so much|too much|every right|anyone in your place|"
    r"anyone would in your place|"
    r"a great deal|heaviest|stays? with you)\b",
    re.IGNORECASE,
)
"""What makes much of a feeling."""
_LOSS_IN_WORDS = re.compile(r"\b(?:died|death|dead|funeral|lost|buried|passed|gone|miss(?:ed)?|cry|cried|tears)\b")


def answers(
    conversation: Conversation, unmet: Sequence[Occasion], unnamed: Sequence[Occasion], used: Used, most: int
) -> tuple[list[Suggestion], list[Suggestion]]:
    """For the strongest of the feelings that were not met, and for those not named: one line a turn, in their order.

    A turn where the feeling was neither met nor named gets one line that does both, and it stands under the first.
    """
    both = {one.turn for one in unmet} & {one.turn for one in unnamed}
    to_meet = _strongest(unmet, most)
    met = _lines_for(conversation, to_meet, used, lambda one: "both" if one.turn in both else "meet")
    served = {one.turn for one in met}
    to_name = [one for one in _strongest(unnamed, most) if one.turn not in served]
    return met, _lines_for(conversation, to_name, used, lambda one: "both" if one.turn in both else "name")


def _strongest(missed: Sequence[Occasion], most: int) -> list[Occasion]:
    return sorted(missed, key=lambda one: (one.kind == "progress", -harm(one), one.turn))[:most]


def _lines_for(
    conversation: Conversation, strongest: Sequence[Occasion], used: Used, way_of: Callable[[Occasion], Way]
) -> list[Suggestion]:
    found = []
    for occasion in sorted(strongest, key=lambda one: one.turn):
        say = _authored(conversation, occasion, used) or _composed(conversation, way_of(occasion), occasion, used)
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
    said = f"{turn.text} {turn.does or ''}"
    story = read_story(said, occasion.family, opportunity.word, echoed(occasion.quote), occasion.quote)
    if occasion.kind == "progress" and not ("achieved" in story.motifs or "feel" in story.slots):
        return None
    family = None if _says_only_hard(opportunity, story) else occasion.family
    whens = _whens(conversation, way, occasion, opportunity, story, answer.reading, hard=family is None)
    candidates = [
        line for line in _candidates(way, family, whens, occasion.quote) if not _is_louder(line, story, family)
    ]
    if _must_not_ask(turn.text, answer.reading, whens):
        candidates = [line for line in candidates if not line.asks]
    if answer.reading.has("apologises"):
        candidates = [line for line in candidates if "sorry" not in line.frame]
    if _question_put(conversation, opportunity.turn) is None:
        candidates = [line for line in candidates if not line.frame.startswith("You asked")]
    heard = feeling_words_in(conversation.turns[answer.turn].text)
    candidates = [line for line in candidates if not heard & feeling_words_in(line.filled(story.slots))]
    return used.take(candidates, story.slots)


def _is_louder(line: Line, story: Story, family: Family | None) -> bool:
    """Whether a line says more than the patient did: a stronger word, another feeling, or much made of a trifle."""
    if story.mild and _LOUD.search(line.frame):
        return True
    if story.near is None or line.when in _GRAVE:
        return False
    allowed = content(f"{story.near} {_SOFT.get(family, '')}") | ({"much"} if "much" in story.near else set())
    return not line.claims <= allowed


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
    for grave in _GRAVE:
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
    strong = ("strong",) if opportunity.explicit and occasion.intensity >= _STRONG and not story.mild else ()
    return (*(one for one in story.motifs if one != "hard" or hard), *strong, general)


def _question_put(conversation: Conversation, turn: int) -> str | None:
    """The patient's question, lower case, where it was put and waits for an answer: in the last two sentences."""
    asked = conversation.questions.get(turn)
    last = sentences(conversation.turns[turn].text)[-2:]
    if asked is None or not is_put(asked.quote) or not last or asked.end <= last[0].start:
        return None
    return straight(asked.quote).lower()


def _was_met_then_closed(way: Way, occasion: Occasion, answer: TurnReading) -> bool:
    """The feeling was in the answer already: what was missing is the room after it."""
    shown = (occasion.family,) if occasion.family is not None else ()
    named = any(not move.stock and fits(move.family, shown) for move in answer.all("names_emotion"))
    if way != "meet":
        return named
    met = named or any(not move.stock for move in answer.all("validates", "acknowledges"))
    return met and (occasion.grade or 0) >= _HEARD


def _candidates(way: Way, family: Family | None, whens: Sequence[str], quote: str) -> Iterator[Line]:
    """The lines of this way by moment: those of the family, those that name it where both are due, those with slots.

    Among lines that fit equally the words of the patient decide, so that not every talk gets the same one.
    """
    table = [
        (scale, Line(about, when, frame))
        for scale, about, when, frame in lines("feelings")
        if way in (scale, "both") or when == "closed"
    ]

    def rank(row: tuple[str, Line]) -> tuple[bool, bool, int, int, int]:
        scale, line = row
        names = "feel" in line.slots or bool(line.claims)
        first = scale == "meet" if line.when in _GRAVE else names or way != "both"
        return (line.about == "any", not first, whens.index(line.when), -len(line.slots), lot_of(quote, line.frame))

    for group in _moments_of(whens):
        fitting = [row for row in table if row[1].when in group and row[1].about in (family, "any")]
        yield from (line for _, line in sorted(fitting, key=rank))
    if family is None:
        others = [line for _, line in table if line.about == "any" and line.when == "hint"]
        yield from sorted(others, key=lambda line: (-len(line.slots), lot_of(quote, line.frame)))


def _moments_of(whens: Sequence[str]) -> list[tuple[str, ...]]:
    """Each moment by itself, but what was said openly together with what was said strongly."""
    return [*((one,) for one in whens if one not in _OPENLY), tuple(one for one in whens if one in _OPENLY)]


def _must_not_ask(text: str, answer: TurnReading, whens: Sequence[str]) -> bool:
    """No question back where the patient asked one, nor where the student had asked openly already."""
    if whens[0] in ("answered", "closed", "danger", "self_harm"):
        return False
    asked = question(text) is not None or straight(text).rstrip(" \"')]").endswith("?")
    return asked or answer.has("elicits_concerns", "elicits_ideas", "open_question")
