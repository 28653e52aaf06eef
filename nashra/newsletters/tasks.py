"""What workers do for newsletters."""

from nashra.base import jobs
from nashra.newsletters.delivery import alerting, issuing


@jobs.sweep(every=15)
def send_digests() -> None:
    """Issues the digests whose hour has come."""
    issuing.send_due()


@jobs.sweep(every=30, when=alerting.is_anything_due)
def tell_of_searches() -> None:
    """Writes of what is new for followed searches to whoever asked for it."""
    alerting.send_due()
