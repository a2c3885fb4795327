"""The OpenAPI document is true: no 5xx, no status, type or shape that it does not name."""

import asyncio
import itertools
import json

import pytest
import requests
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import openapi
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from handrail.app.http import app
from handrail.app.problems import MEDIA_TYPE
from handrail.store.channels.protocol import AccountLink
from handrail.store.csat.protocol import survey_of
from tests.app.http.conftest import ANA, INES, OMAR, Place
from tests.app.tokens import bearer
from tests.fake_services import cited_answer, fake_services

EXAMPLES = 12
CHECKS = [
    not_a_server_error, status_code_conformance, content_type_conformance,
    response_schema_conformance,
]  # fmt: skip
OPERATIONS = [
    (method, path)
    for path, methods in app.openapi()["paths"].items()
    for method in methods
    if path != "/handrail/live"  # goes on for ever: test_live.py
    and not path.startswith("/handrail/channels/")  # signed: tests/app/channels
]
REFUND = {"order": "FH-10421", "amount": "40.00", "currency": "EUR", "why": "It broke twice."}
NUMBERS = itertools.count()
SHOP = bearer("shop", "service")  # agents may link nobody


@pytest.fixture(scope="module")
def shop():
    return Place(fake_services(script=lambda: cited_answer() * 9))


@pytest.fixture(scope="module")
def schema(shop):
    return openapi.from_dict(shop.app.openapi())


@pytest.fixture(scope="module")
def loop():
    """Run everything on one event loop; the client of schemathesis has one for each request."""
    with asyncio.Runner() as runner:
        yield runner


async def answered(shop, case, found):
    """Send a case, with the path parameters that were found, and check the answer; its status."""
    known = {name: found[name] for name in case.path_parameters or {} if name in found}
    case.path_parameters = {**(case.path_parameters or {}), **known}
    who = SHOP if "/links" in case.operation.path else INES
    who = ANA if case.operation.path == "/handrail/agui" else who
    prepared = requests.Request(**case.as_transport_kwargs("http://127.0.0.1", who)).prepare()
    answer = await shop.http.request(
        prepared.method, prepared.url, headers=dict(prepared.headers), content=prepared.body
    )
    case.validate_response(answer, checks=CHECKS)
    return answer.status_code


async def real(shop, path):
    """Return path parameters that lead somewhere: a handoff of ours, an open survey."""
    thread = f"t{next(NUMBERS)}"
    handoff = await shop.handed_over(thread)
    if path.endswith("/approval"):  # by somebody else than who answers
        await shop.act(handoff, "claim", OMAR)
        await shop.act(handoff, "refund-exception", OMAR, **REFUND)
    elif not path.endswith("/claim"):
        await shop.act(handoff, "claim")
    survey = survey_of(f"{thread}:1")
    if "{token}" in path or "{survey_id}" in path:
        await shop.act(handoff, "resolve")
    token = shop.house.links.token(survey)
    user = f"U{next(NUMBERS)}"
    if path.endswith("/links/{channel}/{user}"):
        await shop.services.channels.link(AccountLink("slack", user, "cus_ada", "", "key:shop"))
    return {
        "handoff_id": handoff, "token": token, "survey_id": survey, "thread_id": thread,
        "page": "desk", "name": "conversation.js", "customer_id": "cus_ada", "channel": "slack",
        "user": user,
    }  # fmt: skip


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_what_is_answered_is_what_is_described(method, path, shop, schema, loop):
    seen = set()

    @given(case=schema[path][method].as_strategy())
    @settings(max_examples=EXAMPLES, suppress_health_check=list(HealthCheck), derandomize=True)
    def tried(case):
        for found in ({}, loop.run(real(shop, path))):
            seen.add(loop.run(answered(shop, case, found)))

    tried()
    assert 200 in seen


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["text", "queue", "rating", "comment", "x"]), inner)
    ),
    max_leaves=4,
).map(lambda plain: json.dumps(plain).encode())
KINDS = st.sampled_from(["application/json", "application/x-www-form-urlencoded", "text/plain", ""])
HEADERS = st.text("".join(map(chr, range(0x20, 0x100))), max_size=9).map(
    lambda t: t.encode("latin-1")
)
ASKED = st.dictionaries(
    st.sampled_from(["status", "queue", "since", "after", "limit", "overdue", "reason", "x"]),
    st.text(max_size=9),
    max_size=3,
)


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_nonsense_is_refused_as_described(method, path, shop, loop):
    described = app.openapi()["paths"][path][method]["responses"]
    found = loop.run(real(shop, path))

    @given(body=ANYTHING | st.binary(max_size=9), kind=KINDS, key=HEADERS, params=ASKED)
    @settings(max_examples=EXAMPLES, derandomize=True)
    def tried(body, kind, key, params):
        headers = {**INES, "content-type": kind, "idempotency-key": key, "accept": key}
        answer = loop.run(
            shop.http.request(
                method, path.format(**found), content=body, headers=headers, params=params
            )
        )
        assert answer.status_code < 500
        media = answer.headers["content-type"].partition(";")[0]
        assert media in described[str(answer.status_code)]["content"]

    tried()


def test_every_operation_is_documented_with_examples_and_problems(shop):
    document = shop.app.openapi()
    for path, methods in document["paths"].items():
        for operation in methods.values():
            assert operation["description"], path
            for status, response in operation["responses"].items():
                if status.startswith(("4", "5")):
                    assert MEDIA_TYPE in response["content"], (path, status)
    views = document["components"]["schemas"]
    for name, view in views.items():
        if name.endswith(("View", "Body", "Page")) or name in {"Done", "Health", "Kept", "Link"}:
            assert view.get("examples"), name
