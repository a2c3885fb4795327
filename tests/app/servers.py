"""The two LangGraph servers that run Handrail, each on a free port of loopback."""

import os
import secrets
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from handrail.app.access.service_keys import hash_of
from handrail.app.prod.options import Options
from handrail.app.prod.postgres import drop_databases
from handrail.app.prod.stack import Stack, production
from handrail.app.web_demo import config_in
from tests.app.tokens import SECRET
from tests.ports import free_port
from tests.postgres import SERVER, own_database
from tests.processes import stop

ROOT = Path(__file__).resolve().parents[2]
AEGRA = ROOT / ".venv-aegra" / "bin" / "python"
REDIS = os.environ.get("HANDRAIL_TEST_REDIS", "redis://127.0.0.1:6379")
START_SECONDS = 150
AEGRA_WORKERS = 2
MAIL = "mail"  # the customers' mailboxes, in the folder of a server
SERVICE_KEY = "hsk_of-the-tests"
ACTS_SECRET = "what the servers of the tests sign with themselves"


def needs_aegra() -> None:
    """Skip the test where Aegra is not built."""
    if not AEGRA.exists():
        pytest.skip("Aegra is not built: make test-aegra")


@contextmanager
def langgraph_dev(folder: Path, **settings: str) -> Iterator[str]:
    """Start the development server with these settings too, give its URL, and stop it."""
    port = free_port()
    command = [
        str(Path(sys.executable).parent / "langgraph"), "dev", "--no-browser", "--no-reload",
        "--host", "127.0.0.1", "--port", str(port), "--config", str(config_in(folder)),
    ]  # fmt: skip
    more = {"LANGGRAPH_NO_VERSION_CHECK": "true", "LANGGRAPH_CLI_NO_ANALYTICS": "1", **settings}
    with _started(command, folder, port, "/ok", more) as url:
        yield url


@contextmanager
def aegra(folder: Path, **settings: str) -> Iterator[Stack]:
    """Start production with two workers on databases of its own, give it, and stop it.

    It is in development mode too, for the callers without a token, unless the settings say
    otherwise.
    """
    needs_aegra()
    with own_database():
        pass  # skips where there is no PostgreSQL
    options = Options(
        _env_file=None, databases=f"handrail_test_{secrets.token_hex(6)}", port=0,
        redis=f"{REDIS}/0", postgres=SERVER.replace("+psycopg", ""),
    )  # fmt: skip
    learned = folder / "data" / "chroma"
    if learned.is_dir():  # its Chroma is a server
        learned.rename(folder / "chroma")
    told = {"HANDRAIL_ENV": "", "HANDRAIL_DEV": "1", **_common(), **settings}
    try:
        with production(folder, AEGRA_WORKERS, options=options, environment=told) as stack:
            yield stack
    finally:
        drop_databases(options.postgres, options.databases)


def _common() -> dict[str, str]:
    """Return what both servers are told."""
    return {
        "LANGSMITH_TRACING": "false", "HANDRAIL_POLICY": str(ROOT / "policy.toml"),
        "HANDRAIL_JWT_SECRET": SECRET, "HANDRAIL_SECRET": ACTS_SECRET,
        "HANDRAIL_SERVICE_KEYS": f"shop={hash_of(SERVICE_KEY)}",
        "HANDRAIL_CUSTOMER_LIMIT": "2000/minute", "HANDRAIL_ADDRESS_LIMIT": "5000/minute",
    }  # fmt: skip


@contextmanager
def _started(
    command: list[str], folder: Path, port: int, ready: str, more: dict[str, str]
) -> Iterator[str]:
    log = folder / "server.log"
    environment = {
        **os.environ, "HANDRAIL_DATA": str(folder / "data"), "HANDRAIL_DEV": "1",
        "HANDRAIL_MAILBOX": str(folder / MAIL), **_common(), **more,
    }  # fmt: skip
    url = f"http://127.0.0.1:{port}"
    with log.open("w") as out:
        process = subprocess.Popen(
            command, cwd=folder, env=environment, stdout=out, stderr=subprocess.STDOUT
        )
        try:
            end = time.monotonic() + START_SECONDS
            while not _is_ready(url + ready):
                assert process.poll() is None, log.read_text()[-3000:]
                assert time.monotonic() < end, log.read_text()[-3000:]
                time.sleep(0.3)
            yield url
        finally:
            stop(process)


def _is_ready(url: str) -> bool:
    try:
        return httpx.get(url, timeout=2).status_code == 200
    except httpx.TransportError:
        return False
