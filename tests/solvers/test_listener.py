"""Listening to a solver: what is passed on, from which thread, and how a run is stopped."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable
from queue import SimpleQueue

import pytest

from solvers.listener import Listener
from solvers.solver import Bound, Event, Incumbent, LogLine, Pulse


def test_lines_incumbents_and_new_finite_bounds_are_passed_on() -> None:
    heard: list[Event] = []
    listener = Listener(heard.append)
    listener.tell("one\ntwo\n")
    listener.tell_incumbent(3.0)
    for bound in (1.0, 1.0, math.inf, 2.0):
        listener.tell_bound(bound)
    assert [type(event) for event in heard] == [LogLine, LogLine, Incumbent, Bound, Bound]
    assert listener.log == "one\ntwo"
    assert listener.bound == 2.0


def test_after_a_request_to_stop_nothing_more_is_told() -> None:
    heard: list[Event] = []

    def listen(event: Event) -> bool:
        heard.append(event)
        return True

    listener = Listener(listen)
    listener.tell("one\ntwo")
    assert listener.stopped
    assert len(heard) == 1
    assert listener.log == "one\ntwo", "the log is kept all the same"


def test_pulses_keep_their_distance() -> None:
    heard: list[Event] = []
    listener = Listener(heard.append)
    for _ in range(100):
        listener.pulse()
    assert len(heard) == 1
    assert isinstance(heard[0], Pulse)


def test_work_in_a_thread_is_told_in_the_thread_of_the_listener() -> None:
    threads: set[int] = set()
    lines: list[str] = []

    def listen(event: Event) -> None:
        threads.add(threading.get_ident())
        if isinstance(event, LogLine):
            lines.append(event.text)

    listener = Listener(listen)

    def work(told: SimpleQueue[Callable[[], None]]) -> int:
        assert threading.get_ident() not in threads
        for number in range(20):
            told.put(lambda number=number: listener.tell(str(number)))  # type: ignore[misc]
        return 7

    assert listener.attend(work, lambda: None) == 7
    assert lines == [str(number) for number in range(20)]
    assert threads == {threading.get_ident()}


@pytest.mark.parametrize("failing", [False, True], ids=["asked to stop", "an exception in the handler"])
def test_work_is_interrupted_once_and_waited_for(failing: bool) -> None:
    interrupted = threading.Event()
    calls: list[None] = []

    def interrupt() -> None:
        calls.append(None)
        interrupted.set()

    def listen(_event: Event) -> bool:
        if failing:
            raise KeyError("handler")
        return True

    listener = Listener(listen)
    assert listener.attend(lambda _: interrupted.wait(30), interrupt)
    assert len(calls) == 1
    if failing:
        with pytest.raises(KeyError, match="handler"):
            listener.raise_error()


def test_what_work_raises_is_raised() -> None:
    def work(_told: SimpleQueue[Callable[[], None]]) -> None:
        raise ArithmeticError("work")

    with pytest.raises(ArithmeticError, match="work"):
        Listener(lambda event: None).attend(work, lambda: None)
