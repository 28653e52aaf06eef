"""What a reader follows is found in whatever form a text gives it, and nothing else is."""

from pathlib import Path

import pytest

from nashra.core.text import Follow, Matcher, match

DATA = Path(__file__).parents[2] / "data" / "text"


def rows(name: str) -> list[list[str]]:
    lines = (DATA / name).read_text("utf-8").splitlines()
    return [line.split("\t") for line in lines if line and not line.startswith("#")]


@pytest.mark.parametrize(("name", "kind", "language", "matches", "text"), rows("follows.tsv"))
def test_a_follow_matches_its_forms_only(name: str, kind: str, language: str, matches: str, text: str) -> None:
    follow = Follow(name, kind=kind, language=language)  # type: ignore[arg-type]
    assert bool(match([follow], text, language=language)) is (matches == "1")


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
