"""What start-up took and gave back: freed memory that the C library keeps, until it is told."""

from __future__ import annotations

import ctypes
from contextlib import suppress


def give_back() -> None:
    """Return freed pages to the system, where the C library can (glibc); else do nothing.

    Models are unpacked and learned with arrays that are gone afterwards: some 50 MB of a process.
    """
    with suppress(OSError, AttributeError):  # no library to open, or one without the call
        ctypes.CDLL(None).malloc_trim(0)
