"""The cast, their sources and articles, and the rule that no test leaves this machine."""

import gc
import ipaddress
import socket
from collections.abc import Callable, Generator, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from nashra.accounts.models import Paper, Reader, Registration, Role
from nashra.news import terms
from nashra.news.models import Article, ArticleText, Source, Story, Topic


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--database-alone` leaves out the tests that touch none: another database cannot change what they see."""
    parser.addoption("--database-alone", action="store_true", help="run only the tests that touch a database")


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Looks for no garbage among the tests themselves: they are many, and stay to the end."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Sorts out what `--database-alone` leaves out."""
    if not config.getoption("--database-alone"):
        return
    others = [item for item in items if not _touches_a_database(item)]
    config.hook.pytest_deselected(items=others)
    items[:] = [item for item in items if _touches_a_database(item)]


def _touches_a_database(item: pytest.Item) -> bool:
    fixtures = getattr(item, "fixturenames", ())
    return "db" in fixtures or "transactional_db" in fixtures or item.get_closest_marker("django_db") is not None


_connect = socket.socket.connect
_connect_ex = socket.socket.connect_ex


def _refuse_outside(address: Any) -> None:
    if not isinstance(address, tuple):
        return  # a Unix socket
    host = address[0]
    try:
        inside = ipaddress.ip_address(host).is_loopback
    except ValueError:
        inside = host == "localhost"
    if not inside:
        raise AssertionError(f"a test tried to reach {address}")


@pytest.fixture(autouse=True, scope="session")
def _nothing_leaves_this_machine() -> Iterator[None]:
    def connect(self: socket.socket, address: Any) -> None:
        _refuse_outside(address)
        _connect(self, address)

    def connect_ex(self: socket.socket, address: Any) -> int:
        _refuse_outside(address)
        return _connect_ex(self, address)

    socket.socket.connect = connect  # type: ignore[method-assign]
    socket.socket.connect_ex = connect_ex  # type: ignore[method-assign]
    yield
    socket.socket.connect = _connect  # type: ignore[method-assign]
    socket.socket.connect_ex = _connect_ex  # type: ignore[method-assign]


@pytest.fixture(autouse=True)
def _data_folder(settings: Any, tmp_path: Any) -> None:
    """Every test has a data folder of its own."""
    settings.NASHRA_DATA = tmp_path / "data"
    settings.NASHRA_DATA.mkdir()
    settings.NASHRA_MAIL_URL = f"file:{settings.NASHRA_DATA / 'mail'}"


@pytest.fixture(autouse=True)
def _names_of_this_test_alone() -> None:
    """What readers follow together in one test is not remembered in the next."""
    from nashra.front.services import forget_shared_names

    forget_shared_names()


@pytest.fixture
def paper(db: None) -> Paper:
    """نشرة الساحل: set up, with open registration, not shown to visitors."""
    from django.utils import timezone

    return Paper.objects.create(
        pk=1, name="نشرة الساحل", registration=Registration.OPEN, public=False, set_up_at=timezone.now()
    )


def _person(email: str, name: str, language: str = "ar", role: str = Role.READER) -> Reader:
    from allauth.account.models import EmailAddress
    from django.utils import timezone

    reader = Reader.objects.create_user(
        email, "palm-harbour-42", name=name, language=language, role=role, welcomed_at=timezone.now()
    )
    EmailAddress.objects.create(user=reader, email=email, primary=True, verified=True)
    return reader


@pytest.fixture
def layla(paper: Paper) -> Reader:
    """ليلى: reads in Arabic about water, energy and Marsa al-Nakhil."""
    return _person("layla@example.com", "ليلى")


@pytest.fixture
def karim(paper: Paper) -> Reader:
    """كريم: reads in Arabic about sport and the economy."""
    return _person("karim@example.com", "كريم")


@pytest.fixture
def sofia(paper: Paper) -> Reader:
    """Sofia: reads in English about travel and culture."""
    return _person("sofia@example.com", "Sofia", language="en")


@pytest.fixture
def nadia(paper: Paper) -> Reader:
    """نادية: edits."""
    return _person("nadia@example.com", "نادية", role=Role.EDITOR)


@pytest.fixture
def omar(paper: Paper) -> Reader:
    """عمر: owns the paper."""
    return _person("omar@example.com", "عمر", role=Role.OWNER)


@pytest.fixture
def sign_in() -> Callable[[Reader], Client]:
    """A browser in which this person is signed in."""

    def browser(reader: Reader) -> Client:
        client = Client()
        client.force_login(reader)
        return client

    return browser


# sources and articles of the coast, made in one line each

NOW = datetime(2026, 11, 24, 6, tzinfo=UTC)
MakeSource = Callable[..., Source]
MakeArticle = Callable[..., Article]


@pytest.fixture
def now() -> datetime:
    """Tuesday morning."""
    return NOW


@pytest.fixture
def make_source(db: None) -> MakeSource:
    """A source; listed, in Arabic, already fetched."""

    def make(title: str = "صحيفة المرفأ", **more: object) -> Source:
        number = Source.objects.count() + 1
        values = {"url": f"http://feeds.example/{number}.xml", "language": "ar", "fetched_at": NOW}
        return Source.objects.create(title=title, **{**values, **more})

    return make


@pytest.fixture
def make_article(make_source: MakeSource) -> MakeArticle:
    """An article with its text; of the paper's first source unless told otherwise."""

    def make(title: str, *, hours: float = 1, topics: tuple[str, ...] = (), text: str = "", **more: object) -> Article:
        number = Article.objects.count() + 1
        source = more.pop("source", None) or Source.objects.first() or make_source()
        values = {
            "guid": f"g{number}", "url": f"http://news.example/{number}", "canonical_key": f"k{number}",
            "published_at": NOW - timedelta(hours=hours), "language": "ar", "direction": "rtl",
        }  # fmt: skip
        made = Article.objects.create(source=source, title=title, **{**values, **more})
        ArticleText.objects.create(article=made, html=f"<p>{text or title}</p>", text=text or title)
        terms.store([made.pk])
        for key in topics:
            made.topics.add(Topic.objects.get_or_create(key=key, defaults={"name": key, "is_catalogue": True})[0])
        return made

    return make


@pytest.fixture
def make_story(make_source: MakeSource, make_article: MakeArticle) -> Callable[..., Story]:
    """One event told by several sources."""

    def make(title: str, *, sources: int, hours: float = 2) -> Story:
        story = Story.objects.create(started_at=NOW - timedelta(hours=hours), moved_at=NOW)
        for number in range(sources):
            make_article(f"{title} {number}", source=make_source(f"مصدر {number}"), story=story, hours=hours)
        return story

    return make
