"""Who follows what: subscriptions with a folder and a name of the reader's own."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.conf import settings
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from nashra.accounts.models import Reader
from nashra.base import locale
from nashra.core.text import clean
from nashra.news import registry
from nashra.news.errors import SourceError
from nashra.news.models import Source, Subscription, Visibility
from nashra.news.services.health import Health, health

FOLDER = 120  # longest name of a folder
TAGS = 20  # tags of one subscription
_COMMAS = re.compile("[,،;؛\n]")


def room(reader: Reader) -> int:
    """How many more sources a reader may follow."""
    limit: int = settings.NASHRA_SOURCES_PER_READER
    return max(0, limit - Subscription.objects.filter(reader=reader).count())


def check_room(reader: Reader) -> None:
    """SourceError when the reader follows as many sources as the limit allows."""
    if room(reader) <= 0:
        limit = locale.number(settings.NASHRA_SOURCES_PER_READER)
        raise SourceError(
            "limit", _("This account follows %(limit)s sources, which is the limit here.") % {"limit": limit}
        )


def subscribe(reader: Reader, source: Source, *, folder: str = "") -> Subscription:
    """The reader follows the source; what rests because nobody followed it is fetched again. SourceError over the
    limit.
    """
    found = Subscription.objects.filter(reader=reader, source=source).first()
    if found is not None:
        return found
    check_room(reader)
    wake(source)
    made, _created = Subscription.objects.get_or_create(
        reader=reader, source=source, defaults={"folder": clean(folder, longest=FOLDER)}
    )
    return made


def subscription_of(reader: Reader | None, source: Source) -> Subscription | None:
    """How the reader follows a source; None when they do not."""
    return Subscription.objects.filter(reader=reader, source=source).first() if reader else None


def wake(source: Source) -> None:
    """A source that rested for want of followers is due again."""
    if source.state == Source.State.PAUSED and source.due_reason.get("code") == "nobody":
        source.state, source.due_at, source.due_reason = Source.State.ACTIVE, timezone.now(), {"code": "asked"}
        source.save(update_fields=["state", "due_at", "due_reason"])


def welcome_back(reader: Reader) -> None:
    """A reader came back after long: what was fetched less often, because nobody read it, is due."""
    resting = Source.objects.filter(due_reason__code="unread", state=Source.State.ACTIVE, claimed_until=None)
    theirs = resting.filter(Q(subscriptions__reader=reader) | Q(visibility=Visibility.PAPER))
    ids = set(theirs.values_list("pk", flat=True))
    Source.objects.filter(pk__in=ids).update(due_at=timezone.now(), due_reason={"code": "returned"})


def unsubscribe(reader: Reader, source: Source) -> None:
    """The reader follows the source no more. A source that nobody follows and the paper did not choose rests."""
    Subscription.objects.filter(reader=reader, source=source).delete()
    if source.visibility == Visibility.PAPER or source.is_own or source.subscriptions.exists():
        return
    Source.objects.filter(pk=source.pk, state=Source.State.ACTIVE).update(
        state=Source.State.PAUSED, due_reason={"code": "nobody"}
    )


def move_to_folder(reader: Reader, source: Source, folder: str) -> None:
    """Puts a followed source into a folder; an empty name takes it out."""
    rows = Subscription.objects.filter(reader=reader, source=source)
    rows.update(folder=clean(folder, longest=FOLDER))


def rename(reader: Reader, source: Source, title: str) -> None:
    """Gives a followed source the reader's own name; an empty one brings back the feed's."""
    Subscription.objects.filter(reader=reader, source=source).update(title=clean(title, longest=300))


def set_tags(reader: Reader, source: Source, names: Iterable[str]) -> None:
    """Keeps a followed source under these names, too; none takes them all away."""
    Subscription.objects.filter(reader=reader, source=source).update(tags=tidy_tags(names))


def split_tags(text: str) -> list[str]:
    """The tags in a line as a person types it: commas between them, Arabic ones too."""
    return tidy_tags(_COMMAS.split(text))


def tidy_tags(names: Iterable[str]) -> list[str]:
    """Each name once, without commas and odd characters; at most 20."""
    cleaned = (clean(_COMMAS.sub(" ", name), longest=FOLDER) for name in names)
    return list(dict.fromkeys(name for name in cleaned if name))[:TAGS]


@dataclass(frozen=True, slots=True)
class FollowedSource:
    """One source as its follower sees it: under which name, with how many unread articles, in what health."""

    source: Source
    subscription: Subscription
    name: str
    unread: int
    health: Health


@dataclass(frozen=True, slots=True)
class Folder:
    """Sources that a reader keeps together, in a folder or under a tag; the one without a name holds the rest."""

    name: str
    sources: list[FollowedSource] = field(default_factory=list)

    @property
    def unread(self) -> int:
        """Unread articles of all its sources."""
        return sum(one.unread for one in self.sources)


def tags_in(folders: Iterable[Folder]) -> list[tuple[str, int]]:
    """All tags of these sources, each with how many carry it; by name."""
    found = Counter(tag for folder in folders for one in folder.sources for tag in one.subscription.tags)
    return sorted(found.items(), key=lambda pair: pair[0].casefold())


def tagged(folders: Iterable[Folder], tag: str) -> list[Folder]:
    """The same without the sources that do not carry this tag."""
    kept = ((folder.name, [one for one in folder.sources if tag in one.subscription.tags]) for folder in folders)
    return [Folder(name, sources) for name, sources in kept if sources]


def by_tag(folders: Iterable[Folder]) -> list[Folder]:
    """The same sources under each of their tags; those without one come first."""
    groups: dict[str, Folder] = {}
    for one in (one for folder in folders for one in folder.sources):
        for tag in one.subscription.tags or [""]:
            groups.setdefault(tag, Folder(tag)).sources.append(one)
    for group in groups.values():
        group.sources.sort(key=lambda one: one.name.casefold())
    return sorted(groups.values(), key=lambda group: group.name.casefold())


def sources_of(reader: Reader) -> list[Folder]:
    """What a reader follows, by folder and name; sources without a folder come first."""
    rows = Subscription.objects.filter(reader=reader).select_related("source", "source__topic")
    subscriptions: Sequence[Subscription] = list(rows)
    unread = registry.unread(reader, [row.source_id for row in subscriptions])
    followed = [
        FollowedSource(row.source, row, row.title or str(row.source), unread.get(row.source_id, 0), health(row.source))
        for row in subscriptions
    ]
    folders: dict[str, Folder] = {}
    for one in sorted(followed, key=lambda one: (one.subscription.folder.casefold(), one.name.casefold())):
        folders.setdefault(one.subscription.folder, Folder(one.subscription.folder)).sources.append(one)
    return list(folders.values())
