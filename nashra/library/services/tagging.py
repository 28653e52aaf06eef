"""Tags: a reader's own labels, one however it is spelled (harakat, ى or ي, capitals)."""

import re
from collections.abc import Iterable, Sequence

from django.db import transaction
from django.utils.translation import gettext

from nashra.accounts.models import Reader
from nashra.base import locale
from nashra.core.text import clean, fold
from nashra.library.models import SavedItem, Tag
from nashra.library.services.errors import BadTag

LONGEST = 120  # characters
MOST = 50  # tags of one item
_BETWEEN = re.compile(r"[,،;؛\n]")


def read_tags(typed: str) -> list[str]:
    """The names in what a person typed: separated by commas, Latin or Arabic."""
    return [name for part in _BETWEEN.split(typed) if (name := clean(part))]


def tag_names(names: Iterable[str]) -> dict[str, str]:
    """Key and name of each tag, in order, each once. Raises BadTag."""
    found: dict[str, str] = {}
    for given in names:
        name = clean(given)
        if len(name) > LONGEST:
            raise BadTag(gettext("A tag has at most %(most)s characters.") % {"most": locale.number(LONGEST)})
        if key := tag_key(name):
            found.setdefault(key, name)
    if len(found) > MOST:
        raise BadTag(gettext("A piece has at most %(most)s tags.") % {"most": locale.number(MOST)})
    return found


def tag_key(name: str) -> str:
    """The folded name under which a tag is found; empty when nothing is left of it."""
    return " ".join(fold(clean(name)).split())[:LONGEST]


def set_tags(item: SavedItem, names: Iterable[str]) -> list[Tag]:
    """Gives an item exactly these tags. Raises BadTag; nothing is changed then."""
    wanted = tag_names(names)
    with transaction.atomic():
        tags = _tags(item.reader, wanted)
        item.tags.set(tags)
        forget_unused(item.reader)
    return tags


def add_tags(items: Sequence[SavedItem], names: dict[str, str]) -> None:
    """Adds tags (from `tag_names`) to items of one reader. Raises BadTag when one would have too many."""
    if not items:
        return
    with transaction.atomic():
        tags = _tags(items[0].reader, names)
        for item in items:
            item.tags.add(*tags)
            if item.tags.count() > MOST:
                raise BadTag(gettext("A piece has at most %(most)s tags.") % {"most": locale.number(MOST)})


def forget_unused(reader: Reader) -> None:
    """A tag that no item has leaves; one on a removed item stays as long as that."""
    Tag.objects.filter(reader=reader, items=None).delete()


def _tags(reader: Reader, wanted: dict[str, str]) -> list[Tag]:
    known = {tag.key: tag for tag in Tag.objects.filter(reader=reader, key__in=wanted)}
    for key, name in wanted.items():
        if key not in known:
            known[key], _ = Tag.objects.get_or_create(reader=reader, key=key, defaults={"name": name})
    return [known[key] for key in wanted]
