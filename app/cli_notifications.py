"""The commands for notifications: sweep, deliver, list, replay."""

from __future__ import annotations

import asyncio
from typing import Annotated

import httpx
import typer
from rich.console import Console

from handrail.app.notify.delivery import DeliveryReport, deliver
from handrail.app.notify.opening import open_notifiers
from handrail.app.notify.sweep import sweep
from handrail.graph.clock import now
from handrail.graph.policy import Policy, read_policy
from handrail.graph.settings import Settings
from handrail.store.database import open_database
from handrail.store.handoffs.sql import SqlHandoffs
from handrail.store.migrate import migrate
from handrail.store.notifications.sql import SqlNotifications

notifications = typer.Typer(
    help="Who is told of handoffs. A server does this by itself; otherwise run these by a timer.",
    no_args_is_help=True,
)
out = Console()


@notifications.command("sweep")
def sweep_once() -> None:
    """Look for handoffs that nobody has taken or answered. Safe to run twice: each is told once."""
    settings, policy = _settings_and_policy()
    engine = open_database(settings.database())
    migrate(engine)
    found = asyncio.run(sweep(SqlHandoffs(engine), SqlNotifications(engine), policy, now()))
    engine.dispose()
    for alarm in found:
        facts = alarm.payload
        out.print(
            f"{alarm.kind}: {alarm.handoff_id} in {facts['queue']}, due {facts['due_at']}",
            markup=False,
        )
    out.print(f"{len(found)} new alarms")


@notifications.command("deliver")
def deliver_once() -> None:
    """Send what is due to the targets that the settings name."""
    settings, policy = _settings_and_policy()

    async def run() -> DeliveryReport:
        store = _store(settings)
        async with httpx.AsyncClient() as client:
            notifiers = open_notifiers(settings, client, policy.emails_of)
            if not notifiers:
                raise typer.BadParameter(
                    "nobody is named: set HANDRAIL_WEBHOOK_URL, HANDRAIL_SLACK_URL or "
                    "HANDRAIL_SMTP_URL"
                )
            done = DeliveryReport()
            while (last := await deliver(store, notifiers, now)) != DeliveryReport():
                done = done + last
            return done

    done = asyncio.run(run())
    out.print(f"{done.delivered} delivered, {done.postponed} to be tried again, {done.dead} dead")
    raise typer.Exit(1 if done.dead else 0)


@notifications.command("list")
def dead_letters(
    limit: Annotated[int, typer.Option(min=1, max=1000, help="At most so many.")] = 100,
) -> None:
    """Show what could not be delivered, and how much still waits."""
    store = _store(Settings())
    for letter in asyncio.run(store.dead(limit)):
        out.print(
            f"{letter.notification_id} to {letter.target}: {letter.error} "
            f"({letter.attempts} attempts, last {letter.at})",
            markup=False,
        )
    out.print(f"{asyncio.run(store.pending())} waiting to be delivered")


@notifications.command("replay")
def replay_dead(
    notification: Annotated[
        str | None, typer.Argument(help="Its id, as `list` shows it; all of them without one.")
    ] = None,
) -> None:
    """Try dead letters again."""
    count = asyncio.run(_store(Settings()).replay(notification))
    out.print(f"{count} will be tried again")
    raise typer.Exit(0 if count or notification is None else 1)


def _store(settings: Settings) -> SqlNotifications:
    engine = open_database(settings.database())
    migrate(engine)
    return SqlNotifications(engine)


def _settings_and_policy() -> tuple[Settings, Policy]:
    settings = Settings()
    return settings, read_policy(settings.policy_file())
