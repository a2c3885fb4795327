"""A message is read in the light of the one before, where it leans on it."""

import pytest

from handrail.models.plan import Turn, plan


def after(services, question, topic, message):
    turns = [
        Turn("customer", question),
        Turn("ai", "Here is what our help centre says.", topic=topic),
        Turn("customer", message),
    ]
    return plan(turns, services.encoder, services.heads)


@pytest.mark.parametrize(
    ("question", "topic", "message"),
    [
        ("What is your refund policy?", "refund_policy", "and who pays the postage?"),
        ("How do gift cards work?", "gift_cards", "do they expire?"),
        ("¿Cuál es la política de devoluciones?", "refund_policy", "¿y quién paga el envío?"),
    ],
)
def test_a_fragment_goes_on_with_the_question_before(real_services, question, topic, message):
    found = after(real_services, question, topic, message)
    assert (found.topic, found.basis) == (topic, "follow_up")
    assert found.earlier
    assert found.query != found.earlier


@pytest.mark.parametrize(
    ("message", "topic"),
    [
        ("And which payment methods do you take?", "payment_methods"),
        ("but I forgot my password", "password_reset"),
        ("thanks, that helps", "smalltalk"),
    ],
)
def test_a_new_question_is_not_bent_to_the_old_one(real_services, message, topic):
    found = after(real_services, "What is your refund policy?", "refund_policy", message)
    assert (found.topic, found.basis) == (topic, "message")
    assert found.earlier is None


def test_the_first_message_leans_on_nothing(real_services):
    turns = [Turn("customer", "and who pays the postage?")]
    assert plan(turns, real_services.encoder, real_services.heads).basis == "message"


def test_a_turn_without_marks_is_understood_too(real_services):
    turns = [
        Turn("customer", "where is my order"),
        Turn("ai", "Which order is it? Please give me its number."),
        Turn("customer", "sure, it is 20573"),
    ]
    found = plan(turns, real_services.encoder, real_services.heads)
    assert (found.topic, found.basis, found.order_number) == ("order_status", "slot", "20573")


def test_an_order_is_chosen_by_its_item(real_services):
    offer = "Which one?\n- FH-1043, packed: Copper kettle\n- FH-1042, sent: Heron tent"
    turns = [
        Turn("customer", "where is my order"),
        Turn("ai", offer, topic="order_status", asked="order_number"),
        Turn("customer", "the tent"),
    ]
    assert plan(turns, real_services.encoder, real_services.heads).order_number == "FH-1042"


def test_a_fragment_after_a_fragment_goes_back_to_the_question(real_services):
    turns = [
        Turn("customer", "Can I send a tent back?"),
        Turn("ai", "Yes.", topic="refund_policy"),
        Turn("customer", "how long do I have?"),
        Turn("ai", "30 days.", topic="refund_policy"),
        Turn("customer", "and what if I lost the box?"),
    ]
    found = plan(turns, real_services.encoder, real_services.heads)
    assert (found.topic, found.basis) == ("refund_policy", "follow_up")
    assert found.earlier
    assert "tent" in found.earlier


def test_the_question_in_a_message_that_says_why_is_what_counts(real_services):
    turns = [Turn("customer", "I lost my job this month. Which payment methods do you offer?")]
    assert plan(turns, real_services.encoder, real_services.heads).topic == "payment_methods"


@pytest.mark.parametrize(
    ("message", "basis"),
    [
        ("My address is ana@example.com", "slot"),
        ("Mi dirección es ana@example.com", "slot"),
        ("I have moved, please change my delivery address and write to ana@example.com", "message"),
    ],
)
@pytest.mark.parametrize("topic", ["password_reset", "order_status"])
def test_an_address_that_was_asked_for_is_no_change_of_address(
    real_services, topic, message, basis
):
    turns = [
        Turn("customer", "I need your help"),
        Turn("ai", "Which e-mail address is on your account?", topic=topic, asked="email"),
        Turn("customer", message),
    ]
    found = plan(turns, real_services.encoder, real_services.heads)
    assert (found.topic == topic, found.basis) == (basis == "slot", basis)
    assert found.email == "ana@example.com"
