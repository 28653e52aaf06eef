"""What workers do for the front page: counting what was shown and opened, encoding articles, and fitting and tidying up
at night.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.utils import timezone

from nashra.base import courtesy, jobs, room
from nashra.front import shelf
from nashra.front.embedding import table as vectors
from nashra.front.embedding import working as embedding
from nashra.front.services import editions, fitting, learning, picks, popularity, recording


@jobs.sweep(every=60, single=True, when=lambda: popularity.is_anything_uncounted(timezone.now()))
def count() -> None:
    """What was shown and opened enters the sums that popularity is made of."""
    _until_done(popularity.count_next)


@jobs.sweep(every=5, when=lambda: shelf.is_due(timezone.now()))
def shelve() -> None:
    """The shelf of live articles is looked after: what is new is taken in when no more comes, and once a minute how all
    stand is looked at again.
    """
    is_waiting = True
    while is_waiting and not jobs.stopping():
        with room.alone():
            jobs.let_go()  # what other steps have freed: a round needs some megabytes for a moment
            is_waiting = shelf.refresh(timezone.now(), anew=False).waiting > 0
        courtesy.give_way()


@jobs.sweep(every=900, single=True, when=lambda: popularity.is_anything_open(timezone.now()))
def close() -> None:
    """What was passed by in editions that were left hours ago enters the profiles."""
    _until_done(popularity.close_next)


def _until_done(batch: Callable[[datetime], int]) -> None:
    while not jobs.stopping() and batch(timezone.now()):
        courtesy.give_way()


@jobs.sweep(every=86_400, single=True, lease=timedelta(hours=1))
def refit() -> None:
    """Weights of the score are fitted on this installation's own pages, and adopted if they are surely better."""
    fitting.refit_weights(timezone.now())


@jobs.sweep(every=86_400, single=True)
def tidy() -> None:
    """Lets go editions, picks, vectors and sums of long ago, what readers did before the time for which they want that
    kept, and lines of profiles that have faded.
    """
    editions.forget_old(now=timezone.now())
    picks.forget_ended(now=timezone.now())
    popularity.forget_old(now=timezone.now())
    embedding.forget_old(timezone.now())
    recording.forget_all_older(now=timezone.now())
    learning.sweep_all(timezone.now())


@jobs.sweep(every=5, when=embedding.is_due)
def encode() -> None:
    """Gives articles their vectors, where an embedding model is set up."""
    embedding.run(timezone.now())


@jobs.sweep(every=60, when=vectors.is_wanted)
def lay_out() -> None:
    """New vectors enter the table that pages map."""
    vectors.keeper().refresh(timezone.now())
