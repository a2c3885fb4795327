"""Which of a customer's own orders a typed number means. Reads nothing but these orders."""

from __future__ import annotations

from collections.abc import Sequence

from handrail.store.shop import split_number
from handrail.tools.errors import OrderNotFound
from handrail.tools.orders.protocol import DidYouMean, Order

FEWEST = 4  # of characters, for a part of a number or a typing slip to say enough


def pick(orders: Sequence[Order], typed: str) -> Order:
    """Return the order that `typed` means, among all orders of one customer.

    In this order: the same number; without letters in front, where one order fits; its last four
    digits or more, where one order fits. Raises DidYouMean with the one order whose number is a
    single slip away (a digit changed, swapped, missing or extra, or other letters in front), else
    OrderNotFound.
    """
    prefix, rest = split_number(typed)
    numbers = [(order, *split_number(order.number)) for order in orders]
    same = [(order, its) for order, its, its_rest in numbers if its_rest == rest != ""]
    exact = [order for order, its in same if its == prefix]
    chosen = exact if exact or prefix else [order for order, _ in same]
    if len(chosen) == 1:
        return chosen[0]
    core = _core(rest)
    if len(core) >= FEWEST and not same:
        ending = [
            order
            for order, its_prefix, its_rest in numbers
            if core.isdigit() and _core(its_rest).endswith(core) and prefix in {"", its_prefix}
        ]
        if len(ending) == 1:
            return ending[0]
    near = [] if chosen else [order for order, _, its_rest in numbers if _near(core, its_rest)]
    if len(near) == 1:
        raise DidYouMean(typed, near[0])
    raise OrderNotFound(typed)


def _near(core: str, rest: str) -> bool:
    return len(core) >= FEWEST and one_slip(core, _core(rest))


def _core(rest: str) -> str:
    return "".join(character for character in rest if character.isalnum())


def one_slip(typed: str, meant: str) -> bool:
    """Tell whether two numbers are the same but for one change, swap, lack or surplus."""
    if abs(len(typed) - len(meant)) > 1:
        return False
    start = 0
    while start < min(len(typed), len(meant)) and typed[start] == meant[start]:
        start += 1
    left, right = typed[start:], meant[start:]
    if len(left) == len(right):
        swapped = left[1::-1] + left[2:]
        return left[1:] == right[1:] or swapped == right
    longer, shorter = (left, right) if len(left) > len(right) else (right, left)
    return longer[1:] == shorter
