"""The servers' clock jumps by hours, forwards and back, while the clocks of customers do not."""

from __future__ import annotations

from pathlib import Path

from handrail.app.chaos.scene import Fault, Scene
from handrail.app.prod.errors import CannotStart

JUMPS = ("+3h", "-2h", "+0")
LIBRARIES = tuple(
    Path(folder) / "faketime" / "libfaketimeMT.so.1"
    for folder in ("/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib")
)


def told(folder: Path) -> dict[str, str]:
    """Return what makes the workers read their clock from a file. Raises CannotStart."""
    found = [each for each in LIBRARIES if each.is_file()]
    if not found:
        raise CannotStart("There is no libfaketime", "Install it: apt-get install faketime")
    clock = folder / "clock"
    clock.write_text("+0\n", "ascii")
    return {
        "LD_PRELOAD": str(found[0]), "FAKETIME_TIMESTAMP_FILE": str(clock),
        "FAKETIME_CACHE_DURATION": "1", "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    }  # fmt: skip


async def strike(scene: Scene) -> None:
    """Set the workers' clock forwards, back, and right again."""
    clock = scene.stack.folder / "clock"
    for jump in JUMPS:
        if not await scene.pause(6, 10):
            break
        clock.write_text(f"{jump}\n", "ascii")
        scene.note(f"the workers' clock is at {jump}")
    clock.write_text("+0\n", "ascii")


FAULT = Fault(
    "clock jumps",
    "Turns that run when the clock jumps may be taken up twice, and still speak once. Nobody "
    "has to wait until the clock is right, though a stream may be silent for a minute before the "
    "client asks again.",
    120,
    strike,
    prepares=told,
)
