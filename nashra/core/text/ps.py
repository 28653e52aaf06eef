"""Pashto: plurals and the endings of gender and case, as they are once folded (ې ۍ ی ي are one letter then)."""

from .endings import without_ending

_ENDINGS = (
    ("ونه", 3), ("ونو", 3), ("انو", 3), ("گاني", 3), ("گانو", 3), ("يان", 4), ("ان", 4), ("وو", 3), ("يو", 3),
    ("ه", 3), ("ي", 3), ("و", 3),
)  # fmt: skip


def stem(word: str) -> str:
    """The stem of a folded Pashto word."""
    if word.endswith(("ستان", "ستانه")):  # افغانستان
        return word.removesuffix("ه")
    return without_ending(word, _ENDINGS)
