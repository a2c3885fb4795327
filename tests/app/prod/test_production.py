"""Production on this machine: it starts, answers, replaces a worker that died, and leaves nothing."""

import os
import signal
import time
from uuid import uuid4

import httpx
import pytest

from handrail.app.prod.errors import CannotStart
from handrail.app.prod.options import Options
from handrail.app.prod.pools import OURS, SPARE, pools_for
from handrail.app.prod.postgres import drop_databases, open_databases
from handrail.app.prod.redis import needs_redis
from handrail.app.prod.stack import production
from handrail.app.prod.workers import is_alive
from handrail.app.shop.server import Tokens
from tests.app.servers import needs_aegra
from tests.postgres import own_database


@pytest.mark.parametrize(("workers", "connections"), [(1, 100), (2, 100), (3, 100), (8, 400)])
def test_the_workers_leave_connections_to_others(workers, connections):
    pools = pools_for(workers, connections)
    held = workers * (pools.rows + pools.checkpoints + OURS)
    assert held <= connections - SPARE
    assert pools.rows >= 2
    assert pools.checkpoints >= 2


def test_too_many_workers_are_refused_with_what_to_mend():
    with pytest.raises(CannotStart, match="WORKERS"):
        pools_for(4, 100)


def test_what_is_not_there_is_named_with_what_to_mend():
    with pytest.raises(CannotStart, match="HANDRAIL_PROD_REDIS"):
        needs_redis("redis://127.0.0.1:1/0")
    with pytest.raises(CannotStart, match="HANDRAIL_PROD_POSTGRES"):
        open_databases("postgresql://nobody@127.0.0.1:1", "handrail")


@pytest.mark.server
def test_it_answers_replaces_a_worker_and_leaves_nothing(tmp_path, trained):
    needs_aegra()
    (tmp_path / "data").mkdir()
    trained(tmp_path / "data")
    (tmp_path / "data" / "chroma").rename(tmp_path / "chroma")
    name = f"handrail_test_{uuid4().hex[:8]}"
    options = Options(_env_file=None, databases=name, port=0)
    with own_database():
        pass  # skips where there is no PostgreSQL
    try:
        with production(tmp_path, options=options) as stack:
            first = stack.worker_ids()
            assert len(first) == 2
            assert answered(stack)["owner"] == "ai"
            os.kill(first[0], signal.SIGKILL)
            end = time.monotonic() + 60
            while len(set(stack.worker_ids()) - set(first)) != 1 and time.monotonic() < end:
                time.sleep(0.1)
            assert len(stack.worker_ids()) == 2
            last = stack.worker_ids()
            assert answered(stack)["owner"] == "ai"
        assert not any(map(is_alive, [*first, *last]))
        assert (tmp_path / "secret").stat().st_mode & 0o077 == 0
    finally:
        drop_databases(options.postgres, name)


def answered(stack):
    token = Tokens(stack.jwt_secret).sign(
        sub="u-ana", role="customer", customer_id="cus_ana", verified=True
    )
    headers = {"Authorization": f"Bearer {token}"}
    with httpx.Client(base_url=stack.url, headers=headers, timeout=60) as client:
        thread = client.post("/threads", json={}).raise_for_status().json()["thread_id"]
        said = {"type": "human", "id": str(uuid4()), "content": "What is your refund policy?"}
        body = {"assistant_id": "support", "input": {"messages": [said]}}
        client.post(f"/threads/{thread}/runs/stream", json=body).raise_for_status()
        return client.get(f"/threads/{thread}/state").json()["values"]
