"""The Snowball stemmers (PyStemmer), given folded words: accents are gone, which most of them bear."""

from collections.abc import Callable
from threading import Lock

import Stemmer

from .folding import fold

ALGORITHMS = {
    "ca": "catalan", "cs": "czech", "da": "danish", "de": "german", "el": "greek", "en": "english", "eo": "esperanto",
    "es": "spanish", "et": "estonian", "eu": "basque", "fi": "finnish", "fr": "french", "ga": "irish", "hi": "hindi",
    "hu": "hungarian", "hy": "armenian", "id": "indonesian", "it": "italian", "lt": "lithuanian", "nb": "norwegian",
    "ne": "nepali", "nl": "dutch", "nn": "norwegian", "no": "norwegian", "pl": "polish", "pt": "portuguese",
    "ro": "romanian", "ru": "russian", "sr": "serbian", "st": "sesotho", "sv": "swedish", "ta": "tamil",
}  # fmt: skip
"""By primary tag. Those of Arabic, Persian and Turkish serve worse than our own; Yiddish's wants its points."""


def snowball(code: str) -> Callable[[str], str] | None:
    """The stemmer of a language; None if Snowball has none, or this release of it."""
    algorithm = ALGORITHMS.get(code)
    if algorithm not in Stemmer.algorithms():
        return None
    stemmer, lock = Stemmer.Stemmer(algorithm, 0), Lock()  # without a cache of its own; one thread at a time

    def stem(word: str) -> str:
        with lock:
            found: str = stemmer.stemWord(word)
        return found if found.isascii() else fold(found)

    return stem
