"""Rows stored and changed in bulk are what the ORM would have stored."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone

import pytest
from django.db import IntegrityError, connection, transaction

from nashra.base import bulk
from nashra.news.models import Article, Fetch, Source, Tombstone

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 24, 12, 0, 0, 123456, tzinfo=UTC)
IN_RIYADH = NOON.astimezone(timezone(timedelta(hours=3)))
FETCH = ("source_id", "at", "outcome", "detail", "status")


@pytest.fixture
def source() -> Source:
    return Source.objects.create(url="https://news.example/feed")


def test_rows_stored_in_bulk_read_like_rows_stored_by_the_orm(source: Source) -> None:
    detail = {"code": "قُرئ", "entries": 3, "feeds": ["https://news.example/ا"]}
    Fetch.objects.create(source=source, at=IN_RIYADH, outcome="new", detail=detail, status=None)
    bulk.insert(Fetch, FETCH, [(source.pk, IN_RIYADH, "new", detail, None)])
    one, other = Fetch.objects.order_by("pk").values(*FETCH, "took_ms", "size", "added", "updated")
    assert one == other
    assert other["at"] == NOON


def test_both_databases_find_bulk_rows_by_their_moments_and_json(source: Source) -> None:
    bulk.insert(Fetch, FETCH, [(source.pk, NOON, "new", {"code": "read"}, 200)])
    assert Fetch.objects.filter(at=NOON, detail__code="read", at__lt=NOON + timedelta(microseconds=1)).exists()


@pytest.mark.parametrize("moment", [NOON, NOON.replace(microsecond=0), IN_RIYADH, NOON.replace(year=1970, hour=0)])
def test_moments_are_written_as_the_orm_writes_them(source: Source, moment: datetime) -> None:
    bulk.insert(Fetch, FETCH, [(source.pk, moment, "new", {}, 200)])
    Fetch.objects.create(source=source, at=moment, outcome="new", detail={}, status=200)
    with connection.cursor() as cursor:
        cursor.execute("SELECT CAST(at AS text) FROM news_fetch")
        (one,), (other,) = cursor.fetchall()
    assert one == other


def test_rows_stored_in_bulk_get_the_defaults_of_their_fields(source: Source) -> None:
    bulk.insert(Source, ("url",), [("https://a.example/feed",)])
    made = Source.objects.get(url="https://a.example/feed")
    assert (made.interval_s, made.state, made.selectors, made.hours) == (3600, Source.State.ACTIVE, {}, [])
    assert abs(made.added_at - source.added_at) < timedelta(minutes=1)


def test_a_row_that_is_there_already_is_left_as_it_is_when_asked(source: Source) -> None:
    rows = [(source.pk, "a", NOON), (source.pk, "b", NOON)]
    Tombstone.objects.create(source=source, guid="a", at=NOON - timedelta(days=1))
    bulk.insert(Tombstone, ("source_id", "guid", "at"), rows, ignore_known=True)
    assert dict(Tombstone.objects.values_list("guid", "at")) == {"a": NOON - timedelta(days=1), "b": NOON}


def test_a_row_that_is_there_already_is_an_error_otherwise(source: Source) -> None:
    Tombstone.objects.create(source=source, guid="a")
    with pytest.raises(IntegrityError), transaction.atomic():
        bulk.insert(Tombstone, ("source_id", "guid"), [(source.pk, "a")])


def test_each_row_gets_its_own_values_in_a_bulk_update(source: Source) -> None:
    other = Source.objects.create(url="https://b.example/feed", etag='"kept"')
    rows = [(NOON, {"code": "rhythm"}, None, source.pk), (IN_RIYADH, {}, NOON, other.pk)]
    bulk.update(Source, ("due_at", "due_reason", "claimed_until"), rows)
    source.refresh_from_db()
    other.refresh_from_db()
    assert (source.due_at, source.due_reason, source.claimed_until) == (NOON, {"code": "rhythm"}, None)
    assert (other.due_at, other.due_reason, other.claimed_until, other.etag) == (NOON, {}, NOON, '"kept"')


def test_no_rows_ask_the_database_nothing(django_assert_num_queries: Callable[[int], object]) -> None:
    with django_assert_num_queries(0):  # type: ignore[attr-defined]
        bulk.insert(Fetch, FETCH, [])
        bulk.update(Source, ("etag",), [])


def test_new_keys_are_ascending_and_free_and_the_next_row_comes_after_them(source: Source) -> None:
    first = _article(source, "first")
    with transaction.atomic():
        keys = bulk.new_keys(Article, 3)
        columns = ("id", "source_id", "guid", "title", "published_at", "duplicate_of_id")
        rows = [(key, source.pk, f"{key}", "عنوان", NOON, keys[-1] if key == keys[0] else None) for key in keys]
        bulk.insert(Article, columns, rows)
    assert keys == sorted(set(keys))
    assert first.pk not in keys
    assert _article(source, "last").pk not in keys
    assert Article.objects.get(pk=keys[0]).duplicate_of_id == keys[-1]


def test_keys_of_rows_that_are_gone_are_not_given_again(source: Source) -> None:
    gone = _article(source, "gone")
    pk = gone.pk
    gone.delete()
    with transaction.atomic():
        assert pk not in bulk.new_keys(Article, 2)


def _article(source: Source, guid: str) -> Article:
    return Article.objects.create(source=source, guid=guid, title="عنوان", published_at=NOON)


def test_rows_read_in_bulk_are_what_the_orm_reads(source: Source) -> None:
    Source.objects.filter(pk=source.pk).update(due_at=IN_RIYADH, hours=[1, 2], due_reason={"code": "قُرئ"}, damaged=True)
    other = Source.objects.create(url="https://b.example/feed")
    columns = [field.attname for field in Source._meta.concrete_fields]
    read = bulk.select(Source, columns, "id", [other.pk, source.pk, 0])
    assert read == list(Source.objects.order_by("pk").values_list(*columns))
    assert bulk.select(Source, ("id",), "url", [other.url], lock=True) == [(other.pk,)]
    assert bulk.select(Source, ("id",), "id", []) == []


def test_rows_with_something_in_the_empty_column_are_left_out(source: Source) -> None:
    first = _article(source, "first")
    _article(source, "copy")
    Article.objects.filter(guid="copy").update(duplicate_of=first)
    columns, both = ("id", "guid"), ["first", "copy", "none"]
    assert bulk.select(Article, columns, "guid", both, empty="duplicate_of_id") == [(first.pk, "first")]


def test_rows_are_found_by_pairs_of_values(source: Source) -> None:
    other = Source.objects.create(url="https://b.example/feed")
    made = {(one.pk, guid): _article(one, guid).pk for one in (source, other) for guid in ("أ", "b", "c")}
    asked = [(source.pk, "أ"), (other.pk, "b"), (other.pk, "b"), (source.pk, "none"), (0, "c")]
    read = bulk.select_pairs(Article, ("source_id", "guid", "id"), ("source_id", "guid"), asked)
    assert sorted(read) == sorted((*pair, made[pair]) for pair in {(source.pk, "أ"), (other.pk, "b")})
    assert bulk.select_pairs(Article, ("id",), ("source_id", "guid"), []) == []


def test_many_values_are_asked_in_several_questions(source: Source) -> None:
    article = _article(source, "last")
    pairs = [*((source.pk, str(n)) for n in range(6_000)), (source.pk, "last")]
    assert bulk.select_pairs(Article, ("id",), ("source_id", "guid"), pairs) == [(article.pk,)]
    assert bulk.select(Article, ("id",), "guid", [guid for _, guid in pairs]) == [(article.pk,)]


def test_claimed_rows_are_objects_that_can_be_saved(source: Source) -> None:
    Source.objects.filter(pk=source.pk).update(selectors={"item": "li"}, claimed_until=NOON)
    with transaction.atomic():
        (read,) = bulk.claimed(Source, [source.pk])
    fresh = Source.objects.get(pk=source.pk)
    assert all(getattr(read, field.attname) == getattr(fresh, field.attname) for field in Source._meta.concrete_fields)
    read.title = "صحيفة"
    read.save(update_fields=["title"])
    assert bulk.claimed(Source, []) == []
    assert Source.objects.get(pk=source.pk).title == "صحيفة"
