"""Run the fake server by hand: `python -m tests.fake_llm --port 9000`, then set RAPPORT_LLM_BASE_URL to its address."""

import argparse
import asyncio
import contextlib

from tests.fake_llm.server import FakeLlm


async def serve(port: int, tokens_per_s: float, reply: str | None) -> None:
    """Answer until interrupted."""
    server = FakeLlm(tokens_per_s=tokens_per_s, keeps=20)
    if reply:
        server.answers = lambda body: reply
    await server.start(port)
    print(f"RAPPORT_LLM_BASE_URL={server.url} RAPPORT_LLM_MODEL=fake", flush=True)  # noqa: T201
    try:
        await asyncio.Event().wait()
    finally:
        await server.stop()


if __name__ == "__main__":
    options = argparse.ArgumentParser(description="A fake OpenAI-compatible server.")
    options.add_argument("--port", type=int, default=9000)
    options.add_argument("--tokens-per-s", type=float, default=30)
    options.add_argument("--reply", help="Always say this.")
    chosen = options.parse_args()
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(serve(chosen.port, chosen.tokens_per_s, chosen.reply))
