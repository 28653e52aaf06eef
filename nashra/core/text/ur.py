"""Urdu: plurals and the endings of gender and case: «لڑکا، لڑکے، لڑکی، لڑکیاں، لڑکوں» are one word."""

from .endings import without_ending

_ENDINGS = (
    ("يوں", 3), ("ياں", 3), ("يں", 3), ("وں", 2), ("ات", 4), ("ي", 3), ("ا", 3), ("ه", 3),
)  # fmt: skip


def stem(word: str) -> str:
    """The stem of a folded Urdu word (in folding, ہ and ھ become ه, ے and ی become ي)."""
    return without_ending(word, _ENDINGS)
