"""Find codes for one use, and the check digits of a card, by the words beside them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from handrail.models.payment_numbers import Span

_DIGITS = (
    r"(?<![0-9A-Za-z#.\-])(?P<v>[0-9]{3,4}[ \-]?[0-9]{3,4}|[0-9]{3,8})"
    r"(?![0-9A-Za-z]|[.,\-][0-9])"
)
_GAP = r"(?:(?!order|pedido|commande|bestell|ordine|encomenda)[^0-9\n]){0,24}?"
# Words that can mean nothing else, in the seven languages that we reply in.
_SURELY = re.compile(
    r"(?<![^\W\d_])(?:"
    r"(?:verification|security|one[ \-]?time|login|log[ \-]?in|sign[ \-]?in"
    r"|authenti[a-z]{1,10}|sms|2fa|mfa) (?:pass)?(?:code|pin)"
    r"|otp|cvv2?|cvc2?|cvn|one[ \-]?time password"
    r"|c[oó]digo (?:de )?(?:verificaci[oó]n|seguridad|acceso|un solo uso|sms"
    r"|verifica[cç][aã]o|seguran[cç]a|acesso)"
    r"|code (?:de )?(?:v[eé]rification|s[eé]curit[eé]|connexion|sms|secret|confidentiel"
    r"|à usage unique)|cryptogramme"
    r"|best[aä]tigungs[ \-]?code|verifizierungs[ \-]?code|sicherheits[ \-]?code"
    r"|einmal(?:code|passwort|kennwort)|pr[uü]fziffer|geheimzahl"
    r"|codice (?:di )?(?:verifica|sicurezza|accesso|otp|sms|temporaneo|monouso)"
    r"|verificatie[ \-]?code|beveiligings[ \-]?code|inlog[ \-]?code|controle[ \-]?code"
    r"|eenmalige code|pincode"
    r")(?![^\W\d_])" + _GAP + _DIGITS,
    re.IGNORECASE,
)
_PIN = re.compile(
    r"(?<![^\W\d_])(?:pin|m?tan(?= ist| lautet|:))(?: (?:is|es|est|ist|lautet|é"
    r"|è))?\s{0,2}[:=]?\s{0,2}(?P<v>[0-9]{4,8})(?![0-9A-Za-z])", re.IGNORECASE
)  # fmt: skip
_PIN_CODE = re.compile(  # six digits after it are the postal code of India
    r"(?<![^\W\d_])pin[ \-]code(?: (?:is|:))?\s{0,2}[:=]?\s{0,2}(?P<v>[0-9]{4})(?![0-9A-Za-z])",
    re.IGNORECASE,
)
_SIX = r"(?<![0-9A-Za-z.,\-/])(?P<v>[0-9]{6}|[0-9]{3}[ \-][0-9]{3})(?![0-9A-Za-z]|[.,\-/][0-9])"
_CODE = r"(?<![^\W\d_])(?:codes?|c[oó]digos?|codic[ei]|codice|kode)(?![^\W\d_])"
_LIKELY = (
    re.compile(_CODE + _GAP + _SIX, re.IGNORECASE),
    re.compile(
        _SIX + r"\s{0,2}(?:is|es|est|ist|é|è)\s{1,2}(?:[^\s0-9]{1,12}\s{1,2}){0,3}?" + _CODE,
        re.IGNORECASE,
    ),
)
_OF_SOMETHING = re.compile(
    r"(?:discount|promo|coupon|voucher|gift|postal|post|zip|error|product|article|item|bar"
    r"|country"
    r"|rabatt|gutschein|fehler|descuento|desconto|erro|sconto|errore|remise|erreur|korting"
    r"|fout)"
    r"[a-zé]{0,12}(?:[ \-]card)?[ \-]{0,2}$",
    re.IGNORECASE,
)
_SORT = re.compile(
    r"\s{0,2}(?:de |di |d')?(?:postal|postale|promo|promotionnel|remise|descuento|desconto"
    r"|sconto|erreur|error|erro|errore)",
    re.IGNORECASE,
)


def sure_codes(text: str) -> Iterator[Span]:
    """Yield where digits stand after words that only a code for one use, or a card's, has."""
    for shape in (_SURELY, _PIN, _PIN_CODE):
        for match in shape.finditer(text):
            yield match.span("v")


def codes(text: str) -> Iterator[Span]:
    """Yield these, and six digits beside the word "code" that are no voucher or postal code."""
    yield from sure_codes(text)
    for shape in _LIKELY:
        for match in shape.finditer(text):
            said = match.start()
            before = text[max(0, said - 24) : said]
            if not (_OF_SOMETHING.search(before) or _names_sort(text, match)):
                yield match.span("v")


def _names_sort(text: str, match: re.Match[str]) -> bool:
    """Tell whether the word after "code" says that it is of another sort."""
    word = re.compile(_CODE, re.IGNORECASE).search(text, match.start(), match.end())
    return word is not None and _SORT.match(text, word.end()) is not None
