"""Addresses of feeds and articles: as people type them, as two of them are compared, and whether one holds a secret."""

from __future__ import annotations

import ipaddress
import re
from itertools import pairwise
from urllib.parse import SplitResult, parse_qsl, quote, unquote, urlencode, urlsplit, urlunsplit

_INVISIBLE = re.compile("[\x00-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")
_SCHEME = re.compile(r"([a-zA-Z][a-zA-Z0-9+.\-]*):(?!\d+(?:[/?#]|$))")
_FEED_SCHEME = re.compile(r"(?:feed|itpc|pcast|rss):(?://)?", re.IGNORECASE)
_NO_USERS = ("mailto", "javascript", "data", "tel", "sms", "xmpp")
_LABEL = re.compile(r"(?!-)[a-z0-9_\-]{1,63}(?<!-)")
_PORTS = {"http": 80, "https": 443}
_SAFE_PATH = "/%:@!$&'()*+,;=~-._"
_PLAIN_STEP = re.compile(r"[A-Za-z0-9_.\-~:@!$&'()*+,;=]*")
# An address in which there is nothing to leave out but `www.` and slashes at the end.
_USUAL = re.compile(r"https?://(?:www\.)?([a-z0-9\-]+(?:\.[a-z0-9\-]+)*+)((?:/[A-Za-z0-9_.\-~]++)*+)/*+")
_TRACKING = re.compile(
    r"utm_\w+|(?:fb|g|dc|ms|tw|tt|y|ys|i|rb_|sc)clid|msclkid|dclid|[gw]braid|gad_(?:source|campaignid)|gclsrc|gcl_au|_g[al]|srsltid|mc_[ce]id|mkt_tok"
    r"|oly_\w+_id|_hs\w+|__hs\w+|hsctatracking|vero_(?:id|conv)|at_\w+|ns_\w+|igsh(?:id)?|_openstat|c(?:mp|amp)id|cmp|ito|i(?:nt)?cid|ncid"
    r"|ref_(?:src|url)|s_cid|traffic_source|feature|fb_\w+|pk_\w+|mtm_\w+|matomo_\w+|piwik_\w+|wt_?\w*mc\w*|spm|scm|xtor|xts|ocid|smid|smtyp"
    r"|li_fat_id|epik|_ke|_branch_match_id|_bta_\w+|trk_\w+|guce_\w+|guccounter|soc_(?:src|trk)|share_\w+|__twitter_impression|amp"
    r"|amp_(?:js_v|gsa)|usqp|outputtype|mkcid|mkrid|toolid|cx_\w+|dicbo|dm_i|elqtrack\w*|ml_subscriber\w*|rss_id",
    re.IGNORECASE,
)
_WHENCE = re.compile(  # where a reader came from, or for what device: that makes no other article
    r"(?:ref|source|src|from|via|medium|partner|output|view)=(?:rss|rss20?|rssfeed|feeds?|feedly|atom|newsletters?|e?mail|social|twitter"
    r"|facebook|telegram|whatsapp|linkedin|amp|mobile)|(?:m|mobile)=(?:0|1|true|false)",
    re.IGNORECASE,
)
_MOBILE = re.compile(r"^(?:m|mobile|amp)\.(?=[^.]+\.[^.])|(?<=\w\.)m\.(?=\w)")
_SEVERAL_PAGES = re.compile(r"[/.](?:(?:m|mobile)\.|amp(?:[/.]|$))|ampproject")
_AMP_STEP = re.compile(r"/amp(?=/.)|/amp(?:\.html?)?/?$|\.amp(?=(?:\.html?)?$)", re.IGNORECASE)
_AMP_CACHE = re.compile(r"/(?:amp|[civ])/(?:s/)?([^/]+\.[^/]+/.*)", re.IGNORECASE)
_CACHE_BUSTER = re.compile(r"(?:t|ts|_|time|timestamp|cb|rnd|rand|random|nocache|cachebuster)", re.IGNORECASE)
_SECRET_KEY = re.compile(
    r"(?:.*[_\-])?(?:token|key|apikey|auth|secret|pass(?:word|wd)?|pwd|sig|signature|hash|sid|session(?:id)?|jwt|credential|private)"
    r"|.*(?:token|secret|password|apikey|signature)",
    re.IGNORECASE,
)
_SECRET_STEP = re.compile(r"(?:.*[\-_])?(?:private|secret|token)(?:[\-_].*)?", re.IGNORECASE)
_UUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE)
_TURN = re.compile(r"(?<=[A-Za-z])(?=\d)|(?<=\d)(?=[A-Za-z])")
_BEND = re.compile(_TURN.pattern + "|(?<=[a-z])(?=[A-Z])")
_OF_A_PERSON = ("u", "user", "users")


class AddressError(ValueError):
    """What was typed is no address. `code`: "empty", "scheme", "host", "port" or "too-long"."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def normalise(text: str) -> str:
    """The http(s) address that a person means: `example.com` becomes `https://example.com/`.

    Spaces and invisible characters go, feed: schemes are undone, hosts become lower-case A-labels (IDNA), paths and
    queries are percent-encoded (RFC 3986), fragments dropped. A bare name such as `nas` needs its scheme.

    Raises AddressError.
    """
    typed = "".join(_INVISIBLE.sub("", text).split()) if len(text) <= 5_000 else text
    if not typed:
        raise AddressError("empty", "Nothing was typed.")
    if len(typed) > 2_000:
        raise AddressError("too-long", "The address is too long.")
    parts = _split(_with_scheme(typed))
    netloc = _user_info(parts) + _host(parts) + _port(parts)
    if not re.search(r"[.:]|^(?:.*@)?localhost", netloc) and not typed.lower().startswith("http"):
        raise AddressError("host", "The address has no domain, such as example.com.")
    path = quote(parts.path or "/", safe=_SAFE_PATH)
    return urlunsplit((parts.scheme.lower(), netloc, path, quote(parts.query, safe=_SAFE_PATH + "?"), ""))


def _with_scheme(typed: str) -> str:
    found = _FEED_SCHEME.match(typed)
    if found:
        typed = typed[found.end() :]
    scheme = _SCHEME.match(typed)
    if scheme and scheme[1].lower() in _PORTS:
        rest = typed[scheme.end() :].lstrip("/\\")
        return f"{scheme[1].lower()}://{rest}"
    if scheme and (scheme[1].lower() in _NO_USERS or "@" not in typed.partition("/")[0]):
        raise AddressError("scheme", f"Only http and https addresses can be read, not {scheme[1].lower()[:20]}.")
    return "https://" + typed.lstrip("/")


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        _ = parts.hostname
    except ValueError:
        raise AddressError("host", "The address has no valid host.") from None
    return parts


def _user_info(parts: SplitResult) -> str:
    user, at, _ = parts.netloc.rpartition("@")
    return quote(user, safe="%:!$&'()*+,;=~-._") + at


def _port(parts: SplitResult) -> str:
    try:
        port = parts.port
    except ValueError:
        raise AddressError("port", "The address has no valid port.") from None
    return f":{port}" if port and port != _PORTS[parts.scheme] else ""


def _host(parts: SplitResult) -> str:
    host = (parts.hostname or "").rstrip(".")
    if ":" in host:
        return f"[{_ipv6(host)}]"
    try:
        ascii_host = ".".join(_a_label(label) for label in re.split("[.\u3002\uff0e\uff61]", unquote(host)))
    except UnicodeError:
        raise AddressError("host", "The host's name cannot be written in a domain name.") from None
    if not all(_LABEL.fullmatch(label) for label in ascii_host.split(".")) or len(ascii_host) > 253:
        raise AddressError("host", "The address has no valid host.")
    return ascii_host


def _ipv6(host: str) -> str:
    try:
        return str(ipaddress.IPv6Address(host))
    except ValueError:
        raise AddressError("host", "The address has no valid host.") from None


def _a_label(label: str) -> str:
    return label.lower() if label.isascii() else label.encode("idna").decode("ascii").lower()


def comparable(url: str) -> str:
    """A key that is equal for addresses of the same article; not an address to open.

    Scheme, `www.`, default ports, user, fragment, trailing slash, tracking parameters, click ids and cache busters
    do not count; neither do the order of the query and the case of scheme and host, nor whether it is the page for
    telephones or its AMP version, at its site or in a cache.
    """
    if (usual := _USUAL.fullmatch(url)) and not _SEVERAL_PAGES.search(url):
        return f"//{usual[1]}{usual[2]}"
    try:
        parts = urlsplit(url.strip())
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        return url.strip()
    try:
        host = host.lower() if host.isascii() else ".".join(_a_label(label) for label in host.split("."))
    except UnicodeError:
        pass
    if "amp" in parts.path and (cached := _in_amp_cache(host, parts.path)):
        return comparable(f"//{cached}" + (f"?{parts.query}" if parts.query else ""))
    place = _same_host(host) + (f":{port}" if port and port != _PORTS.get(parts.scheme.lower()) else "")
    path = "/".join(map(_same_step, _without_amp(parts.path).split("/")))
    query = parts.query and urlencode(
        sorted(pair for pair in parse_qsl(parts.query, keep_blank_values=True) if _counts(*pair))
    )
    return f"//{place}{path.rstrip('/')}" + (f"?{query}" if query else "")


def _same_host(host: str) -> str:
    host = host.removeprefix("www.")
    return _MOBILE.sub("", host, count=1)


def _without_amp(path: str) -> str:
    """A path without the step that asks for the AMP version; a step that is the whole path stays."""
    return _AMP_STEP.sub("", path, count=1) or path if "amp" in path else path


def _in_amp_cache(host: str, path: str) -> str:
    """The address inside an address of an AMP cache, without its scheme; else empty."""
    if not host.endswith(".cdn.ampproject.org") and not re.fullmatch(r"(?:www\.)?google\.[a-z.]{2,6}", host):
        return ""
    found = _AMP_CACHE.match(path)
    return found[1] if found else ""


def _same_step(step: str) -> str:
    """A step of a path in one spelling, whether its letters were percent-encoded or not."""
    if _PLAIN_STEP.fullmatch(step):
        return step
    return quote(unquote(step, errors="surrogateescape"), safe=":@!$&'()*+,;=~", errors="surrogateescape")


def _counts(key: str, value: str) -> bool:
    if _TRACKING.fullmatch(key) or _WHENCE.fullmatch(f"{key}={value}"):
        return False
    return not (_CACHE_BUSTER.fullmatch(key) and value.isdecimal() and len(value) >= 10)


def has_secret(url: str) -> bool:
    """Whether an address lets in whoever knows it: a password, a key in the query, a random-looking step in the path.

    Errs on the side of yes: such a source is shown to its subscriber alone. A UUID is no secret by itself, for large
    publishers number their public sections with them; behind `/u/` it is a person's.
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    if "@" in parts.netloc:
        return True
    behind = parts.path.split(";")[1:]  # RFC 3986, 3.3: `/feed;token=…` is a path with a parameter
    pairs = parse_qsl("&".join([*parts.query.split(";"), *(part.partition("/")[0] for part in behind)]))
    if any(_SECRET_KEY.fullmatch(key) or _random(value, 32) for key, value in pairs):
        return True
    if {key for key, _ in pairs} >= {"feed", "user"}:  # a person's own list, and the key to it
        return True
    steps = [step.partition(".")[0].partition(";")[0] for step in unquote(parts.path).split("/")]
    return any(map(_is_secret_step, steps)) or any(
        before.lower() in _OF_A_PERSON and _personal(step) for before, step in pairwise(steps)
    )


def _is_secret_step(step: str) -> bool:
    return bool(_SECRET_STEP.fullmatch(step)) or (_random(step, 16) and not _UUID.fullmatch(step))


def _personal(step: str) -> bool:
    """Whether the step behind `/u/` is too long and too mixed for the name that somebody chose."""
    return len(step) >= 16 and (bool(_UUID.fullmatch(step)) or len(_BEND.findall(step)) >= 3)


def _random(text: str, shortest: int) -> bool:
    """Whether letters and digits alternate too often for words: tokens, hashes, base64."""
    if len(text) < shortest or not re.fullmatch(r"[A-Za-z0-9_\-=]+", text):
        return False
    longest = max(re.split(r"[\-_=]", text), key=len)
    return len(longest) >= shortest * 3 // 4 and len(_TURN.findall(longest)) >= 4
