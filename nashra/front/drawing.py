"""Where followed names and authors were written of lately, asked of the search index: the newest articles are too many
for a rare name to stand among them.

The index knows stems, not what a form is of; what it finds is looked at again with the matcher.
"""

from collections.abc import Iterable, Sequence

from nashra.core.text import places, primary
from nashra.core.text.asking import And, Node, Or, Word
from nashra.core.text.words import WORD
from nashra.front.words import Named
from nashra.news.terms import ARTICLES

ASKED = 60  # names, the last followed first
EACH = 20  # newest articles of each
_WORDS, _WAYS = 8, 10


def named_lately(names: Sequence[Named], authors: Iterable[str], languages: Iterable[str]) -> list[int]:
    """Ids of articles that may be about one of these names or by one of these authors, `EACH` of each at most, in one
    question; none is asked where nothing is followed.
    """
    nodes = [node for name in reversed(names) if (node := _about(name, languages))]
    nodes += [node for author in authors if (node := _all_of(author, "author"))]
    if not nodes:
        return []
    found = ARTICLES.newest(nodes[:ASKED], languages=languages, most=EACH)
    return list({pk for ids in found for pk in ids})


def _about(name: Named, languages: Iterable[str]) -> Node | None:
    """A name as it is, by its other names, and for a place as these languages write it."""
    wanted = name.wanted
    said = [wanted.name, *(alias.rstrip("*") for alias in wanted.aliases)]
    place = places.place_of(wanted.name, wanted.language)
    said += [other for code in languages for other in places.names_of(place, primary(code))] if place else []
    ways = [node for one in dict.fromkeys(said) if (node := _all_of(one))][:_WAYS]
    return Or(tuple(ways)) if len(ways) > 1 else ways[0] if ways else None


def _all_of(text: str, place: str = "") -> Node | None:
    words = tuple(Word(word, place=place) for word in WORD.findall(text)[:_WORDS])  # type: ignore[arg-type]
    return And(words) if len(words) > 1 else words[0] if words else None
