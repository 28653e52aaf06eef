"""The letters, account messages and blocks of `tests/data/mail`, read from their JSON."""

from __future__ import annotations

import json
import struct
import zlib
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from types import ModuleType
from typing import Any

from nashra.core.mail import Envelope, Footer, Labels, Letter, NoteTexts, Piece, Recipient, Section
from nashra.core.mail.blocks import (
    action,
    brief,
    closing,
    footer,
    heading,
    lead,
    masthead,
    paragraph,
    piece,
    rest,
)

DATA = Path(__file__).parents[2] / "data" / "mail"
BLOCKS: dict[str, ModuleType] = {
    "action": action,
    "brief": brief,
    "closing": closing,
    "footer": footer,
    "heading": heading,
    "lead": lead,
    "masthead": masthead,
    "paragraph": paragraph,
    "piece": piece,
    "rest": rest,
}


def load(path: str) -> Any:
    """One JSON file."""
    return json.loads((DATA / path).read_text("utf-8"))


def names(folder: str) -> list[str]:
    """The samples of one folder."""
    return sorted(path.stem for path in (DATA / folder).glob("*.json"))


def labels(value: dict[str, str]) -> Labels:
    """Labels whose minutes are a pattern with `{n}`."""
    pattern = value["minutes"]
    return Labels(**{**value, "minutes": lambda n: pattern.replace("{n}", str(n))})  # type: ignore[arg-type]


def piece_of(value: dict[str, Any]) -> Piece:
    return Piece(**{**value, "others": tuple(value["others"])})


def letter(name: str) -> Letter:
    """The letter of that name."""
    return letter_of(load(f"letters/{name}.json"))


def letter_of(value: dict[str, Any]) -> Letter:
    sections = tuple(
        Section(one["title"], tuple(piece_of(item) for item in one["pieces"]), one["style"])
        for one in value["sections"]
    )
    known = {"sections": sections, "footer": Footer(**value["footer"]), "texts": labels(value["texts"])}
    return Letter(**{**value, **known})


def note_texts(value: dict[str, Any]) -> NoteTexts:
    return NoteTexts(**{**value, "footer": tuple(value["footer"])})


def block_value(block: str, value: Any) -> Any:
    """The value that a block is made from."""
    if block in ("lead", "piece", "brief"):
        return piece_of(value)
    if block in ("masthead", "closing"):
        return letter_of(value)
    if block == "footer":
        return Footer(**value)
    return action.Action(**value) if block == "action" else value


def envelope(**changes: Any) -> Envelope:
    """Layla's morning digest of 24 November 2026."""
    known: dict[str, Any] = {
        "from_name": "نشرة الساحل",
        "from_address": "digest@news.example",
        "to": Recipient("ليلى", "layla@example.com"),
        "message_id": "<d1.5f2c@news.example>",
        "date": datetime(2026, 11, 24, 4, 30, tzinfo=UTC),
        "list_id": "morning.news.example",
        "list_unsubscribe_url": "https://news.example/u/0123456789abcdef0123456789abcdef",
        "list_unsubscribe_mailto": "stop+0123@news.example",
    }
    return Envelope(**{**known, **changes})


def parsed(message: bytes) -> EmailMessage:
    """The message as the standard library reads it."""
    return message_from_bytes(message, policy=policy.default)  # type: ignore[arg-type]


def part(message: bytes, kind: str) -> str:
    """The text of the part of that kind ("plain" or "html")."""
    found = parsed(message).get_body((kind,))
    assert found is not None
    return str(found.get_content())


def png(width: int = 536, height: int = 200) -> bytes:
    """A grey PNG."""
    rows = b"".join(b"\0" + b"\x99" * width for _ in range(height))

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
