"""What a reader follows is found in whatever form a text gives it, and nothing else is."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nashra.core.text import Follow, Kind, Matcher, contains_word, for_language, guess_kind, match
from nashra.core.text import matcher as compiled
from nashra.core.text.following import RULES
from nashra.core.text.following.reading import RESTS, readings_of
from nashra.core.text.words import folded_terms

DATA = Path(__file__).parents[2] / "data" / "text"


def rows(name: str) -> list[list[str]]:
    lines = (DATA / name).read_text("utf-8").splitlines()
    return [line.split("\t") for line in lines if line and not line.startswith("#")]


@pytest.mark.parametrize(("name", "kind", "language", "matches", "text"), rows("follows.tsv"))
def test_a_follow_matches_its_forms_only(name: str, kind: str, language: str, matches: str, text: str) -> None:
    follow = Follow(name, kind=kind, language=language)  # type: ignore[arg-type]
    assert bool(match([follow], text, language=language)) is (matches == "1")


@pytest.mark.parametrize(("name", "kind", "forms", "others"), rows("follow_forms.tsv")[1:])
def test_a_name_is_found_in_each_of_its_forms_and_in_no_look_alike(
    name: str, kind: str, forms: str, others: str
) -> None:
    follow = Follow(name, kind=kind, language="ar")  # type: ignore[arg-type]
    assert [word for word in forms.split() if not match([follow], word, language="ar")] == []
    assert [word for word in others.split() if match([follow], word, language="ar")] == []


@pytest.mark.parametrize(("name", "kind", "own", "language", "sentence", "marked"), rows("follow_sentences.tsv")[1:])
def test_in_a_sentence_just_the_forms_of_a_follow_are_marked(
    name: str, kind: str, own: str, language: str, sentence: str, marked: str
) -> None:
    follow = Follow(name, kind=kind, language=own)  # type: ignore[arg-type]
    found = [hit.form for hit in match([follow], sentence, language=language or own)]
    assert found == ([] if marked == "-" else marked.split("|"))


def test_a_hit_says_where_in_which_form_and_by_which_rule() -> None:
    egypt = Follow("مصر", kind="place", language="ar")
    text = "قال الوزير المِصريّ إنّ وبمصر"
    hits = match([egypt], text, language="ar")
    assert [(hit.form, hit.rule, text[hit.start : hit.end]) for hit in hits] == [
        ("المِصريّ", "relation", "المِصريّ"),
        ("وبمصر", "exact", "وبمصر"),
    ]


def test_of_a_longer_and_a_shorter_alias_the_longer_is_hit() -> None:
    america = Follow("الولايات المتحدة الأمريكية", kind="place", language="ar")
    (hit,) = match([america], "في الولايات المتحدة الأمريكية", language="ar")
    assert hit.form == "الولايات المتحدة الأمريكية"


def test_each_follow_has_its_own_hits() -> None:
    follows = [Follow("تونس", kind="place", language="ar"), Follow("الجزائر", kind="place", language="ar")]
    hits = match(follows, "بين تونس والجزائر", language="ar")
    assert [hit.follow.name for hit in hits] == ["تونس", "الجزائر"]


def test_a_follow_speaks_another_language_by_its_aliases() -> None:
    tunis = Follow("تونس", kind="place", language="ar", aliases=("Tunisia",))
    assert [hit.rule for hit in match([tunis], "News from Tunisia", language="en")] == ["alias"]


def test_a_name_without_letters_matches_nothing() -> None:
    assert match([Follow("؟!", kind="name", language="ar")], "؟! نص", language="ar") == []
    assert match([], "نص", language="ar") == []


def test_a_matcher_gives_what_match_gives() -> None:
    follows = [Follow("النفط", kind="topic", language="ar")]
    text = "أسعار النفط ودول نفطية"
    assert Matcher(follows, "ar-EG").match(text) == match(follows, text, language="ar")


@pytest.mark.parametrize(("name", "language", "text", "marked"), [
    ("مصر", "ar", "للمصريين ومصر، والمِصْرِيَّات", ["للمصريين", "ومصر", "والمِصْرِيَّات"]),
    ("الانتخابات", "ar", "انتخاب وانتخاباتها", ["انتخاب", "وانتخاباتها"]),
    ("قطر", "ar", "نصف القطر", ["القطر"]),
    ("الأمم المتحدة", "ar", "الأمم، والمتحدة", ["الأمم، والمتحدة"]),
    ("apple", "en", "APPLES and Apple", ["APPLES", "Apple"]),
    ("مصر", "fa", "مصر و مصری‌ها", ["مصر", "مصری‌ها"]),
    ("مصر", "en", "the word مصر and Egypt", ["مصر", "Egypt"]),
    ("مصر", "ar", "مصرف ومصير", []),
])  # fmt: skip
def test_a_broad_follow_is_found_in_every_form_and_language(
    name: str, language: str, text: str, marked: list[str]
) -> None:
    mute = Follow(name, kind="topic", language="ar" if name[0] > "z" else "en", broad=True)
    assert [hit.form for hit in match([mute], text, language=language)] == marked


words = st.text(alphabet="والبكلفمسنهيةتأ", min_size=1, max_size=6)


@settings(deadline=None)
@given(st.lists(words, max_size=12), st.lists(words, min_size=1, max_size=3), st.sampled_from([" ", "، ", ". ", "\n"]))
def test_a_broad_follow_misses_nothing_that_carries_its_words(text: list[str], name: list[str], sign: str) -> None:
    written = sign.join(text)
    mute = Follow(" ".join(name), kind="name", language="ar", broad=True)
    if contains_word(" ".join(name), for_language("ar").terms(written)):
        assert match([mute], written, language="ar")


@given(st.text(), st.text(max_size=30), st.sampled_from(["place", "name", "topic"]), st.booleans())
@settings(deadline=None, max_examples=40)
def test_whatever_is_followed_and_written_hits_are_whole_words(text: str, name: str, kind: Kind, broad: bool) -> None:
    for language in ("ar", "en", "fa", "he", "zh", ""):
        for hit in match([Follow(name, kind=kind, language="ar", broad=broad)], text, language=language):
            assert text[hit.start : hit.end] == hit.form
            assert hit.rule in RULES


def test_names_of_any_language_are_looked_for_by_one_matcher_and_said_in_the_order_of_the_text() -> None:
    follows = [
        Follow("Apple", kind="name", language="en"),
        Follow("مصر", kind="place", language="ar"),
        Follow("تغير المناخ", kind="topic", language="ar"),
    ]
    matcher = Matcher(follows)
    assert [one.name for one in matcher.mentions("Egypt and Apple", "Apple", language="en")] == ["مصر", "Apple"]
    assert [one.name for one in matcher.mentions("التغير", "المناخي في مصر", language="ar")] == ["مصر"]
    assert matcher.mentions("", "خبر", language="ar") == ()


def test_a_name_in_a_script_without_spaces_is_found_inside_a_line() -> None:
    japan = Follow("日本", kind="name", language="zh")
    assert [hit.form for hit in match([japan], "他在日本工作。", language="zh")] == ["日本"]
    assert match([japan], "本日休み", language="zh") == []


def test_the_same_values_are_compiled_once() -> None:
    follows = [Follow("تونس", kind="place", language="ar"), Follow("النفط", kind="topic", language="ar")]
    assert compiled(follows) is compiled(list(follows)) is compiled(tuple(follows))
    assert compiled(follows[:1]) is not compiled(follows)


@pytest.mark.parametrize(
    ("name", "language", "kind"),
    [
        ("كازاخستان", "ar", "place"),
        ("kazakhstan", "en", "place"),
        ("القاهرة", "ar", "place"),
        ("حلب", "ar", "place"),
        ("محمد بن سلمان", "ar", "name"),
        ("حزب الخضر", "ar", "name"),
        ("غوغل", "ar", "name"),
        ("Bank of England", "en", "name"),
        ("iPhone", "en", "name"),
        ("climate change", "en", "topic"),
        ("Inflation", "de", "topic"),
        ("البطالة", "ar", "topic"),
        ("تغير المناخ", "ar", "topic"),
    ],
)
def test_plain_words_are_taken_for_a_place_a_name_or_a_topic(name: str, language: str, kind: str) -> None:
    assert guess_kind(name, language) == kind


@given(st.lists(st.text(alphabet="والبكلفمسهחהובלש", min_size=1, max_size=7), max_size=3))
def test_a_word_is_looked_up_by_whatever_it_may_be_read_as(words: list[str]) -> None:
    for word in words:
        assert set(RESTS[word]) == {one.rest for term in folded_terms(word) for one in readings_of(term)}
