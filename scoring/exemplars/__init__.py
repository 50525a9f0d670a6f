"""Sentences and turns written for this project, with their labels: what the shipped weights are trained on."""

from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent


@cache
def rows(name: str) -> tuple[dict[str, str], ...]:
    """The rows of `<name>.tsv` by the columns its first line names; comments (`#`) and empty lines are left out.

    Raises:
        ValueError: a row with more or fewer cells than columns, with file and line.
    """
    lines = (FOLDER / f"{name}.tsv").read_text(encoding="utf-8").splitlines()
    read: list[dict[str, str]] = []
    columns: list[str] = []
    for number, line in enumerate(lines, start=1):
        if not line.strip() or line.startswith("#"):
            continue
        cells = [cell.strip() for cell in line.split("\t")]
        if not columns:
            columns = cells
        elif len(cells) != len(columns):
            raise ValueError(f"{name}.tsv:{number}: {len(cells)} cells, {len(columns)} expected")
        else:
            read.append(dict(zip(columns, cells, strict=True)))
    return tuple(read)
