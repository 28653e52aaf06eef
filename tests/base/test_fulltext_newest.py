"""The newest rows for several questions at once: the same as each question by itself gives, on either database."""

import pytest

from nashra.core.text.asking import parse
from nashra.news.models import Article
from nashra.news.terms import ARTICLES

QUERIES = ["تحلية", "السمك OR تحلية", "تحلية -مباراة", '"سوق السمك"', "title:سوق", "غيرها", "تحل*", "-تحلية"]


@pytest.fixture
def some(make_article: object) -> None:
    """Forty articles of four kinds."""
    for number in range(40):
        kind = ("تحلية المياه", "سوق السمك", "تحلية في مباراة", "خبر")[number % 4]
        make_article(f"{kind} {number}")  # type: ignore[operator]


@pytest.mark.usefixtures("some")
def test_each_question_gets_its_newest_rows() -> None:
    nodes = [node for text in QUERIES if (node := parse(text).node)]
    together = ARTICLES.newest(nodes, languages=("ar", "en"), most=7)
    for node, found in zip(nodes, together, strict=True):
        rows = Article.objects.filter(ARTICLES.condition(node, languages=("ar", "en"))).order_by("-pk")
        alone = list(rows.values_list("pk", flat=True)[:7])
        assert sorted(found, reverse=True) == (alone if node != parse("-تحلية").node else [])


def test_no_question_is_no_query(db: None, django_assert_num_queries: object) -> None:
    with django_assert_num_queries(0):  # type: ignore[operator]
        assert ARTICLES.newest([], languages=("ar",), most=5) == []
