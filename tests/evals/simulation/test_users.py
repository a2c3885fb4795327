"""Users: by rules the same for a seed; by a model as the task says."""

from random import Random

import pytest
from langchain_core.language_models import GenericFakeChatModel
from langchain_core.messages import AIMessage
from pydantic import Field

from handrail.evals.simulation.model_user import ModelUser, prompt
from handrail.evals.simulation.personas import Persona, personas, spoken, with_slip
from handrail.evals.simulation.reading import read_tasks
from handrail.evals.simulation.rule_user import RuleUser, hears
from handrail.evals.simulation.user import Heard
from handrail.models.wording import Wording
from tests.evals.simulation.tasks import task

dice = Random
ASKS_EMAIL = Heard(("Which e-mail address is on your account?",))


async def all_said(user, *heard):
    return [await user.say(one) for one in [Heard(), *heard]]


async def test_the_same_seed_says_the_same_and_others_differ():
    for one in read_tasks():
        first = await all_said(RuleUser(one, "seed"), ASKS_EMAIL, Heard(), Heard())
        assert first == await all_said(RuleUser(one, "seed"), ASKS_EMAIL, Heard(), Heard())
        assert first[0]
    many = task(says=[[f"wording {number}" for number in range(5)]])
    openings = {await RuleUser(many, str(seed)).say(Heard()) for seed in range(40)}
    assert len(openings) == 5


async def test_a_rule_comes_before_the_next_utterance_and_once():
    user = RuleUser(
        task(
            says=[["Where is {order}?"], ["Thanks."]],
            answers=[{"when": "email", "say": ["It is {email}"]}],
        ),
        "seed",
    )
    assert await all_said(user, ASKS_EMAIL, ASKS_EMAIL, Heard()) == [
        "Where is FH-10421?", "It is ana@example.com", "Thanks.", None,
    ]  # fmt: skip


async def test_a_code_is_written_where_one_has_come():
    answers = [
        {"when": "code", "say": ["{code}"]},
        {"when": "email", "say": ["{email}"]},
    ]
    offered = "Sign in, or tell me your e-mail address and I have a six-digit code sent."
    user = RuleUser(task(answers=answers), "seed")
    sent = Heard(("A code is on its way to the e-mail address on file.",), "123456")
    assert await all_said(user, Heard((offered,)), sent) == [
        "Where is FH-10421?", "ana@example.com", "123456",
    ]  # fmt: skip


async def test_an_utterance_about_a_code_that_never_came_is_left_out():
    user = RuleUser(task(says=[["Hello"], ["My code is {code}"], ["Never mind."]]), "seed")
    assert await all_said(user, Heard()) == ["Hello", "Never mind."]


@pytest.mark.parametrize("language", ["en", "es", "fr", "de", "pt", "it", "nl"])
def test_what_the_agent_asks_is_heard_in_every_language(language):
    say = Wording().say
    assert hears("email", say("ask_email", language))
    assert hears("email", say("ask_sign_in_or_email", language))
    assert hears("code", say("code_sent", language))
    assert hears("code", say("code_wrong", language))
    assert hears("order_number", say("ask_order_number", language))
    orders = [
        {"number": number, "status_text": "-", "items_text": "-"} for number in ("FH-1", "FH-2")
    ]
    assert hears("choice", say("order_choice", language, orders=orders))
    assert not hears("choice", say("ask_order_number", language))


def test_a_slip_swaps_two_letters_and_leaves_what_has_to_be_exact():
    text = "Where is FH-10421? Write to ana@example.com please"
    for seed in range(30):
        slipped = with_slip(text, dice(seed))
        assert slipped != text
        assert sorted(slipped) == sorted(text)
        assert {"FH-10421?", "ana@example.com"} <= set(slipped.split())
    assert with_slip("FH-10421 is it?", dice(0)) == "FH-10421 is it?"


def test_a_greeting_stands_before_the_first_message_only():
    polite = Persona("", greets=1.0, slips=0.0)
    assert spoken("Wo ist es?", polite, "de", dice(0), first=True).endswith(" Wo ist es?")
    assert spoken("Wo ist es?", polite, "de", dice(0), first=False) == "Wo ist es?"
    assert all(0 <= one.greets <= 1 and 0 <= one.slips <= 1 for one in personas().values())


class Scripted(GenericFakeChatModel):
    """A model that says what the test wrote, and keeps what it was given."""

    given: list[list[str]] = Field(default_factory=list)

    def _generate(self, messages, *args, **kwargs):
        self.given.append([message.text for message in messages])
        return super()._generate(messages, *args, **kwargs)


async def test_a_model_plays_the_user_and_never_sees_a_code():
    lines = ["Where is FH-10421?", "My code is {code}.", "Thanks! [END]"]
    model = Scripted(messages=iter(map(AIMessage, lines)))
    user = ModelUser(task(), model)
    sent = Heard(("A code was sent.",), "654321")
    assert await all_said(user, sent, Heard(), Heard()) == [
        "Where is FH-10421?", "My code is 654321.", "Thanks!", None,
    ]  # fmt: skip
    last = model.given[-1]
    assert last[2:4] == ["Where is FH-10421?", last[3]]
    assert "A code was sent." in last[3]
    assert "one-time code has come" in last[3]
    assert last[5] == "(Nobody has answered.)"
    assert "654321" not in str(last)


async def test_a_model_that_only_ends_says_nothing():
    user = ModelUser(task(), Scripted(messages=iter([AIMessage("[END]")])))
    assert await all_said(user) == [None]


def test_the_model_is_told_goal_manner_and_facts():
    for one in read_tasks():
        told = prompt(one)
        assert one.wants in told
        assert personas()[one.persona].manner in told
        assert all(fact in told for fact in one.knows.values())
        assert "<" not in told
