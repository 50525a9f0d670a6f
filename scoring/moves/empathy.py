"""EPITOME's three kinds of empathy (Sharma et al. 2020), each 0 none, 1 weak, 2 strong, from the moves."""

import re
from collections.abc import Sequence
from typing import Literal

from scoring.moves.scene import Scene, words
from scoring.reading import Move

Level = Literal[0, 1, 2]

_WARM = words(
    r"i (?:really |truly |so |do |just )*(?:feel (?:so |really |very )?(?:sad|bad|terrible|awful|sorry|for you)|hope|wish|care)|(?:so |really |very |truly |deeply |terribly )+sorry|sorry|hugs?|love you|my heart|sending|good luck|best of luck|hang in there|stay strong|here for you|proud of you|glad you|happy for you|you are (?:not alone|loved|worth|strong|brave|amazing)|congratulations|congrats|take care|sucks|stay safe|keep (?:going|fighting)|you (?:can|will) (?:do|get through) (?:this|it)|you got this|xx|feel better|get well|rooting for"
)
_STRONG_WARM = words(
    r"i (?:feel|am feeling|felt) (?:so |really |very |truly )*(?:sad|bad|terrible|awful|heartbroken|for you)|(?:breaks|broke) my heart|my heart (?:breaks|aches|goes out)|(?:so|really|truly|deeply|terribly|incredibly|very) (?:so |very |really )*sorry (?:that |to hear )?(?:you|this|that|about|for|your)(?: \w+){2,}|(?:it|this|that) (?:makes|made) me (?:so |really )?(?:sad|happy|angry|cry)|i am (?:so |really |very )*(?:sad|worried|happy|proud|glad|angry|heartbroken|concerned) (?:for|of|about|that) you"
)
_SHARED = words(
    r"(?:i|we) (?:had|have had|have been|was|went|have felt|felt|lost|struggled|experienced|know what|used to|am also|also|have the same|do the same|feel the same|have gone|get|have)(?: \w+){1,}|me too|same here|same|i (?:can )?relate|i am (?:in|going|the same|also|like|\d+)|i (?:feel|do|think|hate|want|know|just|still|always|never|would|am)(?: \w+){2,}|my (?:mom|mum|dad|brother|sister|friend|family|life|ex|parents|therapist|depression|anxiety)"
)
_WEAK_UNDERSTANDING = words(
    r"i (?:totally |completely |really |can |do |fully )*(?:understand|relate|know)(?: (?:how|what|that) (?:you|it)(?: \w+){0,4})?|i get (?:it|you|that)|i hear you|me too|same(?: here)?|i feel you|i know (?:the|that|how|what)(?: \w+){0,3}"
)
_GENERIC_ASK = re.compile(
    r"^(?:(?:so|and|but|oh|hi|hey|well|okay|sorry|also|maybe),? )*(?:what (?:is|has|was) (?:wrong|up|going on|happening|happened|the matter)|what happened|what up|how are you(?: \w+)?|are you (?:okay|all right|there|still there|safe)|you (?:okay|all right)|how come|why|what do you mean|(?:do you )?(?:want|wanna|need|like) to (?:talk|chat|vent|share)(?: about (?:it|this|that))?(?: \w+){0,3}|would you like to (?:talk|chat|share)(?: \w+){0,4}|anything (?:else|you want)(?: \w+){0,4}|how is (?:it|that|everything|life)(?: \w+){0,2}|what is your (?:name|story|situation)|care to (?:share|elaborate|talk)(?: \w+){0,3}|really|right|what|huh|how so|how old are you|who|where(?: \w+){0,3}|want to pm(?: \w+)?|what is on your mind|how was your day|is everything okay)$"
)


def emotional_reaction(scene: Scene, moves: Sequence[Move]) -> Level:
    """Warmth, compassion, concern said to the patient: 1 in a set phrase, 2 with what it is about."""
    if any(_STRONG_WARM.search(sentence.text) for sentence in scene.own):
        return 2
    kinds = {move.kind for move in moves}
    if kinds & {"partners", "own_feeling"} and any(_WARM.search(sentence.text) for sentence in scene.own):
        return 1
    if any(_WARM.search(sentence.text) for sentence in scene.own) or kinds & {"partners", "respects"}:
        return 1
    if kinds & {"acknowledges"}:
        return 1
    return 0


def interpretation(scene: Scene, moves: Sequence[Move]) -> Level:
    """Understanding of what the patient feels or lives: 1 merely claimed, 2 put into words or shared as experience."""
    named = any(move.kind in {"names_emotion", "validates", "reflects_complex"} for move in moves)
    if named or any(move.kind == "own_feeling" for move in moves):
        return 2
    if any(_SHARED.search(sentence.text) and len(sentence.words) >= 4 for sentence in scene.own):
        return 2
    if any(_WEAK_UNDERSTANDING.search(sentence.text) for sentence in scene.own):
        return 1
    return 0


def exploration(scene: Scene, moves: Sequence[Move]) -> Level:
    """Asking to know more: 1 in general ("what happened?"), 2 about something named."""
    asked = [sentence for sentence in scene.own if sentence.asks and sentence.text]
    if not asked:
        invited = any(move.kind == "open_question" for move in moves)
        return 1 if invited else 0
    return 2 if any(not _GENERIC_ASK.match(sentence.text) for sentence in asked) else 1
