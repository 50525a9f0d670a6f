"""What the documents say about settings and commands is what the code has."""

import re
import tomllib
from dataclasses import fields as fields_of
from pathlib import Path

from app.classroom.assignments import ATTEMPTS, PASS_MARK, TIME_LIMIT_MINUTES, Terms
from app.classroom.needs import BORDERLINE_POINTS
from app.classroom.roster import MOST_STUDENTS
from app.settings import Settings

ROOT = Path(__file__).parent.parent


def test_the_operators_page_documents_every_setting_with_its_default_and_words() -> None:
    written = (ROOT / "docs" / "operators.md").read_text(encoding="utf-8").splitlines()
    rows = [line for line in written if line.startswith("| `RAPPORT_") and line.count("|") == 4]

    assert rows == [_row(name) for name in Settings.model_fields]


def _row(name: str) -> str:
    field = Settings.model_fields[name]
    default = field.get_default()
    shown = f"`{default}`" if default not in (None, "") else "empty"
    return f"| `RAPPORT_{name.upper()}` | {shown} | {field.description} |"


def test_every_decision_record_is_listed() -> None:
    folder = ROOT / "docs" / "decisions"
    listed = re.findall(r"\]\((\d{4}-[a-z0-9-]+\.md)\)", (folder / "README.md").read_text(encoding="utf-8"))

    assert listed == sorted(path.name for path in folder.glob("[0-9]*.md"))


def test_every_file_a_document_links_to_exists() -> None:
    missing = []
    for page in [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("personas/*.md")]:
        for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8")):
            if not (page.parent / target).exists():
                missing.append(f"{page.name}: {target}")

    assert missing == []


def test_the_contributors_page_names_the_layers_that_are_checked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    inside = next(one for one in project["tool"]["importlinter"]["contracts"] if one.get("containers") == ["app"])

    assert f"    {' > '.join(inside['layers'])}\n" in (ROOT / "docs" / "contributors.md").read_text(encoding="utf-8")


def test_the_educators_page_lists_the_keys_of_a_review() -> None:
    template = (ROOT / "app" / "web" / "templates" / "review.html").read_text(encoding="utf-8")
    keys = re.findall(r"<dt>(.+?)</dt><dd>(.+?)</dd>", template)

    assert _table("educators.md", "keys") == keys


def test_the_educators_page_explains_every_term_of_an_assignment() -> None:
    terms = {
        "Whom they meet, Difficulty": ("scenario_id", "difficulty"),
        "Practice or assessment": ("mode",),
        "Opens, Closes": ("opens_at", "closes_at"),
        "Due": ("due_at",),
        "Attempts": ("attempts",),
        "Which counts": ("counts",),
        "Time limit": ("time_limit_minutes",),
        "Hints": ("hints",),
        "Self-rating": ("self_rating",),
        "When students see the result": ("release",),
        "Pass mark": ("pass_mark",),
        "Note": ("note",),
    }

    assert [term for term, *_ in _table("educators.md", "term")] == list(terms)
    assert {field for fields in terms.values() for field in fields} == {field.name for field in fields_of(Terms)}


def test_the_educators_page_has_the_numbers_of_the_code() -> None:
    text = " ".join((ROOT / "docs" / "educators.md").read_text(encoding="utf-8").split())

    for words in (
        f"up to {MOST_STUDENTS:,} lines",
        f"within {BORDERLINE_POINTS} points of the pass mark",
        f"{ATTEMPTS[0]} to {ATTEMPTS[1]}.",
        f"{TIME_LIMIT_MINUTES[0]} to {TIME_LIMIT_MINUTES[1]} minutes",
        f"{PASS_MARK[0]} to {PASS_MARK[1]}, of the overall",
    ):
        assert words in text


def _table(page: str, first_title: str) -> list[tuple[str, ...]]:
    """The rows of the table of a document whose first column has this title."""
    lines = (ROOT / "docs" / page).read_text(encoding="utf-8").splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith(f"| {first_title} |"))
    rows = []
    for line in lines[start + 2 :]:
        if not line.startswith("|"):
            break
        rows.append(tuple(cell.strip() for cell in line.strip("|").split(" | ")))
    return rows
