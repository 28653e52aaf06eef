"""The forms of an Arabic word. What is glued in front is read off the text by ``ar.readings``.

Definiteness is kept («الرباط» is not «رباط»), except for relations (المصري، مصرية), topics and aliases.
"""

from functools import lru_cache

from ..data import lines
from ..folding import fold_word
from .model import ARTICLE, Form, Kind, Rule

_RELATION = ("ي", "يه", "يا", "يون", "يين", "يان", "يات", "يتان", "يتين", "يو", "يي", "يته", "يتها", "يتهم", "يتنا")
_PEOPLE = ("يون", "يين")
_POSSESSIVE = ("ه", "ها", "هم", "هما", "نا", "كم")
_CONSTRUCT = ("ته", "تها", "تهم", "تنا", "تكم")
_PLURAL = ("ات", "اته", "اتها", "اتهم", "اتنا")
_DUAL = ("ان", "ين")
_AGREEING = ("ي", "يه", "يا", "يون", "يين", "يات", "يان", "يتان", "يتين")
_SHORTEST = 3
_DIRECTIONS = frozenset({"شمال", "جنوب", "شرق", "غرب", "وسط"})
_TOGETHER = {  # parts of names whose form changes with their place in the sentence or with the writer
    "ابو": ("ابي", "ابا"), "بن": ("ابن",), "ابن": ("بن",), "بنو": ("بني",), "ذو": ("ذي", "ذا"),
}  # fmt: skip

Forms = tuple[Form, ...]


def single(word: str, kind: Kind) -> Forms:
    """The forms of a name of one folded word (with ARTICLE for its article)."""
    definite, core = word.startswith(ARTICLE), word.removeprefix(ARTICLE)
    forms = [Form(core, "exact", None if kind == "topic" else definite, lone=len(core) < _SHORTEST)]
    if kind == "place":
        forms += relations(core)
    elif kind == "topic":
        forms += _of_topic(core)
    elif definite and core.endswith(("يين", "يون")) and len(core) > 5:
        forms += _ending(core[:-3], _RELATION, "people")  # الحوثيين: حوثي، الحوثية
    elif not definite and len(core) >= 5 and not core.endswith("ي"):
        forms += _ending(_base(core), _RELATION, "relation")
    return _unique(forms)


def alias(word: str) -> Forms:
    """An alias of one word: as it stands, with or without an article."""
    core = word.removeprefix(ARTICLE)
    return (Form(core, "exact", lone=len(core) < _SHORTEST),)


def broad(word: str) -> Forms:
    """Every form that any kind of word has; as it stands also with the letters of ال, whether an article or not."""
    core = word.removeprefix(ARTICLE)
    whole = word.replace(ARTICLE, "ال")
    stood = {whole, core, whole[2:] if whole.startswith("ال") and len(whole) > 4 else whole}
    forms = [Form(one, "exact") for one in sorted(stood)]
    forms += relations(core)
    forms += [form for form in _of_topic(core) if len(core) >= _SHORTEST]
    return _unique([*forms, *(Form(one, "spelling") for one in _TOGETHER.get(core, ()))])


def relations(core: str) -> list[Form]:
    """The adjective of a place and its people (مصري، المصريون، «المصريين»)."""
    if core.endswith("ي") and len(core) >= 5:  # هايتي is its own adjective
        return [Form(core, "relation"), *_ending(core[:-1], _RELATION[1:], "relation")]
    base = "" if core.endswith("اه") else _base(core)  # حماية is not of حماة
    if len(base) < _SHORTEST:
        return _ending(base, _PEOPLE, "people") if base else []
    forms = _ending(base, _RELATION, "relation")
    if len(base) >= 5:
        forms.append(Form(base + "ين", "people"))  # الفلسطينين, as it is often written
    if len(core) >= 4 and not core.endswith("ي"):
        forms.append(Form(core + "نا", "possessive"))
    if core.endswith("اء"):
        forms += [*_ending(core[:-1] + "و", _RELATION, "relation"), *_seated(core)]  # صحراوي
    if core.endswith("ستان") and len(core) > 7:
        forms += [Form(core[:-4], "people"), *_ending(core[:-4], _RELATION, "relation")]
    return forms


def _seated(core: str) -> list[Form]:
    """The relation of a word with a final hamza, which then sits on ي: قضائي."""
    return _ending(core[:-1] + "ي", _RELATION, "relation") if core.endswith("اء") else []


def _base(core: str) -> str:
    for ending in ("يا", "يه", "ا", "ه"):
        if core.endswith(ending):
            return core.removesuffix(ending)
    return "" if core.endswith("ي") else core


def _ending(base: str, endings: tuple[str, ...], rule: Rule) -> list[Form]:
    return [Form(base + ending, rule) for ending in endings]


def _of_topic(core: str) -> list[Form]:
    """A topic is also meant by its plurals, its singular, its relation, and with a possessor or a case ending."""
    feminine = core.endswith("ه")
    base, ending = _without_plural(core)
    forms = [*_related(core, base), *_possessed(core)]
    if feminine or ending == "ات" or len(core) >= 5 or core.endswith("اء"):
        forms += _ending(base, _PLURAL, "plural")
    if feminine:
        forms += [*_ending(base, ("تان", "تين"), "plural"), *_ending(base, _CONSTRUCT, "possessive")]
    elif ending == "ات":
        forms += [*_ending(core, _POSSESSIVE, "possessive"), *_singulars(base)]
    elif ending in ("ون", "ين"):
        forms += _ending(base, ("ون", "ين", "ات", "ه", "", "ا", "ي", "و", "ان"), "plural")
    elif len(core) >= 4:
        forms += _ending(core, _DUAL, "plural")
    for other in _broken(core):
        forms.append(Form(other, "plural"))
        if len(other) >= _SHORTEST:
            forms += [*_possessed(other, "plural"), *_ending(other, _DUAL, "plural")]
            forms += _related(other, _without_plural(other)[0])
    return forms


def _related(core: str, base: str) -> list[Form]:
    """The adjective of a noun: انتخابي، قضائي، روائي، سينمائي، تكنولوجي."""
    forms = _ending(base, _RELATION, "relation") if len(base) >= _SHORTEST else []
    if core.endswith("ايه"):
        forms += _ending(core[:-1], _RELATION, "relation")
    elif core.endswith("يا") and len(core) > 4:
        forms += _ending(core[:-2], _RELATION, "relation")
    elif core.endswith("ا") and len(core) > 3:
        forms += _ending(core + "ي", _RELATION, "relation")
    return [*forms, *_seated(core)]


def _singulars(base: str) -> list[Form]:
    """انتخابات is of انتخاب, قطارات of قطار, but شركات of شركة: «مظاهر» is no demonstration, «جامع» no university, and
    «أشار» no إشارة.
    """
    forms = [Form(base + "ه", "plural"), *_ending(base, _CONSTRUCT, "possessive")]
    causative = len(base) == 4 and base[0] == base[2] == "ا"
    if len(base) >= 4 and not causative and (base[0] in "ات" or base[-2] == "ا"):
        forms += [Form(base, "plural"), *_possessed(base)]
    return forms


def _possessed(core: str, rule: Rule = "possessive") -> list[Form]:
    """نفطها، قمحا. The ه of a possessor is never written ة: «فقرة» is not «فقره»."""
    if core.endswith("ه"):
        return _ending(core[:-1], _CONSTRUCT, rule)
    if core.endswith("ا"):
        return _ending(core, _POSSESSIVE, rule)
    if core.endswith("ي") and len(core) > 3:  # أسرى: أسراهم
        return [*_ending(core[:-1] + "ا", _POSSESSIVE, rule), *_possessed_plainly(core, rule)]
    return _possessed_plainly(core, rule)


def _possessed_plainly(core: str, rule: Rule) -> list[Form]:
    stem = core[:-1] + "ي" if core.endswith("ء") else core  # ذكاء: ذكائه
    forms = [
        Form(one + ending, rule, never_ends="ة" if ending == "ه" else "")
        for one in {core, stem}
        for ending in _POSSESSIVE
    ]
    return [*forms, Form(core + "ا", rule, never_ends="أإآى")]


def _without_plural(core: str) -> tuple[str, str]:
    for ending, least in (("ات", 3), ("يه", 3), ("ون", 4), ("ين", 4), ("ه", 2)):
        if core.endswith(ending) and len(core) - len(ending) >= least and core not in _own_endings():
            if ending == "ين" and len(core) == 5 and core.startswith("ت"):
                return core, ""  # تأمين is no plural
            return core.removesuffix(ending), ending
    return core, ""


@lru_cache(maxsize=1)
def _own_endings() -> frozenset[str]:
    return frozenset(lines("ar_end.txt"))


@lru_cache(maxsize=1)
def _plurals() -> dict[str, tuple[str, ...]]:
    """The other words of each word's lines; of a word that begins a line, of those alone («كتاب» is no «كاتب»)."""
    both = (*lines("ar_numbers.txt"), *lines("ar_plurals.txt"))  # for follows alone, and for searches too
    table = [[fold_word(word) for word in line.split()] for line in both]
    singular = {words[0] for words in table}
    found: dict[str, tuple[str, ...]] = {}
    for words in table:
        for word in words:
            if word == words[0] or word not in singular:
                more = (one for one in words if one != word and one not in found.get(word, ()))
                found[word] = (*found.get(word, ()), *more)
    return found


def _broken(core: str) -> tuple[str, ...]:
    return _plurals().get(core, ())


def part(word: str, kind: Kind, *, last: bool) -> Forms:
    """The forms of one word of a longer name. A topic's words may be definite or not, plural, and have a possessor."""
    definite, core = word.startswith(ARTICLE), word.removeprefix(ARTICLE)
    if kind != "topic":
        others = (Form(one, "spelling", definite) for one in _TOGETHER.get(core, ()))
        return (Form(core, "exact", definite), *others)
    forms = [Form(core, "exact"), *_numbers(core)]
    if not last:
        forms += _possessed(core)
    return _unique(forms)


def _numbers(core: str) -> list[Form]:
    """Singular and plural of a noun or an adjective within a phrase: «عملة مشفرة» of «العملات المشفرة»."""
    base, ending = _without_plural(core)
    forms = [Form(other, "plural") for other in _broken(core)]
    if ending:
        least = () if len(base) < _SHORTEST else ("", "ه", "ات", "ون", "ين")
        forms += _ending(base + ("ي" if ending == "يه" else ""), least, "plural")
    else:
        forms += _ending(core, ("ه", "ات", "ون", "ين", "ا"), "plural")
    return forms


def compound(words: list[str]) -> list[tuple[Forms, ...]]:
    """The adjectives of places of two words: «الكوري الجنوبي» of «كوريا الجنوبية», «الجنوب أفريقي»."""
    if len(words) != 2:
        return []
    first, second = (word.removeprefix(ARTICLE) for word in words)
    if first in _DIRECTIONS:
        named = tuple(Form(first + ending, "relation") for ending in ("", "ي", "يه", "يون", "يين"))
        return [(named, tuple(_ending(_base(second), _AGREEING, "relation")))] if _base(second) else []
    if not second.endswith("يه") or not words[1].startswith(ARTICLE) or not _base(first):
        return []
    adjective = tuple(_ending(second[:-2], _AGREEING, "relation"))
    return [(tuple(_ending(_base(first), _AGREEING, "relation")), adjective)]


def nisba_of_phrase(words: list[str]) -> list[tuple[Forms, ...]]:
    """A topic of two words whose second becomes an adjective: «التغير المناخي» of «تغير المناخ»."""
    if len(words) != 2 or words[1].endswith("ي"):
        return []
    first, second = part(words[0], "topic", last=False), words[1].removeprefix(ARTICLE)
    base = _without_plural(second)[0]
    return [(first, tuple(_ending(base, _AGREEING, "relation")))] if len(base) >= _SHORTEST else []


def _unique(forms: list[Form]) -> Forms:
    """Of forms that are written alike the first, that is the closest to the name."""
    found: dict[tuple[str, bool | None, str], Form] = {}
    for form in forms:
        found.setdefault((form.word, form.definite, form.never_ends), form)
    return tuple(found.values())
