"""Words looked for by whoever wants to miss nothing: mutes, and the rules of readers. Every form of every kind."""

from functools import lru_cache

from ..forms import ARTICLE, Form, Kind, arabic, others
from .known import key_of, known
from .reading import readings_of

_KINDS: tuple[Kind, ...] = ("place", "topic")
_COMMONEST = "en"  # by whose rules a Latin word of an unknown language has its plural


def broad_forms(word: str, language: str) -> tuple[Form, ...]:
    """Every form of a folded word (with ARTICLE for its article), whatever it names. As it stands, nothing is asked of
    it; a word of two letters has no other forms.
    """
    plain = word.replace(ARTICLE, "ال")
    forms: list[Form] = []
    if "\u0600" <= plain[0] <= "\u06ff":
        forms += arabic.broad(word)
        for code in ("fa", "ur"):
            forms += (form for kind in _KINDS for form in others.forms_of(plain, code, kind))
    else:
        forms += (form for kind in _KINDS for form in others.forms_of(plain, language or _COMMONEST, kind))
    found: dict[str, Form] = {}
    for form in forms:
        free = form.rule == "exact"
        if form.word not in found and (free or len(plain) > 2):
            found[form.word] = Form(form.word, form.rule, free=free, never_ends="" if free else form.never_ends)
    return tuple(found.values())


@lru_cache(maxsize=20_000)
def words_for(word: str) -> tuple[str, ...]:
    """The folded words that a folded word of a rule stands for, without what is glued to them: its forms, and those of
    its other spellings and of its people, as far as they are known.
    """
    found = {form.word for form in broad_forms(word, "")}
    facts = known(word, "ar")
    for other in (*facts.names, *facts.more):
        folded = key_of(other.rstrip("*"))
        if " " not in folded:
            found |= {form.word for form in broad_forms(folded, "")}
    return tuple(found)


@lru_cache(maxsize=50_000)
def stands_for(word: str, wanted: str) -> bool:
    """Whether a folded word of a text is a form of a folded word of a rule."""
    words = words_for(wanted)
    readings = [reading for reading in readings_of(word) if reading.rest in words]
    if not readings or word in known(wanted, "ar").never:
        return False
    plain = {wanted, wanted[2:] if wanted.startswith("ال") and len(wanted) > 4 else wanted}
    forms = (Form(one.rest, "exact" if one.rest in plain else "relation", free=one.rest in plain) for one in readings)
    return any(form.allows(one, word) for form, one in zip(forms, readings, strict=True))
