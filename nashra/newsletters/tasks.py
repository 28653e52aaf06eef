"""What workers do for newsletters."""

from django.utils import timezone

from nashra.base import jobs
from nashra.newsletters.delivery import alerting, issuing, preparing


@jobs.sweep(every=15)
def send_digests() -> None:
    """Issues the digests whose hour has come."""
    issuing.send_due()


@jobs.sweep(every=60, when=lambda: preparing.is_crowded(timezone.now()))
def prepare_digests() -> None:
    """Chooses ahead what digests will hold, where many are due soon."""
    preparing.prepare_due()


@jobs.sweep(every=30, when=alerting.is_anything_due)
def tell_of_searches() -> None:
    """Writes of what is new for followed searches to whoever asked for it."""
    alerting.send_due()
