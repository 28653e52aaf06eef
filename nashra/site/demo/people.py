"""The sample newspaper's people: three readers whose front pages differ, an editor and the owner.

A habit is a list of article slugs (see ``content.article``) that the person has already opened or saved; all of
them are out when the demo begins. Sources are keys of ``content.SOURCE_KEYS``, topics are keys of the catalogue.
"""

from dataclasses import dataclass
from typing import Literal

from nashra.site.demo.content import SOURCE_KEYS

Role = Literal["reader", "editor", "owner"]


@dataclass(frozen=True, slots=True)
class Habits:
    """What somebody did before the demo began; everything saved was opened too."""

    opened: tuple[str, ...] = ()
    saved: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """One account of the demo with its follows, mutes, subscriptions and habits.

    ``words`` are followed names and places, ``reading_languages`` what they read, most read first;
    ``digest_hour`` is the local hour of the morning digest, None when it is off.
    """

    key: str
    name: str
    email: str
    role: Role
    language: str
    reading_languages: tuple[str, ...]
    sources: tuple[str, ...]
    topics: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    muted_topics: tuple[str, ...] = ()
    digest_hour: int | None = None
    habits: Habits = Habits()


LAYLA = DemoPerson(
    key="layla",
    name="ليلى",
    email="layla@example.com",
    role="reader",
    language="ar",
    reading_languages=("ar", "en", "fr"),
    sources=("marfaa", "shiraa", "sahil", "olum", "daftar", "karras", "harbour-post", "le-quai"),
    topics=("energy", "science"),
    words=("مرسى النخيل",),
    muted_topics=("sport",),
    digest_hour=7,
    habits=Habits(
        opened=(
            "how-sun-turns-sea-to-drinking-water",
            "reading-the-next-water-tariff",
            "le-sel-autre-facture-du-dessalement",
            "small-solar-roofs-pay-back",
            "new-comet-naked-eye",
            "why-flamingos-came-early",
            "exhibition-measures-letters-in-dots",
            "children-write-letters-with-reeds",
            "three-room-school-five-villages",
        ),
        saved=("exhibition-measures-letters-in-dots", "three-room-school-five-villages", "new-comet-naked-eye"),
    ),
)

KARIM = DemoPerson(
    key="karim",
    name="كريم",
    email="karim@example.com",
    role="reader",
    language="ar",
    reading_languages=("ar",),
    sources=("malaeb", "daftar", "shiraa", "marfaa", "sahil"),
    topics=("sport", "economy"),
    digest_hour=6,
    habits=Habits(
        opened=(
            "coastal-cup-opening-draw-agency",
            "swimmers-cross-the-strait",
            "harbour-marathon-new-route",
            "school-handball-league-grows",
            "coastal-rents-rise-more-slowly",
            "council-debates-rent-cap",
            "early-wheat-confuses-mills",
            "fish-auction-goes-online",
        ),
        saved=("harbour-marathon-new-route", "coastal-rents-rise-more-slowly"),
    ),
)

SOFIA = DemoPerson(
    key="sofia",
    name="Sofia",
    email="sofia@example.com",
    role="reader",
    language="en",
    reading_languages=("en", "fr"),
    sources=("harbour-post", "inland-letter", "le-quai"),
    topics=("travel", "culture"),
    habits=Habits(
        opened=(
            "night-train-back-on-the-timetable",
            "le-train-de-nuit-repart",
            "walking-the-boardwalk-flamingos",
            "letters-measured-in-dots-visit",
            "opinion-in-praise-of-the-timetable",
            "radio-du-littoral-soixante-ans",
        ),
        saved=("walking-the-boardwalk-flamingos", "letters-measured-in-dots-visit"),
    ),
)

NADIA = DemoPerson(
    key="nadia",
    name="نادية",
    email="nadia@example.com",
    role="editor",
    language="ar",
    reading_languages=("ar", "en", "fr"),
    sources=SOURCE_KEYS,
    topics=("culture", "media", "education"),
    habits=Habits(
        opened=("archivist-reader-ads", "machine-reads-type-of-1911", "village-school-radio-hour"),
        saved=("archivist-reader-ads",),
    ),
)

OMAR = DemoPerson(
    key="omar",
    name="عمر",
    email="omar@example.com",
    role="owner",
    language="ar",
    reading_languages=("ar", "en", "fr"),
    sources=SOURCE_KEYS,
    topics=("politics", "technology"),
    habits=Habits(opened=("budget-session-moved-to-wednesday", "islands-and-mainland-sign-fishing-map")),
)

PEOPLE = (LAYLA, KARIM, SOFIA, NADIA, OMAR)
