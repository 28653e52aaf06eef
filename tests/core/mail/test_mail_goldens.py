"""Blocks, letters and account messages against their golden pairs: the JSON beside an `.html` and a `.txt`.

A new block or sample is a new JSON file; `NASHRA_WRITE_GOLDEN=1` writes its pair, to be read before it is kept.
"""

from __future__ import annotations

import os
from pathlib import Path

import mail_samples as samples
import pytest

from nashra.core.mail.letter import letter_body
from nashra.core.mail.look import look_for
from nashra.core.mail.mime import Picture
from nashra.core.mail.note import note_body

PICTURE = Picture("lead@news.example", "image/png", 1072, 604, b"")


def _agrees(stem: Path, html: str, text: str) -> None:
    """Both parts are as the pair beside `stem` says."""
    pair = {".html": html, ".txt": text.replace("\r\n", "\n")}
    for suffix, made in pair.items():
        path = stem.with_name(stem.name + suffix)
        if os.environ.get("NASHRA_WRITE_GOLDEN"):
            path.write_text(made.rstrip("\n") + "\n", "utf-8")
        assert made.rstrip("\n") + "\n" == path.read_text("utf-8"), path.name


@pytest.mark.parametrize("name", samples.names("blocks"))
def test_a_block_gives_its_golden_pair(name: str) -> None:
    sample = samples.load(f"blocks/{name}.json")
    block = samples.BLOCKS[sample["block"]]
    value = samples.block_value(sample["block"], sample["value"])
    look = look_for(sample["language"], sample["direction"], samples.labels(sample["texts"]), PICTURE)
    _agrees(samples.DATA / "blocks" / name, block.html(value, look), block.text(value, look))


@pytest.mark.parametrize("name", samples.names("letters"))
def test_a_letter_gives_its_golden_pair(name: str) -> None:
    body = letter_body(samples.letter(name), PICTURE)
    _agrees(samples.DATA / "letters" / name, body.html, body.text)


@pytest.mark.parametrize("name", samples.names("notes"))
def test_an_account_message_gives_its_golden_pair(name: str) -> None:
    value = samples.load(f"notes/{name}.json")
    texts = samples.note_texts(value["texts"])
    action = tuple(value["action"]) if value["action"] else None
    body = note_body(value["subject"], value["paragraphs"], action, texts, value["language"], value["direction"])
    _agrees(samples.DATA / "notes" / name, body.html, body.text)


def test_every_block_has_a_golden_pair_in_both_directions() -> None:
    folder = Path(samples.BLOCKS["lead"].__file__ or "").parent
    written = {path.stem for path in folder.glob("*.py")} - {"__init__"}
    assert written == set(samples.BLOCKS)
    found = [samples.load(f"blocks/{name}.json") for name in samples.names("blocks")]
    assert {(one["block"], one["direction"]) for one in found} == {(b, d) for b in written for d in ("rtl", "ltr")}
