"""A student's home and the door note."""

from app.web.assigned import Case
from app.web.home import Held, door_note_page, home_page
from app.web.pages import render
from personas import Scenario
from tests.app.web.made import FRAME, START, case, encounter, maria


def many() -> list[Case]:
    persona, scenario = case()
    return [
        Case(persona, Scenario.model_validate(scenario.model_dump() | {"id": f"s{number}", "minutes": 8 + number}))
        for number in range(7)
    ]


def test_a_short_library_has_no_filters() -> None:
    assert home_page([case()], [], {}, START).filters == ()


def test_the_library_is_narrowed_by_what_was_asked() -> None:
    page = home_page(
        many(), [], {"length": "short", "channel": "face_to_face", "nonsense": "x", "practice": "x"}, START
    )

    assert [card.minutes for card in page.cards] == [8, 9, 10]
    assert [one.name for one in page.filters] == ["practice", "channel", "difficulty", "length"]
    assert [choice.value for one in page.filters for choice in one.choices if choice.chosen] == [
        "",
        "face_to_face",
        "",
        "short",
    ]


def test_home_tells_running_encounters_from_ended_ones() -> None:
    held = [Held(encounter(id="o", ended_at=None), case(), 3, None), Held(encounter(id="p"), case(), 9, 71.6)]
    page = home_page([case()], held, {}, START)

    assert [one.id for one in page.unfinished] == ["o"]
    assert [(one.id, one.overall) for one in page.past] == [("p", 72)]


def test_the_door_note_gives_nothing_away() -> None:
    page = render(door_note_page(case()), FRAME)

    assert [concern.id for concern in maria().concerns if concern.summary in page or concern.tell in page] == []
    assert [cue.id for cue in maria().cues if cue.hint in page] == []
    assert page.count('type="radio"') == 2
