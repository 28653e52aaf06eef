"""The forms in which a followed word appears.

Arabic: definiteness is kept («الرباط» is not «رباط»), except for relations (المصري، مصرية), topics and aliases; what is
glued in front is read by ``ar.readings``.
"""

from dataclasses import dataclass

_RELATION = ("ي", "يه", "يا", "يون", "يين", "يان", "يات", "يتان", "يتين", "يو", "يي", "يته", "يتها", "يتهم", "يتنا")
_PEOPLE = ("يون", "يين")
_POSSESSIVE = ("ه", "ها", "هم", "هما", "نا", "كم", "ا")
_CONSTRUCT = ("ته", "تها", "تهم", "تنا")
_PLURAL = ("ات", "اته", "اتها", "اتهم", "اتنا")
_SHORTEST = 3
ARTICLE = "+"
"""Stands for ال at the beginning of a word of a name, where it is the article."""


@dataclass(frozen=True, slots=True)
class Form:
    """One form of a word, without article and proclitics. ``definite``: must have the article, must not, or either."""

    word: str
    rule: str
    definite: bool | None = None
    capital: bool = False

    def allows(self, article: bool, proclitics: str, letter: str) -> bool:
        """Whether a reading of a written word may be this form. ف before a bare relation is part of another word."""
        if self.definite is not None and article is not self.definite:
            return False
        if self.capital and not letter.isupper():
            return False
        return not (self.rule == "relation" and not article and "ف" in proclitics)


def arabic_forms(word: str, *, kind: str, alias: bool, parts: int) -> tuple[Form, ...]:
    """The forms of a folded Arabic word of a name with ``parts`` words. Words of longer names keep their form."""
    definite = word.startswith(ARTICLE)
    core = word.removeprefix(ARTICLE)
    free = alias or kind == "topic"
    forms = [Form(core, "exact", None if free and parts == 1 else definite)]
    if parts > 1:
        if kind == "topic":
            forms = [Form(core, "exact", None)]
        return tuple(forms)
    if alias:
        return tuple(forms)
    if kind == "place" or (kind == "name" and len(core) >= 5 and not core.endswith("ي")):
        forms += _relations(core, kind)
    elif kind == "topic":
        forms += _topic_forms(core)
    return tuple({(form.word, form.definite): form for form in reversed(forms)}.values())


def _relations(core: str, kind: str) -> list[Form]:
    base = _relation_base(core)
    forms = []
    if base and len(base) >= _SHORTEST:
        forms += [Form(base + ending, "relation") for ending in _RELATION]
    elif base:
        forms += [Form(base + ending, "people") for ending in _PEOPLE]
    if kind == "place" and core.endswith("ستان") and len(core) > 7:
        people = core.removesuffix("ستان")
        forms += [Form(people, "people"), *(Form(people + ending, "relation") for ending in _RELATION)]
    return forms


def _relation_base(core: str) -> str:
    for ending, cut in (("يا", 2), ("يه", 2), ("ا", 1), ("ه", 1)):
        if core.endswith(ending):
            return core[:-cut]
    return "" if core.endswith("ي") else core


def _topic_forms(core: str) -> list[Form]:
    """A topic is also meant by its plural, its singular, its relation and «its» with a possessor."""
    base, feminine = core, False
    for ending in ("ات", "يه", "ون", "ين", "ه"):
        if core.endswith(ending) and len(core) - len(ending) >= _SHORTEST:
            base, feminine = core.removesuffix(ending), ending in ("ه", "يه")
            break
    forms = [Form(base + ending, "relation") for ending in _RELATION]
    forms += [Form(base + ending, "plural") for ending in _PLURAL]
    forms += [Form(core + ending, "possessive") for ending in _POSSESSIVE if not core.endswith(("ه", "ا"))]
    forms += [Form(base + ending, "possessive") for ending in _CONSTRUCT if feminine or core.endswith("ات")]
    if base != core and len(base) >= 4:
        forms += [Form(base, "plural"), *(Form(base + ending, "possessive") for ending in _POSSESSIVE)]
    if core.endswith("ات"):
        forms.append(Form(base + "ه", "plural"))
    if core.endswith(("ون", "ين")):
        forms += [Form(base + ending, "plural") for ending in ("ون", "ين", "ه")]
    return forms


def other_forms(word: str, *, kind: str, capital: bool, last: bool) -> tuple[Form, ...]:
    """The forms of a folded word of another language: as it is, and for the last word of a topic its plural."""
    forms = [Form(word, "exact", capital=capital)]
    if kind == "topic" and last and len(word) > 3:
        if word.endswith("s"):
            forms.append(Form(word.removesuffix("s"), "plural"))
        elif word.endswith("y"):
            forms += [Form(word + "s", "plural"), Form(word[:-1] + "ies", "plural")]
        else:
            forms += [Form(word + "s", "plural"), Form(word + "es", "plural")]
    return tuple(forms)
