"""Web addresses: read strictly, judged before anything is fetched. Pure: no look-up, no connection.

`judge_url` is the one judgement, wherever an address enters (a feed, a page to save, a picture, OPML, an import).
Names that need a look-up pass here when their form is sound; what they resolve to is judged when connecting.
"""

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from ipaddress import AddressValueError, IPv4Address, IPv6Address
from urllib.parse import quote, urljoin

import idna

from nashra.base.net.allow import AllowList
from nashra.base.net.errors import Refusal
from nashra.base.net.networks import judge_host
from nashra.base.net.ports import BAD_PORTS

MAX_LENGTH = 8_000  # RFC 9110 4.1 asks for at least 8000 octets
DEFAULT_PORTS = {"http": 80, "https": 443}

_SHAPE = re.compile(r"(?P<scheme>[^:/?#]+)://(?P<authority>[^/?#]*)(?P<path>[^?#]*)(?P<query>\?[^#]*)?", re.DOTALL)
_SCHEME = re.compile(r"\s*([A-Za-z][A-Za-z0-9+.-]*):")
_NAME = re.compile(r"(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_NUMBER = re.compile(r"0x[0-9a-f]*|[0-9]+")
_HOME = ("localhost", "localdomain", "local", "internal", "home.arpa")  # RFC 6761, 6762, 8375; .internal by ICANN, 2024
_PATH_KEEPS = "%/:@!$&'()*+,;=~-._[]|^"


@dataclass(frozen=True, slots=True)
class Address:
    """A web address taken apart. `host` is ASCII: a name without its final dot, or an IP address without brackets."""

    scheme: str
    host: str
    port: int
    path: str
    userinfo: str = ""

    @property
    def url(self) -> str:
        """The address as it is asked for: ASCII, default port and fragment left out, name and password kept."""
        return self._text(f"{self.userinfo}@" if self.userinfo else "")

    @property
    def public_url(self) -> str:
        """The same without a name and password, fit for logs and pages."""
        return self._text("")

    @property
    def is_ip(self) -> bool:
        """Whether the host is an IP address, which no resolver is asked about."""
        return ":" in self.host or _is_ipv4(self.host)

    def _text(self, userinfo: str) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        port = "" if self.port == DEFAULT_PORTS[self.scheme] else f":{self.port}"
        return f"{self.scheme}://{userinfo}{host}{port}{self.path}"


@lru_cache(maxsize=4096)  # the same feeds are asked again and again
def read_url(text: str) -> Address | Refusal:
    """Takes a complete http(s) address apart, as browsers would or more strictly; anything doubtful is refused."""
    text = text.strip(" \t\r\n\f")
    scheme = _SCHEME.match(text)
    if scheme and scheme[1].lower() not in DEFAULT_PORTS:
        return Refusal("scheme", scheme[1].lower())
    shape = _SHAPE.match(text)
    if not shape or len(text) > MAX_LENGTH or _CONTROL.search(text) or "\\" in text.partition("?")[0]:
        return Refusal("malformed", text[:200])
    try:
        return _assemble(shape)
    except (ValueError, UnicodeError):
        return Refusal("malformed", text[:200])


def judge_url(text: str, allow: AllowList | None = None) -> Refusal | None:
    """Why this address must not be fetched, or None. `allow` is the owner's list; the setting's when left out."""
    address = read_url(text)
    return address if isinstance(address, Refusal) else judge(address, allow)


def judge(address: Address, allow: AllowList | None = None) -> Refusal | None:
    """`judge_url` for an address that was read already."""
    allow = AllowList.from_settings() if allow is None else allow
    if allow.names(address.host, address.port) or (address.is_ip and allow.holds(address.host, address.port)):
        return None
    if address.port in BAD_PORTS:
        return Refusal("port", str(address.port))
    inside = judge_host(address.host) if address.is_ip else _judge_name(address.host)
    return Refusal("inside", address.host) if inside else None


def join(base: Address, location: str) -> Address | Refusal:
    """Where a redirect leads. The name and password go along only to the same server (see `same_server`)."""
    if _CONTROL.search(location.strip()):
        return Refusal("malformed", location[:200])
    target = read_url(urljoin(base.public_url, location.strip()))
    if isinstance(target, Refusal):
        return target
    return replace(target, userinfo=base.userinfo if same_server(base, target) else "")


def same_server(one: Address, other: Address) -> bool:
    """Whether what was meant for `one` may be told to `other`: the same origin, or its own https."""
    if one.host != other.host:
        return False
    upgraded = (one.scheme, other.scheme) == ("http", "https") and (one.port, other.port) == (80, 443)
    return upgraded or (one.scheme, one.port) == (other.scheme, other.port)


def without_credentials(url: str) -> str:
    """The address without name and password; empty when it is not an address."""
    address = read_url(url)
    return "" if isinstance(address, Refusal) else address.public_url


def _assemble(shape: re.Match[str]) -> Address:
    scheme = shape["scheme"].lower()
    userinfo, _, place = shape["authority"].rpartition("@")
    host, port = _split_port(place)
    number = int(port) if port else DEFAULT_PORTS[scheme]
    if number > 65535:
        raise ValueError("no such port")
    path = _quoted(shape["path"] or "/") + _quoted(shape["query"] or "", more="?")
    return Address(scheme, _read_host(host), number, path, _quoted(userinfo))


def _split_port(place: str) -> tuple[str, str]:
    match = re.fullmatch(r"(\[[^\]]*\]|[^:\[\]]+)(?::([0-9]{0,5}))?", place, re.ASCII)
    if not match:
        raise ValueError("no host, or no such port")
    return match[1], match[2] or ""


def _read_host(host: str) -> str:
    if host.startswith("["):
        address = IPv6Address(host[1:-1])
        if address.scope_id is not None:
            raise AddressValueError("a zone has a meaning on one machine only")
        return str(address)
    if len(host) > 253:
        raise ValueError("too long for a name")
    name = host.lower() if host.isascii() else idna.encode(host, uts46=True).decode("ascii")
    name = name.removesuffix(".")
    if not _NAME.fullmatch(name):
        raise ValueError("not a name")
    return _read_ipv4(name) if _NUMBER.fullmatch(name.rpartition(".")[2]) else name


def _read_ipv4(text: str) -> str:
    """Numbers as inet_aton and browsers read them: 127.1, 0x7f000001, 0177.0.0.1 (URL standard, "IPv4 parser")."""
    parts = [_read_number(part) for part in text.split(".")]
    if len(parts) > 4 or any(part > 255 for part in parts[:-1]):
        raise ValueError("not an IPv4 address")
    last_limit = 256 ** (5 - len(parts))
    if parts[-1] >= last_limit:
        raise ValueError("not an IPv4 address")
    number = parts[-1] + sum(part << (8 * (3 - place)) for place, part in enumerate(parts[:-1]))
    return str(IPv4Address(number))


def _read_number(text: str) -> int:
    if text.startswith("0x"):
        return int(text[2:] or "0", 16)
    if not text.isdecimal():
        raise ValueError("not a number")
    return int(text, 8 if len(text) > 1 and text.startswith("0") else 10)


def _is_ipv4(host: str) -> bool:
    return bool(_NUMBER.fullmatch(host.rpartition(".")[2]))


def _judge_name(host: str) -> str | None:
    return "loopback" if any(host == home or host.endswith(f".{home}") for home in _HOME) else None


def _quoted(text: str, more: str = "") -> str:
    """ASCII for the wire: letters become percent-encoded UTF-8, bytes of another encoding are kept as they came."""
    return quote(text.encode("utf-8", "surrogateescape"), safe=_PATH_KEEPS + more)
