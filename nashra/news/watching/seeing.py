"""What an answer is, judged while a person waits: a feed, a page, a list of sitemaps, or none of these."""

from dataclasses import dataclass, field

from nashra.base.net import Response, without_credentials
from nashra.core.feeds import Feed, FeedError, parse
from nashra.news.models import Source
from nashra.news.watching.asking import LARGEST


@dataclass(frozen=True, slots=True)
class Seen:
    """`what` is "feed", "entries" (a page whose entries are marked), "page", "sitemaps" or "other".

    `feed` is there with the first two, `sitemaps` with the fourth.
    """

    what: str
    feed: Feed | None = None
    sitemaps: list[str] = field(default_factory=list)

    @property
    def kind(self) -> str:
        """The kind of source that this makes."""
        if self.feed is None or self.feed.kind == "hfeed":
            return Source.Kind.PAGE
        return Source.Kind.SITEMAP if self.feed.kind == "sitemap" else Source.Kind.FEED


def see(answer: Response) -> Seen:
    """What came; judged by its beginning."""
    base = without_credentials(answer.final_url)
    try:
        feed = parse(answer.body[:LARGEST], content_type=answer.content_type, url=base)
    except FeedError as error:
        if error.code == "sitemap-index":
            return Seen("sitemaps", sitemaps=error.feeds)
        is_html = b"<html" in answer.body[:100_000].lower() or "html" in (answer.content_type or "").lower()
        return Seen("page" if error.code == "html-page" or is_html else "other")
    return Seen("entries" if feed.kind == "hfeed" else "feed", feed)
