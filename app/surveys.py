"""Links to surveys: signed, so that nobody can rate a conversation they were not asked about."""

from __future__ import annotations

import os
import secrets
import tempfile
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

from itsdangerous import BadSignature, SignatureExpired, URLSafeTimedSerializer

from handrail.graph.settings import Settings
from handrail.store.errors import StoreDown

SALT = "handrail.survey"
DAY_SECONDS = 86_400
KEPT = "secret"  # the file in the data folder
MEND = "Set HANDRAIL_SECRET, or HANDRAIL_DATA to a folder that may be written."


class BadLink(ValueError):
    """A link to a survey is not one of ours."""


class LinkExpired(BadLink):
    """A link to a survey was ours, and is too old."""


class SurveyLinks:
    """Make and read the tokens of links. That each works once is the store's to say."""

    def __init__(self, secret: str) -> None:
        self._signed = URLSafeTimedSerializer(secret, salt=SALT)

    def token(self, survey_id: str) -> str:
        """Return the token of a survey, good from now on."""
        return str(self._signed.dumps(survey_id))

    def survey_in(self, token: str, days: int) -> str:
        """Return the survey that a token is for. Raises BadLink, or LinkExpired after `days`."""
        try:
            survey = self._signed.loads(token, max_age=days * DAY_SECONDS)
        except SignatureExpired as problem:
            raise LinkExpired(token) from problem
        except BadSignature as problem:
            raise BadLink(token) from problem
        if not isinstance(survey, str):
            raise BadLink(token)
        return survey

    def link(self, base_url: str, survey_id: str) -> str:
        """Return the address at which a customer finds a survey."""
        return f"{base_url.rstrip('/')}/handrail/csat/{quote(self.token(survey_id))}"


def survey_link(base_url: str, survey_id: str) -> str:
    """Return the address of a survey, signed by what the environment says; blocking."""
    return open_survey_links(Settings()).link(base_url, survey_id)


def open_survey_links(settings: Settings) -> SurveyLinks:
    """Return what makes and reads links; blocking. Raises StoreDown."""
    given = settings.secret.get_secret_value() if settings.secret else ""
    return SurveyLinks(given or kept_secret(settings.data / KEPT))


def kept_secret(file: Path) -> str:
    """Return the secret in a file, made at the first call, by whichever process comes first.

    It is written elsewhere and linked into place whole: nobody reads half of it, and of two
    processes at once the second takes what the first made. Raises StoreDown.
    """
    try:
        if not file.exists():
            file.parent.mkdir(parents=True, exist_ok=True)
            _make(file)
        kept = file.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as problem:
        raise StoreDown(f"The secret for links cannot be kept in {file}: {problem}", MEND) from (
            problem
        )
    if not kept:
        raise StoreDown(f"{file} is empty", "Remove it, or set HANDRAIL_SECRET.")
    return kept


def _make(file: Path) -> None:
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=".secret-")  # for its owner alone
    made = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="ascii") as out:
            out.write(secrets.token_urlsafe(48))
        with suppress(FileExistsError):
            file.hardlink_to(made)
    finally:
        made.unlink()
