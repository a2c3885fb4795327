"""What start-up freed goes back to the system, and never stands in the way."""

import ctypes

import pytest

from handrail.models.heap import give_back


def refuse(_):
    raise OSError("no library")


@pytest.mark.parametrize("opens", [refuse, lambda _: object()], ids=["no library", "no such call"])
def test_a_system_that_cannot_is_no_reason_not_to_start(monkeypatch, opens):
    monkeypatch.setattr(ctypes, "CDLL", opens)
    give_back()


def test_it_asks_for_all_that_is_free(monkeypatch):
    asked = []
    library = type("Library", (), {"malloc_trim": staticmethod(asked.append)})
    monkeypatch.setattr(ctypes, "CDLL", lambda _: library)
    give_back()
    assert asked == [0]
