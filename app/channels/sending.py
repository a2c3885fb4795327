"""Send one parcel to the product that it is for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from handrail.app.channels.protocol import Channel, Outgoing
from handrail.app.notify.protocol import NotSent
from handrail.graph.services import Services
from handrail.store.channels.protocol import Parcel, Place


@dataclass(frozen=True)
class Sender:
    """The channels by their names, the address customers know us by, and the links to surveys.

    Without a `public_url` nobody can be sent a link, so that no survey goes out.
    """

    channels: Mapping[str, Channel]
    link: Callable[[str, str], str]
    public_url: str | None = None

    async def typing(self, place: Place) -> None:
        """Show that an answer is being written. Raises NotSent."""
        await self._channel(place).typing(place.conversation)

    async def send(self, house: Services, place: Place, parcel: Parcel) -> None:
        """Send one parcel. Raises NotSent or StoreDown."""
        channel, body = self._channel(place), parcel.body
        again = parcel.attempts > 0
        match parcel.kind:
            case "text":
                said = Outgoing(parcel.key, body["text"], body["citations"], again=again)
                await channel.send(place.conversation, said)
            case "handoff":
                packet = await house.handoffs.get(body["handoff"])
                if packet is not None and packet["closed_at"] is None:
                    url = self._desk(packet["id"])
                    await channel.handoff(place.conversation, packet, url, again=again)
            case "hand_back":
                await channel.hand_back(place.conversation)
            case "close":
                await channel.close(place.conversation)
            case "survey" if self.public_url:
                url = self.link(self.public_url, body["survey"])
                asked = house.wording.say("survey.question", body["language"])
                said = Outgoing(parcel.key, f"{asked} {url}", again=again)
                await channel.survey(place.conversation, said, url)

    def _desk(self, handoff: str) -> str | None:
        return f"{self.public_url.rstrip('/')}/handrail/ui/desk#{handoff}" if (
            self.public_url
        ) else None  # fmt: skip

    def _channel(self, place: Place) -> Channel:
        channel = self.channels.get(place.channel)
        if channel is None:
            what = f"The channel {place.channel} is not set up here any more"
            raise NotSent(what, for_good=False)
        return channel
