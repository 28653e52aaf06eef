"""What each thing that a reader does with an article is worth, and which of them stand against each other.

The unit is one opened article. An article counts once for each kind of thing, however often that happens: opened again
it adds nothing, saved as well it adds what saving is worth. Set by hand, in the order of what each costs the reader
and of how little else it can mean.
"""

from collections.abc import Mapping

from nashra.front.models import Signal

What = Signal.What

GAINS: Mapping[str, float] = {
    What.OPEN: 1.0,  # a headline was worth a click: the unit
    What.FINISH: 0.5,  # and the text kept what it promised; less than a click, since short texts are finished by chance
    What.SAVE: 1.0,  # wanted again later: as much as a second article
    What.SHARE: 1.0,  # worth somebody else's time
    What.FOLLOW: 1.0,  # the piece made a follower; what is followed is said by the follow itself
    What.MORE: 2.0,  # said in so many words, of this article: with its opening worth three
    What.LESS: -3.0,  # takes that back and the opening with it
    What.HIDE: -1.5,  # not this one: may also mean that it is known already, so half of "less"
}
DWELLS = (-0.5, 0.0, 0.25, 0.5)
"""By bucket of visible time (under 10 s, to 30 s, to 2 min, longer): left at once, the click was half a mistake; a long
stay says a little, since pages are also left open."""

SAME_AS: Mapping[str, str] = {What.MAIL: What.OPEN}  # from a letter it is opened no more and no less
TAKES_BACK: Mapping[str, tuple[str, ...]] = {
    What.UNSAVE: (What.SAVE,),
    What.UNHIDE: (What.HIDE,),
    What.UNDO: (What.MORE, What.LESS),
    What.MORE: (What.LESS,),  # the last word counts
    What.LESS: (What.MORE,),
}
FOR = frozenset({What.OPEN, What.FINISH, What.SAVE, What.SHARE, What.FOLLOW, What.MORE})
"""Things of which one is enough to count an article among those from which a line was learned."""


def worth(what: str, value: int) -> float:
    """The gain of one thing; 0 for what says nothing of taste."""
    if what == What.DWELL:
        return DWELLS[max(0, min(len(DWELLS) - 1, value))]
    return GAINS.get(SAME_AS.get(what, what), 0.0)
