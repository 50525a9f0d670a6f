"""The beat that streams share, and the patience with a stream that says nothing."""

import asyncio

import pytest

from app.llm.pace import STREAMS_A_BEAT, Beats, Patience


async def test_all_who_wait_for_a_beat_are_woken_by_one_strike() -> None:
    beats = Beats(0.05)
    woken: list[int] = []

    async def wait(number: int) -> None:
        await beats.join().wait()
        woken.append(number)

    waiting = [asyncio.create_task(wait(number)) for number in range(4)]
    await waiting[0]
    await asyncio.sleep(0)

    assert woken == [0, 1, 2, 3]


async def test_who_is_gone_when_a_beat_strikes_holds_nobody_up() -> None:
    beat = Beats(0.01).join()
    gone, there = asyncio.create_task(beat.wait()), asyncio.create_task(beat.wait())
    await asyncio.sleep(0)
    gone.cancel()

    await asyncio.wait((gone, there))

    assert (gone.cancelled(), there.exception()) == (True, None)


async def test_without_a_beat_nobody_waits() -> None:
    waiting = asyncio.create_task(Beats(0).join().wait())
    await asyncio.sleep(0)

    assert waiting.done()


async def test_so_many_streams_go_by_one_beat_and_a_place_that_is_left_is_taken() -> None:
    beats = Beats(0.08)
    full = [beats.join() for _ in range(STREAMS_A_BEAT)]
    other = beats.join()

    assert len({id(beat) for beat in full}) == 1
    assert other is not full[0]
    full[0].leave()
    assert beats.join() is full[0]
    assert beats.join() is other


async def test_beats_strike_one_after_the_other() -> None:
    beats = Beats(0.2)
    several = []
    for _ in range(3):
        several.append(beats.join())
        several[-1].streams = STREAMS_A_BEAT
    order: list[int] = []

    async def wait_twice(number: int) -> None:
        for _ in range(2):
            await several[number].wait()
            order.append(number)

    await asyncio.gather(*(wait_twice(number) for number in range(3)))

    assert order[3:] == order[:3]
    assert sorted(order[:3]) == [0, 1, 2]


async def never() -> None:
    await asyncio.Event().wait()


async def soon() -> str:
    await asyncio.sleep(0.001)
    return "words"


async def test_a_wait_that_is_over_in_time_gives_what_came() -> None:
    patience = Patience(asyncio.get_running_loop().time() + 10)

    assert await patience.wait_for(soon()) == "words"
    assert await patience.wait_for(soon()) == "words"
    patience.stop()


async def test_a_wait_that_is_too_long_ends() -> None:
    with pytest.raises(TimeoutError):
        await Patience(asyncio.get_running_loop().time() + 0.01).wait_for(never())
    task = asyncio.current_task()
    assert task is not None
    assert task.cancelling() == 0


async def test_a_wait_that_was_put_off_does_not_end_when_the_timer_was_set() -> None:
    patience = Patience(asyncio.get_running_loop().time() + 0.01)
    await patience.wait_for(soon())
    patience.until_s += 10

    assert await patience.wait_for(asyncio.sleep(0.03, "late")) == "late"
    patience.stop()


async def test_a_wait_that_was_put_off_ends_in_the_end() -> None:
    patience = Patience(asyncio.get_running_loop().time() + 0.01)
    await patience.wait_for(soon())
    patience.until_s += 0.01

    with pytest.raises(TimeoutError):
        await patience.wait_for(never())


async def test_a_wait_may_be_given_less_time_than_the_one_before() -> None:
    patience = Patience(asyncio.get_running_loop().time() + 60)
    await patience.wait_for(soon())
    patience.until_s = asyncio.get_running_loop().time() + 0.01

    with pytest.raises(TimeoutError):
        await patience.wait_for(never())


async def test_while_nobody_waits_nothing_ends() -> None:
    patience = Patience(asyncio.get_running_loop().time() + 0.005)
    await patience.wait_for(soon())
    await asyncio.sleep(0.02)
    patience.until_s = asyncio.get_running_loop().time() + 10

    assert await patience.wait_for(soon()) == "words"
    patience.stop()


async def test_who_is_cancelled_by_another_is_cancelled() -> None:
    patience = Patience(asyncio.get_running_loop().time() + 10)
    waiting = asyncio.create_task(patience.wait_for(never()))
    await asyncio.sleep(0)
    waiting.cancel()

    with pytest.raises(asyncio.CancelledError):
        await waiting
    patience.stop()
