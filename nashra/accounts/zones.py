"""Time zones to choose from, by region, with the names of cities in the reader's language."""

from functools import lru_cache
from zoneinfo import available_timezones

from babel import Locale
from babel.core import get_global
from django.utils.translation import gettext as _

from nashra.base import locale

Choice = tuple[str, str]
_REGIONS = ("Africa", "America", "Antarctica", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")


def choices(*wanted: str) -> list[tuple[str, list[Choice]] | Choice]:
    """Choices for a select: UTC, then the zones of each region by city, each place once.

    `wanted` zones (a reader's own, the installation's) are there in any case, be they old names of others.
    """
    language = locale.current().language
    groups = [(name, list(zones)) for name, zones in _grouped(language)]
    known = {zone for _name, zones in groups for zone, _city in zones}
    more = [zone for zone in dict.fromkeys(wanted) if zone and zone not in known and zone != "UTC"]
    return [("UTC", _("Universal time (UTC)")), *((zone, _alias_label(zone, language)) for zone in more), *groups]


@lru_cache(maxsize=8)
def _grouped(language: str) -> tuple[tuple[str, tuple[Choice, ...]], ...]:
    """The zones of each region, sorted by what is shown."""
    found: dict[str, list[Choice]] = {region: [] for region in _REGIONS}
    for zone in sorted(available_timezones() - _current_names().keys()):
        region = zone.partition("/")[0]
        if region in found and "/" in zone:
            found[region].append((zone, _label(zone, language)))
    return tuple(
        (_region_name(region), tuple(sorted(zones, key=lambda pair: pair[1]))) for region, zones in found.items()
    )


@lru_cache(maxsize=1)
def _current_names() -> dict[str, str]:
    """Old names of zones and the present name of each (CLDR's aliases), as far as this machine knows that."""
    zones = available_timezones()
    return {old: new for old, new in get_global("zone_aliases").items() if new in zones and new != old}


@lru_cache(maxsize=1)
def _old_names() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for old, new in _current_names().items():
        found.setdefault(new, []).append(old)
    return found


def _label(zone: str, language: str) -> str:
    """The city in words: CLDR keeps some under an old name of the zone (Asia/Calcutta); else the zone's own name."""
    cldr = Locale.parse(language)
    for name in (zone, *_old_names().get(zone, ())):
        city = cldr.time_zones.get(name, {}).get("city")
        if city:
            return str(city)
    return zone.rpartition("/")[2].replace("_", " ")


def _alias_label(zone: str, language: str) -> str:
    """An old name with the city that it stands for now; what stands for no city is shown as it is."""
    now = _current_names().get(zone)
    return f"{_label(now, language)} ({zone})" if now and "/" in now else zone


def _region_name(region: str) -> str:
    names = {
        "Africa": _("Africa"), "America": _("America"), "Antarctica": _("Antarctica"), "Asia": _("Asia"),
        "Atlantic": _("Atlantic"), "Australia": _("Australia"), "Europe": _("Europe"), "Indian": _("Indian Ocean"),
        "Pacific": _("Pacific"),
    }  # fmt: skip
    return names[region]
