"""Train the heads ahead, into HANDRAIL_DATA: for an image, whose starts are then quick.

python -m handrail.app.warm
"""

from __future__ import annotations

from handrail.graph.opening import open_suspect
from handrail.graph.settings import Settings
from handrail.models.encoder import UseEncoder


def main() -> None:
    """Train what the examples in force teach, unless it is kept already."""
    open_suspect(Settings(), UseEncoder())


if __name__ == "__main__":
    main()
