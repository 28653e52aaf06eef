"""What a reader typed into a search field, taken apart without ever failing.

    محروقات "أسعار الوقود" -رياضة (تونس OR ليبيا) عنوان:أزمة مصدر:"الجزيرة نت" منذ:2026-11

Words that stand side by side must all be found. ``OR``, ``|`` and «أو» join the two things beside them, and bind more
closely than that; ``OR`` counts in capitals only, «أو» when it stands by itself between two things: in quotation marks
it is a word like any other. What is wrong is left out or read as words, and a note says so.
"""

import re
from dataclasses import dataclass, field

from nashra.core.text.cleaning import LONGEST, clean
from nashra.core.text.folding import fold_word
from nashra.core.text.words import WORD, folded_terms

from .dates import read_date
from .fields import FieldName, field_named, known_value
from .model import And, Filter, Node, Not, Or, Phrase, Place, Word
from .trees import asks_for_something, simplified

MOST_WORDS = 32
MOST_FILTERS = 12
MOST_DEPTH = 6  # brackets in brackets
LONGEST_VALUE = 120  # characters of a source's or a tag's name
LONGEST_QUOTE = 1_000  # characters between two quotation marks
SHORTEST_PREFIX = 2  # letters

OPERATORS = frozenset({"OR", "AND", "أو", "او"})
QUOTES = '"“”„‟«»‹›「」『』＂'
_CLOSING = {'"': '"', "＂": "＂", "“": "”“", "”": "”", "„": "“”‟", "‟": "”“", "«": "»", "»": "«", "‹": "›", "›": "‹",
            "「": "」", "『": "』"}  # fmt: skip
_DASHES = "−–-"
_SPACE = re.compile(r"[\s,،;؛]*")
_BLANK = re.compile(r"\s*")
_BARE = re.compile(rf"[^\s,،;؛()|{QUOTES}]+")
_NAME = re.compile(rf"([^\s,،;؛()|{QUOTES}:：{_DASHES}]{{1,24}})[:：]")
_SINGLE = re.compile(r"['‘]([^'‘’\"]+)['’](?=[\s,،;؛()|]|\Z)")
_UNSEEN = re.compile("[\u061c\u200b\u200e\u200f\u2060-\u2064]")
_ACRONYM = re.compile('(?<=[\u05d0-\u05ea])"(?=[\u05d0-\u05ea])')  # צה"ל is one word
_THOUSANDS = re.compile(r"(?<=\d)[,،](?=\d)")  # 1,000 is one thing
_ENDS = ".…:*'’"


@dataclass(frozen=True, slots=True)
class Note:
    """Something that was not read as it may have been meant; ``word`` is what stood there.

    Codes: ``field`` (no such field: taken as words), ``value`` (no such state), ``language``, ``date``, ``name`` (no
    letter in the name of a source or tag; all these were left out), ``quote`` and ``bracket`` (not closed, or not
    opened), ``prefix`` (too short for ``*``), ``many`` (more words or filters than are looked for), ``deep`` (brackets
    in too many brackets), ``long`` (cut).
    """

    code: str
    word: str = ""


@dataclass(frozen=True, slots=True)
class Query:
    """A search as it was understood. ``node`` is None when there is nothing to look for."""

    node: Node | None = None
    notes: tuple[Note, ...] = field(default=(), compare=False)

    @property
    def error(self) -> str | None:
        """Why it cannot be answered: None, ``"empty"``, or ``"only_excluded"`` (words to leave out, none to find)."""
        if self.node is None:
            return "empty"
        return None if asks_for_something(self.node) else "only_excluded"


def parse(typed: str) -> Query:
    """Reads a search. Never raises; at most MOST_WORDS words and MOST_FILTERS filters are kept, and a note says so."""
    return _Parser(typed).read()


class _Parser:
    """Goes through the text once, from left to right."""

    def __init__(self, typed: str) -> None:
        text = clean(_UNSEEN.sub("", typed[: LONGEST * 4]))
        self._text = _THOUSANDS.sub(".", _ACRONYM.sub("״", text))
        self._at = 0
        self._words = self._filters = self._ignored = 0
        self._field = ""  # as it was typed
        self._notes: dict[Note, None] = {}
        if len(typed) > LONGEST:
            self._note("long")

    def read(self) -> Query:
        """The whole search."""
        return Query(simplified(self._sequence(None, 0)), tuple(self._notes))

    def _sequence(self, name: FieldName | None, depth: int) -> And:
        """Everything up to the closing bracket, or the end."""
        parts: list[Node] = []
        joined = False
        while self._skip():
            if self._passes(")"):
                if self._closes(depth):
                    return And(tuple(parts))
            elif operator := self._operator():
                joined = bool(parts) and (joined or operator == "or")
            elif part := self._operand(name, depth):
                if joined:
                    parts[-1] = Or((parts[-1], part))
                else:
                    parts.append(part)
                joined = False
        if depth:
            self._note("bracket")
        return And(tuple(parts))

    def _closes(self, depth: int) -> bool:
        """Whether a closing bracket ends this sequence; one whose opening was ignored does not."""
        if self._ignored:
            self._ignored -= 1
            return False
        if not depth:
            self._note("bracket")
        return depth > 0

    def _operator(self) -> str:
        """Goes past an operator: "or", "and"; empty when something else stands here."""
        if self._passes("|"):
            return "or"
        match = _BARE.match(self._text, self._at)
        if match is None or match[0] not in OPERATORS:
            return ""
        self._at = match.end()
        return "and" if match[0] == "AND" else "or"

    def _operand(self, name: FieldName | None, depth: int) -> Node | None:
        """One thing to look for, or not to; None for signs that ask for nothing."""
        start = self._at
        while self._left() and self._left() in _DASHES:
            self._at += 1
        if self._at > start:
            if not self._left() or _past(_SPACE, self._text, self._at) > self._at:
                return None
            part = self._thing(name, depth)
            return Not(part) if part else None
        return self._thing(name, depth)

    def _thing(self, name: FieldName | None, depth: int) -> Node | None:
        named = _NAME.match(self._text, self._at)
        found = field_named(named[1]) if named else None
        if named and found:
            start, self._at = self._at, named.end()
            if self._value_follows():
                outer, self._field = self._field, named[1]
                values = self._values(found, depth)
                self._field = outer
                return values
            self._at = start
        if self._left() == "(":
            return self._group(name, depth)
        if (quoted := self._quoted()) is not None:
            return self._exact(quoted, name)
        return self._bare(name, depth)

    def _value_follows(self) -> bool:
        """Goes to the value of a field, which may stand behind spaces."""
        start = self._at
        self._at = _past(_BLANK, self._text, start)
        if not self._left() or self._left() in ")|,،;؛":
            return False
        match = _BARE.match(self._text, self._at)
        return self._at == start or match is None or match[0] not in OPERATORS

    def _values(self, name: FieldName, depth: int) -> Node | None:
        """The value of a field, or several with ``|`` between them and no space."""
        parts: list[Node] = []
        while True:
            if self._left() == "(":
                part = self._group(name, depth)
            elif (quoted := self._quoted()) is not None:
                part = self._exact(quoted, name)
            else:
                part = self._word_in(name, self._piece(), depth)
            parts += [part] if part else []
            following = self._text[self._at + 1 : self._at + 2]
            if self._left() != "|" or not following or following in "()|,،;؛" or following.isspace():
                break
            if depth >= MOST_DEPTH:
                break
            self._at += 1
        return Or(tuple(parts)) if parts else None

    def _group(self, name: FieldName | None, depth: int) -> Node | None:
        self._at += 1
        if depth >= MOST_DEPTH:
            self._ignored += 1
            self._note("deep")
            return None
        group = self._sequence(name, depth + 1)
        return group if group.parts else None

    def _quoted(self) -> str | None:
        """What stands in quotation marks here; without a closing one, all up to the end."""
        if single := _SINGLE.match(self._text, self._at):
            self._at = single.end()
            return single[1]
        opening = self._left()
        if not opening or opening not in QUOTES:
            return None
        rest = self._text[self._at + 1 : self._at + 1 + LONGEST_QUOTE]
        ends = [place for mark in _CLOSING.get(opening, QUOTES) if (place := rest.find(mark)) >= 0]
        ends = ends or [place for mark in QUOTES if (place := rest.find(mark)) >= 0]
        if not ends:
            self._note("quote")
        end = min(ends, default=len(rest))
        self._at = min(self._at + end + 2, len(self._text))
        return rest[:end]

    def _exact(self, quoted: str, name: FieldName | None) -> Node | None:
        """Words in a row, just as they are written; or the value of a filter."""
        if name is None or name in ("title", "author"):
            place: Place = name or ""
            words = self._affordable(_words_in(quoted))
            return Phrase(tuple(words), place) if words else None
        return self._filter(name, quoted)

    def _piece(self) -> str:
        """Letters and signs up to the next space, bracket, bar or quotation mark."""
        match = _BARE.match(self._text, self._at)
        self._at = match.end() if match else self._at + 1
        return match[0] if match else ""

    def _bare(self, name: FieldName | None, depth: int) -> Node | None:
        piece = self._piece()
        named = _NAME.match(piece)
        if named and name is None and named[1].isalpha() and piece[named.end() : named.end() + 2] not in ("", "//"):
            self._note("field", named[1])
        return self._word_in(name, piece, depth)

    def _word_in(self, name: FieldName | None, piece: str, depth: int) -> Node | None:
        if name is not None and name not in ("title", "author"):
            return self._filter(name, piece.rstrip(_ENDS))
        place: Place = "" if name is None else name
        words = self._affordable(_words_in(piece))
        if not words:
            return None
        if not piece.endswith("*"):
            return _together(words, place)
        return self._beginning(words, place, depth)

    def _beginning(self, words: list[str], place: Place, depth: int) -> Node:
        """Words of which the last one may go on."""
        *before, last = words
        long_enough = len(fold_word(last)) >= SHORTEST_PREFIX
        if not long_enough:
            self._note("prefix", last + "*")
        if not long_enough or (before and depth >= MOST_DEPTH):
            return _together(words, place)
        end = Word(last, place, prefix=True)
        return And((_together(before, place), end)) if before else end

    def _filter(self, name: FieldName, typed: str) -> Node | None:
        raw = re.sub(f"[{QUOTES}*]", " ", typed)
        value = " ".join(raw.split())[:LONGEST_VALUE].strip()
        if name in ("since", "before"):
            code, kept = "date", read_date(value)
        elif name in ("lang", "is", "has"):
            code, kept = "language" if name == "lang" else "value", known_value(name, value)
        else:
            code, kept = "name", value if _words_in(value) else ""
        if not kept:
            self._note(code, f"{self._field}:{value}")
            return None
        if self._filters >= MOST_FILTERS:
            self._note("many")
            return None
        self._filters += 1
        return Filter(name, kept)

    def _affordable(self, words: list[str]) -> list[str]:
        """As many of the words as may still be looked for."""
        room = MOST_WORDS - self._words
        if len(words) > room:
            self._note("many")
        self._words += min(room, len(words))
        return words[:room]

    def _left(self) -> str:
        return self._text[self._at : self._at + 1]

    def _skip(self) -> bool:
        """Goes past spaces; whether anything is left."""
        self._at = _past(_SPACE, self._text, self._at)
        return self._at < len(self._text)

    def _passes(self, sign: str) -> bool:
        if self._left() != sign:
            return False
        self._at += 1
        return True

    def _note(self, code: str, word: str = "") -> None:
        if len(self._notes) < 8:
            self._notes[Note(code, word[:60])] = None


def _together(words: list[str], place: Place) -> Word | Phrase:
    """Words that were typed without a space between them; one that would be read as an operator is quoted."""
    alone = len(words) == 1 and (place or words[0] not in OPERATORS)
    return Word(words[0], place) if alone else Phrase(tuple(words), place)


def _past(pattern: re.Pattern[str], text: str, at: int) -> int:
    """Where a pattern ends that begins here."""
    match = pattern.match(text, at)
    return match.end() if match else at


def _words_in(text: str) -> list[str]:
    return [word for word in WORD.findall(text) if folded_terms(word)]
