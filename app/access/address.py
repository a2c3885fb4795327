"""From which address somebody calls: the other end of the connection, or what our proxy says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from handrail.app.access.tokens import BadSecret

HEADER = "x-forwarded-for"
IPV6_HOME = 64  # one household has as many addresses as it likes, all in here
Network = IPv4Network | IPv6Network


@dataclass(frozen=True)
class Proxies:
    """The proxies in front of us. Nobody else is believed who says for whom they call."""

    trusted: Sequence[Network] = ()

    @classmethod
    def listed(cls, text: str) -> Proxies:
        """Read addresses and networks with commas between. Raises BadSecret."""
        try:
            return cls([ip_network(each.strip()) for each in text.split(",") if each.strip()])
        except ValueError as problem:
            raise BadSecret(
                f"HANDRAIL_TRUSTED_PROXIES lists addresses or networks: {problem}"
            ) from problem

    def address_of(self, peer: str | None, headers: Mapping[str, str]) -> str:
        """Return the address that a call is counted under, from headers with small letters.

        Of the addresses in X-Forwarded-For each proxy adds the one it was called from at the end:
        the last that is no proxy of ours is the caller's. What stands before it, anybody wrote.
        """
        address = peer or "unknown"
        passed_on = [each.strip() for each in headers.get(HEADER, "").split(",") if each.strip()]
        while passed_on and self._trusts(address):
            address = passed_on.pop()
        return home_of(address)

    def _trusts(self, address: str) -> bool:
        try:
            parsed = ip_address(address)
        except ValueError:
            return False
        return any(parsed in network for network in self.trusted)


def home_of(peer: str) -> str:
    """Return what calls from one place have in common: the address, or the net of an IPv6 one."""
    try:
        address = ip_address(peer)
    except ValueError:
        return peer
    if isinstance(address, IPv6Address):
        return str(ip_network((address, IPV6_HOME), strict=False))
    return peer
