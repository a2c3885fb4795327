"""Links to surveys: signed, so that nobody can rate a conversation they were not asked about."""

from __future__ import annotations

from urllib.parse import quote

from itsdangerous import BadSignature, SignatureExpired, URLSafeTimedSerializer

from handrail.app.secret import own_secret
from handrail.graph.settings import Settings

SALT = "handrail.survey"
DAY_SECONDS = 86_400


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
    return SurveyLinks(own_secret(settings))
