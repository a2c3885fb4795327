"""The embedded model's loop: the same words by the short way and by LangChain's."""

from langchain_core.callbacks import AsyncCallbackManager, BaseCallbackHandler
from langchain_core.messages import HumanMessage
from langchain_core.tools import tool

from handrail.graph.writing.embedded import run_tools


class Tracer(BaseCallbackHandler):
    def __init__(self):
        self.models = 0

    def on_chat_model_start(self, *args, **kwargs):
        self.models += 1


async def test_a_tracer_hears_each_call_and_changes_no_word(real_services):
    asked = []

    @tool
    async def look_up_order(order_number: str | None = None) -> str:
        """Look."""
        asked.append(order_number)
        return '{"outcome": "not_found", "order_number": "FH-10421"}'

    prompt = [HumanMessage("Where is my order FH-10421?")]
    tracer = Tracer()
    said = []
    for config in ({}, {"callbacks": AsyncCallbackManager([tracer], [tracer])}):
        message, trace = await run_tools(
            real_services.model, [look_up_order], prompt, 4, config=config
        )
        said.append((message.text, message.additional_kwargs, trace))
    assert said[0] == said[1]
    assert said[0][0]
    assert asked == ["FH-10421", "FH-10421"]
    assert tracer.models == 2
