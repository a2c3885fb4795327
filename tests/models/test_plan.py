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
