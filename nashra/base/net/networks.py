"""Which IP addresses are public: judged here and nowhere else.

IPv4 is public unless it lies in a block of the IANA special-purpose registry; IPv6 is public only inside
2000::/3, less its special blocks, and an address that carries an IPv4 address is judged by that one as well.
The lists are written out rather than asked of `ipaddress`, whose answers differ between Python releases.
"""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

IP = IPv4Address | IPv6Address

_CLOSED_4 = tuple(
    (IPv4Network(block), reason)
    for block, reason in (
        ("0.0.0.0/8", "this-host"),
        ("10.0.0.0/8", "private"),
        ("100.64.0.0/10", "shared"),  # RFC 6598; also the metadata service of some clouds
        ("127.0.0.0/8", "loopback"),
        ("168.63.129.16/32", "metadata"),  # a public number that means the host machine inside one large cloud
        ("169.254.0.0/16", "link-local"),
        ("172.16.0.0/12", "private"),
        ("192.0.0.0/24", "reserved"),
        ("192.0.2.0/24", "documentation"),
        ("192.88.99.0/24", "reserved"),  # the retired 6to4 relays, RFC 7526
        ("192.168.0.0/16", "private"),
        ("198.18.0.0/15", "reserved"),
        ("198.51.100.0/24", "documentation"),
        ("203.0.113.0/24", "documentation"),
        ("224.0.0.0/4", "multicast"),
        ("240.0.0.0/4", "reserved"),
    )
)
_GLOBAL_6 = IPv6Network("2000::/3")
_CLOSED_6 = tuple(
    (IPv6Network(block), reason)
    for block, reason in (
        ("::/128", "this-host"),
        ("::1/128", "loopback"),
        ("2001::/23", "reserved"),  # protocol assignments, Teredo among them
        ("2001:db8::/32", "documentation"),
        ("3fff::/20", "documentation"),
        ("fc00::/7", "private"),
        ("fe80::/10", "link-local"),
        ("fec0::/10", "private"),
        ("ff00::/8", "multicast"),
    )
)
_LOW_32_BITS = tuple(IPv6Network(block) for block in ("::/96", "::ffff:0:0/96", "::ffff:0:0:0/96", "64:ff9b::/96"))
_NAT64 = IPv6Network("64:ff9b::/96")
_SIX_TO_FOUR = IPv6Network("2002::/16")
_ISATAP = (0x00005EFE, 0x02005EFE)


def judge_host(ip: str | IP) -> str | None:
    """Why this IP address must not be reached, as one word, or None when it is a public one.

    Text that is not an IP address is refused too ("malformed"): names are judged after they are looked up.
    """
    try:
        address = ip_address(ip) if isinstance(ip, str) else ip
    except ValueError:
        return "malformed"
    return _judge_4(address) if isinstance(address, IPv4Address) else _judge_6(address)


def _judge_4(address: IPv4Address) -> str | None:
    return next((reason for block, reason in _CLOSED_4 if address in block), None)


def _judge_6(address: IPv6Address) -> str | None:
    closed = next((reason for block, reason in _CLOSED_6 if address in block), None)
    if closed:
        return closed
    carried = _carried(address)
    if carried is not None and (inside := _judge_4(carried)):
        return inside
    return None if address in _GLOBAL_6 or address in _NAT64 else "reserved"


def _carried(address: IPv6Address) -> IPv4Address | None:
    """The IPv4 address inside a mapped, compatible, translated, 6to4 or ISATAP address."""
    number = int(address)
    if any(address in block for block in _LOW_32_BITS):
        return IPv4Address(number & 0xFFFFFFFF)
    if address in _SIX_TO_FOUR:
        return IPv4Address((number >> 80) & 0xFFFFFFFF)
    if (number >> 32) & 0xFFFFFFFF in _ISATAP:
        return IPv4Address(number & 0xFFFFFFFF)
    return None
