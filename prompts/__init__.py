"""Every text a language model is given, as jinja2 templates, and the one function that renders them."""

import hashlib
import json
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

FOLDER = Path(__file__).parent


def render(name: str, **inputs: object) -> str:
    """The text of `<name>.j2` with these inputs; each template's first comment names them.

    Raises:
        jinja2.UndefinedError: an input or a field of one is missing: never an empty gap in a prompt.
        jinja2.TemplateNotFound: there is no such template.
    """
    return _templates().get_template(f"{name}.j2").render(**inputs).strip()


@cache
def fingerprint(*families: str) -> str:
    """SHA-256, first 16 hex digits, of every template whose name begins with one of these: `judge_`, `outcome_`."""
    digest = hashlib.sha256()
    for path in sorted(FOLDER.glob("*.j2")):
        if path.name.startswith(families):
            digest.update(f"{path.name}\n".encode() + path.read_bytes())
    return digest.hexdigest()[:16]


@cache
def _templates() -> Environment:
    templates = Environment(
        loader=FileSystemLoader(FOLDER),
        undefined=StrictUndefined,
        autoescape=False,  # noqa: S701  # prompts are plain text, not HTML
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    templates.filters["json"] = _as_json
    return templates


def _as_json(value: object) -> str:
    """JSON a model can read: jinja's own `tojson` writes "don't" as `don\\u0027t`."""
    return json.dumps(value, ensure_ascii=False)
