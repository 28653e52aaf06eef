"""Articles as sparse vectors of word stems."""

import itertools
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from nashra.core.text import Analyser

TITLE_WEIGHT = 3
FIRST_WORDS = 200
"""Terms of the text that count: news says first what it is about."""


def counts(title: str, text: str, analyser: Analyser) -> Counter[str]:
    """How often each stem of an article counts: the title's TITLE_WEIGHT times, the first words of its text once."""
    found: Counter[str] = Counter()
    for stem in analyser.stems(title):
        found[stem] += TITLE_WEIGHT
    if text:
        found.update(analyser.stems(text[: FIRST_WORDS * 12])[:FIRST_WORDS])
    return found


def unit(weights: Mapping[str, float]) -> dict[str, float]:
    """``weights`` scaled to length 1; empty stays empty."""
    length = math.sqrt(sum(weight * weight for weight in weights.values()))
    return {term: weight / length for term, weight in weights.items()} if length else {}


def near_duplicate(a_terms: Sequence[str], b_terms: Sequence[str]) -> float:
    """How much two texts are the same words in the same order, 0 to 1: Jaccard of their pairs of neighbouring stems."""
    a, b = _pairs(a_terms), _pairs(b_terms)
    return len(a & b) / len(a | b) if a and b else 0.0


def _pairs(terms: Iterable[str]) -> set[tuple[str, str]]:
    listed = list(terms)
    return set(itertools.pairwise(listed)) or {(term, "") for term in listed}
