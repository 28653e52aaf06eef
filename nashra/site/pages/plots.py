"""Small pictures of figures: bars for inline SVG, laid out along the reader's direction, each with its words."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext, ngettext, pgettext

from nashra.base import locale
from nashra.news.services import FetchLine
from nashra.news.services.figures import SourceRhythm

HEIGHT = 100
_STEP, _BAR = 10, 7
_HEIGHTS = {"new": 70, "part": 70, "pushed": 70, "moved": 70, "unchanged": 25}  # others, which want a look, fill it
_KINDS = {"failed": "bad", "refused": "bad", "gone": "bad", "waiting": "warn", "part": "warn", "unchanged": "quiet"}
_NOTABLE = 3  # busiest hours that are named


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar in a picture whose y axis points down. `kind`: "ok", "quiet", "warn" or "bad"."""

    x: int
    y: int
    width: int
    height: int
    kind: str


@dataclass(frozen=True, slots=True)
class Plot:
    """A picture of bars from the start side to the end, `width` by HEIGHT; `text` says the same in words."""

    bars: list[Bar]
    width: int
    text: str
    height: int = HEIGHT


def fetches(lines: Sequence[FetchLine]) -> Plot | None:
    """The last fetches, oldest first; None without any. `lines`: newest first."""
    if not lines:
        return None
    parts = [(_HEIGHTS.get(one.outcome, HEIGHT), _KINDS.get(one.outcome, "ok")) for one in reversed(lines)]
    return Plot(_bars(parts), len(parts) * _STEP, _said(lines))


def hours(rhythm: SourceRhythm, now: datetime) -> Plot | None:
    """How much news comes in each hour of the reader's day; None where nothing was learnt."""
    if not rhythm.hours:
        return None
    offset = round((locale.local(now).utcoffset() or timedelta(0)).total_seconds() / 3600)
    places = [(hour - offset) % 24 for hour in range(24)]  # the reader's hours, as hours of UTC
    most = max(rhythm.hours)
    heights = [max(2, round(rhythm.hours[hour] / most * HEIGHT)) for hour in places]
    parts = [(height, "quiet" if hour in rhythm.quiet else "ok") for height, hour in zip(heights, places, strict=True)]
    busy = sorted(range(24), key=lambda hour: -rhythm.hours[places[hour]])[:_NOTABLE]
    named = " · ".join(locale.to_digits(f"{hour:02}:00") for hour in sorted(busy))
    return Plot(_bars(parts), 24 * _STEP, gettext("Most comes in the hours from %(hours)s.") % {"hours": named})


def _bars(parts: Sequence[tuple[int, str]]) -> list[Bar]:
    """Bars side by side; from the right where the reader's language is written so."""
    rtl = locale.direction_of(locale.current().language) == "rtl"
    places = range(len(parts) - 1, -1, -1) if rtl else range(len(parts))
    return [
        Bar(place * _STEP + (_STEP - _BAR) // 2, HEIGHT - height, _BAR, height, kind)
        for place, (height, kind) in zip(places, parts, strict=True)
    ]


def outcome(code: str) -> str:
    """A word for what came of a fetch."""
    words = {
        "new": pgettext("outcome of a fetch", "New"),
        "unchanged": pgettext("outcome of a fetch", "Unchanged"),
        "part": pgettext("outcome of a fetch", "In part"),
        "moved": pgettext("outcome of a fetch", "Moved"),
        "refused": pgettext("outcome of a fetch", "No feed"),
        "failed": pgettext("outcome of a fetch", "Failed"),
        "waiting": pgettext("outcome of a fetch", "Asked to wait"),
        "gone": pgettext("outcome of a fetch", "Closed"),
        "pushed": pgettext("outcome of a fetch", "Pushed"),
    }
    return words.get(code, code)


def shape(code: str) -> str:
    """The status component's shape for what came of a fetch."""
    kind = _KINDS.get(code, "ok")
    return "ok" if kind == "quiet" else kind


def _said(lines: Sequence[FetchLine]) -> str:
    counts = Counter(one.outcome for one in lines).most_common()
    parts = [f"{outcome(code)}: {locale.number(number)}" for code, number in counts]
    head = ngettext("The last fetch.", "The last %(count)s fetches.", len(lines)) % {"count": locale.number(len(lines))}
    return f"{head} {' · '.join(parts)}"
