"""Everybody who can be sent to a patient, by name."""

from app.lab.intruding import injecting, probing
from app.lab.learners import brusque, formulaic, middling, skilled
from app.lab.room import Learner
from app.lab.second_language import second_language
from app.lab.straying import abusive, off_topic, silent

SCRIPTED: dict[str, Learner] = {
    "skilled": skilled,
    "middling": middling,
    "brusque": brusque,
    "formulaic": formulaic,
    "second_language": second_language,
}
"""Those whose words belong to a scenario: they need its script."""

UNSCRIPTED: dict[str, Learner] = {
    "probing": probing,
    "injecting": injecting,
    "off_topic": off_topic,
    "silent": silent,
    "abusive": abusive,
}
"""Those who say the same in every scenario."""

LEARNERS: dict[str, Learner] = {**SCRIPTED, **UNSCRIPTED}
