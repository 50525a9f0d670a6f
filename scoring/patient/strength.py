"""How strongly a sentence shows what it shows, 0-1: what strengthens its words, and what softens them."""

from scoring.moves.phrasebook import phrase

_STRONG, _VERY, _MILD = (phrase("patient", name) for name in ("strong", "very", "mild"))
_FOR_STRONG, _FOR_VERY, _FOR_MILD, _FOR_CRY = 0.2, 0.1, 0.2, 0.05


def strength(base: float, plain: str, mark: str) -> float:
    """`base` raised by strong words, intensifiers and an exclamation mark, lowered by hedges; never below 0.2."""
    strong, very, mild = (bool(words.search(plain)) for words in (_STRONG, _VERY, _MILD))
    raised = (
        base + _FOR_STRONG * strong + _FOR_VERY * very - _FOR_MILD * (mild and not strong) + _FOR_CRY * (mark == "!")
    )
    return round(min(1.0, max(0.2, raised)), 2)
