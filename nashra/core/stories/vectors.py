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
    a, b = _pairs(a_terms), _pairs(b_terms)
    return len(a & b) / len(a | b) if a and b else 0.0


def _pairs(terms: Iterable[str]) -> set[tuple[str, str]]:
    listed = list(terms)
    return set(itertools.pairwise(listed)) or {(term, "") for term in listed}
