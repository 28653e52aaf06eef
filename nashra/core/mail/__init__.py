"""Messages: a letter or an account message in, the octets of one RFC 5322 message out.

    data (model) -> blocks -> text part + HTML part -> MIME -> headers -> DKIM signature

Lines end with CRLF; both parts are base64, so a message is ASCII throughout and no line begins with a dot. The one
exception is a recipient whose local part is not ASCII: that header is UTF-8 (RFC 6532) and needs a relay with SMTPUTF8.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from .addresses import AddressError, check_address
from .dkim import DkimKey, DnsRecord, dns_record, generate_key, signature
from .headers import envelope_headers
from .letter import Body, lead_piece, letter_body
from .mime import Picture, assemble, picture, token
from .model import (
    Direction,
    Envelope,
    Footer,
    Labels,
    Letter,
    MailError,
    NoteTexts,
    Piece,
    Recipient,
    Section,
)
from .note import note_body

__all__ = [
    "AddressError",
    "DkimKey",
    "DnsRecord",
    "Envelope",
    "Footer",
    "Labels",
    "Letter",
    "MailError",
    "NoteTexts",
    "Piece",
    "Recipient",
    "Section",
    "check_address",
    "compose",
    "dns_record",
    "generate_key",
    "note",
]

_NO_PICTURES: Mapping[str, bytes] = {}


def compose(
    letter: Letter, envelope: Envelope, *, dkim: DkimKey | None = None, pictures: Mapping[str, bytes] = _NO_PICTURES
) -> bytes:
    """One letter as a message. `pictures` maps `Piece.image_cid` to PNG or JPEG octets; only the lead's is used.

    The same arguments give the same octets. Raises `MailError` for an address, identifier or date that is not sane.
    """
    headers = envelope_headers(envelope, letter.subject, letter.direction, bulk=True)
    mark = token(envelope.message_id)
    shown = _lead_picture(letter, pictures, f"lead.{mark}@{envelope.message_id[1:-1].rpartition('@')[2]}")
    return _message(headers, letter_body(letter, shown), envelope, mark, dkim, shown)


def note(
    subject: str,
    paragraphs: Sequence[str],
    action: tuple[str, str] | None,
    envelope: Envelope,
    *,
    labels: NoteTexts,
    direction: Direction,
    language: str,
    dkim: DkimKey | None = None,
) -> bytes:
    """An account message (confirmation, reset): a title, paragraphs, a button `(label, url)`. No List-* headers.

    Raises `MailError` as `compose` does.
    """
    headers = envelope_headers(envelope, subject, direction, bulk=False)
    body = note_body(subject, paragraphs, action, labels, language, direction)
    return _message(headers, body, envelope, token(envelope.message_id), dkim, None)


def _lead_picture(letter: Letter, pictures: Mapping[str, bytes], cid: str) -> Picture | None:
    """The lead's picture, if it has one that mail programs show."""
    lead = lead_piece(letter)
    data = pictures.get(lead.image_cid) if lead and lead.image_cid else None
    return picture(data, cid) if data else None


def _message(
    headers: list[tuple[str, str]],
    body: Body,
    envelope: Envelope,
    mark: str,
    dkim: DkimKey | None,
    shown: Picture | None,
) -> bytes:
    """Headers, an empty line, the parts; the signature first."""
    content_type, octets = assemble(body.text, body.html, shown, mark)
    headers = [*headers, ("MIME-Version", "1.0"), ("Content-Type", content_type)]
    if dkim is not None:
        headers.insert(0, ("DKIM-Signature", signature(headers, octets, dkim, envelope.date)))
    return "".join(f"{name}: {value}\r\n" for name, value in headers).encode() + b"\r\n" + octets
