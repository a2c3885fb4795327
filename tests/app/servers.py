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
from handrail.app.web_demo import config_in
from tests.app.tokens import SECRET
from tests.ports import free_port
from tests.processes import stop

ROOT = Path(__file__).resolve().parents[2]
AEGRA = ROOT / ".venv-aegra" / "bin" / "python"
REDIS = os.environ.get("HANDRAIL_TEST_REDIS", "redis://127.0.0.1:6379")
START_SECONDS = 150
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
def aegra(folder: Path, database: str, ours: str, **settings: str) -> Iterator[str]:
    """Start Aegra on its database and on ours, give its URL, and stop it."""
    port = free_port()
    command = [
        str(AEGRA), "-m", "uvicorn", "aegra_api.main:app", "--host", "127.0.0.1", "--port",
        str(port), "--no-proxy-headers",
    ]  # fmt: skip
    own = secrets.token_hex(6)  # its own queue: several such servers may share one Redis
    more = {
        "DATABASE_URL": database, "HANDRAIL_DATABASE_URL": ours,
        "AEGRA_CONFIG": str(config_in(folder)),
        "AUTH_TYPE": "custom", "REDIS_BROKER_ENABLED": "true", "REDIS_URL": f"{REDIS}/0",
        "REDIS_CHANNEL_PREFIX": f"handrail:{own}:run:", "WORKER_QUEUE_KEY": f"handrail:{own}:jobs",
        "ENV_MODE": "PRODUCTION", "SQLALCHEMY_POOL_SIZE": "4", "LANGGRAPH_MIN_POOL_SIZE": "1",
        "LANGGRAPH_MAX_POOL_SIZE": "6", "WORKER_COUNT": "1", **settings,
    }  # fmt: skip
    with _started(command, folder, port, "/health", more) as url:
        yield url


@contextmanager
def _started(
    command: list[str], folder: Path, port: int, ready: str, more: dict[str, str]
) -> Iterator[str]:
    log = folder / "server.log"
    environment = {
        **os.environ, "HANDRAIL_DATA": str(folder / "data"), "LANGSMITH_TRACING": "false",
        "HANDRAIL_MAILBOX": str(folder / MAIL), "HANDRAIL_POLICY": str(ROOT / "policy.toml"),
        "HANDRAIL_DEV": "1", "HANDRAIL_JWT_SECRET": SECRET, "HANDRAIL_SECRET": ACTS_SECRET,
        "HANDRAIL_SERVICE_KEYS": f"shop={hash_of(SERVICE_KEY)}",
        "HANDRAIL_CUSTOMER_LIMIT": "2000/minute", "HANDRAIL_ADDRESS_LIMIT": "5000/minute", **more,
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
