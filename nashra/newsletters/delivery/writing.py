"""A selection as a letter in the reader's language, digits and direction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from nashra.accounts import services as accounts
from nashra.accounts.models import Reader
from nashra.base import locale, pictures
from nashra.base.pictures import PictureError
from nashra.core.mail import Footer, Labels, Letter, Piece, Section
from nashra.core.mail.bidi import isolate
from nashra.front import reasons
from nashra.front.models import Follow, Kind
from nashra.news import services as news
from nashra.news.models import Article, Topic
from nashra.newsletters.delivery import links
from nashra.newsletters.delivery.choosing import Chosen, Selection
from nashra.newsletters.models import Digest

LEAD = "lead"
PICTURE_SIDE = 640  # pixels: the column is 536 wide


@dataclass(frozen=True, slots=True)
class Occasion:
    """When a letter comes and what it is called by: local date and hour, and its Message-ID (empty in a preview)."""

    for_date: date
    hour: int
    message_id: str = ""


def preferences_of(reader: Reader) -> locale.Preferences:
    """How this reader wants things written."""
    return reader.preferences


def write(digest: Digest, selection: Selection, occasion: Occasion) -> Letter:
    """The letter that this selection makes for the digest's reader."""
    reader = digest.reader
    with translation.override(reader.language), locale.using(preferences_of(reader)):
        return _letter(reader, digest, selection, occasion)


def lead_picture(letter: Letter, selection: Selection) -> dict[str, bytes]:
    """The lead's picture as mail programs need it, if it is at hand; nothing is fetched for it."""
    lead = selection.full[0].article if selection.full else None
    data = pictures.kept(lead.image_url) if lead and lead.image_url else None
    if data is None:
        return {}
    try:
        return {LEAD: pictures.fit(data, PICTURE_SIDE, on_white=True)[0]}
    except PictureError:
        return {}


def digest_name(digest: Digest, hour: int) -> str:
    """What the reader calls it, or the time of day."""
    if digest.name:
        return digest.name
    if 4 <= hour < 12:
        return _("Morning digest")
    return _("Midday digest") if 12 <= hour < 17 else _("Evening digest")


def _letter(reader: Reader, digest: Digest, selection: Selection, occasion: Occasion) -> Letter:
    pieces = _Pieces(reader, digest, selection)
    full, brief = [pieces.full(one) for one in selection.full], [pieces.brief(one) for one in selection.brief]
    sections = (Section("", tuple(full)), Section(_("In brief"), tuple(brief), "brief"))
    titles = [piece.title or _("(untitled)") for piece in (*full, *brief)]
    day = locale.full_date(occasion.for_date)
    paper, direction = accounts.paper(), locale.direction_of(reader.language)
    return Letter(
        subject=titles[0] if titles else _("Nothing new since the last digest"),
        preheader=" · ".join([*(isolate(title, direction) for title in titles[1:2]), _count(selection)]),
        greeting=_greeting(reader, occasion.hour),
        intro=_intro(selection),
        sections=tuple(section for section in sections if section.pieces),
        end_line=_("That is all that was chosen for you. The rest is on your page."),
        footer=_footer(reader, digest, occasion, paper.name),
        language=reader.language,
        direction=direction,
        date_line=f"{isolate(digest_name(digest, occasion.hour), direction)} · {day}",
        paper_name=paper.name,
        paper_url=links.page("front"),
        texts=labels(locale.current()),
    )


class _Pieces:
    """Articles as pieces of a letter; names of topics and sources are fetched once for all."""

    def __init__(self, reader: Reader, digest: Digest, selection: Selection) -> None:
        every = [*selection.full, *selection.brief]
        self._reader, self._acts, self._every = reader, digest.pk is not None, every
        self._names = reasons.names_for([r for one in every for r in one.reasons], reader.language, reader)
        self._topics = _topics(reader, [one.article for one in selection.full])

    def full(self, one: Chosen) -> Piece:
        """With summary, topic, buttons, and the other sources of its story."""
        article = one.article
        return replace(
            self.brief(one),
            summary=article.summary,
            minutes=article.minutes,
            topic=self._topics.get(article.pk, ""),
            image_cid=LEAD if article.image_url else None,
            save_url=self._link(links.SAVE, article),
            less_url=self._link(links.LESS, article),
            others=one.others,
        )

    def brief(self, one: Chosen) -> Piece:
        """A line, its source, and why it is here."""
        article = one.article
        return Piece(
            title=article.title,
            url=links.page("article", article.pk) + self._mark(one),
            source=str(article.source),
            language=article.language or "und",
            direction="ltr" if article.direction == "ltr" else "rtl",
            reason=reasons.sentence(one.reasons[0], self._names) if one.reasons else "",
        )

    def _mark(self, one: Chosen) -> str:
        """Says that the link stood in a letter, and where, for readers who allow that to be noted; else nothing."""
        if not (self._reader.counts_mail and self._acts):
            return ""
        place = f"&e={one.place}" if one.place else ""
        return f"?m={self._every.index(one) + 1}{place}"

    def _link(self, purpose: str, article: Article) -> str:
        return links.about_article(purpose, self._reader.pk, article.pk) if self._acts else ""


def _topics(reader: Reader, articles: Sequence[Article]) -> Mapping[int, str]:
    """One topic's name of each article: a followed one, else one of the catalogue, else none."""
    followed = set(Follow.objects.filter(reader=reader, kind=Kind.TOPIC).values_list("key", flat=True))
    rows = Article.topics.through.objects.filter(article_id__in=[article.pk for article in articles])
    pairs = list(rows.order_by("topic_id").values_list("article_id", "topic_id"))
    known = Topic.objects.in_bulk([topic for _article, topic in pairs])
    names: dict[int, str] = {}
    for wanted in (lambda t: t.key in followed, lambda t: t.is_catalogue):
        for article, topic in pairs:
            if article not in names and wanted(known[topic]):
                names[article] = news.topic_name(known[topic], reader.language)
    return names


def _greeting(reader: Reader, hour: int) -> str:
    name = {"name": reader.name}
    if 4 <= hour < 12:
        return _("Good morning, %(name)s.") % name if reader.name else _("Good morning.")
    if 12 <= hour < 17:
        return _("Good afternoon, %(name)s.") % name if reader.name else _("Good afternoon.")
    return _("Good evening, %(name)s.") % name if reader.name else _("Good evening.")


def _minutes(selection: Selection) -> str:
    return locale.minutes(sum(article.minutes for article in selection.articles))


def _count(selection: Selection) -> str:
    n = len(selection.articles)
    # Translators: a number of articles in a letter and how long they take, as in "8 pieces, 12 min"
    text = ngettext("%(count)s piece, %(minutes)s", "%(count)s pieces, %(minutes)s", n)
    return text % {"count": locale.number(n), "minutes": _minutes(selection)} if n else ""


def _intro(selection: Selection) -> str:
    n = len(selection.articles)
    if not n:
        return _("Nothing that would be for you has come since the last digest.")
    text = ngettext(
        "%(count)s piece chosen for you, about %(minutes)s.", "%(count)s pieces chosen for you, about %(minutes)s.", n
    )
    return text % {"count": locale.number(n), "minutes": _minutes(selection)}


def _footer(reader: Reader, digest: Digest, occasion: Occasion, paper_name: str) -> Footer:
    if digest.turned_on_at:
        text = _("You get this because you turned on your digest on %(day)s and %(address)s is your confirmed address.")
        why = text % {"day": locale.date(digest.turned_on_at), "address": reader.email}
    else:
        why = _("You get this because you asked for it on the page of newsletters.")
    return Footer(
        why_line=why,
        change_url=links.page("newsletters"),
        stop_url=links.unsubscribe(digest.pk) if digest.pk else "",
        sender_name=paper_name,
        sender_address="",
        view_url=links.view(occasion.message_id) if occasion.message_id else "",
    )


def labels(preferences: locale.Preferences) -> Labels:
    """The words, with the reader's plural and digits, also when the letter is composed later elsewhere."""

    def minutes(n: int) -> str:
        return locale.minutes(n, language=preferences.language, digits=preferences.digits)

    return Labels(
        read=_("Read the piece"),
        save=_("Save"),
        less=_("Less of this"),
        also=_("Also on this story:"),
        # Translators: the comma between names in a list
        comma=pgettext("between names", ","),
        untitled=_("(untitled)"),
        rest=_("Read the rest on your page"),
        open_page=_("Open my page"),
        change=_("Change days and time"),
        stop=_("Stop this digest"),
        view=_("View in the browser"),
        no_tracking=_("This letter holds no tracking pictures."),
        minutes=minutes,
    )


def local_hour(moment: datetime, reader: Reader) -> int:
    """The hour on the reader's clock."""
    return locale.local(moment, time_zone=reader.time_zone).hour
