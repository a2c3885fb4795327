"""A server on loopback that keeps what is asked of it and answers what a test wants."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any


@dataclass
class Seen:
    method: str
    path: str  # with the query
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Reply:
    json: Any = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    raw: bytes | None = None
    delay: float = 0.0
    drip: float = 0.0  # seconds between pieces of 16 bytes
    cut: int | None = None  # close the connection after so many bytes of the body


@dataclass
class Loopback:
    url: str
    seen: list[Seen]


@contextmanager
def serving(answer: Callable[[Seen], Reply], port: int = 0) -> Iterator[Loopback]:
    """Serve on a port, a free one unless it is named; each request is answered by `answer`."""
    seen: list[Seen] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle_any(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            seen.append(Seen(self.command, self.path, headers, body))
            reply = answer(seen[-1])
            time.sleep(reply.delay)
            sent = reply.raw if reply.raw is not None else json.dumps(reply.json).encode()
            try:
                self.send_response(reply.status)
                for name, value in reply.headers.items():
                    self.send_header(name, value)
                self.send_header("content-length", str(len(sent)))
                self.end_headers()
                self._write(sent, reply)
            except OSError:
                self.close_connection = True

        def _write(self, sent: bytes, reply: Reply) -> None:
            if reply.cut is not None:
                sent, self.close_connection = sent[: reply.cut], True
            if not reply.drip:
                self.wfile.write(sent)
                return
            for start in range(0, len(sent), 16):
                self.wfile.write(sent[start : start + 16])
                self.wfile.flush()
                time.sleep(reply.drip)

        do_GET = do_POST = do_PUT = handle_any  # noqa: N815 - the base class's names

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield Loopback(f"http://127.0.0.1:{server.server_address[1]}", seen)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def script(*replies: Reply) -> Callable[[Seen], Reply]:
    """Give these replies one after the other, and the last for ever."""
    left = list(replies)
    return lambda _: left.pop(0) if len(left) > 1 else left[0]
