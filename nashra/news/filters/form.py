"""A rule as fields, and as it is written: two ways to say one thing on one page.

The page carries the rule as it stood when it was shown. What was changed since counts: the written rule if that is
other than it was, else the fields. A rule that the fields cannot show is changed as it is written.
"""

import re
from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from nashra.base import locale
from nashra.core.text import clean
from nashra.core.text.rules import (
    LONGEST,
    Action,
    Condition,
    Field,
    Rule,
    RuleError,
    action,
    condition,
    format_rule,
    parse,
    rule,
    words_of,
)
from nashra.news.filters import sentences
from nashra.news.models import Article

PARTS: dict[str, tuple[Field, bool]] = {
    "source": ("source", False), "author": ("author", False), "title": ("title", False), "not_title": ("title", True),
    "text": ("text", False), "not_text": ("text", True), "language": ("language", False),
}  # fmt: skip
_BETWEEN = re.compile(r"[,،؛\n]")
_TELLING = 4  # letters of a word that may tell what a title is about
_WORDS = 3  # of a title that are offered


def _line(label: Any, **more: Any) -> forms.CharField:
    return forms.CharField(label=label, required=False, widget=forms.TextInput(attrs={"dir": "auto"}), **more)


class FilterForm(forms.Form):
    """A rule. After `is_valid`, `meaning` is what it says."""

    source = _line(_("Source"), help_text=_("A part of its name or address"))
    author = _line(_("Author"))
    title = _line(_("The title has"))
    not_title = _line(_("The title does not have"))
    text = _line(_("The text has"), help_text=_("The title is part of the text"))
    not_text = _line(_("The text does not have"))
    language = forms.ChoiceField(label=_("Language"), required=False)
    hide = forms.BooleanField(label=_("Hide it"), required=False)
    read = forms.BooleanField(label=_("Mark it as read"), required=False)
    save = forms.BooleanField(label=_("Save it"), required=False)
    tags = _line(_("Save it with tags"), help_text=_("Several are parted by commas"))
    written = forms.CharField(
        label=_("The rule as it is written"), required=False, max_length=LONGEST * 10,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto", "spellcheck": "false", "autocapitalize": "none"}),
    )  # fmt: skip
    was = forms.CharField(required=False, max_length=LONGEST * 2, widget=forms.HiddenInput)
    fields_shown = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, meaning: Rule | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.meaning = meaning
        known = {code: locale.language_name(code) for code in ("ar", "en", "fr", "fa", "ur", "tr", "es", "de", "he")}
        chosen = str(self["language"].value() or "")
        known |= {chosen: locale.language_name(chosen)} if chosen and chosen not in known and chosen.isalpha() else {}
        self.fields["language"].choices = [("", _("Any")), *known.items()]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Reads the rule from what was changed."""
        data = super().clean() or {}
        written = data.get("written") or ""
        by_hand = not data.get("fields_shown") or clean(written) != clean(data.get("was") or "")
        try:
            self.meaning = parse(written) if by_hand else self._from_fields(data)
        except RuleError as error:
            self.add_error("written" if by_hand else None, sentences.fault(error))
        return data

    def _from_fields(self, data: dict[str, Any]) -> Rule:
        conditions = [one for name in PARTS if (one := self._condition(name, data.get(name) or "")) is not None]
        actions = [action(deed) for deed in ("hide", "read", "save") if data.get(deed)]
        actions += [action("tag", name) for name in _split(data.get("tags") or "")]
        if any(self.errors):
            raise RuleError("no-condition")
        return rule(conditions, actions)

    def _condition(self, name: str, typed: str) -> Condition | None:
        field, negated = PARTS[name]
        values = _split(typed)
        return condition(field, values, negated=negated) if values else None


def shown(meaning: Rule | None, **more: Any) -> FilterForm:
    """A form that shows a rule both ways; an empty one without a rule."""
    text = format_rule(meaning) if meaning else ""
    parts = parts_of(meaning) if meaning else {"hide": True}
    initial = {"written": text, "was": text, "fields_shown": parts is not None, **(parts or {}), **more}
    return FilterForm(meaning=meaning, initial=initial)


def parts_of(meaning: Rule) -> dict[str, Any] | None:
    """A rule as fields; None for one that they cannot show."""
    fields = {part: name for name, part in PARTS.items()}
    found: dict[str, Any] = {}
    for one in meaning.conditions:
        name = fields.get((one.field, one.negated))
        joined = "، ".join(one.values)
        if name is None or name in found or _split(joined) != list(one.values):
            return None
        if name == "language" and len(one.values) > 1:
            return None
        found[name] = joined
    tags = [one.name for one in meaning.actions if one.deed == "tag"]
    if _split("، ".join(tags)) != tags:
        return None
    return found | {one.deed: True for one in meaning.actions if one.deed != "tag"} | {"tags": "، ".join(tags)}


def about(article: Article) -> FilterForm:
    """A form that begins with what an article is: its source, its author, and words of its title."""
    words = [word for word in clean(article.title).split() if len("".join(words_of(word))) >= _TELLING]
    longest = sorted(words, key=len, reverse=True)[:_WORDS]
    parts: list[tuple[Field, Iterable[str]]] = [("source", [str(article.source)]), ("author", _split(article.author))]
    parts.append(("title", [word.strip('«»"“”„.,،؛:|()[]') for word in words if word in longest]))
    conditions = []
    for field, values in parts:
        kept = [value for value in values if words_of(value)]
        conditions += [condition(field, kept)] if kept else []
    return shown(Rule(tuple(conditions), (Action("hide"),)))


def _split(typed: str) -> list[str]:
    return [value for part in _BETWEEN.split(typed) if (value := clean(part))]
