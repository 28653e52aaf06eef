"""What a message is made of: frozen values, with every translated word already in them.

Texts may be hostile (they come from feeds and from readers): what writes them into a message cleans and escapes them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Direction = Literal["rtl", "ltr"]


class MailError(ValueError):
    """A message that must not be built: `code` names what was wrong (`address`, `message-id`, `date`, …)."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Piece:
    """One article in a letter. `minutes` 0 = not said; `others` are the other sources of the same story."""

    title: str
    url: str
    source: str = ""
    summary: str = ""
    language: str = "und"
    direction: Direction = "rtl"
    minutes: int = 0
    topic: str = ""
    reason: str = ""
    image_cid: str | None = None
    save_url: str = ""
    less_url: str = ""
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """Pieces under one heading (may be empty). `brief` shows a line for each, `full` the summary and the buttons."""

    title: str
    pieces: tuple[Piece, ...]
    style: Literal["full", "brief"] = "full"


@dataclass(frozen=True, slots=True)
class Footer:
    """Why the letter came, how to change or stop it, and who sends it. An empty address of a link leaves it out."""

    why_line: str
    change_url: str
    stop_url: str
    sender_name: str
    sender_address: str
    view_url: str = ""


@dataclass(frozen=True, slots=True)
class Labels:
    """Every translated word that a letter needs. `minutes` turns 6 into "6 min" with the reader's plural and digits."""

    read: str
    save: str
    less: str
    also: str
    comma: str
    untitled: str
    rest: str
    open_page: str
    change: str
    stop: str
    view: str
    no_tracking: str
    minutes: Callable[[int], str]


@dataclass(frozen=True, slots=True)
class Letter:
    """A digest or an issue for one reader. `date_line` may name it too: "Morning digest · Tuesday 24 November"."""

    subject: str
    preheader: str
    greeting: str
    intro: str
    sections: tuple[Section, ...]
    end_line: str
    footer: Footer
    language: str
    direction: Direction
    date_line: str
    paper_name: str
    paper_url: str
    texts: Labels


@dataclass(frozen=True, slots=True)
class NoteTexts:
    """The words around an account message. `copy_line` stands before the address written out below the button."""

    paper_name: str
    copy_line: str
    footer: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who gets the message; `name` may be empty."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Envelope:
    """What the header needs beside texts. `date` is aware; `message_id` is `<left@right>`; `list_id` is `slug.domain`.

    The same envelope and letter give the same bytes, so that a second attempt is the same message.
    """

    from_name: str
    from_address: str
    to: Recipient
    message_id: str
    date: datetime
    list_id: str | None = None
    list_unsubscribe_url: str | None = None
    list_unsubscribe_mailto: str | None = None
    reply_to: str | None = None
    auto_generated: bool = True
