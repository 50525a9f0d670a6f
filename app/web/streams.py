"""A reply as server-sent events: ready bytes, sent as they come, for as long as somebody reads them."""

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import aclosing, suppress

import orjson
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from app import errors
from app.replies import Event, Reply, failed_event

log = logging.getLogger(__name__)

STALLED_S = 30.0
"""A reader that takes nothing for so long is dropped; the reply goes on, and can be resumed."""
_PING = b": still here\n\n"


def event_bytes(event: Event) -> bytes:
    """One server-sent event, ready to send; its id is the number of characters delivered so far."""
    if event.event == "ping":
        return _PING
    return b"id: %d\nevent: %s\ndata: %s\n\n" % (event.offset, event.event.encode(), orjson.dumps(event.data))


class EventStream(Response):
    """The events of a reply from the `after`-th character on.

    Starlette's own StreamingResponse sets up a task group for each stream and never gives a stalled reader up.
    """

    media_type = "text/event-stream"

    def __init__(self, reply: Reply, after: int = 0) -> None:
        super().__init__(headers={"X-Accel-Buffering": "no"})
        del self.headers["content-length"]
        self._reply = reply
        self._after = after

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send until the reply is over, the reader has gone, or takes nothing any more."""
        gone = asyncio.create_task(_hang_up(receive))
        try:
            with suppress(TimeoutError):
                async with asyncio.timeout(STALLED_S) as limit:
                    await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
                    await self._send_events(send, gone, limit)
                    await send({"type": "http.response.body", "body": b"", "more_body": False})
        finally:
            gone.cancel()

    async def _send_events(self, send: Send, gone: "asyncio.Task[None]", limit: asyncio.Timeout) -> None:
        now = asyncio.get_running_loop().time
        armed_at = now()
        async with aclosing(_bytes_of(self._reply, self._after)) as events:
            async for event in events:
                if gone.done():
                    return
                await send({"type": "http.response.body", "body": event, "more_body": True})
                if now() - armed_at > STALLED_S / 3:  # not each time: moving a timer costs more than the event
                    armed_at = now()
                    limit.reschedule(armed_at + STALLED_S)


async def _hang_up(receive: Receive) -> None:
    """Return when the reader has gone; what is left of the request is of no interest."""
    while (await receive())["type"] != "http.disconnect":
        pass


async def _bytes_of(reply: Reply, after: int) -> AsyncGenerator[bytes]:
    """The events as bytes. A fault while reading ends with an event too: the status is long sent."""
    try:
        async with aclosing(reply.watch(after)) as events:
            async for event in events:
                after = event.offset
                yield event_bytes(event)
    except Exception as error:  # noqa: BLE001  raising here would cut the stream without a word
        log.error("%s while reply %s was watched", type(error).__name__, reply.attempt_id)
        fault = error if isinstance(error, errors.RapportError) else errors.Unexpected()
        yield event_bytes(failed_event(fault, after))
