"""Dates, numbers and digits for people are written by `nashra.base.locale` alone: sources and templates show it.

Django's filters and strftime know nothing of a reader's digits, months or clock; a count put into a sentence as it is
keeps its European digits in an Arabic line.
"""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "nashra"
TEMPLATES = sorted((PACKAGE / "site" / "templates").rglob("*.html"))
# What these write is read by programs (RFC 3339, names of files, logs), is a query's own form (`since:2026-11-24`),
# or another paper's page (the sample sources).
FOR_PROGRAMS = {
    "base/locale/dates.py", "base/templatetags/nashra.py", "base/outbox/delivery.py", "core/feeds/writing.py",
    "core/text/asking/dates.py", "front/models.py", "news/models.py", "site/demo/pages.py",
}  # fmt: skip
WRITERS = ("babel.dates", "babel.numbers", "babel.lists", "django.utils.formats", "django.utils.dateformat",
           "django.contrib.humanize", "django.utils.timesince")  # fmt: skip
FILTERS = re.compile(
    r"\|\s*(date|time|timesince|timeuntil|floatformat|filesizeformat|localize|unlocalize|localtime|timezone|utc"
    r"|naturaltime|naturalday|intcomma|intword|pluralize|stringformat)\b"
)
COUNTED = re.compile(r"\{%\s*blocktranslate\b([^%]*)%\}(.*?)\{%\s*endblocktranslate\s*%\}", re.DOTALL)
TRANSLATE = {"gettext", "gettext_lazy", "ngettext", "ngettext_lazy", "pgettext", "pgettext_lazy", "npgettext", "_"}
NUMBERS = {"count", "total", "number", "n", "limit", "longest", "most"}


@cache
def sources() -> list[tuple[str, ast.Module]]:
    paths = [path for path in sorted(PACKAGE.rglob("*.py")) if "migrations" not in path.parts]
    return [(path.relative_to(PACKAGE).as_posix(), ast.parse(path.read_text("utf-8"))) for path in paths]


def constants(spec: ast.expr | None) -> str:
    """The fixed part of what stands behind the colon in an f-string."""
    parts = spec.values if isinstance(spec, ast.JoinedStr) else []
    return "".join(str(part.value) for part in parts if isinstance(part, ast.Constant))


def test_moments_are_never_written_by_strftime_or_a_format_of_dates() -> None:
    wrong = []
    for name, tree in sources():
        for node in ast.walk(tree):
            by_method = isinstance(node, ast.Attribute) and node.attr in ("strftime", "ctime")
            by_format = isinstance(node, ast.FormattedValue) and re.search("%[A-Za-z]", constants(node.format_spec))
            if name not in FOR_PROGRAMS and (by_method or by_format):
                wrong.append(f"{name}:{node.lineno}")  # type: ignore[attr-defined]  # both have their line
    assert wrong == []


def test_only_the_helper_knows_other_writers_of_dates_and_numbers() -> None:
    wrong = []
    for name, tree in sources():
        if name.startswith("base/locale/"):
            continue
        for node in ast.walk(tree):
            modules = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            modules += [f"{node.module}.{a.name}" for a in node.names] if isinstance(node, ast.ImportFrom) else []
            wrong += [f"{name}: {module}" for module in modules if module.startswith(WRITERS)]
    assert wrong == []


def called(node: ast.AST) -> str:
    function = node.func if isinstance(node, ast.Call) else None
    return function.id if isinstance(function, ast.Name) else ""


def test_translated_texts_take_written_numbers_only() -> None:
    """No `%d`: it writes European digits whatever the reader chose. What a library says is borrowed as it stands."""
    wrong = []
    for name, tree in sources():
        for node in ast.walk(tree):
            texts = node.args if isinstance(node, ast.Call) and called(node) in TRANSLATE else []
            found = [text for text in texts if isinstance(text, ast.Constant) and isinstance(text.value, str)]
            if name != "site/borrowed.py" and any(re.search(r"%(\(\w+\))?[di]", str(t.value)) for t in found):
                wrong.append(f"{name}:{node.lineno}")  # type: ignore[attr-defined]  # a call has its line
    assert wrong == []


def test_counts_put_into_a_text_were_written_before() -> None:
    """The value of `%(count)s` and its like is a call or a text, never a bare number or variable of one."""
    wrong = []
    for name, tree in sources():
        for node in ast.walk(tree):
            if not (isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod) and isinstance(node.right, ast.Dict)):
                continue
            for key, value in zip(node.right.keys, node.right.values, strict=True):
                counts = isinstance(key, ast.Constant) and key.value in NUMBERS
                fixed = isinstance(value, ast.Name) and value.id.isupper()
                bare = fixed or isinstance(value, ast.Attribute) or isinstance(getattr(value, "value", ""), int)
                raw = bare or called(value) in ("len", "int", "str")
                if counts and raw:
                    wrong.append(f"{name}:{value.lineno}")
    assert wrong == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(PACKAGE / "site" / "templates")))
def test_templates_write_moments_and_numbers_by_the_house_filters(path: Path) -> None:
    text = path.read_text("utf-8")
    assert FILTERS.findall(text) == []
    assert "{% now" not in text
    assert "{% load humanize" not in text
    assert re.findall(r"\{\{[^}]*\|\s*length\s*\}\}", text) == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(PACKAGE / "site" / "templates")))
def test_a_counted_text_shows_the_written_number(path: Path) -> None:
    for head, body in COUNTED.findall(path.read_text("utf-8")):
        for counter in re.findall(r"\bcount\s+(\w+)=", head):
            assert not re.search(r"\{\{\s*" + counter + r"\s*\}\}", body), f"{{{{ {counter} }}}} in “{body}”"


def test_a_machine_readable_moment_is_written_by_its_tag() -> None:
    """`<time datetime>` is for programs: the tag `iso` alone fills it, whatever the reader's digits."""
    wrong = [
        f"{path.name}: {value}"
        for path in TEMPLATES
        for value in re.findall(r'<time datetime="([^"]*)"', path.read_text("utf-8"))
        if not value.startswith("{% iso ")
    ]
    assert wrong == []
