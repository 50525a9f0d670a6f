"""A server that speaks the OpenAI protocol and says what a test tells it to. No model, no key, no network."""

from tests.fake_llm.server import FakeLlm, Fault, FaultKind

__all__ = ["FakeLlm", "Fault", "FaultKind"]
