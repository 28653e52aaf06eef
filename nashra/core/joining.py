"""Short ways for what happens with every link: `urljoin` and `html.unescape` in their most usual cases."""

import html
import re
from functools import lru_cache
from urllib.parse import urljoin

_SITE = re.compile(r"https?://[a-z0-9.\-]+(?::[0-9]{1,4})?/", re.ASCII | re.IGNORECASE)
_SAFE = r"\w\-~%!$&'()*+,=:@/"
# One slash, no step that begins with a dot, no parameters, nothing empty at the end: urljoin leaves all that as it is.
_ROOTED = re.compile(rf"/(?!/)(?:[{_SAFE}]|(?<!/)\.)*+(?:\?[{_SAFE}.;?]++)?+(?:#[{_SAFE}.;?]++)?+")
_ABSOLUTE = re.compile(r"https?://[a-z0-9.\-]+(?::[0-9]{1,4})?(?:[/?#][^\x00-\x20\x7f\"<>\\^`{|}]*+)?", re.ASCII | re.I)


def rooted(base: str, address: str) -> str:
    """What `urljoin(base, address)` gives for an address such as `/a/b?c`, when base is a plain http(s) address.

    Empty for any other form of either; then the long way is to be taken. The result needs no check and no quoting.
    """
    return site_of(base) + address if address[:1] == "/" and _ROOTED.fullmatch(address) and site_of(base) else ""


def is_plain(address: str) -> bool:
    """Whether an address is absolute http(s) with an ASCII host and holds nothing that is to be checked or quoted."""
    return _ABSOLUTE.fullmatch(address) is not None


def unescape(text: str) -> str:
    """`html.unescape`, faster when every reference is `&amp;`, as it is in most addresses."""
    found = text.count("&")
    if not found:
        return text
    return text.replace("&amp;", "&") if found == text.count("&amp;") else html.unescape(text)


@lru_cache(maxsize=1024)
def site_of(base: str) -> str:
    """The scheme and host of a plain http(s) address, "https://paper.example"; empty for any other."""
    try:
        joined = urljoin(base, "/")
    except ValueError:
        return ""
    return joined[:-1] if _SITE.fullmatch(joined) else ""
