"""Text as it can be stored and shown: what counts as words, and a reply that was stopped in the middle."""

import unicodedata

from app.patient.stage import split_actions


def closed(raw: str) -> str:
    """The reply with its last action closed: one stopped within `*She looks aw` did not say those words."""
    return f"{raw.rstrip()}*" if raw.count("*") % 2 else raw


def storable(text: str) -> str:
    """Text every database and every page can hold: no control characters but line breaks and tabs."""
    if text.isprintable():
        return text
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(
        character for character in text if character in "\n\t" or unicodedata.category(character) not in ("Cc", "Cs")
    )


def is_visible(text: str) -> bool:
    """Whether there is anything to read: spaces and invisible marks are not words."""
    return any(not (character.isspace() or unicodedata.category(character) == "Cf") for character in text)


def says_something(raw: str) -> bool:
    """Whether a reply holds words or an action: two asterisks alone hold neither."""
    return split_actions(closed(raw)) != ("", None)
