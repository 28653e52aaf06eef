"""The developers' script and the build: which suites run, what is said about those that cannot, what a wheel holds."""

import importlib.machinery
import importlib.util
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from hatchling.builders.wheel import WheelBuilder

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def dev() -> ModuleType:
    loader = importlib.machinery.SourceFileLoader("dev", str(ROOT / "dev"))
    spec = importlib.util.spec_from_loader("dev", loader)
    assert spec
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    return module


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A machine on whose path there is nothing; the folder of the path."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path))
    monkeypatch.delenv("NASHRA_CHROMIUM", raising=False)
    return tmp_path


def command(*arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run([sys.executable, ROOT / "dev", *arguments], capture_output=True, text=True)


@pytest.mark.parametrize("option", ["--only", "--without"])
def test_an_unknown_suite_is_refused_before_anything_is_installed(option: str) -> None:
    said = command("test", option, "unit,poetry")
    assert (said.returncode, said.stdout) == (1, "")
    assert said.stderr == (
        "dev: no such suite: poetry (there are lint, types, unit, postgres, processes, browser)\n"
    )  # fmt: skip


@pytest.mark.parametrize("arguments", [["test", "--olny", "unit"], ["lint", "--mend"], ["docs", "all"], ["play"], []])
def test_what_it_does_not_know_is_refused(arguments: list[str]) -> None:
    said = command(*arguments)
    assert said.returncode == 2
    assert "usage: ./dev" in said.stderr


def test_suites_are_named_with_commas_and_run_in_one_order(dev: ModuleType) -> None:
    assert dev.listed("browser, lint,unit") == ["lint", "unit", "browser"]
    assert dev.listed("") == []


def test_what_follows_two_dashes_goes_to_pytest(dev: ModuleType) -> None:
    known = dev.parser().parse_args(["test", "--only", "unit", "--", "-k", "mutes", "tests/front"])
    assert (known.only, known.extra) == ("unit", ["-k", "mutes", "tests/front"])


def test_without_and_only_leave_the_rest(dev: ModuleType) -> None:
    arguments = dev.parser().parse_args(["test", "--only", "lint,unit,browser", "--without", "browser,types"])
    assert dev.chosen(arguments) == ["lint", "unit"]
    assert dev.chosen(dev.parser().parse_args(["test"])) == list(dev.SUITES)


def test_all_passed_is_exit_0_and_the_last_line_counts(dev: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    assert dev.report({"lint": "passed in 3 s", "unit": "passed in 61 s"}, ["browser"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "» Suites",
        "  lint       passed in 3 s",
        "  unit       passed in 61 s",
        "  browser    left out, as you said",
        "2 passed, 0 failed",
    ]


@pytest.mark.parametrize("result", ["FAILED in 2 s", "NOT RUN: needs Chromium"])
def test_a_suite_that_failed_or_did_not_run_is_exit_1(
    dev: ModuleType, capsys: pytest.CaptureFixture[str], result: str
) -> None:
    assert dev.report({"lint": "passed in 3 s", "browser": result}, []) == 1
    assert capsys.readouterr().out.splitlines()[-2:] == [f"  browser    {result}", "1 passed, 1 failed"]


def test_no_suite_at_all_is_exit_1(dev: ModuleType) -> None:
    assert dev.report({}, list(dev.SUITES)) == 1


@pytest.mark.usefixtures("bare")
def test_the_browser_suite_without_a_browser_is_not_run_and_says_what_to_install(
    dev: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    assert dev.outcome("browser", []).startswith("NOT RUN: needs Chromium")
    said = capsys.readouterr().out
    assert "» This needs what Debian calls chromium, fonts-noto-core" in said
    assert ".venv/bin/python -m playwright install chromium" in said


def test_a_suite_that_finds_no_test_has_failed(dev: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "test_none.py").write_text("")
    assert dev.outcome("processes", [str(tmp_path / "test_none.py")]).startswith("FAILED")


def test_a_person_without_rights_is_told_what_to_type(
    dev: ModuleType, bare: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (bare / "apt-get").write_text("#!/bin/sh\nexit 1\n")
    (bare / "apt-get").chmod(0o755)
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    assert dev.apt("postgresql") is False
    assert capsys.readouterr().out == (
        "» This needs Debian packages. Type: sudo apt-get install -y --no-install-recommends postgresql\n"
    )


def test_settings_of_an_installation_do_not_reach_the_tests(dev: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NASHRA_DATA", "/srv/nashra")
    monkeypatch.setenv("NASHRA_MAIL_URL", "smtp://mail.example.com")
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "other.settings")
    monkeypatch.setenv("NASHRA_SHOTS", "/srv/shots")
    kept = {name: value for name, value in dev.for_tests().items() if name.startswith(("NASHRA_", "DJANGO_"))}
    assert kept["NASHRA_SHOTS"] == "/srv/shots"
    assert not {"NASHRA_DATA", "NASHRA_MAIL_URL", "DJANGO_SETTINGS_MODULE"} & set(kept)


def test_what_the_suites_import_is_compiled_once_whatever_the_shell_wants(
    dev: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    (tmp_path / "page.py").write_text("")
    kept = {**dev.for_tests(), "PYTHONPATH": str(tmp_path), "PYTHONPYCACHEPREFIX": str(tmp_path / "compiled")}
    subprocess.run([sys.executable, "-c", "import page"], env=kept, check=True)
    assert len(list((tmp_path / "compiled").rglob("page.*.pyc"))) == 1
    assert list(tmp_path.glob("__pycache__")) == []
    assert dev.VENV in Path(dev.for_tests()["PYTHONPYCACHEPREFIX"]).parents


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[zipfile.ZipFile]:
    """A wheel of this checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    built = next(WheelBuilder(str(ROOT)).build(directory=str(folder), versions=["standard"]))
    with zipfile.ZipFile(built) as opened:
        yield opened


def sources() -> Iterator[str]:
    for path in sorted((ROOT / "nashra").rglob("*")):
        inside = path.relative_to(ROOT)
        if path.is_file() and not {"__pycache__", "staticfiles"} & set(inside.parts) and path.suffix != ".half":
            yield str(inside)


def test_a_wheel_holds_all_of_the_package_with_compiled_translations(wheel: zipfile.ZipFile) -> None:
    names = set(wheel.namelist())
    assert "nashra/site/locale/ar/LC_MESSAGES/django.mo" in names
    assert "nashra/news/catalogue.toml" in names
    assert set(sources()) - names == {"nashra/site/settings_test.py"}


def test_a_wheel_holds_neither_tests_nor_tools(wheel: zipfile.ZipFile) -> None:
    top = {name.split("/")[0] for name in wheel.namelist()}
    assert len(top) == 2
    assert sorted(top)[0] == "nashra"
    assert sorted(top)[1].endswith(".dist-info")
    assert not [name for name in wheel.namelist() if re.search(r"/(test_|conftest|settings_test)", name)]


def test_a_wheel_names_its_command_and_licences(wheel: zipfile.ZipFile) -> None:
    info = next(name for name in wheel.namelist() if name.endswith("METADATA")).rpartition("/")[0]
    assert "nashra = nashra.site.cli:main" in wheel.read(f"{info}/entry_points.txt").decode()
    licences = {name for name in wheel.namelist() if "/licenses/" in name}
    assert {name.removeprefix(f"{info}/licenses/") for name in licences} == {
        "LICENSE",
        "nashra/site/static/fonts/LICENSES.md",
    }
