"""How an article changed: what each correction took out and put in."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from nashra.core.extract import to_text
from nashra.core.text import Run, differences
from nashra.news.models import Article, ArticleText


@dataclass(frozen=True, slots=True)
class _Version:
    title: str
    html: str


@dataclass(frozen=True)
class Change:
    """One correction, seen at that moment; words are compared when they are asked for."""

    at: datetime
    before: _Version
    after: _Version

    @cached_property
    def title(self) -> list[Run]:
        """The headline's words; empty when it stayed the same."""
        return [run for paragraph in differences(self.before.title, self.after.title) for run in paragraph]

    @cached_property
    def paragraphs(self) -> list[list[Run]]:
        """The text's paragraphs, long unchanged stretches folded; empty when its words stayed the same."""
        return differences(to_text(self.before.html), to_text(self.after.html))


def changes_of(article: Article) -> list[Change]:
    """All corrections of an article that are kept, newest first."""
    body = ArticleText.objects.filter(article=article).values_list("html", flat=True).first()
    after, found = _Version(article.title, body or ""), []
    for revision in article.revisions.order_by("-at", "-pk"):
        before = _Version(revision.title, revision.html)
        found.append(Change(revision.at, before, after))
        after = before
    return found
