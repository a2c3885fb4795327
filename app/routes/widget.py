"""GET /handrail/widget/words: what the chat widget says in a customer's language, and when."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, Field

from handrail.app.house import InHouse, OpenServices
from handrail.app.problems import ProblemRoute, problems
from handrail.app.routes.models import like
from handrail.graph.clock import now
from handrail.prompts.load import widget_words

router = APIRouter(prefix="/handrail/widget", tags=["pages"], route_class=ProblemRoute)


class WidgetWords(BaseModel):
    """The words of the widget. `{name}` and the like in a text are filled in by the widget."""

    model_config = like(
        language="en", words={"title": "Chat with us"}, back_phrase="back to the assistant",
        message_characters=4000, visitors=True, people_are_here=True, opens_at=None,
        time_zone="Europe/Paris",
    )  # fmt: skip

    language: str
    words: dict[str, str]
    back_phrase: str = Field(description="What a customer writes to have the assistant back.")
    message_characters: int = Field(description="How long one message may be.")
    visitors: bool = Field(description="Whether people who are not signed in may write.")
    people_are_here: bool
    opens_at: datetime | None = Field(description="When people are back, where they are away.")
    time_zone: str = Field(description="The zone of the opening hours.")


@router.get("/words", responses=problems(422, s503="A store cannot be reached."))
async def read_words(
    response: Response,
    house: InHouse,
    services: OpenServices,
    language: Annotated[str, Query(max_length=35, examples=["de-AT"])] = "en",
) -> WidgetWords:
    """Return the words in a language, English where we have none in it. Needs no token."""
    spoken = services.wording.spoken(language[:2].lower())
    response.headers["Cache-Control"] = "no-cache"
    hours = services.policy.hours
    is_open = hours.is_open(now())
    return WidgetWords(
        language=spoken,
        words=await asyncio.to_thread(widget_words, spoken),
        back_phrase=services.wording.say("back_phrase", spoken),
        message_characters=services.policy.limits.message_characters,
        visitors=house.visitors is not None,
        people_are_here=is_open,
        opens_at=None if is_open else hours.opens_at(now()),
        time_zone=hours.time_zone,
    )
