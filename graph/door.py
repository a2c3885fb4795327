"""Take out of a message what must not be stored, before a run is given it.

LangGraph keeps what a run was given as it came: the input checkpoint, the server's record of the
run. So what is secret goes here, and not only in intake.
"""

from __future__ import annotations

from handrail.graph.context import Context
from handrail.graph.services import Services
from handrail.models.redaction import strip_secrets
from handrail.store.errors import StoreDown
from handrail.tools.identity.typed import code_in, with_seal, without_code


async def storable(house: Services, context: Context, thread_id: str, text: str) -> str:
    """Return a customer's text as it may be stored, also where the store of codes is down.

    The run will say that it is; nothing secret is kept meanwhile.
    """
    try:
        return await at_the_door(house, context, thread_id, text)
    except StoreDown:
        return strip_secrets(without_code(text))


async def at_the_door(house: Services, context: Context, thread_id: str, text: str) -> str:
    """Return a customer's text as it may be stored. Raises StoreDown.

    A one-time code of ours is sealed: what stands in its place can be checked, and not read. Other
    secrets become placeholders.
    """
    code = None if context.verified else code_in(text)
    if code and await house.step_up.is_open(thread_id, context.customer_id):
        return with_seal(text, house.step_up.seal(thread_id, code))
    return strip_secrets(text)
