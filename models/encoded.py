"""Find text that was encoded so that nobody reads it, and read it."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable
from urllib.parse import unquote_to_bytes

_LONGEST = 20_000
_LETTERS = 0.6
_BLOBS: tuple[tuple[re.Pattern[str], Callable[[str], bytes]], ...] = (
    (
        re.compile(r"(?<![01])(?:[01]{8}\s?){4,}(?![01])"),
        lambda blob: int("".join(blob.split()), 2).to_bytes(len("".join(blob.split())) // 8, "big"),
    ),
    (
        re.compile(r"(?:\\u[0-9a-fA-F]{4}){4,}"),
        lambda blob: "".join(chr(int(code, 16)) for code in blob.split("\\u")[1:]).encode(
            "utf-8", "ignore"
        ),
    ),
    (re.compile(r"(?:%[0-9a-fA-F]{2}){8,}"), unquote_to_bytes),
    (
        re.compile(r"(?<![0-9a-zA-Z])(?:[0-9a-fA-F]{2}){12,}(?![0-9a-zA-Z])"),
        binascii.unhexlify,
    ),
    (
        re.compile(
            r"(?<![\w+/])(?=[A-Za-z+/]*\d)(?=[\dA-Z+/]*[a-z])(?=[\da-z+/]*[A-Z])[\w+/]{24,}={0,2}"
        ),
        lambda blob: base64.b64decode(blob.rstrip("=") + "=" * (-len(blob.rstrip("=")) % 4)),
    ),
)


def reveal(text: str) -> tuple[str, list[str]]:
    """Return the text without its encoded runs, and what those of them say that say something.

    Reads binary digits, hexadecimal, base64, percent and backslash-u escapes. A checksum or a
    picture says nothing, and is just left out.
    """
    said: list[str] = []
    plain = text[:_LONGEST]
    for pattern, decode in _BLOBS:

        def read(match: re.Match[str], decode: Callable[[str], bytes] = decode) -> str:
            try:
                found = decode(match.group(0)).decode("utf-8")
            except (ValueError, binascii.Error, OverflowError):
                return " "
            letters = sum(c.isalpha() or c.isspace() for c in found)
            if found.isprintable() and letters >= _LETTERS * len(found):
                said.append(found)
            return " "

        plain = pattern.sub(read, plain)
    return plain, said
