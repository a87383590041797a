"""A real HTTP server that speaks the chat-completions protocol and answers by script."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Say:
    """A complete reply, streamed word by word if the client asks for it."""

    content: str
    finish_reason: str = "stop"


@dataclass(frozen=True)
class Refuse:
    """An error status with the body that hosted endpoints send."""

    status: int
    message: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    param: str | None = None


@dataclass(frozen=True)
class Raw:
    """A body as it stands."""

    body: bytes
    content_type: str = "application/json"
    status: int = 200


@dataclass(frozen=True)
class BreakOff:
    """Sends a part of a good reply and hangs up."""

    content: str


@dataclass(frozen=True)
class Hang:
    """Says nothing until the server is closed."""


@dataclass(frozen=True)
class Trickle:
    """Streams a word now and then, without an end."""

    pause: float = 0.05


@dataclass(frozen=True)
class KeepAlive:
    """Sends now and then the sign of a server that is still there, and no word of a reply."""

    pause: float = 0.05


Step = Say | Refuse | Raw | BreakOff | Hang | Trickle | KeepAlive


@dataclass
class Script:
    """What the server still has to answer (the last step repeats), and what it was asked."""

    steps: list[Step]
    models: tuple[str, ...] = ("tiny",)
    requests: list[dict[str, Any]] = field(default_factory=list)
    authorizations: list[str] = field(default_factory=list)
    closing: threading.Event = field(default_factory=threading.Event)
    url: str = ""

    def next_step(self) -> Step:
        return self.steps.pop(0) if len(self.steps) > 1 else self.steps[0]


class _Handler(BaseHTTPRequestHandler):
    script: Script
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: the test's output is not the place."""

    def do_GET(self) -> None:
        entries = [{"id": name, "object": "model"} for name in self.script.models]
        self._send(200, json.dumps({"object": "list", "data": entries}).encode())

    def do_POST(self) -> None:
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.script.requests.append(request)
        self.script.authorizations.append(self.headers.get("Authorization", ""))
        if not self.path.endswith("/v1/chat/completions"):
            self._send(404, b'{"error": {"message": "no such path"}}')
            return
        match self.script.next_step():
            case Say() as say if request.get("stream"):
                self._stream([*_words(say.content)], say.finish_reason)
            case Say() as say:
                self._send(200, json.dumps(_completion(say.content, say.finish_reason)).encode())
            case Refuse() as refuse:
                error = {"error": {"message": refuse.message, "param": refuse.param, "code": None}}
                self._send(refuse.status, json.dumps(error).encode(), headers=refuse.headers)
            case Raw() as raw:
                self._send(raw.status, raw.body, content_type=raw.content_type)
            case BreakOff() as broken if request.get("stream"):
                self._stream([*_words(broken.content)], None)
            case BreakOff() as broken:
                body = json.dumps(_completion(broken.content, "stop")).encode()
                self._head(200, "application/json", (("Content-Length", str(len(body))),))
                self.wfile.write(body[: len(body) // 2])
                self._hang_up()
            case Hang():
                self.script.closing.wait(30)
                self._hang_up()
            case Trickle(pause=pause):
                self._head(200, "text/event-stream", (("Connection", "close"),))
                while not self.script.closing.wait(pause):
                    self._event({"delta": {"content": "word "}, "finish_reason": None, "index": 0})
                self._hang_up()

            case KeepAlive(pause=pause):
                self._head(200, "text/event-stream", (("Connection", "close"),))
                while not self.script.closing.wait(pause):
                    self._written(b": still there\n\n")
                self._hang_up()

    def _send(
        self,
        status: int,
        body: bytes,
        *,
        content_type: str = "application/json",
        headers: Sequence[tuple[str, str]] = (),
    ) -> None:
        self._head(status, content_type, (*headers, ("Content-Length", str(len(body)))))
        self.wfile.write(body)

    def _head(self, status: int, content_type: str, headers: Sequence[tuple[str, str]]) -> None:
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()

    def _stream(self, pieces: Sequence[str], ending: str | None) -> None:
        self._head(200, "text/event-stream", (("Connection", "close"),))
        for piece in pieces:
            self._event({"delta": {"content": piece}, "finish_reason": None, "index": 0})
        if ending is not None:
            self._event({"delta": {}, "finish_reason": ending, "index": 0})
            usage = {"prompt_tokens": 7, "completion_tokens": len(pieces), "total_tokens": 7 + len(pieces)}
            self._data({**_ENVELOPE, "object": "chat.completion.chunk", "choices": [], "usage": usage})
            self.wfile.write(b"data: [DONE]\n\n")
        self._hang_up()

    def _event(self, choice: dict[str, Any]) -> None:
        self._data({**_ENVELOPE, "object": "chat.completion.chunk", "choices": [choice]})

    def _data(self, chunk: dict[str, Any]) -> None:
        self._written(f"data: {json.dumps(chunk)}\n\n".encode())

    def _written(self, content: bytes) -> None:
        try:
            self.wfile.write(content)
            self.wfile.flush()
        except (BrokenPipeError, ConnectionResetError):
            self.script.closing.set()

    def _hang_up(self) -> None:
        self.close_connection = True


_ENVELOPE: dict[str, Any] = {"id": "reply", "created": 0, "model": "tiny"}


def _words(content: str) -> Iterator[str]:
    yield from content.splitlines(keepends=True)


def _completion(content: str, ending: str) -> dict[str, Any]:
    message = {"role": "assistant", "content": content}
    usage = {"prompt_tokens": 7, "completion_tokens": 5, "total_tokens": 12}
    choice = {"index": 0, "message": message, "finish_reason": ending}
    return {**_ENVELOPE, "object": "chat.completion", "choices": [choice], "usage": usage}


@contextmanager
def openai_server(*steps: Step, models: tuple[str, ...] = ("tiny",)) -> Iterator[Script]:
    """Serves the script on a free loopback port; ``script.url`` is its address."""
    script = Script(list(steps), models)
    handler = type("ScriptedHandler", (_Handler,), {"script": script})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    script.url = f"http://127.0.0.1:{server.server_address[1]}/v1"
    try:
        yield script
    finally:
        script.closing.set()
        server.shutdown()
        server.server_close()
        thread.join(5)
