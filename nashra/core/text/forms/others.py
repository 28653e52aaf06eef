"""The forms of words of other languages than Arabic: what stands behind a name, since little stands before it.

What an apostrophe parts from a name (Apple's, l'Allemagne, Türkiye'nin) is a word of its own already. Everything else
is listed as forms of the followed word, so that a word of a text is looked up as it stands.
"""

from functools import lru_cache

from ..folding import fold_word
from ..languages import for_language
from ..snowball import ALGORITHMS
from .model import STEM, Case, Form, Kind, Rule

Forms = tuple[Form, ...]

_FA_PLURAL = ("ها", "هاي", "هايي", "هايش", "هايشان")
_FA_POSSESSIVE = ("م", "ت", "ش", "مان", "تان", "شان")
_HE_FINALS = str.maketrans("ךםןףץ", "כמנפצ")
_RU_CASES = {  # endings of the nominative: those of the other cases
    "ия": ("ии", "ию", "ией"), "я": ("и", "ю", "ей", "е"), "а": ("ы", "и", "е", "у", "ой"), "о": ("а", "у", "ом", "е"),
    "ь": ("я", "ю", "ем", "и", "ью", "е"), "й": ("я", "ю", "ем", "е"),
    "": ("а", "у", "ом", "е", "ы", "ов", "ам", "ами", "ах"), "ія": ("ії", "ію", "ією"),
}  # fmt: skip
_TR_CASES = ("i", "ı", "u", "ü", "in", "ın", "un", "ün", "e", "a", "de", "da", "te", "ta", "den", "dan", "ten", "tan",
             "le", "la", "si", "sı", "yi", "yı", "ye", "ya", "nin", "nın", "nun", "nün")  # fmt: skip
_PLURALS = {
    "en": ("s", "es"), "fr": ("s", "x"), "es": ("s", "es"), "pt": ("s", "es"), "de": ("e", "n", "en", "er", "s", "ern"),
    "nl": ("en", "s"), "it": ("i", "e"), "sv": ("er", "ar", "or", "en", "erna", "et"), "ca": ("s",),
}  # fmt: skip
_ADJECTIVES = {  # endings of what is marked with * in the lists of names, and what gives way to them
    "fr": ("", ("e", "s", "es")), "de": ("", ("e", "er", "en", "es", "em", "n", "s", "in", "innen")),
    "es": ("o", ("o", "a", "os", "as", "s", "es")), "pt": ("o", ("o", "a", "os", "as", "s")),
    "it": ("o", ("o", "a", "i", "e")),
    "ru": ("ий", ("ий", "ого", "ому", "им", "ом", "ая", "ой", "ую", "ое", "ие", "их", "ими", "а", "у")),
    "nl": ("", ("e", "er", "ers", "en")), "he": ("", ("ת", "ם", "ים", "ות")), "ur": ("", ("وں", "و")),
    "fa": ("", ("ها", "هاي", "ان", "م", "اش", "هايي")), "en": ("", ("s",)),
    "tr": ("", tuple(many + case for many in ("", "lar", "ler") for case in ("", *_TR_CASES[:12]))),
}  # fmt: skip
_STEMMED = frozenset(ALGORITHMS) - {"en"}
_INFLECTED = frozenset({"cs", "el", "et", "eu", "fi", "hi", "hu", "hy", "lt", "ne", "pl", "ro", "ru", "sr", "ta"})
"""Languages whose names have cases, too."""
_GENITIVE = frozenset({"de", "sv", "nl", "da", "no", "nb", "nn"})
_IRREGULAR = {
    "child": "children", "man": "men", "woman": "women", "person": "people", "foot": "feet", "mouse": "mice",
    "life": "lives", "wife": "wives", "leaf": "leaves", "wolf": "wolves", "medium": "media", "datum": "data",
}  # fmt: skip


def forms_of(word: str, language: str, kind: Kind, *, case: Case = "", alone: bool = True, last: bool = True) -> Forms:
    """The forms of a folded word; ``alone``: it is the whole name, ``last``: its last word."""
    return (*_listed(word, language, kind, case, alone, last), *_stemmed(word, language, kind, case))


def _stemmed(word: str, language: str, kind: Kind, case: Case) -> Forms:
    """Whatever has the same stem: of topics, and of names where these have cases."""
    if len(word) < 4 or language not in (_STEMMED if kind == "topic" else _INFLECTED):
        return ()
    rule: Rule = "plural" if kind == "topic" else "exact"
    return (Form(STEM + for_language(language).stem_of(word), rule, case=case, glued=False),)


def _listed(word: str, language: str, kind: Kind, case: Case, alone: bool, last: bool) -> Forms:
    letter = word[:1]
    if "\u0600" <= letter <= "\u06ff":
        forms = _urdu(word, kind, alone) if language == "ur" else _persian(word, kind, alone, last)
        return (Form(word, "exact", glued=False), *forms)
    if "\u05d0" <= letter <= "\u05ea":
        return (Form(word, "exact"), *_hebrew(word, kind, alone))
    if "\u0400" <= letter <= "\u04ff":
        return (Form(word, "exact", case=case), *_cyrillic(word, case))
    return (Form(word, "exact", case=case), *(_latin(word, language, kind, case, alone) if last else ()))


def adjective(word: str, language: str, *, case: Case = "") -> Forms:
    """An adjective or a people that the lists mark with *, in the forms that it has in a language."""
    away, endings = _ADJECTIVES.get(language, ("", ()))
    base = word.removesuffix(away) if away else word
    return (Form(word, "exact", case=case), *_ending(base, endings, "exact", case, glued=language == "he"))


def _ending(base: str, endings: tuple[str, ...], rule: Rule, case: Case = "", *, glued: bool = False) -> list[Form]:
    return [Form(base + ending, rule, case=case, glued=glued) for ending in _folded(endings) if base]


@lru_cache(maxsize=256)
def _folded(endings: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(map(fold_word, endings)))


def _persian(word: str, kind: Kind, alone: bool, last: bool) -> list[Form]:
    """Plural ها, the ezafe ی after a vowel, possessives, the relation ی; folding has dropped the joiner before them."""
    vowel = word.endswith(("ا", "و"))
    forms = _ending(word, ("ي", "يي") if vowel else (), "exact") if last or vowel else []
    if word.endswith("ه"):
        forms += _ending(word, ("ي",), "exact")
    if not last:
        return [*forms, *(_ending(word, _FA_PLURAL[:2], "plural") if kind == "topic" else ())]
    if kind == "topic":
        middle = "ي" if vowel else "ا" if word.endswith("ه") else ""
        forms += _ending(word, (*_FA_PLURAL, "ي", "ان", "اي"), "plural")
        forms += _ending(word + middle, _FA_POSSESSIVE, "possessive")
    if kind == "place" and alone:
        forms += _persian_relation(word, vowel)
    return forms


def _persian_relation(word: str, vowel: bool) -> list[Form]:
    """ایرانی، ایرانی‌ها، ایرانیان، آمریکایی، سوری of سوریه, ترکیه‌ای."""
    bases = [word + "يي" if vowel else word + "ي"]
    if word.endswith("ه"):
        bases = [word + "اي", *([word[:-1]] if word.endswith("يه") and len(word) > 4 else [])]
    forms = _ending(word, ("ان", "ها", "هاي"), "people") if not word.endswith("ه") else []
    for base in bases:
        forms += _ending(base, ("", "ها", "هاي", "ان", "م", "اش", "ش"), "relation")
    return forms


def _urdu(word: str, kind: Kind, alone: bool) -> list[Form]:
    """The oblique plural وں, plurals, and the relation ی; postpositions are words of their own."""
    short = word[:-1] if word.endswith(("ه", "ا")) else word
    if kind == "topic":
        forms = _ending(word, ("وں", "يں", "ياں", "ات"), "plural")
        if short != word:
            forms += _ending(short, ("ے", "وں"), "plural")
        if word.endswith("ي"):
            forms += _ending(word, ("اں", "وں"), "plural")
        return forms
    if kind == "place" and alone and len(short) >= 2:
        return _ending(short, ("ي", "يوں"), "relation")
    return []


def _hebrew(word: str, kind: Kind, alone: bool) -> list[Form]:
    """The relation י ית ים יים יות of a place, plurals and the construct of a topic."""
    inner = word.translate(_HE_FINALS) if word[-1] in "ךםןףץ" else word
    if kind == "topic":
        if word.endswith("ה"):
            return _ending(word[:-1], ("ת", "ות", "ותיה", "תו", "תה"), "plural", glued=True)
        return _ending(inner, ("ים", "ות", "י", "ו"), "plural", glued=True)
    if kind != "place" or not alone:
        return []
    base = inner
    for ending in ("יה", "ים", "ה"):
        if word.endswith(ending) and len(word) - len(ending) >= 2:
            base = word.removesuffix(ending)
            break
    return _ending(base, ("י", "ית", "ים", "יים", "יות", "אי", "אית", "אים"), "relation", glued=True)


def _cyrillic(word: str, case: Case) -> list[Form]:
    """The cases of a noun. Adjectives of places are in the list of names."""
    for ending in ("ия", "ія", "я", "а", "о", "ь", "й"):
        if word.endswith(ending) and len(word) > 3:
            return _ending(word.removesuffix(ending), _RU_CASES[ending], "exact", case)
    return _ending(word, _RU_CASES[""], "exact", case) if len(word) > 2 and word[-1] not in "аеиоуыэюяіїє" else []


def _latin(word: str, language: str, kind: Kind, case: Case, alone: bool) -> list[Form]:
    """The plural of a topic; the genitive s; people and cases in Turkish."""
    if language == "tr":
        return _turkish(word, kind, case, alone)
    if kind != "topic":
        return _ending(word, ("s",), "exact", case) if language in _GENITIVE and word[-1:] not in "sxz" else []
    if len(word) < 3:
        return []
    forms = _ending(word, _PLURALS.get(language, ()), "plural")
    if language in _GENITIVE:
        forms += _ending(word, ("s", "es"), "possessive")
    return forms + (_english(word) if language == "en" else _romance(word, language))


def _english(word: str) -> list[Form]:
    if word.endswith("ies"):
        return _ending(word[:-3], ("y",), "plural")
    if word.endswith(("xes", "ches", "shes", "sses", "zzes")):
        return _ending(word[:-2], ("",), "plural")
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return _ending(word[:-1], ("",), "plural")
    if word.endswith("y") and word[-2] not in "aeiou":
        return _ending(word[:-1], ("ies",), "plural")
    if word.endswith("is"):
        return _ending(word[:-2], ("es",), "plural")
    both = {**_IRREGULAR, **{plural: one for one, plural in _IRREGULAR.items()}}
    return _ending(both.get(word, ""), ("",), "plural")


def _romance(word: str, language: str) -> list[Form]:
    if language in ("fr", "es", "pt", "ca") and word.endswith(("s", "x")):
        return _ending(word[:-1], ("",), "plural")
    if language == "fr" and word.endswith("al"):
        return _ending(word[:-1], ("ux",), "plural")
    if language == "it" and word[-1] in "oaei":
        return _ending(word[:-1], ("i", "e", "o", "a"), "plural")
    if language in ("es", "pt") and word.endswith(("ión", "ion", "ao", "cao")):
        return _ending(word.removesuffix("cao"), ("coes",), "plural") if word.endswith("cao") else []
    return []


def _turkish(word: str, kind: Kind, case: Case, alone: bool) -> list[Form]:
    """A topic in every case and number; «-lı» and its plural for who is from a place."""
    if kind == "topic":
        forms = _ending(word, _TR_CASES, "possessive")
        for many in ("ler", "lar"):  # which of them, the folded vowels no longer say
            forms += _ending(word + many, ("", *_TR_CASES), "plural")
        if word.endswith(("ler", "lar")) and len(word) > 5:
            forms += _ending(word[:-3], ("", *_TR_CASES), "plural")
        return forms
    if kind == "place" and alone:
        people = (ending + more for ending in ("li", "lu") for more in ("", "ler", "lar", "lerin", "larin"))
        return _ending(word, tuple(people), "relation", case)
    return []
