"""The ranking in sentences: why each weight is what it is, and what came of a fit."""

from collections.abc import Callable, Mapping

from django.utils.translation import gettext

from nashra.base import locale
from nashra.front.models import Weights


def weight_reason(key: str) -> str:
    """Why a signal has the weight that it was given by hand, in one short sentence; empty for an unknown one."""
    return _REASONS[key]() if key in _REASONS else ""


_REASONS: Mapping[str, Callable[[], str]] = {
    "follow_word": lambda: gettext("The most explicit wish there is: more than anything that is guessed."),
    "follow_author": lambda: gettext("An explicit wish, nearly as narrow as a word."),
    "follow_search": lambda: gettext("An explicit wish, nearly as narrow as a word."),
    "follow_topic": lambda: gettext("An explicit wish, though a wide one."),
    "subscribed": lambda: gettext("A weaker wish than a topic: one source tells of many things."),
    "source_opened": lambda: gettext("Grows with every piece opened from it, so it may count for much."),
    "topic_opened": lambda: gettext("As for sources, a little less: topics are guessed."),
    "similar": lambda: gettext("What a piece is about tells most of whether it will be read."),
    "similar_meaning": lambda: gettext("What a piece is about says at least as much as whose it is."),
    "name_opened": lambda: gettext("People and places that were read about come up again."),
    "word_opened": lambda: gettext("What readers say of words counts as far as they say."),
    "kindred": lambda: gettext("Whom a piece is for shows in who else opens it."),
    "story_sources": lambda: gettext("What many tell of matters, even to a single reader's paper."),
    "fresh": lambda: gettext("News is new; yesterday's great story can still stand above a fresh triviality."),
    "opened_lately": lambda: gettext("What others opened in the last hours is opened by more."),
    "opened_today": lambda: gettext("The same over a day: steadier, so as much weight."),
    "shown_widely": lambda: gettext("A little against: what everybody was shown was mostly met elsewhere."),
    "picked": lambda: gettext("Editors choose seldom: it stands near the top, below two wishes of a reader."),
    "passed": lambda: gettext("Against: what was looked at and left is mostly left again."),
}


def outcome_of(row: Weights) -> str:
    """What came of a fit, and why."""
    state, replay = row.state, row.replay
    if state == Weights.State.REFUSED:
        told = _REFUSED.get(str(replay.get("why")), _REFUSED["unsure"])()
    elif state == Weights.State.CURRENT:
        told = gettext("In use.")
    else:
        told = gettext("Was in use.")
    return f"{told} {replayed(row)}".strip()


_REFUSED: Mapping[str, Callable[[], str]] = {
    "unsure": lambda: gettext("Not taken: it is not sure that they are better than those in use."),
    "worse": lambda: gettext("Not taken: they order pages worse than those in use."),
    "held": lambda: gettext("Not taken: they are better, but you have chosen the weights in use."),
}


def replayed(row: Weights) -> str:
    """The figures of the replay in a sentence; empty where there was none."""
    replay = row.replay
    if "gain" not in replay:
        return ""
    figures = {name: locale.number(round(100 * float(replay[name]), 1)) for name in ("gain", "low", "high", "auc")}
    text = gettext(
        "In the replay %(auc)s of 100 pairs of an opened and a passed piece stood right, %(gain)s more than with those"
        " before (95 of 100 times between %(low)s and %(high)s)."
    )
    return text % figures
