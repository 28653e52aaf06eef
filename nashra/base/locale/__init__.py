"""Dates, digits, numbers, plurals and directions for people: the one formatting helper, on Babel's CLDR data.

Django's own formatting never converts digits and its Arabic number format differs from CLDR, so pages, mail, API and
command line all format here (`tests/site/test_one_way_to_write.py` sees to it). The reader's choice (language, digits,
time zone, names of months, Hijri date) is kept per context with `activate`; functions take it by keyword as well.
"""

from nashra.base.locale.dates import (
    Unit,
    ago,
    date,
    full_date,
    hijri,
    local,
    minutes,
    relative,
    stamp,
    time_of_day,
    weekday,
)
from nashra.base.locale.hijri import hijri_date
from nashra.base.locale.months import BOTH, CUSTOMS, custom_of, month_names, region_of_tags
from nashra.base.locale.numbers import (
    apart,
    digits_in_html,
    isolated,
    number,
    percent,
    plural,
    plural_category,
    to_digits,
)
from nashra.base.locale.preferences import (
    INTERFACE,
    LANGUAGES,
    Digits,
    Direction,
    Language,
    Preferences,
    activate,
    current,
    direction_of,
    language_name,
    using,
    zone,
)

__all__ = [
    "BOTH",
    "CUSTOMS",
    "INTERFACE",
    "LANGUAGES",
    "Digits",
    "Direction",
    "Language",
    "Preferences",
    "Unit",
    "activate",
    "ago",
    "apart",
    "current",
    "custom_of",
    "date",
    "digits_in_html",
    "direction_of",
    "full_date",
    "hijri",
    "hijri_date",
    "isolated",
    "language_name",
    "local",
    "minutes",
    "month_names",
    "number",
    "percent",
    "plural",
    "plural_category",
    "region_of_tags",
    "relative",
    "stamp",
    "time_of_day",
    "to_digits",
    "using",
    "weekday",
    "zone",
]
