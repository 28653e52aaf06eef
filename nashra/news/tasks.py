"""What the worker does for this app: the sweeps, and the tasks for a prompt start."""

from nashra.base import jobs
from nashra.news.fetching import sweep


@jobs.sweep(every=2)
def fetch_due() -> None:
    """Fetches the sources that are due."""
    sweep.fetch_due()
