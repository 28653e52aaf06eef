"""What is new for a followed search as a letter in the reader's language, digits and direction."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlencode

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from nashra.accounts import services as accounts
from nashra.base import locale
from nashra.core.mail import Footer, Labels, Letter, Piece, Section
from nashra.news.models import Article
from nashra.newsletters.delivery import links
from nashra.newsletters.delivery.writing import labels, preferences_of
from nashra.newsletters.models import Alert

FULL = 5  # pieces with their summary; the rest are a line each


@dataclass(frozen=True, slots=True)
class News:
    """What answers a search since it was last told: newest first, and how many pieces more there are."""

    articles: Sequence[Article]
    more: int = 0


def write(alert: Alert, news: News, now: datetime, *, message_id: str = "") -> Letter:
    """The letter that tells of this."""
    reader = alert.follow.reader
    with translation.override(reader.language), locale.using(preferences_of(reader)):
        return _letter(alert, news, now, message_id)


def _letter(alert: Alert, news: News, now: datetime, message_id: str) -> Letter:
    follow, paper = alert.follow, accounts.paper()
    language = follow.reader.language
    full = tuple(_full(alert, article) for article in news.articles[:FULL])
    brief = tuple(_brief(article) for article in news.articles[FULL:])
    sections = (Section("", full), Section(_("In brief"), brief, "brief"))
    title = full[0].title or _("(untitled)")
    return Letter(
        subject=_("“%(search)s”: %(title)s") % {"search": _short(follow.label), "title": title},
        preheader=_count(news),
        greeting="",
        intro=_intro(follow.label, news),
        sections=tuple(section for section in sections if section.pieces),
        end_line=_rest(news) or _("That is all that is new for this search."),
        footer=_footer(alert, message_id, paper.name),
        language=language,
        direction=locale.direction_of(language),
        date_line=f"{locale.full_date(now)} · {locale.isolated(locale.time_of_day(now))}",
        paper_name=paper.name,
        paper_url=search_page(follow.label),
        texts=_labels(),
    )


def search_page(text: str) -> str:
    """The absolute address of a search's page."""
    return f"{links.page('search')}?{urlencode({'q': text})}"


def _short(label: str) -> str:
    return label if len(label) <= 60 else label[:59].rstrip() + "…"


def _full(alert: Alert, article: Article) -> Piece:
    reader_id = alert.follow.reader_id
    return replace(
        _brief(article),
        summary=article.summary,
        minutes=article.minutes,
        save_url=links.about_article(links.SAVE, reader_id, article.pk),
        less_url=links.about_article(links.LESS, reader_id, article.pk),
    )


def _brief(article: Article) -> Piece:
    return Piece(
        title=article.title,
        url=links.page("article", article.pk),
        source=str(article.source),
        language=article.language or "und",
        direction="ltr" if article.direction == "ltr" else "rtl",
    )


def _count(news: News) -> str:
    n = len(news.articles) + news.more
    return ngettext("%(count)s new piece", "%(count)s new pieces", n) % {"count": locale.number(n)}


def _intro(label: str, news: News) -> str:
    n = len(news.articles) + news.more
    text = ngettext(
        "%(count)s new piece answers the search that you follow: %(search)s",
        "%(count)s new pieces answer the search that you follow: %(search)s",
        n,
    )
    return text % {"count": locale.number(n), "search": locale.apart(label)}


def _rest(news: News) -> str:
    if not news.more:
        return ""
    text = ngettext(
        "And %(count)s more: it is on the search's page.",
        "And %(count)s more: they are on the search's page.",
        news.more,
    )
    return text % {"count": locale.number(news.more)}


def _footer(alert: Alert, message_id: str, paper_name: str) -> Footer:
    text = _("You get this because you asked to be told by mail, and %(address)s is your confirmed address.")
    return Footer(
        why_line=text % {"address": alert.follow.reader.email},
        change_url=links.page("followed_search", alert.follow_id),
        stop_url=links.stop_alert(alert.pk),
        sender_name=paper_name,
        sender_address="",
        view_url=links.view(message_id) if message_id else "",
    )


def _labels() -> Labels:
    return replace(
        labels(locale.current()),
        rest=_("See the rest on the search's page"),
        open_page=_("Open the search"),
        change=_("Change this search"),
        stop=_("Stop these letters"),
    )
