"""The texts of reasons: a key and what it names become one short true sentence in the reader's language."""

from collections.abc import Iterable, Mapping

from django.utils.translation import gettext, ngettext

from nashra.accounts.models import Reader
from nashra.base import locale
from nashra.core.rank import Reason
from nashra.front.models import Follow, Kind
from nashra.news import services as news
from nashra.news.models import Source, Topic


def names_for(reasons: Iterable[Reason], language: str, reader: Reader | None = None) -> Mapping[tuple[str, str], str]:
    """The names of all topics, sources and words (as this reader typed them) that these reasons mention."""
    wanted = list(reasons)
    topics = {r.about for r in wanted if r.key in ("follow_topic", "topic_opened")}
    sources = {int(r.about) for r in wanted if r.key in ("source_opened", "subscribed") and r.about.isdecimal()}
    names = {("topic", t.key): news.topic_name(t, language) for t in Topic.objects.filter(key__in=topics)}
    names |= {("source", str(s.pk)): str(s) for s in Source.objects.filter(pk__in=sources).only("title", "url")}
    if words := {r.about for r in wanted if r.key == "follow_word"}:
        follows = Follow.objects.filter(reader=reader, kind=Kind.WORD, key__in=words)
        names |= {("word", follow.key): follow.label for follow in follows}
    return names


def sentence(reason: Reason, names: Mapping[tuple[str, str], str]) -> str:
    """One reason as a sentence. Every signal of the score has its text here (a test sees to it)."""
    return _TEXTS[reason.key](reason, names)


def _topic(reason: Reason, names: Mapping[tuple[str, str], str]) -> str:
    return names.get(("topic", reason.about), reason.about)


def _source(reason: Reason, names: Mapping[tuple[str, str], str]) -> str:
    return names.get(("source", reason.about), reason.about)


def _follow_word(reason: Reason, names: Mapping[tuple[str, str], str]) -> str:
    return gettext("You follow: %(word)s") % {"word": names.get(("word", reason.about), reason.about)}


def _follow_topic(reason: Reason, names: Mapping[tuple[str, str], str]) -> str:
    return gettext("You follow: %(topic)s") % {"topic": _topic(reason, names)}


def _subscribed(reason: Reason, names: Mapping[tuple[str, str], str]) -> str:
    return gettext("From a source that you follow: %(source)s") % {"source": _source(reason, names)}


def _source_opened(reason: Reason, names: Mapping[tuple[str, str], str]) -> str:
    text = ngettext(
        "You opened %(count)s piece from %(source)s", "You opened %(count)s pieces from %(source)s", reason.count
    )
    return text % {"count": locale.number(reason.count), "source": _source(reason, names)}


def _topic_opened(reason: Reason, names: Mapping[tuple[str, str], str]) -> str:
    text = ngettext(
        "You opened %(count)s piece about %(topic)s", "You opened %(count)s pieces about %(topic)s", reason.count
    )
    return text % {"count": locale.number(reason.count), "topic": _topic(reason, names)}


def _story_sources(reason: Reason, names: Mapping[tuple[str, str], str]) -> str:
    text = ngettext("%(count)s source tells of it", "%(count)s sources tell of it", reason.count)
    return text % {"count": locale.number(reason.count)}


def _fresh(reason: Reason, names: Mapping[tuple[str, str], str]) -> str:
    return gettext("Among the newest")


def _outside(reason: Reason, names: Mapping[tuple[str, str], str]) -> str:
    return gettext("From outside what you usually read")


_TEXTS = {
    "follow_word": _follow_word,
    "follow_topic": _follow_topic,
    "subscribed": _subscribed,
    "source_opened": _source_opened,
    "topic_opened": _topic_opened,
    "story_sources": _story_sources,
    "fresh": _fresh,
    "outside": _outside,
}
