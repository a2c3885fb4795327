"""Which members of a Slack workspace are agents: those listed, and those of listed groups."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from slack_sdk.web.async_client import AsyncWebClient

from handrail.app.channels.protocol import Agent
from handrail.app.channels.slack_calls import called
from handrail.tools.post.protocol import BadAddress

ONE = re.compile(r"(?P<id>[UWS][A-Z0-9]{1,20})(=(?P<name>[^,=]{1,80}))?")
FRESH_SECONDS = 300.0


@dataclass
class SlackAgents:
    """Members with their names, and user groups, whose members Slack is asked for."""

    names: dict[str, str] = field(default_factory=dict)
    groups: tuple[str, ...] = ()
    clock: Callable[[], float] = time.monotonic
    _members: frozenset[str] = field(default=frozenset(), init=False)
    _read_at: float | None = field(default=None, init=False)

    async def among(self, user: str | None, client: AsyncWebClient) -> Agent | None:
        """Return a member as an agent, None where they are a customer. Raises NotSent."""
        if not user:
            return None
        if user in self.names:
            return Agent(user, self.names[user])
        if not self.groups or user not in await self._grouped(client):
            return None
        found = (await called(client.users_info(user=user))).get("user") or {}
        self.names[user] = str(found.get("real_name") or found.get("name") or user)
        return Agent(user, self.names[user])

    async def _grouped(self, client: AsyncWebClient) -> frozenset[str]:
        """Return the members of the groups, as of the last minutes."""
        if self._read_at is None or self.clock() - self._read_at > FRESH_SECONDS:
            members: set[str] = set()
            for group in self.groups:
                listed = await called(client.usergroups_users_list(usergroup=group))
                members |= set(listed.get("users") or [])
            self._members, self._read_at = frozenset(members), self.clock()
        return self._members


def agents_in(setting: str) -> SlackAgents:
    """Read "U01=Ines,U02=Omar,S03": members with names, and user groups. Raises BadAddress."""
    agents, groups = {}, []
    for part in filter(None, (each.strip() for each in setting.split(","))):
        found = ONE.fullmatch(part)
        if found is None:
            raise BadAddress("HANDRAIL_SLACK_AGENTS lists members and user groups: U01=Ines,S03.")
        if found["id"].startswith("S"):
            groups.append(found["id"])
        else:
            agents[found["id"]] = (found["name"] or found["id"]).strip()
    return SlackAgents(agents, tuple(groups))
