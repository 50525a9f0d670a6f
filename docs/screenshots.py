"""Makes the pictures of the documents: a fresh demo in a temporary folder, served, and looked at by a real browser.

    python docs/screenshots.py [FOLDER]

Pages are found by following links, as people do, so that it works with any demo that has an educator with a class, a
student who has not begun yet, and somebody who has ended a talk.
"""

import argparse
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple
from urllib.request import urlopen

from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

ROOT = Path(__file__).parent.parent
IMAGES = ROOT / "docs" / "images"
DESKTOP = (1280, 800)
PHONE = (390, 780)
MOST_BYTES = 200_000
"""A picture of more than this makes everybody's clone heavier than it explains."""
START_S = 120
REPLY_MS = 60_000
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
BROWSERS = ("chromium", "chromium-browser", "google-chrome")

NEWCOMER = "dana@example.org"
EDUCATOR = "educator@example.org"
SAID = (
    "Good morning. I am Dana, one of the student doctors. Before anything else: how are you today?",
    "It sounds as though this has been weighing on you. You seem worried.",
    "I can stay with that for a moment. What worries you most?",
    "Thank you for telling me. Would it be all right if I told you now what we know?",
)
"""What is said in the picture of a talk; it fits whoever sits there."""


class Served(NamedTuple):
    """A running service and the environment that commands about it need."""

    address: str
    environment: dict[str, str]

    def link(self, email: str) -> str:
        """A one-time sign-in link for somebody of the demo."""
        return str(re.findall(r"http\S+/sign-in/\S+", run(self.environment, "users", "link", email))[-1])


def run(environment: dict[str, str], *words: str) -> str:
    """What this command of the service prints."""
    command = [sys.executable, "-m", "app", *words]
    return subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True, text=True).stdout


@contextmanager
def serving(data: Path) -> Iterator[Served]:
    """A service of its own process on a fresh demo, with the offline patient whatever the environment says."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("RAPPORT_", "OPENAI_"))}
    # Set to nothing rather than left out: a `.env` beside the service must not change the pictures.
    environment |= dict.fromkeys(("RAPPORT_LLM_MODEL", "RAPPORT_DATABASE_URL", "RAPPORT_PUBLIC_URL"), "")
    environment |= {"RAPPORT_DATA_DIR": str(data), "RAPPORT_HOST": "127.0.0.1", "RAPPORT_PORT": str(port)}
    run(environment, "demo")
    served = Served(f"http://127.0.0.1:{port}", environment)
    with subprocess.Popen([sys.executable, "-m", "app", "serve"], cwd=ROOT, env=environment) as server:
        try:
            _wait_for(f"{served.address}/sign-in", server)
            yield served
        finally:
            server.terminate()


def _wait_for(address: str, server: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + START_S
    while server.poll() is None and time.monotonic() < deadline:
        try:
            with urlopen(address):
                return
        except OSError:
            time.sleep(0.1)
    sys.exit("The service did not start.")


class Camera:
    """Takes pictures into a folder, and says what it took."""

    def __init__(self, browser: Browser, served: Served, folder: Path) -> None:
        self._browser = browser
        self._served = served
        self._folder = folder

    def sign_in(self, email: str) -> Page:
        """The home page of this person, in a browser of their own."""
        width, height = DESKTOP
        context = self._browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme="light",
            reduced_motion="reduce",
            base_url=self._served.address,
        )
        page = context.new_page()
        page.goto(self._served.link(email))
        page.get_by_role("main").get_by_role("button").click()
        page.wait_for_url(lambda address: "/sign-in" not in address)
        return page

    def take(self, page: Page, name: str, size: tuple[int, int] = DESKTOP) -> None:
        """One picture of what is in the window, not of the whole page; a lower one where that would be too heavy."""
        width, height = size
        path = self._folder / f"{name}.png"
        while True:
            page.set_viewport_size({"width": width, "height": height})
            page.screenshot(path=path, animations="disabled", caret="hide")
            if path.stat().st_size <= MOST_BYTES:
                break
            height -= 60
        print(f"{path.name}: {width} x {height}, {path.stat().st_size:,} bytes")


def students_side(camera: Camera) -> None:
    """Home and door note of somebody who has begun nothing."""
    page = camera.sign_in(NEWCOMER)
    camera.take(page, "student-home")
    camera.take(page, "student-home-phone", PHONE)
    page.goto(_doors(page)[-1])
    camera.take(page, "door-note")
    page.context.close()


def _doors(page: Page) -> list[str]:
    """The door notes of what is set and open, from a student's home: those with the fewest terms first."""
    page.goto("/")
    found = []
    for address in _addresses(page.get_by_role("link", name=re.compile("^Open "))):
        page.goto(address)
        found.append((page.locator(".terms li").count(), address))
    if not found:
        sys.exit(f"Nothing is set and open for {NEWCOMER}.")
    return [address for _, address in sorted(found)]


def _addresses(links: Locator) -> list[str]:
    """Where these links lead."""
    return [str(address) for address in links.evaluate_all("links => links.map(one => one.href)")]


def educators_side(camera: Camera) -> list[str]:
    """The class, an assignment that was done and the review that comes first; the addresses of its students."""
    page = camera.sign_in(EDUCATOR)
    page.locator(".row-title a").first.click()
    home = page.url
    camera.take(page, "class")
    for address in _addresses(page.locator(".rows h3 a")):
        page.goto(address)
        if page.locator(".spreads").count():
            break
    camera.take(page, "assignment")
    page.goto(f"{home}/review")
    waiting = page.locator(".queue .row-title a")
    if waiting.count() == 0:  # nothing waits: any talk that was scored shows the page as well
        page.goto(home)
        waiting = page.locator("a[href$='/review'][href^='/encounters/']")
    waiting.first.click()
    expect(page.locator(".review-scale").first).to_be_visible()
    camera.take(page, "review")
    page.goto(f"{home}/people")
    emails = [text.strip() for text in page.locator("th[scope=row] .small").all_inner_texts()]
    page.context.close()
    return emails


def talk(camera: Camera) -> None:
    """A few real turns of a talk that was set as practice."""
    page = camera.sign_in(NEWCOMER)
    page.goto(_doors(page)[0])
    _hold(page)
    camera.take(page, "encounter")
    page.context.close()


def feedback(camera: Camera, emails: list[str]) -> None:
    """Feedback that a student may see: the first with two moments, else the first there is, else that of a new talk."""
    others: list[Page] = []
    for email in emails:
        page = camera.sign_in(email)
        for address in _addresses(page.locator("a[href$='/feedback']")):
            page.goto(address)
            if page.locator(".moment").count() == 2:
                camera.take(page, "feedback")
                return
            if page.locator(".scales").count():
                others.append(page)
                break
    camera.take(others[0] if others else _free_practice(camera), "feedback")


def _free_practice(camera: Camera) -> Page:
    """The feedback of a short talk of free practice, which nothing holds back."""
    page = camera.sign_in(NEWCOMER)
    page.locator(".card h3 a").first.click()
    _hold(page)
    page.get_by_role("button", name="End the talk").click()
    page.get_by_role("button", name="End and go on").click()
    expect(page.locator(".scales")).to_be_visible(timeout=REPLY_MS)
    return page


def _hold(page: Page) -> None:
    """Begin at this door, say a few things and wait for each answer."""
    page.get_by_role("button", name="Start").click()
    for number, words in enumerate(SAID, 1):
        expect(page.get_by_role("button", name="Send")).to_be_visible(timeout=REPLY_MS)
        page.locator("textarea#said").fill(words)
        page.keyboard.press("Enter")
        expect(page.locator("#talk .turn.mine")).to_have_count(number, timeout=REPLY_MS)
        expect(page.locator("#talk .turn").last).not_to_have_class(re.compile("mine"), timeout=REPLY_MS)
    expect(page.get_by_role("button", name="Send")).to_be_visible(timeout=REPLY_MS)
    page.evaluate("scrollTo(0, document.body.scrollHeight)")


def main() -> None:
    """Make every picture anew."""
    arguments = argparse.ArgumentParser(description="Make the pictures of the documents anew.")
    arguments.add_argument("folder", nargs="?", type=Path, default=IMAGES, help="where to put them")
    folder: Path = arguments.parse_args().folder
    folder.mkdir(parents=True, exist_ok=True)
    chromium = next(filter(None, map(shutil.which, BROWSERS)), None)
    with tempfile.TemporaryDirectory() as data, serving(Path(data) / "data") as served, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        camera = Camera(browser, served, folder)
        students_side(camera)
        feedback(camera, educators_side(camera))
        talk(camera)  # last: the pictures of the class show its newcomer before they begin
        browser.close()


if __name__ == "__main__":
    main()
