"""What changed in a text, word by word."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nashra.core.text import Run, differences

PAIRS = json.loads((Path(__file__).parents[2] / "data" / "text" / "differences.json").read_text("utf-8"))
SIGNS = {"same": "{}", "removed": "[-{}-]", "added": "[+{}+]"}
WORDS = st.lists(st.sampled_from(["a", "b", "c", "the", "in", "7", ".", "،", "كتب", "و", "\n"]), max_size=30)


def shown(paragraphs: list[list[Run]]) -> list[str]:
    lines = []
    for paragraph in paragraphs:
        line = ""
        for run in paragraph:
            said = f"<{run.words}>" if run.kind == "folded" else SIGNS[run.kind].format(run.text)
            line += f" {said}" if run.spaced and line and not line.endswith("-]") else said
        lines.append(line)
    return lines


@pytest.mark.parametrize("pair", PAIRS, ids=[pair["why"] for pair in PAIRS])
def test_words_that_went_and_came_are_shown_where_they_stood(pair: dict[str, Any]) -> None:
    assert shown(differences(pair["old"], pair["new"])) == pair["shown"]


def test_long_unchanged_stretches_are_folded_and_counted() -> None:
    words = [f"w{n}" for n in range(100)]
    found = differences(" ".join(words), " ".join([*words[:50], "new", *words[50:]]), context=3)
    assert shown(found) == ["<47> w47 w48 w49 [+new+] w50 w51 w52 <47>"]


def test_a_fold_over_paragraphs_stands_by_itself() -> None:
    paragraphs = [" ".join(f"p{n}w{m}" for m in range(20)) for n in range(4)]
    changed = [f"First {paragraphs[0]}", *paragraphs[1:3], f"{paragraphs[3]} last"]
    found = shown(differences("\n\n".join(paragraphs), "\n\n".join(changed), context=2))
    assert found == ["[+First+] p0w0 p0w1", "<76>", "p3w18 p3w19 [+last+]"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (["a", "b"] * 9_000, ["b", "a", "a"] * 6_000),
        ([str(n) for n in range(18_000)], [str(n) for n in range(18_000, 0, -1)]),
        (["x"] * 18_000, ["x", "y"] * 9_000),
    ],
    ids=["two words", "turned round", "one word"],
)
def test_texts_that_share_everything_in_another_order_are_given_up_in_time(old: list[str], new: list[str]) -> None:
    found = [run for paragraph in differences(" ".join(old), " ".join(new)) for run in paragraph]
    assert {"removed", "added"} & {run.kind for run in found}
    assert words_of(found, "removed") == len(old)
    assert words_of(found, "added") == len(new)


def words_of(runs: list[Run], kind: str) -> int:
    return sum(run.words for run in runs if run.kind in (kind, "same", "folded"))


@given(WORDS, WORDS)
def test_both_texts_can_be_read_out_of_what_is_shown(old: list[str], new: list[str]) -> None:
    found = differences(" ".join(old), " ".join(new), context=100)
    for kind, words in (("removed", old), ("added", new)):
        if found:
            text = " ".join(run.text for paragraph in found for run in paragraph if run.kind in (kind, "same"))
            assert text.split() == [word for word in words if word.strip()]
    assert bool(found) == ([word for word in old if word != "\n"] != [word for word in new if word != "\n"])
