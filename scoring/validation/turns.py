"""Tasks whose label is one clinician turn's: what the reading of the turn says, against the label."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from scoring import agreement
from scoring.moves import read_turn
from scoring.reading import TurnReading
from scoring.validation import simple
from scoring.validation.lines import EPITOME, Line
from scoring.validation.report import Measure


class Read(NamedTuple):
    """A labelled turn and how the scorer reads it."""

    line: Line
    reading: TurnReading


def read_line(line: Line) -> Read:
    """Read the turn of a line, given what was said before it."""
    return Read(line, read_turn(line.text, line.context))


def _simply(read: Sequence[Read], rule: Callable[[str], Any]) -> list[Any]:
    return [rule(one.line.text) for one in read]


def _groups(read: Sequence[Read]) -> list[str]:
    return [one.line.group for one in read]


def _empathy_epitome(read: Sequence[Read]) -> Iterator[Measure | str]:
    rules = {
        "emotional_reaction": (_simply(read, simple.reaction), "a word of sympathy is weak"),
        "exploration": (_simply(read, simple.exploration), "a question mark is strong"),
    }
    for label, name in EPITOME.items():
        truth = [one.line.label[label] for one in read]
        given = [getattr(one.reading, name) for one in read]
        rival, rule = rules.get(name, (None, ""))
        yield Measure(f"{name} macro-F1", agreement.macro_f1, truth, given, _groups(read), rival, rule)
        yield Measure(f"{name} weighted kappa", agreement.weighted_kappa, truth, given, _groups(read), rival, rule)


_NAMING_LEVELS = {"none": 0, "acknowledges_unnamed": 1, "names_emotion": 2}


def _emotion_naming(read: Sequence[Read]) -> Iterator[Measure | str]:
    """Two label sets share this task's name: the codebook's levels, and ESConv's strategy."""
    groups = _groups(read)
    if {one.line.label for one in read} <= {"reflection_of_feelings", "other"}:
        truth = [one.line.label == "reflection_of_feelings" for one in read]
        given, rival = [one.reading.names_emotion for one in read], _simply(read, simple.feeling_words)
        yield Measure(
            "names_emotion AUC", agreement.auc, truth, given, groups, rival, "words for a feeling or of hearing one"
        )
        return
    levels = [_NAMING_LEVELS[one.line.label] for one in read]
    codes, rival = [one.reading.emotion_naming_level for one in read], _simply(read, simple.naming_level)
    rule = "a word for a feeling with 'you'; a word of sympathy"
    yield Measure("level weighted kappa", agreement.weighted_kappa, levels, codes, groups, rival, rule)
    yield Measure("names F1", agreement.f1_of(2), levels, codes, groups, rival, rule)
    yield Measure("level macro-F1", agreement.macro_f1, levels, codes, groups, rival, rule)
    yield Measure("level exact", agreement.exact, levels, codes, groups, rival, rule)


_PERMISSION_LABELS = {
    "asked": "asked_permission",
    "not_asked": "no_permission",
    "after_or_refused": "after_or_refused",
    "not_needed": "not_applicable",
}
_MODAL = "a modal question asks; words of advice do not"


def _permission(read: Sequence[Read]) -> Iterator[Measure | str]:
    truth, groups = [one.line.label for one in read], _groups(read)
    given, rival = [_PERMISSION_LABELS[one.reading.permission] for one in read], _simply(read, simple.permission)
    yield Measure("macro-F1", agreement.macro_f1, truth, given, groups, rival, _MODAL)
    yield Measure("asked F1", agreement.f1_of("asked_permission"), truth, given, groups, rival, _MODAL)
    yield Measure("exact", agreement.exact, truth, given, groups, rival, _MODAL)


def _permission_misc(read: Sequence[Read]) -> Iterator[Measure | str]:
    """Each collection by itself, for a chatbot's style gives the label away; then all."""
    sources = list(dict.fromkeys(one.line.source for one in read))
    for source in sources if len(sources) > 1 else []:
        yield from _misc(source, [one for one in read if one.line.source == source])
    yield from _misc("all", read)
    counts = [f"{source or 'no source'} {sum(one.line.source == source for one in read)}" for source in sources]
    yield f"Turns by source: {', '.join(counts)}."


def _misc(name: str, read: Sequence[Read]) -> Iterator[Measure]:
    truth, groups = [one.line.label for one in read], _groups(read)
    given, rival = [_misc_code(one.reading) for one in read], _simply(read, simple.misc_code)
    rule = "words of advice, and a modal question or none"
    yield Measure(f"{name}: kappa", agreement.kappa, truth, given, groups, rival, rule)
    yield Measure(f"{name}: macro-F1", agreement.macro_f1, truth, given, groups, rival, rule)


def _misc_code(reading: TurnReading) -> str:
    """MISC 2.5's Advise and Raise Concern; leave that came afterwards counts, a mere "what do you think?" is none."""
    concern = any(move.act == "advice" for move in reading.all("tells_fact"))
    if not (concern or reading.has("advises")):
        return "no_advice"
    return "with_permission" if reading.permission in {"asked", "after_or_refused"} else "without_permission"


def _permission_miti(read: Sequence[Read]) -> Iterator[Measure | str]:
    truth, groups = [one.line.label for one in read], _groups(read)
    given, rival = [_miti_code(one.reading) for one in read], _simply(read, simple.miti_code)
    seeks = agreement.f1_of("seek_permission_or_collaboration")
    yield Measure("seek F1", seeks, truth, given, groups, rival, _MODAL)
    yield Measure("macro-F1", agreement.macro_f1, truth, given, groups, rival, _MODAL)


def _miti_code(reading: TurnReading) -> str:
    """MITI 4.2.1's codes, the first that fits; a choice of nothing ("it is up to you") is Emphasising Autonomy."""
    shared = any(move.act is not None for move in reading.all("offers_choice"))
    if shared or reading.has("asks_permission", "asks_after"):
        return "seek_permission_or_collaboration"
    if reading.has("advises"):
        asked = reading.permission == "asked"
        return "persuade_with_permission" if asked else "persuade_or_confront_without"
    if reading.has("blames"):
        return "persuade_or_confront_without"
    return "information_only" if reading.has("tells_fact", "tells_plan", "tells_news") else "other"


def _plain_language(read: Sequence[Read]) -> Iterator[Measure | str]:
    truth, groups = [float(one.line.label) for one in read], _groups(read)
    given, rival = [one.reading.difficulty for one in read], _simply(read, simple.flesch_kincaid)
    middle, rule = sum(truth) / len(truth), "Flesch-Kincaid grade"
    yield Measure("Pearson", agreement.pearson, truth, given, groups, rival, rule, middle)
    yield Measure("Spearman", agreement.spearman, truth, given, groups, rival, rule, middle)
    yield Measure("mean absolute error", agreement.mean_absolute_error, truth, given, groups, constant=middle)


def _mi_behaviour(read: Sequence[Read]) -> Iterator[Measure | str]:
    truth, groups = [one.line.label for one in read], _groups(read)
    given, rival = [_behaviour(one.reading) for one in read], _simply(read, simple.behaviour)
    rule = '"?" asks, words of advice put in, "you" reflects'
    yield Measure("macro-F1", agreement.macro_f1, truth, given, groups, rival, rule)
    yield Measure("exact", agreement.exact, truth, given, groups, rival, rule)


def _behaviour(reading: TurnReading) -> str:
    """AnnoMI's main behaviour of a turn."""
    if reading.has("tells_news", "tells_fact", "advises", "tells_plan", "offers_choice", "asks_permission"):
        return "therapist_input"
    if reading.has("open_question", "closed_question"):
        return "question"
    return "reflection" if reading.has("reflects", "reflects_complex", "names_emotion") else "other"


TURN_TASKS: Mapping[str, Callable[[Sequence[Read]], Iterator[Measure | str]]] = {
    "empathy-epitome": _empathy_epitome,
    "emotion-naming": _emotion_naming,
    "permission": _permission,
    "permission-misc": _permission_misc,
    "permission-miti": _permission_miti,
    "plain-language": _plain_language,
    "mi-behaviour": _mi_behaviour,
}
