"""`make demo-web`: the real server and a shop beside it, with a past to look at.

It listens on loopback only, keeps everything in a folder of its own, and leaves nothing running.
"""

from __future__ import annotations

import asyncio
import json
import os
import secrets
import shutil
import signal
import subprocess  # nosec B404
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread
from typing import Any
from uuid import uuid4

import httpx
import structlog
import uvicorn
from fastapi import FastAPI
from langgraph_sdk import get_client
from rich.console import Console

from handrail.app.pages import BUILT
from handrail.app.past import keep_past
from handrail.app.prod.ports import HERE, free_port
from handrail.app.shop.server import Tokens, build_shop
from handrail.graph.clock import now
from handrail.graph.opening import open_services
from handrail.graph.settings import Settings

ROOT = Path(__file__).resolve().parents[1]
SERVER_PORT, SHOP_PORT = 2024, 8010
START_SECONDS = 180
STOP_SECONDS = 15
WAITING = {  # who waits for a person when the desk is first opened
    "cus_marc": "A third broken pot! I am furious, your service is a disgrace.",
    "cus_olu": "Could I talk to a person, please? It is about my last order.",
    "cus_lucia": "Quiero hablar con mi abogado sobre este cobro, es una estafa.",
    None: "Do you have this lamp in green, and would it fit a bathroom?",
}


@dataclass(frozen=True)
class Running:
    """Where it runs, the secret of its tokens, and how many conversations the past has."""

    server: str
    shop: str
    secret: str
    past: int


def main() -> int:
    """Serve until somebody stops it; return the exit code."""
    out = Console()
    if not (BUILT / "desk.html").is_file():
        out.print("The pages are not built: make ui", style="red")
        return 1
    stopped = Event()
    for kind in (signal.SIGINT, signal.SIGTERM):
        signal.signal(kind, lambda *_: stopped.set())
    with web_demo(out) as running:
        _tell(out, running)
        stopped.wait()
        out.print("\nStopping…")
    out.print("Nothing is left running.")
    return 0


@contextmanager
def web_demo(out: Console) -> Iterator[Running]:
    """Start the server and the shop with a past, and end both."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    server_port, shop_port = free_port(SERVER_PORT), free_port(SHOP_PORT)
    server, shop = f"http://{HERE}:{server_port}", f"http://{HERE}:{shop_port}"
    data = Settings().data.resolve()
    folder = data / "web-demo" / uuid4().hex[:8]
    folder.mkdir(parents=True)
    secret = secrets.token_urlsafe(48)
    environment = {
        "HANDRAIL_DATA": str(data),
        "HANDRAIL_DATABASE_URL": f"sqlite:///{folder / 'demo.db'}",
        "HANDRAIL_MAILBOX": str(folder / "mail"),
        "HANDRAIL_POLICY": str(ROOT / "policy.toml"),
        "HANDRAIL_COMPANY": "demo", "HANDRAIL_MODEL": "embedded", "HANDRAIL_DEV": "1",
        "HANDRAIL_JWT_SECRET": secret, "HANDRAIL_SECRET": secrets.token_urlsafe(48),
        "HANDRAIL_ORIGINS": shop, "HANDRAIL_DESK_TOKEN_URL": f"{shop}/desk-token",
        "HANDRAIL_PUBLIC_URL": server, "LANGSMITH_TRACING": "false",
        "LANGGRAPH_NO_VERSION_CHECK": "true", "LANGGRAPH_CLI_NO_ANALYTICS": "1",
    }  # fmt: skip
    try:
        with out.status("Opening the demo company and playing its past…"):
            count = asyncio.run(_past(data, folder))
        with (
            _server(folder, server_port, environment, out),
            serving(build_shop(server, secret), shop_port),
        ):
            asyncio.run(_ask_for_people(server, secret))
            yield Running(server, shop, secret, count)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def serving(app: FastAPI, port: int) -> Iterator[None]:
    """Serve an application on loopback in a thread, and end it."""
    server = uvicorn.Server(uvicorn.Config(app, host=HERE, port=port, log_level="warning"))
    thread = Thread(target=server.run, daemon=True)
    thread.start()
    try:
        while not server.started and thread.is_alive():
            time.sleep(0.02)
        yield
    finally:
        server.should_exit = True
        thread.join(STOP_SECONDS)


async def _past(data: Path, folder: Path) -> int:
    settings = Settings(
        _env_file=None, data=data, policy=ROOT / "policy.toml", company="demo",
        database_url=f"sqlite:///{folder / 'demo.db'}", mailbox=folder / "mail",
    )  # fmt: skip
    services = await asyncio.to_thread(open_services, settings)
    return await keep_past(services, now())


@contextmanager
def _server(folder: Path, port: int, environment: dict[str, str], out: Console) -> Iterator[None]:
    """Run the LangGraph server as a program of its own, and end it."""
    command = [
        str(Path(sys.executable).parent / "langgraph"), "dev", "--no-browser", "--no-reload",
        "--host", HERE, "--port", str(port), "--config", str(config_in(folder)),
    ]  # fmt: skip
    log = folder / "server.log"
    with log.open("w") as written:
        running = subprocess.Popen(  # noqa: S603 - our own program  # nosec B603
            command, cwd=folder, env={**os.environ, **environment}, stdout=written,
            stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
        try:
            with out.status("Starting the LangGraph server…"):
                _wait(running, f"http://{HERE}:{port}/handrail/health", log)
            yield
        finally:
            running.terminate()
            try:
                running.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                running.kill()
                running.wait()


def config_in(folder: Path, graphs: Mapping[str, str] | None = None) -> Path:
    """Write our langgraph.json for a server that runs in a folder of its own, with more graphs."""
    config = json.loads((ROOT / "langgraph.json").read_text("utf-8"))
    config["dependencies"] = [str(ROOT)]
    config["graphs"] = {"support": f"{ROOT / 'graph' / 'graph.py'}:graph", **(graphs or {})}
    file = folder / "langgraph.json"
    file.write_text(json.dumps(config), "utf-8")
    return file


def _wait(running: subprocess.Popen[bytes], url: str, log: Path) -> None:
    end = time.monotonic() + START_SECONDS
    while True:
        try:
            if httpx.get(url, timeout=30).is_success:
                return
        except httpx.TransportError:
            pass
        if running.poll() is not None or time.monotonic() > end:
            raise SystemExit(f"The server did not start. {log} says:\n{log.read_text()[-2000:]}")
        time.sleep(0.3)


async def _ask_for_people(server: str, secret: str) -> None:
    """Let a few customers write what a person has to answer, through the server's own door."""
    for customer, text in WAITING.items():
        token = _token(customer, secret) if customer else await _visitor(server)
        client = get_client(url=server, headers={"Authorization": f"Bearer {token}"})
        thread = await client.threads.create()
        said: dict[str, Any] = {
            "messages": [{"type": "human", "id": str(uuid4()), "content": text}]
        }
        await client.runs.wait(thread["thread_id"], "support", input=said)


def _token(customer: str, secret: str) -> str:
    facts = {"role": "customer", "customer_id": customer, "verified": True}
    return Tokens(secret).sign(sub=customer, **facts)


async def _visitor(server: str) -> str:
    async with httpx.AsyncClient(base_url=server) as client:
        answer = await client.post("/handrail/visitors")
        return str(answer.raise_for_status().json()["token"])


def _tell(out: Console, running: Running) -> None:
    server, shop = running.server, running.shop
    out.print(
        f"\n[bold]Handrail is running, with {running.past} made-up conversations of four weeks.[/]"
        f"\n\n  the shop, with the chat    {shop}\n"
        f"  the staff's entrance       {shop}/staff   (sign in as Ines or Omar first)\n"
        f"  the desk                   {server}/handrail/ui/desk\n"
        f"  insights                   {server}/handrail/ui/insights\n"
        f"  for developers             {server}/handrail/ui/debug\n\n"
        "Write something angry in the shop, and answer it at the desk. Ctrl-C stops everything.\n",
        highlight=False,
    )


if __name__ == "__main__":
    sys.exit(main())
