"""An ear on loopback: it takes whatever a tracer sends, and keeps it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@contextmanager
def listening() -> Iterator[tuple[str, list[bytes]]]:
    """Give the address, and the bodies that were sent there."""
    kept: list[bytes] = []

    class Ear(BaseHTTPRequestHandler):
        def do_POST(self):
            kept.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.do_GET()

        def do_PATCH(self):
            self.do_POST()

        def do_GET(self):
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Ear)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", kept
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
