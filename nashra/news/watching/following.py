"""Pages as sources. What an editor watches is there for all readers; what a reader watches is theirs alone, since
whoever sets the selectors of a shared page decides what everybody reads of it.
"""

from dataclasses import replace

from django.utils import timezone
from django.utils.translation import gettext as _

from nashra.accounts.models import Reader
from nashra.base.net import Response
from nashra.core.feeds.address import has_secret
from nashra.core.feeds.watching import Selectors
from nashra.news.errors import SourceError
from nashra.news.fetching import turns
from nashra.news.fetching.record import record
from nashra.news.models import Source, Visibility
from nashra.news.watching import pages, previews


def is_private(reader: Reader, url: str, visibility: str | None) -> bool:
    """Whether a page that this reader watches is for them alone."""
    return not reader.is_editor or visibility == Visibility.PRIVATE or has_secret(url)


def watched(reader: Reader, url: str, selectors: Selectors, visibility: str | None) -> Source:
    """The source that reads the page at `url` by these selectors, with its articles. SourceError "no-items" when they
    give nothing.

    A source that the reader may change and that stands at this address already is read by them from now on.
    """
    page = pages.kept(reader, url)
    if page is None or not previews.preview(page, selectors).items:
        page = pages.fresh(reader, url)  # it may have changed since it was looked at
    if not previews.preview(page, selectors).items:
        raise SourceError("no-items", _("These selectors give nothing on this page, so it was not followed."))
    owner = reader if is_private(reader, url, visibility) else None
    found = Source.objects.filter(url=url, owner=owner).first()
    if found is not None:
        change_selectors(found, selectors)
        return found
    return made(reader, url, page.answer, kind=Source.Kind.PAGE, selectors=previews.as_row(selectors), owner=owner)


def made(
    reader: Reader,
    url: str,
    answer: Response | None,
    *,
    kind: str,
    owner: Reader | None,
    selectors: dict[str, str] | None = None,
) -> Source:
    """The source at an address that was not known; with the answer that it just gave, its articles, too."""
    now = timezone.now()
    source, created = Source.objects.get_or_create(
        url=url,
        owner=owner,
        defaults={
            "kind": kind,
            "selectors": selectors or {},
            "visibility": Visibility.PRIVATE if owner else Visibility.LISTED,
            "added_by": reader,
            "due_at": now,
            "due_reason": {"code": "new"},
            # Nobody else fetches what is about to be stored here.
            "claimed_until": now + turns.LEASE if answer is not None else None,
        },
    )
    if created and answer is not None:
        record([(source, replace(answer, redirects=(), permanent=False))], now)
        source.refresh_from_db()
    return source


def change_selectors(source: Source, selectors: Selectors) -> None:
    """Reads a source's page by other selectors from now on; its articles stay, and it is asked soon."""
    changes = {
        "kind": Source.Kind.PAGE,
        "selectors": previews.as_row(selectors),
        "state": Source.State.ACTIVE,
        "due_at": timezone.now(),
        "due_reason": {"code": "asked"},
        # What was said of the page before was said of what other selectors gave.
        "etag": "",
        "last_modified": "",
        "body_hash": "",
    }
    Source.objects.filter(pk=source.pk).update(**changes)
    source.refresh_from_db()
