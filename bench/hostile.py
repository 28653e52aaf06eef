"""What feeds made to hurt cost: each is read once in a process of its own, by our reading and by feedparser.

Ours is `parsing.read`, as the worker calls it: what is large or suspicious goes into a child with limits. Processor
time and memory count that child, too. feedparser is ended after 20 seconds.
"""

import argparse
import json
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass

from common import Report, hostile, processes

MOST_CPU, MOST_MEMORY = 2, 100  # seconds, megabytes


@dataclass(frozen=True, slots=True)
class Reading:
    """One reading: seconds of processor time, megabytes more at the peak, what came of it."""

    cpu_s: float
    peak_mb: float
    what: str


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the bench; the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", choices=sorted(hostile.CASES), action="append", help="these cases alone")
    parser.add_argument("--without-feedparser", action="store_true", help="leave the rival out")
    options = parser.parse_args(arguments)
    report = Report("hostile")
    with tempfile.TemporaryDirectory(prefix="nashra-bench-") as folder:
        _run(report, options, folder)
    return report.finish()


def _run(report: Report, options: argparse.Namespace, folder: str) -> None:
    worst_cpu = worst_memory = 0.0
    for name in options.only or hostile.CASES:
        ours = _read("ours", name, folder)
        report.heading(f"{hostile.CASES[name][0]}: {ours.what}")
        report.figure(f"{name}_cpu_s", ours.cpu_s, "Nashra, processor time", "s", most=MOST_CPU)
        report.figure(f"{name}_mb", ours.peak_mb, "Nashra, more memory", "MB", most=MOST_MEMORY)
        worst_cpu, worst_memory = max(worst_cpu, ours.cpu_s), max(worst_memory, ours.peak_mb)
        if not options.without_feedparser:
            theirs = _read("feedparser", name, folder)
            report.figure(f"{name}_feedparser_cpu_s", theirs.cpu_s, f"feedparser ({theirs.what})", "s")
            report.figure(f"{name}_feedparser_mb", theirs.peak_mb, "feedparser, more memory", "MB")
    report.heading("The worst of all")
    report.figure("worst_cpu_s", worst_cpu, "processor time", "s", most=MOST_CPU)
    report.figure("worst_mb", worst_memory, "more memory", "MB", most=MOST_MEMORY)
    report.check(worst_cpu < MOST_CPU and worst_memory < MOST_MEMORY, "a hostile feed costs more than it may")


def _read(parser: str, case: str, folder: str) -> Reading:
    """One case in a process of its own; the whole of its time when it had to be ended."""
    settings = {"DJANGO_SETTINGS_MODULE": "nashra.site.settings", "NASHRA_DATA": folder, "PYTHONWARNINGS": "ignore"}
    command = [sys.executable, "-m", "common.hostile", parser, case]
    done = subprocess.run(command, env=processes.environment(settings), stdout=subprocess.PIPE)
    if done.returncode in (-signal.SIGXCPU, -signal.SIGKILL):
        return Reading(float(hostile.CUT), 0.0, f"ended after {hostile.CUT} s")
    if done.returncode and parser == "ours":
        raise RuntimeError(f"{case}: our reading ended with {done.returncode}")
    if done.returncode:
        return Reading(float(hostile.CUT), 0.0, f"crashed with {done.returncode}")
    return Reading(**json.loads(done.stdout.splitlines()[-1]))


if __name__ == "__main__":
    sys.exit(main())
