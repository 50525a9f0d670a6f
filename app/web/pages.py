"""How a view becomes a page: one jinja environment, escaping on, a missing name is an error."""

from dataclasses import fields
from pathlib import Path

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from app.accounts import Person
from app.web.views import Frame, View

_HERE = Path(__file__).parent
TEMPLATES = _HERE / "templates"
STATIC = _HERE / "static"
"""Served under `/static`."""

environment = Environment(
    loader=FileSystemLoader(TEMPLATES),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def render(view: View, frame: Frame) -> str:
    """The page of this view as HTML."""
    template = environment.get_template(view.template)
    return template.render({field.name: getattr(view, field.name) for field in fields(view)}, frame=frame)


def show(request: Request, view: View, *, person: Person | None = None, status: int = 200) -> HTMLResponse:
    """Answer with the page of this view; `person` is whoever is signed in."""
    frame = Frame(
        name=person.name if person else None,
        role=person.role if person else None,
        support_url=request.app.state.settings.support_url or "/support",
    )
    return HTMLResponse(render(view, frame), status_code=status)
