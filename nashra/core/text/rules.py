"""The rule language: when an article is such, then do that; one line that a person reads and types.

    when source:"الساحل" title:كأس|بطولة -text:مباشر language:ar then hide, tag:رياضة

Every condition must hold; in one condition any of the values parted by ``|`` is enough; ``-`` turns it round. Words
stand in quotation marks when there are several in a row. Keywords are also read in Arabic (إذا عنوان:كأس ثم إخفاء);
``format_rule`` writes English ones. ``parse`` of what ``format_rule`` wrote gives an equal rule.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from .cleaning import clean
from .folding import fold, fold_word
from .languages import primary
from .words import WORD

LONGEST = 1_000  # characters of a rule as it is written
MOST_CONDITIONS = 20
MOST_ACTIONS = 10
LONGEST_TAG = 120

Field = Literal["source", "author", "title", "text", "language"]
Deed = Literal["hide", "read", "save", "tag"]
FIELDS: tuple[Field, ...] = ("source", "author", "title", "text", "language")

_WHEN = frozenset(map(fold, ("when", "if", "عند", "عندما", "إذا", "متى")))
_THEN = frozenset(map(fold, ("then", "ثم", "إذن", "فإن")))
_AND = frozenset(map(fold, ("and", "و")))
_FIELD_WORDS: dict[Field, str] = {
    "source": "source مصدر المصدر",
    "author": "author كاتب الكاتب مؤلف المؤلف",
    "title": "title عنوان العنوان",
    "text": "text نص النص متن المتن",
    "language": "language lang لغة اللغة",
}
_DEED_WORDS: dict[Deed, str] = {
    "hide": "hide إخفاء أخف",
    "read": "read قراءة مقروء قرئ",
    "save": "save حفظ احفظ",
    "tag": "tag وسم",
}
_FIELD_NAMES = {word: field for field, words in _FIELD_WORDS.items() for word in fold(words).split()}
_DEEDS = {word: deed for deed, words in _DEED_WORDS.items() for word in fold(words).split()}
_LANGUAGE_WORDS = {
    "ar": "arabic عربية العربية", "en": "english إنجليزية الإنجليزية", "fr": "french فرنسية الفرنسية",
    "fa": "persian فارسية الفارسية", "ur": "urdu أردية الأردية", "tr": "turkish تركية التركية",
    "es": "spanish إسبانية الإسبانية", "de": "german ألمانية الألمانية", "he": "hebrew عبرية العبرية",
}  # fmt: skip
_LANGUAGES = {word: code for code, words in _LANGUAGE_WORDS.items() for word in fold(words).split()}

_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u061c\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff\ufffe\uffff]"
)
_SPACE = re.compile(r"[\s\x0b\x0c\x85]*")
_BARE = re.compile(r"[^\s\x85\"“”„«»|,،؛]+")
_NAME = re.compile(r"[^\s\x85\"“”„«»|,،؛:]+")
_SEPARATORS = re.compile(r"[\s\x85,،؛]*")
_CLOSING = {'"': '"', "“": "”“", "”": "”", "„": "“”", "«": "»", "»": "«"}
_MINUS = "-−–"


class RuleError(ValueError):
    """What is wrong with a rule: a ``code``, the ``position`` in what was typed, and the ``word`` that stands there.

    Codes: empty, too-long, no-condition, no-then, no-action, field (no such field), action (no such action), colon (a
    word without a field), value (nothing after the colon), letters (a value without letters or digits), quote (not
    closed), comma (between conditions), language, tag (no name, or too long), most-conditions, most-actions.
    """

    def __init__(self, code: str, position: int = 0, word: str = "") -> None:
        super().__init__(f"{code} at {position}: {word}")
        self.code, self.position, self.word = code, position, word


@dataclass(frozen=True, slots=True)
class Condition:
    """A field holds (or, ``negated``, does not hold) one of ``values``: words, or several in a row. Made by
    ``condition``, which checks and cleans them; the values of ``language`` are primary tags (``ar``).
    """

    field: Field
    values: tuple[str, ...]
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Action:
    """What to do with a matching article; ``name`` is a tag's. Made by ``action``."""

    deed: Deed
    name: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """Conditions that must all hold, and what is done then; both in the order written, each once."""

    conditions: tuple[Condition, ...]
    actions: tuple[Action, ...]


def condition(field: Field, values: Iterable[str], *, negated: bool = False) -> Condition:
    """A condition from values as typed. Raises RuleError (value, letters, language)."""
    cleaned = tuple(dict.fromkeys(_value(field, value) for value in values))
    if not cleaned:
        raise RuleError("value")
    return Condition(field, cleaned, negated)


def action(deed: Deed, name: str = "") -> Action:
    """An action; a tag needs a name. Raises RuleError (tag)."""
    if deed != "tag":
        return Action(deed)
    cleaned = _plain(name)
    if not fold(cleaned).strip() or len(cleaned) > LONGEST_TAG:
        raise RuleError("tag", word=cleaned[:LONGEST_TAG])
    return Action("tag", cleaned)


def rule(conditions: Iterable[Condition], actions: Iterable[Action]) -> Rule:
    """A rule of these parts. Raises RuleError (no-condition, no-action, most-conditions, most-actions, too-long)."""
    made = Rule(tuple(dict.fromkeys(conditions)), tuple(dict.fromkeys(actions)))
    if not made.conditions:
        raise RuleError("no-condition")
    if not made.actions:
        raise RuleError("no-action")
    if len(made.conditions) > MOST_CONDITIONS:
        raise RuleError("most-conditions")
    if len(made.actions) > MOST_ACTIONS:
        raise RuleError("most-actions")
    if len(format_rule(made)) > LONGEST:
        raise RuleError("too-long", LONGEST)
    return made


def language_named(word: str) -> str:
    """The primary tag of a language that is named in English or Arabic, or by its tag; empty for other words."""
    return _LANGUAGES.get(fold(word)) or primary(word)


def words_of(text: str) -> tuple[str, ...]:
    """The folded words of a text in order, as conditions compare them."""
    return tuple(word for match in WORD.finditer(text) for word in fold_word(match[0]).split())


def format_rule(made: Rule) -> str:
    """The rule on one line, in English keywords: what ``parse`` reads back as an equal rule."""
    conditions = " ".join(_written(one) for one in made.conditions)
    actions = ", ".join(f"tag:{_quoted(one.name)}" if one.deed == "tag" else one.deed for one in made.actions)
    return f"when {conditions} then {actions}"


def _written(one: Condition) -> str:
    return f"{'-' if one.negated else ''}{one.field}:{'|'.join(map(_quoted, one.values))}"


def _quoted(value: str) -> str:
    if _BARE.fullmatch(value) and "\\" not in value:
        return value
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _plain(value: str) -> str:
    return clean(_UNSEEN.sub("", value[: LONGEST * 4]))


def _value(field: Field, value: str) -> str:
    cleaned = _plain(value)
    if field == "language":
        code = language_named(cleaned)
        if not code:
            raise RuleError("language", word=cleaned)
        return code
    if not cleaned:
        raise RuleError("value")
    if not words_of(cleaned):
        raise RuleError("letters", word=cleaned)
    return cleaned


def parse(typed: str) -> Rule:
    """Reads a rule as a person wrote it. Raises RuleError with the place of the fault."""
    if len(typed) > LONGEST * 10:
        raise RuleError("too-long", LONGEST)
    return _Reader(typed).read()


def _deed(word: str) -> Deed | None:
    """The action of a folded word; in Arabic "and" is glued to it (وحفظ)."""
    return _DEEDS.get(word) or _DEEDS.get(word.removeprefix("و"))


class _Reader:
    """Goes through what was typed once. Characters that nobody sees are left out, and positions count them again."""

    def __init__(self, typed: str) -> None:
        self._places = [place for place, letter in enumerate(typed) if not _UNSEEN.match(letter)]
        self._text = "".join(typed[place] for place in self._places)
        self._end = len(typed)
        self._at = 0

    def read(self) -> Rule:
        """The whole rule."""
        self._skip()
        if not self._left():
            raise RuleError("empty")
        if len(self._text) > LONGEST:
            raise self._error("too-long", LONGEST)
        self._keyword(_WHEN)
        conditions, actions = self._conditions(), self._actions()
        return rule(conditions, actions)

    def _conditions(self) -> list[Condition]:
        found: list[Condition] = []
        while True:
            self._skip()
            start = self._at
            if not self._left():
                raise self._error("no-then" if found else "no-condition", start)
            if self._keyword(_THEN):
                if not found:
                    raise self._error("no-condition", start)
                return found
            found.append(self._condition())
            if len(found) > MOST_CONDITIONS:
                raise self._error("most-conditions", start)

    def _condition(self) -> Condition:
        start = self._at
        negated = self._left()[:1] in _MINUS
        if negated:
            self._at += 1
        field = self._field()
        values = [self._value(field)]
        while self._passes("|"):
            values.append(self._value(field))
        if self._left()[:1] in ("،", ",", "؛"):
            raise self._error("comma", self._at, self._left()[0])
        try:
            return condition(field, values, negated=negated)
        except RuleError as error:
            raise self._error(error.code, start, error.word) from None

    def _field(self) -> Field:
        start = self._at
        match = _NAME.match(self._text, start)
        if match is None:
            sign = self._left()[:1]
            raise self._error("comma" if sign and sign in ",،؛" else "colon", start, sign)
        self._at = match.end()
        if not self._passes(":"):
            raise self._error("colon", start, match[0])
        if (folded := fold(match[0])) not in _FIELD_NAMES:
            raise self._error("field", start, match[0])
        return _FIELD_NAMES[folded]

    def _value(self, field: Field) -> str:
        start = self._at
        self._skip()
        spaced = self._at > start
        if self._left()[:1] in _CLOSING and self._left():
            return self._in_quotes()
        match = _BARE.match(self._text, self._at)
        if match is None or (spaced and fold(match[0]) in _THEN):
            raise self._error("value", start, field)
        self._at = match.end()
        return match[0]

    def _in_quotes(self) -> str:
        start = self._at
        closing = _CLOSING[self._text[start]]
        letters: list[str] = []
        self._at += 1
        while self._at < len(self._text):
            letter = self._text[self._at]
            self._at += 1
            if letter in closing:
                return "".join(letters)
            if letter == "\\" and self._left()[:1] in ('"', "\\") and self._left():
                letter = self._text[self._at]
                self._at += 1
            letters.append(letter)
        raise self._error("quote", start, "".join(letters)[:40])

    def _actions(self) -> list[Action]:
        found: list[Action] = []
        while True:
            self._at = self._separated()
            start = self._at
            if not self._left():
                if not found:
                    raise self._error("no-action", start)
                return found
            if found and self._keyword(_AND):
                continue
            found.append(self._action())
            if len(found) > MOST_ACTIONS:
                raise self._error("most-actions", start)

    def _action(self) -> Action:
        start = self._at
        match = _NAME.match(self._text, start)
        deed = _deed(fold(match[0])) if match else None
        if match is None or deed is None:
            raise self._error("action", start, match[0] if match else self._left()[:1])
        self._at = match.end()
        name = ""
        if deed == "tag":
            if not self._passes(":"):
                raise self._error("tag", start)
            name = self._tag_name()
        try:
            return action(deed, name)
        except RuleError as error:
            raise self._error(error.code, start, error.word) from None

    def _tag_name(self) -> str:
        start = self._at
        self._skip()
        if self._left()[:1] in _CLOSING and self._left():
            return self._in_quotes()
        match = _BARE.match(self._text, self._at)
        if match is None:
            raise self._error("tag", start)
        self._at = match.end()
        return match[0]

    def _left(self) -> str:
        return self._text[self._at :]

    def _skip(self) -> None:
        match = _SPACE.match(self._text, self._at)
        self._at = match.end() if match else self._at

    def _separated(self) -> int:
        match = _SEPARATORS.match(self._text, self._at)
        return match.end() if match else self._at

    def _passes(self, sign: str) -> bool:
        """Goes past a sign with spaces before it."""
        before = self._at
        self._skip()
        if self._left()[:1] == sign:
            self._at += 1
            return True
        self._at = before
        return False

    def _keyword(self, words: frozenset[str]) -> bool:
        """Goes past one of these words, if it stands here by itself."""
        match = _NAME.match(self._text, self._at)
        if match is None or fold(match[0]) not in words or self._text[match.end() : match.end() + 1] == ":":
            return False
        self._at = match.end()
        return True

    def _error(self, code: str, at: int, word: str = "") -> RuleError:
        place = self._places[at] if at < len(self._places) else self._end
        return RuleError(code, place, word[:60])
