"""The registry of languages: what each adds to folding."""

from collections.abc import Callable
from functools import cache, lru_cache
from importlib import import_module
from importlib.util import find_spec

from .data import words
from .folding import fold
from .scripts import script_of, written_in
from .snowball import snowball
from .words import Analyser

_STRANGERS = {"Arabic": "ar", "Latin": "en", "Hebrew": "he", "Cyrillic": "ru", "Greek": "el"}
"""By which language a word is stemmed that stands in a text of another script."""

RIGHT_TO_LEFT = frozenset({"ar", "arc", "azb", "ckb", "dv", "fa", "glk", "he", "khw", "ks", "lrc", "mzn", "nqo", "pnb",
                           "ps", "sd", "syr", "ug", "ur", "yi"})  # fmt: skip


@lru_cache(maxsize=256)
def primary(code: str | None) -> str:
    """The language of a tag such as ``ar-EG`` or ``en_us``: ``ar``, ``en``; old ``iw`` is ``he``; else empty."""
    tag = (code or "").strip().lower().replace("_", "-").split("-")[0]
    if not (2 <= len(tag) <= 3 and tag.isascii() and tag.isalpha()) or tag in ("und", "zxx", "mul", "mis"):
        return ""
    return {"iw": "he", "ji": "yi", "in": "id", "prs": "fa", "arb": "ar", "eng": "en"}.get(tag, tag)


def for_language(code: str) -> Analyser:
    """The analyser of a language tag; a language without rules of its own gets folding alone."""
    return _analyser(primary(code))


@lru_cache(maxsize=64)
def _analyser(code: str) -> Analyser:
    stops = {fold(word) for word in words(f"{code}_stop.txt")}
    return Analyser(code, _stemmer(code, "stem"), stops, words(f"{code}_common.txt"), _stemmer(code, "light"))


def _stemmer(code: str, kind: str) -> Callable[[str], str]:
    """Stems words of the language's scripts by its rules, and others as a language of theirs would."""
    own, scripts = _own(code, kind), written_in(code)

    def stem(word: str) -> str:
        script = script_of(word[0])
        if not script or script in scripts:
            return own(word)
        return _own(_STRANGERS.get(script, ""), kind)(word)

    return stem


@cache
def _own(code: str, kind: str) -> Callable[[str], str]:
    """What a language's module offers as ``kind``, else as ``stem``; else Snowball; else words stay as they are."""
    if not code or find_spec(f"{__package__}.{code}") is None:
        return snowball(code) or _same
    rules = import_module(f"{__package__}.{code}")
    found: Callable[[str], str] = getattr(rules, kind, rules.stem)
    return found


def _same(word: str) -> str:
    return word
