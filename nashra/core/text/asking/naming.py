"""Whether a source is called so: by words of its name, or by its address."""

from collections.abc import Iterable
from urllib.parse import urlsplit

from nashra.core.text.rules import words_of


def called(typed: str, names: Iterable[str], hosts: Iterable[str]) -> bool:
    """Whether what was typed stands in one of the names as whole words in a row, the article apart; or is a host's
    name, the end of one, or one of its parts (``aljazeera`` in www.aljazeera.net). Hosts may be whole addresses.
    """
    wanted = [_bare(word) for word in words_of(typed)]
    if not wanted:
        return False
    for name in names:
        words = [_bare(word) for word in words_of(name)]
        if any(words[at : at + len(wanted)] == wanted for at in range(len(words) - len(wanted) + 1)):
            return True
    address = _host(typed)
    return any(_is_host(address, _host(host)) for host in hosts if host)


def _bare(word: str) -> str:
    return word[2:] if word.startswith("ال") and len(word) > 4 else word


def _host(address: str) -> str:
    text = address.strip().casefold()
    try:
        return ((urlsplit(text).hostname or "") if "//" in text else text.split("/")[0]).removeprefix("www.")
    except ValueError:
        return ""


def _is_host(typed: str, host: str) -> bool:
    if not typed or " " in typed or not host:
        return False
    if "." not in typed:
        return typed in host.split(".")[:-1]
    return typed == host or host.endswith("." + typed)
