"""English: Snowball for search; for stories the plural s alone, as people see these words."""

from .snowball import snowball

_KEEP = frozenset({"news", "series", "species", "always", "perhaps", "this", "was", "has", "does", "lens", "us",
                   "texas", "paris", "christmas", "james", "thomas", "politics", "economics", "physics"})  # fmt: skip
_SNOWBALL = snowball("en") or str


def stem(word: str) -> str:
    """The stem of a folded word; a name that ends in s keeps it."""
    return word if word in _KEEP else _SNOWBALL(word)


def light(word: str) -> str:
    """A folded word without its plural ending."""
    if len(word) < 4 or not word.endswith("s") or word in _KEEP or not word.isascii():
        return word
    if word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("xes", "ches", "shes", "sses", "zzes")):
        return word[:-2]
    return word[:-1]
