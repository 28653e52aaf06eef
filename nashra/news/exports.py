"""What an export of a reader's data holds of this app, beside their subscriptions."""

from collections.abc import Iterable

from django.db.models import Q

from nashra.accounts.models import Reader
from nashra.accounts.registry import ExportFile, Row, rows
from nashra.news.models import Source
from nashra.news.services.opml import export_opml


def sources(reader: Reader) -> Iterable[Row]:
    """Private sources of the reader, and those that the reader added for all."""
    return rows(Source.objects.filter(Q(owner=reader) | Q(added_by=reader)).order_by("pk"))


def opml(reader: Reader) -> Iterable[ExportFile]:
    """The list of subscriptions, as other programs read it."""
    return [ExportFile("sources.opml", [export_opml(reader)])]
