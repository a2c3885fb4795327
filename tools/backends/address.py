"""Where a service is: https, or this very machine."""

from __future__ import annotations

import ipaddress

import httpx

from handrail.tools.errors import BadSettings


def service_address(url: str, what: str) -> httpx.URL:
    """Return the base URL of a service, ending in "/". Raises BadSettings, without the URL.

    Plain http is for loopback alone: what is sent is signed, not hidden.
    """
    try:
        address = httpx.URL(url)
    except httpx.InvalidURL:
        address = httpx.URL()
    if address.scheme not in {"http", "https"} or not address.host:
        raise BadSettings(f"The address of {what} is no http(s) URL", "Write it as https://host.")
    if address.scheme == "http" and not _is_loopback(address.host):
        raise BadSettings(f"The address of {what} is not https", "Plain http is for 127.0.0.1.")
    if address.userinfo or address.query or address.fragment:
        mend = "Give scheme, host and path only; secrets have settings of their own."
        raise BadSettings(f"The address of {what} holds more than a place", mend)
    return address.copy_with(path=address.path.rstrip("/") + "/")


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
