"""Find what opens something by itself: keys, tokens, passwords, codes for one use.

Each repetition without an end is possessive and begins where no earlier match could: the time is
in proportion to the text, whatever stands in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from handrail.models.payment_numbers import Span

_START = r"(?<![A-Za-z0-9_\-])"
KEYS = re.compile(
    _START + r"(?:"
    r"(?:sk|pk|rk)[-_][A-Za-z0-9_\-]{16,}+"  # OpenAI, Anthropic, Stripe
    r"|(?:hsk|whsec|npm|hf|glpat|shpat|shpss|dop_v1|lsv2_[ps]t|gsk|xai|dckr_pat)[-_][A-Za-z0-9_\-+/=]{16,}+"
    r"|gh[opsur]_[A-Za-z0-9]{20,}+|github_pat_[A-Za-z0-9_]{20,}+"
    r"|xox[a-z]-[A-Za-z0-9\-]{10,}+|xapp-[A-Za-z0-9\-]{10,}+"
    r"|(?:AKIA|ASIA)[A-Z0-9]{16}(?![A-Za-z0-9])"
    r"|AIza[A-Za-z0-9_\-]{30,}+|ya29\.[A-Za-z0-9_\-]{20,}+"
    r"|SG\.[A-Za-z0-9_\-]{16,64}+\.[A-Za-z0-9_\-]{16,}+"
    r"|pypi-[A-Za-z0-9_\-]{32,}+"
    r")"
)
JWT = re.compile(_START + r"eyJ[A-Za-z0-9_\-]{5,}+\.[A-Za-z0-9_\-]{4,}+(?:\.[A-Za-z0-9_\-]*+)?")
BEARER = re.compile(
    r"(?<![A-Za-z0-9])(?:bearer|basic|token)\s{1,3}(?P<v>[A-Za-z0-9._~+/\-]{16,}+=*+)",
    re.IGNORECASE,
)
PARAMETER = re.compile(
    r"[?&#;](?:[a-z0-9]{1,20}[_-])?(?:token|key|code|apikey|sig|signature|secret|password|passwd|pwd|auth|otp)="
    r"(?P<v>[^&#\s\"'<>;]{4,}+)",
    re.IGNORECASE,
)
IN_ADDRESS = re.compile(r"://(?P<v>[^\s/:@]{0,64}:[^\s/@]{1,256})@")
IN_PATH = re.compile(
    r"(?:/handrail/csat/|hooks\.slack\.com/services/|api\.telegram\.org/bot)(?P<v>[^\s?#\"'<>]{8,}+)"
)
_KEY_BEGINS = re.compile(r"-----BEGIN [A-Z ]{0,30}PRIVATE KEY(?: BLOCK)?-----")
_KEY_ENDS = re.compile(r"-----END [A-Z ]{0,30}PRIVATE KEY(?: BLOCK)?-----")

_WORD = (
    r"(?<![^\W\d_])(?:pass[ \-]?(?:words?|codes?|phrases?)|passwd|pwd|pass(?=[ ]{0,3}[:=])|pw"
    r"|contrase(?:ñ|n\u0303?)as?|clave|mots? de passe|mdp|passw(?:o|ö)rt(?:er)?|kennwort"
    r"|senhas?|palavra[ \-]passe|wachtwoord)"
)
_IS = (
    r"(?:is|was|are|son|sont|sind|são|sono|zijn|es|era|est|était|ist|war|lautet"
    r"|é|è|e\u0301|e\u0300)"
)
_VALUE = r"(?P<v>[\"'“‘«][^\"'“”’«»\n]{3,128}[\"'”’»]|[^\s,;\"“”«»]{3,}+)"
_ASSIGNED = re.compile(_WORD + r"[\"'’]?\s{0,3}(?:=>|[:=])\s{0,3}" + _VALUE, re.IGNORECASE)
_LABELLED = re.compile(
    _WORD + r"(?:\s{1,3}[^\s.:;!?]{1,24}){1,4}?\s{0,3}:\s{1,3}" + _VALUE, re.IGNORECASE
)
_BESIDE = re.compile(
    _WORD + r"\s{1,3}(?P<v>(?=\S{0,64}[0-9])(?=\S{0,64}(?-i:[a-z]))[^\s,;\"“”«»?]{6,64}+)(?!\S)",
    re.IGNORECASE,
)
_SAID = re.compile(
    _WORD + r"(?:\s{1,3}[^\s.:;!?]{1,24}){0,5}?\s{1,3}" + _IS + r"\s{0,3}:?\s{1,3}" + _VALUE,
    re.IGNORECASE,
)
_SET = re.compile(
    r"\b(?:set|change|make)\s(?:[^\s.:;!?]{1,24}\s){0,3}?" + _WORD
    + r"\s(?:\S{1,64}\s){0,3}?(?:to|be)\s" + _VALUE,
    re.IGNORECASE,
)  # fmt: skip
_NAMED = re.compile(
    r"(?<!\S)(?P<v>\S{4,64})\s{1,3}" + _IS
    + r"\s{1,3}(?:my|mi|mon|mein|minha|a minha|la mia|mijn)\s{1,3}"
    + r"(?:[^\s.:;!?]{1,24}\s{1,3}){0,2}?" + _WORD,
    re.IGNORECASE,
)  # fmt: skip
_PLACEHOLDER = re.compile(r"\[[a-z-]{1,12}(?: ending)?(?: [0-9]{1,4})?\]")
_MAIL = re.compile(r"[^@\s]{1,64}@[^@\s]{1,255}\.[a-z]{2,24}[.!?)]{0,8}", re.IGNORECASE)
_NOT_PLAIN = re.compile(r"[0-9@#$%^&*+=<>~|_!€£](?=.)|[0-9](?=$)|[a-z][A-Z]")
_LINE_ENDS = re.compile(r"[^\S\n]{0,200}(?:\n|$)")
QUOTES = "\"'“‘«”’»"
SHORTEST = 4  # characters of a password that stands in the middle of a sentence


def keys(text: str) -> Iterator[Span]:
    """Yield where API keys and private keys of well-known shapes stand."""
    for match in KEYS.finditer(text):
        yield match.span()
    place = 0
    while begins := _KEY_BEGINS.search(text, place):
        ends = _KEY_ENDS.search(text, begins.end())
        place = ends.end() if ends else len(text)
        yield begins.start(), place


def tokens(text: str) -> Iterator[Span]:
    """Yield where tokens stand: signed ones, in a header, in the address of a page."""
    for match in JWT.finditer(text):
        yield match.span()
    for shape in (BEARER, PARAMETER, IN_ADDRESS, IN_PATH):
        for match in shape.finditer(text):
            if not _PLACEHOLDER.match(text, match.start("v")):
                yield match.span("v")


def passwords(text: str) -> Iterator[Span]:
    """Yield where somebody wrote a password, not where they wrote about one.

    After "password:" any word that ends its line is one; elsewhere it needs a digit, a sign or
    quotation marks, for "my password is wrong" holds none.
    """
    for shape in (_ASSIGNED, _LABELLED, _SAID, _SET, _NAMED, _BESIDE):
        for match in shape.finditer(text):
            start, end = match.span("v")
            value = match["v"]
            is_quoted = value[0] in QUOTES
            if is_quoted:
                start, end = start + 1, end - (value[-1] in QUOTES)
                value = text[start:end]
            bare = value.rstrip(".!?)")
            if _PLACEHOLDER.match(value) or _MAIL.fullmatch(value) or not bare:
                continue
            ends_line = shape is _ASSIGNED and _LINE_ENDS.match(text, end)
            is_odd = len(bare) >= SHORTEST and _NOT_PLAIN.search(bare)
            if is_quoted or ends_line or is_odd:
                # A sign at the end may belong to it: only a full stop is surely none.
                yield start, end - (len(value) - len(value.rstrip(".")))
