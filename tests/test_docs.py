"""The documentation says what the program does."""

import re
from pathlib import Path

import pytest

from nashra.site.cli import COMMANDS
from nashra.site.config import SETTINGS

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])


def test_every_setting_stands_in_the_table_with_its_default_and_meaning() -> None:
    text = (ROOT / "docs" / "settings.md").read_text("utf-8")
    rows = {row.split("`")[1]: row for row in text.splitlines() if row.startswith("| `NASHRA_")}
    assert set(rows) == {f"NASHRA_{setting.name}" for setting in SETTINGS}
    for setting in SETTINGS:
        row = rows[f"NASHRA_{setting.name}"]
        assert setting.help in row
        assert not setting.default or f"`{setting.default}`" in row
        assert ("`_FILE`" in row) == setting.secret


def test_every_command_is_explained_somewhere() -> None:
    text = "".join(page.read_text("utf-8") for page in PAGES)
    assert not [name for name in COMMANDS if f"nashra {name}" not in text]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text("utf-8"))
    assert not [t for t in targets if not t.startswith("http") and not (page.parent / t).exists()]


@pytest.mark.parametrize("page", [p for p in PAGES if p.name.startswith("adding-")], ids=lambda page: page.name)
def test_recipes_name_files_that_exist(page: Path) -> None:
    paths = re.findall(r"`((?:nashra|tests)/[\w./]+)`", page.read_text("utf-8"))
    assert paths
    assert not [path for path in paths if not (ROOT / path).exists()]


def test_the_version_is_the_changelogs() -> None:
    from importlib.metadata import version

    newest = re.search(r"^## (\d+\.\d+\.\d+)", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.M)
    assert newest
    assert version("nashra") == newest[1]
