"""What a model server can do wrong, and what comes of it: the rows of docs/model-faults.md, each tried by a test."""

from dataclasses import dataclass
from typing import Literal

from app.llm import Cause
from tests.fake_llm.server import FaultKind

Code = Literal["patient_unreachable", "patient_cut_off", "patient_slow"]

MESSAGES: dict[Code, str] = {
    "patient_unreachable": "The patient could not be reached.",
    "patient_cut_off": "The patient's answer was cut off.",
    "patient_slow": "The patient took too long to answer.",
}
SAVED = "Your words are saved. "
ASK_AGAIN = f"{SAVED}Ask again."
TELL_THE_OPERATOR = f"{SAVED}Tell whoever runs this server: asking again will not help until it is mended."
WAIT = f"{SAVED}Many people are talking just now: wait a minute, then ask again."
START_ANEW = f"{SAVED}Ask again, or end the encounter and start anew."

WITHIN = 14
"""Words of the model that come before a fault within the reply: its first sentence and the start of the next."""


@dataclass(frozen=True)
class Fault:
    """One thing a server does wrong, and what each reply comes to while it does."""

    does: str
    kind: FaultKind | Literal["refused"]
    cause: Cause
    seen: Code
    what_now: str = ASK_AGAIN
    tries: int = 1
    """Requests for one reply. More than one: what goes wrong only once is not noticed."""
    after_tokens: int = 0

    @property
    def when(self) -> str:
        return "within" if self.after_tokens else "before"


@dataclass(frozen=True)
class Oddity:
    """One thing a server does that is odd, and still comes to an answer."""

    does: str
    kind: FaultKind
    comes_to: str
    whole: bool = True
    """Whether all that the model said is in the answer."""
    after_tokens: int = 0

    @property
    def when(self) -> str:
        return "within" if self.after_tokens else "before"


FAULTS = (
    # ---- before the first word ---------------------------------------------------------------------------------------
    Fault("refuses the connection", "refused", "refused_connection", "patient_unreachable", tries=3),
    Fault("429, too many requests", "429", "rate_limited", "patient_unreachable", WAIT, tries=3),
    Fault("500, an error of its own", "500", "server_error", "patient_unreachable", tries=3),
    Fault("503, still loading", "503", "server_error", "patient_unreachable", tries=3),
    Fault("401, the key is wrong", "401", "bad_key", "patient_unreachable", TELL_THE_OPERATOR),
    Fault("404, no such model", "404", "no_such_model", "patient_unreachable", TELL_THE_OPERATOR),
    Fault("400, a field it does not take", "bad_request", "bad_request", "patient_unreachable", TELL_THE_OPERATOR),
    Fault("400, the prompt is too long", "overflow", "context_overflow", "patient_unreachable", TELL_THE_OPERATOR, 2),
    Fault("an HTML page", "html", "not_a_stream", "patient_unreachable", TELL_THE_OPERATOR),
    Fault("JSON instead of events", "json", "not_a_stream", "patient_unreachable", TELL_THE_OPERATOR),
    Fault("hangs: no answer at all", "hang", "no_first_token", "patient_slow"),
    Fault("opens a stream and stalls", "stall", "no_first_token", "patient_slow"),
    Fault("only signs of life", "pings", "no_first_token", "patient_slow"),
    Fault("drops the connection", "drop", "dropped", "patient_unreachable", tries=3),
    Fault("resets the connection", "reset", "dropped", "patient_unreachable", tries=3),
    Fault("ends without a finish_reason", "no_end", "no_end", "patient_cut_off", tries=3),
    Fault("a line that is no JSON", "bad_line", "bad_line", "patient_cut_off", tries=3),
    Fault("an error instead of words", "error_event", "reported", "patient_cut_off", tries=3),
    Fault("an empty answer", "empty", "empty", "patient_cut_off", tries=3),
    Fault("thinks, and says nothing", "reasoning_only", "reasoning_only", "patient_cut_off", TELL_THE_OPERATOR),
    Fault("the model refuses", "refusal", "refusal", "patient_cut_off", START_ANEW),
    Fault("its filter takes all", "filter", "filtered", "patient_cut_off", START_ANEW),
    # ---- within the reply --------------------------------------------------------------------------------------------
    Fault("stalls", "stall", "stalled", "patient_slow", after_tokens=WITHIN),
    Fault("only signs of life", "pings", "stalled", "patient_slow", after_tokens=WITHIN),
    Fault("drops the connection", "drop", "dropped", "patient_cut_off", after_tokens=WITHIN),
    Fault("resets the connection", "reset", "dropped", "patient_cut_off", after_tokens=WITHIN),
    Fault("ends without a finish_reason", "no_end", "no_end", "patient_cut_off", after_tokens=WITHIN),
    Fault("a line that is no JSON", "bad_line", "bad_line", "patient_cut_off", after_tokens=WITHIN),
    Fault("an error instead of more words", "error_event", "reported", "patient_cut_off", after_tokens=WITHIN),
    Fault("the model refuses to go on", "refusal", "refusal", "patient_cut_off", START_ANEW, after_tokens=WITHIN),
    Fault("its filter stops the answer", "filter", "filtered", "patient_cut_off", START_ANEW, after_tokens=WITHIN),
)

ODDITIES = (
    Oddity("thinks, then answers", "reasoning_first", "the whole answer; the thoughts are never shown"),
    Oddity("cuts letters in halves", "split_utf8", "the whole answer", after_tokens=WITHIN),
    Oddity("stops at its longest reply", "length", "its whole sentences", whole=False, after_tokens=WITHIN),
    Oddity("does not stop", "over_long", "what a patient says at a time", whole=False, after_tokens=WITHIN),
)


def table() -> str:
    """The rows as Markdown."""
    heads = ("the server", "once", "the student sees", "is stored", "requests", "log")
    lines = ["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads)]
    for when, title in (("before", "**before the first word**"), ("within", "**within the reply**")):
        lines.append(f"| {title} |" + " |" * (len(heads) - 1))
        lines += [_fault_line(fault) for fault in FAULTS if fault.when == when]
        lines += [_oddity_line(oddity) for oddity in ODDITIES if oddity.when == when]
    return "\n".join(lines)


def _fault_line(fault: Fault) -> str:
    once = "not noticed" if fault.tries > 1 else "the same"
    events, words = ("`piece`… `failed`", "the words shown") if fault.after_tokens else ("`failed`", "no words")
    told = fault.what_now.removeprefix(SAVED)
    cells = (
        fault.does,
        "–" if fault.kind == "refused" else once,
        f"{events} `{fault.seen}`: {MESSAGES[fault.seen]} *{told}*",
        f"`failed`, {words}",
        str(fault.tries),
        f"`{fault.cause}`",
    )
    return "| " + " | ".join(cells) + " |"


def _oddity_line(oddity: Oddity) -> str:
    return f"| {oddity.does} | the same | `piece`… `done`: {oddity.comes_to} | `done`, the patient's turn | 1 | – |"
