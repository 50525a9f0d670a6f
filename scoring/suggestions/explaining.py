"""What could have been said to explain more clearly."""

import re
from collections import Counter
from collections.abc import Iterator

from personas.vocabulary import MoveKind
from scoring.conversation import Conversation
from scoring.explaining import Explanation
from scoring.explaining.part import Part
from scoring.explaining.reasons import stated
from scoring.patient.replies import refuses, said_back
from scoring.scorecard import Suggestion
from scoring.suggestions.lines import Line, Used, lines, lot_of
from scoring.suggestions.plainer import in_plain_words, meaning_of
from scoring.suggestions.story import has_died, person_in, read_story, tells_of_loss
from scoring.suggestions.subjects import Subject, for_listener, is_unwanted, subjects_in
from scoring.words import content, straight

_TEACHABLE = ("result", "test", "step", "state", "habit", "finding")
_FEWEST_TOLD = 2
_PLANS: tuple[MoveKind, ...] = ("tells_plan", "promises", "examines")
_CONFIDANT = re.compile(r"your (?:husband|wife|partner|sister|brother|friend)")
"""Whom an adult may be asked to tell; a young person's parents are not for the clinician to bring in."""


def explaining(
    conversation: Conversation, explanation: Explanation, used: Used, most: int, over: int | None = None
) -> list[Suggestion]:
    """For the parts that earned least, one line each; `over`: the turn of the goodbye, after which nothing is said."""
    found: list[tuple[str, Suggestion]] = []
    order = list(explanation.parts)
    for name in sorted(explanation.parts, key=lambda one: explanation.parts[one].points):
        part = explanation.parts[name]
        if part.points == 2 or len(found) == most:
            continue
        turn = _turn_of(conversation, explanation, name, part)
        when = _when(conversation, explanation, name, part)
        if turn is None or when is None or (over is not None and turn >= over):
            continue
        slots = _slots(conversation, explanation, name, part, turn, used)
        lines_for = list(_candidates(name, when, conversation.turns[turn].text))
        if name == "why":
            linked = list(_candidates(name, "linked", conversation.turns[turn].text)) if when == "plain" else []
            lines_for = linked if part.points == 1 else [*linked, *lines_for]
        say = used.take(lines_for, slots)
        if say is not None:
            found.append((name, Suggestion(turn=turn, say=say)))
    return [one for _, one in sorted(found, key=lambda pair: (pair[1].turn, order.index(pair[0])))]


def _candidates(name: str, when: str, said: str) -> Iterator[Line]:
    table = [Line(*row) for row in lines("explaining")]
    fitting = [line for line in table if line.about == name and line.when == when]
    yield from sorted(fitting, key=lambda line: (-len(line.slots), lot_of(said, line.frame)))


def _turn_of(conversation: Conversation, explanation: Explanation, name: str, part: Part) -> int | None:
    """Where it could have been said: at the words that cost the point; the check after the last explanation."""
    if name == "check" and explanation.lost_and_left is not None:
        answer = conversation.answer_to(explanation.lost_and_left)
        return answer.turn if answer is not None else explanation.turns[-1]
    if part.words_of is not None:
        return part.words_of[0]
    if name == "check":
        return explanation.turns[-1]
    reasoned = [
        turn for turn in explanation.turns if conversation.readings[turn].has("advises", "tells_plan", "examines")
    ]
    return reasoned[0] if name == "why" and reasoned else explanation.turns[0]


def _when(conversation: Conversation, explanation: Explanation, name: str, part: Part) -> str | None:
    """Which lines fit; None where the student did what there was to do."""
    scenario = conversation.scenario
    if scenario is not None and scenario.audience == "clinician":
        return "clinician"
    if scenario is not None and scenario.channel == "written" and name in ("chunks", "check"):
        return "written"
    if name == "chunks":
        return _chunks_when(conversation, explanation, part)
    if name != "check":
        return "plain"
    if explanation.lost_and_left is not None:
        return "lost"
    left = _check_left(conversation, part)
    return None if left == "plain" and not _enough_to_tell_back(conversation, explanation) else left


def _enough_to_tell_back(conversation: Conversation, explanation: Explanation) -> bool:
    """Two things told, or a plan of more than a sentence: of less there is nothing to hear back."""
    told = {
        (turn, conversation.sentence_around(turn, move.start, move.end))
        for turn in explanation.turns
        for move in (*stated(conversation, turn), *conversation.readings[turn].all(*_PLANS))
    }
    return len(told) >= _FEWEST_TOLD


def _chunks_when(conversation: Conversation, explanation: Explanation, part: Part) -> str:
    """A monologue calls for a stop; after the patient's question the answer comes first, then a pause."""
    if part.points == 0 and part.words_of is not None:
        return "long"
    before = conversation.patient_turns_before(explanation.turns[0], most=1)
    return "piece" if any(turn in conversation.questions for turn in before) else "plain"


def _check_left(conversation: Conversation, part: Part) -> str | None:
    """After a teach-back that earned one point: again, other words, or nothing where only the answer is missing."""
    if part.words_of is None or not conversation.readings[part.words_of[0]].has("teach_back"):
        return "plain"
    reply = conversation.patient_after(part.words_of[0])
    if reply is None:
        return None
    said = conversation.turns[reply].text
    return "quiz" if said_back(said) and not refuses(said) else "failed"


def _slots(
    conversation: Conversation, explanation: Explanation, name: str, part: Part, turn: int, used: Used
) -> dict[str, str]:
    slots = {}
    subject = _subject(conversation, turn)
    if subject is not None and not is_unwanted(conversation, turn, subject):
        slots["subject"] = for_listener(conversation, subject.name)
    if part.words_of is not None and name in ("jargon", "plain_words"):
        slots.update(_words_slots(conversation, name, part.words_of, used))
    if name == "why":
        slots.update(_spoken_of(conversation, turn, slots.get("subject", "")))
    if name == "check" and (whom := _whom(conversation)) is not None:
        slots["whom"] = whom
    return slots


def _subject(conversation: Conversation, turn: int) -> Subject | None:
    """What this turn told of, most often named first; None where it told of several alike, or of nothing known."""
    told = [
        conversation.turns[turn].text[start:end]
        for start, end in {
            conversation.sentence_around(turn, move.start, move.end) for move in stated(conversation, turn)
        }
    ]
    named = Counter(one for text in told for one in subjects_in(text, _TEACHABLE))
    best = named.most_common(2)
    if not best or (len(best) == 2 and best[0][1] == best[1][1]):
        return None
    return best[0][0]


def _words_slots(conversation: Conversation, name: str, place: tuple[int, int, int], used: Used) -> dict[str, str]:
    """The hard sentence in plainer words, or a technical word of it that was not explained yet in this report."""
    turn, start, end = place
    text = conversation.turns[turn].text
    if name == "plain_words" and (plain := in_plain_words(text[start:end])) is not None:
        return {"sentence": plain}
    own = [
        move for move in conversation.readings[turn].all("uses_jargon") if name == "jargon" or start <= move.start < end
    ]
    terms = [text[move.start : move.end] for move in own if name != "jargon" or move.start >= start]
    explained = " ".join(used.sentences)
    fresh = [slots for term in terms if f'"{term.lower()}"' not in explained for slots in [_term_slots(term)]]
    return next((slots for slots in fresh if "gloss" in slots), fresh[0] if fresh and name == "jargon" else {})


def _term_slots(term: str) -> dict[str, str]:
    term = straight(term).strip()
    meaning = meaning_of(term)
    return {"term": term} if meaning is None else {"term": term, "gloss": meaning.replace(";", ",")}


def _spoken_of(conversation: Conversation, turn: int, subject: str) -> dict[str, str]:
    """A thing of the patient's last two turns that a reason can be tied to.

    Never a person, a death or a loss; nor what is explained itself.
    """
    for index in reversed(conversation.patient_turns_before(turn, most=2)):
        text = conversation.turns[index].text
        thing = read_story(text, None, None, None).slots.get("thing")
        if thing is not None and not tells_of_loss(text) and not content(thing) & content(subject):
            return {"about": thing}
    return {}


def _whom(conversation: Conversation) -> str | None:
    """Somebody the patient spoke of who is alive, as far as was told."""
    said = [straight(turn.text).lower() for turn in conversation.turns if turn.speaker == "patient"]
    told = " ".join(said)
    for text in said:
        person = person_in(text)
        if person is None or has_died(told, person[0]) or re.search(r"\bwidow\w*\b|\bdivorc\w+\b|\bleft me\b", told):
            continue
        if _CONFIDANT.fullmatch(person[0]):
            return person[0]
    return None
