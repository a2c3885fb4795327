"""Tokens by public keys: rotation, an issuer that is away, floods of key ids, and forgeries."""

import asyncio
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

from handrail.app.access import key_set
from handrail.app.access.key_set import KeySet, fetch_from, keys_in
from handrail.app.access.public_keys import HostTokens, PublicKeys
from handrail.app.access.shared_secret import SharedSecret
from handrail.app.access.tokens import BadToken
from tests.app.tokens import SECRET, token_of

RSA = rsa.generate_private_key(public_exponent=65537, key_size=2048)
NEW = rsa.generate_private_key(public_exponent=65537, key_size=2048)
CURVE = ec.generate_private_key(ec.SECP256R1())


def public(key, kid, **more):
    algorithm = RSAAlgorithm if isinstance(key, rsa.RSAPrivateKey) else ECAlgorithm
    return {**json.loads(algorithm.to_jwk(key.public_key())), "kid": kid, **more}


BOTH = {"keys": [public(RSA, "r1"), public(CURVE, "e1")]}


def signed(key, kid, algorithm="RS256", **more):
    claims = {"sub": "u-1", "role": "agent", "exp": time.time() + 60, **more}
    return jwt.encode(claims, key, algorithm=algorithm, headers={"kid": kid} if kid else None)


class Issuer:
    """An issuer whose set, and whose clock, a test changes. None for a set means: away."""

    def __init__(self, document=BOTH):
        self.document, self.now, self.asked = document, 1000.0, 0
        self.keys = KeySet(self.fetch, lambda: self.now)
        self.tokens = PublicKeys(self.keys)

    async def fetch(self):
        self.asked += 1
        await asyncio.sleep(0)
        if self.document is None:
            raise httpx.ConnectError("away")
        return self.document


@pytest.mark.parametrize(
    ("key", "kid", "algorithm"), [(RSA, "r1", "RS256"), (CURVE, "e1", "ES256")]
)
async def test_both_kinds_of_keys_are_read(key, kid, algorithm):
    user = await Issuer().tokens.user_in(signed(key, kid, algorithm))
    assert (user.id, user.role) == ("u-1", "agent")


async def test_a_token_without_a_key_id_needs_there_to_be_one_key_only():
    token = signed(RSA, None)
    assert await Issuer({"keys": [public(RSA, "r1")]}).tokens.user_in(token)
    with pytest.raises(BadToken):
        await Issuer().tokens.user_in(token)


async def test_a_new_key_is_fetched_when_a_token_names_it():
    issuer = Issuer()
    await issuer.tokens.user_in(signed(RSA, "r1"))
    issuer.document = {"keys": [public(NEW, "r2")]}
    issuer.now += key_set.PAUSE_SECONDS
    assert await issuer.tokens.user_in(signed(NEW, "r2"))
    with pytest.raises(BadToken):  # which took the old one with it
        await issuer.tokens.user_in(signed(RSA, "r1"))


async def test_made_up_key_ids_do_not_flood_the_issuer():
    issuer = Issuer()
    await issuer.tokens.user_in(signed(RSA, "r1"))
    for number in range(50):
        with pytest.raises(BadToken, match="does not have"):
            await issuer.tokens.user_in(signed(NEW, f"made-up-{number}"))
    assert issuer.asked == 1
    issuer.now += key_set.PAUSE_SECONDS
    for number in range(50):
        with pytest.raises(BadToken):
            await issuer.tokens.user_in(signed(NEW, f"made-up-{number}"))
    assert issuer.asked == 2


async def test_many_callers_at_once_cause_one_fetch():
    issuer = Issuer()
    users = await asyncio.gather(*(issuer.tokens.user_in(signed(RSA, "r1")) for _ in range(20)))
    assert (len(users), issuer.asked) == (20, 1)


@pytest.mark.parametrize("document", [None, {}, {"keys": []}, [], "x"])
async def test_the_last_good_keys_stay_while_the_issuer_is_away(document):
    issuer = Issuer()
    await issuer.tokens.user_in(signed(RSA, "r1"))
    issuer.document = document
    for _ in range(3):
        issuer.now += key_set.FRESH_SECONDS + 1
        assert await issuer.tokens.user_in(signed(RSA, "r1"))
    assert issuer.asked == 4


async def test_an_issuer_that_was_never_there_is_asked_again_soon():
    issuer = Issuer(None)
    for _ in range(9):
        with pytest.raises(BadToken, match="try again"):
            await issuer.tokens.user_in(signed(RSA, "r1"))
    assert issuer.asked == 1
    issuer.document, issuer.now = BOTH, issuer.now + key_set.FIRST_PAUSE_SECONDS
    assert await issuer.tokens.user_in(signed(RSA, "r1"))


def pem():
    return RSA.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def by_hand(algorithm, secret):
    """Sign with whatever a forger likes: PyJWT itself would refuse to."""
    import base64
    import hashlib
    import hmac

    def part(it):
        return base64.urlsafe_b64encode(it).rstrip(b"=").decode()

    head = {"alg": algorithm, "typ": "JWT", "kid": "r1"}
    body = {"sub": "x", "role": "agent", "exp": time.time() + 60}
    signed_part = ".".join(part(json.dumps(it).encode()) for it in (head, body))
    mac = hmac.new(secret, signed_part.encode(), hashlib.sha256).digest() if secret else b""
    return f"{signed_part}.{part(mac)}"


FORGED = {
    "a public key as the secret": lambda: by_hand("HS256", pem()),
    "unsigned": lambda: by_hand("none", b""),
    "unsigned in capitals": lambda: by_hand("NONE", b""),
    "by another key": lambda: signed(NEW, "r1"),
    "in another family": lambda: signed(CURVE, "r1", "ES256"),
    "longer than the key is for": lambda: signed(RSA, "r1", "RS512"),
    "padded otherwise": lambda: signed(RSA, "r1", "PS256"),
    "expired": lambda: signed(RSA, "r1", exp=time.time() - 60),
    "no token": lambda: "rubbish",
}


@pytest.mark.parametrize("forge", FORGED.values(), ids=FORGED)
@pytest.mark.parametrize("with_secret", [False, True])
async def test_forgeries_are_refused_with_and_without_a_secret(forge, with_secret):
    tokens = HostTokens(SharedSecret(SECRET) if with_secret else None, Issuer().tokens)
    with pytest.raises(BadToken):
        await tokens.user_in(forge())


async def test_a_host_may_have_both_a_secret_and_keys():
    tokens = HostTokens(SharedSecret(SECRET), Issuer().tokens)
    assert (await tokens.user_in(token_of("u-2", "customer"))).id == "u-2"
    assert (await tokens.user_in(signed(RSA, "r1"))).id == "u-1"
    with pytest.raises(BadToken, match="HANDRAIL_JWKS_URL"):
        await HostTokens(SharedSecret(SECRET), None).user_in(signed(RSA, "r1"))


def test_keys_that_are_for_something_else_are_passed_over():
    short = rsa.generate_private_key(public_exponent=65537, key_size=1024)  # noqa: S505 - to be refused
    given = [
        public(RSA, "good"), public(RSA, "secrecy", use="enc"), public(RSA, "other", alg="RS512"),
        public(short, "short"), public(ec.generate_private_key(ec.SECP384R1()), "p384"),
        {"kty": "oct", "k": "c2VjcmV0", "kid": "secret"}, {"kty": "RSA", "kid": "broken"}, "x",
    ]  # fmt: skip
    assert set(keys_in({"keys": given})) == {"good"}


async def test_keys_come_over_http():
    class Answer(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.end_headers()
            self.wfile.write(json.dumps(BOTH).encode())

        def log_message(self, *_):
            pass

    with HTTPServer(("127.0.0.1", 0), Answer) as server:
        thread = threading.Thread(target=server.handle_request)
        thread.start()
        fetch = fetch_from(f"http://127.0.0.1:{server.server_port}/keys")
        assert set(keys_in(await fetch())) == {"r1", "e1"}
        thread.join()
