"""Whether a named feeling is one the patient showed: the match check of rubric 2.2, with all that they said."""

import re

from personas.vocabulary import Family
from scoring.conversation import Conversation
from scoring.moves.naming import family_words
from scoring.occasions import fits
from scoring.patient import signs
from scoring.patient.clauses import clauses_of
from scoring.patient.feelings import denies_feeling
from scoring.patient.replies import rejects_feeling, takes_as_understood
from scoring.reading import Move
from scoring.words import content, straight

_VAGUE = re.compile(
    r"\b(?:upset|upsetting|distress|distressed|distressing|troubled|troubling|bothers|bothered)\b", re.I
)
"""Words for any unpleasant feeling."""
_UNPLEASANT: frozenset[Family] = frozenset(
    ("fear", "sadness", "anger", "shame", "confusion", "overwhelm", "ambivalence")
)
_LOOKS_BACK = re.compile(
    r"\byou(?:'ve| have)? (?:also |just )?(?:mentioned|said|told|described|talked|spoke|shared)\b|\bearlier\b|"
    r"\bso far\b|"
    r"\bat the (?:start|beginning)\b|\b(?:to |let me )?(?:sum(?:ming)? (?:it |this )?up|summari[sz]e|recap)\b|"
    r"\blet me (?:see if|make sure|check)\b|\bon (?:the )?one hand\b|\beverything (?:you|that)\b|"
    r"\ball (?:of )?(?:this|that)\b",
    re.I,
)
"""The turn takes up more than the last thing said: a summary, or "you mentioned"."""


_OF_MANY_MEANINGS = re.compile(
    r"\b(?:lost|loss|alone|missing|miss|hurts?|stuck|trapped|safe|good|better|bad|low|down|flat|cross|mad|love|hate|"
    r"calm|empty|numb|blue|content|keen|exposed|ignored|thrown|split|mixed|wearing|spent|small|dirty|happy|glad|"
    r"pleased|hope|shock|upset|drowning|crushed|stung|struggling|exhaustion|stretched|shattered|shook|panic|sick of)\b"
)
"""Alone in a patient's turn these are as often no feeling: "lost my ticket", "stuck in traffic"."""


def was_shown(conversation: Conversation, index: int, move: Move, also: frozenset[Family] = frozenset()) -> bool:
    """Whether the feeling that `move` names fits what the patient showed before turn `index` or says right after it.

    Before: the signs and the words of feeling in their last three turns, `also`, and the earlier turns that the
    sentence looks back to. A word for any unpleasant feeling ("upsetting") fits every unpleasant family.
    """
    shown = also | conversation.families_before(index) | _felt_lately(conversation, index)
    if _fits(conversation, index, move, shown) or _fits(
        conversation, index, move, _looked_back_to(conversation, index, move)
    ):
        return True
    return is_deepened(conversation, index, move)


def is_deepened(conversation: Conversation, index: int, move: Move) -> bool:
    """Whether the patient goes on to speak of the feeling that was named, or of one near to it."""
    return _fits(conversation, index, move, _felt_next(conversation, index))


def is_met(conversation: Conversation, index: int, move: Move) -> bool:
    """Whether the patient meets the naming: a guess they felt understood by, or the very feeling they go on to say."""
    guessed = move.tentative and takes_as_understood(conversation.reply_to(index))
    return guessed or move.family in _felt_next(conversation, index)


def _felt_next(conversation: Conversation, index: int) -> frozenset[Family]:
    reply = conversation.reply_to(index)
    if rejects_feeling(reply):
        return frozenset()
    return frozenset(one.family for one in signs(reply) if one.family) | _felt_in(reply)


def _fits(conversation: Conversation, index: int, move: Move, shown: frozenset[Family]) -> bool:
    vague = _VAGUE.search(conversation.turns[index].text[move.start : move.end])
    return bool(shown) and (fits(move.family, shown) or bool(vague and shown & _UNPLEASANT))


def _felt_lately(conversation: Conversation, index: int) -> frozenset[Family]:
    lately = conversation.patient_turns_before(index)
    return frozenset().union(*(_felt_in(conversation.turns[turn].text) for turn in lately))


def _looked_back_to(conversation: Conversation, index: int, move: Move) -> frozenset[Family]:
    """What earlier turns showed that the sentence speaks of again, or all of them where the turn sums up."""
    text = straight(conversation.turns[index].text)
    start, end = conversation.sentence_around(index, move.start, move.end)
    named = content(text[move.start : move.end])
    about = content(text[start:end]) - named
    sums_up = bool(_LOOKS_BACK.search(text))
    earlier = [
        turn
        for turn in conversation.patient_turns_before(index, most=index)
        if sums_up or about & content(conversation.turns[turn].text)
    ]
    signs_of = {one.turn: one.families for one in conversation.opportunities}
    return frozenset().union(
        *(signs_of.get(turn, frozenset()) | _felt_in(conversation.turns[turn].text) for turn in earlier)
    )


def _felt_in(text: str) -> frozenset[Family]:
    """The families of the words of feeling in a patient's turn, those denied or only asked about left out."""
    said = [one for one in clauses_of(text) if one.mark != "?" and not denies_feeling(one)]
    return frozenset().union(*(family_words(_OF_MANY_MEANINGS.sub(" - ", one.plain)) for one in said))
