"""Where a quote begins and ends: whole sentences, whole clauses, and the words it is quoted for."""

import re

from scoring.moves.sentences import sentences_of
from scoring.words import sentences

_TITLE = re.compile(r"\b(?:dr|mr|mrs|ms|prof|st)\.\s*$", re.IGNORECASE)
"""A full stop after which the sentence goes on."""
_MARKS = re.compile(r"[.?!]")
_ENDS_OPEN = re.compile(
    r"\b(?:hear(?:ing)? you say(?:ing)?|you(?:'re| are) saying|hear(?:ing)? (?:is|you)|like|that|how|what|why|if|when|"
    r"because|and|or|but|so|to|of|about|for|with|the|a|an|your|my|is|are|at|in|on|how hard|you said|you say)$",
    re.IGNORECASE,
)
"""A clause that says nothing yet: "so what I hear you saying"."""
_LONGEST_WORDS = 30
_CLAUSE_END = re.compile(
    r"[,;:.!?](?=\s)|\s(?=(?:and|but|because|cause|so (?:i|we|he|she|it|they|my|the)|when|while|which|although|though|"
    r"if)\s)",
    re.IGNORECASE,
)
_LEAST_SHARE = 0.4
"""A clause end nearer to the beginning than this share of the room leaves too little."""


def whole_quote(text: str, start: int, end: int) -> tuple[int, int]:
    """A span widened to where it can be read: no cut behind "Dr.", no dictated clause that says nothing yet."""
    cut = sentences(text)
    while _TITLE.search(text[:start]):
        start = next((one.start for one in reversed(cut) if one.start < start), 0)
    while _TITLE.search(text[start:end]):
        following = next((one.end for one in cut if one.end > end), end)
        if following == end:
            break
        end = following
    return (start, end) if _MARKS.search(text) else (start, _closed_end(text, start, end))


def _closed_end(text: str, start: int, end: int) -> int:
    """The end of the first clause of a dictated turn, from this one on, that closes."""
    for one in sentences_of(text):
        if not _ENDS_OPEN.search(text[start:end].rstrip(" ,")) or len(text[start:end].split()) > _LONGEST_WORDS:
            break
        end = max(end, one.end) if one.end > end else end
    return end


def shorten(quote: str, most_chars: int = 90, about: str | None = None) -> str:
    """A quote for use inside a sentence, cut at a clause end where there is one, with the words `about` in it."""
    quote = " ".join(quote.split()).rstrip(".,;: ")
    if len(quote) <= most_chars:
        return quote
    first = _first_part(quote, most_chars)
    place = quote.lower().find(about.lower()) if about else -1
    if place < 0 or place + len(about or "") <= len(first):
        return f"{first} ..."
    begins = [match.end() for match in _CLAUSE_END.finditer(quote[:place])]
    latest = max(0, place + len(about or "") - most_chars)
    begin = begins[-1] if begins and begins[-1] >= latest else quote.find(" ", latest) + 1
    rest = quote[begin:].lstrip()
    return f"... {rest}" if len(rest) <= most_chars else f"... {_first_part(rest, most_chars, place - begin)} ..."


def _first_part(quote: str, most_chars: int, least: int = 0) -> str:
    """The beginning of a quote up to the last clause end that fits, else up to a word; never before `least`."""
    ends = [match.start() for match in _CLAUSE_END.finditer(quote[: most_chars + 1])]
    enough = [one for one in ends if one >= max(_LEAST_SHARE * most_chars, least)]
    piece = quote[: enough[-1]] if enough else quote[:most_chars].rsplit(" ", 1)[0]
    return piece.rstrip(".,;: ")
