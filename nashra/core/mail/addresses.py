"""E-mail addresses as Nashra accepts and sends them (RFC 5321, 6531; internationalised domains by RFC 5891).

Narrower than the standards on purpose: one address only, no quoted local part, no address literal, no bare host name.
"""

from __future__ import annotations

import re
import unicodedata

import idna

LOCAL_OCTETS = 64
ADDRESS_OCTETS = 254

_LOCAL_SIGNS = frozenset("!#$%&'*+-/=?^_`{|}~")
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\Z")
_DOTS = re.compile("[\u3002\uff0e\uff61]")


class AddressError(ValueError):
    """An address that is not accepted.

    `code` is one of `empty`, `control`, `no-at`, `several`, `quoted`, `literal`, `local`, `domain`, `too-long`.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def check_address(text: str) -> str:
    """The address as it is stored, compared and sent: domain in lower-case A-labels, local part as written (NFC).

    Raises `AddressError` with a code for everything else, a local part over 64 octets or an address over 254 included.
    """
    text = text.strip(" \t")
    if not text:
        raise AddressError("empty")
    if len(text) > 2 * ADDRESS_OCTETS:
        raise AddressError("too-long")
    if any(unicodedata.category(char)[0] == "C" or char in "\u2028\u2029" for char in text):
        raise AddressError("control")
    local, domain = _split(text)
    local = _check_local(unicodedata.normalize("NFC", local))
    address = f"{local}@{_check_domain(domain)}"
    if len(address.encode()) > ADDRESS_OCTETS:
        raise AddressError("too-long")
    return address


def _split(text: str) -> tuple[str, str]:
    """Local part and domain of one bare address."""
    if any(sign in text for sign in ",;<>"):
        raise AddressError("quoted" if text.startswith('"') else "several")
    if '"' in text or "\\" in text:
        raise AddressError("quoted")
    if "@" not in text:
        raise AddressError("no-at")
    local, _, domain = text.partition("@")
    if "@" in domain:
        raise AddressError("several")
    return local, domain


def _check_local(local: str) -> str:
    """A dot-atom (RFC 5322 3.2.3) of ASCII or, by RFC 6531, of any script's letters, marks and digits."""
    if len(local.encode()) > LOCAL_OCTETS:
        raise AddressError("too-long")
    atoms = local.split(".")
    if not all(atom and all(_is_atext(char) for char in atom) for atom in atoms):
        raise AddressError("local")
    return local


def _is_atext(char: str) -> bool:
    """A character that may stand in an atom."""
    if char.isascii():
        return char.isalnum() or char in _LOCAL_SIGNS
    return unicodedata.category(char)[0] in "LMN"


def _check_domain(domain: str) -> str:
    """A host name of at least two labels, the last not a number, as lower-case A-labels."""
    if domain.startswith("["):
        raise AddressError("literal")
    name = _DOTS.sub(".", domain).lower()
    if not name.isascii():
        try:
            name = idna.encode(name, uts46=True).decode("ascii")
        except (idna.IDNAError, UnicodeError):
            raise AddressError("domain") from None
    labels = name.split(".")
    if len(name) > 253:
        raise AddressError("too-long")
    if len(labels) < 2 or not all(_LABEL.match(label) for label in labels):
        raise AddressError("domain")
    if labels[-1].isdigit():
        raise AddressError("literal" if all(label.isdigit() for label in labels) else "domain")
    return name
