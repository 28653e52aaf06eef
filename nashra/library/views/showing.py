"""What the library's templates need, ready to be shown."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext, pgettext

from nashra.library import services
from nashra.library.models import SavedItem
from nashra.library.services import CopyState, Shelf
from nashra.news.services.searching.telling import error_sentence, note_sentences


@dataclass(slots=True)
class Link:
    """A tab or a tag: its name, its address, how many pieces it holds."""

    label: str
    url: str
    count: int | None = None
    current: bool = False


@dataclass(slots=True)
class Piece:
    """A saved piece on a shelf, as components/libitem.html shows it."""

    id: int
    url: str
    title: str
    source_name: str
    language: str
    direction: str
    saved_at: datetime
    minutes: int
    image: str
    is_read: bool
    is_favourite: bool
    is_archived: bool
    copy: CopyState | None  # None when there is nothing to say: the copy is complete
    tags: list[Link] = field(default_factory=list)


def library(shelf: Shelf, *, editing: bool) -> dict[str, Any]:
    """The context of library/saved.html."""
    kept = {"tag": shelf.tag.key if shelf.tag else "", "q": shelf.query}
    return {
        "shelf": shelf,
        "page": shelf.page,
        "pieces": pieces_of(shelf.page),
        "tabs": [
            Link(label, address(**kept, shelf=name), shelf.counts[name], name == shelf.name)
            for name, label in _shelf_names().items()
        ],
        "tagnav": _tagnav(shelf),
        "notice": error_sentence(shelf.error),
        "notes": note_sentences(shelf.notes),
        "query": _query(shelf, editing),
        "editing": editing,
        "edit_url": address(**kept, shelf=shelf.name, edit="" if editing else "1"),
        "clear_url": address(shelf=shelf.name),
        "empty": _empty(shelf),
        "filters": {"shelf": shelf.name if not shelf.query else "", **({"tag": kept["tag"]} if kept["tag"] else {})},
    }


def piece(item: SavedItem) -> dict[str, Any]:
    """The context of library/item.html."""
    tags = list(item.tags.order_by("key"))
    # Strangers' HTML went through core.extract.sanitise when it was stored.
    html = mark_safe(services.html_of(item))  # noqa: S308
    return {
        "item": item,
        "html": html,
        "lead": services.lead_picture(item),
        "copy": services.state_of(item),
        "tags": [Link(tag.name, address(shelf="all", tag=tag.key)) for tag in tags],
        "typed_tags": "، ".join(tag.name for tag in tags),
    }


def address(**parts: str) -> str:
    """The library's address with these parts, without those that are empty."""
    said = {name: value for name, value in parts.items() if value}
    return reverse("saved") + (f"?{urlencode(said)}" if said else "")


def pieces_of(items: Iterable[SavedItem]) -> list[Piece]:
    """Saved items as components/libitem.html shows them."""
    return [_piece(item) for item in items]


def _piece(item: SavedItem) -> Piece:
    state = services.state_of(item)
    return Piece(
        id=item.pk,
        url=reverse("saved_item", args=[item.pk]),
        title=item.title,
        source_name=item.source_name,
        language=item.language,
        direction=item.direction,
        saved_at=item.saved_at,
        minutes=item.minutes if item.excerpt else 0,
        image=services.media_url(item.image),
        is_read=item.read_at is not None,
        is_favourite=item.is_favourite,
        is_archived=item.is_archived,
        copy=None if state.kind == "kept" else state,
        tags=[Link(tag.name, address(shelf="all", tag=tag.key)) for tag in item.tags.all()],
    )


def _shelf_names() -> dict[str, str]:
    return {
        "unread": pgettext("shelf", "Unread"),
        "read": pgettext("shelf", "Read"),
        "favourites": pgettext("shelf", "Favourites"),
        "archived": pgettext("shelf", "Archive"),
        "all": pgettext("shelf", "All"),
    }


def _tagnav(shelf: Shelf) -> list[Link]:
    if not shelf.tags:
        return []
    everything = Link(gettext("All tags"), address(shelf=shelf.name), None, shelf.tag is None)
    return [
        everything,
        *(Link(tag.name, address(shelf=shelf.name, tag=tag.key), n, tag == shelf.tag) for tag, n in shelf.tags),
    ]


def _query(shelf: Shelf, editing: bool) -> str:
    """What the links to other pages of the list carry along."""
    parts = {"shelf": shelf.name, "tag": shelf.tag.key if shelf.tag else "", "q": shelf.query}
    said = {name: value for name, value in (parts | {"edit": "1" if editing else ""}).items() if value}
    return f"{urlencode(said)}&"


def _empty(shelf: Shelf) -> tuple[str, str]:
    """Title and text of an empty shelf."""
    if shelf.query or shelf.tag:
        return gettext("Nothing found"), gettext("Try another word or another shelf. The search forgives spelling.")
    if not shelf.counts["all"]:
        text = gettext("Press the bookmark beside any piece, or add an address. Text and pictures stay here for good.")
        return gettext("Nothing saved yet"), text
    return {
        "unread": (gettext("All read"), gettext("What you save next stands here.")),
        "favourites": (gettext("No favourites yet"), gettext("Press the star in a saved piece to find it here.")),
        "archived": (gettext("The archive is empty"), gettext("What you put away from the shelves stands here.")),
    }.get(shelf.name, (gettext("Nothing read yet"), gettext("Pieces that you have opened stand here.")))
