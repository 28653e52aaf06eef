"""Topics and their names."""

from nashra.news import catalogue
from nashra.news.models import Topic


def topic_name(topic: Topic, language: str) -> str:
    """A topic's name in a language: the catalogue's, else as the feed wrote it."""
    known = catalogue.topic(topic.key) if topic.is_catalogue else None
    return known.name(language) if known else topic.name


def catalogue_topic(key: str) -> Topic | None:
    """The row of a catalogue topic, made when it is missing; None for a key that the catalogue does not have."""
    known = catalogue.topic(key)
    if known is None:
        return None
    defaults = {"name": known.name_en, "is_catalogue": True}
    return Topic.objects.get_or_create(key=key, defaults=defaults)[0]
