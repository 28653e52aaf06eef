"""A finite edition, frozen, in which mutes and hides take effect at once."""

from collections.abc import Callable
from datetime import datetime, timedelta

import numpy as np
import pytest

from nashra.accounts.models import Reader
from nashra.front import candidates, reasons, services
from nashra.front.models import Edition, Mark, Signal
from nashra.front.services.editions import forget_old
from nashra.front.services.signals import Place
from nashra.news import services as news
from nashra.news.models import Article, Source, Subscription, Visibility

Make = Callable[..., Article]


def shown(reader: Reader, now: datetime) -> list[int]:
    return [item.article_id for item in services.edition_for(reader, now=now).items]


def test_going_back_never_shuffles_the_page(layla: Reader, make_article: Make, now: datetime) -> None:
    for number in range(30):
        make_article(f"خبر {number}", hours=number / 4)
    first = services.edition_for(layla, now=now)
    make_article("خبر عاجل", hours=0)
    again = services.edition_for(layla, now=now + timedelta(minutes=10))
    assert again.edition_id == first.edition_id
    assert [i.article_id for i in again.items] == [i.article_id for i in first.items]


def test_the_next_edition_comes_half_an_hour_later(layla: Reader, make_article: Make, now: datetime) -> None:
    for number in range(30):
        make_article(f"خبر {number}", hours=number / 4)
    shown(layla, now)
    fresh = make_article("خبر عاجل", hours=-0.4)
    assert fresh.pk in shown(layla, now + timedelta(minutes=31))


def test_an_edition_goes_on_when_nothing_is_new_and_is_not_made_at_every_visit(
    layla: Reader, make_article: Make, now: datetime
) -> None:
    for number in range(30):
        make_article(f"خبر {number}", hours=number / 4)
    first = services.edition_for(layla, now=now)
    assert services.edition_for(layla, now=now + timedelta(minutes=31)).edition_id == first.edition_id
    assert Edition.objects.get().shown_at == now + timedelta(minutes=31)


def test_a_thin_first_page_fills_while_feeds_arrive(layla: Reader, make_article: Make, now: datetime) -> None:
    make_article("الخبر الأول")
    assert len(shown(layla, now)) == 1
    for number in range(20):
        make_article(f"خبر {number}")
    assert len(shown(layla, now + timedelta(seconds=6))) > 10


def test_a_read_article_is_not_offered_in_the_next_edition(layla: Reader, make_article: Make, now: datetime) -> None:
    article = make_article("خبر قُرئ")
    shown(layla, now)
    services.opened(layla, article, now=now)
    assert article.pk in shown(layla, now)
    assert article.pk not in [i.article_id for i in services.refresh(layla, now=now + timedelta(minutes=31)).items]


def test_a_hidden_article_leaves_the_frozen_page_at_once_and_comes_back(
    layla: Reader, make_article: Make, now: datetime
) -> None:
    article = make_article("خبر مخفي")
    shown(layla, now)
    services.hide(layla, article, now=now)
    assert article.pk not in shown(layla, now)
    services.unhide(layla, article, now=now)
    assert article.pk in shown(layla, now)


@pytest.mark.parametrize(
    ("kind", "key"), [("topic", "sport"), ("word", "المباراة"), ("word", "مباراة")], ids=["topic", "word", "bare word"]
)
def test_what_is_muted_leaves_the_frozen_page_at_once(
    layla: Reader, make_article: Make, now: datetime, kind: str, key: str
) -> None:
    article = make_article("نتيجة المباراة في مرسى النخيل", topics=("sport",))
    other = make_article("محطة التحلية تبدأ العمل", topics=("energy",))
    assert article.pk in shown(layla, now)
    services.mute(layla, kind, key, now=now)
    assert shown(layla, now) == [other.pk]
    services.unmute(layla, kind, key)
    assert article.pk in shown(layla, now)


def test_a_muted_source_and_a_muted_story_leave_the_page(
    layla: Reader,
    make_article: Make,
    make_story: Callable[..., object],
    make_source: Callable[..., Source],
    now: datetime,
) -> None:
    source = make_source("ملاعب الساحل")
    article = make_article("خبر من الملاعب", source=source)
    story = make_story("القطار الليلي", sources=3)
    before = shown(layla, now)
    assert article.pk in before
    services.mute(layla, "source", str(source.pk), now=now)
    services.mute(layla, "story", str(story.pk), now=now)  # type: ignore[attr-defined]
    left = Article.objects.filter(pk__in=shown(layla, now))
    assert not left.filter(source=source).exists()
    assert not left.filter(story=story).exists()  # type: ignore[misc]


def test_a_mute_ends_when_it_should(layla: Reader, make_article: Make, now: datetime) -> None:
    article = make_article("نتيجة المباراة", topics=("sport",))
    services.mute(layla, "topic", "sport", now=now, days=1)
    assert article.pk not in shown(layla, now)
    assert article.pk in shown(layla, now + timedelta(days=1, minutes=1))


def test_a_followed_topic_is_given_as_the_reason(layla: Reader, make_article: Make, now: datetime) -> None:
    article = make_article("محطة التحلية", topics=("energy",))
    services.follow(layla, "topic", "energy", now=now)
    item = next(i for i in services.edition_for(layla, now=now).items if i.article_id == article.pk)
    assert item.reasons[0].key == "follow_topic"


def test_a_followed_word_is_found_behind_its_prefixes(layla: Reader, make_article: Make, now: datetime) -> None:
    article = make_article("وبالقطار الليلي إلى الساحل")
    services.follow(layla, "word", "القطار", now=now)
    item = next(i for i in services.edition_for(layla, now=now).items if i.article_id == article.pk)
    assert item.reasons[0].key == "follow_word"


def test_an_empty_page_is_made_anew_as_soon_as_something_arrives(
    layla: Reader, make_article: Make, now: datetime
) -> None:
    assert shown(layla, now) == []
    article = make_article("أول خبر يصل")
    assert article.pk in shown(layla, now)


def test_a_reason_names_a_word_as_the_reader_typed_it(layla: Reader, make_article: Make, now: datetime) -> None:
    article = make_article("عودة النحام إلى مرسى النخيل")
    services.follow(layla, "word", "مرسى النخيل", now=now)
    item = next(i for i in services.edition_for(layla, now=now).items if i.article_id == article.pk)
    names = reasons.names_for(item.reasons, "ar", layla)
    assert "مرسى النخيل" in reasons.sentence(item.reasons[0], names)


def test_nobody_sees_a_private_source_of_another(
    layla: Reader, karim: Reader, make_article: Make, make_source: Callable[..., Source], now: datetime
) -> None:
    secret = make_source("رسائل كريم", visibility=Visibility.PRIVATE, owner=karim)
    Subscription.objects.create(reader=karim, source=secret)
    article = make_article("خبر خاص", source=secret)
    assert article.pk in shown(karim, now)
    assert article.pk not in shown(layla, now)


def test_the_general_page_holds_only_the_papers_own_choice(
    paper: object, make_article: Make, make_source: Callable[..., Source], now: datetime
) -> None:
    mine = make_article("خبر الصحيفة", source=make_source("وكالة الشراع", visibility=Visibility.PAPER))
    make_article("خبر من مصدر قارئ", source=make_source("مدونة"))
    assert [item.article_id for item in services.general_edition(now=now).items] == [mine.pk]


def test_a_rare_followed_source_is_not_drowned_by_hundreds_of_newer_pieces(
    layla: Reader, make_article: Make, make_source: Callable[..., Source], now: datetime
) -> None:
    rare, busy = make_source("كرّاس الحيّ"), make_source("وكالة الشراع")
    Subscription.objects.bulk_create([Subscription(reader=layla, source=source) for source in (rare, busy)])
    article = make_article("خبر نادر", source=rare, hours=60)
    for number in range(candidates.POOL + 20):
        make_article(f"خبر {number}", source=busy, hours=number / 10)
    assert article.pk in shown(layla, now)


def test_a_reader_is_offered_the_languages_they_read(
    sofia: Reader, make_article: Make, make_source: Callable[..., Source], now: datetime
) -> None:
    arabic, english = make_source("صحيفة المرفأ"), make_source("The Harbour Post", language="en")
    french = make_source("Le Quai", language="fr")
    Subscription.objects.create(reader=sofia, source=french)
    for number in range(15):
        make_article(f"خبر {number}", source=arabic)
        make_article(f"Piece {number}", source=english, language="en", direction="ltr")
        make_article(f"Brève {number}", source=french, language="fr", direction="ltr")
    offered = Article.objects.filter(pk__in=shown(sofia, now))
    assert set(offered.values_list("language", flat=True)) == {"en", "fr"}


def test_a_paper_in_another_language_is_better_than_an_empty_page(
    sofia: Reader, make_article: Make, now: datetime
) -> None:
    article = make_article("خبر")
    assert shown(sofia, now) == [article.pk]


def test_a_reader_without_articles_gets_an_empty_page(layla: Reader, now: datetime) -> None:
    assert services.edition_for(layla, now=now).items == ()


def test_an_edition_keeps_what_the_contract_says(layla: Reader, make_article: Make, now: datetime) -> None:
    make_article("خبر")
    services.edition_for(layla, now=now)
    edition = Edition.objects.get(reader=layla)
    article_id, slot, score, propensity, reasons = edition.items[0]
    assert (slot, propensity, edition.model) == ("lead", 1.0, "linear-2")
    assert isinstance(article_id, int)
    assert score > 0
    assert reasons


def test_a_profile_edit_makes_the_next_edition_due_at_once(layla: Reader, make_article: Make, now: datetime) -> None:
    for number in range(30):
        make_article(f"خبر {number}", hours=number / 4)
    first = services.edition_for(layla, now=now)
    services.follow(layla, "word", "تحلية", now=now)
    assert services.edition_for(layla, now=now + timedelta(seconds=1)).edition_id != first.edition_id


def test_opening_is_learned_once_and_decays(layla: Reader, make_article: Make, now: datetime) -> None:
    article = make_article("محطة التحلية", topics=("energy",))
    services.opened(layla, article, now=now)
    services.opened(layla, article, now=now)
    assert Signal.objects.filter(reader=layla, what="open").count() == 1
    line = services.profile_of(layla, now=now).lines["topic"][0]
    later = services.profile_of(layla, now=now + timedelta(days=30)).lines["topic"][0]
    assert (line.interest.key, line.opened) == ("energy", 1)
    assert later.weight == pytest.approx(line.weight / 2)


def test_nothing_is_learned_while_personalisation_is_off(layla: Reader, make_article: Make, now: datetime) -> None:
    layla.personalise = False
    layla.save()
    services.opened(layla, make_article("خبر", topics=("energy",)), now=now)
    assert not Signal.objects.exists()
    assert not services.profile_of(layla, now=now).has_lines
    assert Mark.objects.filter(reader=layla, read_at__isnull=False).exists()


def test_forgetting_the_history_erases_marks_editions_and_signals(
    layla: Reader, make_article: Make, now: datetime
) -> None:
    services.opened(layla, make_article("خبر", topics=("energy",)), now=now)
    shown(layla, now)
    services.forget_history(layla)
    assert not Mark.objects.exists()
    assert not Signal.objects.exists()
    assert not Edition.objects.exists()


def test_every_signal_has_its_text_in_words() -> None:
    from nashra.core.rank.signals import REGISTRY
    from nashra.front.reasons import _SIGNALS, _TEXTS

    assert {signal.key for signal in REGISTRY if signal.about} | {"picked", "outside"} == set(_TEXTS)
    assert {signal.key for signal in REGISTRY} | {"picked"} == set(_SIGNALS)


def test_following_a_muted_thing_ends_its_mute(layla: Reader, make_article: Make, now: datetime) -> None:
    make_article("خبر", topics=("sport",))
    services.mute(layla, "topic", "sport", now=now)
    services.follow(layla, "topic", "sport", now=now)
    view = services.profile_of(layla, now=now)
    assert not view.mutes
    assert [follow.key for follow in view.follows] == ["sport"]


@pytest.mark.parametrize("word", ["", " ", "\u0000", "ـــ", "\u202e", "ا"])
def test_a_word_without_letters_is_refused_in_a_sentence(layla: Reader, now: datetime, word: str) -> None:
    with pytest.raises(services.FollowError):
        services.follow(layla, "word", word, now=now)


def test_topics_are_named_in_the_readers_language(make_article: Make) -> None:
    topic = make_article("خبر", topics=("science",)).topics.get()
    assert news.topic_name(topic, "ar") != news.topic_name(topic, "en")


def test_editions_of_two_weeks_ago_leave_at_night_and_their_signals_stay(
    layla: Reader, make_article: Make, now: datetime
) -> None:
    article = make_article("خبر")
    old = services.edition_for(layla, now=now - timedelta(days=15))
    place = Place(old.edition_id, "lead", 0)
    services.more_like(layla, article, now=now - timedelta(days=15), place=place)
    services.edition_for(layla, now=now)
    forget_old(now=now)
    assert [edition.made_at for edition in Edition.objects.all()] == [now]
    assert Signal.objects.get(what="more").slot == "lead"


def test_the_sweep_of_old_editions_is_registered() -> None:
    from nashra.base import jobs

    assert "nashra.front.tasks.tidy" in {sweep.name for sweep in jobs.sweeps()}


def test_pages_of_one_visit_pass_nothing_by_and_each_visit_counts_once(
    layla: Reader, make_article: Make, now: datetime
) -> None:
    ids = np.array([make_article(f"خبر {n}").pk for n in range(3)], np.int64)
    passed = {}
    for minutes in (0, 1, 2, 90, 91):
        services.refresh(layla, now=now + timedelta(minutes=minutes))
        Edition.objects.update(stale=True)
        passed[minutes] = float(candidates._passed(layla, ids).max())
    assert Edition.objects.count() == 5
    assert passed == pytest.approx({0: 0, 1: 0, 2: 0, 90: 1, 91: 1})
