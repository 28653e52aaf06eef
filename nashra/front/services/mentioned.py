"""The names that an article speaks of, for its page: places, what its reader follows, and what others follow.

What others follow tells of them. So a name counts only when an editor follows it, or three readers do; the same holds
for other spellings of it. Nobody's page shows what one or two readers follow.
"""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from django.db.models import Count, Q

from nashra.accounts.models import Role
from nashra.core import text as texts
from nashra.core.text import naming, places
from nashra.front.models import Follow, Kind
from nashra.front.muting import Muting
from nashra.front.words import LEFT_OUT, Named, finder, named
from nashra.news.models import Article

SHOWN = 8
TOGETHER = 3  # readers who follow a name before others may see it
MOST_SHARED = 500
FRESH = 600  # seconds for which the names that others follow are remembered
PASSING = 1000  # letters; what a longer text names once and not in its title is in passing, or another word («قطر»)
_EDITORS = (Role.EDITOR, Role.OWNER)
_REMEMBERED = 512  # articles


@dataclass(frozen=True, slots=True)
class Mentioned:
    """A name on an article's page: in the reader's language where it has one there, a search for all that is written of
    it, and what the button of following sends.
    """

    label: str
    language: str  # of the label; empty: not known
    search: str
    words: str
    followed: bool = False


def mentioned(
    article: Article, text: str, *, follows: Iterable[Follow], muting: Muting, language: str, now: datetime
) -> list[Mentioned]:
    """The names in an article, the most mentioned first, without muted ones. `text` is the article's plain text;
    `follows` are its reader's own, of any kind; `language` is that of the page.
    """
    own = {meaning(one): one for one in map(_named, follows) if one is not None}
    everybodys = shared_names(now)
    weights = _most(_weights(article, text, everybodys), _counted(article, text, tuple(own.values())))
    shared = {meaning(one): one for one in everybodys}
    least = 2 if len(text) > PASSING else 1
    found: list[Mentioned] = []
    for what in sorted(weights, key=lambda one: (-weights[one], one)):
        if weights[what] < least and what not in own:
            continue
        one = _shown(what, own.get(what), shared.get(what), article.language, language)
        if one and not muting.hides(one.label, "", one.language or language):
            found.append(one)
        if len(found) == SHOWN:
            break
    return found


def shared_names(now: datetime) -> tuple[Named, ...]:
    """The names that everybody may see because an editor follows them, or `TOGETHER` readers do."""
    return _shared(int(now.timestamp()) // FRESH)


def forget_shared_names() -> None:
    """Has them read anew at the next page."""
    _shared.cache_clear()


@lru_cache(maxsize=2)
def _shared(_period: int) -> tuple[Named, ...]:
    rows = Follow.objects.filter(kind=Kind.WORD, reader__is_active=True)
    counted = rows.values("key").annotate(n=Count("pk"), editors=Count("pk", filter=Q(reader__role__in=_EDITORS)))
    known = counted.filter(Q(n__gte=TOGETHER) | Q(editors__gte=1)).order_by("-n", "key")
    keys = list(known.values_list("key", flat=True)[:MOST_SHARED])
    by_key: dict[str, list[Follow]] = defaultdict(list)
    for row in rows.filter(key__in=keys).select_related("reader").order_by("pk"):
        by_key[row.key].append(row)
    return tuple(_joined(by_key[key]) for key in keys)


def _joined(rows: Sequence[Follow]) -> Named:
    """What several people follow as one: an editor's words, else those that most wrote."""
    edited = [row for row in rows if row.reader.role in _EDITORS]
    says = edited or rows
    label, sense, language = Counter((row.label, row.sense, row.language) for row in says).most_common(1)[0][0]
    given = Counter(alias for row in rows for alias in set(row.aliases))
    by_editors = {alias for row in edited for alias in row.aliases}
    aliases = sorted(alias for alias, n in given.items() if n >= TOGETHER or alias in by_editors)
    return named(rows[0].key, label, sense=sense, language=language, aliases=aliases)


def _named(follow: Follow) -> Named | None:
    if follow.kind != Kind.WORD:
        return None
    said = {"sense": follow.sense, "language": follow.language, "aliases": follow.aliases}
    return named(follow.key, follow.label, **said)


def meaning(one: Named) -> str:
    """What a name means, whatever it is called: a place's key, or the folded words."""
    place = places.place_of(one.wanted.name, one.wanted.language) or places.place_of(one.wanted.name)
    return place or f"{Kind.WORD}:{one.key}"


_weighed: dict[bytes, tuple[tuple[Named, ...], dict[str, int]]] = {}


def _weights(article: Article, text: str, shared: tuple[Named, ...]) -> dict[str, int]:
    """How often places and shared names are mentioned; remembered for the article as it reads now."""
    reads = f"{article.language}\0{article.title}\0{naming.beginning(text)}"
    version = hashlib.blake2b(reads.encode(errors="replace"), digest_size=16).digest()
    known = _weighed.get(version)
    if known is None or known[0] is not shared:
        if len(_weighed) >= _REMEMBERED:
            _weighed.clear()
        in_places = naming.places_in(article.title, text, language=article.language)
        known = _weighed[version] = (shared, _most(in_places, _counted(article, text, shared)))
    return known[1]


def _most(one: dict[str, int], other: dict[str, int]) -> dict[str, int]:
    return {what: max(one.get(what, 0), other.get(what, 0)) for what in one | other}


def _counted(article: Article, text: str, names: tuple[Named, ...]) -> dict[str, int]:
    """How often each of these names is mentioned, by what it means."""
    if not names:
        return {}
    looking, what = finder(names), {one.key: meaning(one) for one in names}
    return naming.weighed(
        article.title, text, lambda part: looking.found(part, article.language), lambda one: what[one.key]
    )


def _shown(what: str, own: Named | None, shared: Named | None, spoken: str, language: str) -> Mentioned | None:
    """A name as its page shows it, in the page's language, else in the article's."""
    one = own or shared
    local = [(name[0], code) for code in (language, spoken) if (name := places.names_of(what, code))]
    if own is None and local:
        label, of = local[0]
    elif one is not None:
        label, of = one.wanted.name, one.wanted.language
    else:
        return None
    codes = dict.fromkeys((language, spoken, "ar", "en"))
    others = [name for code in codes for name in places.names_of(what, code)[:1]]
    aliases = [alias for alias in (one.wanted.aliases if one else ()) if not alias.startswith(LEFT_OUT)]
    search = naming.search_for([label, *others, *aliases][:6])
    return Mentioned(label, texts.primary(of), search, own.key if own else label, followed=own is not None)
