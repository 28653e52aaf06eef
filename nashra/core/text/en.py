"""English: the plural s, nothing more. A search for «bank» finds «banks»."""

_KEEP = frozenset({"news", "series", "species", "always", "perhaps", "this", "was", "has", "does", "lens", "us",
                   "texas", "paris", "christmas", "james", "thomas", "politics", "economics", "physics"})  # fmt: skip


def stem(word: str) -> str:
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
