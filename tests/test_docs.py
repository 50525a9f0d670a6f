"""What the documents say about settings and commands is what the code has."""

import re
from pathlib import Path

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
