"""What can go wrong in the library, each with a sentence for the reader."""

from datetime import timedelta
from typing import Any

from django.utils.translation import gettext

from nashra.base import net


class LibraryError(Exception):
    """Something cannot be done; the message is one translated sentence."""


class BadAddress(LibraryError):
    """An address that is not saved, because it is none or must not be fetched."""


class BadTag(LibraryError):
    """A tag that is too long, or one too many."""


class CopyFailed(Exception):
    """No copy could be made now. `code` and `parameters` are stored; `lasting`: trying again by itself makes no sense;
    `wait`: how long the site asked to be left alone.
    """

    def __init__(self, code: str, *, lasting: bool = False, wait: timedelta | None = None, **parameters: Any) -> None:
        super().__init__(code)
        self.code, self.lasting, self.wait, self.parameters = code, lasting, wait, parameters

    @property
    def detail(self) -> dict[str, Any]:
        """What is stored about it."""
        return {"code": self.code, **self.parameters}


def describe(detail: dict[str, Any]) -> str:
    """The sentence for a stored failure, in the language that is active now; empty when there was none."""
    code = str(detail.get("code", ""))
    if not code:
        return ""
    if code == "status":
        return gettext("The site answered with error %(status)s.") % {"status": detail.get("status", "")}
    return _sentences().get(code) or net.describe(code, reason=str(detail.get("reason", "")))


def _sentences() -> dict[str, str]:
    return {
        "gone": gettext("There is no page at this address any more."),
        "closed": gettext("The site does not let us read this page."),
        "asked-to-wait": gettext("The site asked us to wait."),
        "not-a-page": gettext("There is no web page at this address, but a file of another kind."),
        "no-text": gettext("No article was found on this page."),
        "unreadable": gettext("The page is too large or too tangled to be read."),
        "internal": gettext("Something went wrong here, not at the site."),
    }
