"""Find e-mail addresses and telephone numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator

from handrail.models.payment_numbers import Span

_EMAIL = re.compile(
    r"(?<![\w.+%\-])[\w.+%][\w.+%'\-]*+@(?:[^\W_](?:[\w\-]{0,62}[^\W_])?\.){1,8}"
    r"[^\W\d_]{2,24}(?![^\W_])"
)
_PHONE = re.compile(
    r"(?<![\w.:/#@=\-])(?P<plus>\+|00(?=[1-9]))?\(?[0-9](?:[ \t().\-/\u2010-\u2015]{0,3}"
    r"[0-9]){6,14}(?![\w@]|[\-/.:][\w])"
)
_DATE = re.compile(r"[0-9]{1,4}[ ./\-][0-9]{1,2}[ ./\-][0-9]{2,4}")
_US = re.compile(r"\(?[2-9][0-9]{2}\)?[ .\-][2-9][0-9]{2}[ .\-][0-9]{4}")
_CALLED = re.compile(
    r"(?:phone|tel|tél|telefon[eo]?|teléfono|telefoon|mobile?|móvil|handy|cell|cellulare"
    r"|call|whatsapp|sms|rufnummer|portable|nummer|number|número|numéro|numero)"
    r"[^0-9\n]{0,20}$",
    re.IGNORECASE,
)
_OTHER_NUMBER = re.compile(
    r"(?:order|invoice|tracking|parcel|article|item|ref|reference|customer|pedido"
    r"|seguimiento|factura|fatura|commande|suivi|facture|colis"
    r"|bestell|rechnung|sendung|kunden|artikel|ordine|spedizione|fattura|bestelling|factuur"
    r"|encomenda|isbn|ean|sku|serial|imei)"
    r"[^0-9\n]{0,20}$",
    re.IGNORECASE,
)
_INSIDE = re.compile(r"[0-9][ \-]$")  # the rest of a longer number
FEWEST, MOST = 7, 15  # digits of a telephone number: at most 15 by ITU-T E.164
NATIONAL = range(9, 13)  # with the leading zero
NEAR = 32


def emails(text: str) -> Iterator[Span]:
    """Yield where e-mail addresses stand."""
    for match in _EMAIL.finditer(text):
        yield match.span()


def phones(text: str) -> Iterator[Span]:
    """Yield where telephone numbers stand: international, national, or called one."""
    for match in _PHONE.finditer(text):
        start, end = match.span()
        written = match[0]
        count = sum(character.isdigit() for character in written)
        before = text[max(0, start - NEAR) : start]
        if not FEWEST <= count <= MOST or _DATE.fullmatch(written):
            continue
        if match["plus"] == "+":
            yield start, end
        elif _OTHER_NUMBER.search(before) or _INSIDE.search(before):
            continue
        elif (
            (written.lstrip("(")[0] == "0" and count in NATIONAL)
            or match["plus"]
            or _US.fullmatch(written)
            or _CALLED.search(before)
        ):
            yield start, end
