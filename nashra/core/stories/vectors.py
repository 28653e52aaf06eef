"""Articles as sparse vectors of word stems."""

import itertools
from collections import Counter
from collections.abc import Hashable, Iterable, Sequence

from nashra.core.text import Analyser
from nashra.core.text.words import WORD

Pair = tuple[Hashable, Hashable]
TITLE_WEIGHT = 3
FIRST_WORDS = 200
"""Terms of the text that count: news says first what it is about."""


def counts(title: Iterable[str], text: str | list[str], analyser: Analyser) -> dict[str, int]:
    """How often each stem of an article counts: the title's TITLE_WEIGHT times, the first ones of its text once. The
    text may be given as its words.
    """
    words = WORD.findall(text[: FIRST_WORDS * 12]) if isinstance(text, str) else text
    found = Counter(analyser.stems_of(words, FIRST_WORDS))
    for stem in title:
        found[stem] = found.get(stem, 0) + TITLE_WEIGHT
    return found


def near_duplicate(a_terms: Sequence[Hashable], b_terms: Sequence[Hashable]) -> float:
    """How much two texts are the same words in the same order, 0 to 1: Jaccard of their pairs of neighbouring terms."""
    return alike(pairs(a_terms), pairs(b_terms))


def alike(a: set[Pair], b: set[Pair]) -> float:
    """The share of all pairs that both have."""
    if not a or not b:
        return 0.0
    both = len(a & b)
    return both / (len(a) + len(b) - both)


def pairs(terms: Sequence[Hashable]) -> set[Pair]:
    """Pairs of neighbouring terms; of a single term itself."""
    return set(itertools.pairwise(terms)) or {(term, None) for term in terms}
