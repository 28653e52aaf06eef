"""Morning and evening: the two halves of a reader's day, each with an edition that is kept."""

from datetime import date, datetime, timedelta

from nashra.accounts.models import Reader
from nashra.base import locale

MORNING, EVENING = PARTS = ("morning", "evening")
MAIL = "mail"  # of a letter's edition, which is no page
DAY_BEGINS, EVENING_BEGINS = 4, 14
"""Hours of the reader's clock: who reads at one in the night still reads the evening's paper."""


def half_of(reader: Reader, moment: datetime) -> tuple[date, str]:
    """The day of the reader's calendar and the half of it to which a moment belongs."""
    here = locale.local(moment, time_zone=reader.time_zone).replace(tzinfo=None) - timedelta(hours=DAY_BEGINS)
    return here.date(), MORNING if here.hour < EVENING_BEGINS - DAY_BEGINS else EVENING
