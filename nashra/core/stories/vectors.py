"""Articles as sparse vectors of word stems."""

import itertools
from collections import Counter
from collections.abc import Iterable, Sequence

from nashra.core.text import Analyser

TITLE_WEIGHT = 3
FIRST_WORDS = 200
"""Terms of the text that count: news says first what it is about."""


def counts(title: Iterable[str], text: str, analyser: Analyser) -> Counter[str]:
    """How often each stem of an article counts: the title's TITLE_WEIGHT times, the first ones of its text once."""
    found: Counter[str] = Counter()
    for stem in title:
        found[stem] += TITLE_WEIGHT
    if text:
        found.update(analyser.stems(text[: FIRST_WORDS * 12], FIRST_WORDS))
    return found


def near_duplicate(a_terms: Sequence[str], b_terms: Sequence[str]) -> float:
    """How much two texts are the same words in the same order, 0 to 1: Jaccard of their pairs of neighbouring stems."""
    return alike(pairs(a_terms), pairs(b_terms))


def alike(a: set[tuple[str, str]], b: set[tuple[str, str]]) -> float:
    """The share of all pairs that both have."""
    if not a or not b:
        return 0.0
    both = len(a & b)
    return both / (len(a) + len(b) - both)


def pairs(terms: Sequence[str]) -> set[tuple[str, str]]:
    """Pairs of neighbouring stems; of a single stem itself."""
    return set(itertools.pairwise(terms)) or {(term, "") for term in terms}
