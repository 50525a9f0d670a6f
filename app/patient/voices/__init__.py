"""The voices a patient can speak with: its own written lines, or a language model."""

from app.patient.scene import Voice
from app.settings import Settings


def connect_voice(settings: Settings) -> Voice:
    """The language model's voice when `RAPPORT_LLM_MODEL` is set, else the authored one, which needs nothing."""
    if settings.llm_model is None:
        from app.patient.voices.authored import AuthoredVoice  # loads the sentence vectors

        return AuthoredVoice()
    from app.patient.voices.llm import LlmVoice

    return LlmVoice.from_settings(settings)
