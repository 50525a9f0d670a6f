"""Prompts are rendered as they stand, and a missing input stops the render."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from jinja2 import UndefinedError

import prompts
from app.patient.direction import compose, note_for, prefix
from app.patient.disclosure import Opening, tells_news
from app.patient.scene import Exchange, Mind, State
from personas import find_scenario
from personas.schema import Persona, Scenario
from scoring.transcript import Turn

GOLDEN = Path(__file__).parent / "golden"


SCENARIOS = ("maria-biopsy-result", "ray-new-diabetes", "daniel-childs-film")
NEWS = {
    "maria-biopsy-result": "I'm afraid that it is breast cancer.",
    "ray-new-diabetes": "The blood tests show that you have type 2 diabetes.",
    "daniel-childs-film": "There is something in the bone that we did not expect, and we do not know yet what it is.",
}
MET = State(mind=Mind(trust=0.38, distress=0.6, understanding=0.2))
WON = State(mind=Mind(trust=0.75, distress=0.3, understanding=0.7))


def notes_of(persona: Persona, scenario: Scenario) -> str:
    """Each kind of note this patient gets: the first, none, what changed, the news, each hint and each telling."""
    first = note_for(MET, MET, persona, [], None, [])
    told = MET.model_copy(update={"news_told": True})
    notes = {
        "first": first,
        "nothing changed, nothing opened": note_for(MET, MET, persona, [], None, [first]),
        "warmer and calmer": note_for(MET, WON, persona, [], None, [first]),
        "hurt": note_for(WON, MET, persona, [], None, [first]),
        "the news": note_for(MET, told, persona, [], None, [first]),
        **{f"hint {cue.id}": note_for(MET, MET, persona, [], cue, [first]) for cue in persona.cues},
        **{f"begun {one.id}": _opened(persona, one.id, [first], part=True) for one in persona.concerns if one.part},
        **{f"opened {one.id}": _opened(persona, one.id, [first]) for one in persona.concerns},
        **{f"asked about {risk.kind}": note_for(MET, MET, persona, [], None, [first], risk) for risk in persona.risks},
        "insulted": note_for(MET, MET.model_copy(update={"fed_up": True}), persona, [], None, [first]),
        "insulted again": note_for(MET, MET.model_copy(update={"left": True}), persona, [], None, [first]),
    }
    return "\n".join(f"{when}: {note}" for when, note in notes.items())


def _opened(persona: Persona, concern: str, given: list[str | None], *, part: bool = False) -> str | None:
    return note_for(MET, MET, persona, [Opening(concern, "there was enough trust", part)], None, given)


def earlier_of(persona: Persona, scenario: Scenario) -> str:
    """A long talk in short, in which one concern was opened and told and the news was given; the rest stays closed."""
    concern = persona.concerns[0]
    tells = [line for line in persona.lines if line.concern == concern.id and line.on == "tell"]
    telling = next(line.text for line in tells if not line.part)
    first = note_for(MET, MET, persona, [], None, [])
    opened = note_for(MET, WON, persona, [Opening(concern.id, "there was enough trust")], None, [first])
    history = [Exchange(Turn(speaker="patient", text=scenario.opening), scenario.opening)]
    for number in range(24):
        said = f"This is turn {number}. It goes on for a while, so that the window fills up sooner than it would."
        said = NEWS[scenario.id] if number == 1 else said
        note = {0: first, 2: opened}.get(number)
        answer = telling if number == 2 else "I see. Go on."
        history.append(Exchange(Turn(speaker="student", text=said), said, note))
        history.append(Exchange(Turn(speaker="patient", text=answer), answer))
    room = len(prefix(persona, scenario)) // 4 + 600
    prompt = compose(persona, scenario, history[:-1], context_tokens=room + 300, reply_tokens=300)
    short, end, _ = prompt.messages[1]["content"].partition("</earlier>")
    return short + end


def told_in(rendered: str, persona: Persona) -> list[str]:
    return [one.id for one in persona.concerns if one.tell in rendered]


RENDERS: dict[str, Callable[[Persona, Scenario], str]] = {
    "patient_prefix": prefix,
    "patient_note": notes_of,
    "patient_earlier": earlier_of,
}


@pytest.mark.parametrize("scenario_id", SCENARIOS)
@pytest.mark.parametrize("template", RENDERS)
def test_what_a_patient_is_told_is_what_was_read_and_approved(template: str, scenario_id: str) -> None:
    """`RAPPORT_UPDATE_GOLDEN=1 pytest tests/prompts` writes it anew: read the difference before you commit it."""
    persona, scenario = find_scenario(scenario_id)
    golden = GOLDEN / f"{template}_{persona.id}.txt"
    rendered = RENDERS[template](persona, scenario) + "\n"
    if os.environ.get("RAPPORT_UPDATE_GOLDEN"):
        golden.write_text(rendered, encoding="utf-8")

    assert rendered == golden.read_text(encoding="utf-8")


@pytest.mark.parametrize("scenario_id", SCENARIOS)
def test_only_what_opened_is_in_what_is_rendered(scenario_id: str) -> None:
    persona, scenario = find_scenario(scenario_id)
    every = [one.id for one in persona.concerns]

    assert told_in(prefix(persona, scenario), persona) == []
    assert told_in(notes_of(persona, scenario), persona) == every
    assert told_in(earlier_of(persona, scenario), persona) == every[:1]
    assert tells_news(scenario, NEWS[scenario_id])
    assert f"\n- {NEWS[scenario_id]}\n" in earlier_of(persona, scenario)


def test_every_template_of_a_patient_has_its_golden_renders() -> None:
    assert {path.stem for path in prompts.FOLDER.glob("patient_*.j2")} == set(RENDERS)


def test_a_missing_input_stops_the_render() -> None:
    with pytest.raises(UndefinedError, match="may_tell"):
        prompts.render("patient_note", is_news=False, stung=False, feelings=[], truth=None, may_begin=[], let_slip=[])


def test_a_note_is_one_line_with_what_changed() -> None:
    note = prompts.render(
        "patient_note",
        is_news=True,
        stung=True,
        feelings=["Trust: wary."],
        truth="You never have.",
        may_begin=["She was ill."],
        leaving="fed_up",
        may_tell=["You don't sleep."],
        let_slip=["A hint."],
    )

    assert note == (
        "The news. That stung. Trust: wary. Answer this truly now: You never have. May begin: She was ill. "
        "May tell: You don't sleep. Let slip: A hint. Fed up."
    )


def test_every_template_names_its_inputs_first() -> None:
    firsts = {path.name: path.read_text(encoding="utf-8")[:11] for path in prompts.FOLDER.glob("*.j2")}

    assert set(firsts.values()) == {"{# Inputs: "}


def test_json_in_a_prompt_keeps_apostrophes_and_letters() -> None:
    assert (
        prompts._templates().from_string("{{ words|json }}").render(words=["don't", "señora"]) == '["don\'t", "señora"]'
    )
