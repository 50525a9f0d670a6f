"""Where one sentence ends and the next begins in speech that was written down without a single mark."""

import re

from scoring.moves.phrasebook import phrase

_CLEFT_WORDS = 6  # "what I hear you saying is that ..." is one sentence
JOINERS = frozenset({"so", "and", "but", "because", "okay", "well", "then", "now", "right"})
_FEWEST_WORDS = 3
_FEWEST_BEFORE_A_QUESTION = 2
_BEGINNINGS = frozenset(
    (one, other)
    for firsts, seconds in (
        ("i", "am will would have can could do know want wonder see hear imagine understand think need"),
        ("now", "i we"),
        ("no", "wonder"),
        ("thank", "you"),
        ("anyone anybody everyone everybody", "would"),
        ("nobody", "here will would"),
        ("we", "would will are can do have know need"),
        ("you", "must sound seem look are have need should"),
        ("it", "is makes sounds must will seems happens"),
        ("that", "is must sounds makes was"),
        ("there", "is are"),
        ("this", "is must will"),
        ("would could can do did are have", "you"),
        ("can may shall could", "i we"),
        (
            "what",
            "is are do did would worries questions matters was have happened happens comes goes frightens scares upsets"
            " bothers brings else",
        ),
        ("who", "is can could will would else lives"),
        ("would", "it"),
        ("did does", "he she they anyone anybody"),
        ("how", "are do did would is was often long much many far"),
        ("tell", "me"),
        ("any", "questions"),
        ("does", "that this it"),
        ("is", "that this it"),
        ("because", "it the they that this"),
        ("do", "not"),
        ("take", "all your"),
    )
    for one in firsts.split()
    for other in seconds.split()
)
"""The first two words of what people begin a sentence with."""

_LEADS_ON = frozenset(
    """
    that if when what how why because as and but or so where who which whom than think know sure see hear
    imagine say said says hope feel whether until before after while since once wonder understand like though
    although unless tell told me thing things all way time moment reason one the a an to of in for with about is
    are was were be been not yes no oh well okay right just really now then maybe perhaps mean means guess
    suppose believe noticed notice sounds seems looks remember wish glad sorry afraid everything anything
    something i you we he she they it this there would could can will may must should do does did have has had
    am makes make made sense get gets getting buy buys bought eat eats else
    """.split()  # noqa: SIM905 - a word list reads better as words
)
"""After these a sentence goes on: "what you are", "I think it is"."""
_PERSONS = frozenset({"you", "it", "that", "this", "they", "he", "she", "we", "i"})
_ENDS_HOW = frozenset({"are", "is", "was", "were", "am", "feel", "felt", "must"})
_ASKING = frozenset({"would", "could", "can", "do", "did", "may", "shall"})
_CAN_END = frozenset({"them", "him", "her", "me", "are", "is", "was", "were", "be", "here"})
_AFTER_A_PREPOSITION = frozenset({"you", "him", "her", "them", "me", "us", "this", "that", "it"})
_PREPOSITIONS = frozenset({"for", "with", "to", "at", "about", "of", "by", "from", "on", "without"})
_HEARD = frozenset({"hear", "heard", "see", "read", "do", "did", "done", "take", "get", "like", "expect"})
"""Behind these "that" is what was heard, and the subject of nothing."""
_ANYBODY = frozenset({"anyone", "anybody", "everyone", "everybody", "nobody"})
_ASSURES = frozenset({"tell", "told", "promise", "promised", "assure", "and", "or"})
_BEGINS_ANEW = _PERSONS | _ANYBODY | {"there", "now", "no", "what", "how"}
_SUBJECTS = frozenset({"it", "that", "this", "there"})
"""Words that lead on, but not to "would you"; a subject only leads on to it when "like" or its kin does not follow."""
_ASKED_OF_YOU = frozenset({"like", "be", "mind", "want", "prefer", "tell", "say", "rather", "feel", "think"})
_AT_A_PLACE = frozenset("go goes going went been gone sit stay live up down in out over back get".split())  # noqa: SIM905
_POINTS_BACK = frozenset({"that", "this", "it", "there", "him", "her", "them"})
"""After these, as after a joining word, a question may follow in the same breath."""
_INDIRECT = frozenset({"what", "how", "why", "when", "where", "if", "whether"})
"""Before "that", these take the clause into their own: "what that would do"."""
_NOT_ONLY = re.compile(r"^(?:\w+ ){0,3}not only (?:is|was|are|were|did|do|does|have|has|had|can|could|will)\b")
"""'Not only was it frightening' turns its words round and asks nothing."""
_LOOKS_ASKED = phrase("sentences", "looks_asked")
_ASKED_WITHIN = phrase("sentences", "asked_within")
_ASKS_ANEW = phrase("sentences", "asks_anew")
_GOVERNS = phrase("sentences", "governs")
_TURNED = phrase("sentences", "turned")
_ASKS_KIN = phrase("sentences", "asks_kin")
_STARTS = phrase("sentences", "starts")
_RESULT_SHOWS = phrase("sentences", "result_shows")


def restarts(said: list[str]) -> list[int]:
    """Where in a run of plain words a new sentence begins: "so long | you must be angry | would you like"."""
    starts, start = [], 0
    for place in range(_FEWEST_BEFORE_A_QUESTION, len(said) - 1):
        begins = (said[place], said[place + 1]) in _BEGINNINGS and not _leads_on(said, place)
        begins = (begins and not _hangs_on(said, start, place)) or _turns_to_ask(said, place) or _starts(said, place)
        if (begins and place - start >= _FEWEST_WORDS) or _asks_anew(said, start, place):
            starts.append(place)
            start = place
    return starts


def _turns_to_ask(said: list[str], place: int) -> bool:
    """Whether words stand here as only a question has them: "what have you been told", "does your husband know".

    After a preposition or a joining word it is no new beginning: "with what did you treat it".
    """
    if said[place - 1] in _PREPOSITIONS | JOINERS:
        return False
    ahead = " ".join(said[place : place + 3])
    return bool(_TURNED.match(ahead) or _ASKS_KIN.match(ahead))


def _starts(said: list[str], place: int) -> bool:
    """Whether a subject and its verb begin here: "most people find it hard", "the biopsy shows"."""
    ahead, last = " ".join(said[place : place + 4]), said[place - 1]
    if _RESULT_SHOWS.match(ahead):
        return last not in _LEADS_ON or (last in _PREPOSITIONS and said[place - 2].endswith("ing"))
    return bool(_STARTS.match(ahead)) and (last not in _LEADS_ON or _is_said(said[place - 2], last, said[place]))


def _hangs_on(said: list[str], start: int, place: int) -> bool:
    """Whether a question word belongs to what was just said: "I will write down | what was seen"."""
    if said[place] not in _INDIRECT | {"who"}:
        return False
    return bool(_GOVERNS.search(" ".join(said[max(start, place - 7) : place])))


def _asks_anew(said: list[str], start: int, place: int) -> bool:
    """Whether a question follows a statement in one breath: "sorry to hear that | how are you managing"."""
    joined = said[place] in JOINERS
    if place - start < _FEWEST_BEFORE_A_QUESTION:
        return False
    if not joined and said[place - 1] not in _POINTS_BACK:
        return False
    if not joined and said[place] in {"is", "was", "has"} and said[place - 2] not in _PREPOSITIONS | _HEARD:
        return False  # "you said it was your weekend"
    ahead = " ".join(said[place + joined : place + joined + 3])
    if not _ASKS_ANEW.match(ahead):
        return False
    if place - start >= 2 and said[place - 2] in _INDIRECT:
        return False
    before = " ".join(said[start:place])
    indirect = ahead.startswith(("wh", "how")) and _GOVERNS.search(before)
    return not (indirect or looks_asked(before) or before.endswith((" is that", " was that", " is it", " was it")))


def asks_within(text: str) -> bool:
    """Whether a question stands behind what it is about: "your mother, did she have this too"."""
    return bool(_ASKED_WITHIN.match(text))


def looks_asked(text: str) -> bool:
    """Whether plain words without a question mark ask something, at once or after what it is about."""
    return not _NOT_ONLY.search(text) and (bool(_LOOKS_ASKED.match(text)) or asks_within(text))


def _leads_on(said: list[str], place: int) -> bool:
    """Whether the word before a place needs what follows; "go there | you should", "how tired you are | would you"."""
    before, last = said[place - 2], said[place - 1]
    if last == "there" and before in _AT_A_PLACE:
        return False
    if last == "this" and said[place] in _PERSONS | {"there"}:
        return False
    if (said[place], said[place + 1]) == ("is", "that") and "what" in said[max(0, place - _CLEFT_WORDS) : place]:
        return True
    if said[place] in _ANYBODY and last in _AFTER_A_PREPOSITION:
        return before in _ASSURES
    if said[place] in _BEGINS_ANEW and _is_said(before, last, said[place]):
        return False
    if said[place] in _ASKING and said[place + 1] in {"you", "i", "we"}:
        asks_on = said[place + 2 : place + 3] and said[place + 2] in _ASKED_OF_YOU
        if last in _CAN_END or (last in _SUBJECTS and asks_on):
            return False
    if said[place] in _PERSONS and said[place + 1] in _ENDS_HOW and "how" in (run := said[max(0, place - 4) : place]):
        return _PERSONS.isdisjoint(run[run.index("how") :]) or last in _LEADS_ON
    return last in _LEADS_ON and (before, last) != ("to", "be")


def _is_said(before: str, last: str, following: str) -> bool:
    """Whether two words end what they belong to: "for you", "that is all right", "where you are", "of her now"."""
    if before in _PREPOSITIONS and last in _AFTER_A_PREPOSITION:
        return True
    if (before, last) in {("all", "right"), ("like", "that"), ("like", "this")}:
        return True
    ends = {"are", "were"} if following in {"i", "we"} else {"are", "were", "now"}
    return before in _AFTER_A_PREPOSITION and last in ends
