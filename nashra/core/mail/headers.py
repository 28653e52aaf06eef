"""The header of a message: RFC 5322 lines, RFC 2047 words, nothing that a value could add to.

Every value passes through `one_line`, so no value holds a line break; addresses are checked or refused, never repaired.
"""

from __future__ import annotations

import re
from base64 import b64encode
from datetime import datetime
from email.utils import format_datetime

from . import bidi
from .addresses import AddressError, check_address
from .clean import extends, one_line
from .links import safe_link
from .model import Direction, Envelope, MailError

LINE = 78
WORD = 75
UNSUBSCRIBE_URL_LENGTH = 200
SUBJECT_LENGTH = 250
NAME_LENGTH = 80

_MESSAGE_ID = re.compile(r"<[!#-'*+\-/-9=?A-Z^-~.]{1,120}@[A-Za-z0-9.-]{1,120}>\Z")
_LIST_ID = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,200}[A-Za-z0-9])?\Z")
_MAILTO = re.compile(r"[!#$&'*+\-./0-9=?A-Z^_`a-z{|}~@%]{3,200}\Z")
# A careless mail program decodes a name first and splits it into addresses afterwards: nothing to split on stays in it.
_SPLITS = re.compile(r'[<>"@\\(),;:\[\]]+')


def envelope_headers(envelope: Envelope, subject: str, direction: Direction, *, bulk: bool) -> list[tuple[str, str]]:
    """Name and folded value of each header before MIME, in the order in which they are written.

    `bulk` adds the List-* headers of RFC 2369, 2919 and 8058 and `Precedence`. Raises `MailError`.
    """
    headers = [
        ("From", mailbox("From", envelope.from_name, envelope.from_address)),
        ("To", mailbox("To", envelope.to.name, envelope.to.address)),
        ("Subject", unstructured("Subject", bidi.isolate_runs(one_line(subject, SUBJECT_LENGTH), direction))),
        ("Date", _date(envelope.date)),
        ("Message-ID", message_id(envelope.message_id)),
    ]
    if envelope.reply_to:
        headers.append(("Reply-To", mailbox("Reply-To", "", envelope.reply_to)))
    if bulk:
        headers += _list_headers(envelope)
    if envelope.auto_generated:
        headers.append(("Auto-Submitted", "auto-generated"))
    if bulk:
        headers.append(("Precedence", "bulk"))
    return headers


def mailbox(header: str, name: str, address: str) -> str:
    """`name <address>` folded for `header`; the bare address when no name is left after cleaning."""
    sent = _sane(address)
    clean = one_line(_SPLITS.sub(" ", one_line(name, NAME_LENGTH)))
    if not clean:
        return sent
    base = bidi.first_strong(clean)
    phrase = _phrase(header, bidi.isolate_runs(clean, base) if base else clean)
    last = len(phrase.rsplit("\r\n", 1)[-1]) + (0 if "\r\n" in phrase else len(header) + 2)
    gap = " " if last + len(sent) + 3 <= LINE else "\r\n "
    return f"{phrase}{gap}<{sent}>"


def unstructured(header: str, text: str) -> str:
    """A free text for `header`: as it is when ASCII and short words, in RFC 2047 words otherwise."""
    if text.isascii() and text.isprintable() and "=?" not in text and all(len(word) < 60 for word in text.split(" ")):
        return _fold(text, len(header) + 2)
    return encoded_words(text, len(header) + 2)


def encoded_words(text: str, column: int) -> str:
    """RFC 2047 base64 words of at most 75 octets, one a line, split between characters as a reader sees them."""
    words: list[str] = []
    room = _room(LINE - column)
    current = b""
    for cluster in _clusters(text):
        octets = cluster.encode()
        if current and len(current) + len(octets) > room:
            words.append(_word(current))
            current, room = b"", _room(WORD)
        current += octets
    words.append(_word(current))
    return "\r\n ".join(words)


def message_id(text: str) -> str:
    """The identifier if it is one (RFC 5322 3.6.4, dot-atoms only); raises `MailError("message-id")`."""
    if not _MESSAGE_ID.match(text):
        raise MailError("message-id", repr(text[:80]))
    return text


def _word(octets: bytes) -> str:
    return f"=?utf-8?B?{b64encode(octets).decode('ascii')}?="


def _room(width: int) -> int:
    """How many octets a word of `width` characters can carry: 12 are the word's own, base64 takes four for three."""
    return (min(width, WORD) - 12) // 4 * 3


def _clusters(text: str) -> list[str]:
    """Letters with their marks; a cluster too long for a word is taken apart between characters."""
    found: list[str] = []
    for char in text:
        if found and extends(char) and len(found[-1].encode()) + len(char.encode()) <= 30:
            found[-1] += char
        else:
            found.append(char)
    return found


def _phrase(header: str, name: str) -> str:
    """A display name: atoms, a quoted string, or RFC 2047 words; nothing is left in it that would need a backslash."""
    if re.fullmatch(r"[A-Za-z0-9!#$%&'*+/^_`{|}~ -]+", name):
        return _fold(name, len(header) + 2)
    if name.isascii() and name.isprintable() and "=?" not in name:
        return f'"{name}"'
    return encoded_words(name, len(header) + 2)


def _fold(text: str, column: int) -> str:
    """Break before blanks so that lines stay within 78 characters where a blank allows it."""
    lines = [""]
    width = LINE - column
    for word in text.split(" "):
        candidate = f"{lines[-1]} {word}" if lines[-1] else word
        if len(candidate) > width and lines[-1]:
            lines.append(word)
            width = LINE - 1
        else:
            lines[-1] = candidate
    return "\r\n ".join(lines)


def _sane(address: str) -> str:
    """The address as it is sent; a bad one never reaches a header."""
    try:
        return check_address(address)
    except AddressError as error:
        raise MailError("address", error.code) from error


def _date(date: datetime) -> str:
    if date.tzinfo is None:
        raise MailError("date", "without a time zone")
    return format_datetime(date)


def _list_headers(envelope: Envelope) -> list[tuple[str, str]]:
    """List-ID, List-Unsubscribe (https first) and its one-click twin."""
    headers: list[tuple[str, str]] = []
    if envelope.list_id:
        if not _LIST_ID.match(envelope.list_id):
            raise MailError("list-id", repr(envelope.list_id[:80]))
        headers.append(("List-ID", f"<{envelope.list_id}>"))
    ways = _unsubscribe_ways(envelope)
    if ways:
        headers.append(("List-Unsubscribe", ",\r\n ".join(f"<{way}>" for way in ways)))
    if envelope.list_unsubscribe_url:
        headers.append(("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"))
    return headers


def _unsubscribe_ways(envelope: Envelope) -> list[str]:
    ways: list[str] = []
    if url := envelope.list_unsubscribe_url:
        link = safe_link(url)
        if link is None or len(link) > UNSUBSCRIBE_URL_LENGTH or "," in link:
            raise MailError("list-unsubscribe", repr(url[:80]))
        ways.append(link)
    if mailto := envelope.list_unsubscribe_mailto:
        target = mailto.removeprefix("mailto:")
        if not _MAILTO.match(target) or target.count("@") != 1:
            raise MailError("list-unsubscribe", repr(mailto[:80]))
        ways.append(f"mailto:{target}")
    return ways
