"""What no tracked file may hold: an address of a package registry, or a path of the machine it was written on."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

# Written in pieces so that this file does not hold what it forbids.
REGISTRY_HOSTS = ("pypi" + ".org", "python" + "hosted.org", "npm" + "js.org", "deb.de" + "bian.org", "npm" + "js.com")
MACHINE_PATH = re.compile(r"(?<![\w.~$}/-])/(?:work|home|root|Users|farm)" + r"/[\w.-]")
LOCAL_MIRROR = re.compile(r"--(?:extra-)?index-url[ =]\S+|file:///\w+/")


def tracked_files() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    if listed.returncode != 0:
        pytest.skip("not a git checkout: there are no tracked files to look at")
    return [ROOT / name for name in listed.stdout.decode().split("\0") if name]


def texts() -> list[tuple[str, str]]:
    found = []
    for path in tracked_files():
        if path.is_file():
            content = path.read_bytes()
            if b"\0" not in content:
                found.append((str(path.relative_to(ROOT)), content.decode("utf-8")))
    return found


def test_no_file_names_a_package_registry() -> None:
    assert [(name, host) for name, text in texts() for host in REGISTRY_HOSTS if host in text] == []


def test_no_file_holds_a_path_of_the_build_machine() -> None:
    assert [(name, match.group()) for name, text in texts() if (match := MACHINE_PATH.search(text))] == []


def test_no_file_points_an_installer_at_a_mirror() -> None:
    assert [(name, match.group()) for name, text in texts() if (match := LOCAL_MIRROR.search(text))] == []


@pytest.mark.parametrize("path", ["/wo" + "rk/main/x.py", "see /ho" + "me/ann/x", '"/ro' + 'ot/.venv"'])
def test_a_machine_path_is_recognised(path: str) -> None:
    assert MACHINE_PATH.search(path) is not None


@pytest.mark.parametrize("path", ["/encounters/1/feedback", "docs/home/x", "https://example.org/home/x"])
def test_an_address_of_our_own_is_not_taken_for_one(path: str) -> None:
    assert MACHINE_PATH.search(path) is None


def test_locks_with_addresses_are_not_tracked() -> None:
    assert [path.name for path in tracked_files() if path.name in {"uv.lock", "pylock.toml"}] == []
