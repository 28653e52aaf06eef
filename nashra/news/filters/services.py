"""Verbs of readers' rules."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count, Max, Q
from django.utils import timezone
from django.utils.translation import gettext

from nashra.accounts.models import Reader
from nashra.core.text.rules import LONGEST, RuleError, format_rule, parse
from nashra.core.text.rules import Rule as Meaning
from nashra.news.filters import applying, previewing, sentences
from nashra.news.filters.applying import meaning_of, take_back
from nashra.news.filters.previewing import DAYS, Line, Preview
from nashra.news.models import Rule, RuleHit

MOST = 200  # rules of one reader
PAUSED = "paused "  # before an exported rule that is switched off

__all__ = [
    "DAYS",
    "MOST",
    "PAUSED",
    "FilterError",
    "HitLine",
    "ImportReport",
    "RuleLine",
    "add_rule",
    "apply_back",
    "change_rule",
    "export_rules",
    "hits_of",
    "import_rules",
    "meaning_of",
    "preview",
    "read_rule",
    "remove_rule",
    "rules_of",
    "sentence_of",
    "switch_rule",
    "take_back",
]


class FilterError(Exception):
    """A rule that cannot be kept. `code` and `position` (in what was typed) are the language's, see
    `core.text.rules.RuleError`, or "limit"; `message` is one translated sentence.
    """

    def __init__(self, code: str, message: str, position: int = 0) -> None:
        super().__init__(message)
        self.code, self.message, self.position = code, message, position


@dataclass(frozen=True, slots=True)
class RuleLine:
    """One rule as its reader's list shows it. `hits`: of the last seven days; `all_hits`: what could be taken back."""

    rule: Rule
    sentence: str
    hits: int
    all_hits: int


@dataclass(frozen=True, slots=True)
class HitLine:
    """An article on which a rule acted, and when; `stands` unless it was taken back or touched by the reader since."""

    line: Line
    at: datetime
    stands: bool


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What became of rules from a file: how many are new, how many were there; those refused, each with the reason."""

    added: int
    known: int
    refused: list[tuple[str, str]]


def read_rule(text: str) -> Meaning:
    """A rule as typed. Raises FilterError."""
    try:
        return parse(text)
    except RuleError as error:
        raise FilterError(error.code, sentences.fault(error), error.position) from error


def rules_of(reader: Reader, *, now: datetime) -> list[RuleLine]:
    """The reader's rules in their order."""
    recent = Count("hits", filter=Q(hits__at__gt=now - timedelta(days=DAYS)))
    rows = Rule.objects.filter(reader=reader).annotate(recent=recent, ever=Count("hits")).order_by("position", "pk")
    return [RuleLine(row, sentence_of(row.text), row.recent, row.ever) for row in rows]


def sentence_of(text: str) -> str:
    """A stored rule in words; as it is written if it cannot be read."""
    meaning = meaning_of(text)
    return sentences.sentence(meaning) if meaning else text


def add_rule(reader: Reader, text: str, *, now: datetime) -> Rule:
    """Keeps a rule; it acts on what comes from now on. The same rule twice is one. Raises FilterError."""
    written = format_rule(read_rule(text))
    with transaction.atomic():
        own = Rule.objects.filter(reader=reader)
        known = own.filter(text=written).first()
        if known is not None:
            switch_rule(known, on=True, now=now)
            return known
        if own.count() >= MOST:
            raise FilterError("limit", gettext("The list is full. Everything on it was kept: delete a rule first."))
        last = own.aggregate(last=Max("position"))["last"]
        return Rule.objects.create(reader=reader, text=written, position=0 if last is None else last + 1, at=now)


def change_rule(rule: Rule, text: str, *, now: datetime) -> Rule:
    """Gives a rule other words; they act on what comes from now on. Raises FilterError; nothing is changed then."""
    written = format_rule(read_rule(text))
    if written != rule.text:
        rule.text, rule.at = written, now
        rule.save(update_fields=["text", "at"])
    return rule


def switch_rule(rule: Rule, *, on: bool, now: datetime) -> None:
    """Switches a rule on or off. What came while it was off is left alone afterwards."""
    if rule.enabled == on:
        return
    rule.enabled, rule.at = on, now if on else rule.at
    rule.save(update_fields=["enabled", "at"])


def remove_rule(rule: Rule, *, back: bool = False) -> str:
    """Deletes a rule, with `back` also what it did; its text, by which it can be made again."""
    if back:
        take_back(rule)
    rule.delete()
    return rule.text


def hits_of(rule: Rule, *, now: datetime) -> list[HitLine]:
    """The newest articles on which a rule acted in the last seven days, with its words marked."""
    recent = RuleHit.objects.filter(rule=rule, at__gt=now - timedelta(days=DAYS)).order_by("-at", "-pk")
    rows = list(recent[: previewing.SHOWN])
    stand, moments = applying.standing(rule, rows), {row.article_id: row.at for row in rows}
    meaning = meaning_of(rule.text) or Meaning((), ())
    shown = previewing.lines(rule.reader, meaning, list(moments))
    return [HitLine(line, moments[line.article.pk], line.article.pk in stand) for line in shown]


def preview(reader: Reader, text: str, *, now: datetime) -> Preview:
    """What a rule would have done in the last seven days. Raises FilterError."""
    return previewing.preview(reader, read_rule(text), now=now)


def apply_back(rule: Rule, *, now: datetime) -> int:
    """Does what a rule says for the last seven days too; for how many articles it had not done so before."""
    looked = previewing.matching(rule.reader, read_rule(rule.text), now=now)
    return applying.act_now(rule, looked.ids, now=now)


def export_rules(reader: Reader) -> list[str]:
    """The reader's rules as text, in order; before one that is switched off stands "paused"."""
    rows = Rule.objects.filter(reader=reader).order_by("position", "pk")
    return [row.text if row.enabled else f"{PAUSED}{row.text}" for row in rows]


def import_rules(reader: Reader, texts: Iterable[str], *, now: datetime | None = None) -> ImportReport:
    """Takes over exported rules; those that the reader has already stay as they are."""
    moment = now or timezone.now()
    have = set(Rule.objects.filter(reader=reader).values_list("text", flat=True))
    added = known = 0
    refused: list[tuple[str, str]] = []
    for given in texts:
        text = given.strip()
        try:
            written = format_rule(read_rule(text.removeprefix(PAUSED)))
            if written in have:
                known += 1
                continue
            made = add_rule(reader, written, now=moment)
            switch_rule(made, on=not text.startswith(PAUSED), now=moment)
            have.add(written)
            added += 1
        except FilterError as error:
            refused.append((text[:LONGEST], error.message))
    return ImportReport(added, known, refused)
