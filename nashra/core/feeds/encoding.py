"""Bytes to text: UTF-8 is tried before any label, and Arabic in windows-1256 is recognised by what it reads like.

Labels lie more often than bytes: servers and templates declare one encoding and send another. Valid UTF-8 that is not
plain ASCII is next to never anything else, so it wins over every label.
"""

from __future__ import annotations

import codecs
import re

_BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_DECLARED = re.compile(rb"""<\?xml[^>]{0,200}?\sencoding\s*=\s*["']\s*([A-Za-z0-9_.:\-]{1,40})""")
_CHARSET = re.compile(r"""charset\s*=\s*["']?\s*([A-Za-z0-9_.:\-]{1,40})""", re.IGNORECASE)
_WORLDLY = re.compile(
    r"(iso-?8859-?\d+|cp\d{3,4}|windows-?\d+|koi8-?[rut]|gb\w+|big5\w*|euc\w+|shift\w*|iso2022\w+|mac\w+|tis-?620|hz|hproman8|johab|kz1048|ptcp154)"
)
_NO_HYPHENS = str.maketrans("", "", "_-")
_EBCDIC = "<?xm".encode("cp037")
_RUN = re.compile(rb"[\x80-\xff]+")
_ARABIC_CODECS = ("cp1256", "iso8859-6")
_AL = re.compile("[وفبك]?ال[ء-ي]|[و]?لل[ء-ي]")
_LITTLE_WORDS = frozenset(re.findall(r"\w+", """
    في من على إلى الى عن مع أن ان إن هذا هذه بعد قبل بين كل لا ما لم ولا وفي ومن أو او قد كان كانت غير عام يوم خبر أول
    به در که از را این آن است با برای تا یک هم می ها
"""))  # fmt: skip
_SAMPLE = 200_000


def decode(body: bytes, content_type: str | None = None) -> tuple[str, bool]:
    """The text of `body` and whether letters were lost. `content_type` is the HTTP header's value. Never raises."""
    for mark, name in _BOMS:
        if body.startswith(mark):
            return _lenient(body[len(mark) :], name)
    body = body.removeprefix(codecs.BOM_UTF8)  # some editors write it before anything
    if wide := _wide(body):
        return _lenient(body, wide)
    if (b"\x1b" in body or b"~" in body) and (escaped := _escaped(_labels(body, content_type))):
        return _lenient(body, escaped)
    if body.startswith(_EBCDIC):
        return _lenient(body, _ebcdic(body, content_type))
    try:
        return body.decode("utf-8"), False
    except UnicodeDecodeError as error:
        return _not_utf8(body, _labels(body, content_type), error)


def _escaped(labels: list[str]) -> str | None:
    """The label of an encoding that shifts by escape sequences and so is ASCII to the eye."""
    return next((name for name in labels if name.startswith("iso2022") or name == "hz"), None)


def _ebcdic(body: bytes, content_type: str | None) -> str:
    """Mainframes' own: all its pages write a declaration alike, and that names the page (XML 1.0, appendix F)."""
    named = _labels(body[:200].decode("cp037").encode("ascii", "replace"), content_type)
    return named[0] if named else "cp037"


def _not_utf8(body: bytes, labels: list[str], error: UnicodeDecodeError) -> tuple[str, bool]:
    if error.start >= len(body) - 3 and error.reason == "unexpected end of data":
        return body[: error.start].decode("utf-8"), True
    if _mostly_utf8(body):
        return body.decode("utf-8", "replace"), True
    if arabic := _arabic(body, labels):
        return body.decode(arabic, "replace"), False
    for name in labels:
        if name in _ARABIC_CODECS and _latin(body):
            continue
        try:
            return body.decode(name), False
        except UnicodeDecodeError:
            continue
    return body.decode("cp1252", "replace"), False


def _lenient(body: bytes, name: str) -> tuple[str, bool]:
    try:
        return body.decode(name), False
    except UnicodeDecodeError:
        return body.decode(name, "replace"), True


def _wide(body: bytes) -> str | None:
    """UTF-16 without a mark shows as every other byte of the first tag being zero, UTF-32 as three of four."""
    head = body[:4]
    if head in (b"<\0\0\0", b"\0\0\0<"):
        return "utf-32-le" if head[:1] == b"<" else "utf-32-be"
    if head[:2] == b"<\0" and head[3:4] == b"\0":
        return "utf-16-le"
    if head[:1] == b"\0" and head[1:2] == b"<" and head[2:3] == b"\0":
        return "utf-16-be"
    return None


def _labels(body: bytes, content_type: str | None) -> list[str]:
    """The codecs that the document and the header name, in that order, without UTF-8 and what is no encoding."""
    found = _DECLARED.search(body[:1000])
    header = _CHARSET.search(content_type or "")
    names = [found[1].decode("ascii")] if found else []
    names += [header[1]] if header else []
    return list(dict.fromkeys(codec for name in names if (codec := _codec(name))))


def _codec(name: str) -> str | None:
    try:
        codec = codecs.lookup(name).name
    except (LookupError, ValueError):
        return None
    if codec in ("iso8859-1", "latin-1", "ascii"):
        return "cp1252"  # what browsers read under these names (WHATWG Encoding, "windows-1252" labels)
    return codec if _WORLDLY.match(codec.translate(_NO_HYPHENS)) else None


def _mostly_utf8(body: bytes) -> bool:
    """Whether it is UTF-8 with a few spoilt letters: nine of ten letters outside ASCII are whole."""
    text = body[:_SAMPLE].decode("utf-8", "replace")
    letters = sum(not char.isascii() for char in text)
    return text.count("\ufffd") * 10 <= letters


def _arabic(body: bytes, labels: list[str]) -> str | None:
    """The Arabic codec that the bytes read best in, or None when they do not read like Arabic in any."""
    runs = _RUN.findall(body[:_SAMPLE])
    total = sum(map(len, runs))
    grades = {name: _reads_arabic(runs, name) for name in _ARABIC_CODECS}
    best = max(grades, key=lambda name: grades[name])
    foreign = [name for name in labels if name not in (*_ARABIC_CODECS, "cp1252")]
    if foreign:  # a label of another script is believed unless the text is Arabic beyond doubt
        return best if grades[best] > 0.25 and total >= 40 else None
    if grades[best] >= 0.1:
        return next((name for name in labels if grades.get(name, 0) == grades[best]), best)
    return "cp1256" if _looks_arabic(runs, total) else None


def _reads_arabic(runs: list[bytes], codec: str) -> float:
    """The share of words that begin with the article or are one of the commonest little words."""
    words = [word for run in runs if len(run) > 1 for word in _words(run, codec)]
    known = sum(1 for word in words if word in _LITTLE_WORDS or _AL.match(word))
    return known / max(len(runs), 1)


def _words(run: bytes, codec: str) -> list[str]:
    return re.findall(r"[ء-يپچژگکی]{2,}", run.decode(codec, "replace"))


def _looks_arabic(runs: list[bytes], total: int) -> bool:
    """For very short texts: runs of several letters, nearly all Arabic, mostly the frequent ones."""
    letters = "".join(run.decode("cp1256") for run in runs if len(run) > 2)
    arabic = sum("ء" <= char <= "ي" for char in letters)
    frequent = sum(char in "اليمونرتبهةدعسف" for char in letters)
    return arabic >= 0.8 * total and frequent >= 0.6 * total


def _latin(body: bytes) -> bool:
    """Whether high bytes stand alone inside Latin words, as accents do in French or Spanish."""
    inside = len(re.findall(rb"[A-Za-z][\xc0-\xff]{1,2}[A-Za-z]", body[:_SAMPLE]))
    return inside * 2 > len(_RUN.findall(body[:_SAMPLE]))
