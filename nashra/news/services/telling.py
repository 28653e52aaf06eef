"""Telling people that sources fail: once for each spell, a day's sources in one letter.

Shared sources are the owner's and the editors' affair, a private one its reader's. A source that works again is told
about anew when it fails another time.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from nashra.accounts import services as accounts
from nashra.accounts.models import Reader, Role
from nashra.base import locale, outbox
from nashra.base.net import without_credentials
from nashra.news import sentences
from nashra.news.models import Fetch, Source

KIND = "source"
AFTER = timedelta(days=3)
ONE_LETTER_IN = timedelta(hours=20)  # what fails meanwhile goes into the next day's letter
NAMED = 20  # sources that a letter names; of more it gives the number


def tell_failing(now: datetime) -> int:
    """Writes to whoever can do something about sources that have failed for three days or were closed; how many
    letters. What is told is marked in the same transaction in which the letters are promised.
    """
    fails = Q(state=Source.State.ACTIVE, failing_since__lte=now - AFTER)
    closed = Q(state=Source.State.GONE, outcome="gone")
    untold = Source.objects.filter(fails | closed, told_at=None).order_by("failing_since", "pk")
    groups: dict[int | None, list[Source]] = {}
    for source in untold:
        groups.setdefault(source.owner_id, []).append(source)
    return sum(_tell(owner_id, sources, now) for owner_id, sources in groups.items())


def long_failing(now: datetime) -> int:
    """How many shared sources have failed for three days or longer."""
    rows = Source.objects.filter(owner=None, state=Source.State.ACTIVE, failing_since__lte=now - AFTER)
    return rows.count()


def _tell(owner_id: int | None, sources: Sequence[Source], now: datetime) -> int:
    """One letter to each who is to know of these sources; none while the last letter is younger than a day."""
    if Source.objects.filter(owner=owner_id, told_at__gt=now - ONE_LETTER_IN).exists():
        return 0
    with transaction.atomic():
        mine = Source.objects.select_for_update(of=("self",)).filter(pk__in=[one.pk for one in sources], told_at=None)
        if not mine.update(told_at=now):
            return 0
        readers = [reader for reader in _responsible(owner_id) if reader.is_confirmed]
        for reader in readers:
            _write(reader, sources)
    return len(readers)


def _responsible(owner_id: int | None) -> Iterable[Reader]:
    people = Reader.objects.filter(is_active=True)
    return people.filter(role__in=(Role.OWNER, Role.EDITOR)) if owner_id is None else people.filter(pk=owner_id)


def _write(reader: Reader, sources: Sequence[Source]) -> None:
    with translation.override(reader.language), locale.using(reader.preferences):
        outbox.send_note(
            KIND,
            to=reader.email,
            reader_id=reader.pk,
            subject=_subject(sources),
            paragraphs=_paragraphs(sources),
            action=(_("Look at the sources"), f"{settings.NASHRA_URL}{_page(sources)}"),
            language=reader.language,
            paper_name=accounts.paper().name,
        )


def _subject(sources: Sequence[Source]) -> str:
    text = ngettext("%(count)s source fails", "%(count)s sources fail", len(sources))
    return text % {"count": locale.number(len(sources))}


def _paragraphs(sources: Sequence[Source]) -> list[str]:
    first = ngettext(
        "This source has brought nothing for some days. Its articles stay.",
        "These sources have brought nothing for some days. Their articles stay.",
        len(sources),
    )
    lines = [_line(source) for source in sources[:NAMED]]
    if (more := len(sources) - NAMED) > 0:
        text = ngettext("… and %(count)s more.", "… and %(count)s more.", more)
        lines.append(text % {"count": locale.number(more)})
    last = _(
        "Closed sources are not asked any more; all others are asked again and again by themselves."
        " You hear of each once, until it has worked again."
    )
    return [first, *lines, last]


def _line(source: Source) -> str:
    """A source, what is wrong with it, and since when; an address without its name and password."""
    found = Fetch.objects.filter(source=source).order_by("-at", "-pk").first()
    why = sentences.fetch(found.detail) if found else ""
    name = locale.apart(source.title or without_credentials(source.url).partition("?")[0] or source.host)
    if source.failing_since is None:
        return _("%(source)s: %(why)s") % {"source": name, "why": why}
    since = locale.date(source.failing_since, year=False)
    return _("%(source)s, since %(day)s: %(why)s") % {"source": name, "day": since, "why": why}


def _page(sources: Sequence[Source]) -> str:
    """Where something can be done: the health of the shared sources, or the one source, or all of a reader's own."""
    if sources[0].owner_id is None:
        return f"{reverse('operation_sources')}?state=failing"
    return reverse("source_edit", args=[sources[0].pk]) if len(sources) == 1 else reverse("sources")
