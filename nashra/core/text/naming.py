"""The names that an article speaks of: well-known places, and any others that are looked for."""

import re
from collections.abc import Callable, Hashable, Iterable, Sequence
from functools import lru_cache
from typing import Protocol, TypeVar

from .following import Follow, Matcher
from .languages import primary
from .places import keys, names_of
from .scripts import script_of

LETTERS = 10_000
"""Of a text, from its beginning: about 1,500 words. What an article is about, it names there."""
TITLE = 3
"""So many times counts a name in the title."""
_LAST_WORD = re.compile(r"\w+\Z")
_NOT_ARABIC = re.compile("[پچژگکیٹڈڑےںہۀېۍ]")  # letters of its script that Arabic itself does not write
_OPERATORS = frozenset({"or", "and", "not", "أو", "او", "و"})


class _Place(Protocol):
    """Something found in a text."""

    @property
    def start(self) -> int: ...

    @property
    def end(self) -> int: ...


P = TypeVar("P", bound=_Place)
K = TypeVar("K", bound=Hashable)


def beginning(text: str) -> str:
    """The first ``LETTERS`` of a text, no word cut."""
    return text if len(text) <= LETTERS else _LAST_WORD.sub("", text[:LETTERS])


def places_in(title: str, text: str, *, language: str) -> dict[str, int]:
    """The keys of the places (see ``places``) that an article in ``language`` names, and how often: see ``weighed``."""
    code = primary(language)
    matcher, place_keys = _places(code)
    return weighed(title, text, lambda part: matcher.match(part, language=code), lambda hit: place_keys[hit.follow])


def may_name_places(words: set[str], *, language: str) -> bool:
    """Whether `places_in` may find anything in a text of these words (see ``words.WORD``): it mostly does not."""
    code = primary(language)
    return _places(code)[0].may_name(words, language=code)


def weighed(title: str, text: str, named: Callable[[str], Sequence[P]], key: Callable[[P], K]) -> dict[K, int]:
    """How often each key is named in a title (counted ``TITLE`` times) and in the beginning of a text.

    ``named`` gives what is found in a text. A name that is only a part of a longer one («أفريقيا» in «جنوب أفريقيا») is
    not named.
    """
    found: dict[K, int] = {}
    for part, weight in ((title, TITLE), (beginning(text), 1)):
        for one in _longest(named(part)):
            found[key(one)] = found.get(key(one), 0) + weight
    return found


def search_for(names: Iterable[str]) -> str:
    """A search for whatever is written of one thing under any of these names, most of them in other languages.

    It finds what the matcher finds as far as searches can: a single word in its forms, several words as a phrase, the
    first of the names, if it is Arabic, also behind what is mostly glued to its first word.
    """
    said = dict.fromkeys(" ".join(name.replace('"', " ").split()) for name in names)
    ways = [_asked(phrase, first=number == 0) for number, phrase in enumerate(filter(None, said))]
    return " OR ".join(dict.fromkeys(way for some in ways for way in some))


def _asked(phrase: str, *, first: bool) -> list[str]:
    if phrase.isalpha() and phrase.casefold() not in _OPERATORS:
        return [phrase]
    return [f'"{way}"' for way in (_glued(phrase) if first else [phrase])]


def _glued(phrase: str) -> list[str]:
    if script_of(phrase) != "Arabic" or " " not in phrase or _NOT_ARABIC.search(phrase):
        return [phrase]
    behind_l = f"لل{phrase[2:]}" if phrase.startswith("ال") else f"ل{phrase}"
    return [phrase, f"و{phrase}", f"ب{phrase}", behind_l]


def _longest(found: Iterable[P]) -> list[P]:
    """Without what lies inside another that is longer."""
    kept: list[P] = []
    for one in sorted(found, key=lambda one: (one.start, -one.end)):
        if not kept or one.end > kept[-1].end or (one.start, one.end) == (kept[-1].start, kept[-1].end):
            kept.append(one)
    return kept


@lru_cache(maxsize=16)
def _places(language: str) -> tuple[Matcher, dict[Follow, str]]:
    named = {key: names[0] for key in keys() if (names := names_of(key, language))}
    follows = {Follow(name, kind="place", language=language): key for key, name in named.items()}
    return Matcher(follows), follows
