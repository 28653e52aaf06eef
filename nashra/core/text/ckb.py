"""Central Kurdish: definite and plural endings, as they are once folded (ە is ه, ێ and ی are ي then)."""

from .endings import without_ending

_ENDINGS = (
    ("هكانيان", 3), ("هكانمان", 3), ("هكاني", 3), ("هكان", 3), ("كانيان", 3), ("كاني", 3), ("كان", 4), ("هكهي", 3),
    ("هكه", 3), ("كهي", 4), ("يهك", 3), ("يك", 4), ("اني", 4), ("ان", 4), ("ي", 3),
)  # fmt: skip


def stem(word: str) -> str:
    """The stem of a folded Kurdish word."""
    if word.endswith("ستان"):
        return word
    return without_ending(word, _ENDINGS)
