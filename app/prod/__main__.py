"""`make prod`: production on this machine, with the demo shop beside it, for trying."""

from __future__ import annotations

import signal
import sys
from threading import Event

import structlog
from rich.console import Console

from handrail.app.pages import BUILT
from handrail.app.prod.errors import CannotStart
from handrail.app.prod.options import Options
from handrail.app.prod.ports import HERE, free_port
from handrail.app.prod.stack import Stack, production
from handrail.app.shop.server import build_shop
from handrail.app.web_demo import serving


def main() -> int:
    """Serve until somebody stops it; return the exit code."""
    out, stopped = Console(), Event()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    for kind in (signal.SIGINT, signal.SIGTERM):
        signal.signal(kind, lambda *_: stopped.set())
    options = Options()
    shop_port = free_port(options.shop_port)
    shop = f"http://{HERE}:{shop_port}"
    try:
        out.print("Starting: databases, help centre, then the workers…")
        with production(
            options.folder, options.workers, options=options, environment={
                "HANDRAIL_ORIGINS": shop, "HANDRAIL_DESK_TOKEN_URL": f"{shop}/desk-token",
            },
        ) as stack, serving(build_shop(stack.url, stack.jwt_secret), shop_port):  # fmt: skip
            _tell(out, stack, shop)
            stopped.wait()
            out.print("\nDraining: no new calls, running turns end…")
    except CannotStart as problem:
        out.print(f"{problem.what}.\n{problem.mend}", style="red", markup=False, highlight=False)
        return 1
    out.print("Nothing is left running.")
    return 0


def _tell(out: Console, stack: Stack, shop: str) -> None:
    if not (BUILT / "desk.html").is_file():
        out.print("The pages are not built (make ui, with Node 20): the API works without.")
    ids = " ".join(str(each) for each in stack.worker_ids())
    out.print(
        f"\n[bold]Handrail runs as in production, with {stack.workers.count} workers ({ids}).[/]"
        f"\n\n  the API, and /handrail/    {stack.url}\n"
        f"  the shop, with the chat    {shop}\n"
        f"  the staff's entrance       {shop}/staff   (sign in as Ines or Omar first)\n"
        f"  the desk                   {stack.url}/handrail/ui/desk\n"
        f"  what the workers write     {stack.log}\n"
        f"  a token for curl           {sys.executable} -m handrail.app.prod.token agent ines\n"
        f"                             {sys.executable} -m handrail.app.prod.token customer cus_ana"
        "\n\nCtrl-C drains it and stops everything.\n",
        highlight=False, soft_wrap=True,
    )  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
