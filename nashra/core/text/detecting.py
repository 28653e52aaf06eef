"""The language of a text: what its source says if the script agrees, else the script, else letters and statistics."""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from .languages import primary
from .scripts import PATTERNS, written_in

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

_READ = 1000
_OTHERS = re.compile(
    "[" + "".join(one.pattern[1:-1] for name, one in PATTERNS.items() if name not in ("Arabic", "Latin")) + "]"
)
_RUNS = {name: re.compile(one.pattern + "+") for name, one in PATTERNS.items()}
_FOREIGN = re.compile("[پچژگکیٹڈڑےںہھټډړښګڼېۍڕڵۆێە]")
_OWN_LETTERS = (  # letters that one language of the Arabic script uses and the others of the list do not
    ("ps", re.compile("[ټځڅډړږښګڼېۍ]")),
    ("ckb", re.compile("[ڕڵۆێ]|ە")),
    ("ur", re.compile("[ٹڈڑے]|ھ|ہ|ں")),
    ("fa", re.compile("[پچژگکی]")),
)


def detect(text: str, *, declared: str | None, candidates: Sequence[str]) -> str:
    """The language of ``text`` as a primary tag (``ar``).

    ``declared`` (any BCP 47 tag) holds if the text is written in its script, and for text without letters. Otherwise
    one of ``candidates`` is chosen; the declared one or the first stands in when nothing can be said.
    """
    stated, script = primary(declared), _script(text[:_READ])
    if stated and (not script or script in written_in(stated)) and not _contradicted(stated, text[:_READ], script):
        return stated
    known = [code for code in dict.fromkeys(map(primary, candidates)) if code]
    fitting = [code for code in known if not script or script in written_in(code)]
    if not fitting:
        return _of_script(script) or stated or (known[0] if known else "und")
    if len(fitting) == 1 or not script:
        return fitting[0]
    return _by_letters(text[:_READ], script, fitting) or _by_statistics(text, fitting)


def _script(text: str) -> str:
    arabic = 0 if text.isascii() else _count("Arabic", text)
    if arabic * 2 > len(text):
        return "Arabic"
    others = not text.isascii() and _OTHERS.search(text)
    if not arabic and not others:
        return "Latin" if PATTERNS["Latin"].search(text) else ""
    looked_for = PATTERNS if others else ("Arabic", "Latin")
    counts = {name: _count(name, text) for name in looked_for}
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


def _contradicted(stated: str, text: str, script: str) -> bool:
    """Whether text said to be Arabic is full of letters that Arabic does not have."""
    if stated != "ar" or script != "Arabic":
        return False
    foreign = len(_FOREIGN.findall(text))
    return foreign > 0 and foreign * 12 > _count("Arabic", text)


def _by_letters(text: str, script: str, fitting: list[str]) -> str:
    if script != "Arabic":
        return ""
    for code, letters in _OWN_LETTERS:
        found = len(letters.findall(text))
        if code in fitting and found * (12 if code == "fa" else 40) > len(text):
            return code
    return "ar" if "ar" in fitting and not re.search("[پچژگکیٹڈڑےہھټډړښګڼې]", text) else ""


def _by_statistics(text: str, fitting: list[str]) -> str:
    for code, _ in _identifier().rank(text[:_READ]):
        if primary(code) in fitting:
            return primary(code)
    return fitting[0]


@lru_cache(maxsize=1)
def _identifier() -> "LanguageIdentifier":
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # 70 MB: loaded when it is first needed

    return LanguageIdentifier.from_model_file(MODEL_FILE)
