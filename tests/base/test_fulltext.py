"""The index of terms: what is stored is found, what is deleted is forgotten, and nothing typed is a command."""

from collections.abc import Callable

import pytest
from django.db import connection

from nashra.accounts.models import Reader
from nashra.accounts.services import delete
from nashra.base.fulltext import DEEPEST, MOST_LEAVES, TooComplex
from nashra.core.text.asking import And, Filter, Node, Not, Or, Phrase, Word
from nashra.core.text.entries import entry
from nashra.core.text.indexing import FILLER
from nashra.news.models import Article, Source, Visibility
from nashra.news.terms import ARTICLES

Make = Callable[..., Article]
WATER = Word("water")


@pytest.fixture
def article(make_article: Make) -> Article:
    """Of which only the index's own terms are found, see `index`."""
    return make_article("—")


def index(article: Article, *, title: str = "", author: str = "", text: str = "", language: str = "en") -> None:
    ARTICLES.put([(article.pk, entry(title, author, text, language=language))])


def found(node: Node) -> list[int]:
    asked = ARTICLES.condition(node, languages=("ar", "en"))
    return list(Article.objects.filter(asked).order_by("pk").values_list("pk", flat=True))


def stored() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM news_terms")
        return int(cursor.fetchone()[0])


def test_a_phrase_never_reaches_from_one_field_into_the_next(article: Article) -> None:
    index(article, title="Water plan", author="Reem Haddad", text="Approved today")
    assert found(Phrase(("water", "plan"))) == found(Phrase(("reem", "haddad"))) == [article.pk]
    assert found(Phrase(("plan", "reem"))) == found(Phrase(("haddad", "approved"))) == []
    assert found(Phrase(("plan", "approved"))) == []


def test_a_place_is_the_title_or_the_author_alone(article: Article) -> None:
    index(article, title="Water plan", author="Reem Haddad", text="Approved today")
    assert found(Word("plans", "title")) == found(Word("reem", "author")) == [article.pk]
    assert found(Word("plan", "author")) == found(Word("approved", "title")) == []
    assert found(Phrase(("reem", "haddad"), "author")) == [article.pk]
    assert found(Phrase(("reem", "haddad"), "title")) == []
    assert found(Word("ree", "author", prefix=True)) == [article.pk]
    assert found(Word("ree", "title", prefix=True)) == []


def test_storing_again_replaces_what_was_there(article: Article) -> None:
    index(article, title="Water plan")
    index(article, title="Oil market")
    assert found(WATER) == []
    assert found(Word("oil")) == [article.pk]
    assert stored() == 1


def test_all_but_what_holds_a_word_is_a_question_too(make_article: Make) -> None:
    one, two = make_article("Water plan", language="en"), make_article("Oil market", language="en")
    assert found(Not(WATER)) == [two.pk]
    assert found(Not(Not(WATER))) == [one.pk]
    assert found(Not(Or((WATER, Word("oil"))))) == []
    assert found(Or((Not(WATER), Word("plan")))) == [one.pk, two.pk]
    assert found(And((Not(WATER), Not(Word("gas"))))) == [two.pk]


def test_a_word_of_punctuation_alone_holds_nowhere_and_its_opposite_everywhere(make_article: Make) -> None:
    one = make_article("Water plan")
    for nothing in (Word("—"), Word("\u0640\u064b"), Phrase(()), Word("", prefix=True), Or(())):
        assert found(nothing) == []
        assert found(Not(nothing)) == [one.pk]
        assert found(And((Word("plan"), nothing))) == []
    assert found(And(())) == [one.pk]


@pytest.mark.parametrize(
    "typed",
    [
        'water" OR "oil', "water' | 'oil", "water\\", "'", '"', "\\", "{title_stems} : water", "water:*A", "^water",
        "water NEAR oil", "water*", "!water", "(water", "water)", "a\x00b", "\ud800", "%", "$$", "-- water",
        "; DROP TABLE news_terms",
        "\u202ewater", FILLER, "سرد" * 2_000, "手" * 500, "'\u064b\"\u064b\\\u064b",
    ],
)  # fmt: skip
def test_what_was_typed_is_never_a_command(make_article: Make, typed: str) -> None:
    other = make_article("Something else", language="en")
    index(other, title="oil")
    for node in (Word(typed), Word(typed, "title"), Word(typed, prefix=True), Phrase((typed, "x")), Phrase((typed,))):
        assert other.pk not in found(And((node, Word("nowhere"))))
        assert found(Or((node, Word("oil")))) == [other.pk]
        assert found(Not(And((node, Word("nowhere"))))) == [other.pk]


def test_a_text_of_monstrous_size_and_words_is_stored(article: Article) -> None:
    """16,000 different words of 100 letters of four bytes are more than a tsvector holds."""
    monstrous = " ".join(chr(0x10300 + n % 26) * 60 + str(n) for n in range(6_000))
    index(article, title="Water plan", text=monstrous)
    assert found(WATER) == found(Word(monstrous.split()[0])) == [article.pk]
    index(article, text="again " * 20_000 + "never")
    assert found(Phrase(("again", "again"))) == [article.pk]
    assert found(Word("never")) == []  # beyond the last place


def test_more_words_or_brackets_than_a_database_takes_are_refused_in_time(article: Article) -> None:
    index(article, title="Water plan")
    many = tuple(Word(f"w{n}") for n in range(MOST_LEAVES - 1))
    assert found(Or((*many, WATER))) == [article.pk]
    assert found(And((*map(Not, many), WATER))) == [article.pk]
    with pytest.raises(TooComplex):
        found(Or((*many, WATER, WATER)))
    deep: Node = WATER
    for number in range(DEEPEST - 2):
        deep = Or((Word("gas"), deep)) if number % 2 else And((deep, Not(Word("oil"))))
    assert found(deep) == [article.pk]
    with pytest.raises(TooComplex):
        found(Not(deep))


def test_a_filter_is_no_question_for_the_index(db: None) -> None:
    with pytest.raises(TypeError):
        found(And((WATER, Filter("lang", "ar"))))


def test_the_terms_of_a_deleted_article_leave_with_it(make_article: Make, make_source: Callable[..., Source]) -> None:
    kept, gone = make_article("Water", source=make_source()), make_article("Water", source=make_source())
    gone.delete()
    assert stored() == 1
    other = make_article("Water", source=gone.source)
    gone.source.delete()
    assert stored() == 1
    assert not Article.objects.filter(pk=other.pk).exists()
    Article.objects.filter(pk=kept.pk).delete()
    assert stored() == 0


def test_a_reader_s_private_articles_leave_the_index_with_the_account(
    make_article: Make, make_source: Callable[..., Source], karim: Reader
) -> None:
    make_article("Water", source=make_source(visibility=Visibility.PRIVATE, owner=karim))
    assert stored() == 1
    delete(karim)
    assert stored() == 0


@pytest.mark.django_db(transaction=True)
def test_emptying_the_database_empties_the_index(make_article: Make) -> None:
    from django.core.management import call_command

    make_article("Water")
    call_command("flush", verbosity=0, interactive=False)
    assert stored() == 0
