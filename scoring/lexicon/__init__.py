"""Word tables of the project's own, as reviewable text files beside this module."""

from functools import cache, lru_cache
from pathlib import Path

_FOLDER = Path(__file__).parent


@cache
def rows(name: str) -> tuple[tuple[str, ...], ...]:
    """The rows of a tab-separated table, comments (`#`) and empty lines left out.

    Raises:
        ValueError: a row whose number of columns differs from the first one's, with file and line.
    """
    table: list[tuple[str, ...]] = []
    for number, line in enumerate((_FOLDER / name).read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        row = tuple(cell.strip() for cell in line.split("\t"))
        if table and len(row) != len(table[0]):
            raise ValueError(f"{name}:{number}: {len(row)} columns, {len(table[0])} expected")
        table.append(row)
    return tuple(table)


@cache
def familiarity() -> dict[str, int]:
    """Everyday words, base form -> 1 (a ten-year-old's) or 2 (nearly every adult's)."""
    known: dict[str, int] = {}
    for line in (_FOLDER / "common_words.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        tier = 2 if line.startswith("2:") else 1
        for word in line.removeprefix("2:").split():
            known.setdefault(word, tier)
    return known


@lru_cache(maxsize=16384)
def tier_of(word: str) -> int:
    """How familiar an English word is: 1, 2, or 3 for a word outside the table; endings are stripped."""
    known = familiarity()
    return min((known[form] for form in _forms(word) if form in known), default=3)


_ENDINGS = (
    ("'s", ""), ("s", ""), ("es", ""), ("ies", "y"), ("ed", ""), ("ed", "e"), ("ied", "y"), ("ing", ""), ("ing", "e"),
    ("er", ""), ("er", "e"), ("est", ""), ("est", "e"), ("ly", ""), ("ily", "y"), ("ness", ""), ("iness", "y"),
    ("ful", ""), ("less", ""), ("able", ""), ("y", ""), ("ment", ""), ("ers", ""), ("ers", "e"), ("ings", ""),
    ("ier", "y"),
)  # fmt: skip


def _forms(word: str) -> set[str]:
    """The word and what is left of it without an inflection: 'stopping' -> stopping, stopp, stoppe, stop."""
    forms = {word}
    for ending, instead in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 2:
            stem = word[: -len(ending)]
            forms.add(stem + instead)
            if len(stem) > 2 and stem[-1] == stem[-2]:
                forms.add(stem[:-1])
    if word.startswith("un"):
        forms.add(word[2:])
    return forms
