import pytest

from handrail.models.slots import choice, email, named, order_number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("where is FH-10421?", "FH-10421"),
        ("it's 10421.", "10421"),
        ("order #48213377 please", "48213377"),
        ("I paid 1200 € in 2024", None),
        ("my mail is ann2024@example.com", None),
        ("I want my 15 euros", None),
        ("about order fh-10421", "fh-10421"),
        ("ORD-2024-0017 is late", "ORD-2024-0017"),
    ],
)
def test_order_numbers(text, number):
    assert order_number(text) == number


def test_email_drops_the_full_stop():
    assert email("Write to ana.ruiz+shop@example.org.") == "ana.ruiz+shop@example.org"
    assert email("I have no e-mail") is None


@pytest.mark.parametrize(
    ("text", "picked"),
    [("the first one", 1), ("la segunda", 2), ("die letzte bitte", -1), ("the green one", None)],
)
def test_choice(text, picked):
    assert choice(text) == picked


OFFER = "Which one?\n- FH-1043, packed: Copper kettle\n- FH-1042, sent: Heron tent, 2 × Tent pegs"


@pytest.mark.parametrize(
    ("text", "number"),
    [("the tent", "FH-1042"), ("My copper kettle please", "FH-1043"), ("the lamp", None)],
)
def test_an_order_is_named_by_what_is_in_it(text, number):
    assert named(text, OFFER) == number


def test_what_several_orders_hold_names_none():
    assert named("the tent", OFFER + "\n- FH-1041, sent: Small tent") is None
