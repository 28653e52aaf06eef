"""Portuguese: Snowball, after the plurals in -ões and -ães, which it knows only by the accents that folding takes."""

from .snowball import snowball

_SNOWBALL = snowball("pt") or str


def stem(word: str) -> str:
    """The stem of a folded word: «eleições» is as «eleição»."""
    if word.endswith(("oes", "aes")) and len(word) > 5:
        word = word[:-3] + "ao"
    return _SNOWBALL(word)
