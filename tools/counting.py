"""Where limits are counted: in this process, or in a Redis that several servers share."""

from __future__ import annotations

from importlib.util import find_spec
from typing import cast

from limits.aio.storage import MovingWindowSupport, Storage
from limits.errors import ConfigurationError
from limits.storage import storage_from_string

from handrail.tools.post.protocol import BadAddress

SECONDS = 2.0  # a Redis that is away must not hold a customer up
REDIS = "redis"
WRONG = "HANDRAIL_LIMITS_URL must be a redis:// URL, with handrail[redis] installed"


def open_storage(url: str | None) -> Storage:
    """Open what counts; it connects at first use. Raises BadAddress.

    The client is redis-py, which Aegra brings too. A server that is away is a StorageError of the
    library `limits`, whichever client it is.
    """
    options = {"implementation": "redispy", "socket_timeout": SECONDS} if url else {}
    place = f"async+{url}" if url else "async+memory://"
    if url and not (url.startswith(REDIS) and find_spec(REDIS)):
        raise BadAddress(WRONG)
    try:
        storage = storage_from_string(place, wrap_exceptions=True, **options)  # type: ignore[arg-type]
    except (ConfigurationError, ValueError) as problem:
        raise BadAddress(WRONG) from problem
    return cast("Storage | MovingWindowSupport", storage)  # type: ignore[return-value]
