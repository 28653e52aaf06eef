"""Names of Gregorian months, which Arabic newspapers call differently from country to country.

Egypt, Sudan, Libya, Yemen and the Gulf write «أغسطس» (the language's own names in CLDR); Syria, Lebanon, Jordan,
Palestine and Iraq «آب»; Tunisia and Algeria «أوت»; Morocco «غشت»; Mauritania «أغشت». Every name is CLDR's (`ar_SY`,
`ar_TN`, `ar_MA`, `ar_MR` …). Papers that speak to all, and many readers between two customs, write both: BOTH gives
«آب/أغسطس», the Levantine name first.
"""

from collections.abc import Mapping
from functools import lru_cache

from nashra.base.locale.preferences import cldr_of_region

BOTH = "XM"  # no country: ISO 3166 leaves XA to XZ to their users
_LEVANT, _USUAL = "SY", ""
# One country stands for each custom of a language; a reader who chose none of them keeps the language's own names.
CUSTOMS: Mapping[str, tuple[str, ...]] = {"ar": (_USUAL, _LEVANT, BOTH, "TN", "MA", "MR")}


@lru_cache(maxsize=64)
def month_names(language: str, region: str = "") -> tuple[str, ...]:
    """The names of January to December as they stand in a date; `region` is a country's code, BOTH or empty."""
    if region == BOTH:
        return _both(month_names(language, _LEVANT), month_names(language)) if language == "ar" else _names(language)
    return _names(language, region)


def _names(language: str, region: str = "") -> tuple[str, ...]:
    names = cldr_of_region(language, region).months["format"]["wide"]
    return tuple(str(names[month]) for month in range(1, 13))


def _both(first: tuple[str, ...], second: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(one if one == other else f"{one}/{other}" for one, other in zip(first, second, strict=True))


@lru_cache(maxsize=512)
def custom_of(language: str, country: str) -> str:
    """The custom (a key of CUSTOMS) by which a country calls the months in a language; empty for the usual names."""
    names = month_names(language, country)
    return next((one for one in CUSTOMS.get(language, ()) if month_names(language, one) == names), _USUAL)


def region_of_tags(accept_language: str, language: str) -> str:
    """The custom of the first country that a browser names for the language: `ar-MA,ar;q=0.9,fr` gives "MA".

    Takes an `Accept-Language` header (RFC 9110, 12.5.4) as browsers write it, best first; empty when it names none.
    """
    for item in accept_language[:1_000].split(","):
        primary, _, rest = item.partition(";")[0].strip().partition("-")
        country = rest.rpartition("-")[2]
        if primary.lower() == language and len(country) == 2 and country.isascii() and country.isalpha():
            return custom_of(language, country.upper())
    return _USUAL
