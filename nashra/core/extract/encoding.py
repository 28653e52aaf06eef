"""Bytes of a page to text: what the bytes prove, then what the page says, then what its letters suggest."""

import codecs
import re

_DECLARED = re.compile(rb"""<(?:meta|\?xml)[^>]*?(?:charset|encoding)\s*=\s*["']?\s*([a-zA-Z0-9_\-:.]{2,40})""", re.I)
_ARABIC = re.compile("[\u0621-\u064a]")
_ODD = re.compile("[\u0080-\u009f\u0152\u0153\u0160\u0161\u0178\u0192\u067e\u0679\u0688\u0691\u06ba\u06be]")
_LABELS = {"iso-8859-1": "cp1252", "latin1": "cp1252", "us-ascii": "cp1252", "ascii": "cp1252", "iso-8859-9": "cp1254",
           "gb2312": "gb18030", "gbk": "gb18030", "ks_c_5601-1987": "cp949", "euc-kr": "cp949", "x-sjis": "cp932",
           "shift_jis": "cp932", "windows-1256": "cp1256"}  # fmt: skip


def decode(body: bytes) -> str:
    """``body`` as text. UTF-8 if it is valid or nearly; else the declared encoding; else windows-1256 or -1252."""
    for mark, name in ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16")):
        if body.startswith(mark):
            return body.decode(name, "replace").lstrip("\ufeff")
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        return _nearly_utf8(body) or _declared(body) or _guessed(body)


def _nearly_utf8(body: bytes) -> str | None:
    """UTF-8 with a cut or a few wrong bytes: far more sound sequences than broken ones."""
    text = body.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    sound = sum(1 for letter in text if letter > "\x7f") - broken
    return text if broken * 10 < sound else None


def _declared(body: bytes) -> str | None:
    match = _DECLARED.search(body[:4096])
    if not match:
        return None
    label = match[1].decode("ascii").lower()
    try:
        name = codecs.lookup(_LABELS.get(label, label)).name
    except LookupError:
        return None
    if name in ("utf-8", "utf-16", "utf-32", "utf-7") or not name.isascii():
        return None
    try:
        text = body.decode(name, "replace")
    except (LookupError, UnicodeError, TypeError, AssertionError):  # codecs that are not for text
        return None
    return text if isinstance(text, str) and _plausible(name, text, body) else None


def _plausible(name: str, text: str, body: bytes) -> bool:
    """A western label on Arabic bytes is a common lie."""
    return name != "cp1252" or not _looks_arabic(body)


def _guessed(body: bytes) -> str:
    return body.decode("cp1256" if _looks_arabic(body) else "cp1252", "replace")


def _looks_arabic(body: bytes) -> bool:
    """Whether the bytes above ASCII, read as windows-1256, are nearly all Arabic letters in runs."""
    text = body.decode("cp1256", "replace")
    high = sum(1 for letter in text if letter > "\x7f")
    arabic = len(_ARABIC.findall(text))
    runs = len(re.findall("[\u0621-\u064a]{3,}", text))
    return high > 0 and arabic > high * 0.8 and runs * 12 > arabic and len(_ODD.findall(text)) * 20 < high
