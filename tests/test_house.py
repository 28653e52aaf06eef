"""The rules of the house (docs/architecture.md), kept by looking at the sources."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "nashra"
ORDER = ("site", "newsroom", "newsletters", "library", "front", "news", "accounts", "base", "core")
CORE_LIBRARIES = {
    "lxml", "nh3", "numpy", "feedparser", "trafilatura", "py3langid", "Stemmer", "cryptography", "idna", "babel",
    "cssselect",
}  # fmt: skip
APPS = ("accounts", "news", "front", "library", "newsletters", "newsroom")
APP_FILES = {"apps", "models", "services", "access", "tasks", "forms", "views", "urls", "admin", "migrations"}
ROOMS: dict[str, set[str]] = {
    # rooms with a name of their own, where the work asks for one
    "accounts": {"adapter", "addresses", "errors", "events", "exports", "letters", "middleware", "registry", "zones"},
    "news": {
        "catalogue",
        "copies",
        "errors",
        "exports",
        "fetching",
        "filters",
        "ingest",
        "keys",
        "pages",
        "pictures",
        "registry",
        "sentences",
        "stories",
        "tallies",
        "terms",
        "upkeep",
        "watching",
        "websub",
    },
    "front": {
        "boosting",
        "candidates",
        "drawing",
        "embedding",
        "muting",
        "profile_pages",
        "profiling",
        "reasons",
        "sayings",
        "shelf",
        "words",
    },
    "library": {"terms"},
    "newsletters": {"delivery"},
    "newsroom": set(),
}
LONGEST_FILE, LONGEST_FUNCTION = 400, 40


@cache
def sources() -> list[Path]:
    return [path for path in sorted(PACKAGE.rglob("*.py")) if "migrations" not in path.parts]


@cache
def nodes(path: Path) -> list[ast.AST]:
    return list(ast.walk(tree(path)))


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


@cache
def imports(path: Path) -> list[tuple[int, str]]:
    """(line, absolute module) of every import, wherever it stands in the file."""
    return list(_imports(path))


def _imports(path: Path) -> Iterator[tuple[int, str]]:
    package = [*path.relative_to(ROOT).parts[:-1]]
    for node in nodes(path):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join([*base, *([node.module] if node.module else [])])
            yield from ((node.lineno, f"{module}.{alias.name}") for alias in node.names)


def layer(module: str) -> str:
    parts = module.split(".")
    return parts[1] if len(parts) > 1 and parts[0] == "nashra" and parts[1] in ORDER else ""


def test_imports_point_downwards_only() -> None:
    wrong = []
    for path in sources():
        here = path.relative_to(PACKAGE).parts[0]
        if here not in ORDER:
            continue
        for line, module in imports(path):
            there = layer(module)
            if there and ORDER.index(there) < ORDER.index(here):
                wrong.append(f"{path.relative_to(ROOT)}:{line} ({here}) imports {module} ({there})")
    assert not wrong, "\n".join(wrong)


def test_core_imports_only_the_standard_library_and_its_named_list() -> None:
    import sys

    allowed = set(sys.stdlib_module_names) | CORE_LIBRARIES | {"nashra", "__future__"}
    wrong = [
        f"{path.relative_to(ROOT)}:{line} imports {module}"
        for path in sources()
        if path.is_relative_to(PACKAGE / "core")
        for line, module in imports(path)
        if module.split(".")[0] not in allowed or (module.startswith("nashra.") and layer(module) != "core")
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("module", ["socket", "urllib.request", "http.client", "subprocess", "requests", "ssl"])
def test_core_has_no_way_out(module: str) -> None:
    wrong = [
        f"{path.relative_to(ROOT)}:{line}"
        for path in sources()
        if path.is_relative_to(PACKAGE / "core")
        for line, name in imports(path)
        if name == module or name.startswith(module + ".")
    ]
    assert not wrong, "\n".join(wrong)


def test_core_has_no_clock() -> None:
    clocks = {("datetime", "now"), ("datetime", "utcnow"), ("datetime", "today"), ("date", "today"), ("time", "time")}
    wrong = []
    for path in sources():
        if path.is_relative_to(PACKAGE / "core"):
            for node in nodes(path):
                named = isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
                if named and (node.value.id, node.attr) in clocks:
                    wrong.append(f"{path.relative_to(ROOT)}:{node.lineno} {node.value.id}.{node.attr}")
    assert not wrong, "\n".join(wrong)


def test_only_the_net_room_reaches_the_network() -> None:
    doors = {"aiohttp", "requests", "urllib3", "httpx", "urllib.request", "http.client"}
    wrong = [
        f"{path.relative_to(ROOT)}:{line} imports {module}"
        for path in sources()
        if not path.is_relative_to(PACKAGE / "base" / "net")
        for line, module in imports(path)
        if any(module == door or module.startswith(door + ".") for door in doors)
    ]
    assert not wrong, "\n".join(wrong)


def test_only_jobs_knows_the_queue() -> None:
    wrong = [
        f"{path.relative_to(ROOT)}:{line}"
        for path in sources()
        if path != PACKAGE / "base" / "jobs.py"
        for line, module in imports(path)
        if module.split(".")[0] == "huey"
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("app", APPS)
def test_every_app_has_the_same_file_names(app: str) -> None:
    names = {path.stem for path in (PACKAGE / app).iterdir() if path.suffix == ".py" or path.is_dir()}
    extra = names - APP_FILES - ROOMS[app] - {"__init__", "__pycache__"}
    assert not extra, f"{app}: {sorted(extra)} (list a room of its own in tests/test_house.py)"


def test_files_stay_under_their_length() -> None:
    long = {str(p.relative_to(ROOT)): len(p.read_text("utf-8").splitlines()) for p in sources()}
    assert not {path: lines for path, lines in long.items() if lines > LONGEST_FILE}


def test_functions_stay_under_their_length() -> None:
    long = []
    for path in sources():
        for node in nodes(path):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                if length > LONGEST_FUNCTION:
                    long.append(f"{path.relative_to(ROOT)}:{node.lineno} {node.name}: {length} lines")
    assert not long, "\n".join(long)


def test_every_module_and_public_function_has_a_docstring() -> None:
    bare = []
    for path in sources():
        module = tree(path)
        if not ast.get_docstring(module):
            bare.append(f"{path.relative_to(ROOT)}: module")
        for node in module.body:
            public = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and node.name[0] != "_"
            if public and not ast.get_docstring(node):
                bare.append(f"{path.relative_to(ROOT)}:{node.lineno} {node.name}")
    assert not bare, "\n".join(bare)


def test_translated_texts_are_never_put_together_before_translation() -> None:
    names = {"gettext", "gettext_lazy", "ngettext", "ngettext_lazy", "pgettext", "pgettext_lazy", "_"}
    wrong = []
    for path in sources():
        for node in nodes(path):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names:
                texts = node.args[:2] if node.func.id.startswith("n") else node.args[:1]
                if any(isinstance(text, ast.JoinedStr | ast.BinOp) for text in texts):
                    wrong.append(f"{path.relative_to(ROOT)}:{node.lineno}")
    assert not wrong, "\n".join(wrong)


def test_nothing_is_left_open() -> None:
    marks = ("TO" + "DO", "FIX" + "ME", "XX" + "X:", "NotImplemented" + "Error")
    left = [
        f"{path.relative_to(ROOT)}: {mark}" for path in sources() for mark in marks if mark in path.read_text("utf-8")
    ]
    assert not left, "\n".join(left)


def test_no_two_test_files_have_one_name() -> None:
    names = [path.name for path in (ROOT / "tests").rglob("*.py") if path.name != "conftest.py"]
    assert not {name for name in names if names.count(name) > 1}


def test_every_test_that_drives_a_browser_says_so() -> None:
    """Others would run it among their own, and the event loop that it leaves would break theirs."""
    files = sorted((ROOT / "tests" / "browser").glob("test_*.py"))
    assert files
    assert [one.name for one in files if "pytestmark = pytest.mark.browser" not in one.read_text("utf-8")] == []
