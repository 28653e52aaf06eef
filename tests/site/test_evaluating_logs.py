"""`nashra evaluate --format mind`: what it prints, and what it refuses."""

import json
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from nashra.site.cli import nashra

sys.path.append(str(Path(__file__).parent.parent / "core"))
from click_logs import Log


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    log, given = Log(60), []
    for name, lines in (("news", log.news()), ("train", log.train), ("test", log.test)):
        (tmp_path / f"{name}.tsv").write_text("".join(lines), "utf-8")
        given += [f"--{name}", str(tmp_path / f"{name}.tsv")]
    return ["evaluate", "--format", "mind", *given]


def test_programs_get_figures_intervals_and_paired_differences(files: list[str]) -> None:
    found = json.loads(CliRunner().invoke(nashra, [*files, "--json"]).stdout)
    assert set(found["methods"]) >= {"nashra", "random", "recency", "ctr", "sum"}
    for method in found["methods"].values():
        assert method["n"] == 20
        assert method["auc_ci"][0] <= method["auc"] <= method["auc_ci"][1]
        assert {"mrr", "ndcg@5", "ndcg@10"} <= method.keys()
    for other in ("sum", "ctr"):
        low, high = found["paired"][other]["ci"]
        assert low <= found["paired"][other]["auc"] <= high
    assert found["skipped"] == {}


def test_people_get_a_table_and_where_the_weights_come_from(files: list[str]) -> None:
    printed = CliRunner().invoke(nashra, files).stdout
    assert "20 lists" in printed
    assert "nDCG@10" in printed
    assert "Weights: the shipped ones" in printed


def test_a_log_that_runs_backwards_is_refused_in_one_line(files: list[str], tmp_path: Path) -> None:
    path = tmp_path / "test.tsv"
    path.write_text("".join(reversed(path.read_text("utf-8").splitlines(keepends=True))), "utf-8")
    found = CliRunner().invoke(nashra, files)
    assert found.exit_code == 1
    assert "test.tsv, line 2" in found.output


def test_without_all_three_files_it_says_what_is_missing(files: list[str]) -> None:
    found = CliRunner().invoke(nashra, files[:-2])
    assert found.exit_code == 2
    assert "--test" in found.output
