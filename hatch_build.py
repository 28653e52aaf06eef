"""What a wheel holds beyond the sources: compiled translations.

Also run by `./dev`: `python hatch_build.py catalogues` compiles, `python hatch_build.py messages` collects.
"""

import io
import pathlib
import sys
from collections.abc import Iterator
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = pathlib.Path(__file__).resolve().parent
PACKAGE = ROOT / "nashra"
LOCALE = PACKAGE / "site" / "locale"
KEYWORDS: dict[str, Any] = {
    "_": None, "gettext": None, "gettext_lazy": None, "gettext_noop": None,
    "ngettext": (1, 2), "ngettext_lazy": (1, 2), "pgettext": ((1, "c"), 2), "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3), "npgettext_lazy": ((1, "c"), 2, 3),
}  # fmt: skip


def compile_catalogues(folder: pathlib.Path = LOCALE) -> list[pathlib.Path]:
    """Compiles each `.po` whose `.mo` is missing or older; the paths of all `.mo` files."""
    made = []
    for source in sorted(folder.glob("*/LC_MESSAGES/django.po")):
        target = source.with_suffix(".mo")
        if not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
            written = io.BytesIO()
            write_mo(written, read_po(io.BytesIO(source.read_bytes()), locale=source.parts[-3]))
            half = target.with_suffix(".half")
            half.write_bytes(written.getvalue())
            half.replace(target)  # whoever reads meanwhile gets the old one or the new one
        made.append(target)
    return made


def messages() -> Iterator[tuple[str, int, Any, list[str], str | None]]:
    """Every text for translation in code and templates: (file, line, text or texts, comments, context)."""
    for path in sorted(PACKAGE.rglob("*.py")):
        if "migrations" not in path.parts:
            for line, text, comments, context in extract(
                "python", io.BytesIO(path.read_bytes()), KEYWORDS, ("Translators:",)
            ):
                yield str(path.relative_to(ROOT)), line, text, comments, context
    from django.utils.translation.template import templatize

    for path in sorted((*PACKAGE.rglob("*.html"), *PACKAGE.rglob("*.txt"))):
        if "templates" in path.parts:
            code = templatize(path.read_text("utf-8"), origin=str(path)).encode()
            for line, text, comments, context in extract("python", io.BytesIO(code), KEYWORDS, ("Translators:",)):
                yield str(path.relative_to(ROOT)), line, text, comments, context


def template_catalogue() -> Catalog:
    """All texts as one catalogue without translations."""
    catalogue = Catalog(project="nashra", charset="utf-8", fuzzy=False)
    for file, _line, text, comments, context in messages():
        catalogue.add(text, locations=[(file, 0)], auto_comments=comments, context=context)
    return catalogue


def update_messages() -> int:
    """Brings each catalogue up to the sources and prints how many texts lack a translation."""
    collected = template_catalogue()
    lacking = 0
    for path in sorted(LOCALE.glob("*/LC_MESSAGES/django.po")):
        catalogue = read_po(io.BytesIO(path.read_bytes()), locale=path.parts[-3])
        catalogue.update(collected, no_fuzzy_matching=True, update_creation_date=False)
        catalogue.obsolete.clear()
        for message in catalogue:
            message.locations = [(file, 0) for file in sorted({file for file, _ in message.locations})]
        with path.open("wb") as file:
            write_po(file, catalogue, width=110, sort_output=True, omit_header=False)
        empty = [m for m in catalogue if m.id and not (all(m.string) if isinstance(m.string, tuple) else m.string)]
        lacking += len(empty)
        print(f"{path.relative_to(ROOT)}: {len(catalogue)} texts, {len(empty)} without a translation")
        for message in empty[:40]:
            print(f"  {message.id!r}")
    return 1 if lacking else 0


try:
    from hatchling.builders.hooks.plugin.interface import BuildHookInterface
except ImportError:  # run by hand, without the build tool
    pass
else:

    class BuildHook(BuildHookInterface):  # type: ignore[type-arg]
        """Compiles translations into every wheel and sdist."""

        def initialize(self, version: str, build_data: dict[str, Any]) -> None:
            """Called by hatchling before it gathers files."""
            made = compile_catalogues()
            build_data["artifacts"] += [f"/{path.relative_to(ROOT)}" for path in made]


if __name__ == "__main__":
    if sys.argv[1:] == ["catalogues"]:
        compile_catalogues()
    elif sys.argv[1:] == ["messages"]:
        sys.exit(update_messages())
    else:
        sys.exit(__doc__)
