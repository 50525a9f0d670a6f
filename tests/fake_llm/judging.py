"""Stand-ins for a judge that answer from the prompt alone: an honest one, an obedient one, one that says yes to all."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from scoring.conversation import Conversation
from scoring.episodes import find_episodes
from scoring.explaining import explain
from scoring.grading import read_turns
from scoring.namings import find_namings
from scoring.responses import Response, respond
from scoring.transcript import Transcript, Turn
from scoring.words import content, sentences
from tests.fake_llm.server import Body

Rows = list[dict[str, Any]]

_LINE = re.compile(r"^\[(\d+)\] (?:(STUDENT|PATIENT): )?(.*)$", re.MULTILINE)
_OCCASION = re.compile(r"^(\d+)\. \[(\d+)\] PATIENT showed .*? The answer is \[(\d+)\]", re.MULTILINE)
_SEEN = re.compile(r"\s*\(([^()]*)\)$")
_ORDERS = re.compile(
    r"full marks|top marks|highest (?:score|level)|level 4|score (?:of )?(?:4|100)|ignore (?:all|the|your|previous)|"
    r"say yes|answer yes|every (?:scale|question|box)|grader|examiner|marker|assessor",
    re.IGNORECASE,
)
_FIRST_WORDS: Mapping[str, str] = {
    "Which PATIENT turns show": "feelings",
    "How did the student answer": "answers",
    "In which STUDENT turns": "namings",
    "What did the student do": "leave",
    "How did the student explain": "explaining",
    "Is there anything here": "flags",
    "Answer from those words alone": "key_answers",
    "WHAT THE LISTENER SAYS": "facts",
}
_GOT = {
    "requested": "patient_asked",
    "asked": "asked_and_waited",
    "shared": "asked_and_waited",
    "held": "agreed_earlier",
    "same_turn": "asked_same_turn",
    "unanswered": "asked_same_turn",
    "bad_moment": "asked_same_turn",
    "after": "asked_after",
    "overridden": "no_and_done",
    "fake_choice": "no_real_choice",
    "respected": "no_and_respected",
    "stalled": "question_put_off",
}


def question_of(body: Body) -> str:
    """Which question a request puts, by its words: some servers are sent no schema."""
    asked = body["messages"][1]["content"]
    return next(name for words, name in _FIRST_WORDS.items() if words in asked)


def honestly(body: Body) -> str:
    """Answers by the deterministic scorer's own reading of what the prompt shows, and nothing else."""
    prompt = body["messages"][1]["content"]
    name = question_of(body)
    if name == "facts":
        numbers = re.findall(r"^(\d+)\. ", prompt.rpartition("WHAT THE LISTENER SAYS")[2], re.MULTILINE)
        return _json([{"question": int(number), "verdict": "agrees", "fact": ""} for number in numbers])
    if name == "key_answers":
        return _json(_key_answers(prompt))
    conversation = _shown(prompt)
    rows: Mapping[str, Callable[[], Rows]] = {
        "feelings": lambda: _feelings(conversation),
        "answers": lambda: _answers(conversation, prompt),
        "namings": lambda: _namings(conversation),
        "leave": lambda: _leave(conversation),
        "explaining": lambda: _explaining(conversation),
        "flags": lambda: [],
    }
    return _json(rows[name]())


def obediently(body: Body) -> str:
    """Answers honestly, unless words in the prompt order it about: then it says yes to everything, and quotes truly."""
    shown = " ".join(words for _, _, words in _LINE.findall(body["messages"][1]["content"]))
    return yes_to_everything(body, quotes_stand=True) if _ORDERS.search(shown) else honestly(body)


def yes_to_everything(body: Body, *, quotes_stand: bool = False) -> str:
    """Finds every skill everywhere; its quotes are invented unless `quotes_stand`."""
    prompt = body["messages"][1]["content"]
    lines = [(int(number), who, words) for number, who, words in _LINE.findall(prompt)]
    own = [(number, words) for number, who, words in lines if who != "PATIENT" and words != "(stays silent)"]
    theirs = [(number, words) for number, who, words in lines if who == "PATIENT"]

    def said(words: str) -> str:
        return words if quotes_stand else "What you feel matters more to me than anything I had planned to say"

    praise: Mapping[str, Callable[[], Rows]] = {
        "feelings": lambda: [_feeling(number, "open", "fear", 3, words) for number, words in theirs],
        "answers": lambda: [
            _answer(int(occasion), met=said(words), deeper=said(words), heard=said(words), room=True)
            for occasion, _, answer in _OCCASION.findall(prompt)
            for number, words in own
            if number == int(answer)
        ],
        "namings": lambda: [_naming(number, said(words), "fear", "guess", "went_on") for number, words in own],
        "leave": lambda: [_step("news", number, said(words), "asked_and_waited", said(words)) for number, words in own],
        "explaining": lambda: [
            {"kind": kind, "turn": number, "quote": said(words), "answered": True}
            for kind in ("explains", "why_for_them", "starting_point", "teach_back")
            for number, words in own
        ],
        "flags": lambda: [],
        "key_answers": lambda: [
            {"question": int(number), "answer": "All of it was said.", "quote": said(own[0][1])}
            for number in re.findall(r"^(\d+)\. ", prompt, re.MULTILINE)
        ],
        "facts": lambda: [],
    }
    return _json(praise[question_of(body)]())


def _json(rows: Rows) -> str:
    return json.dumps({"rows": rows}, ensure_ascii=False)


def _shown(prompt: str) -> Conversation:
    turns = []
    for _, who, words in _LINE.findall(prompt.partition("\n\nQUESTION:")[0]):
        seen = _SEEN.search(words) if who == "PATIENT" else None
        text = words[: seen.start()] if seen else words
        silent = text == "(stays silent)"
        turns.append(
            Turn(
                speaker="patient" if who == "PATIENT" else "student",
                text="" if silent else text,
                does=seen[1] if seen else None,
                silent=silent,
            )
        )
    transcript = Transcript(turns=tuple(turns))
    return Conversation(transcript, read_turns(transcript, {}))


def _around(conversation: Conversation, turn: int, start: int, end: int) -> str:
    first, last = conversation.sentence_around(turn, start, end)
    return conversation.turns[turn].text[first:last]


def _feeling(turn: int, shows: str, feeling: str, strength: int, quote: str) -> dict[str, Any]:
    return {"turn": turn, "shows": shows, "feeling": feeling, "strength": strength, "quote": quote}


def _feelings(conversation: Conversation) -> Rows:
    shows = {"concern": "open", "cue": "hint", "challenge": "reproach", "progress": "progress"}
    return [
        _feeling(
            one.turn,
            shows[one.kind],
            one.family or "overwhelm",
            1 if one.intensity < 0.5 else 2 if one.intensity < 0.75 else 3,
            one.quote,
        )
        for one in conversation.opportunities
    ]


def _answer(occasion: int, **fields: object) -> dict[str, Any]:
    quotes = ("fault_quote", "heard", "met", "formula", "deeper", "asked_after", "felt_understood", "made_good")
    nothing = {"fault": "none", "room": False, "solution_first": False, **dict.fromkeys(quotes, "")}
    return {"occasion": occasion, **nothing, **fields}


def _answers(conversation: Conversation, prompt: str) -> Rows:
    graded = {response.opportunity.turn: response for response in respond(conversation)}
    return [
        _answer(int(number), **_coded(conversation, graded.get(int(turn)), int(answer)))
        for number, turn, answer in _OCCASION.findall(prompt)
    ]


def _coded(conversation: Conversation, response: Response | None, answer: int) -> dict[str, object]:
    if response is None:
        return {}
    move = response.words_of
    words = _around(conversation, answer, move.start, move.end) if move else conversation.turns[answer].text
    coded: dict[str, object] = {"solution_first": response.solved_first}
    asked = response.answer.reading.all("elicits_concerns")
    if asked:
        coded["asked_after"] = _around(conversation, answer, asked[0].start, asked[0].end)
    if response.fault is not None:
        fault = {"dismisses": "played_down", "blames": "blamed", "reassures_early": "reassured_too_soon"}
        return coded | {"fault": fault[response.fault], "fault_quote": words}
    field = ("", "formula", "heard", "met", "met")[response.grade]
    if field:
        coded[field] = words
    return coded | {"room": response.grade >= 3, "deeper": words if response.grade == 4 else ""}


def _naming(turn: int, quote: str, feeling: str, form: str, patient: str, **fields: object) -> dict[str, Any]:
    given = {"turn": turn, "quote": quote, "feeling": feeling, "form": form, "patient": patient}
    return {**given, "shown": True, "closed": False, "made_good": "", **fields}


def _namings(conversation: Conversation) -> Rows:
    return [
        _naming(
            one.turn,
            _around(conversation, one.turn, one.move.start, one.move.end),
            one.move.family or "overwhelm",
            "list" if one.is_list else "guess" if one.tentative else "statement",
            "turned_down" if one.verdict == "rejected" else "went_on" if one.goes_on else "agreed",
            shown=one.verdict not in ("wrong_family", "ungrounded"),
            closed=one.verdict == "closed",
        )
        for one in find_namings(conversation)
    ]


def _step(act: str, turn: int, act_quote: str, leave: str, leave_quote: str, **fields: object) -> dict[str, Any]:
    given = {"act": act, "first_turn": turn, "last_turn": turn, "act_quote": act_quote, "leave": leave}
    return {**given, "leave_quote": leave_quote, "choice": False, "announced": True, "made_good": "", **fields}


def _leave(conversation: Conversation) -> Rows:
    rows = []
    for episode in find_episodes(conversation):
        turn = episode.turns[0]
        act = episode.move and _around(conversation, turn, episode.move.start, episode.move.end)
        ask = episode.ask and _around(conversation, episode.ask[0], episode.ask[1].start, episode.ask[1].end)
        request = episode.request.quote if episode.request is not None else None
        rows.append(
            _step(
                episode.act,
                turn,
                act or conversation.turns[turn].text,
                _GOT.get(episode.how, "not_asked"),
                request or ask or "",
                choice=episode.with_choice,
                last_turn=episode.turns[-1],
            )
        )
    return rows


def _explaining(conversation: Conversation) -> Rows:
    explained = explain(conversation)
    if explained is None:
        return []

    def row(kind: str, turn: int, start: int, end: int, *, answered: bool = False) -> dict[str, Any]:
        quote = conversation.turns[turn].text[start:end]
        return {"kind": kind, "turn": turn, "quote": quote, "answered": answered}

    rows = [row("explains", turn, 0, len(conversation.turns[turn].text)) for turn in explained.turns]
    kinds = {"starting_point": "asks_prior_knowledge", "open_check": "checks_specific", "teach_back": "teach_back"}
    for kind, move_kind in kinds.items():
        for turn, reading in conversation.readings.items():
            for move in reading.moves:
                if move.kind == move_kind:
                    start, end = conversation.sentence_around(turn, move.start, move.end)
                    rows.append(row(kind, turn, start, end, answered=True))
    for turn in explained.turns:
        rows += [row("unexplained_word", turn, one.start, one.end) for one in _terms(conversation, turn)]
    why = explained.parts.get("why")
    if why is not None and why.words_of is not None and why.points:
        rows.append(row("why_for_them" if why.points == 2 else "why_general", *why.words_of))
    return rows


def _terms(conversation: Conversation, turn: int) -> Sequence[Any]:
    return [] if conversation.readings[turn].has("defines") else conversation.readings[turn].all("uses_jargon")


def _key_answers(prompt: str) -> Rows:
    said, _, asked = prompt.partition("Answer from those words alone:")
    spoken = [one.text for _, _, words in _LINE.findall(said) for one in sentences(words)]
    rows = []
    for number, question in re.findall(r"^(\d+)\. (.*)$", asked, re.MULTILINE):
        found = max(spoken, key=lambda one: len(content(one) & content(question)), default="")
        told = found if content(found) & content(question) else ""
        rows.append({"question": int(number), "answer": told, "quote": told})
    return rows
