"""Speech and gestures as the page draws them while they come."""

from itertools import pairwise
from typing import Any

from app.web.room import parts_of
from tests.browser.conftest import Open, Service

SPEECH = (
    "*She nods.* Yes.",
    "Yes. *She looks away.* I *really* do. *Nods*",
    "What * is this",
    "*Nods* Yes, *not* now.",
    "Two\nlines *and one* more.",
)


def test_the_page_and_the_server_tell_speech_from_action_alike(open_page: Open, service: Service) -> None:
    page = open_page()
    page.goto(service.address + "/sign-in")
    parts = "raw => import('/static/speech.js').then((speech) => speech.partsOf(raw))"

    for raw in SPEECH:
        assert page.evaluate(parts, raw) == [{"does": part.does, "text": part.text} for part in parts_of(raw)]


def test_words_already_shown_never_change_while_a_reply_streams(open_page: Open, service: Service) -> None:
    page = open_page()
    page.goto(service.address + "/sign-in")
    settle = (
        "raws => import('/static/speech.js').then(({partsOf, settled}) => raws.map((raw) => partsOf(settled(raw))))"
    )

    for raw in SPEECH:
        states: list[list[dict[str, Any]]] = page.evaluate(settle, [raw[:length] for length in range(len(raw) + 1)])
        states.append([{"does": part.does, "text": part.text} for part in parts_of(raw)])
        for earlier, later in pairwise(states):
            for before, after in zip(earlier, later, strict=False):
                assert before["does"] == after["does"]
                assert after["text"].startswith(before["text"])
            assert len(earlier) <= len(later)
