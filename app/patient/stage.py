"""What is said and what is done, taken apart: `*She looks away.* I see.`."""

import re
from collections.abc import Mapping

from personas.vocabulary import Action

DONE: Mapping[Action, str] = {
    "sits_down": "sits down",
    "turns_from_screen": "turns from the screen",
    "offers_tissue": "offers a tissue",
    "offers_chaperone": "offers a chaperone",
}
"""What a student can do, as it stands in the transcript."""

_MARKED = re.compile(r"\*+([^*\n]+?)\*+")
_SPACES = re.compile(r"[ \t]*\n[ \t]*|[ \t]{2,}")


def split_actions(raw: str) -> tuple[str, str | None]:
    """The spoken text, and what is done (None if nothing).

    Words between asterisks are an action, except one word stressed inside a sentence ("I *really* do").
    An asterisk without its partner is dropped.
    """
    done: list[str] = []

    def take(mark: re.Match[str]) -> str:
        inside = mark.group(1).strip()
        if _is_stress(raw, mark, inside):
            return inside
        if inside:
            done.append(inside if inside[-1] in ".!?…" else f"{inside}.")
        return " "

    spoken = _MARKED.sub(take, raw).replace("*", "")
    return _SPACES.sub(" ", spoken).strip(), " ".join(done) or None


def with_action(does: str | None, text: str) -> str:
    """The raw form of one thing done and said: the action first, between asterisks."""
    return " ".join(part for part in (f"*{does}*" if does else "", text) if part)


def action_in(does: str | None) -> Action | None:
    """Which of these was done; None where nothing was, or something else."""
    return next((action for action, words in DONE.items() if does == words), None)


def _is_stress(raw: str, mark: re.Match[str], inside: str) -> bool:
    """One word, in the middle of a sentence: how people write emphasis."""
    before, after = raw[: mark.start()].rstrip(" "), raw[mark.end() :].lstrip(" ")
    if " " in inside or not before or not after or inside.endswith("."):
        return False
    return before[-1] not in '.!?…*\n"' and (after[0].islower() or after[0] in ",.?!;:")
