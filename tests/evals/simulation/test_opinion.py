"""What a model thinks is told apart from what was measured."""

import pytest
from langchain_core.messages import AIMessage

from handrail.evals.simulation.ending import Ending, Line
from handrail.evals.simulation.opinion import Opinion, opinions, read_opinion, summed_up
from handrail.evals.simulation.run import Trial
from handrail.models.outbound import OutboundChatModel
from handrail.models.provider import Link
from tests.fake_services import ScriptedModel


def trial(text):
    ending = Ending.__new__(Ending)
    object.__setattr__(ending, "lines", (Line("user", "Hello"), Line("agent", text)))
    return Trial(task=None, number=1, ending=ending, failures=())


@pytest.mark.parametrize(
    ("said", "well"),
    [('{"well": true, "why": "kind"}', True), ("{'well': false}", False), ("Very well!", None),
     ('{"well": "yes"}', None), ("", None)],
)  # fmt: skip
def test_it_is_read_or_it_is_none(said, well):
    assert read_opinion(said).well is well


async def test_each_conversation_is_asked_about_and_a_failed_call_is_no_opinion():
    script = [AIMessage('{"well": true, "why": "a"}'), TimeoutError()]
    judge = Link("openai:j", OutboundChatModel(inner=ScriptedModel(script=script)), seconds=1)
    found = await opinions([trial("a"), trial("b")], judge)
    assert found == [Opinion(True, "a"), Opinion(None, "no opinion: TimeoutError")]
    line = summed_up(found, "openai:j")
    assert "an opinion and no measurement" in line
    assert "served well in 1 of 1 conversations, no opinion on 1" in line
