"""How messages are added to a conversation."""

from langchain_core.messages import HumanMessage

from handrail.graph.said import add_said


def test_messages_in_their_plain_form_are_known_too():
    known = [{"type": "human", "id": "m-1", "content": "Hello"}]
    both = add_said(known, [HumanMessage("Hello again", id="m-1"), HumanMessage("New", id="m-2")])
    assert [(message.id, message.text) for message in both] == [("m-1", "Hello"), ("m-2", "New")]
