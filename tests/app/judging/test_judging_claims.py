"""What a judgement costs."""

from typing import Any

import pytest

from app.judging.claims import cost_of
from app.settings import Settings


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
