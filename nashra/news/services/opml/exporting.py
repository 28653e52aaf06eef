"""A reader's list as a file that every other program reads, and that loses nothing on the way back here."""

import json
from collections.abc import Iterable, Iterator

from django.utils import timezone
from django.utils.translation import gettext as _

from nashra.accounts.models import Reader
from nashra.core.feeds import opml
from nashra.core.feeds.opml import Outline
from nashra.news.models import Source, Subscription, Visibility
from nashra.news.services.opml.planning import BETWEEN


def export_opml(reader: Reader) -> bytes:
    """What a reader follows as an OPML file, with their folders, tags, names and rules; private addresses included,
    for it is their own.
    """
    from nashra.news.filters.services import export_rules  # rules stand on sources, not the other way round

    rows = Subscription.objects.filter(reader=reader).select_related("source").order_by("folder", "pk").iterator(2_000)
    title = _("Sources of %(name)s") % {"name": str(reader)}
    return opml.write(_outlines(rows), title=title, now=timezone.now(), rules=export_rules(reader))


def _outlines(rows: Iterable[Subscription]) -> Iterator[Outline]:
    for row in rows:
        source = row.source
        yield Outline(
            row.title or str(source),
            source.url,
            source.site_url or None,
            tuple(part for part in row.folder.split(BETWEEN) if part),
            tags=tuple(row.tags),
            feed_title=str(source) if row.title else "",
            private=source.visibility == Visibility.PRIVATE,
            reads=source.kind,
            selectors=json.dumps(source.selectors, ensure_ascii=False) if source.kind == Source.Kind.PAGE else "",
        )
