"""Makes ``places.tsv``: names of territories and well-known cities in many languages, from CLDR as Babel carries it.

    python -m nashra.core.text.data.build_places > nashra/core/text/data/places.tsv

Run again when Babel brings newer names; what CLDR lacks (other spellings, older names) stands in ``*_names.tsv``.
"""

import re
import sys

from babel import Locale

LANGUAGES = [
    "ar",
    "en",
    "fr",
    "de",
    "es",
    "fa",
    "he",
    "tr",
    "ur",
    "it",
    "pt",
    "nl",
    "ru",
    "uk",
    "pl",
    "sv",
    "id",
    "ms",
    "ps",
    "ckb",
    "hi",
    "bn",
    "el",
    "sw",
]
_NOT_PLACES = {"001", "018", "003", "021", "QO", "EZ", "XA", "XB", "ZZ", "UM", "CQ", "IO", "UN"}
_BY_CITY = {"HK": "Asia/Hong_Kong", "MO": "Asia/Macau"}  # whose own name is a sentence
_CITIES = [
    "Africa/Abidjan",
    "Africa/Accra",
    "Africa/Addis_Ababa",
    "Africa/Asmera=Asmara",
    "Africa/Bamako",
    "Africa/Bangui",
    "Africa/Cairo",
    "Africa/Casablanca",
    "Africa/Conakry",
    "Africa/Dakar",
    "Africa/Dar_es_Salaam",
    "Africa/Freetown",
    "Africa/Harare",
    "Africa/Johannesburg",
    "Africa/Kampala",
    "Africa/Khartoum",
    "Africa/Kigali",
    "Africa/Kinshasa",
    "Africa/Lagos",
    "Africa/Luanda",
    "Africa/Maputo",
    "Africa/Mogadishu",
    "Africa/Monrovia",
    "Africa/Nairobi",
    "Africa/Niamey",
    "Africa/Nouakchott",
    "Africa/Ouagadougou",
    "Africa/Tripoli",
    "America/Bogota",
    "America/Buenos_Aires",
    "America/Caracas",
    "America/Chicago",
    "America/Havana",
    "America/Los_Angeles",
    "America/Mexico_City",
    "America/Montevideo",
    "America/New_York",
    "America/Santiago",
    "America/Sao_Paulo",
    "America/Toronto",
    "America/Vancouver",
    "Asia/Aden",
    "Asia/Almaty",
    "Asia/Amman",
    "Asia/Ashgabat",
    "Asia/Baghdad",
    "Asia/Baku",
    "Asia/Bangkok",
    "Asia/Beirut",
    "Asia/Bishkek",
    "Asia/Calcutta=Kolkata",
    "Asia/Colombo",
    "Asia/Damascus",
    "Asia/Dhaka",
    "Asia/Dubai",
    "Asia/Dushanbe",
    "Asia/Gaza",
    "Asia/Jakarta",
    "Asia/Jerusalem",
    "Asia/Kabul",
    "Asia/Karachi",
    "Asia/Katmandu=Kathmandu",
    "Asia/Kuala_Lumpur",
    "Asia/Manila",
    "Asia/Muscat",
    "Asia/Pyongyang",
    "Asia/Rangoon=Yangon",
    "Asia/Riyadh",
    "Asia/Samarkand",
    "Asia/Seoul",
    "Asia/Shanghai",
    "Asia/Taipei",
    "Asia/Tashkent",
    "Asia/Tbilisi",
    "Asia/Tehran",
    "Asia/Tokyo",
    "Asia/Yerevan",
    "Australia/Melbourne",
    "Australia/Sydney",
    "Europe/Amsterdam",
    "Europe/Athens",
    "Europe/Belgrade",
    "Europe/Berlin",
    "Europe/Bratislava",
    "Europe/Brussels",
    "Europe/Bucharest",
    "Europe/Budapest",
    "Europe/Copenhagen",
    "Europe/Dublin",
    "Europe/Helsinki",
    "Europe/Istanbul",
    "Europe/Kiev=Kyiv",
    "Europe/Lisbon",
    "Europe/Ljubljana",
    "Europe/London",
    "Europe/Madrid",
    "Europe/Minsk",
    "Europe/Moscow",
    "Europe/Oslo",
    "Europe/Paris",
    "Europe/Prague",
    "Europe/Rome",
    "Europe/Sarajevo",
    "Europe/Sofia",
    "Europe/Stockholm",
    "Europe/Tallinn",
    "Europe/Vienna",
    "Europe/Vilnius",
    "Europe/Warsaw",
    "Europe/Zagreb",
    "Europe/Zurich",
]


def rows() -> list[list[str]]:
    """The table: a row of languages, then a key (an ISO 3166 or UN M49 code, or a city's) with its names."""
    locales = [Locale.parse(code) for code in LANGUAGES]
    codes = sorted(str(code) for code in Locale.parse("en").territories if code not in _NOT_PLACES)
    table = [["key", *LANGUAGES]]
    table += [[code, *(_territory(one, code) for one in locales)] for code in codes]
    for entry in _CITIES:
        zone, _, english = entry.partition("=")
        key = "city-" + (english or zone.split("/")[1]).lower().replace("_", "-")
        table.append([key, *(_city(one, zone, english) for one in locales)])
    return table


def _territory(locale: Locale, code: str) -> str:
    if code in _BY_CITY:
        return _city(locale, _BY_CITY[code], "")
    name = re.sub(r"\s*[(（].*", "", locale.territories.get(code, ""))
    return "" if " - " in name or "/" in name else name


def _city(locale: Locale, zone: str, english: str) -> str:
    name = locale.time_zones.get(zone, {}).get("city", "")
    if not name and locale.language == "en":
        name = english or zone.split("/")[1].replace("_", " ")
    if not name and locale.language in ("fr", "de", "es", "tr", "it", "pt", "nl", "pl", "sv", "id", "ms"):
        name = zone.split("/")[1].replace("_", " ")  # CLDR leaves out what is written as in English
    return re.sub(r"\s*[(（].*", "", name)


if __name__ == "__main__":
    sys.stdout.write("# Made by build_places.py from CLDR (Unicode licence).\n")
    sys.stdout.writelines("\t".join(row) + "\n" for row in rows())
