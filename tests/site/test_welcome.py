"""The first steps: each part of the page alone and together, and that nothing is fetched while the reader waits."""

from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from nashra.accounts import services as accounts
from nashra.accounts.models import Reader
from nashra.front.models import Follow
from nashra.news import catalogue
from nashra.news.models import Source, Subscription, Visibility
from nashra.site.pages.welcome import address_of

pytestmark = pytest.mark.django_db
SignIn = Callable[[Reader], Client]
LOOKS = {"language": "ar", "digits": "latn", "time_zone": "UTC"}
OPML = (
    '<opml version="2.0"><body><outline text="المرفأ" xmlUrl="https://marfaa.example/feed"/>'
    '<outline text="x" xmlUrl="javascript:alert(1)"/></body></opml>'
).encode()


@pytest.fixture
def new_layla(layla: Reader) -> Reader:
    """ليلى, just signed up."""
    Reader.objects.filter(pk=layla.pk).update(welcomed_at=None)
    layla.refresh_from_db()
    return layla


def test_a_new_reader_is_led_from_the_front_page_to_the_first_steps(new_layla: Reader, sign_in: SignIn) -> None:
    assert sign_in(new_layla).get("/").headers["Location"] == reverse("welcome")


def test_nobody_is_asked_to_sign_in_first(paper: object) -> None:
    assert Client().get(reverse("welcome")).status_code == 302


def test_the_readers_language_comes_first_on_the_shelves(sofia: Reader, layla: Reader, sign_in: SignIn) -> None:
    for reader, language in ((sofia, "en"), (layla, "ar")):
        shelves = sign_in(reader).get(reverse("welcome")).context["shelves"]
        assert shelves[0].language == language
        assert sorted(shelf.language for shelf in shelves) == ["ar", "en", "fr"]
        assert sum(len(shelf.picks) for shelf in shelves) == len(catalogue.load())


def test_nothing_is_ticked_in_a_new_readers_name(new_layla: Reader, sign_in: SignIn) -> None:
    page = sign_in(new_layla).get(reverse("welcome"))
    assert not any(pick.checked for shelf in page.context["shelves"] for pick in shelf.picks)
    assert not any(pick.checked for pick in page.context["topics"])


def test_skipping_changes_nothing_but_ends_the_first_steps(new_layla: Reader, sign_in: SignIn) -> None:
    answer = sign_in(new_layla).post(reverse("welcome"), {"skip": "1", "topic": "science"})
    new_layla.refresh_from_db()
    assert answer.headers["Location"] == "/"
    assert new_layla.welcomed_at
    assert not Follow.objects.exists()
    assert not Subscription.objects.exists()


def test_topics_languages_and_sources_are_taken_in_one_go(new_layla: Reader, sign_in: SignIn) -> None:
    picked = [address_of(entry) for entry in catalogue.load()[:60]]
    data = {**LOOKS, "language": "en", "digits": "arab", "time_zone": "Asia/Amman", "topic": ["science", "sport"]}
    answer = sign_in(new_layla).post(reverse("welcome"), {**data, "source": picked})
    new_layla.refresh_from_db()
    assert answer.headers["Location"] == "/"
    assert (new_layla.language, new_layla.digits, new_layla.time_zone) == ("en", "arab", "Asia/Amman")
    assert set(Follow.objects.values_list("key", flat=True)) == {"science", "sport"}
    assert Subscription.objects.filter(reader=new_layla).count() == 60
    sources = Source.objects.all()
    assert {source.visibility for source in sources} == {Visibility.LISTED}
    assert all(source.topic and source.country and source.fetched_at is None for source in sources)


def test_doing_it_again_doubles_nothing(new_layla: Reader, sign_in: SignIn) -> None:
    data = {**LOOKS, "topic": ["science"], "source": [address_of(catalogue.load()[0])]}
    for _ in range(2):
        sign_in(new_layla).post(reverse("welcome"), data)
    assert Source.objects.count() == Subscription.objects.count() == Follow.objects.count() == 1
    again = sign_in(new_layla).get(reverse("welcome"))
    assert [pick.checked for pick in again.context["shelves"][0].picks].count(True) == 1


def test_an_address_outside_the_catalogue_cannot_be_slipped_in_as_a_pick(new_layla: Reader, sign_in: SignIn) -> None:
    sign_in(new_layla).post(reverse("welcome"), {**LOOKS, "source": ["http://127.0.0.1/secret", "x"], "topic": ["no"]})
    assert not Source.objects.exists()
    assert not Follow.objects.exists()


def test_the_owner_may_make_the_choice_the_papers_own(omar: Reader, sign_in: SignIn) -> None:
    picked = [address_of(entry) for entry in catalogue.load()[:3]]
    sign_in(omar).post(reverse("welcome"), {**LOOKS, "source": picked, "paper": "1"})
    assert set(Source.objects.values_list("visibility", flat=True)) == {Visibility.PAPER}


def test_a_readers_choice_is_never_the_papers(layla: Reader, sign_in: SignIn) -> None:
    client = sign_in(layla)
    assert 'name="paper"' not in client.get(reverse("welcome")).content.decode()
    client.post(reverse("welcome"), {**LOOKS, "source": [address_of(catalogue.load()[0])], "paper": "1"})
    assert Source.objects.get().visibility == Visibility.LISTED


def test_the_owners_switch_stands_as_the_paper_is_open_or_not(omar: Reader, sign_in: SignIn) -> None:
    assert not sign_in(omar).get(reverse("welcome")).context["chosen"].paper
    accounts.change_paper(name="نشرة الساحل", language="ar", registration="open", public=True)
    assert sign_in(omar).get(reverse("welcome")).context["chosen"].paper


def test_a_file_of_feeds_is_taken_and_what_was_left_out_is_said(new_layla: Reader, sign_in: SignIn) -> None:
    client = sign_in(new_layla)
    answer = client.post(reverse("welcome"), {**LOOKS, "opml": SimpleUploadedFile("feeds.opml", OPML)}, follow=False)
    assert answer.status_code == 302
    assert Source.objects.get().url == "https://marfaa.example/feed"
    page = client.get(reverse("welcome"))
    levels = [message.level_tag for message in page.context["messages"]]
    assert levels == ["success", "warning"]


def test_a_wrong_file_is_said_beside_its_field_and_the_rest_is_kept(new_layla: Reader, sign_in: SignIn) -> None:
    data = {**LOOKS, "topic": ["science"], "opml": SimpleUploadedFile("x.opml", b"%PDF-1.4")}
    page = sign_in(new_layla).post(reverse("welcome"), data)
    new_layla.refresh_from_db()
    assert page.status_code == 200
    assert page.context["chosen"].file_error in page.content.decode()
    assert page.context["chosen"].file_error
    assert new_layla.welcomed_at is None
    assert Follow.objects.get().key == "science"


def test_a_wrong_address_is_said_and_what_was_typed_is_kept(new_layla: Reader, sign_in: SignIn) -> None:
    page = sign_in(new_layla).post(reverse("welcome"), {**LOOKS, "address": "ftp://x.example/<b>", "topic": ["health"]})
    assert page.status_code == 200
    assert page.context["chosen"].address_error
    assert "ftp://x.example/&lt;b&gt;" in page.content.decode()
    assert 'value="health" checked' in page.content.decode()


def test_the_page_needs_no_script_and_carries_no_style(new_layla: Reader, sign_in: SignIn) -> None:
    html = sign_in(new_layla).get(reverse("welcome")).content.decode()
    assert "style=" not in html
    assert html.count("<script") == 1
    assert 'type="submit"' in html
