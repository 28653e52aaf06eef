"""Followed and muted words as a reader corrects them: what kind of name they are, how else it is written, which forms
are none; and what they find, form by form.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext

from nashra.accounts.models import Reader
from nashra.core import text
from nashra.core.text import Snippet
from nashra.front.models import Follow, Mute, Sense
from nashra.front.muting import NOTHING, muting_of
from nashra.front.reasons import form_in_words
from nashra.front.services.errors import FollowError
from nashra.front.services.signals import profile_changed
from nashra.front.words import LEFT_OUT, Found, Named, finder, named_of, without_proclitics
from nashra.news import access
from nashra.news.models import Article

MOST_ALIASES = 30
LONGEST = 100  # characters of one
DAYS = timedelta(days=14)
LOOKED_AT = 3000  # articles of those days that are looked at, newest first
SHOWN = 10
FORMS = 30

Words = Follow | Mute
_DASH = re.compile(r"^[-‐-―−]\s*")


@dataclass(frozen=True, slots=True)
class FormFound:
    """One form with the rule that makes it one, in words, and in how many articles it stands. The name itself cannot
    be left out.
    """

    form: str
    text: str
    count: int
    is_name: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One article with the places of the words in it, and the rule of the first of them in words."""

    article: Article
    title: Snippet
    summary: Snippet
    author: Snippet
    text: str


@dataclass(frozen=True, slots=True)
class Finds:
    """What words find among the newest articles of two weeks."""

    count: int
    left_out: list[str]
    forms: list[FormFound]
    lines: list[Line]


def change_words(row: Words, *, sense: str, aliases: str) -> Words:
    """Another kind of name, other spellings: one in each line, forms to leave out behind a -. Raises `FollowError`."""
    row.sense = sense if sense in Sense.values else Sense.GUESSED
    row.aliases = _aliases(aliases.splitlines())
    row.save(update_fields=["sense", "aliases"])
    profile_changed(row.reader)
    return row


def leave_out(row: Words, form: str) -> Words:
    """From now on this form of the words is none. Raises `FollowError`."""
    row.aliases = _aliases([*row.aliases, LEFT_OUT + form])
    row.save(update_fields=["aliases"])
    profile_changed(row.reader)
    return row


def take_back(row: Words, form: str) -> bool:
    """A form that was left out counts again; whether it had been."""
    if LEFT_OUT + form not in row.aliases:
        return False
    row.aliases = [one for one in row.aliases if one != LEFT_OUT + form]
    row.save(update_fields=["aliases"])
    profile_changed(row.reader)
    return True


def change_end(mute: Mute, *, days: int | None, now: datetime) -> None:
    """The mute holds for so many days from now, or for good."""
    mute.until = now + timedelta(days=days) if days else None
    mute.save(update_fields=["until"])
    profile_changed(mute.reader)


def _aliases(lines: Iterable[str]) -> list[str]:
    said = [_DASH.sub(LEFT_OUT, text.clean(line)) for line in lines]
    kept = list(dict.fromkeys(one for one in said if text.fold(one).strip(" -")))
    if len(kept) > MOST_ALIASES or any(len(one) > LONGEST for one in kept):
        raise FollowError(
            gettext("Too many or too long: 30 spellings of at most 100 characters each. Nothing was changed.")
        )
    return kept


def finds(reader: Reader, row: Words, *, now: datetime) -> Finds:
    """What followed words find of what the reader is offered, or what muted words keep away."""
    one = named_of(row)
    muting = NOTHING if isinstance(row, Mute) else muting_of(reader, now)
    recent = access.visible_articles(reader).filter(duplicate_of=None, published_at__gt=now - DAYS)
    newest = muting.limit(recent).order_by("-published_at", "-pk")
    columns = newest.values_list("pk", "title", "summary", "language", "author")[:LOOKED_AT]
    looking, ids, forms = finder((one,)), [], Counter[tuple[str, str]]()
    for pk, title, summary, language, author in columns:
        where = (title, summary, author)
        if looking.keys(where, language) and not muting.hides(title, summary, language, author):
            ids.append(pk)
            hits = (hit for part in where for hit in looking.found(part, language))
            forms.update({(without_proclitics(hit.form, one, language), hit.rule) for hit in hits})
    itself = text.fold(one.wanted.name)
    counted = [
        FormFound(form, form_in_words(form, rule), n, text.fold(form) == itself)
        for (form, rule), n in forms.most_common(FORMS)
    ]
    left_out = [alias.removeprefix(LEFT_OUT) for alias in row.aliases if alias.startswith(LEFT_OUT)]
    return Finds(len(ids), left_out, counted, _lines(reader, one, ids[:SHOWN]))


def _lines(reader: Reader, one: Named, ids: Sequence[int]) -> list[Line]:
    articles = access.visible_articles(reader).select_related("source").in_bulk(ids)
    return [_line(articles[pk], one) for pk in ids if pk in articles]


def _line(article: Article, one: Named) -> Line:
    fields = (article.title, article.summary, article.author)
    hits = [finder((one,)).found(part, article.language) for part in fields]
    first = next((found[0] for found in hits if found), None)
    title, summary, author = (Snippet(part, _marks(found)) for part, found in zip(fields, hits, strict=True))
    return Line(article, title, summary, author, form_in_words(first.form, first.rule) if first else "")


def _marks(hits: Iterable[Found]) -> tuple[tuple[int, int], ...]:
    """The places to mark, in order and apart from each other."""
    marks: list[tuple[int, int]] = []
    for hit in hits:
        if not marks or hit.start >= marks[-1][1]:
            marks.append((hit.start, hit.end))
    return tuple(marks)
