"""The commands for notifications: sweep, deliver, list, replay."""

from __future__ import annotations

import asyncio
from typing import Annotated

import httpx
import typer

from handrail.app.notify.delivery import DeliveryReport, deliver
from handrail.app.notify.opening import open_notifiers
from handrail.app.notify.sweep import sweep
from handrail.app.terminal import out, quiet
from handrail.graph.clock import now
from handrail.graph.opening import open_records
from handrail.graph.settings import Settings

notifications = typer.Typer(
    help="Who is told of handoffs. A server does this by itself; otherwise run these by a timer.",
    no_args_is_help=True,
)


@notifications.command("sweep")
def sweep_once() -> None:
    """Look for handoffs that nobody has taken or answered. Safe to run twice: each is told once."""
    quiet()
    kept = open_records(Settings())
    found = asyncio.run(sweep(kept.handoffs, kept.notifications, kept.policy, now()))
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
    quiet()
    settings = Settings()
    kept = open_records(settings)

    async def run() -> DeliveryReport:
        async with httpx.AsyncClient() as client:
            notifiers = open_notifiers(settings, client, kept.policy.emails_of)
            if not notifiers:
                raise typer.BadParameter(
                    "nobody is named: set HANDRAIL_WEBHOOK_URL, HANDRAIL_SLACK_URL or "
                    "HANDRAIL_SMTP_URL"
                )
            done = DeliveryReport()
            while (last := await deliver(kept.notifications, notifiers, now)) != DeliveryReport():
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
    quiet()
    store = open_records(Settings()).notifications
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
    quiet()
    count = asyncio.run(open_records(Settings()).notifications.replay(notification))
    out.print(f"{count} will be tried again")
    raise typer.Exit(0 if count or notification is None else 1)
