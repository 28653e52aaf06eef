"""Who is named in an author field, however feeds write several names into one."""

from pathlib import Path

import pytest

from nashra.core.text.authors import author_key, authors, each_author

ROWS = [
    line.split("\t")
    for line in (Path(__file__).parents[2] / "data" / "text" / "authors.tsv").read_text("utf-8").splitlines()
    if line and not line.startswith("#")
]


@pytest.mark.parametrize(("field", "names"), ROWS, ids=[row[0] for row in ROWS])
def test_each_author_of_a_field_is_known_by_name(field: str, names: str) -> None:
    said = tuple(names.split(" | ")) if names else ()
    assert each_author(field) == said
    assert {author_key(name) for name in said} <= authors(field)


def test_part_of_a_name_is_not_the_author() -> None:
    assert author_key("سليم") not in authors("سليم العرّادي")
    assert author_key("العرادي") not in authors("هدى منصور وسليم العرادي")


def test_a_field_of_any_size_and_kind_is_read() -> None:
    assert authors("") == frozenset()
    assert authors("،،؛ و / ") <= {author_key("،،؛ و / ")}
    assert len(authors("علي حسن و" * 5000)) < 200
