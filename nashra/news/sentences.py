"""Codes of fetches, schedules and imports as sentences in the language that is active now."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from nashra.base import locale
from nashra.base.net import CODES, describe

Text = str | Promise

_FETCHES: Mapping[str, Text] = {
    "unchanged": gettext_lazy("Nothing has changed."),
    "nothing-new": gettext_lazy("The feed was read; it has nothing new."),
    "part-damaged": gettext_lazy("The feed is damaged or broke off. Its whole entries were kept."),
    "part-too-large": gettext_lazy("The feed is larger than the limit. What was read up to there was kept."),
    "part-too-many": gettext_lazy("The feed has more entries than the limit. The first ones were kept."),
    "pushed": gettext_lazy("Its hub sent nothing that is new."),
    "moved": gettext_lazy("The feed has moved for good; its new address is used from now on."),
    "second": gettext_lazy("Its feed is broken in a way that only our second, slower reader understands."),
    "gone": gettext_lazy("The publisher has closed this feed (410). Its articles stay; it is not asked any more."),
    "empty": gettext_lazy("The answer was empty. What was there before stays."),
    "html-page": gettext_lazy("The address gives a web page, not a feed. What was there before stays."),
    "not-a-feed": gettext_lazy("The answer is no feed that can be read. What was there before stays."),
    "no-items": gettext_lazy(
        "The page gave no items under these selectors; what was there stays. Look at the preview."
    ),
    "selectors": gettext_lazy("The selectors cannot be used on this page; what was there stays. Look at the preview."),
    "sitemap-index": gettext_lazy("The address gives a list of sitemaps, not a feed. What was there before stays."),
    "too-deep": gettext_lazy("The feed is nested deeper than any honest one, so it was not read."),
    "entity-bomb": gettext_lazy("The feed would grow without end when opened, so it was not read."),
    "too-hard": gettext_lazy("Reading the feed took too long, so it was given up."),
    "endless": gettext_lazy("The answer has no end and repeats itself, so nothing was kept of it."),
    "internal": gettext_lazy("Something went wrong here while the feed was stored. It is tried again later."),
    "asked-to-wait": gettext_lazy("The server asked to wait."),
}
_STATUS: Mapping[int, Text] = {
    400: gettext_lazy("The server did not understand the request (400)."),
    401: gettext_lazy("The server asks for a name and password (401)."),
    403: gettext_lazy("The server does not let us read this (403)."),
    404: gettext_lazy("There is nothing at this address any more (404)."),
}
_PAGES: Mapping[str, Text] = {
    "full": gettext_lazy("The full text was taken from the article's page."),
    "short": gettext_lazy("The article's page gives no more than the feed."),
    "paywall": gettext_lazy("The article's page is for its subscribers only."),
    "failed": gettext_lazy("The article's page could not be read."),
}
_OPML: Mapping[str, Text] = {
    "no-address": gettext_lazy("This line names no feed."),
    "empty-address": gettext_lazy("The address is empty."),
    "script-address": gettext_lazy("This is a script, not an address."),
    "bad-scheme": gettext_lazy("Only addresses that begin with http:// or https:// can be read."),
    "bad-address": gettext_lazy("This is not a complete web address."),
    "duplicate": gettext_lazy("This feed is in the file twice; it was taken once."),
    "damaged": gettext_lazy("The file is damaged from this line on; what came before was taken."),
    "too-long": gettext_lazy("The address is too long."),
    "bad-selectors": gettext_lazy("The selectors of this watched page cannot be used."),
}
_OPML_FILES: Mapping[str, Text] = {
    "empty": gettext_lazy("The file is empty. Nothing was imported."),
    "entity-bomb": gettext_lazy("The file would grow without end when opened. Nothing was imported."),
}
_SELECTORS: Mapping[str, Text] = {
    "empty": gettext_lazy("Say which elements are the items, such as article or ul.news > li."),
    "syntax": gettext_lazy("This is no CSS selector that can be read. An example: ul.news > li"),
    "too-long": gettext_lazy("The selector is too long."),
    "too-complex": gettext_lazy("The selector has too many parts. A class or two are enough."),
    "too-costly": gettext_lazy("On so large a page this takes too long. Name a class instead of neighbours."),
}
_ADDRESSES: Mapping[str, Text] = {
    "empty": gettext_lazy("Type the address of a site or a feed."),
    "scheme": gettext_lazy("Only addresses that begin with http:// or https:// can be read."),
    "host": gettext_lazy("This is not a complete address. An example: news.example.org"),
    "port": gettext_lazy("The port in this address is not a number."),
    "too-long": gettext_lazy("The address is too long."),
}


def selector(code: str) -> str:
    """Why a selector of a watched page cannot be used."""
    return str(_SELECTORS.get(code, _SELECTORS["syntax"]))


def fetch(detail: Mapping[str, Any], *, added: int = 0, updated: int = 0) -> str:
    """What became of one fetch."""
    code = str(detail.get("code", ""))
    if code == "status":
        return _status(int(detail.get("status") or 0))
    if code == "read":
        return _read(added, updated)
    if code == "pushed" and (added or updated):
        return _pushed(added, updated)
    if code in ("html-page", "not-a-feed") and detail.get("feeds"):
        return _page_with_feeds(list(detail["feeds"]))
    if code == "asked-to-wait" and (until := _moment(detail.get("until"))):
        return _("The server asked to wait until %(time)s. This is no fault of the feed.") % {"time": _clock(until)}
    if code in _FETCHES:
        return str(_FETCHES[code])
    return describe(code, reason=str(detail.get("reason", ""))) if code in CODES else str(_FETCHES["internal"])


def _read(added: int, updated: int) -> str:
    if not added and updated:
        text = ngettext("%(count)s article was corrected.", "%(count)s articles were corrected.", updated)
        return text % {"count": locale.number(updated)}
    text = ngettext("%(count)s new article.", "%(count)s new articles.", added)
    return text % {"count": locale.number(added)}


def _pushed(added: int, updated: int) -> str:
    text = ngettext(
        "Its hub sent %(count)s new or corrected article.",
        "Its hub sent %(count)s new or corrected articles.",
        added + updated,
    )
    return text % {"count": locale.number(added + updated)}


def _page_with_feeds(feeds: list[str]) -> str:
    text = ngettext(
        "The server sent a web page, not a feed; this feed was found on it: %(feeds)s.",
        "The server sent a web page, not a feed; these feeds were found on it: %(feeds)s.",
        len(feeds),
    )
    return text % {"feeds": " ".join(f"\u2066{url}\u2069" for url in feeds)}  # isolated, also in Arabic lines


def _status(status: int) -> str:
    if status in _STATUS:
        return str(_STATUS[status])
    if status >= 500:
        return _("The server has a fault of its own (%(status)s).") % {"status": status}
    return _("The server answered with the error %(status)s.") % {"status": status}


_EVERY: Mapping[str, Text] = {
    "rhythm": gettext_lazy("As often as this feed brings something new: every %(duration)s."),
    "server": gettext_lazy("As often as its server allows: every %(duration)s."),
    "silent": gettext_lazy("It has brought nothing for long, so it is asked less often: every %(duration)s."),
    "quiet": gettext_lazy("At this hour it seldom brings anything, so it is asked less often: every %(duration)s."),
    "unread": gettext_lazy("Nobody has read it lately, so it is asked less often: every %(duration)s."),
    "hub": gettext_lazy("Its hub sends what is new; to be safe it is asked as well: every %(duration)s."),
}
_DUE: Mapping[str, Text] = {
    "asked-to-wait": gettext_lazy("Its server asked to wait."),
    "asked": gettext_lazy("Somebody asked for it."),
    "new": gettext_lazy("It was added and waits for its first turn."),
    "nobody": gettext_lazy("Nobody follows it any more, so it rests."),
    "skip-hours": gettext_lazy("The feed says that nothing comes in the hours before, so it is not asked in them."),
    "skip-days": gettext_lazy("The feed says that nothing comes on the days before, so it is not asked on them."),
    "pushed": gettext_lazy("Its hub says that there is something new."),
    "hub-lost": gettext_lazy("Its hub sends nothing any more, so it is asked itself again."),
    "returned": gettext_lazy("A reader came back to it."),
}


def due(reason: Mapping[str, Any]) -> str:
    """Why a source is asked again when it is."""
    code, minutes = str(reason.get("code", "")), int(reason.get("minutes") or 0)
    if code in _EVERY:
        return str(_EVERY[code]) % {"duration": _duration(minutes)}
    if code == "back-off":
        tries = int(reason.get("tries") or 1)
        text = ngettext(
            "It failed %(count)s time, so it is asked less often.",
            "It failed %(count)s times in a row, so it is asked less often.",
            tries,
        )
        return text % {"count": locale.number(tries)}
    return str(_DUE.get(code, ""))


_HUBS: Mapping[str, Text] = {
    "asked": gettext_lazy("Its hub was asked to send what is new and has not answered yet."),
    "unconfirmed": gettext_lazy("Its hub was asked to send what is new, but never confirmed it."),
    "denied": gettext_lazy("Its hub does not send this feed."),
    "refused": gettext_lazy("Its hub refused to send what is new."),
    "unreachable": gettext_lazy("Its hub cannot be reached."),
    "leaving": gettext_lazy("Its hub is told to send nothing any more."),
    "too-large": gettext_lazy("What its hub sent was too large, so the feed itself was asked."),
    "bad-signature": gettext_lazy("Something came in the name of its hub without a valid signature; it was not taken."),
}


def hub(detail: Mapping[str, Any], *, until: datetime | None = None, pushed: datetime | None = None) -> str:
    """What is known of the hub that sends what is new in a source: `until` when, and when it did last."""
    trouble = str(_HUBS.get(str(detail.get("code", "")), ""))
    if until is None:
        return trouble or str(_HUBS["asked"])
    said = _("Its hub sends what is new until %(time)s.") % {"time": _clock(until)}
    if pushed is not None:
        said += " " + _("Last time: %(time)s.") % {"time": _clock(pushed)}
    return f"{said} {trouble}".strip() if detail.get("code") != "asked" else said


def _duration(minutes: int) -> str:
    if minutes >= 120:
        hours = round(minutes / 60)
        return ngettext("%(count)s hour", "%(count)s hours", hours) % {"count": locale.number(hours)}
    return ngettext("%(count)s minute", "%(count)s minutes", minutes) % {"count": locale.number(minutes)}


def page(outcome: str) -> str:
    """What became of fetching an article's page; empty when nothing was tried."""
    return str(_PAGES.get(outcome, ""))


def opml_line(code: str) -> str:
    """Why a line of an OPML file was left out."""
    return str(_OPML.get(code, _OPML["bad-address"]))


def opml_file(code: str) -> str:
    """Why a whole OPML file was refused."""
    return str(_OPML_FILES.get(code, "")) or _("This is not an OPML file. Nothing was imported.")


def address(code: str) -> str:
    """Why what was typed is no address."""
    return str(_ADDRESSES.get(code, _ADDRESSES["host"]))


def failing(since: datetime, *, told: datetime | None) -> str:
    """Since when a source fails, and when people were told by a letter."""
    text = _("It has failed since %(time)s.") % {"time": _clock(since)}
    if told is not None:
        text += " " + _("A letter about it went out on %(day)s.") % {"day": locale.date(told, year=False)}
    return text


def wait(until: datetime) -> str:
    """That a server asked for silence, and until when."""
    return _("The server asked to wait until %(time)s. It is asked again by itself after that.") % {
        "time": _clock(until)
    }


def _clock(moment: datetime) -> str:
    """The time of a moment near to now, with its date unless that is today's; the year in another year."""
    at, here = locale.local(moment), locale.local(timezone.now())
    time = locale.isolated(locale.time_of_day(moment))
    return f"{locale.date(moment, year=at.year != here.year)} {time}" if at.date() != here.date() else time


def _moment(value: object) -> datetime | None:
    try:
        return parse_datetime(str(value or ""))
    except ValueError:
        return None
