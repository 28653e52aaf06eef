"""Plain text from HTML, and what is counted on it. One linear pass: depth and size cost nothing extra."""

import html as html_library
import re

from .tokens import RAW, USUAL_NAMES, names, tokens, usual_parts

_PARAGRAPH = names(
    "p h1 h2 h3 h4 h5 h6 blockquote ul ol dl pre figure figcaption table caption div section article main header "
    "footer aside nav address details hr form fieldset"
)
_LINE = frozenset({"br", "li", "dt", "dd", "tr", "summary", "option"})
_BREAKS = dict.fromkeys(_PARAGRAPH, "\n\n") | dict.fromkeys(_LINE, "\n") | {"td": " ", "th": " "}
_MARKUP = re.compile(r"<[a-zA-Z/!?]|&(?:#\d|#[xX][0-9a-fA-F]|[a-zA-Z]\w*;)")
_UNSEEN = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_HIDDEN = RAW | frozenset({"template", "svg", "math", "object", "video", "audio", "canvas", "select", "button"})
_SPACES = re.compile("[\x0b\x0c\x1c-\x1f\x85]")  # controls that part words all the same
_TAG_BREAKS = _BREAKS | {f"/{name}": break_ for name, break_ in _BREAKS.items()}
_UNUSUAL = frozenset(slash + name for name in _HIDDEN | {"plaintext"} for slash in ("", "/"))
_WORDS_A_MINUTE = {"ar": 180, "fa": 180, "ur": 180, "he": 190}


def to_text(html: str) -> str:
    """The text of ``html``: paragraphs apart by an empty line, lines of lists and tables by a line end.

    Within a line words are apart by one space; there are no other spaces.
    """
    return _usual_text(html) or _any_text(html)


def _usual_text(html: str) -> str:
    """The text of HTML without controls and odd spaces, whose tags are all in the usual form; of other HTML nothing."""
    line = html.replace("\n", " ")
    parts = USUAL_NAMES.split(line)
    tags = parts[1::2]
    if line.count("<") != len(tags) or not line.isprintable() or not _UNUSUAL.isdisjoint(tags):
        return ""
    if tags and not "".join(tags).islower():
        return ""
    parts[1::2] = [_TAG_BREAKS.get(tag, "") for tag in tags]
    text = "".join(parts)
    if "&" not in text:
        return _blocks(text)
    text = _unescaped(text)
    return _blocks(text) if text.replace("\n", "").isprintable() else _lines(text)


def text_of(pieces: list[str]) -> str:
    """``to_text`` of clean HTML in pieces: tags, and texts without odd spaces and without references but ``&amp;``."""
    text = "".join([piece if piece[:1] != "<" else _BREAK_OF[piece] for piece in pieces])
    text = text.replace("\n", " ").replace("\r", "\n")
    return _blocks(text.replace("&amp;", "&"))


class _Breaks(dict[str, str]):
    """What a tag means for the text, by the tag; for tags with attributes, by their names."""

    def __missing__(self, tag: str) -> str:
        return self.get(tag.partition(" ")[0] + ">", "")


_BREAK_OF = _Breaks({f"<{tag}>": break_.replace("\n", "\r") for tag, break_ in _TAG_BREAKS.items()})


def _any_text(html: str) -> str:
    html = _SPACES.sub(" ", html)
    parts = usual_parts(html.replace("\r", " ").replace("\n", " "), dropped=_HIDDEN)
    return _lines(_unescaped(_joined(html) if parts is None else _joined_usual(parts)))


def _unescaped(text: str) -> str:
    return _UNSEEN.sub("", html_library.unescape(text)).replace("\xa0", " ")


def _lines(text: str) -> str:
    """``text`` with one space between words and at most one empty line between lines."""
    text = "\n".join([" ".join(line.split()) for line in text.split("\n")])
    return (re.sub(r"\n{3,}", "\n\n", text) if "\n\n\n" in text else text).strip()


def _blocks(text: str) -> str:
    """The same, faster, for text that has no spaces but plain ones and line ends."""
    while "  " in text:
        text = text.replace("  ", " ")
    blocks = list(filter(None, map(str.strip, text.split("\n\n"))))
    joined = "\n\n".join(blocks)
    if joined.count("\n") != 2 * len(blocks) - 2:  # there are line ends within blocks, perhaps with spaces about them
        text = text.replace(" \n", "\n").replace("\n ", "\n")
        joined = "\n\n".join(filter(None, map(str.strip, text.split("\n\n"))))
    return joined


def _joined(html: str) -> str:
    """The texts with the breaks that their tags make."""
    return "".join(
        raw.replace("\r", " ").replace("\n", " ") if kind == "text" else _BREAKS.get(name, "")
        for kind, raw, name, _ in tokens(html, dropped=_HIDDEN)
    )


def _joined_usual(parts: list[str]) -> str:
    out = parts[::2]  # each text, without line ends, then the name of the tag behind it
    out[1::2] = [_BREAKS.get(name.lower(), "") for name in out[1::2]]
    return "".join(out)


def excerpt(html_or_text: str, limit: int) -> str:
    """At most ``limit`` characters of plain text on one line, cut between words and then ended by an ellipsis."""
    if _MARKUP.search(html_or_text):
        return shorten(to_text(html_or_text[: 40 * limit + 4000]), limit)
    return shorten(_UNSEEN.sub("", html_or_text), limit)


def shorten(text: str, limit: int) -> str:
    """The same for what is known to be plain text without controls, such as ``to_text`` gives."""
    text = " ".join(text.split())
    if len(text) <= limit:
        return text
    head = text[: max(limit - 1, 0)]
    at_word = head.rsplit(" ", 1)[0] if " " in head[limit // 2 :] else head
    return at_word.rstrip(" ،,;؛:.-–—") + "…"


def paragraphs_of(text: str) -> str:
    """Plain text as HTML: escaped, one ``p`` for each paragraph, ``br`` for line ends."""
    blocks = [block.strip() for block in re.split(r"\n\s*\n", text)]
    escaped = [html_library.escape(block, quote=False).replace("\n", "<br>") for block in blocks if block]
    return "".join(f"<p>{block}</p>" for block in escaped)


def reading_minutes(text: str, language: str) -> int:
    """Whole minutes that reading ``text`` takes, at least 1: 180 words a minute in Arabic script, 220 elsewhere."""
    return minutes_for(len(text.split()), language)


def minutes_for(words: int, language: str) -> int:
    """The same for a number of words."""
    return max(1, round(words / _WORDS_A_MINUTE.get(language.split("-")[0].lower(), 220)))


def count_words(text: str) -> int:
    """The words of text as ``to_text`` gives it, in which one space or an empty line stands between two of them."""
    return text.count(" ") + text.count("\n") - text.count("\n\n") + 1 if text else 0
