"""Open the demo shop: python -m handrail.app.shop, with the secret of the server it belongs to."""

from __future__ import annotations

import argparse
import os

import uvicorn

from handrail.app.shop.server import build_shop

SECRET = "HANDRAIL_JWT_SECRET"  # noqa: S105 - the name of the setting


def main() -> None:
    """Serve the shop on this machine until it is stopped."""
    parser = argparse.ArgumentParser(prog="python -m handrail.app.shop", description=__doc__)
    parser.add_argument("--server", default="http://127.0.0.1:2024", help="where Handrail is")
    parser.add_argument("--port", type=int, default=2025, help="where the shop is (2025)")
    given = parser.parse_args()
    secret = os.environ.get(SECRET)
    if not secret:
        parser.error(f"set {SECRET} to the secret that the server at {given.server} believes")
    uvicorn.run(build_shop(given.server, secret), host="127.0.0.1", port=given.port)


if __name__ == "__main__":
    main()
