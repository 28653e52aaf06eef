"""Readers' rules: what they do with what comes in, once, for whom, and how it is taken back."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from nashra.accounts.models import Reader
from nashra.base import locale
from nashra.base.models import Periodic
from nashra.front import services as front
from nashra.front.models import Mark, Signal
from nashra.library import services as library
from nashra.library.models import SavedItem, Tag
from nashra.news import registry
from nashra.news.filters import applying, previewing, services
from nashra.news.filters.applying import apply, catch_up
from nashra.news.filters.services import FilterError, add_rule
from nashra.news.models import Article, Revision, Rule, RuleHit, Source, Subscription, Visibility

Make = Callable[..., Article]
MakeSource = Callable[..., Source]
LATER = timedelta(minutes=10)


@pytest.fixture
def arrive(make_article: Make, now: datetime) -> Make:
    """An article that comes in a minute from now, past all rules."""

    def make(title: str, **more: Any) -> Article:
        seen = more.pop("at", now + timedelta(minutes=1))
        article = make_article(title, first_seen_at=seen, **more)
        apply([article.pk], now=seen + timedelta(seconds=1))
        return article

    return make


def hidden(reader: Reader, article: Article) -> bool:
    return Mark.objects.filter(reader=reader, article=article, hidden_at__isnull=False).exists()


def is_read(reader: Reader, article: Article) -> bool:
    return Mark.objects.filter(reader=reader, article=article, read_at__isnull=False).exists()


def saved(reader: Reader) -> dict[str, set[str]]:
    return {item.title: {tag.name for tag in item.tags.all()} for item in SavedItem.objects.filter(reader=reader)}


# what rules do


def test_a_rule_hides_marks_saves_and_tags_what_comes_in(layla: Reader, arrive: Make, now: datetime) -> None:
    add_rule(layla, "title:كأس then hide", now=now)
    add_rule(layla, "title:حادث then read", now=now)
    add_rule(layla, "title:مياه then save", now=now)
    add_rule(layla, 'title:طاقة then tag:"للقراءة", tag:طاقة', now=now)
    cup, crash = arrive("نهائي الكأس"), arrive("حادث على الطريق")
    arrive("خطة المياه", text="نص طويل عن المياه")
    arrive("محطة طاقة")
    assert hidden(layla, cup)
    assert not is_read(layla, cup)
    assert is_read(layla, crash)
    assert not hidden(layla, crash)
    assert saved(layla) == {"خطة المياه": set(), "محطة طاقة": {"للقراءة", "طاقة"}}
    kept = SavedItem.objects.get(title="خطة المياه")
    assert "نص طويل" in kept.text
    assert kept.archive == "waiting"
    assert kept.due_at is not None


def test_several_actions_stand_together(layla: Reader, arrive: Make, now: datetime) -> None:
    add_rule(layla, "title:كأس then hide, read, save, tag:رياضة", now=now)
    cup = arrive("كأس الساحل")
    assert hidden(layla, cup)
    assert is_read(layla, cup)
    assert saved(layla) == {"كأس الساحل": {"رياضة"}}


def test_what_comes_in_through_a_feed_is_looked_at(
    layla: Reader, feeds: Any, source: MakeSource, poll: Callable[[], int]
) -> None:
    from django.utils import timezone

    add_rule(layla, "title:رقم then hide", now=timezone.now() - LATER)
    feeds.put("/feed", feeds.rss({"title": "خبر رقم 1", "guid": "1", "link": "http://x.example/1", "text": "نص"}))
    source()
    poll()
    assert hidden(layla, Article.objects.get())


def test_a_rule_is_about_its_reader_alone(layla: Reader, karim: Reader, arrive: Make, now: datetime) -> None:
    add_rule(layla, "title:كأس then hide, save", now=now)
    cup = arrive("كأس الساحل")
    assert hidden(layla, cup)
    assert not Mark.objects.filter(reader=karim).exists()
    assert not SavedItem.objects.filter(reader=karim).exists()
    assert not Tag.objects.filter(reader=karim).exists()


def test_a_rule_learns_nothing_about_taste(layla: Reader, arrive: Make, now: datetime) -> None:
    add_rule(layla, "title:كأس then hide, read, save", now=now)
    arrive("كأس الساحل", topics=("sport",))
    assert not Signal.objects.exists()
    assert not layla.interests.exists()


def test_a_private_source_of_another_never_matches(
    layla: Reader, karim: Reader, arrive: Make, make_source: MakeSource, now: datetime
) -> None:
    for reader in (layla, karim):
        add_rule(reader, "title:كأس then save", now=now)
    private = make_source("بريد كريم", visibility=Visibility.PRIVATE, owner=karim)
    arrive("كأس الساحل", source=private)
    assert saved(layla) == {}
    assert saved(karim) == {"كأس الساحل": set()}
    assert RuleHit.objects.get().rule.reader == karim


def test_a_private_source_without_an_owner_is_nobodys(
    layla: Reader, arrive: Make, make_source: MakeSource, now: datetime
) -> None:
    add_rule(layla, "title:كأس then save", now=now)
    arrive("كأس الساحل", source=make_source("بريد", visibility=Visibility.PRIVATE))
    assert not RuleHit.objects.exists()


def test_a_rule_knows_a_source_by_the_readers_own_name_for_it(
    layla: Reader, karim: Reader, arrive: Make, make_source: MakeSource, now: datetime
) -> None:
    source = make_source("صحيفة المرفأ")
    Subscription.objects.create(reader=layla, source=source, title="جريدة الصباح")
    for reader in (layla, karim):
        add_rule(reader, 'source:"جريدة الصباح" then hide', now=now)
    article = arrive("خبر", source=source)
    assert hidden(layla, article)
    assert not hidden(karim, article)


def test_the_text_and_its_author_are_told_apart(layla: Reader, arrive: Make, now: datetime) -> None:
    from nashra.news.models import ArticleText

    add_rule(layla, "text:حداد then hide", now=now)
    add_rule(layla, "text:شمسية author:حداد then read", now=now)
    article = arrive("محطة جديدة", author="ليلى حداد", at=now - LATER)
    ArticleText.objects.filter(article=article).update(text="طاقة شمسية تكفي المدينة")
    Article.objects.filter(pk=article.pk).update(first_seen_at=now + LATER)
    apply([article.pk], now=now + LATER)
    assert is_read(layla, article)
    assert not hidden(layla, article)


def test_a_closed_account_has_no_rules(layla: Reader, arrive: Make, now: datetime) -> None:
    add_rule(layla, "title:كأس then hide", now=now)
    Reader.objects.filter(pk=layla.pk).update(is_active=False)
    arrive("كأس الساحل")
    assert not RuleHit.objects.exists()


# once, and only from now on


def test_a_rule_acts_on_what_comes_after_it(layla: Reader, arrive: Make, now: datetime) -> None:
    old = arrive("كأس الأمس", at=now - LATER)
    add_rule(layla, "title:كأس then hide", now=now)
    apply([old.pk], now=now)  # a correction brings it in again
    assert not hidden(layla, old)
    assert hidden(layla, arrive("كأس اليوم"))


def test_what_the_reader_shows_again_stays_shown_when_it_comes_in_again(
    layla: Reader, arrive: Make, now: datetime
) -> None:
    add_rule(layla, "title:كأس then hide", now=now)
    cup = arrive("كأس الساحل")
    front.unhide(layla, cup, now=now + LATER)
    apply([cup.pk], now=now + 2 * LATER)
    catch_up(now=now + 2 * LATER)
    assert not hidden(layla, cup)
    assert RuleHit.objects.count() == 1


def test_what_the_reader_took_out_of_the_library_does_not_come_back(
    layla: Reader, make_article: Make, now: datetime
) -> None:
    article = make_article("خطة المياه", first_seen_at=now + LATER)
    library.save(layla, article, now=now)
    library.unsave(layla, article, now=now)
    add_rule(layla, "title:المياه then save, tag:مياه", now=now)
    apply([article.pk], now=now + LATER)
    assert saved(layla) == {}


def test_a_piece_that_was_saved_by_hand_gets_the_tag_and_stays_as_it_is(
    layla: Reader, make_article: Make, now: datetime
) -> None:
    article = make_article("خطة المياه", first_seen_at=now + LATER)
    item = library.save(layla, article, now=now)
    library.set_state(item, favourite=True, read=True, now=now)
    before = SavedItem.objects.values().get()
    add_rule(layla, "title:المياه then hide, tag:مياه", now=now)
    apply([article.pk], now=now + LATER)
    assert SavedItem.objects.values().get() == before
    assert saved(layla) == {"خطة المياه": {"مياه"}}


def test_a_rule_that_hides_never_touches_what_was_saved(layla: Reader, make_article: Make, now: datetime) -> None:
    article = make_article("كأس الساحل", first_seen_at=now + LATER)
    library.save(layla, article, now=now)
    before = SavedItem.objects.values().get()
    add_rule(layla, "title:كأس then hide", now=now)
    apply([article.pk], now=now + LATER)
    assert hidden(layla, article)
    assert SavedItem.objects.values().get() == before


def test_the_same_address_from_two_sources_is_saved_once(
    layla: Reader, make_article: Make, make_source: MakeSource, now: datetime
) -> None:
    add_rule(layla, "title:كأس then save", now=now)
    ids = [
        make_article("كأس الساحل", source=make_source(f"مصدر {n}"), canonical_key="same", first_seen_at=now).pk
        for n in range(2)
    ]
    apply(ids, now=now)
    assert SavedItem.objects.count() == 1
    assert RuleHit.objects.count() == 2


def test_an_article_that_matches_only_after_its_correction_is_acted_on_then(
    layla: Reader, arrive: Make, now: datetime
) -> None:
    add_rule(layla, "title:كأس then hide", now=now)
    article = arrive("خبر من الملعب")
    Article.objects.filter(pk=article.pk).update(title="كأس الساحل")
    apply([article.pk], now=now + LATER)
    assert hidden(layla, article)


def test_what_came_while_a_rule_was_off_is_left_alone(layla: Reader, arrive: Make, now: datetime) -> None:
    rule = add_rule(layla, "title:كأس then hide", now=now)
    services.switch_rule(rule, on=False, now=now)
    first = arrive("كأس الأمس")
    services.switch_rule(rule, on=True, now=now + LATER)
    apply([first.pk], now=now + LATER)
    assert not hidden(layla, first)
    assert hidden(layla, arrive("كأس اليوم", at=now + 2 * LATER))


# nothing is lost, and nothing costs more than it must


def test_without_rules_what_comes_in_costs_one_query(paper: object, make_article: Make) -> None:
    ids = [make_article(f"خبر {n}").pk for n in range(3)]
    with CaptureQueriesContext(
        connection,
    ) as queries:
        applying.on_ingest(ids)
    assert len(queries) == 1
    with CaptureQueriesContext(connection) as queries:
        registry.ingested([])
    assert len(queries) == 0


def test_many_readers_and_rules_take_a_handful_of_queries(paper: object, make_article: Make, now: datetime) -> None:
    def count(readers: int, articles: int) -> int:
        for n in range(readers):
            reader = Reader.objects.create_user(f"{readers}-{n}@example.com", "palm-harbour-42")
            add_rule(reader, "title:كأس then hide, read", now=now)
        ids = [make_article(f"كأس {n}", first_seen_at=now + LATER).pk for n in range(articles)]
        with CaptureQueriesContext(connection) as queries:
            assert apply(ids, now=now) >= readers * articles
        return len(queries)

    assert count(1, 1) == count(8, 20)


def test_a_worker_killed_between_storing_and_the_rules_loses_nothing(
    layla: Reader, make_article: Make, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(applying._Process, "swept", False)
    add_rule(layla, "title:كأس then hide", now=now - timedelta(days=2))
    lost = make_article("كأس الساحل", first_seen_at=now - timedelta(hours=5))
    assert catch_up(now=now) == 1
    assert hidden(layla, lost)
    assert catch_up(now=now) == 0


def test_after_a_long_stop_the_sweep_begins_where_the_last_one_ended(
    layla: Reader, make_article: Make, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(applying._Process, "swept", True)
    add_rule(layla, "title:كأس then hide", now=now - timedelta(days=9))
    old = [make_article(f"كأس {n}", first_seen_at=now - timedelta(days=3, hours=n)) for n in range(3)]
    Periodic.objects.create(name=applying.SWEEP, ran_at=now - timedelta(days=3, hours=1))
    catch_up(now=now)
    assert [hidden(layla, article) for article in old] == [True, True, False]


def test_a_sweep_that_failed_is_made_up_for(
    layla: Reader, make_article: Make, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(applying._Process, "swept", True)
    add_rule(layla, "title:كأس then hide", now=now - timedelta(days=9))
    article = make_article("كأس", first_seen_at=now - timedelta(hours=2))
    last = Periodic.objects.create(name=applying.SWEEP, ran_at=now - timedelta(minutes=5))
    assert catch_up(now=now) == 0  # the sweep before saw it
    Periodic.objects.filter(pk=last.pk).update(error="OperationalError")
    assert catch_up(now=now) == 1
    assert hidden(layla, article)


def test_a_correction_that_nobody_looked_at_is_looked_at_by_the_sweep(
    layla: Reader, make_article: Make, now: datetime
) -> None:
    add_rule(layla, "title:كأس then hide", now=now - timedelta(days=9))
    article = make_article("كأس", first_seen_at=now - timedelta(days=2))
    Revision.objects.create(article=article, at=now - timedelta(minutes=1), title="خبر")
    assert catch_up(now=now) == 1


def test_the_sweep_is_known_under_the_name_of_its_row() -> None:
    from nashra.base import jobs

    assert applying.SWEEP in {one.name for one in jobs.sweeps() if one.single}


def test_an_action_that_fails_leaves_no_hit_behind(
    layla: Reader, make_article: Make, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(hits: object) -> None:
        raise RuntimeError("the disk is full")

    add_rule(layla, "title:كأس then hide", now=now)
    article = make_article("كأس", first_seen_at=now)
    known = registry.filter_actions["hide"]
    monkeypatch.setitem(registry.filter_actions, "hide", registry.FilterAction(fail, known.standing, known.undo))
    with pytest.raises(RuntimeError):
        apply([article.pk], now=now)
    monkeypatch.undo()
    assert not RuleHit.objects.exists()
    assert apply([article.pk], now=now) == 1
    assert hidden(layla, article)


def test_a_rule_that_cannot_be_read_hinders_no_other(layla: Reader, arrive: Make, now: datetime) -> None:
    Rule.objects.create(reader=layla, text="when nonsense", at=now)
    add_rule(layla, "title:كأس then hide", now=now)
    assert hidden(layla, arrive("كأس"))
    assert services.rules_of(layla, now=now)[0].sentence == "when nonsense"


# taking back


def test_what_a_rule_did_is_taken_back(layla: Reader, arrive: Make, now: datetime) -> None:
    rule = add_rule(layla, "title:كأس then hide, read, save, tag:رياضة", now=now)
    cup = arrive("كأس الساحل")
    assert services.take_back(rule) == 1
    assert not hidden(layla, cup)
    assert not is_read(layla, cup)
    assert saved(layla) == {}
    assert not RuleHit.objects.exists()


def test_what_the_reader_touched_since_is_not_taken_back(layla: Reader, arrive: Make, now: datetime) -> None:
    rule = add_rule(layla, "title:كأس then hide, read, save", now=now)
    opened, hid, kept, tagged = (arrive(f"كأس {n}") for n in range(4))
    front.opened(layla, opened, now=now + LATER)
    front.hide(layla, hid, now=now + LATER)
    library.set_state(SavedItem.objects.get(article=kept), favourite=True, now=now)
    library.set_tags(SavedItem.objects.get(article=tagged), ["لي"])
    services.take_back(rule)
    assert is_read(layla, opened)
    assert Signal.objects.filter(article=opened, what="open").count() == 1
    assert hidden(layla, hid)
    assert set(saved(layla)) == {"كأس 2", "كأس 3"}
    assert not hidden(layla, kept)


def test_what_was_so_before_the_rule_stays_so(layla: Reader, make_article: Make, now: datetime) -> None:
    article = make_article("كأس الساحل", first_seen_at=now + LATER)
    front.hide(layla, article, now=now)
    front.opened(layla, article, now=now)
    library.save(layla, article, now=now)
    rule = add_rule(layla, "title:كأس then hide, read, save", now=now)
    apply([article.pk], now=now + LATER)
    services.take_back(rule)
    assert hidden(layla, article)
    assert is_read(layla, article)
    assert set(saved(layla)) == {"كأس الساحل"}


def test_what_another_rule_says_holds_on_when_one_is_taken_back(layla: Reader, arrive: Make, now: datetime) -> None:
    first = add_rule(layla, "title:كأس then hide, save", now=now)
    add_rule(layla, "title:الساحل then hide, tag:ساحل", now=now)
    both, one = arrive("كأس الساحل"), arrive("كأس الداخل")
    services.take_back(first)
    assert hidden(layla, both)
    assert not hidden(layla, one)
    assert saved(layla) == {"كأس الساحل": {"ساحل"}}


def test_one_article_is_taken_back_by_itself_and_left_alone_afterwards(
    layla: Reader, arrive: Make, now: datetime
) -> None:
    rule = add_rule(layla, "title:كأس then hide", now=now)
    first, second = arrive("كأس 1"), arrive("كأس 2")
    assert services.take_back(rule, [first.pk]) == 1
    apply([first.pk, second.pk], now=now + LATER)
    assert not hidden(layla, first)
    assert hidden(layla, second)
    assert [(hit.line.article, hit.stands) for hit in services.hits_of(rule, now=now + LATER)] == [
        (second, True), (first, False),
    ]  # fmt: skip


def test_a_deleted_rule_takes_its_work_with_it_only_when_asked(layla: Reader, arrive: Make, now: datetime) -> None:
    keeps, takes = add_rule(layla, "title:كأس then hide", now=now), add_rule(layla, "title:حادث then hide", now=now)
    cup, crash = arrive("كأس"), arrive("حادث")
    services.remove_rule(keeps)
    services.remove_rule(takes, back=True)
    assert hidden(layla, cup)
    assert not hidden(layla, crash)
    assert not Rule.objects.exists()


def test_what_a_rule_hid_stays_hidden_when_the_history_is_erased(layla: Reader, arrive: Make, now: datetime) -> None:
    add_rule(layla, "title:كأس then hide, read", now=now)
    cup, other = arrive("كأس"), arrive("خبر")
    front.hide(layla, other, now=now)
    front.opened(layla, cup, now=now)
    front.forget_history(layla)
    assert hidden(layla, cup)
    assert not is_read(layla, cup)
    assert not hidden(layla, other)


# the last seven days


def test_a_preview_shows_what_a_rule_would_have_done_and_does_nothing(
    layla: Reader, make_article: Make, now: datetime
) -> None:
    make_article("كأس الساحل", hours=1, text="مباراة")
    make_article("نتيجة المباراة", hours=2, text="في كأس الساحل هدف")
    make_article("خبر آخر", hours=3)
    make_article("كأس قديمة", hours=24 * 7 + 1)
    shown = services.preview(layla, "text:كأس then hide", now=now)
    assert (shown.count, shown.complete) == (2, True)
    assert [line.article.title for line in shown.lines] == ["كأس الساحل", "نتيجة المباراة"]
    assert [line.title.marks for line in shown.lines] == [((0, 3),), ()]
    assert shown.lines[1].text is not None
    text, [(start, end)] = shown.lines[1].text.text, shown.lines[1].text.marks
    assert text[start:end] == "كأس"
    assert not Mark.objects.exists()
    assert not RuleHit.objects.exists()


def test_a_preview_shows_nothing_that_its_reader_may_not_see(
    layla: Reader, karim: Reader, make_article: Make, make_source: MakeSource, now: datetime
) -> None:
    private = make_source("بريد كريم", visibility=Visibility.PRIVATE, owner=karim)
    make_article("كأس الساحل", source=private)
    for text in ("title:كأس then hide", "source:بريد then hide", "-title:x then hide"):
        assert services.preview(layla, text, now=now).count == 0
        assert services.preview(karim, text, now=now).count == 1


def test_a_preview_looks_at_so_many_and_says_so(layla: Reader, make_article: Make, now: datetime) -> None:
    for n in range(5):
        make_article(f"كأس {n}", hours=n)
    looked = previewing.matching(layla, services.read_rule("title:كأس then hide"), now=now, most=3)
    assert (len(looked.ids), looked.looked_at, looked.complete) == (3, 3, False)


def test_a_preview_has_a_time_in_which_it_ends(
    layla: Reader, make_article: Make, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(previewing, "_PAGE", 2)
    for n in range(5):
        make_article(f"كأس {n}", hours=n)
    looked = previewing.matching(layla, services.read_rule("title:كأس then hide"), now=now, seconds=0)
    assert (looked.looked_at, looked.complete) == (2, False)


def test_a_preview_shows_fifty_and_counts_all(layla: Reader, make_article: Make, now: datetime) -> None:
    for n in range(55):
        make_article(f"كأس {n}", hours=n)
    shown = services.preview(layla, "title:كأس then hide", now=now)
    assert (shown.count, len(shown.lines)) == (55, 50)


def test_a_rule_acts_on_the_last_seven_days_when_it_is_told_to(
    layla: Reader, make_article: Make, now: datetime
) -> None:
    recent = make_article("كأس الساحل", hours=30, first_seen_at=now - timedelta(hours=30))
    old = make_article("كأس قديمة", hours=24 * 8, first_seen_at=now - timedelta(days=8))
    rule = add_rule(layla, "title:كأس then hide", now=now)
    assert services.apply_back(rule, now=now) == 1
    assert hidden(layla, recent)
    assert not hidden(layla, old)
    assert services.apply_back(rule, now=now) == 0
    front.unhide(layla, recent, now=now)
    services.apply_back(rule, now=now + LATER)
    assert not hidden(layla, recent)


def test_a_changed_rule_acts_anew_on_the_last_seven_days_and_all_of_it_is_taken_back(
    layla: Reader, arrive: Make, now: datetime
) -> None:
    rule = add_rule(layla, "title:كأس then read", now=now)
    cup = arrive("كأس الساحل", hours=0)
    services.change_rule(rule, "title:كأس then hide", now=now + LATER)
    assert services.apply_back(rule, now=now + LATER) == 1
    assert hidden(layla, cup)
    assert services.take_back(rule) == 1
    assert not hidden(layla, cup)
    assert not is_read(layla, cup)


# keeping rules


def test_a_rule_is_kept_in_one_spelling_and_once(layla: Reader, now: datetime) -> None:
    first = add_rule(layla, "إذا عنوان: كأس ثم إخفاء", now=now)
    assert first.text == "when title:كأس then hide"
    services.switch_rule(first, on=False, now=now)
    again = add_rule(layla, "when title:كأس then hide", now=now)
    assert again == first
    assert Rule.objects.get().enabled


def test_a_rule_that_cannot_be_read_is_refused_with_a_sentence(layla: Reader, now: datetime) -> None:
    with pytest.raises(FilterError) as error:
        add_rule(layla, "when foo:كأس then hide", now=now)
    assert (error.value.code, error.value.position) == ("field", 5)
    assert "foo" in error.value.message
    assert not Rule.objects.exists()


def test_a_change_that_cannot_be_read_changes_nothing(layla: Reader, now: datetime) -> None:
    rule = add_rule(layla, "title:كأس then hide", now=now)
    with pytest.raises(FilterError):
        services.change_rule(rule, "title:كأس", now=now)
    rule.refresh_from_db()
    assert rule.text == "when title:كأس then hide"


def test_a_reader_has_at_most_two_hundred_rules(layla: Reader, now: datetime) -> None:
    Rule.objects.bulk_create(
        Rule(reader=layla, text=f"when title:w{n} then hide", position=n) for n in range(services.MOST)
    )
    with pytest.raises(FilterError) as error:
        add_rule(layla, "title:كأس then hide", now=now)
    assert error.value.code == "limit"
    assert add_rule(layla, "title:w1 then hide", now=now).position == 1


def test_a_list_of_rules_says_how_often_each_acted_of_late(layla: Reader, arrive: Make, now: datetime) -> None:
    rule = add_rule(layla, "title:كأس then hide", now=now - timedelta(days=20))
    add_rule(layla, "title:حادث then read", now=now)
    for n in range(3):
        arrive(f"كأس {n}")
    RuleHit.objects.filter(article__title="كأس 2").update(at=now - timedelta(days=8))
    lines = services.rules_of(layla, now=now + LATER)
    assert [(line.rule == rule, line.hits, line.all_hits) for line in lines] == [(True, 2, 3), (False, 0, 0)]


SENTENCES = {
    "title:كأس|بطولة -text:x then hide": ["the title has “", "كأس", "” or “", "the text does not have", "hide it"],
    "source:a -author:b language:ar then read, save": ["source is", "author is not", "Arabic", "mark it as read and"],
    '-source:a -language:en then tag:"x y"': ["source is not", "language is not English", "with the tag “\u2068x y"],
}


@pytest.mark.parametrize(("text", "words"), SENTENCES.items())
def test_a_rule_is_told_in_a_sentence(text: str, words: list[str]) -> None:
    with translation.override("en"), locale.using(locale.Preferences(language="en")):
        sentence = services.sentence_of(text)
    assert [word for word in words if word not in sentence] == []


def test_exported_rules_are_taken_over_as_they_were(layla: Reader, karim: Reader, now: datetime) -> None:
    add_rule(layla, "title:كأس then hide", now=now)
    off = add_rule(layla, 'source:"صحيفة المرفأ" then tag:"a, b"', now=now)
    services.switch_rule(off, on=False, now=now)
    texts = services.export_rules(layla)
    report = services.import_rules(karim, [*texts, texts[0], "when nonsense", ""], now=now)
    assert (report.added, report.known) == (2, 1)
    assert [text for text, _ in report.refused] == ["when nonsense", ""]
    assert all(sentence for _, sentence in report.refused)
    assert services.export_rules(karim) == texts
    assert services.import_rules(layla, texts, now=now).known == 2
