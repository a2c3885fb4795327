"""The customer's client of `make chaos`: what it takes for taken."""

from __future__ import annotations

import json
from typing import Any

import httpx

from handrail.app.chaos.customer import Customer
from handrail.app.chaos.played import Said

HERE = "http://server"
THREAD = "4f6"


class Server:
    """A server whose posts are answered as it is told, and whose thread stands as it is told."""

    def __init__(self, *posts: int, answers_after: int) -> None:
        self._posts = list(posts)
        self._answers_after = answers_after
        self.sent: list[str] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.method == "POST":
            self.sent += [it["id"] for it in json.loads(request.content)["input"]["messages"]]
            status = self._posts.pop(0)
            return httpx.Response(status, headers={"retry-after": "0"}, text="event: end\n\n")
        return httpx.Response(200, json={"next": [], "values": self._values()})

    def _values(self) -> dict[str, Any]:
        if len(self.sent) < self._answers_after:
            return {"messages": []}
        said = {"id": self.sent[0], "type": "human", "content": "Please close my account."}
        return {"messages": [said, {"id": "a", "type": "ai", "content": "A person will see it."}]}


async def _say(server: Server) -> Said:
    said = Said("m1", "Please close my account.")
    async with httpx.AsyncClient(transport=httpx.MockTransport(server), base_url=HERE) as http:
        await Customer(http, THREAD, {}, twice=False).say(said)
    return said


async def test_a_message_that_got_a_500_and_an_outcome_was_taken() -> None:
    server = Server(500, answers_after=1)

    said = await _say(server)

    assert said.accepted
    assert said.seconds is not None
    assert said.tries == 1


async def test_a_message_without_an_outcome_is_sent_again_under_its_id() -> None:
    server = Server(503, 200, answers_after=2)

    said = await _say(server)

    assert server.sent == ["m1", "m1"]
    assert (said.accepted, said.tries) == (True, 2)
