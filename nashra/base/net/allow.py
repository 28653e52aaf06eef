"""The owner's list of private places that may be fetched all the same (setting NASHRA_ALLOW_HOSTS)."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from django.conf import settings

Network = IPv4Network | IPv6Network


@dataclass(frozen=True, slots=True)
class AllowList:
    """Names and networks with the port that is meant; port None means any.

    A name (`nas.lan:8080`) allows whatever it resolves to; an IP address or block (`10.1.0.0/16`, `[::1]:8100`)
    allows connections to it, whichever name led there.
    """

    hosts: frozenset[tuple[str, int | None]] = frozenset()
    networks: tuple[tuple[Network, int | None], ...] = ()

    @classmethod
    def parse(cls, items: Iterable[str]) -> "AllowList":
        """Reads `host`, `host:port`, an IP address or a block with or without `:port`; ValueError names a bad item."""
        hosts: set[tuple[str, int | None]] = set()
        networks: list[tuple[Network, int | None]] = []
        for item in items:
            place, port = _split(item.strip().lower())
            network = _network(place)
            if network is not None:
                networks.append((network, port))
            elif place and not set(place) & set("/:@[] "):
                hosts.add((place.removesuffix("."), port))
            else:
                raise ValueError(f"NASHRA_ALLOW_HOSTS: cannot read {item!r}; write host, host:port or 10.0.0.0/8")
        return cls(frozenset(hosts), tuple(networks))

    @classmethod
    def from_settings(cls) -> "AllowList":
        """The list of the running installation; empty when the setting is absent."""
        return _parsed(tuple(getattr(settings, "NASHRA_ALLOW_HOSTS", ())))

    def names(self, host: str, port: int) -> bool:
        """Whether this host name is listed, with this port or without any."""
        return (host, None) in self.hosts or (host, port) in self.hosts

    def holds(self, ip: str, port: int) -> bool:
        """Whether this IP address is listed, with this port or without any."""
        try:
            address = ip_address(ip)
        except ValueError:
            return False
        return any(address in network for network, wanted in self.networks if wanted in (None, port))


@lru_cache(maxsize=8)
def _parsed(items: tuple[str, ...]) -> AllowList:
    return AllowList.parse(items)


def _split(item: str) -> tuple[str, int | None]:
    """`host:port` in two; an IPv6 address needs brackets to carry a port."""
    bare, colon, port = item.rpartition(":")
    if not colon or (":" in bare and not bare.endswith("]")) or not port.isdecimal() or not port.isascii():
        return item.strip("[]"), None
    if not 0 < int(port) < 65536:
        raise ValueError(f"NASHRA_ALLOW_HOSTS: no such port in {item!r}")
    return bare.strip("[]"), int(port)


def _network(place: str) -> Network | None:
    try:
        return ip_network(place, strict=False)
    except ValueError:
        return None
