"""The names in an article as lines of a profile, under the same keys as on the shelf."""

from datetime import datetime

from nashra.core.text import naming, places
from nashra.front.services.mentioned import meaning, shared_names
from nashra.front.words import finder
from nashra.news.models import Article


def names_in(article: Article, now: datetime) -> list[tuple[str, str]]:
    """Keys and labels of the names in an article's title and summary, the most mentioned first: places, and what an
    editor or several readers follow.
    """
    found = naming.places_in(article.title, article.summary, language=article.language)
    labels = {key: name_of(key, article.language) for key in found}
    shared = shared_names(now)
    keys = set(finder(shared).keys((article.title, article.summary), article.language)) if shared else set()
    for one in shared:
        if one.key in keys:
            key = meaning(one)
            found.setdefault(key, 1)
            labels[key] = one.wanted.name
    return [(key, labels[key]) for key in sorted(found, key=lambda one: (-found[one], one)) if labels[key]]


def name_of(key: str, language: str, otherwise: str = "") -> str:
    """What a place is called in this language, else in Arabic or English; `otherwise` for what is no place."""
    for code in dict.fromkeys((language, "ar", "en")):
        if known := places.names_of(key, code):
            return known[0]
    return otherwise
