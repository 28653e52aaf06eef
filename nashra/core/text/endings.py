"""What light stemmers share: one ending is taken off, if enough of the word is left."""

Endings = tuple[tuple[str, int], ...]
"""Endings with the fewest letters that must remain, in the order in which they are tried."""


def without_ending(word: str, endings: Endings) -> str:
    """The word without the first of these endings that it has."""
    for ending, least in endings:
        if word.endswith(ending) and len(word) - len(ending) >= least:
            return word[: -len(ending)]
    return word
