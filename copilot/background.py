"""Work that a thread does beside a page: begun, watched and waited for."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import Self


@dataclass(eq=False)
class Background(ABC):
    """One piece of work; it keeps what came of it itself, and ends with the program."""

    _thread: threading.Thread | None = field(default=None, init=False, repr=False)

    def start(self) -> Self:
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        return self

    @property
    def running(self) -> bool:
        return self._thread is not None and self._thread.is_alive()

    def wait(self) -> None:
        if self._thread is not None:
            self._thread.join()

    @abstractmethod
    def _run(self) -> None:
        """The work: nothing that may go wrong in it leaves it."""
