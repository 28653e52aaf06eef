"""The benches run, count rightly, and end with the line that programs read. Their times are nobody's business here."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

BENCH = Path(__file__).resolve().parents[2] / "bench"


def run(name: str, *arguments: str) -> tuple[str, dict[str, Any]]:
    """What a bench printed for people, and its last line."""
    command = [sys.executable, str(BENCH / f"{name}.py"), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, cwd=BENCH.parent, env=dict(os.environ))
    assert done.returncode == 0, done.stdout + done.stderr
    *table, last = done.stdout.strip().splitlines()
    return "\n".join(table), json.loads(last)


def inside(code: str) -> str:
    """What a few lines print that import the benches' own modules."""
    env = {**os.environ, "PYTHONPATH": f"{BENCH}{os.pathsep}{BENCH.parent}"}
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=env).stdout


@pytest.mark.processes
def test_the_hostile_bench_tells_what_became_of_a_feed_made_to_hurt_and_what_it_took() -> None:
    table, last = run("hostile", "--only", "laughs")
    assert "exponential: entity-bomb" in table
    figures = last["figures"]
    assert {"laughs_cpu_s", "laughs_mb", "laughs_feedparser_cpu_s", "laughs_feedparser_mb"} <= set(figures)
    assert figures["worst_cpu_s"] == figures["laughs_cpu_s"]


@pytest.mark.processes
def test_the_feeds_bench_stores_every_entry_and_then_gets_only_304s() -> None:
    size = ("--feeds", "6", "--entries", "3", "--hosts", "3", "--rounds", "1", "--without-reader", "--second-parser")
    table, last = run("feeds", *size)
    figures = last["figures"]
    assert last["bench"] == "feeds"
    assert (figures["feeds"], figures["entries"], figures["articles"]) == (6, 18, 18)
    assert (figures["requests_per_feed"], figures["unchanged_304"], figures["rewritten_rows"]) == (1, 6, 0)
    assert {"first_cpu_s", "first_feeds_per_s", "unchanged_cpu_s", "worker_peak_mb", "date", "machine"} <= set(figures)
    assert set(last["ratios"]) == {"parse_vs_feedparser"}
    assert "unchanged" in table


def test_the_page_bench_counts_queries_and_bytes() -> None:
    table, last = run("page", "--articles", "300", "--sources", "8", "--requests", "2")
    figures = last["figures"]
    assert last["bench"] == "page"
    assert (figures["articles"], figures["sources"], figures["stylesheets"]) == (300, 8, 1)
    assert 20 <= figures["front_items"] <= 40
    assert 5 <= figures["front_queries"] < figures["front_new_queries"] <= 30
    assert 10 < figures["front_kb"] < 60
    assert 0 < figures["front_gzip_kb"] < figures["front_kb"] / 3
    assert 0 < figures["script_kb"] < 20
    assert set(last["ratios"]) == {"vs_hello"}
    assert "front page ÷ hello" in table


@pytest.mark.processes
def test_the_search_bench_finds_what_stands_in_articles_beside_raw_fts5() -> None:
    table, last = run("search", "--articles", "200", "--sources", "8", "--queries", "12", "--rounds", "1")
    assert last["bench"] == "search"
    assert last["figures"]["articles"] == 200
    assert {"search_p50_ms", "search_p95_ms", "raw_p95_ms", "index_mb", "indexed_per_cpu_s"} <= set(last["figures"])
    assert {"p50_vs_raw", "p95_vs_raw", "size_vs_raw", "indexing_vs_raw"} == set(last["ratios"])
    assert "newest first ÷ raw FTS5, p95" in table


@pytest.mark.processes
def test_the_bench_of_mutes_counts_what_was_kept_away_and_finds_no_leak() -> None:
    table, last = run("muted", "--readers", "10")
    figures = last["figures"]
    assert (figures["leaks"], figures["lost"]) == (0, 0)
    assert figures["kept_away"] > 10
    assert figures["offered"] > 500
    assert "muted pieces that were offered" in table


def test_the_same_seed_makes_the_same_feeds_and_every_entry_is_another() -> None:
    code = """
from datetime import UTC, datetime
from common.corpus import feeds
from nashra.core.feeds import parse
now = datetime(2026, 11, 24, tzinfo=UTC)
first, again = (list(feeds(8, 5, hosts=4, now=now)) for _ in "12")
entries = [entry for feed in first for entry in parse(feed.body, content_type=feed.content_type).entries]
print(first == again, len(entries), len({e.id for e in entries}), len({e.link for e in entries}))
print(sorted({feed.host for feed in first}))
print([feed.language for feed in first], [b"<rss" in feed.body for feed in first])
print(min(len(entry.content) for entry in entries) > 1000, all(e.published and e.published <= now for e in entries))
"""
    assert inside(code).splitlines() == [
        "True 40 40 40",
        "['host-0001.bench.test', 'host-0002.bench.test', 'host-0003.bench.test', 'host-0004.bench.test']",
        "['ar', 'en', 'ar', 'en', 'ar', 'en', 'ar', 'en'] [True, True, False, False, True, True, False, False]",
        "True True",
    ]


def test_each_host_name_has_a_loopback_address_of_its_own() -> None:
    code = """
import socket
from common.names.sitecustomize import address_of
import ipaddress
addresses = {address_of(number) for number in range(1, 10_000)}
print(len(addresses), all(ipaddress.ip_address(one).is_loopback for one in addresses))
print(socket.getaddrinfo("host-0300.bench.test", 80, type=socket.SOCK_STREAM)[0][4], address_of(300))
print(socket.getaddrinfo(b"HOST-0001.bench.test", 80, type=socket.SOCK_STREAM)[0][4][0] == address_of(1))
"""
    assert inside(code).splitlines() == ["9999 True", "('127.81.1.47', 80) 127.81.1.47", "True"]


def test_the_processor_time_of_a_tree_includes_children_that_have_ended() -> None:
    code = """
import os, subprocess, sys
from common.processes import cpu_seconds, pids
work = "import time\\nwhile time.process_time() < 0.3: pass"
before = cpu_seconds(os.getpid())
subprocess.run([sys.executable, "-c", work], check=True)
print(0.29 <= cpu_seconds(os.getpid()) - before < 3)
child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
print(child.pid in pids(os.getpid()), os.getpid() in pids(child.pid))
child.kill()
"""
    assert inside(code).splitlines() == ["True", "True False"]


def test_a_report_says_which_bars_hold_and_fails_when_a_check_does_not() -> None:
    code = """
from common import Report
report = Report("sample")
report.figure("ms", 12.345678, "a page", "ms", most=60)
report.figure("kb", 61.0, "its bytes", "kB", most=60)
report.ratio("vs", 5.2, "ours ÷ theirs", least=5)
report.check(2 == 2, "two is not two")
print(report.finish())
report.check(1 == 2, "one is not two")
print(report.finish())
"""
    lines = inside(code).splitlines()
    table = [" ".join(line.split()) for line in lines]
    assert "a page 12.3 ms ≤ 60 holds" in table
    assert "its bytes 61 kB ≤ 60 MISSED" in table
    assert "ours ÷ theirs 5.2 × ≥ 5 holds" in table
    assert "WRONG: one is not two" in table
    assert (table.count("0"), lines[-1]) == (1, "1")
    last = json.loads(next(line for line in lines if line.startswith("{")))
    assert (last["bench"], last["figures"]["ms"], last["ratios"]) == ("sample", 12.3457, {"vs": 5.2})
