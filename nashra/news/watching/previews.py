"""What a page gives, under selectors or of itself: read in the sandbox, for a person to look at."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from nashra.base import locale
from nashra.core.feeds import Entry, FeedError
from nashra.core.feeds.watching import FIELDS, MAX_ITEMS, SelectorError, Selectors, Suggestion, check
from nashra.news import sentences
from nashra.news.errors import SourceError
from nashra.news.fetching import sandbox
from nashra.news.watching.pages import Page

SECONDS = 6.0


@dataclass(frozen=True, slots=True)
class Preview:
    """What the selectors give now: the items, and sentences about what they lack."""

    items: list[Entry]
    warnings: list[str]


class SelectorsWrong(SourceError):
    """Selectors that cannot be used; `field` is the one that is wrong."""

    def __init__(self, field: str, code: str) -> None:
        super().__init__("selectors", sentences.selector(code))
        self.field = field


def selectors_of(fields: Mapping[str, Any]) -> Selectors:
    """The selectors in a form or a row, checked. SelectorsWrong."""
    chosen = Selectors(**{name: str(fields.get(name) or "").strip() for name in FIELDS})
    try:
        check(chosen)
    except SelectorError as error:
        raise SelectorsWrong(error.field, error.code) from None
    return chosen


def as_row(selectors: Selectors) -> dict[str, str]:
    """The selectors as a source's row keeps them: those that say something."""
    return {name: text for name, text in asdict(selectors).items() if text}


def suggestions(page: Page) -> list[Suggestion]:
    """The lists of a page that could be watched, the best first; none of a page that takes too long to read."""
    try:
        found: list[Suggestion] = sandbox.run(
            "suggest", page.answer.body, page.answer.content_type, page.base, seconds=SECONDS
        )
    except (FeedError, sandbox.SandboxError):
        return []
    return found


def preview(page: Page, selectors: Selectors) -> Preview:
    """What these selectors give. SelectorsWrong, also when they take too long on this page."""
    body, content_type = page.answer.body, page.answer.content_type
    try:
        reading = sandbox.run("preview", body, content_type, page.base, as_row(selectors), seconds=SECONDS)
    except FeedError as error:
        field, code = error.feeds if len(error.feeds) == 2 else ("item", "too-costly")
        raise SelectorsWrong(field, code) from None
    except sandbox.SandboxError:
        raise SelectorsWrong("item", "too-costly") from None
    return Preview(reading.entries, _warnings(reading.entries, reading.found, reading.unlinked))


def _warnings(items: list[Entry], found: int, unlinked: int) -> list[str]:
    if not items:
        return [_("These selectors give nothing on this page.")] if not found else [_("What was found has no titles.")]
    without_title = sum(not item.title for item in items)
    without_link = sum(not item.link for item in items)
    said = []
    if without_title:
        text = ngettext("%(count)s item has no title.", "%(count)s items have no title.", without_title)
        said.append(text % {"count": locale.number(without_title)})
    if without_link:
        text = ngettext("%(count)s item has no link.", "%(count)s items have no link.", without_link)
        said.append(text % {"count": locale.number(without_link)})
    if unlinked:
        text = ngettext(
            "%(count)s more was found without a link and is left out.",
            "%(count)s more were found without a link and are left out.",
            unlinked,
        )
        said.append(text % {"count": locale.number(unlinked)})
    if not any(item.published for item in items):
        said.append(_("No dates were found, so each item counts from when it is first seen."))
    if len(items) >= MAX_ITEMS:
        said.append(_("Only the first %(count)s items are read.") % {"count": locale.number(MAX_ITEMS)})
    return said
