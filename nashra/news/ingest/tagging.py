"""Topics of new articles: their source's, those that the catalogue knows under the feed's tags, and the tags
themselves.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache

from nashra.base import bulk
from nashra.core.text import fold
from nashra.news import catalogue
from nashra.news.models import Article, Source, Topic

MOST = 6
Tagged = tuple[int, Source, list[str]]  # article, source, tags


def tag(articles: Sequence[Tagged]) -> None:
    """Gives these new articles their topics; topics that are missing are made."""
    named = [(pk, source.topic_id, _keys(tags)) for pk, source, tags in articles]
    ids = _topics({key: name for _, _, keys in named for key, name in keys.items()})
    rows = (
        (pk, topic)
        for pk, own, keys in named
        for topic in _first(([own] if own else []), (ids[key] for key in keys if key in ids))
    )
    bulk.insert(Article.topics.through, ("article_id", "topic_id"), rows)


def _first(own: list[int], others: Iterable[int]) -> list[int]:
    return list(dict.fromkeys([*own, *others]))[:MOST]


def _keys(tags: list[str]) -> dict[str, str]:
    """Key and name of each tag's topic: the catalogue's where it knows the tag."""
    found: dict[str, str] = {}
    for name in tags:
        if key := _key(name):
            found.setdefault(key, name)
    return found


@lru_cache(maxsize=4096)
def _key(tag: str) -> str:
    """The key of a tag's topic; feeds give the same tags again and again."""
    return catalogue.topic_for_tag(tag) or fold(tag).strip()[:80]


def _topics(names: dict[str, str]) -> dict[str, int]:
    """Ids of these topics by key."""
    ids = dict(bulk.select(Topic, ("key", "id"), "key", names))
    missing = [key for key in names if key not in ids]
    if not missing:
        return ids
    Topic.objects.bulk_create(
        (Topic(key=key, name=names[key][:80], is_catalogue=catalogue.topic(key) is not None) for key in missing),
        ignore_conflicts=True,
    )
    return ids | dict(bulk.select(Topic, ("key", "id"), "key", missing))
