"""The starter catalogue: well-known feeds by language and topic, the topics' names, and the tags that mean a topic.

The data is ``catalogue.toml`` beside this file. Topic keys are stable: rows and settings keep them.
"""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from nashra.core.text import fold


@dataclass(frozen=True, slots=True)
class CatalogueEntry:
    """One feed that a new reader can choose; ``language`` is ISO 639-1, ``country`` ISO 3166-1 alpha-2."""

    title: str
    site: str
    feed: str
    language: str
    topic: str
    country: str


@dataclass(frozen=True, slots=True)
class Topic:
    """One topic with its name in each language of the catalogue."""

    key: str
    name_ar: str
    name_en: str
    name_fr: str

    def name(self, language: str) -> str:
        """The name in ``language``; English for a language that the catalogue does not have."""
        return {"ar": self.name_ar, "fr": self.name_fr}.get(language.split("-")[0].lower(), self.name_en)


@cache
def load() -> tuple[CatalogueEntry, ...]:
    """Every feed, Arabic ones first, in the order of the file."""
    return tuple(CatalogueEntry(**entry) for entry in _data()["feeds"])


@cache
def topics() -> tuple[Topic, ...]:
    """Every topic in the order in which a page lists them."""
    return tuple(
        Topic(key=topic["key"], name_ar=topic["ar"], name_en=topic["en"], name_fr=topic["fr"])
        for topic in _data()["topics"]
    )


@cache
def topic(key: str) -> Topic | None:
    """The topic with this key; None when there is none."""
    return next((topic for topic in topics() if topic.key == key), None)


def topic_for_tag(tag: str) -> str | None:
    """The key of the topic that a feed's tag means («كرة القدم», "#Climate_Change"); None when it means none of them.

    Spelling variants that ``fold`` knows, a leading ``#`` and underscores do not matter.
    """
    return _keys_by_word().get(_word(tag))


def aliases() -> dict[str, tuple[str, ...]]:
    """The words of every language that mean each topic, as written in the file."""
    return {row["topic"]: (*row["ar"], *row["en"], *row["fr"]) for row in _data()["aliases"]}


@cache
def _keys_by_word() -> MappingProxyType[str, str]:
    names = {_word(name): topic.key for topic in topics() for name in (topic.key, topic.name_ar, topic.name_en)}
    words = {_word(word): key for key, row in aliases().items() for word in row}
    return MappingProxyType(names | words)


def _word(tag: str) -> str:
    return " ".join(fold(tag.replace("_", " ").replace("#", " ")).split())


@cache
def _data() -> dict[str, Any]:
    return tomllib.loads((files(__package__) / "catalogue.toml").read_text("utf-8"))
