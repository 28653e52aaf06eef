"""Template tags of every page (built in, no `load` needed): icons, dates, numbers, languages, notices."""

from collections.abc import Iterable
from datetime import UTC, datetime, time
from datetime import date as Date
from functools import lru_cache
from typing import Any

from django import template
from django.conf import settings
from django.contrib.messages.storage.base import Message
from django.forms import BoundField
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from nashra.base import locale, notices

register = template.Library()


@register.filter
def when(moment: datetime | None) -> str:
    """How long ago, for a day, and the date after it: «قبل 3 ساعات», "yesterday", "12 November"."""
    return locale.relative(moment, timezone.now()) if moment else ""


@register.filter
def clock(moment: datetime | time | None) -> str:
    """The time of day on the reader's clock: "06:10"."""
    return locale.isolated(locale.time_of_day(moment)) if moment is not None else ""


@register.filter
def day(moment: datetime | Date | None, form: str = "") -> str:
    """The date in words; `moment|day:"weekday"` begins with the weekday, `day:"short"` leaves the year out.

    `day:"full"` adds the Hijri date for who wants it to that with the weekday.
    """
    if moment and form == "full":
        return locale.full_date(moment)
    return locale.date(moment, weekday=form == "weekday", year=form != "short") if moment else ""


@register.filter
def hijri(moment: datetime | Date | None) -> str:
    """The Hijri date for who wants it beside the Gregorian; else nothing."""
    return locale.hijri(moment) if moment else ""


@register.filter
def num(n: float | None) -> str:
    """A number in the reader's digits and grouping."""
    return locale.number(n) if n is not None else ""


@register.filter
def digits(text: object) -> str:
    """Any text with its digits as the reader chose; in HTML only those between the tags."""
    if isinstance(text, SafeString):
        return mark_safe(locale.digits_in_html(text))  # noqa: S308  (safe before, and no letter of a tag changes)
    return locale.to_digits(str(text))


@register.filter(name="minutes")
def reading_time(n: int | None) -> str:
    """A reading time: «6 دقائق», "6 min"; nothing when it is not known."""
    return locale.minutes(n) if n else ""


@register.filter
def language_name(code: str) -> str:
    """A language's name in the reader's language: «الفرنسية»."""
    return locale.language_name(code)


@register.filter
def native_name(code: str) -> str:
    """A language's name for itself: "Français"."""
    known = locale.LANGUAGES.get(code)
    return known.name if known else locale.language_name(code, language=code)


@register.filter
def initial(name: str | None) -> str:
    """The first letter of a name, for the avatar and a source's mark."""
    return next((letter.upper() for letter in name or "" if letter.isalnum()), "·")


@register.filter
def undo(message: Message) -> notices.Undo | None:
    """The undo button that belongs to a message, if it has one."""
    return notices.undo_of(message)


@lru_cache(maxsize=256)
def _pattern(route: str, _table: str) -> str:
    return reverse(route, args=[0])


@register.simple_tag
def act(route: str, number: int) -> str:
    """The address of an action on one thing: what `{% url %}` gives, found once for all things of a list."""
    before, _, after = f"{_pattern(route, settings.ROOT_URLCONF)}/".partition("/0/")
    return f"{before}/{number}/{after}".removesuffix("/")


@register.simple_tag
def iso(moment: datetime | None) -> str:
    """A moment for `<time datetime=…>`: RFC 3339 in UTC to the minute."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%MZ") if moment else ""


@register.simple_tag
def icon(name: str, kind: str = "") -> SafeString:
    """An icon of icons.svg; `kind` has "s" for the small size and "dir" for one that points along the line."""
    return _icon(_sheet(settings.STATIC_URL, settings.STORAGES["staticfiles"]["BACKEND"]), name, kind)


@lru_cache(maxsize=8)
def _sheet(_url: str, _storage: str) -> str:
    """The address of the icons, which only these settings change; a page asks a hundred times."""
    return static("icons.svg")


@lru_cache(maxsize=512)
def _icon(sheet: str, name: str, kind: str) -> SafeString:
    classes = " ".join(["icon", *(f"icon--{k}" for k in kind.split())])
    return format_html('<svg class="{}" aria-hidden="true"><use href="{}#i-{}"/></svg>', classes, sheet, name)


@register.simple_tag
def lang_attr(language: str | None, text_direction: str | None = None) -> SafeString:
    """` lang="en" dir="ltr"` for a text whose language is not the page's; nothing for the rest. Put it after a name."""
    return _lang_attr(language or "", text_direction or "", locale.current().language)


@lru_cache(maxsize=512)
def _lang_attr(language: str, text_direction: str, page: str) -> SafeString:
    if language == page:
        return mark_safe("")
    if not language:
        return mark_safe(' dir="auto"')
    return format_html(' lang="{}" dir="{}"', language, text_direction or locale.direction_of(language))


_CONTROLS = {"select": "input select", "selectmultiple": "input", "range": "range"}
_LATIN = ("email", "url", "password")  # written left to right whatever the page's direction


@register.filter
def control(field: BoundField) -> SafeString:
    """A form field's control with the design's class and, for addresses and passwords, its own direction."""
    kind, own = field.widget_type, field.field.widget.attrs.get("class", "")
    attrs: dict[str, Any] = {"class": f"{_CONTROLS.get(kind, 'input')} {own}".strip()}
    if kind in _LATIN:
        attrs |= {"class": attrs["class"] + " edge", "dir": "ltr"}
    return field.as_widget(attrs=attrs)


@register.simple_tag
def other_languages() -> list[locale.Language]:
    """The interface languages that are not the page's own."""
    return [locale.LANGUAGES[code] for code in locale.INTERFACE if code != locale.current().language]


@register.filter
def among(value: Any, values: Iterable[Any] | None) -> bool:
    """Whether a value is chosen, compared as text (form fields give strings where the choices are numbers)."""
    return str(value) in {str(v) for v in values or ()}
