"""`nashra rule`: the command line calls what the pages call."""

from collections.abc import Callable

import pytest
from command_line import Console
from django.utils import timezone

from nashra.accounts.models import Reader
from nashra.news.models import Article, Rule

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_rule_is_added_and_listed(console: Console, omar: Reader, layla: Reader) -> None:
    ended = console("rule", "add", "إذا عنوان:كأس ثم إخفاء", "--reader", "layla@example.com")
    assert ended.code == 0
    assert "when title:كأس then hide" in ended.out
    assert Rule.objects.get().reader == layla
    assert "when title:كأس then hide" in console("rule", "list", "--reader", "layla@example.com").out
    assert console("rule", "list", "--json").data == []
    listed = console("rule", "list", "--reader", "layla@example.com", "--json").data
    assert listed == [{"id": Rule.objects.get().pk, "on": True, "hits": 0, "rule": "when title:كأس then hide"}]


def test_what_is_wrong_with_a_rule_is_one_line(console: Console, omar: Reader) -> None:
    for command in ("add", "preview"):
        ended = console("rule", command, "when", "foo:x", "then", "hide")
        assert ended.code == 1
        assert "foo" in ended.err
        assert len(ended.err.strip().splitlines()) == 1
    assert not Rule.objects.exists()


def test_a_rule_is_previewed_without_being_kept(
    console: Console, omar: Reader, make_article: Callable[..., Article]
) -> None:
    article = make_article("نهائي الكأس", published_at=timezone.now())
    ended = console("rule", "preview", "when title:كأس then hide")
    assert "نهائي الكأس" in ended.out
    assert "1 of 1 in the last 7 days." in ended.out
    data = console("rule", "preview", "when title:كأس then hide", "--json").data
    assert (data["count"], data["complete"]) == (1, True)
    assert data["articles"][0]["id"] == article.pk
    assert not Rule.objects.exists()
