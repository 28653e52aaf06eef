"""What is recorded of reading beside opening: how far and how long, only where the reader allows it; and sharing.

Everything stays on this server, in coarse steps; a second message about the same article only raises what is known.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from nashra.accounts.models import Reader
from nashra.front.models import Signal
from nashra.front.services import learning
from nashra.front.services.popularity import recounted
from nashra.front.services.signals import NOWHERE, Place, profile_changed, signal
from nashra.news.models import Article

HOUR = timedelta(hours=1)
DAYS = (7, 30, 90, 365)  # for which signals may be kept
STEPS = ("0", "1", "2", "3")  # of visible time: under 10 s, to 30 s, to two minutes, longer; the browser tells no more
WHILE = timedelta(hours=12)  # after its opening an article may still be read
AT_ONCE = 5000  # readers in one night
MOST_A_DAY = 500  # articles of one reader of which reading is noted
What = Signal.What
OPENINGS = (What.OPEN, What.MAIL)


@dataclass(frozen=True, slots=True)
class Privacy:
    """What a reader allows."""

    personalise: bool
    learns: bool
    measures_reading: bool
    counts_mail: bool
    keeps_days: int


def note_reading(reader: Reader, article: Article, *, step: int, finished: bool, now: datetime) -> bool:
    """Notes in which step of time an opened article was seen, and whether its end was; whether that was noted."""
    if not (reader.measures_reading and reader.learns and reader.personalise):
        return False
    opening = Signal.objects.filter(reader=reader, article=article, what__in=OPENINGS, at__gt=now - WHILE)
    if not opening.exists():
        return False
    with transaction.atomic():
        known = {one.what: one for one in _of(reader, article, What.DWELL, What.FINISH)}
        today = Signal.objects.filter(reader=reader, what=What.DWELL, at__gt=now - timedelta(days=1))
        if not known and today.count() >= MOST_A_DAY:
            return False
        _raise_stay(reader, article, known.get(What.DWELL), step, now)
        if finished and What.FINISH not in known:
            signal(reader, article, What.FINISH, now=now, place=place_of_opening(reader, article))
    return True


def _raise_stay(reader: Reader, article: Article, known: Signal | None, step: int, now: datetime) -> None:
    if known is None:
        signal(reader, article, What.DWELL, value=step, now=now, place=place_of_opening(reader, article))
    elif step > known.value:
        Signal.objects.filter(pk=known.pk).update(value=step)
        learning.learn(reader, article, What.DWELL, value=step, now=now)


def note_share(reader: Reader, article: Article, *, now: datetime) -> bool:
    """Notes that an article was shared; once. Whether that was noted."""
    if _of(reader, article, What.SHARE):
        return False
    return signal(reader, article, What.SHARE, now=now, place=place_of_opening(reader, article))


def note_follow(reader: Reader, article: Article, *, now: datetime) -> bool:
    """Notes that something was followed from an article's page; once. Whether that was noted."""
    if _of(reader, article, What.FOLLOW):
        return False
    return signal(reader, article, What.FOLLOW, now=now, place=place_of_opening(reader, article))


def place_of_opening(reader: Reader, article: Article) -> Place:
    """Where the article stood when it was opened: what follows happened because of that place."""
    opening = Signal.objects.filter(reader=reader, article=article, what__in=OPENINGS).order_by("-at")
    last = opening.first()
    return Place(last.edition_id, last.slot, last.position) if last else NOWHERE


def _of(reader: Reader, article: Article, *what: Signal.What) -> list[Signal]:
    return list(Signal.objects.filter(reader=reader, article=article, what__in=what))


def set_privacy(reader: Reader, wishes: Privacy, *, now: datetime) -> None:
    """Keeps what the reader allows. What is older than it may be kept goes at once."""
    changed = reader.personalise != wishes.personalise
    with transaction.atomic():
        for name in Privacy.__dataclass_fields__:
            setattr(reader, name, getattr(wishes, name))
        reader.save(update_fields=list(Privacy.__dataclass_fields__))
        forget_older(reader, now=now)
        if changed:
            profile_changed(reader)


def forget_all_older(*, now: datetime) -> int:
    """Lets go of everybody what is older than they want it kept; how many signals."""
    readers: set[int] = set()
    for days in Reader.objects.order_by().values_list("keeps_days", flat=True).distinct():
        old = Signal.objects.filter(at__lt=now - timedelta(days=days), reader__keeps_days=days)
        readers.update(old.order_by().values_list("reader", flat=True).distinct()[:AT_ONCE])
    return sum(forget_older(reader, now=now) for reader in Reader.objects.filter(pk__in=readers).order_by("pk"))


def forget_older(reader: Reader, *, now: datetime) -> int:
    """Lets go signals that are older than the reader wants them kept; how many. What was learned from them stays."""
    old = Signal.objects.filter(reader=reader, at__lt=now - timedelta(days=reader.keeps_days))
    if not old.exists():
        return 0
    with recounted(reader):
        return old.delete()[0]
