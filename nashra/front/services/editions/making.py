"""Making editions: when the next one is due, what stands in it, and what of the one before stays as it was."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from django.db.models import OuterRef, Subquery

from nashra.accounts.models import Reader
from nashra.core import rank
from nashra.core.rank import Context, Profile, Ranked, Sizes, scoring
from nashra.core.rank.signals import REGISTRY, shipped
from nashra.front import boosting, candidates
from nashra.front.models import Edition, Follow, Signal
from nashra.front.muting import Muting, muting_of
from nashra.front.services.editions.halves import EVENING, MAIL, half_of
from nashra.front.services.editions.rows import Shown, items_from, items_of, packed, stored
from nashra.front.services.fitting import current_weights
from nashra.front.services.mixing import mix_of
from nashra.news import access

REFRESH = timedelta(minutes=30)
THIN = 12  # an edition with fewer items is made anew as soon as there is more: feeds are still arriving
GENERAL = Sizes(lead=1, stories=3, for_you=8, followed=0, outside=0, latest=8)


def edition_for(
    reader: Reader, *, now: datetime, muting: Muting | None = None, follows: Iterable[Follow] | None = None
) -> Shown:
    """The reader's edition: the one they were shown, or the next one when that is due. `muting` and `follows` save
    queries where they have been loaded.
    """
    muting = muting or muting_of(reader, now)
    last, deepest = newest(reader)
    if last is None or _is_due(last, now):
        last = _make(reader, muting, now, after=last, deepest=deepest, follows=follows)
    elif last.shown_at is None:  # made beforehand
        last.shown_at = now
        Edition.objects.filter(pk=last.pk).update(shown_at=now)
    return as_it_stands(last, reader, muting)


def last_edition(reader: Reader, *, now: datetime, muting: Muting) -> Shown:
    """The reader's edition as it stands, due or not; nothing is made. Without items when there is none yet."""
    last, _ = newest(reader)
    return as_it_stands(last, reader, muting) if last else Shown(None, now, ())


def refresh(reader: Reader, *, now: datetime) -> Shown:
    """The next edition, asked for by the reader."""
    muting = muting_of(reader, now)
    last, deepest = newest(reader)
    return as_it_stands(_make(reader, muting, now, after=last, deepest=deepest), reader, muting)


def general_edition(*, now: datetime) -> Shown:
    """The paper's general front page, the same for every visitor."""
    ranked = rank.rank(candidates.for_visitors(now), Profile(personalise=False), Context(sizes=GENERAL), now=now)
    return Shown(None, now, items_from(stored(ranked)))


def newest(reader: Reader) -> tuple[Edition | None, int | None]:
    """The reader's newest edition, without the values of its signals, which pages do not need; and its last place on
    which they did anything.
    """
    rows = Edition.objects.filter(reader=reader).exclude(part=MAIL).defer("features", "weights")
    done = Signal.objects.filter(edition=OuterRef("pk"), position__isnull=False).order_by("-position")
    last = rows.annotate(deepest=Subquery(done.values("position")[:1])).order_by("-made_at", "-pk").first()
    return last, last.deepest if last else None


def as_it_stands(edition: Edition, reader: Reader, muting: Muting) -> Shown:
    """Mute, hide and deletion take effect in a frozen edition at once; nothing else changes it."""
    items = items_of(edition)
    allowed = muting.limit(access.visible_articles(reader).filter(pk__in=[item.article_id for item in items]))
    still = {article.pk: article for article in muting.keep(access.for_lists(allowed))}
    kept = tuple(item for item in items if item.article_id in still)
    due = (edition.shown_at or edition.made_at) + REFRESH
    return Shown(edition.pk, edition.made_at, kept, reader.seen_at, still, edition.day, edition.part, due)


def _is_due(last: Edition, now: datetime) -> bool:
    age = now - (last.shown_at or last.made_at)
    thin = not last.items or (len(last.items) < THIN and age >= timedelta(seconds=5))
    return last.stale or age >= REFRESH or thin


def _make(
    reader: Reader,
    muting: Muting,
    now: datetime,
    *,
    after: Edition | None,
    deepest: int | None,
    follows: Iterable[Follow] | None = None,
) -> Edition:
    """The next edition; the one before goes on when nothing is new and the half of the day is the same."""
    day, part = half_of(reader, now)
    wishes = candidates.wishes_of(reader, now, follows)
    offered = candidates.offered(reader, wishes, muting, now, _context(reader, day, part))
    context = offered.context
    ranked = in_seen_order(rank.rank(offered.pool, wishes.profile, context, now=now), seen_of(after, deepest))
    items = stored(ranked)
    same = after is not None and not after.stale and (after.day, after.part) == (day, part)
    if same and after is not None and [row[0] for row in items] == [row[0] for row in after.items]:
        after.shown_at = now
        Edition.objects.filter(pk=after.pk).update(shown_at=now)
        return after
    keys = [signal.key for signal in REGISTRY]
    used = scoring.weights(wishes.profile, context.weights, context.newest).tolist()
    return Edition.objects.create(
        reader=reader, made_at=now, shown_at=now, model=_model(context), day=day, part=part, items=items,
        features=packed(ranked), weights=[[key, round(weight, 5)] for key, weight in zip(keys, used, strict=True)],
    )  # fmt: skip


def _context(reader: Reader, day: date, part: str) -> Context:
    """The reader's wishes for the page, and one lot for each half of a day: what was drawn by it stays on the editions
    of a morning.
    """
    mix, given = mix_of(reader), current_weights()
    seed = (reader.pk * 1_000_003 + 2 * day.toordinal() + (part == EVENING)) & 0x7FFFFFFF
    return Context(
        seed=seed, discover=mix.discover, newest=-mix.important, weights=given,
        correction=boosting.correction(shipped() | given),
    )  # fmt: skip


def _model(context: Context) -> str:
    """The version of the ranking model; "+trees" where a second one stands on the linear one."""
    return rank.MODEL if context.correction is None else f"{rank.MODEL}+trees"


def seen_of(edition: Edition | None, deepest: int | None) -> list[int]:
    """The articles of an edition that the reader has surely seen, in their order: down to the last place on which they
    did anything.
    """
    return [] if edition is None or deepest is None else [item.article_id for item in items_of(edition)[: deepest + 1]]


def in_seen_order(ranked: Sequence[Ranked], seen: Sequence[int]) -> list[Ranked]:
    """Pieces that were seen keep their order among themselves within each part of the page; new ones come between."""
    order = {article_id: at for at, article_id in enumerate(seen)}
    kept = list(ranked)
    for slot in {one.slot for one in ranked}:
        places = [at for at, one in enumerate(ranked) if one.slot == slot and one.item.id in order]
        ones = sorted((ranked[at] for at in places), key=lambda one: order[one.item.id])
        for at, one in zip(places, ones, strict=True):
            kept[at] = one
    return kept
