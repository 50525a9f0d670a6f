"""Simulated patients: what a persona file may hold, and how it is read."""

from personas.loader import (
    Fault,
    LoadedPersona,
    PersonaError,
    find_scenario,
    load,
    load_folder,
    parse,
    shipped,
)
from personas.schema import Persona, Scenario, says

__all__ = [
    "Fault",
    "LoadedPersona",
    "Persona",
    "PersonaError",
    "Scenario",
    "find_scenario",
    "load",
    "load_folder",
    "parse",
    "says",
    "shipped",
]
