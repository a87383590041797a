"""A time for a whole reply: the client's own limit begins anew with every byte, and servers send some to stay heard."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any


def within(seconds: float) -> Callable[[Any], None]:
    """A hook for responses of the client under ``openai``, whose bodies raise TimeoutError once the time is up."""
    end = time.monotonic() + seconds

    def limited(response: Any) -> None:
        received = response.iter_bytes

        def iter_bytes(chunk_size: int | None = None) -> Iterator[bytes]:
            for piece in received(chunk_size):
                if time.monotonic() > end:
                    raise TimeoutError
                yield piece

        response.iter_bytes = iter_bytes

    return limited
