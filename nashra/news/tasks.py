"""What the worker does for this app."""

from django.utils import timezone

from nashra.base import jobs
from nashra.news import pages, stories, terms, upkeep
from nashra.news.fetching import sandbox, sweep, turns
from nashra.news.filters import applying
from nashra.news.services import sweep_opml, telling
from nashra.news.watching import pages as watched_pages
from nashra.news.websub import subscribing


@jobs.sweep(every=2, when=turns.is_anything_due)
def fetch_due() -> None:
    """Fetches the sources that are due; after many new articles the database looks at its tables again."""
    if sweep.fetch_due() >= upkeep.MANY:
        upkeep.analyse()


@jobs.sweep(every=5, when=turns.is_a_page_due)
def fetch_pages() -> None:
    """Fetches the pages of articles that their feeds give only in part."""
    pages.fetch_pages()


@jobs.sweep(every=30)
def end_idle_children() -> None:
    """Ends the sandbox's children that have had nothing to do for a while."""
    sandbox.tidy()


@jobs.sweep(every=5, single=True)
def group_stories() -> None:
    """Groups what came in; on one node at a time."""
    stories.update()


@jobs.sweep(every=20, single=True)
def attend_hubs() -> None:
    """Asks hubs to push what is new, renews, and leaves."""
    subscribing.attend(timezone.now())


@jobs.sweep(every=15, when=lambda: terms.RENEWAL.is_due(timezone.now()))
def index_old_articles() -> None:
    """Analyses for the search what was stored before there was this analysis."""
    terms.RENEWAL.run(timezone.now())


@jobs.sweep(every=3600, single=True)
def tell_failing() -> None:
    """Writes to those whose sources have failed for days."""
    telling.tell_failing(timezone.now())


@jobs.sweep(every=300, single=True)
def apply_rules() -> None:
    """Holds readers' rules against what came in lately, in case a worker was killed before it did."""
    applying.catch_up(now=timezone.now())


@jobs.sweep(every=3600, single=True)
def forget_files() -> None:
    """Forgets files of subscriptions that nobody decided about."""
    sweep_opml(timezone.now())


@jobs.sweep(every=3600, single=True)
def trim_histories() -> None:
    """Cuts the histories of sources."""
    upkeep.trim_histories()


@jobs.sweep(every=24 * 3600, single=True)
def nightly() -> None:
    """Lets old articles go and tidies up."""
    upkeep.nightly()
    subscribing.forget(timezone.now())
    watched_pages.tidy()
