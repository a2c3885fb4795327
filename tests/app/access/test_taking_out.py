"""What a customer sends is changed on its way in: by what must not be kept, and by an id."""

from types import SimpleNamespace

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from handrail.app.access.taking_out import TakingOut
from handrail.app.access.user import User

RUN = "/threads/t-1/runs/stream"


class Gate:
    """Let everybody in, in one role."""

    def __init__(self, role: str) -> None:
        self._role = role

    async def admit(self, headers, peer):
        return User(id="u-1", role=self._role)


async def echo(request: Request) -> Response:
    return Response(await request.body(), media_type="application/json")


async def without_cards(user: User, thread_id: str, text: str) -> str:
    return text.replace("4242", "[card]")


async def sent(messages, role: str = "customer"):
    app = Starlette(routes=[Route("/{rest:path}", echo, methods=["POST"])])
    app.add_middleware(TakingOut)
    app.state.house = SimpleNamespace(take_out=without_cards, gate=Gate(role))
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="http://here"
    ) as client:
        answer = await client.post(RUN, json={"input": {"messages": messages}})
    return answer.json()["input"]["messages"]


@pytest.mark.parametrize(
    "messages",
    ["My card is 4242", ["My card is 4242"], {"role": "user", "content": "My card is 4242"},
     [{"type": "human", "content": "My card is 4242", "id": None}]],
)  # fmt: skip
async def test_a_message_without_an_id_gets_one_of_its_own(messages):
    first, second = await sent(messages), await sent(messages)
    assert [message["content"] for message in first] == ["My card is [card]"]
    assert first[0]["id"]
    assert first[0]["id"] != second[0]["id"]


async def test_the_id_of_a_client_stays_so_that_it_may_send_again():
    (message,) = await sent([{"role": "user", "content": "Hello", "id": "m-7"}])
    assert message["id"] == "m-7"


async def test_what_is_no_message_stays_for_the_rules_to_refuse():
    assert await sent([["user", "Hello"], 7]) == [["user", "Hello"], 7]


async def test_others_are_left_alone():
    assert await sent("My card is 4242", role="service") == "My card is 4242"
