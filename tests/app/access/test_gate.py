"""Who is let in: whoever holds a token that our host signed; a developer, on their own machine."""

import base64
import json
import time

import jwt
import pytest

from handrail.app.access.gate import Gate, NotAdmitted, NotConfigured, open_gate
from handrail.app.access.shared_secret import SharedSecret
from handrail.app.access.tokens import BadSecret
from handrail.app.access.user import User
from handrail.graph.settings import Settings
from tests.app.tokens import SECRET, token_of

LOCAL = {"host": "127.0.0.1:2024"}


def gate(dev=False):
    return Gate(SharedSecret(SECRET), dev=dev)


async def admit(token, headers=LOCAL, dev=False):
    given = {**headers, "authorization": f"Bearer {token}"}
    return await gate(dev).admit(given, "127.0.0.1")


async def test_a_token_says_who_is_calling():
    token = token_of(
        "u-1", "customer", name="Ana", customer_id="cus_ana", verified=True, locale="es"
    )
    assert await admit(token) == User(
        id="u-1", role="customer", name="Ana", customer_id="cus_ana", verified=True, locale="es"
    )


async def test_a_token_without_a_role_is_a_customers():
    token = jwt.encode({"sub": "u-1", "exp": time.time() + 60}, SECRET, algorithm="HS256")
    assert (await admit(token)).role == "customer"


def unsigned():
    parts = [{"alg": "none", "typ": "JWT"}, {"sub": "x", "role": "agent", "exp": time.time() + 60}]
    encoded = [base64.urlsafe_b64encode(json.dumps(p).encode()).rstrip(b"=") for p in parts]
    return f"{encoded[0].decode()}.{encoded[1].decode()}."


REFUSED = {
    "unsigned": unsigned,
    "signed by somebody else": lambda: token_of("x", "agent", secret="y" * 40),
    "expired": lambda: token_of("x", "agent", seconds=-60),
    "another algorithm": lambda: jwt.encode(
        {"sub": "x", "exp": time.time() + 60}, "s" * 64, algorithm="HS512"
    ),
    "without an end": lambda: jwt.encode({"sub": "x"}, SECRET, algorithm="HS256"),
    "of nobody": lambda: jwt.encode({"exp": time.time() + 60}, SECRET, algorithm="HS256"),
    "in an unknown role": lambda: token_of("x", "owner"),
    "verified in words": lambda: token_of("x", "customer", verified="false"),
    "with a name that holds a line break": lambda: token_of("x", "agent", name="a\nb"),
    "for somebody else": lambda: token_of("x", "agent", aud="another product"),
    "no token at all": lambda: "rubbish",
}


@pytest.mark.parametrize("forge", REFUSED.values(), ids=REFUSED)
async def test_other_tokens_are_refused_also_in_development(forge):
    for dev in (False, True):
        with pytest.raises(NotAdmitted):
            await admit(forge(), dev=dev)


@pytest.mark.parametrize("given", ["", "Basic YTpi", "Bearer", "Bearer  "])
async def test_without_a_token_nobody_is_let_in(given):
    with pytest.raises(NotAdmitted):
        await gate().admit({**LOCAL, "authorization": given}, "127.0.0.1")


@pytest.mark.parametrize(
    ("role", "expected"),
    [(None, "service"), ("customer", "customer"), ("agent", "agent"), ("king", "service")],
)
async def test_a_developer_needs_no_token(role, expected):
    headers = {**LOCAL, **({"x-handrail-role": role} if role else {})}
    user = await gate(dev=True).admit(headers, "127.0.0.1")
    assert (user.role, user.developer) == (expected, True)


@pytest.mark.parametrize("host", ["localhost:2024", "127.0.0.1", "[::1]:2024", "[::1]"])
async def test_this_machine_by_its_own_names(host):
    assert await gate(dev=True).admit({"host": host}, "::1")


@pytest.mark.parametrize(
    ("headers", "peer"),
    [
        (LOCAL, "10.0.0.7"),
        (LOCAL, None),
        (LOCAL, "testclient"),
        ({"host": "rebound.example:2024"}, "127.0.0.1"),
        ({}, "127.0.0.1"),
        ({**LOCAL, "x-forwarded-for": "10.0.0.7"}, "127.0.0.1"),
        ({**LOCAL, "forwarded": "for=10.0.0.7"}, "127.0.0.1"),
    ],
)
async def test_development_is_for_this_machine_alone(headers, peer):
    with pytest.raises(NotAdmitted):
        await gate(dev=True).admit(headers, peer)


async def test_without_a_secret_there_is_no_gate_but_in_development(tmp_path):
    with pytest.raises(NotConfigured, match="HANDRAIL_JWT_SECRET"):
        open_gate(Settings(_env_file=None, jwt_secret=None, dev=False, data=tmp_path))
    opened = open_gate(Settings(_env_file=None, jwt_secret=None, dev=True, data=tmp_path))
    with pytest.raises(NotAdmitted, match="No way to read tokens"):
        await opened.admit({"authorization": f"Bearer {token_of('x', 'agent')}"}, "127.0.0.1")


def test_a_secret_that_can_be_guessed_is_refused():
    with pytest.raises(BadSecret, match="32 bytes"):
        open_gate(Settings(_env_file=None, jwt_secret="short"))
