"""Templates: each reads exactly its view's fields, what people wrote is escaped, nothing runs."""

import re
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import pytest
from jinja2 import meta, nodes

import app.web.errors
import app.web.people  # noqa: F401  its views count too
from app.web.feedback_page import feedback_page
from app.web.home import home_page
from app.web.pages import TEMPLATES, environment, render
from app.web.room import encounter_page
from app.web.views import Frame, View
from tests.app.web.made import FRAME, START, case, debrief, encounter, maria, scorecard, talk


def all_views(kind: type[View] = View) -> Iterator[type[View]]:
    for one in kind.__subclasses__():
        yield one
        yield from all_views(one)


def read_by(template: str) -> set[str]:
    """The names a template reads, with those of the templates it extends or takes macros from."""
    assert environment.loader is not None
    tree = environment.parse(environment.loader.get_source(environment, template)[0])
    names = set(meta.find_undeclared_variables(tree))
    names -= {str(name) for macros in tree.find_all(nodes.FromImport) for name in macros.names}
    names -= {macro.name for macro in tree.find_all(nodes.Macro)} | {"caller"}
    names -= {
        name.name
        for block in tree.find_all(nodes.CallBlock)
        for name in block.find_all(nodes.Name)
        if name.ctx == "store"
    }
    for other in meta.find_referenced_templates(tree):
        names |= read_by(str(other))
    return names


@pytest.mark.parametrize("view", list(all_views()), ids=lambda view: view.__name__)
def test_a_template_reads_exactly_the_fields_of_its_view(view: type[View]) -> None:
    assert read_by(view.template) - {"frame"} == {field.name for field in fields(view)}


def test_every_template_belongs_to_a_view_or_to_other_templates() -> None:
    parts = {f"{name}.html" for name in ("layout", "speech", "feedback_marks", "transcript", "class_parts")}
    parts |= {"second_parts.html"}

    assert {path.name for path in TEMPLATES.iterdir()} - parts == {view.template for view in all_views()}


@pytest.mark.parametrize("path", sorted(TEMPLATES.iterdir()), ids=lambda path: path.name)
def test_no_template_carries_a_script_or_a_style_of_its_own(path: Path) -> None:
    source = path.read_text("utf-8")

    assert re.findall(r"\sstyle=|<style|<script(?![^>]*\ssrc=)|\son\w+=|javascript:", source) == []


HOSTILE = '<script>alert(1)</script> "quoted" & {{ 7 * 7 }} <b onclick=x>'


def test_what_a_student_wrote_is_shown_as_it_was_written() -> None:
    room = encounter_page(encounter(ended_at=None), maria(), talk(HOSTILE), None, START, 2000)
    pages = [render(room, FRAME), render(feedback_page(debrief(turns=talk(HOSTILE), machine=scorecard())), FRAME)]

    for page in pages:
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
        assert "<script>alert" not in page
        assert "<b onclick" not in page
        assert "{{ 7 * 7 }}" in page


def test_a_hostile_name_is_escaped_in_the_bar() -> None:
    page = render(home_page([case()], [], {}, START), Frame(name="<img src=x>", role="student", support_url="/support"))

    assert "<img" not in page
