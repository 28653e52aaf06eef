"""The Arabic catalogue is complete, well formed and in step with the sources, and its compiled form works."""

import ast
import importlib.util
import json
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any, TypeGuard

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po
from django.utils import translation
from django.utils.translation import ngettext

ROOT = Path(__file__).resolve().parents[2]
ARABIC = ROOT / "nashra" / "site" / "locale" / "ar" / "LC_MESSAGES" / "django.po"
FORMS = 6
FREE_OF_COUNT = 3  # zero, one and two may say the number in words
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%d|\{\w+\}")
TAG = re.compile(r"</?\w+[^>]*>")
ARABIC_LETTER = re.compile(r"[\u0621-\u064a]")
# «!» is not this paper's voice; the others have Arabic forms of their own (، ؛ ؟ «»).
FOREIGN_MARKS = re.compile(r"[!?,;“”]")


def _build() -> ModuleType:
    spec = importlib.util.spec_from_file_location("hatch_build", ROOT / "hatch_build.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


BUILD = _build()


def read_catalogue() -> Catalog:
    with ARABIC.open("rb") as file:
        return read_po(file, locale="ar")


CATALOGUE = read_catalogue()


def key(message: Message) -> tuple[str, str]:
    return (originals(message)[0], message.context or "")


def originals(message: Message) -> list[str]:
    return list(message.id) if isinstance(message.id, tuple) else [message.id]


def forms(message: Message) -> list[str]:
    return list(message.string) if isinstance(message.string, tuple) else [message.string]


def texts() -> list[Message]:
    return [message for message in CATALOGUE if message.id]


def wrong(is_right: Any) -> list[tuple[str, str]]:
    """Every translated form that the check refuses, with its original."""
    return [(originals(m)[0], form) for m in texts() for form in forms(m) if not is_right(m, form)]


def told_by(library: str) -> Iterator[str]:
    """The texts that a library's Python code marks for translation."""
    found = importlib.util.find_spec(library)
    assert found
    assert found.submodule_search_locations
    for path in Path(found.submodule_search_locations[0]).rglob("*.py"):
        tree = ast.parse(path.read_bytes())
        calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call))
        yield from (one.value for call in calls for one in call.args[:1] if is_text(one))


def is_text(node: ast.expr) -> TypeGuard[ast.Constant]:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def placeholders(text: str) -> set[str]:
    return set(PLACEHOLDER.findall(text))


def test_every_text_of_code_and_templates_is_in_the_arabic_catalogue_and_no_other() -> None:
    collected = {key(message) for message in BUILD.template_catalogue() if message.id}
    kept = {key(message) for message in texts()}
    assert sorted(collected - kept) == []
    assert sorted(kept - collected) == []
    assert not CATALOGUE.obsolete


def test_every_text_has_a_translation_and_none_is_a_guess() -> None:
    assert wrong(lambda message, form: form.strip()) == []
    assert [key(message) for message in texts() if message.fuzzy] == []


def test_every_counted_text_has_the_six_arabic_forms() -> None:
    counted = [message for message in texts() if message.pluralizable]
    assert counted
    assert [key(message) for message in counted if len(forms(message)) != FORMS] == []


def test_placeholders_are_those_of_the_original() -> None:
    single = [m for m in texts() if not m.pluralizable]
    assert [key(m) for m in single if placeholders(forms(m)[0]) != placeholders(originals(m)[0])] == []
    counted = [(m, set.union(*map(placeholders, originals(m)))) for m in texts() if m.pluralizable]
    worded = [(m, form, known) for m, known in counted for form in forms(m)[:FREE_OF_COUNT]]
    assert [(key(m), form) for m, form, known in worded if not placeholders(form) <= known] == []
    numbered = [(m, form, known) for m, known in counted for form in forms(m)[FREE_OF_COUNT:]]
    assert [(key(m), form) for m, form, known in numbered if placeholders(form) != known] == []


def test_every_text_with_placeholders_can_be_filled_in() -> None:
    for message in texts():
        known = set.union(*map(placeholders, originals(message)))
        values: Any = 7 if known == {"%d"} else {name[2:-2]: 7 for name in known if name.startswith("%(")}
        if values:
            for form in forms(message):
                assert "%" not in form % values, form


def test_texts_borrowed_from_libraries_are_theirs_word_for_word() -> None:
    told = {name for lib in ("django", "allauth") for name in told_by(lib)}
    borrowed = [message for message in texts() if ("nashra/site/borrowed.py", None) in message.locations]
    assert borrowed
    assert [key(message)[0] for message in borrowed if key(message)[0] not in told] == []


def test_translations_are_written_in_arabic() -> None:
    # Texts that only put names together hold placeholders and punctuation, no words.
    def has_words(text: str) -> bool:
        return any(letter.isalpha() for letter in PLACEHOLDER.sub("", text))

    assert wrong(lambda m, form: not has_words(originals(m)[0]) or ARABIC_LETTER.search(form)) == []


def test_translations_use_arabic_punctuation_and_never_shout() -> None:
    assert wrong(lambda message, form: not FOREIGN_MARKS.search(PLACEHOLDER.sub("", form))) == []


def test_tags_in_translations_are_those_of_the_original() -> None:
    assert wrong(lambda message, form: TAG.findall(form) == TAG.findall(originals(message)[-1])) == []


def test_translations_begin_and_end_where_the_original_does() -> None:
    def edges(text: str) -> tuple[bool, bool]:
        return text[:1].isspace(), text[-1:].isspace()

    # In Arabic a separator may begin with its comma; what ends with a space ends with one, and so on.
    assert wrong(lambda m, form: edges(form) in (edges(originals(m)[-1]), (False, False)) and "  " not in form) == []


CASE = json.loads((ROOT / "tests" / "data" / "translations" / "new_pieces.json").read_text("utf-8"))


@pytest.mark.parametrize(("number", "expected"), [(int(n), text) for n, text in CASE["arabic"].items()])
def test_the_compiled_catalogue_gives_the_form_of_each_number(
    number: int, expected: str, tmp_path: Path, settings: Any
) -> None:
    place = tmp_path / "ar" / "LC_MESSAGES"
    place.mkdir(parents=True)
    shutil.copy(ARABIC, place)
    assert BUILD.compile_catalogues(tmp_path) == [place / "django.mo"]
    settings.LOCALE_PATHS = [tmp_path]
    with translation.override("ar"):
        assert ngettext(*CASE["text"], number) % {"shown": number} == expected


def test_a_catalogue_is_compiled_again_only_when_it_changed(tmp_path: Path) -> None:
    place = tmp_path / "ar" / "LC_MESSAGES"
    place.mkdir(parents=True)
    source = Path(shutil.copy(ARABIC, place))
    [made] = BUILD.compile_catalogues(tmp_path)
    made.write_bytes(b"kept")
    assert BUILD.compile_catalogues(tmp_path) == [made]
    assert made.read_bytes() == b"kept"
    later = made.stat().st_mtime + 1
    os.utime(source, (later, later))
    BUILD.compile_catalogues(tmp_path)
    assert made.read_bytes() != b"kept"
