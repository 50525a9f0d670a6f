"""The container files against the real Compose and against our own settings."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from app.settings import Settings

ROOT = Path(__file__).parent.parent
COMPOSE = shutil.which("docker-compose", path=os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]))


def _config(**environment: str) -> subprocess.CompletedProcess[str]:
    if COMPOSE is None:
        pytest.skip("docker-compose is not installed")
    return subprocess.run(
        [COMPOSE, "--profile", "llm", "config", "-q"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/"), **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_compose_accepts_the_file() -> None:
    assert _config(RAPPORT_DB_PASSWORD="secret").stderr == ""


def test_compose_refuses_to_start_without_a_database_password() -> None:
    assert "set a password for the database" in _config().stderr


def test_every_setting_compose_passes_exists() -> None:
    services = YAML(typ="safe").load(ROOT / "docker-compose.yml")["services"]
    passed = {name.removeprefix("RAPPORT_").lower() for name in services["app"]["environment"]}

    assert passed - set(Settings.model_fields) == set()


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
