"""Words and authors that readers follow: why a piece is there, what draws it, and how readers correct what is found."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client
from django.utils import translation

from nashra.accounts.models import Reader
from nashra.base.notices import undo_of
from nashra.core.rank import Reason
from nashra.core.text.following import RULES
from nashra.front import reasons, services
from nashra.front.models import Edition, Follow, Kind, Mute
from nashra.front.muting import muting_of
from nashra.front.services import naming
from nashra.news import terms
from nashra.news.models import Article

Make = Callable[..., Article]
SignIn = Callable[[Reader], Client]


def why(reader: Reader, article: Article, now: datetime) -> str:
    """The first reason of a piece on the reader's page, as a sentence without marks of direction."""
    item = next(one for one in services.edition_for(reader, now=now).items if one.article_id == article.pk)
    with translation.override("en"):
        names = reasons.names_for(item.reasons, "en", reader)
        return reasons.sentence(item.reasons[0], names).replace("\u2068", "").replace("\u2069", "")


@pytest.mark.parametrize(
    ("followed", "title", "language", "sentence"),
    [
        ("كازاخستان", "اتفاق جديد في كازاخستان", "ar", "You follow: كازاخستان"),
        ("كازاخستان", "الرئيس الكازاخستاني يزور الميناء", "ar", "“الكازاخستاني” is its adjective"),
        ("كازاخستان", "Kazakhstan opens a new harbour", "en", "“Kazakhstan” is its name in another language"),
        ("القطار", "وبالقطار الليلي إلى الساحل", "ar", "written “وبالقطار” here"),
        ("الأمم المتحدة", "اجتماع بالأمم المتحدة اليوم", "ar", "written “بالأمم المتحدة” here"),
    ],
)
def test_the_reason_says_which_form_was_found_by_which_rule(
    sofia: Reader, make_article: Make, now: datetime, followed: str, title: str, language: str, sentence: str
) -> None:
    article = make_article(title, language=language)
    services.follow(sofia, "word", followed, now=now)
    assert sentence in why(sofia, article, now)


def test_an_alias_is_found_and_said_to_be_one(sofia: Reader, make_article: Make, now: datetime) -> None:
    article = make_article("The Blue Line reaches the harbour", language="en")
    follow = services.follow(sofia, "word", "Metro Two", now=now)
    naming.change_words(follow, sense="name", aliases="Blue Line\n")
    assert "“Blue Line” is another name of it" in why(sofia, article, now)


def test_a_followed_author_is_the_reason(layla: Reader, make_article: Make, now: datetime) -> None:
    article = make_article("خبر", author="هدى منصور وسليم العرّادي")
    services.follow(layla, "author", "سليم العرادي", now=now)
    assert why(layla, article, now) == "You follow the author سليم العرادي"


def test_an_edition_stored_before_reasons_had_forms_still_opens(
    layla: Reader, make_article: Make, now: datetime
) -> None:
    article = make_article("خبر القطار")
    services.follow(layla, "word", "القطار", now=now)
    rows = [[article.pk, "lead", 1.0, 1.0, [["follow_word", "القطار", 0], ["fresh", "", 0]]]]
    Edition.objects.create(reader=layla, made_at=now, shown_at=now, model="linear-1", items=rows)
    items = services.last_edition(layla, now=now, muting=muting_of(layla, now)).items
    assert items[0].reasons == (Reason("follow_word", "القطار"), Reason("fresh"))


@pytest.mark.parametrize(("kind", "key"), [("word", "السلاحف"), ("author", "رانيا الخولي")])
def test_a_rare_name_is_not_drowned_by_hundreds_of_newer_pieces(
    layla: Reader, make_article: Make, now: datetime, kind: str, key: str
) -> None:
    rare = make_article("عودة السلاحف إلى الشاطئ", author="رانيا الخولي", hours=50)
    like = make_article("سلحفاة", author="رانيا", hours=51)
    terms.store([rare.pk, like.pk])
    template = make_article("خبر")
    Article.objects.bulk_create(
        Article(source=template.source, guid=f"n{n}", canonical_key=f"n{n}", title=f"خبر {n}", published_at=now,
                language="ar")
        for n in range(200)
    )  # fmt: skip
    before = {item.article_id for item in services.refresh(layla, now=now).items}
    services.follow(layla, kind, key, now=now)
    after = {item.article_id for item in services.refresh(layla, now=now).items}
    assert rare.pk not in before
    assert rare.pk in after
    assert like.pk not in after


def test_words_show_what_they_find_form_by_form(layla: Reader, make_article: Make, now: datetime) -> None:
    for title in ("كازاخستان تعلن موعد الانتخابات", "الوزير الكازاخستاني", "وبالكازاخستاني أيضا", "خبر آخر"):
        make_article(title)
    follow = services.follow(layla, "word", "كازاخستان", now=now)
    found = naming.finds(layla, follow, now=now)
    assert found.count == 3
    forms = {(one.form, one.count, one.is_name) for one in found.forms}
    assert forms == {("كازاخستان", 1, True), ("الكازاخستاني", 2, False)}
    assert all(line.title.marks for line in found.lines)


def test_a_form_that_is_left_out_counts_no_more_until_it_is_taken_back(
    layla: Reader, make_article: Make, now: datetime
) -> None:
    make_article("كازاخستان تعلن موعد الانتخابات")
    other = make_article("وبالكازاخستاني أيضا")
    follow = services.follow(layla, "word", "كازاخستان", now=now)
    naming.leave_out(follow, "الكازاخستاني")
    found = naming.finds(layla, follow, now=now)
    assert (found.count, found.left_out) == (1, ["الكازاخستاني"])
    item = next(one for one in services.edition_for(layla, now=now).items if one.article_id == other.pk)
    assert all(reason.key != "follow_word" for reason in item.reasons)
    naming.take_back(follow, "الكازاخستاني")
    assert naming.finds(layla, follow, now=now).count == 2


@pytest.mark.parametrize(
    ("followed", "title", "form"),
    [
        ("محطة التحلية", "شرح لمحطة التحلية", "محطة التحلية"),
        ("المحطة", "زيارة للمحطّة اليوم", "المحطّة"),
        ("المحطة", "وبالمحطة قطار", "المحطة"),
    ],
)
def test_a_form_without_what_is_glued_to_it_keeps_its_spelling(
    layla: Reader, make_article: Make, now: datetime, followed: str, title: str, form: str
) -> None:
    make_article(title)
    follow = services.follow(layla, "word", followed, now=now)
    assert [(one.form, one.is_name) for one in naming.finds(layla, follow, now=now).forms] == [(form, True)]


@pytest.mark.parametrize("signs", ["،،،", "..", "—؟", "🇪🇬"])
def test_signs_without_a_letter_are_neither_followed_nor_muted(layla: Reader, now: datetime, signs: str) -> None:
    for say in (services.follow, services.mute):
        with pytest.raises(services.FollowError):
            say(layla, "word", signs, now=now)


def test_what_words_find_holds_nothing_that_is_muted(layla: Reader, make_article: Make, now: datetime) -> None:
    make_article("القطار الليلي", topics=("sport",))
    seen = make_article("القطار السريع")
    services.mute(layla, "topic", "sport", now=now)
    follow = services.follow(layla, "word", "القطار", now=now)
    assert [line.article.pk for line in naming.finds(layla, follow, now=now).lines] == [seen.pk]


def test_a_reader_corrects_followed_words_on_their_page(layla: Reader, sign_in: SignIn, now: datetime) -> None:
    follow = services.follow(layla, "word", "كازاخستان", now=now)
    client, address = sign_in(layla), f"/profile/follow/{follow.pk}"
    client.post(address, {"sense": "place", "aliases": "Qazaqstan\n– الكازاخي\n\nQazaqstan"})
    follow.refresh_from_db()
    assert (follow.sense, follow.aliases) == ("place", ["Qazaqstan", "-الكازاخي"])
    client.post(address, {"take_back": "الكازاخي"})
    client.post(address, {"leave_out": "الكازاخية"})
    follow.refresh_from_db()
    assert follow.aliases == ["Qazaqstan", "-الكازاخية"]


def test_too_many_spellings_are_refused_and_nothing_is_changed(sofia: Reader, sign_in: SignIn, now: datetime) -> None:
    follow = services.follow(sofia, "word", "كازاخستان", now=now)
    lines = "\n".join(f"name {n}" for n in range(31))
    page = sign_in(sofia).post(f"/profile/follow/{follow.pk}", {"aliases": lines}, follow=True).content.decode()
    assert "Too many or too long" in page
    follow.refresh_from_db()
    assert follow.aliases == []


def test_a_reader_changes_how_long_words_are_muted(layla: Reader, sign_in: SignIn, now: datetime) -> None:
    mute = services.mute(layla, "word", "القطار", now=now)
    client, address = sign_in(layla), f"/profile/mute/{mute.pk}"
    client.post(address, {"days": "7"})
    assert Mute.objects.get().until is not None
    client.post(address, {"days": "same", "aliases": "الترام"})
    assert Mute.objects.get().until is not None
    client.post(address, {"days": ""})
    assert Mute.objects.get().until is None


def test_the_profile_says_how_many_pieces_a_mute_kept_away(
    sofia: Reader, make_article: Make, sign_in: SignIn, now: datetime
) -> None:
    for number in range(3):
        make_article(f"القطار {number}", author="سليم العرادي" if number else "")
    services.mute(sofia, "word", "القطار", now=now)
    services.mute(sofia, "author", "سليم العرادي", now=now)
    view = services.profile_of(sofia, now=now)
    assert {(one.mute.kind, one.hidden) for one in view.mutes} == {("word", 3), ("author", 2)}


def test_an_author_is_followed_and_muted_from_an_article(
    sofia: Reader, make_article: Make, sign_in: SignIn, now: datetime
) -> None:
    article = make_article("خبر", author="Anna Berg and John Miller")
    client = sign_in(sofia)
    page = client.get(f"/article/{article.pk}").content.decode()
    assert "author:Anna Berg" in page
    assert "author:John Miller" in page
    client.post("/follow", {"what": "author:Anna Berg", "on": "1"})
    assert Follow.objects.get(kind=Kind.AUTHOR).key == "anna berg"
    client.post("/mute", {"what": "author:ANNA BERG"})
    assert not Follow.objects.exists()
    assert muting_of(sofia, now).hides("x", "", "en", "John Miller, Anna Berg")


def test_taking_a_mute_back_brings_back_what_was_followed(
    sofia: Reader, make_article: Make, sign_in: SignIn, now: datetime
) -> None:
    make_article("Piece", topics=("energy", "sport"))
    services.follow(sofia, "topic", "energy", now=now)
    for topic, route in (("energy", "/follow"), ("sport", "/mute")):
        shown = sign_in(sofia).post("/mute", {"what": f"topic:{topic}"}, follow=True)
        (undo,) = [undo_of(message) for message in shown.context["messages"]]
        assert undo is not None
        assert undo.url.partition("?")[0] == route
        sign_in(sofia).post(undo.url, {undo.name: undo.value})
    assert list(Follow.objects.values_list("key", flat=True)) == ["energy"]
    assert not Mute.objects.exists()


def test_an_export_holds_kind_language_and_other_spellings_of_words(layla: Reader, now: datetime) -> None:
    from nashra.accounts.registry import exporters

    follow = services.follow(layla, "word", "كازاخستان", now=now)
    naming.change_words(follow, sense="place", aliases="Kazakhstan")
    mute = services.mute(layla, "word", "القطار", now=now)
    naming.change_words(mute, sense="topic", aliases="-قطارات")
    followed = next(iter(exporters["front.Follow"](layla))).values
    muted = next(iter(exporters["front.Mute"](layla))).values
    assert (followed["sense"], followed["language"], followed["aliases"]) == ("place", "ar", ["Kazakhstan"])
    assert (muted["sense"], muted["language"], muted["aliases"]) == ("topic", "ar", ["-قطارات"])


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_of_the_matcher_is_said_in_words(rule: str) -> None:
    with translation.override("en"):
        assert "form" in reasons.form_in_words("form", rule)
    assert rule in reasons.RULES
