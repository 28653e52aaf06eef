"""What a file of subscriptions would do, line by line, before anything is done."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from django.utils.translation import gettext as _

from nashra.accounts.models import Reader
from nashra.base import locale
from nashra.base.net import Refusal, judge, read_url
from nashra.core.feeds import FeedError, opml
from nashra.core.feeds.opml import Opml, Outline
from nashra.core.feeds.watching import FIELDS, SelectorError, Selectors, check
from nashra.core.text import clean
from nashra.news import sentences
from nashra.news.errors import SourceError
from nashra.news.models import Rule, Subscription
from nashra.news.services.subscriptions import FOLDER, room, tidy_tags

LARGEST = 10_000_000  # bytes of a file
BETWEEN = " / "
_LEVELS = 3


class Refused(NamedTuple):
    """A line that is left out: its number, the address as written, and a sentence that says why."""

    line: int
    address: str
    why: str


@dataclass(frozen=True, slots=True)
class OpmlPlan:
    """What would happen: sources newly followed, those followed already, those for which the account has no room, lines
    left out; names of folders and tags that the reader has not yet, and rules in the file.
    """

    new: list[Outline] = field(default_factory=list)
    known: list[Outline] = field(default_factory=list)
    over: list[Outline] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    folders: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    rules: list[str] = field(default_factory=list)


def read_opml(body: bytes) -> Opml:
    """The file as it stands. SourceError when it is none."""
    if len(body) > LARGEST:
        raise SourceError("opml", locale.to_digits(_("The file is larger than 10 MB. Nothing was imported.")))
    try:
        return opml.read(body)
    except FeedError as error:
        raise SourceError("opml", sentences.opml_file(error.code)) from error


def plan_opml(reader: Reader, body: bytes) -> OpmlPlan:
    """What following the feeds of an OPML file would do. Nothing is changed. SourceError when the file is none."""
    read = read_opml(body)
    plan = OpmlPlan(rules=_new_rules(reader, read.rules))
    plan.refused.extend(Refused(one.line, one.address, sentences.opml_line(one.reason_code)) for one in read.problems)
    _sort(plan, read.outlines, _followed(reader), room(reader))
    plan.refused.sort(key=lambda one: one.line)
    _names(reader, plan)
    return plan


def _followed(reader: Reader) -> set[str]:
    return set(Subscription.objects.filter(reader=reader).values_list("source__url", flat=True))


def _new_rules(reader: Reader, rules: Iterable[str]) -> list[str]:
    from nashra.news.filters.services import PAUSED  # rules stand on sources, not the other way round

    have = set(Rule.objects.filter(reader=reader).values_list("text", flat=True))
    return [rule for rule in dict.fromkeys(rules) if rule.removeprefix(PAUSED) not in have]


def _sort(plan: OpmlPlan, outlines: Iterable[Outline], followed: set[str], most: int) -> None:
    """Each outline to where it belongs; the room goes to those that can be followed."""
    refusal = _judge()
    for outline in outlines:
        if outline.xml_url in followed:
            plan.known.append(outline)
        elif why := refusal(outline.xml_url) or _unfit(outline):
            plan.refused.append(Refused(outline.line, outline.xml_url[:500], why))
        elif len(plan.new) >= most:
            plan.over.append(outline)
        else:
            plan.new.append(outline)


def _judge() -> Callable[[str], str]:
    """A function that says why an address must not be fetched, or ""; each server is judged once."""
    known: dict[tuple[str, int], str] = {}

    def refusal(url: str) -> str:
        address = read_url(url)
        if isinstance(address, Refusal):
            return address.message
        place = address.host, address.port
        if place not in known:
            found = judge(address)
            known[place] = found.message if found else ""
        return known[place]

    return refusal


def _unfit(outline: Outline) -> str:
    if len(outline.xml_url) > 2000:
        return sentences.opml_line("too-long")
    try:
        selectors_of(outline)
    except ValueError:
        return sentences.opml_line("bad-selectors")
    return ""


def selectors_of(outline: Outline) -> dict[str, str]:
    """The selectors of a watched page as a source's row holds them; ValueError when they cannot be used."""
    if outline.reads != "page" or not outline.selectors:
        return {}
    try:
        given = json.loads(outline.selectors)
    except RecursionError as error:
        raise ValueError("nested too deep") from error
    if not isinstance(given, dict):
        raise ValueError("selectors are an object")
    found = {name: str(given[name]) for name in FIELDS if given.get(name)}
    if not found:
        return {}
    try:
        check(Selectors(**{"item": "", **found}))
    except SelectorError as error:
        raise ValueError(str(error)) from error
    return found


def folder_of(outline: Outline) -> str:
    """The folder's name in the reader's list: the path in which the feed stands first."""
    return _path(outline.folders)


def tags_of(outline: Outline) -> list[str]:
    """Its tags in the reader's list: every further folder in which the feed stands, and its categories."""
    return tidy_tags([*map(_path, outline.more), *outline.tags])


def _path(folders: tuple[str, ...]) -> str:
    return clean(BETWEEN.join(folders[:_LEVELS]), longest=FOLDER)


def _names(reader: Reader, plan: OpmlPlan) -> None:
    rows = Subscription.objects.filter(reader=reader).values_list("folder", "tags")
    have = {folder for folder, _tags in rows}, {tag for _folder, tags in rows for tag in tags}
    folders = dict.fromkeys(folder for one in plan.new if (folder := folder_of(one)))
    tags = dict.fromkeys(tag for one in plan.new if one.tags or one.more for tag in tags_of(one))
    plan.folders.extend(name for name in folders if name not in have[0])
    plan.tags.extend(name for name in tags if name not in have[1])
