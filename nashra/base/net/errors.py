"""Why something was not fetched: a code that is stored, and a sentence that a person understands."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

BLOCKED = "blocked-address"

_REFUSALS: dict[str, str | Promise] = {
    "malformed": _("This is not a complete web address."),
    "scheme": _("Only addresses that begin with http:// or https:// can be fetched."),
    "port": _("This address names a port on which no web pages are served."),
    # Translators: NASHRA_ALLOW_HOSTS is the name of a setting.
    "inside": _("This address leads into a private network. The owner can permit it with NASHRA_ALLOW_HOSTS."),
}
_SENTENCES: dict[str, str | Promise] = {
    BLOCKED: _("This address must not be fetched."),
    "dns": _("No server of this name was found."),
    "connect": _("The server cannot be reached."),
    "tls": _("The server could not prove that it is the right one, so nothing was fetched."),
    "timeout": _("The server took too long to answer."),
    "too-large": _("The answer is larger than the limit and was not read to the end."),
    "redirect-loop": _("The address redirects again and again and leads nowhere."),
    "bad-redirect": _("The address redirects, but does not say where to."),
    "downgrade": _("The address redirects from https to http. That is not safe, so it was not followed."),
    "encoding": _("The answer is packed in a way that cannot be opened."),
    "protocol": _("What the server sent is not a proper web answer."),
    "short-body": _("The answer broke off before its end."),
}
CODES = frozenset(_SENTENCES)


@dataclass(frozen=True, slots=True)
class Refusal:
    """An address that is not fetched. `code`: malformed, scheme, port or inside; `detail`: what it was about."""

    code: str
    detail: str = ""

    @property
    def message(self) -> str:
        """One sentence in the language that is active now."""
        return str(_REFUSALS[self.code])


class FetchError(Exception):
    """Nothing usable came. `code` is one of CODES, `reason` a Refusal's code, `message` English words for the log.

    `url` is the address at which it happened, without name and password: a redirect's target where there was one.
    """

    def __init__(self, code: str, message: str = "", *, reason: str = "", url: str = "") -> None:
        super().__init__(message or code)
        self.code, self.message, self.reason, self.url = code, message, reason, url

    def __str__(self) -> str:
        return ": ".join(part for part in (self.code, self.reason, self.message) if part)

    def describe(self) -> str:
        """The sentence for a person, in the language that is active now."""
        return describe(self.code, reason=self.reason)


def describe(code: str, *, reason: str = "") -> str:
    """The sentence for a stored code (and a stored reason), in the language that is active now.

    An unknown code, from an older or newer release, gets the most general sentence.
    """
    if code == BLOCKED and reason in _REFUSALS:
        return str(_REFUSALS[reason])
    return str(_SENTENCES.get(code, _SENTENCES["connect"]))
