"""The last word on what may leave the sanitiser: nh3, or a grammar so narrow that a glance shows what can pass it.

Whatever the first stage wrote goes through one of the two, so that a mistake there cannot become a hole.
"""

import re
from functools import lru_cache

import nh3

from .elements import BLOCK, DROPPED, INLINE, REL, SIMPLE, VOID

_ATTRIBUTES = {
    "*": {"dir", "lang", "title"},
    "a": {"href"},
    "img": {"src", "alt", "width", "height"},
    "time": {"datetime"},
    "del": {"datetime"},
    "ins": {"datetime"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
    "ol": {"start"},
}
_NH3 = nh3.Cleaner(
    tags=set(INLINE | BLOCK | VOID),
    clean_content_tags=set(DROPPED - {"xmp", "noembed", "noframes"}),
    attributes=_ATTRIBUTES,
    link_rel=REL,
    url_schemes={"http", "https", "mailto"},
)
# No element here changes how a browser reads on: after every tag it is back where text is text.
_ELEMENT = "|".join(sorted(SIMPLE - {"a"}, key=lambda name: (name != "p", name)))
_ADDRESS = r'https?://[^"<>\s]++'
_WORDS = r'"[^"<>]*+"'
_TEXT = r"[^<>\r\f]*+"
_NARROW = re.compile(
    rf"""(?!\ufeff){_TEXT}(?:<(?:
        /?(?:{_ELEMENT}) | /a | br | hr | wbr
      | a(?:\ title={_WORDS})?+\ href="{_ADDRESS}"\ rel="{REL.replace(" ", chr(92) + " ")}"
      | img\ src="{_ADDRESS}"\ alt={_WORDS}(?:\ title={_WORDS})?+(?:\ width="[0-9]++")?+(?:\ height="[0-9]++")?+
      | (?:{_ELEMENT})(?:\ dir="(?:rtl|ltr|auto)")?+(?:\ lang="[A-Za-z0-9\-]++")?+
      | abbr\ title={_WORDS} | ol\ start="[0-9]++" | (?:time|del|ins)\ datetime="[0-9A-Za-z:+.\- ]++"
    )>{_TEXT})*+""",
    re.VERBOSE,
)
_ORIGIN = re.compile(r'https?://[a-z0-9.\-]+(?::[0-9]{1,5})?(?=[/?#"]|\Z)')


def reparsed(html: str) -> str:
    """``html`` as nh3 leaves it: read as HTML5 and written again, allowed elements and attributes alone."""
    cleaned: str = _NH3.clean(html)
    return cleaned


def is_narrow(html: str) -> bool:
    """Whether ``html`` holds nothing but text and tags of harmless elements, written in one known form.

    Such a document is harmless however it is nested. It is what nh3 leaves alone if it is well-nested, its references
    are those of an HTML5 serializer, and its addresses are sound.
    """
    return _NARROW.fullmatch(html) is not None


def is_sound(address: str) -> bool:
    """Whether nh3 takes an http(s) address, or what begins with one, for sound; False for hosts that are not plain."""
    origin = _ORIGIN.match(address)
    return origin is not None and is_sound_origin(origin[0])


@lru_cache(maxsize=4096)
def is_sound_origin(origin: str) -> bool:
    """The same of its scheme, host and port: what follows them cannot make it unsound (WHATWG URL, 4.4)."""
    link = f'<a href="{origin}/" rel="{REL}">x</a>'
    return reparsed(link) == link
