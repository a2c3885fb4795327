"""Tables of which a process reads a small part: from a file without a name, page by page.

A language model of 40 MB or an embedding table of 60 is read where a customer's words lead. The
rest then takes no room in memory; the system drops the pages where it needs them, and reads them
again. Give `TMPDIR` a disk: a file system in memory would only move the bytes (docs/adr/0039).
"""

from __future__ import annotations

import mmap
import tempfile
from typing import Any

import numpy as np
from numpy.typing import NDArray
from typing_extensions import Buffer

LARGE = 2**20  # bytes, from which a table is worth a file


def paged(table: Buffer) -> mmap.mmap:
    """Return the bytes of a table, readable from a file that ends with the process.

    Raises OSError where no temporary file can be written.
    """
    with tempfile.TemporaryFile() as file:
        file.write(memoryview(table).cast("B"))
        file.flush()
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)


def from_file(table: NDArray[Any]) -> NDArray[Any]:
    """Return a large table as one that is read from a file; itself where no file can be written."""
    if table.nbytes < LARGE or not table.flags.c_contiguous:
        return table
    try:
        kept = paged(table.data)
    except OSError:
        return table
    return np.frombuffer(kept, table.dtype).reshape(table.shape)
