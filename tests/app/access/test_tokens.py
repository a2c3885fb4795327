"""Which tokens of the host are believed: by secret or public key, issuer, audience and clock."""

import pytest

from handrail.app.access.opening import open_host_tokens
from handrail.app.access.shared_secret import SharedSecret
from handrail.app.access.tokens import BadSecret, BadToken, Expected
from handrail.graph.settings import Settings
from tests.app.tokens import SECRET, token_of

OLD = "the secret that was used before this one"
STRICT = Expected("https://id.shop.example/", "handrail")
GOOD = {"iss": "https://id.shop.example/", "aud": "handrail"}


@pytest.mark.parametrize("secret", [SECRET, OLD])
async def test_a_secret_and_the_one_it_replaces_are_believed(secret):
    token = token_of("u-1", "customer", secret=secret)
    assert (await SharedSecret(SECRET, [OLD]).user_in(token)).id == "u-1"


async def test_a_secret_that_was_taken_away_is_not():
    with pytest.raises(BadToken, match="believed"):
        await SharedSecret(SECRET).user_in(token_of("u-1", "customer", secret=OLD))


@pytest.mark.parametrize(
    ("claims", "believed"),
    [
        (GOOD, True),
        ({**GOOD, "aud": ["other", "handrail"]}, True),
        ({**GOOD, "iss": "https://elsewhere.example/"}, False),
        ({**GOOD, "aud": "another product"}, False),
        ({"iss": GOOD["iss"]}, False),
        ({"aud": GOOD["aud"]}, False),
        ({}, False),
    ],
)
async def test_by_whom_and_for_whom_is_required_where_it_is_set(claims, believed):
    reader = SharedSecret(SECRET, expected=STRICT)
    token = token_of("u-1", "customer", **claims)
    if believed:
        assert (await reader.user_in(token)).id == "u-1"
        return
    with pytest.raises(BadToken):
        await reader.user_in(token)


@pytest.mark.parametrize(("leeway", "late", "believed"), [(60, 30, True), (10, 30, False)])
async def test_clocks_may_be_apart_by_so_much(leeway, late, believed):
    reader = SharedSecret(SECRET, expected=Expected(leeway_seconds=leeway))
    token = token_of("u-1", "customer", seconds=-late)
    if believed:
        assert await reader.user_in(token)
        return
    with pytest.raises(BadToken, match="expired"):
        await reader.user_in(token)


@pytest.mark.parametrize(
    ("said", "known"),
    [("Europe/Lisbon", "Europe/Lisbon"), ("GMT+2", None), ("../../etc/passwd", None), (7, None)],
)
async def test_a_time_zone_is_taken_where_there_is_such_a_one(said, known):
    token = token_of("u-1", "customer", zoneinfo=said)
    assert (await SharedSecret(SECRET).user_in(token)).time_zone == known


@pytest.mark.parametrize("sub", ["visitor:abc", "key:shop"])
async def test_the_host_gives_no_ids_of_ours(sub):
    with pytest.raises(BadToken, match="begin"):
        await SharedSecret(SECRET).user_in(token_of(sub, "agent"))


@pytest.mark.parametrize(
    "given",
    [
        {"jwt_secret": "short"},
        {"jwt_secret": SECRET, "jwt_previous_secrets": ["short"]},
        {"jwt_previous_secrets": [OLD]},
        {"jwks_url": "http://id.shop.example/keys"},
        {"jwks_url": "ftp://id.shop.example/keys"},
    ],
)
def test_settings_that_would_believe_anybody_are_refused(given):
    with pytest.raises(BadSecret, match="HANDRAIL_JW"):
        open_host_tokens(Settings(_env_file=None, **given))


def test_previous_secrets_are_a_list_in_the_environment(monkeypatch):
    monkeypatch.setenv("HANDRAIL_JWT_PREVIOUS_SECRETS", f'["{OLD}"]')
    assert [s.get_secret_value() for s in Settings(_env_file=None).jwt_previous_secrets] == [OLD]
