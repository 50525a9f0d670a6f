"""Who may do what, as one table: every route, every kind of person, the status each one gets.

A route that stands in no row fails `test_every_route_has_a_row`. A row names its own kind of encounter:

    free        practice of the owner's; a turn was answered, it runs
    free-ended  the same, ended
    set         set for the class by its educator; it runs
    set-ended   the same, ended; a must-ask was left out, so its result is held until an educator has looked
    shared      free practice that its owner shares with the class
    -           the request is about no encounter

The service has a judge that could not be reached when the talks ended.
"""

import asyncio
import json
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from starlette.routing import Mount

from app import accounts
from app import encounter as room
from app.accounts import Person
from app.classroom import afterwards, assignments, classes
from app.classroom.assignments import Terms
from app.main import create_app
from app.storage import encounters, reviews
from app.storage.tables import Encounter
from scoring.scorecard import SCALE_NAMES
from tests.app.judged import job
from tests.app.scripted import SCENARIO, ScriptedVoice, events_of, new_id
from tests.conftest import add_people, open_browser, settings_in

WHO = ("nobody", "owner", "other_st", "educator", "other_ed", "admin")
"""`educator` teaches the class that `owner` and `other_st`, two students, are in; `other_ed` teaches nobody of it."""
LEADS_TO = {
    "in": "303 /sign-in",
    "home": "303 /",
    "account": "303 /account",
    "classes": "303 /classes",
    "reports": "303 /reports",
    "room": "303 /encounters",
    "joining": "303 /join",
    "patient": "303 /personas/maria_rivera#check",
}
MATRIX = """
#     path                                             kind        nobody   owner    other_st educator other_ed admin
GET   /                                                -           in       200      200      classes  classes  reports
GET   /sign-in                                         -           200      home     home     home     home     home
POST  /sign-in                                         -           401      401      401      401      401      401
GET   /sign-in/{secret}                                -           403      403      403      403      403      403
POST  /sign-in/{secret}                                -           403      403      403      403      403      403
POST  /sign-out                                        -           in       in       in       in       in       in
GET   /account                                         -           in       200      200      200      200      200
POST  /account/password                                -           in       account  account  account  account  account
GET   /support                                         -           200      200      200      200      200      200
GET   /healthz                                         -           200      200      200      200      200      200
GET   /readyz                                          -           200      200      200      200      200      200
GET   /api/v1/openapi.json                             -           200      200      200      200      200      200
GET   /static/{path:path}                              -           200      200      200      200      200      200

GET   /join                                            -           200      200      200      200      200      200
GET   /join/{code}                                     -           200      200      200      200      200      200
POST  /join/{code}                                     -           in       home     home     404      404      404
POST  /join/{code}/account                             -           home     home     home     home     home     home

GET   /scenarios/{scenario}                            -           in       200      200      404      404      404
POST  /scenarios/{scenario}/begin                      -           in       room     room     404      404      404
GET   /assignments/{assignment}                        set         in       200      200      404      404      404
POST  /assignments/{assignment}/begin                  set         in       room     room     404      404      404

GET   /classes                                         -           in       404      404      200      200      404
POST  /classes                                         -           in       404      404      classes  classes  404
GET   /classes/{cohort}                                -           in       404      404      200      404      404
GET   /classes/{cohort}/people                         -           in       404      404      200      404      404
POST  /classes/{cohort}/settings                       -           in       404      404      classes  404      404
POST  /classes/{cohort}/archive                        -           in       404      404      classes  404      404
POST  /classes/{cohort}/code                           -           in       404      404      classes  404      404
POST  /classes/{cohort}/educators                      -           in       404      404      classes  404      404
POST  /classes/{cohort}/people/{user}/remove           -           in       404      404      classes  404      404
POST  /classes/{cohort}/people/{user}/time             -           in       404      404      classes  404      404
POST  /classes/{cohort}/roster                         -           in       404      404      200      404      404
GET   /classes/{cohort}/scores.csv                     -           in       404      404      200      404      404
GET   /classes/{cohort}/trail                          -           in       404      404      200      404      404
GET   /classes/{cohort}/review                         -           in       404      404      200      404      404
GET   /classes/{cohort}/reports                        -           in       404      404      200      404      404
POST  /classes/{cohort}/reports/{report}               set-ended   in       404      404      classes  404      404
POST  /classes/{cohort}/reports/{report}               free-ended  in       404      404      404      404      404
GET   /reports                                         -           in       404      404      404      404      200
POST  /reports/{report}                                free-ended  in       404      404      404      404      reports
POST  /reports/{report}                                set-ended   in       404      404      404      404      404

GET   /personas                                        -           in       404      404      200      200      200
GET   /personas/{patient}                              -           in       404      404      200      200      200
POST  /personas/{patient}/check                        -           in       404      404      patient  409      409

GET   /classes/{cohort}/assignments/new                -           in       404      404      200      404      404
POST  /classes/{cohort}/assignments                    -           in       404      404      classes  404      404
GET   /classes/{cohort}/assignments/{assignment}       set         in       404      404      200      404      404
GET   /classes/{cohort}/assignments/{assignment}/edit  set         in       404      404      200      404      404
POST  /classes/{cohort}/assignments/{assignment}       set         in       404      404      classes  404      404
POST  /classes/{cohort}/assignments/{assignment}/delete set        in       404      404      409      404      404
POST  /classes/{cohort}/assignments/{assignment}/release set       in       404      404      classes  404      404

GET   /encounters/{id}                                 free        in       200      404      404      404      404
GET   /encounters/{id}                                 set         in       200      404      404      404      404
GET   /encounters/{id}                                 set-ended   in       room     404      404      404      404
POST  /encounters/{id}/end                             free        in       room     404      404      404      404
POST  /encounters/{id}/end                             set         in       room     404      404      404      404
POST  /encounters/{id}/branch                          free-ended  in       room     404      404      404      404
POST  /encounters/{id}/branch                          set-ended   in       403      404      404      404      404
GET   /encounters/{id}/feedback                        set         in       room     404      404      404      404
GET   /encounters/{id}/feedback                        free-ended  in       200      404      404      404      404
GET   /encounters/{id}/feedback                        set-ended   in       200      404      room     404      404
GET   /encounters/{id}/feedback                        shared      in       200      404      room     404      404
POST  /encounters/{id}/rating                          set-ended   in       room     404      404      404      404
POST  /encounters/{id}/share                           free-ended  in       room     404      404      404      404
POST  /encounters/{id}/share                           set-ended   in       422      404      404      404      404
POST  /encounters/{id}/report                          free-ended  in       room     404      404      404      404
POST  /encounters/{id}/delete                          free-ended  in       home     404      404      404      404
POST  /encounters/{id}/delete                          set-ended   in       422      404      404      404      404
GET   /encounters/{id}/second-opinion                  set         in       room     404      404      404      404
GET   /encounters/{id}/second-opinion                  free-ended  in       200      404      404      404      404
GET   /encounters/{id}/second-opinion                  set-ended   in       409      404      200      404      404
GET   /encounters/{id}/second-opinion                  shared      in       200      404      200      404      404
POST  /encounters/{id}/second-opinion                  free        in       409      404      404      404      404
POST  /encounters/{id}/second-opinion                  free-ended  in       room     404      404      404      404
POST  /encounters/{id}/second-opinion                  set-ended   in       422      404      room     404      404
POST  /encounters/{id}/second-opinion                  shared      in       room     404      422      404      404

GET   /encounters/{id}/review                          set         in       404      404      404      404      404
GET   /encounters/{id}/review                          set-ended   in       404      404      200      404      404
GET   /encounters/{id}/review                          free-ended  in       404      404      404      404      404
GET   /encounters/{id}/review                          shared      in       404      404      200      404      404
GET   /encounters/{id}/review/{act}                    set-ended   in       404      404      room     404      404
POST  /encounters/{id}/review/level                    set-ended   in       404      404      room     404      404
POST  /encounters/{id}/review/level                    free-ended  in       404      404      404      404      404
POST  /encounters/{id}/review/strike                   set-ended   in       404      404      422      404      404
POST  /encounters/{id}/review/evidence                 set-ended   in       404      404      room     404      404
POST  /encounters/{id}/review/comment                  set-ended   in       404      404      room     404      404
POST  /encounters/{id}/review/comment                  shared      in       404      404      room     404      404
POST  /encounters/{id}/review/back                     set-ended   in       404      404      404      404      404
POST  /encounters/{id}/review/flag                     set-ended   in       404      404      room     404      404
POST  /encounters/{id}/review/accept                   set-ended   in       404      404      409      404      404
POST  /encounters/{id}/review/accept                   shared      in       404      404      422      404      404
POST  /encounters/{id}/review/reopen                   set-ended   in       404      404      room     404      404

GET   /api/v1/me                                       -           401      200      200      200      200      200
GET   /api/v1/scenarios                                -           401      200      200      200      200      200
GET   /api/v1/assignments                              -           401      200      200      200      200      200
POST  /api/v1/score                                    -           401      200      200      200      200      200
POST  /api/v1/encounters                               free        401      201      201      201      201      201
POST  /api/v1/encounters                               set         401      201      201      404      404      404
GET   /api/v1/encounters/{id}                          free        401      200      404      404      404      404
GET   /api/v1/encounters/{id}                          free-ended  401      200      404      404      404      404
GET   /api/v1/encounters/{id}                          shared      401      200      404      200      404      404
GET   /api/v1/encounters/{id}                          set         401      200      404      404      404      404
GET   /api/v1/encounters/{id}                          set-ended   401      200      404      200      404      404
POST  /api/v1/encounters/{id}/turns                    free        401      200      404      404      404      404
POST  /api/v1/encounters/{id}/turns                    set         401      200      404      404      404      404
POST  /api/v1/encounters/{id}/turns                    set-ended   401      409      404      404      404      404
GET   /api/v1/encounters/{id}/turns/{turn}/reply       set-ended   401      200      404      404      404      404
POST  /api/v1/encounters/{id}/turns/{turn}/stop        free        401      204      404      404      404      404
POST  /api/v1/encounters/{id}/turns/{turn}/ask-again   free        401      409      404      404      404      404
POST  /api/v1/encounters/{id}/hint                     free        401      200      404      404      404      404
POST  /api/v1/encounters/{id}/end                      free        401      200      404      404      404      404
POST  /api/v1/encounters/{id}/end                      set         401      202      404      404      404      404
GET   /api/v1/encounters/{id}/scorecard                free-ended  401      200      404      404      404      404
GET   /api/v1/encounters/{id}/scorecard                shared      401      200      404      200      404      404
GET   /api/v1/encounters/{id}/scorecard                set-ended   401      409      404      200      404      404
GET   /api/v1/encounters/{id}/scorecard                set         401      409      404      404      404      404
GET   /api/v1/encounters/{id}/second-opinion           free-ended  401      200      404      404      404      404
GET   /api/v1/encounters/{id}/second-opinion           shared      401      200      404      200      404      404
GET   /api/v1/encounters/{id}/second-opinion           set-ended   401      409      404      200      404      404
GET   /api/v1/encounters/{id}/second-opinion           set         401      409      404      404      404      404
"""
GAPS = {
    "id": "encounter_id",
    "turn": "turn_id",
    "scenario": "scenario_id",
    "cohort": "cohort_id",
    "assignment": "assignment_id",
    "report": "report_id",
    "user": "user_id",
    "patient": "persona_id",
}

TURN = {"json": {"turn_id": "{new_id}", "said": "How are you?"}}
TERMS = {
    "scenario_id": SCENARIO,
    "difficulty": "standard",
    "mode": "practice",
    "counts": "best",
    "release": "at_once",
    "opens_at": "2026-03-01T09:00",
    "reason": "One was ill.",
    "closes_at": "2099-03-01T09:00",
}
SENT: dict[str, dict[str, Any]] = {
    "POST /sign-in": {"data": {"email": "x@example.org", "password": "x"}},
    "POST /account/password": {"data": {"password": "a long password"}},
    "POST /join/{code}/account": {
        "data": {"name": "New", "email": "{new_id}@example.org", "password": "a long password"}
    },
    "POST /classes": {"data": {"name": "Year 5", "time_zone": "UTC"}},
    "POST /classes/{cohort_id}/settings": {"data": {"name": "Year 5", "time_zone": "UTC"}},
    "POST /classes/{cohort_id}/educators": {"data": {"email": "eva@example.org"}},
    "POST /classes/{cohort_id}/people/{user_id}/time": {"data": {"time_factor": "1.5"}},
    "POST /classes/{cohort_id}/roster": {"data": {"roster_text": "{new_id}@example.org, New"}},
    "POST /classes/{cohort_id}/reports/{report_id}": {"data": {"answer": "It is mended."}},
    "POST /reports/{report_id}": {"data": {"answer": "It is mended."}},
    "POST /classes/{cohort_id}/assignments": {"data": TERMS},
    "POST /classes/{cohort_id}/assignments/{assignment_id}": {"data": TERMS},
    "POST /encounters/{encounter_id}/branch": {"data": {"position": "{student_turn}"}},
    "POST /encounters/{encounter_id}/rating": {"data": dict.fromkeys(SCALE_NAMES, "2")},
    "POST /encounters/{encounter_id}/share": {"data": {"cohort": "{cohort_id}"}},
    "POST /encounters/{encounter_id}/report": {"data": {"about": "patient", "words": "She said it twice."}},
    "POST /encounters/{encounter_id}/review/level": {
        "data": {"seen": "0", "scale": "empathy", "level": "3", "words": "Look at turn 2."}
    },
    "POST /encounters/{encounter_id}/review/strike": {
        "data": {"seen": "0", "span": "empathy:0:0:1:raises", "words": "x"}
    },
    "POST /encounters/{encounter_id}/review/evidence": {
        "data": {"seen": "0", "turn": "{student_turn}", "words": "Warm."}
    },
    "POST /encounters/{encounter_id}/review/comment": {"data": {"seen": "0", "words": "Keep the silence."}},
    "POST /encounters/{encounter_id}/review/back": {"data": {"seen": "0", "number": "1"}},
    "POST /encounters/{encounter_id}/review/flag": {"data": {"seen": "0", "index": "0", "stands": "false"}},
    "POST /encounters/{encounter_id}/review/accept": {"data": {"seen": "0", "release": "false"}},
    "POST /encounters/{encounter_id}/review/reopen": {"data": {"seen": "0", "words": "Read again."}},
    "POST /api/v1/score": {"json": {"turns": [{"speaker": "student", "text": "Hello, how are you today?"}]}},
    "POST /api/v1/encounters free": {"json": {"scenario": SCENARIO}},
    "POST /api/v1/encounters set": {"json": {"assignment": "{assignment_id}"}},
    "POST /api/v1/encounters/{encounter_id}/turns free": TURN,
    "POST /api/v1/encounters/{encounter_id}/turns set": TURN,
    "POST /api/v1/encounters/{encounter_id}/turns set-ended": TURN,
}
"""What a request carries, by method and path, and by kind where that matters."""


@dataclass(frozen=True)
class Row:
    """One request, and what each of `WHO` gets: a status, with the page it leads to if it does."""

    method: str
    path: str
    kind: str
    expected: dict[str, str]

    def __str__(self) -> str:
        return f"{self.method} {self.path} {self.kind}"

    @property
    def sent(self) -> dict[str, Any]:
        return SENT.get(str(self), SENT.get(f"{self.method} {self.path}", {}))


def read_matrix() -> list[Row]:
    rows = []
    for line in MATRIX.splitlines():
        if line and not line.startswith("#"):
            method, path, kind, *cells = line.split()
            for gap, name in GAPS.items():
                path = path.replace(f"{{{gap}}}", f"{{{name}}}")
            expected = dict(zip(WHO, (LEADS_TO.get(cell, cell) for cell in cells), strict=True))
            rows.append(Row(method, path, kind, expected))
    return rows


ROWS = read_matrix()


@dataclass(frozen=True)
class World:
    """A school in a folder: everybody's session, and what fills the gaps of a path, for each kind of encounter."""

    folder: Path
    session_of: dict[str, str | None]
    fill: dict[str, dict[str, str]]


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory) -> World:
    """A class with one encounter of each kind by its first student; made once, copied for every row."""
    return asyncio.run(_found_school(tmp_path_factory.mktemp("school")))


async def _found_school(folder: Path) -> World:
    app = create_app(settings_in(folder), ScriptedVoice())
    async with app.router.lifespan_context(app):
        people = await add_people(app.state.store)
        found = await _set_scenario(app, people.educator, [people.student, people.other_student])
        fill = {}
        for kind in ("free", "free-ended", "shared", "set", "set-ended"):
            encounter = await _hold(app, people.student, found["assignment_id"] if kind.startswith("set") else None)
            fill[kind] = {**encounter, **found, "scenario_id": SCENARIO, "secret": "made-up"}
            fill[kind] |= {"user_id": people.other_student.id, "report_id": "none"}
            fill[kind]["persona_id"] = "maria_rivera"
            if kind in ("free-ended", "shared", "set-ended"):
                await room.end(app.state.rooms, encounter["encounter_id"])
                fill[kind]["report_id"] = await _report(app, encounter["encounter_id"])
                async with app.state.store.write() as session:
                    session.add(job(encounter["encounter_id"], "failed"))
        async with app.state.store.write() as session:
            await afterwards.share(session, fill["shared"]["encounter_id"], people.student, found["cohort_id"])
        kinds = (people.student, people.other_student, people.educator, people.other_educator, people.admin)
        async with app.state.store.write() as session:
            secrets = [await accounts.new_session(session, app.state.key, person.id, days=1) for person in kinds]
    return World(folder, dict(zip(WHO, [None, *secrets], strict=True)), fill)


async def _set_scenario(app: FastAPI, educator: Person, students: list[Person]) -> dict[str, str]:
    now, day = datetime.now(UTC), timedelta(days=1)
    async with app.state.store.write() as session:
        cohort = await classes.create_class(session, "Year 4", educator)
        for student in students:
            await classes.add_member(session, cohort.id, student.id, "student")
        terms = Terms(SCENARIO, now - day, now + day)
        assignment = await assignments.set_assignment(session, cohort, educator, terms)
    return {"cohort_id": cohort.id, "code": cohort.join_code, "assignment_id": assignment.id}


async def _report(app: FastAPI, encounter_id: str) -> str:
    async with app.state.store.write() as session:
        encounter = await session.get_one(Encounter, encounter_id)
        await afterwards.report(session, encounter, "patient", "She said it twice.")
        await session.flush()
        found = await reviews.reports_on(session, encounter_id)
    return found[0].id


async def _hold(app: FastAPI, student: Person, assignment_id: str | None) -> dict[str, str]:
    """One encounter with one turn, answered."""
    rooms, turn_id = app.state.rooms, new_id()
    held = await room.begin(rooms, student, SCENARIO, assignment_id=assignment_id)
    await events_of(await room.say(rooms, held.id, turn_id, "Hello, I am Ada. How are you today?"))
    async with rooms.store.read() as session:
        turns = await encounters.turns_of(session, held.id)
    position = next(turn.position for turn in turns if turn.turn_id == turn_id)
    return {"encounter_id": held.id, "turn_id": turn_id, "student_turn": str(position), "path:path": "rapport.css"}


@pytest.fixture
async def app_of_school(school: World, tmp_path: Path) -> AsyncIterator[FastAPI]:
    shutil.copytree(school.folder, tmp_path / "data")
    nobody_there = {"judge_model": "a-judge", "judge_base_url": "http://127.0.0.1:9"}
    app = create_app(settings_in(tmp_path / "data").model_copy(update=nobody_there), ScriptedVoice())
    async with app.router.lifespan_context(app):
        yield app


@pytest.mark.parametrize("row", ROWS, ids=str)
async def test_everybody_gets_what_the_table_says(row: Row, app_of_school: FastAPI, school: World) -> None:
    got = {}
    # The owner goes last: what they may do changes the encounter the others ask for.
    for who in sorted(WHO, key=lambda name: name == "owner"):
        async with open_browser(app_of_school, school.session_of[who]) as browser:
            got[who] = _shown(await _request(browser, row, school.fill))

    assert {who: _cut(got[who], row.expected[who]) for who in WHO} == row.expected


async def _request(browser: httpx2.AsyncClient, row: Row, fill: dict[str, dict[str, str]]) -> httpx2.Response:
    gaps = {**fill["free" if row.kind == "-" else row.kind], "new_id": new_id()}
    if row.path.startswith("/api/"):
        browser.headers["accept"] = "application/json"
    return await browser.request(row.method, _fill(row.path, gaps), **json.loads(_fill(json.dumps(row.sent), gaps)))


def _fill(text: str, known: dict[str, str]) -> str:
    for name, value in known.items():
        text = text.replace("{" + name + "}", value)
    return text


def _shown(answer: httpx2.Response) -> str:
    return f"{answer.status_code} {answer.headers.get('location', '')}".strip()


def _cut(got: str, wanted: str) -> str:
    """An address that goes on below the one wanted counts as that one; home is only home."""
    below = not wanted.endswith(" /") and got.startswith((f"{wanted}/", f"{wanted}?"))
    return wanted if below else got


def test_every_route_has_a_row(school: World) -> None:
    app = create_app(settings_in(school.folder), ScriptedVoice())
    routes = set()
    for route in iter_route_contexts(app.routes):
        if isinstance(route.original_route, Mount):
            routes.add(("GET", f"{route.path}/{{path:path}}"))
        else:
            routes |= {(method, str(route.path)) for method in (route.methods or set()) - {"HEAD"}}

    assert routes == {(row.method, row.path) for row in ROWS}
