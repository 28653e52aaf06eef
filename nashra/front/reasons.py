"""The texts of reasons: a key and what it names become one short true sentence in the reader's language."""

from collections.abc import Callable, Iterable, Mapping

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext, ngettext

from nashra.accounts.models import Reader
from nashra.base import locale
from nashra.core.rank import Reason
from nashra.core.text import fold, places
from nashra.front.models import Follow, Interest, Kind, Lesson
from nashra.front.muting import muting_of
from nashra.news import services as news
from nashra.news.models import Article, Source, Topic

_SAID = (Kind.WORD, Kind.AUTHOR, Kind.SEARCH)  # what readers follow in words of their own
_FROM_LESSONS = frozenset({"similar", "similar_meaning"})  # reasons that name a lesson
Text = Callable[[Reason, Mapping[tuple[str, str], str]], str]


def names_for(
    reasons: Iterable[Reason],
    language: str,
    reader: Reader | None = None,
    *,
    follows: Iterable[Follow] | None = None,
    known: Iterable[Topic] = (),
    sources: Iterable[Source] = (),
) -> Mapping[tuple[str, str], str]:
    """The names of all topics, sources, words and authors (as this reader typed them) that these reasons mention.

    `follows` (all of the reader's), `known` topics and `sources` save queries where they have been loaded.
    """
    wanted = list(reasons)
    topics = {r.about for r in wanted if r.key in ("follow_topic", "topic_opened")}
    told = {int(r.about) for r in wanted if r.key in ("source_opened", "subscribed") and r.about.isdecimal()}
    named = {source.pk: source for source in sources}
    if missing_sources := told - named.keys():
        named |= Source.objects.only("title", "url").in_bulk(missing_sources)
    loaded = [topic for topic in known if topic.key in topics]
    if missing := topics - {topic.key for topic in loaded}:
        loaded += Topic.objects.filter(key__in=missing)
    names = {("source", str(pk)): str(named[pk]) for pk in told & named.keys()}
    names |= {("topic", topic.key): news.topic_name(topic, language) for topic in loaded}
    names |= {("lesson", str(pk)): title for pk, title in _lessons(wanted, reader).values_list("pk", "title")}
    if learned := {r.about for r in wanted if r.key == "name_opened"} if reader else set():
        lines = Interest.objects.filter(reader=reader, kind=Kind.WORD, key__in=learned)
        labels = dict(lines.values_list("key", "label"))
        names |= {("name", key): _name_of(key, language, labels) for key in learned}
    if said := {r.about for r in wanted if r.key in ("follow_word", "follow_author", "follow_search")}:
        if follows is None:
            follows = Follow.objects.filter(reader=reader, kind__in=_SAID, key__in=said)
        names |= {(one.kind, one.key): one.label for one in follows if one.kind in _SAID}
    return names


def _name_of(key: str, language: str, labels: Mapping[str, str]) -> str:
    """A place is called as in this language; what else was learned, as it was written where that is known."""
    found = places.names_of(key, language)
    return found[0] if found else labels.get(key) or key.removeprefix(f"{Kind.WORD}:")


def sentence(reason: Reason, names: Mapping[tuple[str, str], str]) -> str:
    """One reason as a sentence. Every signal of the score has its text here (a test sees to it)."""
    return _TEXTS[reason.key](reason, names)


def sentences(reasons: Iterable[Reason], names: Mapping[tuple[str, str], str]) -> list[str]:
    """These reasons as sentences, each said once."""
    return list(dict.fromkeys(sentence(reason, names) for reason in reasons))


def _topic(reason: Reason, names: Mapping[tuple[str, str], str]) -> str:
    return names.get(("topic", reason.about), reason.about)


def _source(reason: Reason, names: Mapping[tuple[str, str], str]) -> str:
    return names.get(("source", reason.about), reason.about)


def _follow_word(reason: Reason, names: Mapping[tuple[str, str], str]) -> str:
    word = names.get(("word", reason.about), reason.about)
    return followed_form(word, reason.form, reason.rule)


def followed_form(word: str, form: str, rule: str) -> str:
    """That the reader follows a word and, where it is written in another way, in which and by which rule."""
    if not form or fold(form) == fold(word):
        return gettext("You follow: %(word)s") % {"word": word}
    return gettext("You follow %(word)s: %(form)s") % {"word": locale.apart(word), "form": form_in_words(form, rule)}


def muted_form(word: str, form: str, rule: str) -> str:
    """That the reader muted a word and, where it is written in another way, in which and by which rule."""
    if not form or fold(form) == fold(word):
        return gettext("You muted “%(word)s”.") % {"word": locale.apart(word)}
    return gettext("You muted “%(word)s”: %(form)s.") % {"word": locale.apart(word), "form": form_in_words(form, rule)}


def form_in_words(form: str, rule: str) -> str:
    """By which rule of the matcher a written form is one of the word (see `core.text.Hit`)."""
    return RULES.get(rule, _written)() % {"form": locale.apart(form)}


def _written() -> str:
    return gettext("written “%(form)s” here")


RULES: Mapping[str, Callable[[], str]] = {
    "exact": _written,
    "relation": lambda: gettext("“%(form)s” is its adjective"),
    "people": lambda: gettext("“%(form)s” are its people"),
    "plural": lambda: gettext("“%(form)s” is its plural or singular"),
    "possessive": lambda: gettext("“%(form)s” is the word with a possessive ending"),
    "spelling": lambda: gettext("“%(form)s” is another spelling of it"),
    "translation": lambda: gettext("“%(form)s” is its name in another language"),
    "alias": lambda: gettext("“%(form)s” is another name of it"),
}


def _follow_search(reason: Reason, names: Mapping[tuple[str, str], str]) -> str:
    search = names.get((Kind.SEARCH, reason.about), reason.about)
    return gettext("You follow the search: %(search)s") % {"search": locale.apart(search)}


def _follow_author(reason: Reason, names: Mapping[tuple[str, str], str]) -> str:
    return gettext("You follow the author %(name)s") % {"name": names.get(("author", reason.about), reason.about)}


def _follow_topic(reason: Reason, names: Mapping[tuple[str, str], str]) -> str:
    return gettext("You follow: %(topic)s") % {"topic": _topic(reason, names)}


def _subscribed(reason: Reason, names: Mapping[tuple[str, str], str]) -> str:
    return gettext("From a source that you follow: %(source)s") % {"source": _source(reason, names)}


def _source_opened(reason: Reason, names: Mapping[tuple[str, str], str]) -> str:
    text = ngettext(
        "You opened %(count)s piece from %(source)s", "You opened %(count)s pieces from %(source)s", reason.count
    )
    return text % {"count": locale.number(reason.count), "source": _source(reason, names)}


def _name_opened(reason: Reason, names: Mapping[tuple[str, str], str]) -> str:
    text = ngettext(
        "You opened %(count)s piece about %(name)s", "You opened %(count)s pieces about %(name)s", reason.count
    )
    name = names.get(("name", reason.about), reason.about)
    return text % {"count": locale.number(reason.count), "name": locale.apart(name)}


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


def _picked(reason: Reason, names: Mapping[tuple[str, str], str]) -> str:
    return gettext("Picked by the editors")


def _opened_lately(reason: Reason, names: Mapping[tuple[str, str], str]) -> str:
    text = ngettext("%(count)s reader opened it", "%(count)s readers opened it", reason.count)
    return text % {"count": locale.number(reason.count)}


def _kindred(reason: Reason, names: Mapping[tuple[str, str], str]) -> str:
    return gettext("Opened by readers who read what you read")


def _similar(reason: Reason, names: Mapping[tuple[str, str], str]) -> str:
    text = ngettext("Like %(count)s piece you read", "Like %(count)s pieces you read", reason.count)
    return _such_as(text % {"count": locale.number(reason.count)}, reason, names)


def _similar_meaning(reason: Reason, names: Mapping[tuple[str, str], str]) -> str:
    text = ngettext(
        "Close in meaning to %(count)s piece you read", "Close in meaning to %(count)s pieces you read", reason.count
    )
    return _such_as(text % {"count": locale.number(reason.count)}, reason, names)


def _such_as(text: str, reason: Reason, names: Mapping[tuple[str, str], str]) -> str:
    """The sentence with the title of the lesson that is nearest, while it is known."""
    title = names.get(("lesson", reason.about))
    words = {"reason": text, "title": locale.apart(title or "")}
    return gettext("%(reason)s: “%(title)s”") % words if title else text


def _outside(reason: Reason, names: Mapping[tuple[str, str], str]) -> str:
    return gettext("From outside what you usually read")


_TEXTS: Mapping[str, Text] = {
    "follow_word": _follow_word,
    "follow_author": _follow_author,
    "follow_search": _follow_search,
    "follow_topic": _follow_topic,
    "subscribed": _subscribed,
    "source_opened": _source_opened,
    "topic_opened": _topic_opened,
    "name_opened": _name_opened,
    "story_sources": _story_sources,
    "fresh": _fresh,
    "opened_lately": _opened_lately,
    "opened_today": _opened_lately,
    "picked": _picked,
    "similar": _similar,
    "kindred": _kindred,
    "similar_meaning": _similar_meaning,
    "outside": _outside,
}


def learned_from(reasons: Iterable[Reason], reader: Reader) -> list[tuple[str, int | None]]:
    """What these reasons were learned from: the titles, and the articles as far as they are still there."""
    return list(_lessons(reasons, reader).order_by("-at", "-pk").values_list("title", "article"))


def _lessons(reasons: Iterable[Reason], reader: Reader | None) -> QuerySet[Lesson]:
    """The lessons that these reasons name, without those that the reader has muted since: no reason tells of them."""
    wanted = [int(reason.about) for reason in reasons if reason.key in _FROM_LESSONS and reason.about.isdecimal()]
    if not (wanted and reader):
        return Lesson.objects.none()
    found, muting = Lesson.objects.filter(reader=reader, pk__in=wanted), muting_of(reader, timezone.now())
    if not (muting.topics or muting.sources or muting.stories or muting.judges):
        return found
    still = Article.objects.filter(lessons__in=found)
    kept = set(muting.kept_ids(muting.limit_kinds(still)))
    topics = set(
        Interest.objects.filter(reader=reader, kind=Kind.TOPIC, key__in=muting.topics).values_list("pk", flat=True)
    )
    gone = [
        one.pk
        for one in found.filter(article=None)
        if not (one.source_id in muting.sources or muting.hides(one.title, "", "") or topics & set(one.lines))
    ]
    return found.filter(Q(pk__in=gone) | Q(article__in=kept))


def signal_name(key: str) -> str:
    """What a signal of the score looks at, for the account of an item; the key itself for one of an older version."""
    return _SIGNALS[key]() if key in _SIGNALS else key


_SIGNALS: Mapping[str, Callable[[], str]] = {
    "follow_word": lambda: gettext("Words you follow"),
    "follow_author": lambda: gettext("Authors you follow"),
    "follow_search": lambda: gettext("Searches you follow"),
    "follow_topic": lambda: gettext("Topics you follow"),
    "subscribed": lambda: gettext("Sources you follow"),
    "source_opened": lambda: gettext("Pieces you opened from its source"),
    "topic_opened": lambda: gettext("Pieces you opened about its topics"),
    "name_opened": lambda: gettext("Pieces you opened about people and places in it"),
    "word_opened": lambda: gettext("Words of your profile in it"),
    "story_sources": lambda: gettext("How many sources tell of it"),
    "fresh": lambda: gettext("How new it is"),
    "opened_lately": lambda: gettext("How many readers opened it in the last hours"),
    "opened_today": lambda: gettext("How many readers opened it within a day"),
    "shown_widely": lambda: gettext("How many readers were shown it"),
    "passed": lambda: gettext("How often you passed it by"),
    "picked": lambda: gettext("Picked by the editors"),
    "similar": lambda: gettext("Nearness to the subjects you read"),
    "kindred": lambda: gettext("Readers who read what you read"),
    "similar_meaning": lambda: gettext("Nearness in meaning to pieces you read"),
}
