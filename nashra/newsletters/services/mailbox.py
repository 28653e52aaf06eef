"""Letters as their reader sees them, and their envelopes as the owner does."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from typing import Any, Literal

from django.conf import settings
from django.core.paginator import Page, Paginator
from django.db.models import Count
from django.utils.translation import gettext as _
from lxml import html as lxml_html

from nashra.base.models import Message
from nashra.core.extract import sanitise
from nashra.newsletters.delivery import alerting, issuing

ON_PAGE = 50
State = Message.State
Shape = Literal["ok", "warn", "bad"]


@dataclass(frozen=True, slots=True)
class MailState:
    """A delivery's state in words, with the shape that goes with it."""

    shape: Shape
    text: str


@dataclass(frozen=True, slots=True)
class MailRow:
    """The envelope of one letter: what the person who runs the service may know, nothing of what it says."""

    kind: str
    to: str
    state: MailState
    reply: str
    made_at: datetime
    attempts: int


@dataclass(frozen=True, slots=True)
class ShownLetter:
    """A letter for its reader's eyes: safe HTML and the text part; neither when it holds a link that works once."""

    subject: str
    html: str
    text: str
    holds_secret: bool


def state_of(state: str) -> MailState:
    """A state in words."""
    words: dict[str, MailState] = {
        State.QUEUED: MailState("warn", _("waiting")),
        State.INFLIGHT: MailState("warn", _("on its way")),
        State.SENT: MailState("ok", _("sent")),
        State.REFUSED: MailState("bad", _("refused")),
        State.SUPPRESSED: MailState("ok", _("stopped before it left")),
        State.EXPIRED: MailState("bad", _("not delivered in time")),
        State.DOUBT: MailState("warn", _("perhaps delivered")),
    }
    return words[state]


def mail_overview(states: Collection[str] = (), *, page: str | None = None) -> tuple[list[MailRow], Page[Any]]:
    """A page of the envelopes of all letters, or of those in some states, newest first; never a subject or a body.

    `page` is as in an address: what is no number is the first page, what is too large the last.
    """
    rows = Message.objects.filter(state__in=states) if states else Message.objects.all()
    fields = ("kind", "to", "state", "reply", "made_at", "attempts")
    found = Paginator(rows.order_by("-made_at", "-pk").values_list(*fields), ON_PAGE).get_page(page)
    return [MailRow(kind, to, state_of(state), *rest) for kind, to, state, *rest in found], found


def mail_counts() -> Mapping[str, int]:
    """How many letters are in each state."""
    return dict(Message.objects.values_list("state").annotate(n=Count("pk")).order_by("state"))


def shown(message: Message) -> ShownLetter:
    """A reader's own letter as a page may show it.

    Account letters prove by their link that one reads the mailbox; who only holds a session has not shown that.
    """
    if message.kind not in (issuing.KIND, alerting.KIND):
        return ShownLetter(message.subject, "", "", holds_secret=True)
    mail = message_from_bytes(bytes(message.body), policy=policy.default)
    html, text = mail.get_body(("html",)), mail.get_body(("plain",))
    return ShownLetter(
        message.subject,
        _safe(html.get_content()) if html else "",
        text.get_content() if text else "",
        holds_secret=False,
    )


def _safe(html: str) -> str:
    """The letter's own HTML without what it hides (the line for the inbox), made safe like any stranger's."""
    page = lxml_html.document_fromstring(html)
    for element in list(page.iter("div")):
        above = element.getparent()
        if above is not None and "display:none" in element.get("style", ""):
            above.remove(element)
    safe = sanitise(lxml_html.tostring(page, encoding="unicode"), base_url=settings.NASHRA_URL)
    return safe.replace("</a><a", "</a> <a")  # in the letter, space around links keeps them apart
