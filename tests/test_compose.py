"""The container files against the real Compose and against our own settings."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from ruamel.yaml import YAML

from app.settings import Settings

ROOT = Path(__file__).parent.parent
COMPOSE = shutil.which("docker-compose", path=os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]))
OF_THE_IMAGE = {"data_dir", "host", "port"}
"""Settings that the image itself makes: where its volume is, and where it listens inside."""


def _compose(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    if COMPOSE is None:
        pytest.skip("docker-compose is not installed")
    return subprocess.run(
        [COMPOSE, "--env-file", os.devnull, "--profile", "llm", "config", *words],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/"), **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def _resolved(**environment: str) -> Any:
    """The services as Compose reads them."""
    printed = _compose("--format", "json", RAPPORT_DB_PASSWORD="se@cr/et", **environment)
    return json.loads(printed.stdout)["services"]


def _services() -> Any:
    """The services as they are written."""
    return YAML(typ="safe").load(ROOT / "docker-compose.yml")["services"]


def _instructions() -> list[tuple[str, str]]:
    """The Dockerfile's last stage: each instruction, and what follows it."""
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    found = [line.split(maxsplit=1) for line in "\n".join(lines).replace("\\\n", " ").splitlines() if line.strip()]
    last_stage = max(index for index, (name, _) in enumerate(found) if name == "FROM")
    return [(name, rest) for name, rest in found[last_stage:]]


def _image_environment() -> dict[str, str]:
    pairs = [pair for name, rest in _instructions() if name == "ENV" for pair in rest.split()]
    return dict(pair.split("=", maxsplit=1) for pair in pairs)


def test_compose_accepts_the_file() -> None:
    assert _compose("-q", RAPPORT_DB_PASSWORD="secret").stderr == ""


def test_compose_refuses_to_start_without_a_database_password() -> None:
    assert "set a password for the database" in _compose("-q").stderr


def test_compose_passes_every_setting_but_those_of_the_image() -> None:
    names = [name for name in _services()["app"]["environment"] if name.startswith("RAPPORT_")]

    assert {name.removeprefix("RAPPORT_").lower() for name in names} == set(Settings.model_fields) - OF_THE_IMAGE


def test_the_image_makes_only_settings_there_are() -> None:
    made = {name for name in _image_environment() if name.startswith("RAPPORT_")}

    assert made == {f"RAPPORT_{name.upper()}" for name in OF_THE_IMAGE}


def test_a_setting_is_passed_on_as_it_is_and_one_that_is_not_set_is_not_passed() -> None:
    passed = _resolved(RAPPORT_LLM_TEMPERATURE="", RAPPORT_WORKERS="3")["app"]["environment"]

    assert {name: passed[name] for name in ("RAPPORT_LLM_TEMPERATURE", "RAPPORT_WORKERS", "RAPPORT_STREAMS")} == {
        "RAPPORT_LLM_TEMPERATURE": "",
        "RAPPORT_WORKERS": "3",
        "RAPPORT_STREAMS": None,
    }


def test_both_ends_have_the_same_database_password_whatever_its_signs() -> None:
    services = _resolved()

    assert services["app"]["environment"]["PGPASSWORD"] == "se@cr/et"
    assert services["db"]["environment"]["POSTGRES_PASSWORD"] == "se@cr/et"
    assert "se@cr/et" not in services["app"]["environment"]["RAPPORT_DATABASE_URL"]


def test_links_lead_to_the_port_that_is_published_on_this_machine_alone() -> None:
    app = _resolved(RAPPORT_PORT="9000")["app"]
    port = app["ports"][0]

    assert (port["host_ip"], port["published"], port["target"]) == ("127.0.0.1", "9000", 8000)
    assert app["environment"]["RAPPORT_PUBLIC_URL"] == "http://localhost:9000"


def test_where_a_request_came_from_is_taken_from_a_proxy_of_this_machine_alone() -> None:
    assert _resolved()["app"]["environment"]["FORWARDED_ALLOW_IPS"] == "172.16.0.0/12"


def test_the_service_may_do_nothing_but_serve() -> None:
    app = _services()["app"]

    assert app["read_only"] is True
    assert (app["cap_drop"], app["security_opt"]) == (["ALL"], ["no-new-privileges:true"])
    assert [name for name, rest in _instructions() if name == "USER" and rest not in ("root", "0")] == ["USER"]


def test_what_it_writes_to_is_its_volume_or_in_memory() -> None:
    app, image = _services()["app"], _image_environment()

    assert [f"data:{image['RAPPORT_DATA_DIR']}"] == app["volumes"]
    assert ("VOLUME", image["RAPPORT_DATA_DIR"]) in _instructions()
    assert [image["HOME"]] == app["tmpfs"]
    assert image["PYTHONDONTWRITEBYTECODE"] == "1"


def test_the_service_waits_for_a_database_that_can_be_reached() -> None:
    services = _services()

    assert services["app"]["depends_on"] == {"db": {"condition": "service_healthy"}}
    assert services["db"]["healthcheck"]["test"][:4] == ["CMD", "pg_isready", "-h", "127.0.0.1"]


def test_a_model_server_is_started_only_when_asked_for() -> None:
    services = _services()

    assert [name for name, service in services.items() if "profiles" in service] == ["llm"]
    assert services["llm"]["profiles"] == ["llm"]
    assert "llm" not in services["app"]["depends_on"]


def test_a_model_server_of_this_machine_can_be_reached() -> None:
    assert _services()["app"]["extra_hosts"] == ["host.docker.internal:host-gateway"]


@pytest.fixture(params=[200, 503])
def answering(request: pytest.FixtureRequest) -> Iterator[tuple[int, int]]:
    """The port of a server that answers /healthz so, and nothing else; and how it answers."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(request.param if self.path == "/healthz" else 404)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the library's word
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield server.server_port, request.param
        server.shutdown()


def test_the_health_check_asks_at_the_port_that_is_set_and_through_no_proxy(answering: tuple[int, int]) -> None:
    port, status = answering
    check = next(rest for name, rest in _instructions() if name == "HEALTHCHECK")
    _, option, code = json.loads(check[check.index("CMD ") + 4 :])
    environment = {
        "PATH": os.environ["PATH"],
        "RAPPORT_PORT": str(port),
        "http_proxy": "http://127.0.0.1:9",
    }
    ended = subprocess.run([sys.executable, option, code], env=environment, check=False)

    assert ended.returncode == (0 if status == 200 else 1)


def test_time_zones_come_with_the_packages_on_every_system() -> None:
    lines = (ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines()

    assert [";" in line for line in lines if line.startswith("tzdata==")] == [False]


def test_the_image_holds_what_the_service_imports_and_nothing_else() -> None:
    copied = {
        line.split()[1]
        for line in (ROOT / "Dockerfile").read_text(encoding="utf-8").splitlines()
        if line.startswith("COPY ") and "--from" not in line
    }
    kept = {
        line[1:] for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines() if line.startswith("!")
    }

    assert copied == kept == {"requirements.lock", "app", "personas", "prompts", "scoring"}
