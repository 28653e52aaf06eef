"""The profile in words: what can be said of a line, and what was done with an article."""

from collections.abc import Iterable

from django.utils.translation import gettext, pgettext

from nashra.front.models import Interest, Signal

State, What = Interest.State, Signal.What


def states() -> list[tuple[str, str]]:
    """What a reader can say of a line: state and button, from less to more."""
    return [
        (State.LESS.value, gettext("Less")),
        (State.NORMAL.value, pgettext("of a line of the profile", "Normal")),
        (State.MORE.value, gettext("More")),
        (State.PINNED.value, pgettext("of a line of the profile", "Always")),
    ]


def acts_in_words(acts: Iterable[str]) -> str:
    """What was done with an article, one after another."""
    words = {
        What.OPEN: pgettext("done with a piece", "opened"),
        What.FINISH: pgettext("done with a piece", "read to the end"),
        What.DWELL: pgettext("done with a piece", "time on it noted"),
        What.SAVE: pgettext("done with a piece", "saved"),
        What.SHARE: pgettext("done with a piece", "shared"),
        What.FOLLOW: pgettext("done with a piece", "followed something from it"),
        What.MORE: pgettext("done with a piece", "more of this"),
        What.LESS: pgettext("done with a piece", "less of this"),
        What.HIDE: pgettext("done with a piece", "hidden"),
    }
    known = set(acts)
    return " · ".join(text for what, text in words.items() if what in known)
