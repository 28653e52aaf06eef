"""Time zones to choose from, by region, with the names of cities in the reader's language."""

from functools import lru_cache
from zoneinfo import available_timezones

from babel import Locale
from babel.dates import get_timezone_location
from django.utils.translation import gettext as _

from nashra.base import locale

Choice = tuple[str, str]
_REGIONS = ("Africa", "America", "Antarctica", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")


def choices(*wanted: str) -> list[tuple[str, list[Choice]] | Choice]:
    """Choices for a select: UTC, then the zones of each region by city. `wanted` zones are there in any case."""
    language = locale.current().language
    groups = [(name, list(zones)) for name, zones in _grouped(language)]
    known = {zone for _name, zones in groups for zone, _city in zones}
    more = [(zone, zone) for zone in dict.fromkeys(wanted) if zone and zone not in known and zone != "UTC"]
    return [("UTC", _("Universal time (UTC)")), *more, *groups]


@lru_cache(maxsize=8)
def _grouped(language: str) -> tuple[tuple[str, tuple[Choice, ...]], ...]:
    """The zones of each region, sorted by what is shown."""
    cldr = Locale.parse(language)
    found: dict[str, list[Choice]] = {region: [] for region in _REGIONS}
    for zone in sorted(available_timezones()):
        region, _slash, city = zone.partition("/")
        if region in found:
            found[region].append((zone, _label(zone, city, cldr)))
    return tuple(
        (_region_name(region), tuple(sorted(zones, key=lambda pair: pair[1]))) for region, zones in found.items()
    )


def _label(zone: str, city: str, cldr: Locale) -> str:
    """The city in words; the zone's own name where CLDR knows no city (aliases, research stations)."""
    named = cldr.time_zones.get(zone, {}).get("city")
    if named:
        return str(named)
    if cldr.language == "en":
        return city.replace("_", " ")
    location = str(get_timezone_location(zone, locale=cldr, return_city=True))
    return location or city.replace("_", " ")


def _region_name(region: str) -> str:
    names = {
        "Africa": _("Africa"), "America": _("America"), "Antarctica": _("Antarctica"), "Asia": _("Asia"),
        "Atlantic": _("Atlantic"), "Australia": _("Australia"), "Europe": _("Europe"), "Indian": _("Indian Ocean"),
        "Pacific": _("Pacific"),
    }  # fmt: skip
    return names[region]
