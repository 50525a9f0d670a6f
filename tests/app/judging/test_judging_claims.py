"""What a judgement takes, and what that costs."""

from typing import Any

import pytest

from app.judging.claims import Claim, cost_of
from app.settings import Settings
from app.storage.judgements import Took
from app.storage.tables import JudgeJob
from scoring.judge import Reply
from tests.app.judging.made import ScriptedModel


@pytest.mark.parametrize(
    ("prices", "cost"),
    [
        ({}, None),
        ({"judge_price_prompt": 2.0}, 2e-3),
        ({"judge_price_prompt": 2.0, "judge_price_cached": 0.5}, 1.4e-3),
        ({"judge_price_prompt": 2.0, "judge_price_cached": 0.0}, 1.2e-3),
        ({"judge_price_completion": 10.0}, 1e-3),
        ({"judge_price_prompt": 2.0, "judge_price_cached": 0.5, "judge_price_completion": 10.0}, 2.4e-3),
    ],
)
def test_tokens_cost_what_the_settings_say(prices: dict[str, Any], cost: float | None) -> None:
    settings = Settings(_env_file=None, **prices)

    assert cost_of(settings, prompt_tokens=1000, cached_tokens=400, completion_tokens=100) == (
        None if cost is None else pytest.approx(cost)
    )


async def test_where_the_server_counts_nothing_four_characters_are_a_token() -> None:
    claim = Claim(
        JudgeJob(id="j", encounter_id="e", calls=1, prompt_tokens=10, cached_tokens=0, completion_tokens=0),
        ScriptedModel(Reply("x" * 40), Reply("{}", True, prompt_tokens=100, cached_tokens=60, completion_tokens=5)),
        Settings(_env_file=None),
    )
    for _ in range(2):
        await claim([{"role": "user", "content": "y" * 400}], "leave", {})

    assert claim.took == Took(calls=3, prompt_tokens=210, cached_tokens=60, completion_tokens=15)
