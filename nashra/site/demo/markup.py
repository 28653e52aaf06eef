"""Small shared pieces of markup for the demo's pages and feeds."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from html import escape

from nashra.site.demo.content import Block, DemoArticle, DemoSource

PICTURE_WIDTH, PICTURE_HEIGHT = 1200, 675


@dataclass(frozen=True, slots=True)
class Moment:
    """Where the server stands (``base``, no slash at its end), when the demo began and what time it is."""

    base: str
    began: datetime
    now: datetime

    def visible(self, source: DemoSource) -> list[DemoArticle]:
        """What a source has published by now, newest first."""
        return [article for article in source.articles if article.published(self.began) <= self.now]

    def changed(self, source: DemoSource) -> datetime:
        """The latest publication or correction of a source; the demo's beginning when it has none yet."""
        times = [article.updated(self.began, self.now) for article in self.visible(source)]
        return max(times, default=self.began)

    def address(self, path: str) -> str:
        """The full address of a path of this server."""
        return self.base + path


def picture_path(name: str) -> str:
    """The path of a drawing on the demo server."""
    return f"/pictures/{name}.png"


def body_html(article: DemoArticle, moment: Moment) -> str:
    """The text of an article as it stands, as HTML blocks."""
    return "\n".join(_block(block) for block in article.blocks_at(moment.began, moment.now))


def figure_html(article: DemoArticle, moment: Moment) -> str:
    """The article's drawing with its caption; empty when it has none."""
    if not article.picture:
        return ""
    address = escape(moment.address(picture_path(article.picture)))
    image = f'<img src="{address}" width="{PICTURE_WIDTH}" height="{PICTURE_HEIGHT}" alt="{escape(article.caption)}">'
    return f"<figure>{image}<figcaption>{escape(article.caption)}</figcaption></figure>"


def joined(parts: Iterable[str]) -> str:
    """Parts that are not empty, one a line."""
    return "\n".join(part for part in parts if part)


def _block(block: Block) -> str:
    text = escape(block.text, quote=False)
    if block.kind == "heading":
        return f"<h2>{text}</h2>"
    if block.kind == "quote":
        return f"<blockquote><p>{text}</p></blockquote>"
    return f"<p>{text}</p>"
