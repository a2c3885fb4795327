import pytest

from handrail.models.slots import choice, email, order_number


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
