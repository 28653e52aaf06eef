"""The language of a text: what its source says if the script agrees, else the script, else letters and statistics."""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from .alphabets import folded_words
from .languages import for_language, primary
from .scripts import PATTERNS, written_in
from .telling import FOREIGN, TOLD_APART, scores

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

LANGUAGES = ("ar", "en", "fr", "fa", "ur", "ps", "ckb", "he", "tr", "es", "de", "it", "pt", "nl", "ru", "uk", "el",
             "zh", "ja", "ko", "hi", "bn", "ta", "th", "hy", "ka", "am")  # fmt: skip
"""What an undeclared text is taken for, if nothing else is asked: few of each script, so that titles are told apart."""

_READ = 1000
_OTHERS = re.compile(
    "[" + "".join(one.pattern[1:-1] for name, one in PATTERNS.items() if name not in ("Arabic", "Latin")) + "]"
)
_RUNS = {name: re.compile(one.pattern + "+") for name, one in PATTERNS.items()}
_LOOKED_AT, _ENOUGH = 400, 12  # characters and words of a text whose source names a language in Latin letters
_CLEAR = 2.0  # so much more must speak for one language than for the next, see ``telling.scores``
_FALSE = 6.0  # and so much, and three times as much, to say that a source names its language wrongly


def detect(text: str, *, declared: str | None, candidates: Sequence[str]) -> str:
    """The language of ``text`` as a primary tag (``ar``).

    ``declared`` (any BCP 47 tag) holds if the text is written in its script, and for text without letters. Otherwise
    one of ``candidates`` is chosen; the declared one or the first stands in when nothing can be said.
    """
    stated, script = primary(declared), _script(text[:_READ])
    known = _primaries(tuple(candidates))
    if (
        stated
        and (not script or script in written_in(stated))
        and not _contradicted(stated, text[:_READ], script, known)
    ):
        return stated
    fitting = [code for code in known if not script or script in written_in(code)]
    if not fitting:
        return _of_script(script) or stated or (known[0] if known else "und")
    if len(fitting) == 1 or not script:
        return fitting[0]
    return _by_letters(text[:_READ], script, fitting) or _by_statistics(text, fitting)


@lru_cache(maxsize=64)
def _primaries(candidates: tuple[str, ...]) -> tuple[str, ...]:
    """The languages of these tags, each once."""
    return tuple(code for code in dict.fromkeys(map(primary, candidates)) if code)


def _script(text: str) -> str:
    arabic = 0 if text.isascii() else _count("Arabic", text)
    if arabic * 2 > len(text):
        return "Arabic"
    others = not text.isascii() and _OTHERS.search(text)
    if not arabic and not others:
        return "Latin" if PATTERNS["Latin"].search(text) else ""
    looked_for = PATTERNS if others else ("Arabic", "Latin")
    counts = {name: _count(name, text) for name in looked_for}
    if counts.get("Kana", 0) * 10 > counts.get("Han", 0):  # Japanese, however many Chinese letters it has
        counts["Kana"] += counts.pop("Han", 0)
    best = max(counts, key=lambda name: counts[name])
    if best == "Latin":  # names and brands are Latin everywhere: a third of another script is enough
        other = max((name for name in counts if name != "Latin"), key=lambda name: counts[name])
        best = other if counts[other] * 2 >= counts["Latin"] and counts[other] else best
    return best if counts[best] else ""


def _count(script: str, text: str) -> int:
    return len(text) - len(_RUNS[script].sub("", text))


def _of_script(script: str) -> str:
    return {"Arabic": "ar", "Hebrew": "he", "Greek": "el", "Hangul": "ko", "Kana": "ja", "Han": "zh", "Cyrillic": "ru",
            "Thai": "th", "Armenian": "hy", "Georgian": "ka"}.get(script, "")  # fmt: skip


def _contradicted(stated: str, text: str, script: str, known: Sequence[str]) -> bool:
    """Whether a text is clearly of another language than its source says."""
    if script == "Latin":
        return _in_other_words(stated, text[:_LOOKED_AT], known)
    if script != "Arabic" or stated not in TOLD_APART or (stated == "ar" and not FOREIGN.search(text)):
        return False
    found = scores(text, {stated, *(code for code in known if code in TOLD_APART)})
    most = max(found.values())
    return most >= found[stated] + _FALSE and most > found[stated] * 3


def _in_other_words(stated: str, text: str, known: Sequence[str]) -> bool:
    """Whether a text is full of the function words of another of these languages: many feeds say English of all."""
    words, own = folded_words(text), for_language(stated).stops
    if len(words) < _ENOUGH or not own or (said := sum(word in own for word in words)) * 8 >= len(words):
        return False
    others = [for_language(code).stops for code in known if "Latin" in written_in(code)]
    most = max((sum(word in stops for word in words) for stops in others), default=0)
    return most * 4 >= len(words) and most > said * 3


def _by_letters(text: str, script: str, fitting: list[str]) -> str:
    if script != "Arabic":
        return ""
    found = scores(text, fitting)
    first, second = sorted(found.values(), reverse=True)[:2]
    return max(found, key=lambda code: found[code]) if first >= second + _CLEAR else ""


def _by_statistics(text: str, fitting: list[str]) -> str:
    for code, _ in _identifier().rank(text[:_READ]):
        if primary(code) in fitting:
            return primary(code)
    return fitting[0]


@lru_cache(maxsize=1)
def _identifier() -> "LanguageIdentifier":
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # 70 MB: loaded when it is first needed

    return LanguageIdentifier.from_model_file(MODEL_FILE)
