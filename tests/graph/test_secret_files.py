"""A secret may stand in a file, as containers get them; a mistake is told by the variable's name."""

from __future__ import annotations

from pathlib import Path

import pytest

from handrail.graph.secret_files import SUFFIX, is_secret, variables_of
from handrail.graph.settings import Settings
from handrail.tools.errors import BadSettings
from handrail.tools.orders.opening import open_orders

VALUE = "of-a-file-and-quite-long-enough-for-us"
SECRET = [(name, field) for name, field in Settings.model_fields.items() if is_secret(name, field)]


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    file = tmp_path / "secret"
    file.write_text(VALUE + "\n")
    return file


def plain(value: object) -> object:
    if isinstance(value, tuple):
        return tuple(each.get_secret_value() for each in value)
    return value.get_secret_value() if hasattr(value, "get_secret_value") else value


@pytest.mark.parametrize(("name", "field"), SECRET, ids=[name for name, _ in SECRET])
def test_every_secret_may_be_given_by_a_file(monkeypatch, secret, name, field):
    if name == "jwt_previous_secrets":
        secret.write_text(f'["{VALUE}"]')
    for variable in variables_of(name, field, "HANDRAIL_"):
        with monkeypatch.context() as here:
            here.setenv(variable + SUFFIX, str(secret))
            wanted = (VALUE,) if name == "jwt_previous_secrets" else VALUE
            assert plain(getattr(Settings(_env_file=None), name)) == wanted


def test_what_is_no_secret_is_not_read_from_files(monkeypatch, secret):
    monkeypatch.setenv("HANDRAIL_MODEL_FILE", str(secret))
    assert Settings(_env_file=None).model == "embedded"


def test_a_file_may_be_named_in_dotenv(monkeypatch, tmp_path, secret):
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_text(f"HANDRAIL_SECRET_FILE={secret}\nOPENAI_API_KEY_FILE={secret}\n")
    settings = Settings()
    assert plain(settings.secret) == VALUE
    assert settings.environ()["OPENAI_API_KEY"] == VALUE
    assert Settings(_env_file=None).secret is None


def test_the_first_of_two_names_stays_the_first(monkeypatch, secret):
    monkeypatch.setenv("DATABASE_URL", "sqlite:///theirs.db")
    monkeypatch.setenv("HANDRAIL_DATABASE_URL_FILE", str(secret))
    assert Settings(_env_file=None).database_url == VALUE
    monkeypatch.setenv("DATABASE_URL_FILE", str(secret))
    monkeypatch.delenv("HANDRAIL_DATABASE_URL_FILE")
    monkeypatch.delenv("DATABASE_URL")
    monkeypatch.setenv("HANDRAIL_DATABASE_URL", "sqlite:///ours.db")
    assert Settings(_env_file=None).database_url == "sqlite:///ours.db"


def test_what_the_program_itself_gives_comes_first(monkeypatch, secret):
    monkeypatch.setenv("HANDRAIL_DATABASE_URL_FILE", str(secret))
    assert Settings(_env_file=None, database_url="sqlite:///x.db").database_url == "sqlite:///x.db"


def test_both_a_value_and_a_file_are_refused(monkeypatch, secret):
    monkeypatch.setenv("HANDRAIL_JWT_SECRET", "something")
    monkeypatch.setenv("HANDRAIL_JWT_SECRET_FILE", str(secret))
    with pytest.raises(BadSettings, match="HANDRAIL_JWT_SECRET and HANDRAIL_JWT_SECRET_FILE"):
        Settings(_env_file=None)
    monkeypatch.setenv("HANDRAIL_JWT_SECRET", "")  # as compose files leave it
    assert plain(Settings(_env_file=None).jwt_secret) == VALUE


@pytest.mark.parametrize(
    ("content", "says"),
    [(None, "cannot be read: No such file"), (b"", "is empty"), (b" \n", "is empty"),
     (b"\xff\xfe", "it is no text"), ("folder", "cannot be read: Is a directory")],
)  # fmt: skip
def test_a_file_that_is_no_good_is_named(monkeypatch, tmp_path, content, says):
    file = tmp_path / "given"
    if content == "folder":
        file.mkdir()
    elif content is not None:
        file.write_bytes(content)
    monkeypatch.setenv("HANDRAIL_SECRET_FILE", str(file))
    with pytest.raises(BadSettings, match=says) as problem:
        Settings(_env_file=None)
    assert "HANDRAIL_SECRET_FILE" in str(problem.value)


def test_a_list_must_be_one(monkeypatch, secret):
    monkeypatch.setenv("HANDRAIL_JWT_PREVIOUS_SECRETS_FILE", str(secret))
    with pytest.raises(BadSettings, match="no JSON list") as problem:
        Settings(_env_file=None)
    assert VALUE not in str(problem.value)


def test_the_names_in_other_files_may_be_given_by_files_too(monkeypatch, tmp_path, secret):
    secret.write_text("whsec_c2VjcmV0IG9mIHRoaXMgdGVzdA==\n")
    orders = tmp_path / "orders.toml"
    orders.write_text('kind = "http"\nurl = "http://127.0.0.1:1"\nsecret_env = "SHOP_SECRET"\n')
    monkeypatch.setenv("SHOP_SECRET_FILE", str(secret))
    settings = Settings(_env_file=None)
    assert open_orders(orders, None, settings.environ()) is not None
    monkeypatch.setenv("SHOP_SECRET_FILE", str(tmp_path / "gone"))
    with pytest.raises(BadSettings, match="SHOP_SECRET_FILE"):
        open_orders(orders, None, settings.environ())
