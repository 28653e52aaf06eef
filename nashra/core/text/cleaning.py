"""What readers type: names, tags, searches, notes."""

import re
import unicodedata

LONGEST = 10_000
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\ufeff\ud800-\udfff\ufffe\uffff]")
_ISOLATES = re.compile("[\u2066-\u2069]")
_LINE_ENDS = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")


def clean(text: str, *, lines: bool = False, longest: int = LONGEST) -> str:
    """``text`` without controls and bidi overrides, spaces collapsed, NFC, at most ``longest`` characters.

    One line, unless ``lines``: then line ends stay, at most one empty line together.
    """
    text = text[: longest * 4]
    if not text.isprintable():
        text = _CONTROLS.sub("", _ISOLATES.sub("", _LINE_ENDS.sub("\n", text)))
    text = unicodedata.normalize("NFC", text)
    if not lines:
        return " ".join(text.split())[:longest].rstrip()
    text = "\n".join(" ".join(line.split()) for line in text.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", text).strip()[:longest].rstrip()
