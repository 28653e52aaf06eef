"""DKIM signatures (RFC 6376): rsa-sha256, relaxed/relaxed, keys of 2048 bits or more (RFC 8301)."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from hashlib import sha256

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from .model import MailError

BITS = 2048
SIGNED = (
    "From",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "Reply-To",
    "List-ID",
    "List-Unsubscribe",
    "List-Unsubscribe-Post",
    "Auto-Submitted",
    "MIME-Version",
    "Content-Type",
)
_DOMAIN = re.compile(r"[a-z0-9](?:[a-z0-9.-]{0,250}[a-z0-9])?\Z")


@dataclass(frozen=True, slots=True)
class DkimKey:
    """A signing key: `d=`, `s=` and an unencrypted PEM of an RSA key. The key never shows in a repr."""

    domain: str
    selector: str
    private_key_pem: str = field(repr=False)

    def __post_init__(self) -> None:
        for value in (self.domain, self.selector):
            if not _DOMAIN.match(value):
                raise MailError("dkim", f"not a name in the DNS: {value[:80]!r}")


@dataclass(frozen=True, slots=True)
class DnsRecord:
    """A record to publish. `value` is whole; `strings` are the pieces of at most 255 octets that a zone file needs."""

    name: str
    kind: str
    value: str

    @property
    def strings(self) -> tuple[str, ...]:
        """The value in pieces of at most 255 octets (RFC 1035 3.3.14)."""
        return tuple(self.value[at : at + 255] for at in range(0, len(self.value), 255))


def generate_key(domain: str, selector: str = "nashra") -> DkimKey:
    """A new RSA key of 2048 bits."""
    key = rsa.generate_private_key(public_exponent=65_537, key_size=BITS)
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return DkimKey(domain, selector, pem.decode("ascii"))


def dns_record(key: DkimKey) -> DnsRecord:
    """The TXT record with the public half."""
    public = _load(key.private_key_pem).public_key()
    der = public.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    value = f"v=DKIM1; k=rsa; p={b64encode(der).decode('ascii')}"
    return DnsRecord(f"{key.selector}._domainkey.{key.domain}", "TXT", value)


def signature(headers: Sequence[tuple[str, str]], body: bytes, key: DkimKey, signed_at: datetime) -> str:
    """The folded value of `DKIM-Signature` for these headers (names and folded values) and this body (CRLF).

    From is signed once more than it occurs, so that nobody can add a second one. No `l=`, no `x=`.
    """
    present = {name.lower(): value for name, value in headers}
    names = [name.lower() for name in SIGNED if name.lower() in present]
    body_hash = b64encode(sha256(relaxed_body(body)).digest()).decode("ascii")
    head = (
        f"v=1; a=rsa-sha256; c=relaxed/relaxed; d={key.domain};\r\n s={key.selector}; t={int(signed_at.timestamp())};"
        f"\r\n h={_listed(['from', *names])};\r\n bh={body_hash};\r\n b="
    )
    canonical = "".join(_relaxed_header(name, present[name]) + "\r\n" for name in names)
    canonical += _relaxed_header("dkim-signature", head)
    signed = _load(key.private_key_pem).sign(canonical.encode(), padding.PKCS1v15(), hashes.SHA256())
    return head + _wrapped(b64encode(signed).decode("ascii"))


def relaxed_body(body: bytes) -> bytes:
    """Blanks joined, none at a line's end, one line break at the end (RFC 6376 3.4.4)."""
    body = re.sub(rb"[ \t]+", b" ", body).replace(b" \r\n", b"\r\n").rstrip(b" ")
    stripped = body.rstrip(b"\r\n")
    return stripped + b"\r\n" if stripped else b""


def _relaxed_header(name: str, value: str) -> str:
    """RFC 6376 3.4.2."""
    unfolded = re.sub(r"[ \t]+", " ", value.replace("\r\n", ""))
    return f"{name}:{unfolded.strip()}"


def _listed(names: Sequence[str]) -> str:
    """The h= list over short lines; blanks are allowed around the colons (RFC 6376 3.5)."""
    lines = [""]
    for name in names:
        if len(lines[-1]) + len(name) > 66:
            lines.append("")
        lines[-1] += f"{name}:"
    return "\r\n ".join(lines)[:-1]


def _wrapped(signed: str) -> str:
    return "\r\n ".join(signed[at : at + 72] for at in range(0, len(signed), 72))


@lru_cache(maxsize=64)
def _load(pem: str) -> rsa.RSAPrivateKey:
    """The key, read once per process; a short or foreign one is refused."""
    try:
        key = serialization.load_pem_private_key(pem.encode("ascii"), password=None)
    except (ValueError, TypeError, UnicodeError):
        raise MailError("dkim", "not a readable private key") from None
    if not isinstance(key, rsa.RSAPrivateKey) or key.key_size < BITS:
        raise MailError("dkim", "an RSA key of at least 2048 bits is needed")
    return key
