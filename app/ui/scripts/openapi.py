"""Write the OpenAPI document of our routes to the file named, for `npm run types`."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from handrail.app.http import app


def main(target: Path) -> None:
    """Write the document, with its keys in order, so that it changes only when a route does."""
    target.write_text(json.dumps(app.openapi(), sort_keys=True), "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
