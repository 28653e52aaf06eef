"""What workers do for newsletters."""

from nashra.base import jobs
from nashra.newsletters.delivery import issuing


@jobs.sweep(every=15)
def send_digests() -> None:
    """Issues the digests whose hour has come."""
    issuing.send_due()
