"""Every hostile input has its test, or the name of the work that will meet it."""

from __future__ import annotations

import json
import re
from pathlib import Path

TESTS = Path(__file__).parents[1]
CASES: list[dict[str, str]] = json.loads((TESTS / "evil" / "cases.json").read_text("utf-8"))
FILES = [file for folder in ("evil", "security") for file in (TESTS / folder).glob("test_*.py")]
TEXTS = {file.name: file.read_text("utf-8") for file in FILES if file != Path(__file__)}

# A file that takes all cases of a class from the list, and the line by which it does.
WHOLE_CLASSES = {"feed": ("test_feeds.py", 'case["class"] == "feed"')}
# Cases that are a data file, and what reads it.
DATA_FILES = {
    "addresses": ("test_addresses.py", '"addresses.json"'), "names": ("test_addresses.py", '"names.json"'),
    "mail-links": ("test_mail_links.py", '"links.json"'), "text-queries": ("test_typed_texts.py", '"queries.json"'),
    "mail-addresses": ("test_hostile_mail.py", '"mail-addresses.json"'),
    "mail-headers": ("test_hostile_mail.py", '"mail-headers.json"'),
}  # fmt: skip
LATER = {
    **dict.fromkeys(
        ("import-zip-slip", "import-zip-bomb", "import-csv-broken", "import-json-cut"), "Imports and exports"
    ),
    "export-formulas": "Imports and exports",
    "mail-nested": "Newsletters in",
}


def named(case_id: str) -> bool:
    """Whether a test names this case between quotation marks, or makes its name by filling `net-{…}`."""
    return any(f'"{case_id}"' in text for text in TEXTS.values()) or case_id in _made()


def _made() -> set[str]:
    """Names that a test puts together: f"net-redirect-{where}" for where in (…)."""
    found: set[str] = set()
    for text in TEXTS.values():
        for start, values in re.findall(r'f"([a-z-]+-)\{\w+\}"\s+for\s+\w+\s+in\s+\(([^)]*)\)', text):
            found |= {start + value for value in re.findall(r'"([\w-]+)"', values)}
    return found


def test_every_case_is_walked_or_waits_for_its_work_by_name() -> None:
    missing = []
    for case in CASES:
        file, line = WHOLE_CLASSES.get(case["class"], DATA_FILES.get(case["id"], ("", "")))
        by_file = bool(file) and line in TEXTS[file]
        if not (by_file or named(case["id"]) or case["id"] in LATER):
            missing.append(case["id"])
    assert missing == []


def test_what_waits_is_not_walked_already() -> None:
    assert [case for case in LATER if named(case)] == []
    assert set(LATER) <= {case["id"] for case in CASES}


def test_no_name_in_a_test_is_of_no_case() -> None:
    known = {case["id"] for case in CASES}
    written = {
        name
        for text in TEXTS.values()
        for name in re.findall(r'"((?:feed|net|page|html|opml|import|export)-[a-z0-9-]+)"', text)
    }
    assert sorted(written - known) == []
