"""Which identity provider the settings name."""

import pytest

from handrail.tools.errors import BadSettings
from handrail.tools.passwords.http_provider import HttpIdentityProvider
from handrail.tools.passwords.keycloak import KeycloakIdentityProvider
from handrail.tools.passwords.opening import open_provider
from tests.fake_services import FakeProvider

HTTP = 'kind = "http"\nurl = "https://shop.example/handrail"\nsecret_env = "SECRET"\n'
KEYCLOAK = (
    'kind = "keycloak"\nurl = "https://id.example"\nrealm = "shop"\nclient_id = "handrail"\n'
    'secret_env = "SECRET"\nredirect_uri = "https://shop.example/"\n'
)


@pytest.mark.parametrize(
    ("text", "kind"), [(HTTP, HttpIdentityProvider), (KEYCLOAK, KeycloakIdentityProvider)]
)
def test_a_file_names_one(tmp_path, text, kind):
    file = tmp_path / "passwords.toml"
    file.write_text(text)
    assert isinstance(open_provider(file, FakeProvider(), {"SECRET": "s" * 32}), kind)


def test_without_a_file_it_is_the_embedded_one():
    embedded = FakeProvider()
    assert open_provider(None, embedded, {}) is embedded


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('kind = "ldap"', "The file of passwords is wrong"),
        (HTTP + 'realm = "x"', "realm"),
        (HTTP, "SECRET"),
        ("kind = ", "no TOML"),
        (HTTP.replace("https://shop", "http://shop"), "https"),
    ],
)
def test_what_is_wrong_is_named(tmp_path, text, says):
    file = tmp_path / "passwords.toml"
    file.write_text(text)
    environ = {} if says == "SECRET" else {"SECRET": "s" * 32}
    with pytest.raises(BadSettings, match=says):
        open_provider(file, FakeProvider(), environ)
