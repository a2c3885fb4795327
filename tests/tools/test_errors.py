from __future__ import annotations

import pickle

import pytest

from handrail.store.errors import StoreDown
from handrail.store.handoffs.protocol import UnknownHandoff
from handrail.tools.errors import (
    BackendDown,
    NotVerified,
    OrderNotFound,
    StopRun,
    TellCustomer,
    ToolError,
)


def test_the_tree_has_two_families_that_do_not_meet() -> None:
    assert issubclass(OrderNotFound, TellCustomer)
    assert issubclass(NotVerified, TellCustomer)
    assert issubclass(BackendDown, StopRun)
    assert issubclass(TellCustomer, ToolError)
    assert issubclass(StopRun, ToolError)
    assert not issubclass(TellCustomer, StopRun)
    assert not issubclass(StopRun, TellCustomer)


@pytest.mark.parametrize(
    "error",
    [
        OrderNotFound("FH-1"),
        NotVerified(),
        BackendDown("Broken", "Mend it."),
        StoreDown("Broken", "Mend it."),
        UnknownHandoff("h-1"),
    ],
)
def test_errors_hold_data_say_what_to_mend_and_survive_a_checkpoint(error: Exception) -> None:
    again = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own bytes
    assert type(again) is type(error)
    assert vars(again) == vars(error)
    assert str(again) == str(error)
    assert len(str(error).split()) > 2
