"""Training in a process of its own: watched without blocking, stopped when asked, its proxy saved to a file.

``python -m solvers.proxies.background`` reads one line of JSON with the document, the variations and the training, and
writes a line for every progress, at last ``done`` or ``failed``. When its input ends, or says ``stop``, it finishes
with the best weights so far.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, TextIO

from formulations.formulation import Document
from solvers.proxies.networks import Kind
from solvers.proxies.proxy import Settings
from solvers.proxies.report import Report
from solvers.proxies.training import Progress, Training

_ROOT = Path(__file__).resolve().parents[2]
#: Characters of the error output that are kept.
_KEPT = 2000


class TrainingJob:
    """One training at work; it starts at once and saves its proxy at ``path`` when it is done.

    ``progress`` is the latest, None before the first. ``report`` is there once it is done; ``error`` says in words
    what went wrong, "" for nothing.
    """

    def __init__(
        self, document: Document, variations: Sequence[str], training: Training | None = None, *, path: Path | str
    ) -> None:
        self.path = Path(path)
        self.progress: Progress | None = None
        self.report: Report | None = None
        self.error = ""
        self._finished = threading.Event()
        training = training or Training()
        request = {
            "document": document.model_dump(mode="json"),
            "variations": list(variations),
            "training": asdict(training) | {"kind": training.kind and training.kind.value},
            "path": str(self.path),
        }
        environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(_ROOT), os.environ.get("PYTHONPATH", "")])}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "solvers.proxies.background"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment,
            text=True,
            encoding="utf-8",
        )
        threading.Thread(target=self._listen, args=(json.dumps(request),), daemon=True).start()

    @property
    def running(self) -> bool:
        return not self._finished.is_set()

    def stop(self) -> None:
        """Asks for an early end that keeps the best so far."""
        self._say("stop")

    def kill(self) -> None:
        """Ends it for certain; no proxy is saved."""
        self._process.kill()

    def wait(self, timeout: float | None = None) -> bool:
        """Whether it has ended within so many seconds."""
        return self._finished.wait(timeout)

    def _say(self, line: str) -> None:
        try:
            assert self._process.stdin is not None
            self._process.stdin.write(line + "\n")
            self._process.stdin.flush()
        except (OSError, ValueError):  # it has ended by itself
            return

    def _listen(self, request: str) -> None:
        assert self._process.stdout is not None
        assert self._process.stderr is not None
        complaints: list[str] = []
        reader = threading.Thread(target=lambda: complaints.append(self._process.stderr.read()))  # type: ignore[union-attr]
        reader.start()
        self._say(request)
        for line in self._process.stdout:
            message = json.loads(line)
            match message.pop("event"):
                case "progress":
                    self.progress = Progress(**message)
                case "done":
                    self.report = Report.model_validate(message["report"])
                case "failed":
                    self.error = message["reason"]
        self._process.wait()
        reader.join()
        if self.report is None and not self.error:
            last = "".join(complaints)[-_KEPT:].strip().splitlines()[-1:]
            self.error = f"the training ended with code {self._process.returncode}" + (f": {last[0]}" if last else "")
        self._finished.set()


def training_of(message: dict[str, Any]) -> Training:
    """The training in a request."""
    own = dict(message)
    kind = own.pop("kind")
    settings, layers = Settings(**own.pop("settings")), tuple(own.pop("layers"))
    return Training(kind=None if kind is None else Kind(kind), settings=settings, layers=layers, **own)


def _work(request: dict[str, Any], sink: TextIO, stop: threading.Event) -> None:
    from formulations.data import DataError, bind
    from formulations.ground import GroundingError
    from solvers.proxies.saved import ProxyFileError, save_proxy
    from solvers.proxies.torch_gate import TorchMissingError
    from solvers.proxies.training import train
    from solvers.spaces import space
    from solvers.variations import parse_variation

    def write(event: str, **content: object) -> None:
        sink.write(json.dumps({"event": event, **content}) + "\n")
        sink.flush()

    def watch(progress: Progress) -> bool:
        write("progress", **asdict(progress))
        return stop.is_set()

    try:
        document = Document.model_validate(request["document"])
        instance = bind(document.formulation, document.data)
        own = space(instance, [parse_variation(line) for line in request["variations"]])
        proxy = train(own, training_of(request["training"]), watch=watch)
        save_proxy(proxy, request["path"])
    except (DataError, GroundingError, ProxyFileError, TorchMissingError, ValueError) as error:
        write("failed", reason=str(error))
        return
    assert proxy.report is not None
    write("done", report=proxy.report.model_dump(mode="json"))


def main() -> None:
    """Trains what standard input asks for."""
    sink = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # whatever a library prints must not break the stream
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    stop = threading.Event()
    request = json.loads(sys.stdin.readline())

    def hear() -> None:
        sys.stdin.readline()  # a word, or the end
        stop.set()

    threading.Thread(target=hear, daemon=True).start()
    _work(request, sink, stop)
    os._exit(0)  # the listening thread would wait for the end of the input


if __name__ == "__main__":
    main()
