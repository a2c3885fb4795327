"""Addresses that must be safe on the way: what browsers and keys go over."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import ip_address
from urllib.parse import urlsplit

from handrail.app.access.origins import origins_in
from handrail.app.access.tokens import BadSecret
from handrail.app.finding import Finding
from handrail.graph.settings import Settings

GUARDED = {
    "HANDRAIL_PUBLIC_URL": "where customers' browsers call",
    "HANDRAIL_DESK_TOKEN_URL": "where the desk gets its agents' tokens",
    "HANDRAIL_JWKS_URL": "whose keys are believed",
}


def unsafe_addresses(settings: Settings) -> Iterator[Finding]:
    """Find addresses that anybody on the way could read or answer for; loopback is on no way."""
    given = (settings.public_url, settings.desk_token_url, settings.jwks_url)
    for (name, what), url in zip(GUARDED.items(), given, strict=True):
        if url and not is_safe(url):
            yield Finding("addresses", f"{name}, {what}, is not https", "Give an https address.")
    if not settings.public_url:
        yield Finding(
            "addresses",
            "HANDRAIL_PUBLIC_URL is not set: links in mails and surveys would lead nowhere",
            "Set it to the https address at which customers reach this server.",
        )
    for name, listed in (
        ("HANDRAIL_ORIGINS", settings.origins),
        ("HANDRAIL_FRAME_ORIGINS", settings.frame_origins),
    ):
        try:
            open_ones = sorted(each for each in origins_in(listed) if not is_safe(each))
        except BadSecret as problem:
            yield Finding("addresses", f"{name}: {problem}", "Mend this origin.")
            continue
        if open_ones:
            yield Finding(
                "addresses",
                f"{name} lets in pages that anybody on the way could change: "
                f"{', '.join(open_ones)}",
                "List origins with https.",
            )


def is_safe(url: str) -> bool:
    """Tell whether an address is https, or on this very machine. Pure."""
    parts = urlsplit(url)
    return parts.scheme == "https" or is_loopback(parts.hostname or "")


def is_loopback(host: str) -> bool:
    """Tell whether a host name or address is this very machine. Pure."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
