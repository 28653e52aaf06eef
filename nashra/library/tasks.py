"""What workers do for the library: copies of what was saved, and tidying up at night."""

from django.utils import timezone

from nashra.base import jobs
from nashra.library import terms
from nashra.library.services import archiving, sweeping


@jobs.task
def archive_soon(item_id: int) -> None:
    """Makes the copy of one item, if it is due and nobody else is at it."""
    archiving.archive_next(item_id, now=timezone.now())


@jobs.sweep(every=5, when=lambda: archiving.is_anything_due(timezone.now()))
def archive_due() -> None:
    """Makes the copies that are due, those of killed workers among them."""
    while not jobs.stopping() and archiving.archive_next(now=timezone.now()):
        pass


@jobs.sweep(every=15, when=lambda: terms.RENEWAL.is_due(timezone.now()))
def index_old_items() -> None:
    """Analyses for the search what was saved before there was this analysis."""
    terms.RENEWAL.run(timezone.now())


@jobs.sweep(every=86_400, single=True)
def tidy() -> None:
    """Lets go what was removed a week ago, and files that nobody refers to."""
    sweeping.tidy(now=timezone.now())
