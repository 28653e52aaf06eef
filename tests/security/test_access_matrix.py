"""Who may open what: every named route, for everybody, with Layla's things; a route without a row here fails.

A row: what GET and what POST answer to nobody, Layla, Karim (another reader), Nadia (editor) and Omar (owner). o: the
page or an empty yes · s: sign in first · r: on to another page · n: there is no such thing · m: not by this method ·
b: the form is wrong · f: forbidden · d: not in service (no worker runs here).
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from urllib.parse import quote

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone
from security_world import Things, address, ask, browser, in_parts, parts_of, routes, things_of

from nashra.accounts import services as accounts
from nashra.accounts.models import Paper, Reader
from nashra.base import pictures
from nashra.front import services as front
from nashra.news.models import Article, Source
from nashra.newsletters import services as newsletters
from nashra.newsletters.delivery import links
from nashra.newsletters.models import Alert

READING = ("soooo", "mmmmm")  # every reader's own page, whatever is in it
DOING = ("mmmmm", "srrrr")  # on the reader's own list; what is another's changes nothing there
OWN = ("sonnn", "mmmmm")
OWN_DOING = ("mmmmm", "srnnn")
FORM = ("soooo", "soooo")
EVERYBODY = ("ooooo", "mmmmm")
SWITCH = ("mmmmm", "rrrrr")
NOTHING = ("nnnnn", "nnnnn")
NOT_WATCHED = ("snnnn", "snnnn")  # a feed has no selectors; who may change those of a page is in test_watched_pages
AGAIN = ("srrrr", "srrrr")  # first who asks shows once more that it is them
OWNERS = ("snnno", "snnnm")
OWNER_DOING = ("snnnm", "snnnr")

MATRIX: dict[str, tuple[str, str]] = {
    # pages that combine apps
    "front": READING, "arriving": READING, "latest": READING, "history": READING, "search": READING,
    "search_suggest": READING,
    "article": OWN, "article_changes": OWN, "source": OWN, "topic": OWN, "why": OWN,
    "editions": READING, "edition": OWN, "picks": ("snnoo", "mmmmm"), "pick": ("mmmmm", "snnnn"),
    "mark_read": OWN_DOING, "mark_all_read": OWN_DOING,
    "welcome": FORM, "healthz": ("ddddd", "mmmmm"), "metrics": ("nnnnn", "mmmmm"),
    "feed_atom": ("nnnnn", "mmmmm"), "feed_json": ("nnnnn", "mmmmm"),  # the paper is not shown to visitors
    "search_atom": ("nnnnn", "mmmmm"), "search_json": ("nnnnn", "mmmmm"),  # without the secret
    "search_follow": DOING, "search_back": DOING, "followed_search": ("sonnn", "sonnn"),
    "search_feed": OWN_DOING, "search_mail": OWN_DOING, "search_stop": OWN_DOING,
    "operation": ("snnro", "mmmmm"), "operation_mail": OWNERS, "operation_jobs": OWNERS,
    "operation_paper": ("snnno", "snnno"), "operation_run_again": ("snnnm", "snnnn"),
    "operation_sources": ("snnoo", "snnmm"), "operation_source": ("snnnn", "snnmm"),
    "operation_source_edit": ("snnnm", "snnnn"), "operation_ranking": ("snnno", "snnnn"),
    # accounts
    "setup": NOTHING, "invite": NOTHING, "settings": FORM, "settings_example": READING,
    "account_export": FORM, "account_delete": ("soooo", "srrro"),
    "account_email": ("soooo", "srrrr"), "language": SWITCH, "theme": SWITCH, "session_end": ("smmmm", "srnnn"),
    "people": OWNERS, "people_invite": ("snnnm", "snnno"), "people_revoke": ("snnnm", "snnnn"),
    "people_confirm": OWNER_DOING, "people_role": OWNER_DOING, "people_active": OWNER_DOING,
    # sources
    "sources": READING, "source_add": ("srrrr", "soooo"), "opml_import": ("srrrr", "soooo"), "opml_export": READING,
    "opml_follow": DOING, "opml_cancel": DOING,
    "source_edit": ("sonnn", "srnnn"), "source_subscribe": OWN_DOING, "source_unsubscribe": OWN_DOING,
    "source_watch": ("srrrr", "srrrr"), "source_selectors": NOT_WATCHED,
    "source_address": ("mmmmm", "srnnn"), "picture": ("nnnnn", "mmmmm"), "websub": NOTHING,
    "filters": READING, "filter_new": FORM, "filter_edit": ("sonnn", "sonnn"), "filter_switch": OWN_DOING,
    "filter_delete": ("sonnn", "srnnn"), "filter_take_back": OWN_DOING,
    # what a reader does with articles, and the profile
    "hide": OWN_DOING, "more_like": OWN_DOING, "less_like": OWN_DOING, "not_interested": OWN_DOING,
    "refresh": DOING, "follow": DOING, "mute": DOING,
    "profile": READING, "interest": ("sonnn", "srnnn"), "profile_reset": DOING, "interest_add": DOING,
    "lesson_forget": OWN_DOING, "profile_mix": DOING, "profile_privacy": DOING, "profile_restore": DOING,
    "profile_export": READING, "note_reading": ("mmmmm", "sonnn"), "note_share": ("mmmmm", "sonnn"),
    "followed_words": ("sonnn", "srnnn"), "muted_words": ("sonnn", "srnnn"),
    # the library
    "save": OWN_DOING, "saved": READING, "save_url": ("soooo", "sbbbb"), "saved_bulk": DOING, "saved_item": OWN,
    "saved_state": OWN, "saved_edit": OWN_DOING, "saved_tags": OWN_DOING, "saved_retry": OWN_DOING, "media": OWN,
    # newsletters and mail; links in letters without their signature are nobody's
    "newsletters": READING, "digest": ("mmmmm", "soooo"), "digest_now": DOING, "mail": READING, "mail_item": OWN,
    "mail_view": ("srnnn", "mmmmm"), "mail_save": NOTHING, "mail_less": NOTHING, "unsubscribe": NOTHING,
    "alert_stop": NOTHING,
    # allauth's
    "account_login": ("orrrr", "orrrr"), "account_logout": ("roooo", "rrrrr"), "account_signup": ("orrrr", "orrrr"),
    "account_inactive": EVERYBODY, "account_reauthenticate": ("soooo", "srrrr"),
    "account_change_password": FORM, "account_set_password": AGAIN, "account_reset_password": ("ooooo", "ooooo"),
    "account_reset_password_done": EVERYBODY, "account_reset_password_from_key_done": EVERYBODY,
    "account_reset_password_from_key": ("ooooo", "ooooo"), "account_confirm_email": ("ooooo", "nnnnn"),
    "account_email_verification_sent": EVERYBODY, "account_confirm_login_code": AGAIN,
    "usersessions_list": ("soooo", "srrrr"),
    "mfa_index": ("soooo", "smmmm"), "mfa_authenticate": AGAIN, "mfa_reauthenticate": AGAIN,
    "mfa_activate_totp": AGAIN, "mfa_deactivate_totp": ("snnnn", "snnnn"),
    "mfa_view_recovery_codes": ("snnnn", "smmmm"), "mfa_generate_recovery_codes": AGAIN,
    "mfa_download_recovery_codes": ("snnnn", "snnnn"), "mfa_list_webauthn": ("soooo", "smmmm"),
    "mfa_add_webauthn": AGAIN, "mfa_login_webauthn": AGAIN, "mfa_reauthenticate_webauthn": AGAIN,
    "mfa_remove_webauthn": AGAIN, "mfa_edit_webauthn": AGAIN,
}  # fmt: skip

# The same routes with what every reader may see.
OPEN = {
    "article": ("soooo", "mmmmm"), "article_changes": ("soooo", "mmmmm"), "source": ("soooo", "mmmmm"),
    **dict.fromkeys(
        ("mark_read", "hide", "more_like", "less_like", "save", "source_subscribe", "source_unsubscribe"), DOING
    ),
    "operation_source": ("snnoo", "snnmm"), "operation_source_edit": ("snnnm", "snnnr"),
    "source_address": ("mmmmm", "snnnr"),
}  # fmt: skip

# What a visitor gets once the paper is public: its own choice of headlines, nothing of its readers.
PUBLIC = {
    **dict.fromkeys(("front", "latest", "search", "search_suggest", "feed_atom", "feed_json"), "o"),
    **dict.fromkeys(("article", "article_changes", "source", "topic"), "n"),
}

# Where the owner looks after readers, and so sees who they are; envelopes name where a letter went.
ABOUT_READERS = {
    "people": {"layla@example.com", "ليلى"}, "operation_mail": {"layla@example.com"},
    **{f"people_{what}": {"layla@example.com", "ليلى"} for what in ("invite", "confirm", "role", "active")},
}  # fmt: skip


def wish(own: Things) -> dict[str, str]:
    """Fields that mean Layla's things, wherever a form reads them."""
    return {
        "what": f"source:{own.source.pk}", "item": str(own.item.pk), "do": "remove", "row": f"mail:{own.letter.pk}",
        "List-Unsubscribe": "One-Click", "password": "palm-harbour-42", "role": "editor", "on": "0", "state": "more",
    }  # fmt: skip


def secrets(own: Things) -> set[str]:
    """What nobody else may read."""
    return {own.mark, own.reader.email, own.reader.name}


def test_every_named_route_has_a_row() -> None:
    assert set(MATRIX) == set(routes())


@pytest.mark.parametrize("names", in_parts(MATRIX, 12), ids=lambda names: f"{names[0]} and {len(names) - 1} more")
def test_each_person_gets_what_the_matrix_says_and_nothing_of_layla(
    names: list[str], laylas: Things, karim: Reader, nadia: Reader, omar: Reader
) -> None:
    browser(laylas.reader)  # another session of hers, to be ended
    people = [browser(person) for person in (None, laylas.reader, karim, nadia, omar)]
    data, given, told = wish(laylas), {}, []
    for name in names:
        url = address(name, laylas)
        cache.clear()  # no limits from the route before
        answers = [[ask(client, method, url, data) for client in people] for method in ("get", "post")]
        given[name] = tuple("".join(kind for kind, _ in row) for row in answers)
        for method, position in product((0, 1), (0, 2, 3, 4)):
            hidden = secrets(laylas) - (ABOUT_READERS.get(name, set()) if position == 4 else set())
            said = answers[method][position][1].replace(url, "").replace(quote(url, safe=""), "")  # it was asked
            told += [(name, method, position, text) for text in hidden if text in said]
    assert given == {name: MATRIX[name] for name in names}
    assert told == []


@pytest.mark.parametrize("name", OPEN)
def test_what_every_reader_may_see_is_there_for_every_reader(
    name: str, laylas: Things, karim: Reader, nadia: Reader, omar: Reader
) -> None:
    part = laylas.open_source.pk if "source" in name else laylas.open_article.pk
    people = [browser(person) for person in (None, laylas.reader, karim, nadia, omar)]
    for method, expected in zip(("get", "post"), OPEN[name], strict=True):
        answers = [ask(client, method, reverse(name, args=[part]), {"do": "pause"}) for client in people]
        assert "".join(kind for kind, _ in answers) == expected, method
        for position in (0, 2, 3, 4):
            assert not [text for text in secrets(laylas) if text in answers[position][1]]


def test_a_public_paper_shows_visitors_nothing_of_its_readers(laylas: Things) -> None:
    Paper.objects.update(public=True)
    for name in MATRIX:
        url = address(name, laylas)
        kind, said = ask(browser(None), "get", url)
        assert kind == PUBLIC.get(name, MATRIX[name][0][0]), name
        assert not [text for text in secrets(laylas) if text in said.replace(url, "")], name


@pytest.mark.parametrize(("own", "public", "expected"), [
    (True, True, "o"), (True, False, "s"), (False, True, "s"), (False, False, "s"),
])  # fmt: skip
def test_a_visitor_reads_the_papers_own_articles_only_where_the_paper_is_public(
    own: bool, public: bool, expected: str, paper: Paper, make_article: Callable[..., Article],
    make_source: Callable[..., Source],
) -> None:  # fmt: skip
    Paper.objects.update(public=public)
    article = make_article("مقال", source=make_source(visibility="paper", is_own=own))
    assert ask(browser(None), "get", reverse("article", args=[article.pk]))[0] == expected


def test_a_paper_that_is_not_public_does_not_tell_visitors_which_articles_there_are(laylas: Things) -> None:
    answers = {
        ask(browser(None), "get", f"/article/{n}")[0] for n in (laylas.article.pk, laylas.open_article.pk, 10**6)
    }
    assert answers == {"s"}


@pytest.mark.parametrize("form", ["search", "topic", "source_url"])
def test_a_search_never_finds_what_only_another_may_see(form: str, laylas: Things, karim: Reader, omar: Reader) -> None:
    asked = {
        "search": "/search?q=article&muted=show", "topic": f"/topic/{laylas.mark}-topic",
        "source_url": "/operation/sources?q=marker",
    }[form]  # fmt: skip
    for person in (karim, omar):
        said = ask(browser(person), "get", asked)[1].replace(asked, "").replace('marker"', "")
        assert laylas.mark not in said


@pytest.mark.parametrize("route", ["follow", "mute"])
@pytest.mark.parametrize("what", ["source", "topic", "story"])
def test_following_or_muting_by_number_tells_no_name_of_anothers_thing(
    route: str, what: str, laylas: Things, karim: Reader
) -> None:
    from nashra.news.models import Story

    story = Story.objects.create(started_at=timezone.now(), moved_at=timezone.now())
    Article.objects.filter(pk=laylas.article.pk).update(story=story)
    key = {"source": laylas.source.pk, "topic": f"{laylas.mark}-topic", "story": story.pk}[what]
    client = browser(karim)
    client.post(reverse(route), {"what": f"{what}:{key}"})
    assert karim.follows.count() == karim.mutes.count() == 0
    assert laylas.mark not in client.get("/profile").content.decode()


def test_what_another_does_with_laylas_numbers_changes_nothing_of_hers(laylas: Things, karim: Reader) -> None:
    client = browser(karim)
    for name in routes():
        if name not in ("account_logout", "account_delete", "usersessions_list"):
            client.post(address(name, laylas), wish(laylas))
    for row in (
        laylas.source, laylas.article, laylas.item, laylas.interest, laylas.digest, laylas.letter, laylas.rule,
        laylas.search,
    ):  # fmt: skip
        before = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
        row.refresh_from_db()
        after = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
        assert {**before, "body": b""} == {**after, "body": b""}
    assert laylas.reader.follows.count() == 2
    assert laylas.reader.mutes.count() == laylas.reader.subscriptions.count() == 1
    assert newsletters.told_of(laylas.reader) == {laylas.search.pk}


def test_a_link_in_a_letter_shows_no_name_and_no_address_to_whoever_holds_it(laylas: Things, karim: Reader) -> None:
    own = [
        links.unsubscribe(laylas.digest.pk), links.stop_alert(Alert.objects.get().pk),
        links.about_article(links.SAVE, laylas.reader.pk, laylas.open_article.pk),
        links.about_article(links.LESS, laylas.reader.pk, laylas.open_article.pk),
    ]  # fmt: skip
    for link in own:
        for person in (None, karim):
            for method in ("get", "post"):
                path = link.removeprefix("http://localhost:8000")
                kind, said = ask(browser(person), method, path, {"List-Unsubscribe": "One-Click"})
                assert kind == "o"
                assert not [text for text in secrets(laylas) if text in said]


def test_a_signed_picture_is_the_same_for_everybody_and_an_unsigned_one_is_nobodys(laylas: Things) -> None:
    token = pictures.sign("https://pictures.example/a.png")
    for wrong in (token[:-1], token + "x", token.partition(".")[0], "x.y", "." + token):
        assert ask(browser(laylas.reader), "get", reverse("picture", args=[wrong]))[0] == "n"


def test_an_edition_of_anothers_is_never_noted_with_a_signal(laylas: Things, karim: Reader) -> None:
    edition = front.edition_for(karim, now=timezone.now()).edition_id
    browser(laylas.reader).get(f"/article/{laylas.open_article.pk}?e={edition}.lead.0")
    signal = laylas.reader.signals.latest("pk")
    assert (signal.article, signal.edition) == (laylas.open_article, None)


def test_the_parts_of_an_address_are_laylas(laylas: Things, karim: Reader) -> None:
    """The matrix means something only if its addresses lead to things that are there."""
    karims = things_of(karim)
    named = [name for name in MATRIX if parts_of(name, laylas) and MATRIX[name] in (OWN, OWN_DOING)]
    assert len(named) >= 17
    for name in named:
        assert address(name, laylas) != address(name, karims), name


def test_a_closed_account_opens_nothing(laylas: Things) -> None:
    client = browser(laylas.reader)
    accounts.deactivate(laylas.reader)
    for name in ("front", "saved", "mail", "profile", "settings", "account_export"):
        assert ask(client, "get", address(name, laylas))[0] == "s"
