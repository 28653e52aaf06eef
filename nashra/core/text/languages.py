"""The registry of languages: what each adds to folding."""

from functools import lru_cache
from importlib.resources import files

from . import ar, en
from .data import lines
from .folding import fold
from .words import Analyser

_STEMMERS = {"ar": ar.stem, "en": en.stem}

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
    stops = {fold(word) for word in _listed(f"{code}_stop.txt")}
    return Analyser(code, _STEMMERS.get(code, lambda word: word), stops, _listed(f"{code}_common.txt"))


def _listed(name: str) -> list[str]:
    if not files("nashra.core.text.data").joinpath(name).is_file():
        return []
    return [word for line in lines(name) for word in line.split()]
