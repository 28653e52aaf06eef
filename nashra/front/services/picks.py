"""What editors set on the front page: for some hours, then it comes down by itself."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext

from nashra.accounts.models import Reader
from nashra.base import locale
from nashra.front.models import Pick
from nashra.news.models import Article, Visibility

HOURS = (6, 24, 72)
MOST = 10  # at once: a page is not made of picks


class PickError(ValueError):
    """Why an article cannot be set on the front page, in a sentence for the editor."""


def pick(editor: Reader, article: Article, *, hours: int, now: datetime) -> Pick:
    """Sets an article on the front page from now on; once more: with the new end. Raises `PickError`."""
    if hours not in HOURS:
        raise PickError(gettext("Choose six hours, one day or three days."))
    if article.source.visibility != Visibility.PAPER:
        raise PickError(gettext("Only pieces of the paper's own choice of sources can be set on the front page."))
    with transaction.atomic():
        others = Pick.objects.filter(until__gt=now).exclude(article=article)
        if others.count() >= MOST:
            text = gettext("%(count)s pieces are set on the front page already. Take one down first.")
            raise PickError(text % {"count": locale.number(MOST)})
        values = {"by": editor, "at": now, "until": now + timedelta(hours=hours)}
        return Pick.objects.update_or_create(article=article, defaults=values)[0]


def take_down(article: Article) -> None:
    """Takes an article down from the front page: the next editions are made without it."""
    Pick.objects.filter(article=article).delete()


def picks_now(*, now: datetime) -> list[Pick]:
    """What is set on the front page now, the newest first, with articles, sources and editors. An article whose source
    is no longer of the paper's own choice is not among them.
    """
    holding = Pick.objects.filter(until__gt=now, article__source__visibility=Visibility.PAPER)
    return list(holding.select_related("article__source", "by").order_by("-at", "-pk"))


def picked_now(*, now: datetime, among: Iterable[int] | None = None) -> dict[int, datetime]:
    """The articles that are set on the front page now, each with its end. `among`: of these alone."""
    holding = Pick.objects.filter(until__gt=now, article__source__visibility=Visibility.PAPER)
    if among is not None:
        holding = holding.filter(article__in=list(among))
    return dict(holding.values_list("article", "until"))


def forget_ended(*, now: datetime) -> int:
    """Lets go what came down a week ago. How many rows went."""
    return Pick.objects.filter(until__lt=now - timedelta(days=7)).delete()[0]
