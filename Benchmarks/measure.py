"""Runs commands side by side and compares them: medians of CPU seconds, wall
seconds and peak memory, each command in turn, so that a machine that slows
down slows all of them down.

    from measure import Contest
    contest = Contest(runs=5, cpus="0")
    contest.add("wc -l", ["wc", "-l", path])
    contest.add("vqa-hash", [tool, path], size=os.path.getsize(path))
    contest.run()
    contest.print()
    print(contest.ratio("jq", "vqa-hash"))
"""

import os
import statistics
import subprocess
import sys
import time


class Contest:
    """Commands that are measured in turn, `runs` times each after one that does not count."""

    def __init__(self, runs=5, cpus=None):
        self.runs = runs
        self.cpus = {int(cpu) for cpu in cpus.split(",")} if cpus else None
        self.entries = {}

    def add(self, name, command, size=None, **options):
        """`size` is what the command works on, in bytes; options are those of Popen."""
        self.entries[name] = {"command": command, "size": size, "options": options, "results": []}

    def run(self):
        for turn in range(self.runs + 1):
            for entry in self.entries.values():
                result = self.once(entry["command"], **entry["options"])
                if turn > 0:
                    entry["results"].append(result)

    def once(self, command, statuses=(0,), stdin=None, **options):
        """One run: (CPU seconds, wall seconds, peak memory of the largest process in bytes)."""
        options.setdefault("stdout", subprocess.DEVNULL)
        options.setdefault("stderr", subprocess.DEVNULL)
        if self.cpus:
            options["preexec_fn"] = lambda: os.sched_setaffinity(0, self.cpus)
        source = open(stdin, "rb") if stdin else subprocess.DEVNULL
        start = time.monotonic()
        process = subprocess.Popen(command, stdin=source, **options)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.monotonic() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode not in statuses:
            sys.exit(f"status {process.returncode}: {command}")
        return usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss * 1024

    def median(self, name, column=0):
        """column 0: CPU seconds, 1: wall seconds, 2: peak memory."""
        return statistics.median(result[column] for result in self.entries[name]["results"])

    def ratio(self, slower, faster, column=0):
        """How many times more `slower` takes: the median of the ratios run by run."""
        pairs = zip(self.entries[slower]["results"], self.entries[faster]["results"])
        return statistics.median(a[column] / max(b[column], 1e-9) for a, b in pairs)

    def print(self):
        print(f"{'':24} {'CPU s':>8} {'min':>8} {'max':>8} {'wall s':>8} {'MB/s CPU':>9} {'peak MB':>8}")
        for name, entry in self.entries.items():
            cpu = [result[0] for result in entry["results"]]
            rate = f"{entry['size'] / 1e6 / self.median(name):9.0f}" if entry["size"] else " " * 9
            print(
                f"{name:24} {self.median(name):8.3f} {min(cpu):8.3f} {max(cpu):8.3f}"
                f" {self.median(name, 1):8.3f} {rate} {self.median(name, 2) / 1e6:8.1f}"
            )
