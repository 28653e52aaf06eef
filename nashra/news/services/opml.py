"""Lists of subscriptions in and out. An import makes rows only; the worker fetches them, each host at its own pace."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from nashra.accounts.models import Reader
from nashra.base.net import judge_url
from nashra.core.feeds import FeedError, opml
from nashra.core.feeds.address import has_secret
from nashra.core.feeds.opml import Outline
from nashra.core.text import clean
from nashra.news import sentences
from nashra.news.errors import SourceError
from nashra.news.keys import host_of
from nashra.news.models import Source, Subscription, Visibility
from nashra.news.services.subscriptions import FOLDER, room

LARGEST = 10_000_000  # bytes of a file
_STEP = timedelta(milliseconds=20)  # between the first turns of imported sources
_LEVELS = 3
_BETWEEN = " / "
_CHUNK = 1_000
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class OpmlReport:
    """What became of a file: sources newly followed, those that were followed before, lines left out with the address
    and a sentence, and how many were left out because the account is full.
    """

    added: int = 0
    known: int = 0
    refused: list[tuple[int, str, str]] = field(default_factory=list)
    over_limit: int = 0


def import_opml(reader: Reader, body: bytes, *, private: bool = False) -> OpmlReport:
    """Follows the feeds of an OPML file, up to the reader's limit; with `private`, new ones as the reader's alone.

    SourceError when the file is none.
    """
    if len(body) > LARGEST:
        raise SourceError("opml", _("The file is larger than 10 MB. Nothing was imported."))
    try:
        read = opml.read(body)
    except FeedError as error:
        raise SourceError("opml", sentences.opml_file(error.code)) from error
    refused = [(one.line, one.address, sentences.opml_line(one.reason_code)) for one in read.problems]
    followed = set(Subscription.objects.filter(reader=reader).values_list("source__url", flat=True))
    known = sum(outline.xml_url in followed for outline in read.outlines)
    wanted, over = _wanted(read.outlines, followed, room(reader), refused)
    with transaction.atomic():
        added = _follow(reader, wanted, timezone.now(), private)
    return OpmlReport(added, known, sorted(refused, key=lambda one: one[0]), over)


def _wanted(
    outlines: Sequence[Outline], followed: set[str], most: int, refused: list[tuple[int, str, str]]
) -> tuple[list[Outline], int]:
    """Those outlines that can be followed, and how many more there are than the limit lets in."""
    wanted: list[Outline] = []
    over = 0
    for outline in outlines:
        if outline.xml_url in followed:
            continue
        if len(wanted) >= most:
            over += 1
        elif refusal := judge_url(outline.xml_url):
            refused.append((outline.line, outline.xml_url, refusal.message))
        elif len(outline.xml_url) > 2000:
            refused.append((outline.line, outline.xml_url[:500], sentences.opml_line("too-long")))
        else:
            wanted.append(outline)
    return wanted, over


def _follow(reader: Reader, outlines: Sequence[Outline], now: datetime, private: bool) -> int:
    ids = _sources(reader, outlines, now, private)
    rows = [
        Subscription(reader=reader, source_id=ids[outline.xml_url], folder=_folder(outline), title="")
        for outline in outlines
        if outline.xml_url in ids
    ]
    Subscription.objects.bulk_create(rows, ignore_conflicts=True, batch_size=500)
    resting = Source.objects.filter(pk__in=[row.source_id for row in rows], state=Source.State.PAUSED)
    awake = {"state": Source.State.ACTIVE, "due_at": now, "due_reason": {"code": "asked"}}
    resting.filter(due_reason__code="nobody").update(**awake)
    return len(rows)


def _sources(reader: Reader, outlines: Sequence[Outline], now: datetime, private: bool) -> dict[str, int]:
    """The sources of these outlines by address; missing ones are made, secret ones for this reader alone."""
    secret = {outline.xml_url for outline in outlines if private or has_secret(outline.xml_url)}
    ids: dict[str, int] = {}
    for chunk in _chunks(outlines):
        ids |= _ids(reader, chunk, secret)
        missing = [outline for outline in chunk if outline.xml_url not in ids]
        made = (
            _source(reader, outline, outline.xml_url in secret, now + _STEP * place)
            for place, outline in enumerate(missing, len(ids))
        )
        Source.objects.bulk_create(made, ignore_conflicts=True, batch_size=500)
        ids |= _ids(reader, missing, secret)
    return ids


def _ids(reader: Reader, outlines: Sequence[Outline], secret: set[str]) -> dict[str, int]:
    open_ones = [one.xml_url for one in outlines if one.xml_url not in secret]
    rows = Source.objects.filter(owner=None, url__in=open_ones).values_list("url", "pk")
    own = Source.objects.filter(owner=reader, url__in=[one.xml_url for one in outlines if one.xml_url in secret])
    return dict(rows) | dict(own.values_list("url", "pk"))


def _source(reader: Reader, outline: Outline, private: bool, due_at: datetime) -> Source:
    return Source(
        url=outline.xml_url,
        host=host_of(outline.xml_url),
        owner=reader if private else None,
        visibility=Visibility.PRIVATE if private else Visibility.LISTED,
        title=clean(outline.title, longest=300) if outline.title != outline.xml_url else "",
        site_url=outline.html_url or "",
        added_by=reader,
        due_at=due_at,
        due_reason={"code": "new"},
    )


def _folder(outline: Outline) -> str:
    return clean(_BETWEEN.join(outline.folders[:_LEVELS]), longest=FOLDER)


def _chunks(items: Sequence[T]) -> Iterator[Sequence[T]]:
    return (items[start : start + _CHUNK] for start in range(0, len(items), _CHUNK))


def export_opml(reader: Reader) -> bytes:
    """What a reader follows as an OPML file, private addresses included: it is their own."""
    rows = Subscription.objects.filter(reader=reader).select_related("source").order_by("folder", "pk")
    title = _("Sources of %(name)s") % {"name": str(reader)}
    return opml.write(list(_outlines(rows)), title=title, now=timezone.now())


def _outlines(rows: Iterable[Subscription]) -> Iterator[Outline]:
    for row in rows:
        folders = tuple(part for part in row.folder.split(_BETWEEN) if part)
        yield Outline(row.title or str(row.source), row.source.url, row.source.site_url or None, folders)
