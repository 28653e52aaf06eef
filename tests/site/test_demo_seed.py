"""The sample newspaper as it stands when the demo opens: the same every time."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from nashra.accounts.models import Paper, Reader
from nashra.front.models import Follow, Interest, Mark, Mute
from nashra.library.models import SavedItem
from nashra.news.models import Article, Fetch, Source, Subscription, Visibility
from nashra.newsletters.models import Digest
from nashra.site.demo import content
from nashra.site.demo.people import KARIM, LAYLA, OMAR, PEOPLE, SOFIA
from nashra.site.demo.seed import PASSWORD, Account, seed
from nashra.site.demo.server import DemoServer


@pytest.fixture
def demo(transactional_db: None, settings: Any) -> Iterator[list[Account]]:
    """A seeded installation and who can sign in."""
    with DemoServer() as server:
        settings.NASHRA_ALLOW_HOSTS = (server.base.removeprefix("http://"),)
        yield seed(server.base)


def test_the_demo_stands_whole_when_it_opens(demo: list[Account]) -> None:
    paper = Paper.objects.get()
    assert (paper.name, paper.public, paper.registration) == ("نشرة الساحل", True, "open")
    assert paper.set_up_at

    assert {account.role for account in demo} == {"owner", "editor", "reader"}
    assert demo[0].email == OMAR.email
    assert all(Client().login(email=account.email, password=PASSWORD) for account in demo[:1])
    assert not Reader.objects.filter(welcomed_at=None).exists()

    sources = Source.objects.all()
    assert sources.count() == len(content.SOURCE_KEYS)
    assert set(sources.values_list("visibility", flat=True)) == {Visibility.PAPER}
    assert not sources.filter(ok_at=None).exists()
    assert Fetch.objects.filter(outcome="new").count() == sources.count()
    assert Article.objects.count() == sum(1 for article in content.articles() if article.age > 0)

    layla = Reader.objects.get(email=LAYLA.email)
    opened = Mark.objects.filter(reader=layla, read_at__isnull=False)
    assert opened.count() == len(LAYLA.habits.opened)
    assert SavedItem.objects.filter(reader=layla).count() == len(LAYLA.habits.saved)
    assert all(mark.read_at and mark.read_at >= mark.article.published_at for mark in opened)
    assert set(Follow.objects.filter(reader=layla).values_list("label", flat=True)) >= {"مرسى النخيل"}
    assert Mute.objects.get(reader=layla).key == "sport"

    assert set(Digest.objects.filter(is_on=True).values_list("reader__email", flat=True)) == {LAYLA.email, KARIM.email}
    for person in PEOPLE:
        reader = Reader.objects.get(email=person.email)
        assert Subscription.objects.filter(reader=reader).count() == len(person.sources) or person is OMAR
    assert {KARIM.email, SOFIA.email} <= set(Interest.objects.values_list("reader__email", flat=True))
