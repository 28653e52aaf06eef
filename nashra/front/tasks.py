"""What workers do for the front page: tidying up at night."""

from django.utils import timezone

from nashra.base import jobs
from nashra.front.services import editions


@jobs.sweep(every=86_400, single=True)
def tidy() -> None:
    """Lets go editions of long ago."""
    editions.forget_old(now=timezone.now())
