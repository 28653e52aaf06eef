"""The foot of a letter: why it came, how to change or stop it, who sends it, and that nobody is tracked."""

from __future__ import annotations

from collections.abc import Callable

from .. import bidi
from ..clean import one_line
from ..look import ACCENT, INK_3, RULE, Look, lines, link, plain_link
from ..look import text as shown
from ..model import Direction, Footer, Labels, NoteTexts

_SIGNATURE = "-- \n"


def html(footer: Footer, look: Look[Labels]) -> str:
    """The foot under a hairline."""
    small = look.ui("14px", 400, "1.8")
    links = " ".join(_link(url, word, look) for url, word in _links(footer, look))
    parts = [look.block("p", f"margin:0;{small}color:{INK_3};", shown(footer.why_line), classes="ink3")]
    if links:
        parts.append(look.block("p", f"margin:4px 0;{small}", links, classes="ink3"))
    parts.append(look.block("p", f"margin:0;{small}color:{INK_3};", _sender(footer, look, bidi.span), classes="ink3"))
    inner = "\n" + "\n".join(parts) + "\n"
    return frame(inner, look)


def text(footer: Footer, look: Look[Labels]) -> str:
    """The same behind a signature mark."""
    ways = (f"{one_line(word)}: {plain_link(url)}" for url, word in _links(footer, look))
    return _SIGNATURE + lines(one_line(footer.why_line), *ways, _sender(footer, look, bidi.isolate))


def frame(inner: str, look: Look[Labels] | Look[NoteTexts]) -> str:
    """The hairline and the space around a foot."""
    ruled = look.block("div", f"border-top:1px solid {RULE};padding-top:16px;", inner, classes="rule")
    return look.block("div", "padding:34px 32px 36px;", ruled, classes="pad")


def _sender(footer: Footer, look: Look[Labels], render: Callable[[str, Direction], str]) -> str:
    """Name, postal address, and the promise about tracking."""
    comma = render(one_line(look.words.comma), look.direction)
    who = [render(part, look.direction) for part in map(one_line, (footer.sender_name, footer.sender_address)) if part]
    promise = render(one_line(look.words.no_tracking), look.direction)
    return f"{f'{comma} '.join(who)}. {promise}" if who else promise


def _links(footer: Footer, look: Look[Labels]) -> list[tuple[str, str]]:
    ways = [
        (footer.change_url, look.words.change),
        (footer.stop_url, look.words.stop),
        (footer.view_url, look.words.view),
    ]
    return [(url, word) for url, word in ways if plain_link(url)]


def _link(url: str, word: str, look: Look[Labels]) -> str:
    """A link of 44 pixels with space after it (a dot between links would dangle where the line wraps)."""
    after = "left" if look.edge == "right" else "right"
    style = f"display:inline-block;line-height:44px;padding-{after}:20px;color:{ACCENT};text-decoration:underline;"
    return link(url, shown(word), style, classes="acc")
