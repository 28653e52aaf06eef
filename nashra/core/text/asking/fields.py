"""The names of a search's fields and of their values, in every language in which they may be typed."""

from typing import Literal

from nashra.core.text.folding import fold
from nashra.core.text.rules import language_named

FieldName = Literal["title", "author", "source", "lang", "tag", "is", "has", "since", "before"]

FIELD_WORDS: dict[FieldName, str] = {
    "title": "title intitle عنوان العنوان",
    "author": "author كاتب الكاتب كاتبة الكاتبة مؤلف المؤلف",
    "source": "source site مصدر المصدر",
    "lang": "lang language لغة اللغة",
    "tag": "tag topic وسم الوسم موضوع الموضوع",
    "is": "is هو حالة الحالة",
    "has": "has فيه به",
    "since": "since after منذ بعد",
    "before": "before قبل",
}
_STATE_WORDS = {
    "saved": "saved محفوظ محفوظة محفوظات المحفوظات",
    "unread": "unread غيرمقروء غيرمقروءة لميقرأ",
    "read": "read مقروء مقروءة قرئ",
}
_HAS_WORDS = {"highlight": "highlight highlights تظليل تظليلات مظلل"}


def _by_word(words: dict[str, str]) -> dict[str, str]:
    return {word: name for name, line in words.items() for word in fold(line).split()}


_NAMES: dict[str, FieldName] = {word: name for name, line in FIELD_WORDS.items() for word in fold(line).split()}
_STATES, _HELD = _by_word(_STATE_WORDS), _by_word(_HAS_WORDS)


def field_named(word: str) -> FieldName | None:
    """The field that a word names, in any spelling; None for other words."""
    return _NAMES.get(fold(word))


def known_value(name: FieldName, typed: str) -> str:
    """The value of ``lang:``, ``is:`` or ``has:`` that was meant: a language's tag, a state; empty if there is none."""
    if name == "lang":
        return language_named(typed)
    folded = fold(typed).replace(" ", "").replace("-", "").replace("_", "")
    return (_STATES if name == "is" else _HELD).get(folded, "")
