"""Tables of which a process reads a small part: from a file without a name, by page or by row.

A language model of 40 MB or an embedding table of 60 is read where a customer's words lead. The
rest then takes no room in memory; the system drops the pages where it needs them, and reads them
again. Give `TMPDIR` a disk: a file system in memory would only move the bytes (docs/adr/0039).
"""

from __future__ import annotations

import mmap
import os
import tempfile
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import NDArray
from typing_extensions import Buffer

LARGE = 2**20  # bytes, from which a table is worth a file


@contextmanager
def _laid(table: Buffer) -> Iterator[int]:
    """Write a table to a file without a name, and give its descriptor. Raises OSError."""
    with tempfile.TemporaryFile() as file:
        file.write(memoryview(table).cast("B"))
        file.flush()
        yield file.fileno()


def paged(table: Buffer) -> mmap.mmap:
    """Return the bytes of a table, readable from a file that ends with the process.

    Raises OSError where no temporary file can be written.
    """
    with _laid(table) as file:
        return mmap.mmap(file, 0, access=mmap.ACCESS_READ)


class FileRows:
    """A table (rows, m) in a file without a name, of which rows are read one by one.

    Unlike those of a mapped file, the pages they stand in never count as this process's memory: the
    system maps sixteen pages for each that is touched. For tables that are asked for few rows.
    """

    def __init__(self, table: NDArray[Any]) -> None:
        """Write the table to the file. Raises OSError where no temporary file can be written."""
        with _laid(table.data) as file:
            self._file = os.dup(file)
        weakref.finalize(self, os.close, self._file)
        self.dtype, self.shape = table.dtype, table.shape

    def __getitem__(self, places: NDArray[np.integer[Any]]) -> NDArray[Any]:
        """Return the rows at these places (n), as an array of its own (n, m). Raises OSError."""
        found = np.empty((len(places), *self.shape[1:]), self.dtype)
        size = found.itemsize * self.shape[1]
        for row, place in zip(found, places.tolist(), strict=True):
            if os.preadv(self._file, [row], place * size) != size:
                raise OSError(f"Row {place} of a table cannot be read from its temporary file")
        return found


def in_rows(table: NDArray[Any]) -> NDArray[Any] | FileRows:
    """Return a table as one whose rows are read from a file; itself where none can be written."""
    try:
        return FileRows(table)
    except OSError:
        return table


def from_file(table: NDArray[Any]) -> NDArray[Any]:
    """Return a large table as one that is read from a file; itself where no file can be written."""
    if table.nbytes < LARGE or not table.flags.c_contiguous:
        return table
    try:
        kept = paged(table.data)
    except OSError:
        return table
    return np.frombuffer(kept, table.dtype).reshape(table.shape)
