"""Fills an empty installation with the sample newspaper: its people, their sources, and what they did before today.

The sources are fetched here, one after another, so that all of it stands when `seed` returns: the same for the `demo`
command and for the browser tests.
"""

import time
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from nashra.accounts import services as accounts
from nashra.accounts.models import Reader, Registration
from nashra.core.mail.schedule import EVERY_DAY
from nashra.front import services as front
from nashra.front.models import Kind
from nashra.library import services as library
from nashra.news import pages, stories
from nashra.news import services as news
from nashra.news.keys import host_of
from nashra.news.models import Article, Host, Source, Visibility
from nashra.newsletters import services as newsletters
from nashra.site.demo import content
from nashra.site.demo.people import OMAR, PEOPLE, DemoPerson

PASSWORD = "palm-harbour-42"  # noqa: S105  (printed for whoever runs the demo)
PAPER = "نشرة الساحل"
_TRIES = 300
_GAP_MS = 20  # between two requests to our own server


@dataclass(frozen=True, slots=True)
class Account:
    """One account of the demo, for printing and for signing in."""

    name: str
    email: str
    password: str
    role: str


def seed(base_url: str) -> list[Account]:
    """Makes the paper, its people and sources from the demo server at `base_url`; who can sign in, owner first."""
    now = timezone.now()
    people = _people(now)
    sources = _sources(people[OMAR.key], base_url)
    for person in PEOPLE:
        _taste(person, people[person.key], sources, now)
    for person in PEOPLE:
        _habits(person, people[person.key], base_url, now)
    _full_texts()
    stories.update()
    order = sorted(PEOPLE, key=lambda person: person.role != "owner")
    return [Account(person.name, person.email, PASSWORD, person.role) for person in order]


def _people(now: datetime) -> dict[str, Reader]:
    """The owner through the set-up, as everybody begins; then the others."""
    secret = accounts.make_setup_link(now).rsplit("/", 1)[-1]
    made = {
        OMAR.key: accounts.set_up(
            secret, email=OMAR.email, password=PASSWORD, name=OMAR.name, paper_name=PAPER,
            language=OMAR.language, registration=Registration.OPEN, public=True, now=now,
        )
    }  # fmt: skip
    for person in PEOPLE:
        if person.key not in made:
            made[person.key] = accounts.create_reader(
                person.email, person.role, PASSWORD, name=person.name, language=person.language
            )
    for reader in made.values():
        accounts.mark_welcomed(reader, now)
    return made


def _sources(owner: Reader, base_url: str) -> dict[str, Source]:
    """All sample sources as the paper's own choice, fetched."""
    Host.objects.update_or_create(name=host_of(base_url), defaults={"gap_ms": _GAP_MS})
    found = {}
    for sample in content.load():
        result = news.add_source(owner, base_url + sample.feed_path, visibility=Visibility.PAPER)
        assert result.source is not None, sample.key
        topic = news.catalogue_topic(sample.topic)
        Source.objects.filter(pk=result.source.pk).update(topic=topic, language=sample.language)
        found[sample.key] = result.source
    return found


def _full_texts() -> None:
    """Fetches the pages of short entries: stories are told apart by whole texts."""
    waiting = Article.objects.filter(page_due_at__isnull=False)
    for _ in range(_TRIES):
        if not waiting.update(page_due_at=timezone.now()):  # our own server needs no pauses between two requests
            return
        if not pages.fetch_pages():
            time.sleep(_GAP_MS / 1000)


def _taste(person: DemoPerson, reader: Reader, sources: dict[str, Source], now: datetime) -> None:
    """What somebody follows and mutes, and their digest."""
    for key in person.sources:
        news.subscribe(reader, sources[key])
    for key in (*person.topics, *person.muted_topics):
        news.catalogue_topic(key)
    for key in person.topics:
        front.follow(reader, Kind.TOPIC, key, now=now)
    for word in person.words:
        front.follow(reader, Kind.WORD, word, now=now)
    for key in person.muted_topics:
        front.mute(reader, Kind.TOPIC, key, now=now)
    if person.digest_hour is not None:
        newsletters.change_digest(
            reader, is_on=True, hour=person.digest_hour, minute=0, days=EVERY_DAY, length=8, quiet=True, now=now
        )


def _habits(person: DemoPerson, reader: Reader, base_url: str, now: datetime) -> None:
    """What somebody opened and saved, the first of the list longest ago, each after it had been published."""
    slugs = person.habits.opened
    for number, slug in enumerate(slugs):
        article = Article.objects.select_related("source").get(url=base_url + content.article(slug).path)
        at = max(article.published_at, now - timedelta(minutes=20) * (len(slugs) - number))
        front.opened(reader, article, now=at)
        if slug in person.habits.saved:
            library.save(reader, article, now=at)
