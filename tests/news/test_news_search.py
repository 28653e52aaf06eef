"""The simple search: every word, in any spelling, newest first, and only what one may see."""

from datetime import timedelta

import pytest
from django.utils import timezone

from nashra.accounts.models import Reader
from nashra.news import terms
from nashra.news.models import Article, ArticleText, Source, Visibility
from nashra.news.services import search

TEXTS = [
    ("الحكومة تُعلن خطّة المياه", "قالت الحُكُومَـة إن الخطة تبدأ غداً."),
    ("Council announces water plan", "The café by the harbour stays open, said the council's speaker."),
    ("أمطار على الساحل", "هطلت أمطار غزيرة، ولم تُعلن الحكومة شيئاً."),
]


@pytest.fixture
def articles(db: None) -> list[Article]:
    """Three articles of a listed source, each an hour older than the one before."""
    source = Source.objects.create(url="http://site.example/feed")
    made = []
    for hours, (title, text) in enumerate(TEXTS):
        published = timezone.now() - timedelta(hours=hours)
        language = "ar" if title[0] > "z" else "en"
        made.append(
            Article.objects.create(
                source=source, guid=str(hours), title=title, published_at=published, language=language
            )
        )
        ArticleText.objects.create(article=made[-1], text=text)
    terms.store([article.pk for article in made])
    return made


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("الحكومة", [0, 2]),
        ("الحكومه", [0, 2]),
        ("حُكومة", [0, 2]),
        ("الحكومة المياه", [0]),
        ('"خطة المياه"', [0]),
        ('"المياه خطة"', []),
        ("الحكومة -أمطار", [0]),
        ("CAFE", [1]),
        ('"harbour stays open"', [1]),
        ('"stays open said"', [1]),
        ("water plan", [1]),
        ("100%", []),
        ("_", []),
        ("a' OR 1=1 --", []),
        ("\x00الحكومة", [0, 2]),
        ("\ud800", []),
        ("-الحكومة", []),
        ("", []),
    ],
)
def test_words_are_found_in_any_spelling_newest_first(
    articles: list[Article], layla: Reader, words: str, found: list[int]
) -> None:
    assert search(layla, words, limit=10).ids == [articles[number].pk for number in found]


def test_a_search_goes_on_where_the_page_before_ended(articles: list[Article], layla: Reader) -> None:
    first = search(layla, "الحكومة", limit=1)
    second = search(layla, "الحكومة", limit=1, before=first.before)
    assert (first.ids, second.ids, second.before) == ([articles[0].pk], [articles[2].pk], None)


def test_a_snippet_shows_where_the_words_are(articles: list[Article], layla: Reader) -> None:
    result = search(layla, "harbour", limit=10)
    found = result.snippets(result.ids)[articles[1].pk]
    assert [found.text[start:end] for start, end in found.marks] == ["harbour"]


def test_nobody_finds_what_they_may_not_see(articles: list[Article], layla: Reader, karim: Reader) -> None:
    assert search(None, "الحكومة", limit=10).ids == []
    Source.objects.update(visibility=Visibility.PRIVATE, owner=karim)
    assert search(layla, "الحكومة", limit=10).ids == []
    assert len(search(karim, "الحكومة", limit=10).ids) == 2


def test_a_language_that_no_source_states_is_known_from_its_articles(articles: list[Article], sofia: Reader) -> None:
    Article.objects.filter(pk=articles[1].pk).update(language="fr", title="Les élections municipales")
    terms.store([articles[1].pk])
    assert search(sofia, "élection municipale", limit=10).ids == [articles[1].pk]
    Source.objects.update(language="de")
    assert "fr" not in search(sofia, "wahl", limit=10).languages
    assert search(sofia, "élection municipale lang:fr", limit=10).ids == [articles[1].pk]
