"""Rules, and what is wrong with them, as sentences in the language that is active now."""

from collections.abc import Sequence

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from nashra.base import locale
from nashra.core.text.rules import (
    LONGEST,
    LONGEST_TAG,
    MOST_ACTIONS,
    MOST_CONDITIONS,
    Action,
    Condition,
    Rule,
    RuleError,
)

_FAULTS: dict[str, str | Promise] = {
    "empty": gettext_lazy("There is no rule yet: write one, or fill the fields."),
    "no-condition": gettext_lazy("A rule needs at least one condition, such as title:word."),
    "no-then": gettext_lazy("After the conditions comes “then” and what to do: then hide."),
    "no-action": gettext_lazy("Say what is to be done: hide, read, save or tag:name."),
    "field": gettext_lazy("There is no such field. The fields are source, author, title, text and language."),
    "action": gettext_lazy("This cannot be done by a rule. It can hide, read, save and tag:name."),
    "colon": gettext_lazy("A word needs its field before it, such as title:word; several words stand in “ ”."),
    "value": gettext_lazy("Nothing stands after the colon."),
    "letters": gettext_lazy("There is no letter or digit to look for."),
    "quote": gettext_lazy("This quotation mark is not closed."),
    "comma": gettext_lazy("Between words of which one is enough stands | instead of a comma."),
    "language": gettext_lazy("This is no language. Its short name is needed: ar, en, fr."),
    "tag": gettext_lazy("A tag needs a name of at most %(tag)s characters."),
    "too-long": gettext_lazy("A rule has at most %(longest)s characters."),
    "most-conditions": gettext_lazy("A rule has at most %(conditions)s conditions."),
    "most-actions": gettext_lazy("A rule does at most %(actions)s things."),
}
_PLACED = ("field", "action", "colon", "letters", "quote", "comma", "language")


def fault(error: RuleError) -> str:
    """What is wrong, and with which word."""
    text = str(_FAULTS[error.code]) % {
        "tag": locale.number(LONGEST_TAG),
        "longest": locale.number(LONGEST),
        "conditions": locale.number(MOST_CONDITIONS),
        "actions": locale.number(MOST_ACTIONS),
    }
    if error.code not in _PLACED or not error.word:
        return text
    place = locale.number(error.position + 1)
    return _("At character %(place)s, “%(word)s”: %(fault)s") % {
        "place": place, "word": _apart(error.word), "fault": text,
    }  # fmt: skip


def sentence(rule: Rule) -> str:
    """A rule in words: "When the title has “cup”: hide it." """
    conditions = pgettext("between conditions", " and ").join(map(_condition, rule.conditions))
    actions = pgettext("between actions", " and ").join(map(_action, rule.actions))
    return _("When %(conditions)s: %(actions)s.") % {"conditions": conditions, "actions": actions}


def _condition(one: Condition) -> str:
    templates = {
        ("source", False): _("the source is %(values)s"),
        ("source", True): _("the source is not %(values)s"),
        ("author", False): _("the author is %(values)s"),
        ("author", True): _("the author is not %(values)s"),
        ("title", False): _("the title has %(values)s"),
        ("title", True): _("the title does not have %(values)s"),
        ("text", False): _("the text has %(values)s"),
        ("text", True): _("the text does not have %(values)s"),
        ("language", False): _("the language is %(values)s"),
        ("language", True): _("the language is not %(values)s"),
    }
    return templates[one.field, one.negated] % {"values": _values(one.field, one.values)}


def _values(field: str, values: Sequence[str]) -> str:
    if field == "language":
        shown = [locale.language_name(value) for value in values]
    else:
        shown = [_("“%(value)s”") % {"value": _apart(value)} for value in values]
    return pgettext("between values", " or ").join(shown)


def _action(one: Action) -> str:
    if one.deed == "tag":
        return _("save it with the tag “%(name)s”") % {"name": _apart(one.name)}
    return {"hide": _("hide it"), "read": _("mark it as read"), "save": _("save it")}[one.deed]


def _apart(text: str) -> str:
    """A reader's words inside a sentence keep their own direction (Unicode's isolates)."""
    return f"\u2068{text}\u2069"
