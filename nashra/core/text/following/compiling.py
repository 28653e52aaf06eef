"""A follow becomes ways to say it: the forms of its first word, which texts are looked up by, and what goes on."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal

from .. import places
from ..forms import ARTICLE, Case, Form, Kind, Rule, arabic, others
from ..languages import for_language, primary
from ..scripts import script_of, written_in
from .broad import broad_forms
from .known import NOTHING, Known, known
from .linked import linked
from .model import Follow
from .spelling import parted_at_joiners, spellings, words_of_name

Forms = tuple[Form, ...]
_OF_SCRIPT = {"Arabic": "ar", "Hebrew": "he", "Cyrillic": "ru"}
_SHOUTED = 3  # letters up to which a name in capitals is only meant in capitals (US is not "us")
_MOST = 60  # ways that one follow may be said in one language


@dataclass(frozen=True, slots=True, eq=False)
class Way:
    """One way to say a follow after its first word: the forms of each further word.

    ``rule`` outdoes those of the forms, if it is not empty. ``broad``: signs may stand between the words, and
    anything may be glued to each. ``apart``: these words are not the follow but something else.
    """

    follow: Follow
    rest: tuple[Forms, ...]
    rule: Rule | Literal[""]
    known: Known
    broad: bool = False
    apart: bool = False
    stop: bool = False  # also a common word of the language: in a line of capitals it may be that
    alone: bool = field(init=False)  # one word is the follow, whatever stands around it

    def __post_init__(self) -> None:
        asks = self.rest or self.apart or self.stop or (self.known.after and not self.broad)
        object.__setattr__(self, "alone", not asks)


@dataclass(frozen=True, slots=True)
class _Said:
    """A name as somebody says it; ``plain``: only as it stands, as aliases are."""

    text: str
    rule: Rule | Literal[""]
    language: str
    kind: Kind
    known: Known = NOTHING
    plain: bool = False
    related: bool = False


@lru_cache(maxsize=2048)
def ways_of(follow: Follow, language: str) -> tuple[tuple[Form, Way], ...]:
    """All ways to say a follow in texts of a language, each with a form that its first word may have."""
    found: dict[tuple[object, ...], tuple[Form, Way]] = {}  # by what they ask, whatever the rule
    for said in _said(follow, language):
        for form, way in _ways(follow, said):
            found.setdefault((form.word, form[2:], way.rest), (form, way))
    for phrase in dict.fromkeys(_apart(follow, language)):
        words = words_of_name(phrase, arabic=_engine(phrase, language) == "ar")
        if words:
            first, *rest = [Form(word.removeprefix(ARTICLE), "exact") for word, _ in words]
            way = Way(follow, tuple((form,) for form in rest), "exact", NOTHING, apart=True)
            whole = Form(phrase, "exact")
            found[(whole.word, whole[2:], ())] = (first, way)
    return tuple(found.values())


def _own(follow: Follow, language: str) -> str:
    """The language of a follow's name; the text's, if none is given or the given one is not written so (ar: OpenAI)."""
    code = primary(follow.language)
    return code if code and _script(follow.name) in written_in(code) else language


def _script(text: str) -> str:
    return next((found for letter in text if (found := script_of(letter))), "")


def _engine(text: str, language: str) -> str:
    """By the rules of which language a name is said in a text: the text's, if it is written in the name's script."""
    script = _script(text)
    if script in written_in(language) and language:
        return language
    return _OF_SCRIPT.get(script, "")


def _said(follow: Follow, language: str) -> Iterator[_Said]:
    own = _own(follow, language)
    engine = _engine(follow.name, language or own)
    foreign = engine != language or own == language or not language
    facts = known(follow.name, language or own)
    if follow.kind != "topic" or foreign or follow.broad:
        yield _Said(follow.name, "", engine, follow.kind, facts)
    for alias in follow.aliases:
        yield _aliased(alias, "alias", _engine(alias, language or own), follow.kind, facts)
    if own == language or not language:
        for name in facts.names:
            yield _Said(name, "alias", engine, follow.kind, facts)
        for more in facts.more:
            yield _aliased(more, "alias", engine, follow.kind, facts)
    if follow.kind != "topic" or follow.broad:
        yield from _translated(follow, own, language)


def _aliased(text: str, rule: Rule, language: str, kind: Kind, facts: Known) -> _Said:
    """An alias as it stands; with a final * with its relations too, and always with or without an article."""
    if text.endswith("*"):
        return _Said(text.rstrip("*"), rule, language, "place", facts, related=True)
    return _Said(text, rule, language, kind, facts, plain=True)


def _translated(follow: Follow, own: str, language: str) -> Iterator[_Said]:
    key = places.place_of(follow.name, own)
    kind: Kind = "place" if key and not key.startswith("city-") else follow.kind
    rule: Rule = "alias" if own == language else "translation"
    for name in (*(places.names_of(key, language) if key else ()), *linked(follow.name, own, language)):
        facts = known(name, language)
        yield _Said(name, rule, language, kind, facts)
        for more in facts.more if own != language else ():
            yield _aliased(more, rule, language, kind, facts)


def _apart(follow: Follow, language: str) -> Iterable[str]:
    if follow.broad:
        return ()
    own = _own(follow, language)
    names = [follow.name] if own == language else []
    key = places.place_of(follow.name, own) if follow.kind != "topic" else None
    names += places.names_of(key, language) if key else ()
    return (phrase for name in names for phrase in known(name, language).apart)


def _ways(follow: Follow, said: _Said) -> Iterator[tuple[Form, Way]]:
    language = said.language
    written = words_of_name(parted_at_joiners(said.text), arabic=language == "ar")
    if not written:
        return
    words = [word for word, _ in written]
    cases = [_case(raw, said.kind, follow.broad) for _, raw in written]
    makes = [(words, said.rule)]
    makes += [(other, said.rule or "spelling") for other in spellings(words, said.kind, language)]
    if "\u200c" in said.text:
        whole = [word for word, _ in words_of_name(said.text, arabic=False)]
        makes.append((whole, said.rule))
    for one, rule in makes[:_MOST]:
        capitals = cases if len(one) == len(cases) else [cases[0]] * len(one)
        for parts in _parts(one, capitals, said, follow.broad):
            stop = said.kind != "topic" and len(one) == 1 and one[0] in for_language(language).stops
            way = Way(follow, tuple(parts[1:]), rule, said.known, follow.broad, stop=stop)
            yield from ((form, way) for form in parts[0])


def _case(raw: str, kind: Kind, broad: bool) -> Case:
    if kind == "topic" or broad or not raw[:1].isupper():
        return ""
    return "upper" if raw.isupper() and 1 < len(raw) <= _SHOUTED else "capital"


def _parts(words: list[str], cases: list[Case], said: _Said, broad: bool) -> list[tuple[Forms, ...]]:
    """The forms of each word; several times where a phrase as a whole has other forms."""
    if broad:
        return [tuple(broad_forms(word, said.language) for word in words)]
    last = len(words) - 1
    if said.language != "ar":
        if said.related and not last:
            return [(others.adjective(words[0], said.language, case=cases[0]),)]
        kind: Kind = "name" if said.plain and said.kind != "topic" else said.kind
        return [tuple(others.forms_of(word, said.language, kind, case=cases[n], alone=not last, last=n == last)
                      for n, word in enumerate(words))]  # fmt: skip
    if not last:
        forms = arabic.alias(words[0]) if said.plain or said.related else ()
        return [(forms if said.plain else (*forms, *arabic.single(words[0], said.kind)),)]
    parts = [tuple(arabic.part(word, said.kind, last=n == last) for n, word in enumerate(words))]
    if said.kind == "place" and not said.plain:
        parts += arabic.compound(words)
    elif said.kind == "topic" and not said.plain:
        parts += arabic.nisba_of_phrase(words)
    return parts
