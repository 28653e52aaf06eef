"""What a reader says of a line: its state, which never fades."""

from datetime import datetime

from nashra.accounts.models import Reader
from nashra.front.models import Interest, Kind
from nashra.front.services.learning.lessons import NOTHING
from nashra.news.models import Source


def set_source(reader: Reader, source: Source, state: Interest.State, *, now: datetime) -> Interest.State:
    """Gives a source's line a state, making the line where there is none; returns the state before. A line of which
    nothing is left leaves.
    """
    made = {"label": str(source)[:200], "at": now}
    line, _ = Interest.objects.get_or_create(reader=reader, kind=Kind.SOURCE, key=str(source.pk), defaults=made)
    before = Interest.State(line.state)
    if state == Interest.State.NORMAL and not line.opened and abs(line.weight) < NOTHING:
        line.delete()
    elif state != before:
        Interest.objects.filter(pk=line.pk).update(state=state)
    return before
