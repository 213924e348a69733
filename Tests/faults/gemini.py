"""Slow lines, late answers, stopped processes and full disks against vqa-gemini: no quota is exceeded
as the server sees it, nothing is asked twice, and what is paid for is kept.

usage: python3 Tests/faults/gemini.py [DIRECTORY OF THE TOOLS] [--only NAME]

Outside CI, since it takes a quarter of an hour, nearly all of it waiting. As root it also fills a tmpfs,
and with libfaketime (Debian: faketime) it sets the clock.
Prints a line for each kind; ends with 1 if any failed.
"""

import argparse
import atexit
import contextlib
import glob
import json
import os
import resource
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "..", "Benchmarks"))
from gemini_rows import StandIn, write_rows  # noqa: E402

# A shell starts what runs in the background with SIGINT ignored, which the tools would take over.
signal.signal(signal.SIGINT, signal.default_int_handler)
parser = argparse.ArgumentParser()
parser.add_argument("tools", nargs="?", default=".build/debug")
parser.add_argument("--only")
arguments = parser.parse_args()
tools = os.path.abspath(arguments.tools)
failures = 0


class Line:
    """A proxy on loopback whose connections together pass so many bytes a second to the server, with
    no more than 64 kB on the way, as a slow uplink does."""

    def __init__(self, port, bytes_per_second):
        self.server_port, self.rate = port, bytes_per_second
        self.lock, self.free_at = threading.Lock(), 0.0
        self.listener = socket.socket()
        self.listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 16384)
        self.listener.bind(("127.0.0.1", 0))
        self.listener.listen(512)
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            client, _ = self.listener.accept()
            server = socket.create_connection(("127.0.0.1", self.server_port))
            threading.Thread(target=self.copy, args=(client, server, True), daemon=True).start()
            threading.Thread(target=self.copy, args=(server, client, False), daemon=True).start()

    def copy(self, source, target, is_limited):
        with contextlib.suppress(OSError):
            while data := source.recv(16384):
                if is_limited:
                    self.wait(len(data))
                target.sendall(data)
        with contextlib.suppress(OSError):
            target.shutdown(socket.SHUT_WR)

    def wait(self, count):
        with self.lock:
            self.free_at = max(self.free_at, time.monotonic()) + count / self.rate
            delay = self.free_at - time.monotonic()
        if delay > 0:
            time.sleep(delay)


class Trial:
    """A folder with rows, a stand-in that keeps a log, and vqa-gemini to run against it."""

    def __init__(self, rows, size, *options):
        self.work = tempfile.mkdtemp(prefix="vqa-gemini-faults-")
        self.rows = write_rows(self.work, rows, per_image=1, size=size)
        self.log = f"{self.work}/log.jsonl"
        self.server = StandIn(tools, self.work, "--log", self.log, *options)
        atexit.register(shutil.rmtree, self.work, ignore_errors=True)
        atexit.register(self.server.stop)
        self.environment = self.server.environment()

    def start(self, *options, rows=None, key="k1", port=None, **more):
        environment = {**self.environment, "GEMINI_API_KEYS": key, **more}
        if port:
            environment["GOOGLE_GEMINI_BASE_URL"] = f"http://127.0.0.1:{port}"
        return subprocess.Popen(
            [f"{tools}/vqa-gemini", "--quiet", *options, rows or self.rows], env=environment,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def requests(self):
        self.server.stats()  # which flushes the log
        with open(self.log) as lines:
            return [json.loads(line) for line in lines]

    def busiest_minute(self):
        """The most requests that the server let in within any 60 seconds."""
        times = sorted(entry["time"] for entry in self.requests() if entry["admitted"])
        return max(sum(start <= other < start + 60 for other in times) for start in times)

    def split(self, parts):
        """The rows in files of as many lines."""
        with open(self.rows) as lines:
            lines = lines.readlines()
        names = []
        for part, count in enumerate(parts):
            names.append(f"{self.work}/part{part}")
            with open(names[-1], "w") as file:
                file.writelines(lines[:count])
            lines = lines[count:]
        return names


def answered(output):
    return sum("descriptive_answer" in json.loads(line) for line in output.splitlines())


def report(kind, is_right, detail):
    global failures
    failures += not is_right
    print(f"{kind:46} {'right' if is_right else 'WRONG'}  {detail}", flush=True)


def slow_line():
    """Pictures of 1 MB over 20 Mbit/s, then small ones: those of the first minute end late."""
    trial = Trial(20, 1000, "--key", "k1 project=a rpm=20")
    small = Trial(25, 20)
    with open(trial.rows, "a") as rows, open(small.rows) as more:
        rows.write(more.read())
    small.server.stop()
    line = Line(trial.server.port, 20e6 / 8)
    run = trial.start("--rpm", "20", port=line.port)
    output, errors = run.communicate()
    most = trial.busiest_minute()
    refused = trial.server.stats()["by_status"].get("429", 0)
    report("1 MB pictures over 20 Mbit/s, then small ones", run.returncode == 0 and most <= 20 and not refused,
           f"{answered(output)} answers, {most} of 20 in the busiest minute, {refused} refusals")


def late_answer():
    """A server that says nothing for 135 seconds is waited for, and asked once."""
    trial = Trial(3, 20, "--key", "k1", "--latency", "135s")
    start = time.monotonic()
    run = trial.start("--timeout", "280")
    output, errors = run.communicate()
    count = len(trial.requests())
    report("--timeout 280, an answer after 135 s", run.returncode == 0 and count == 3,
           f"{answered(output)} answers, {count} requests, {time.monotonic() - start:.0f} s")


def stopped_holder():
    """Whoever holds the lock of the limits is stopped: others wait, say so, and count nothing by
    themselves; when it goes on, so do they."""
    trial = Trial(12, 20, "--key", "k1 project=a rpm=10")
    first, rest = trial.split([1, 11])
    trial.start("--rpm", "10", rows=first).communicate()
    code = ("import sqlite3,sys,time; c=sqlite3.connect(sys.argv[1],isolation_level=None);"
            "c.execute('BEGIN IMMEDIATE'); print('locked',flush=True); time.sleep(1); c.execute('COMMIT')")
    path = f"{trial.environment['XDG_STATE_HOME']}/vqa/limits.sqlite"
    holder = subprocess.Popen([sys.executable, "-c", code, path], stdout=subprocess.PIPE, text=True)
    holder.stdout.readline()
    holder.send_signal(signal.SIGSTOP)
    runs = [trial.start("--rpm", "10", rows=rest) for _ in range(2)]
    time.sleep(20)
    early = len(trial.requests())
    holder.send_signal(signal.SIGCONT)
    holder.wait()
    time.sleep(5)
    for run in runs:
        run.send_signal(signal.SIGINT)
    errors = [run.communicate()[1] for run in runs]
    # One of the two may wait for the rows that the other has taken, not for the lock.
    says = any("limits.sqlite: locked by another process; waiting for it" in text for text in errors)
    requests = len(trial.requests())
    report("the holder of the limits' lock stopped for 20 s", early == 1 and says and requests == 10,
           f"{early - 1} requests meanwhile, {requests - 1} after, of 9")


def stopped_upload():
    """A process that is stopped for 70 seconds in the middle of its uploads, while another one uses the
    quota: what had not been sent is not sent in a place that the other one has."""
    trial = Trial(30, 1000, "--key", "k1 project=a rpm=10")
    mine, others = trial.split([10, 20])
    line = Line(trial.server.port, 2e6)
    slow = trial.start("--rpm", "10", rows=mine, port=line.port)
    while len(trial.requests()) < 3:
        time.sleep(0.05)
    slow.send_signal(signal.SIGSTOP)
    other = trial.start("--rpm", "10", "--max-requests", "10", rows=others)
    time.sleep(70)
    slow.send_signal(signal.SIGCONT)
    output, _ = slow.communicate()
    other.communicate()
    most = trial.busiest_minute()
    report("stopped for 70 s in the middle of uploads", slow.returncode == 0 and most <= 10,
           f"{answered(output)} of 10 answers, {most} of 10 in the busiest minute")


def full_disk():
    """What is paid for and cannot be kept stops the run; what is finished is written first."""
    if os.geteuid() != 0:
        print("not root: no full disk")
        return
    kinds = {"XDG_CACHE_HOME": "the cache", "XDG_STATE_HOME": "the limits"}
    for variable, name in kinds.items():
        worst, wrong, stopped = 0, 0, 0
        sizes = range(64, 512, 64)
        for size in sizes:
            trial = Trial(400, 20, "--key", "k1", "--latency", "10ms")
            disk = f"{trial.work}/disk"
            os.mkdir(disk)
            subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}k", "tmpfs", disk], check=True)
            try:
                run = trial.start("-j8", "--rpm", "1000000", **{variable: disk})
                output, errors = run.communicate()
            finally:
                subprocess.run(["umount", disk], check=True)
            requests, answers = len(trial.requests()), answered(output)
            trial.server.stop()
            worst = max(worst, requests - answers)
            stopped += run.returncode == 2
            is_right = run.returncode == 2 and requests == answers or run.returncode == 0 and answers == 400
            if not is_right:
                wrong += 1
                print(f"  {size} kB: status {run.returncode}, {requests} requests, {answers} answers; {errors}")
        report(f"a full disk under {name}", wrong == 0, f"{len(sizes)} sizes, {stopped} runs stopped, {worst} answers paid and not written")


def locked_cache():
    """A cache that another process has locked for 15 s loses no answer."""
    trial = Trial(20, 20, "--key", "k1", "--latency", "100ms")
    first, rest = trial.split([1, 19])
    trial.start(rows=first).communicate()
    path = f"{trial.environment['XDG_CACHE_HOME']}/vqa/answers.sqlite"
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    run = trial.start(rows=rest)
    time.sleep(15)
    connection.execute("COMMIT")
    output, errors = run.communicate()
    kept = connection.execute("SELECT count(*) FROM answers").fetchone()[0]
    report("the cache locked for 15 s", run.returncode == 0 and kept == 20 and "locked" in errors,
           f"{answered(output)} answers, {kept} kept of 20")


def signal_at_the_end():
    """A run that only waits for a locked cache ends by one SIGINT, in 20 s, and says what that costs."""
    trial = Trial(3, 20, "--key", "k1", "--latency", "3s")
    first, rest = trial.split([1, 2])
    trial.start(rows=first).communicate()
    path = f"{trial.environment['XDG_CACHE_HOME']}/vqa/answers.sqlite"
    connection = sqlite3.connect(path, isolation_level=None)
    run = trial.start(rows=rest)
    while trial.server.stats()["in_flight"] < 2:
        time.sleep(0.05)
    connection.execute("BEGIN IMMEDIATE")
    time.sleep(6)
    run.send_signal(signal.SIGINT)
    start = time.monotonic()
    output, errors = run.communicate()
    seconds = time.monotonic() - start
    connection.execute("COMMIT")
    is_right = run.returncode == -signal.SIGINT and seconds < 25 and "some answers are not kept" in errors
    report("SIGINT while a run waits for the cache", is_right and answered(output) == 2,
           f"{answered(output)} answers, {seconds:.0f} s")


def beside_a_stopped_one():
    """A process that was stopped with eight requests in flight, and another one with the same rows."""
    trial = Trial(40, 20, "--key", "k1", "--latency", "500ms")
    first = trial.start("-j8", "--rpm", "9999")
    while trial.server.stats()["in_flight"] < 8:
        time.sleep(0.02)
    first.send_signal(signal.SIGSTOP)
    return trial, first, trial.start("-j8", "--rpm", "9999")


def stopped_peer():
    """A process that is stopped while its requests are in flight: another one with the same rows asks
    what is left, waits for what the first is asking, and takes its answers once it goes on."""
    trial, first, second = beside_a_stopped_one()
    time.sleep(15)
    early = len(trial.requests())
    is_waiting = second.poll() is None
    first.send_signal(signal.SIGCONT)
    counts = [answered(run.communicate()[0]) for run in (first, second)]
    requests = len(trial.requests())
    report("stopped for 15 s with requests in flight", counts == [40, 40] and requests == 40 and is_waiting,
           f"{early} requests meanwhile, {requests} for 40 rows of two processes")


def killed_peer():
    """The same, but the first process is killed while it is stopped: what it was asking is asked anew."""
    trial, first, second = beside_a_stopped_one()
    time.sleep(5)
    first.kill()
    output, errors = second.communicate()
    requests = len(trial.requests())
    report("stopped with requests in flight, then killed", answered(output) == 40 and 40 <= requests <= 48,
           f"{answered(output)} answers, {requests} requests for 40 rows, 8 of them in flight at the kill")


def clock_jumps():
    """The wall clock is put a day ahead, a day back, and 61 s ahead five times, while two processes
    run: the minute is counted on a clock that nobody can set."""
    library = next(iter(glob.glob("/usr/lib/*/faketime/libfaketime.so.1")), None)
    if library is None:
        print("no libfaketime: no jumps of the clock")
        return
    jumps = {"a day ahead": [86400], "a day back": [-86400], "ahead and back": [86400, 0, 86400, 0],
             "61 s ahead, five times": [61, 122, 183, 244, 305]}
    for name, offsets in jumps.items():
        trial = Trial(40, 20, "--key", "k1 project=a rpm=10")
        clock = f"{trial.work}/clock"

        def set_clock(offset):
            with open(f"{clock}.new", "w") as file:
                file.write(f"{offset:+d}\n")
            os.rename(f"{clock}.new", clock)

        set_clock(0)
        more = {"LD_PRELOAD": library, "FAKETIME_TIMESTAMP_FILE": clock, "FAKETIME_NO_CACHE": "1",
                "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
        runs = [trial.start("--rpm", "10", rows=rows, **more) for rows in trial.split([20, 20])]
        while len(trial.requests()) < 10:
            time.sleep(0.1)
        for offset in offsets:
            set_clock(offset)
            time.sleep(30 / len(offsets))
        time.sleep(35)
        for run in runs:
            run.send_signal(signal.SIGINT)
        count = sum(answered(run.communicate()[0]) for run in runs)
        most = trial.busiest_minute()
        refused = trial.server.stats()["by_status"].get("429", 0)
        report(f"the wall clock {name}", most <= 10 and not refused and 10 < count <= 20,
               f"{count} answers in two minutes, {most} of 10 in the busiest, {refused} refusals")


def no_descriptors():
    """Descriptors are taken away in the middle of a run for 10 s: no try is spent and nothing is
    asked twice."""
    trial = Trial(200, 20, "--key", "k1", "--latency", "50ms", "--fault", "then-close")
    run = trial.start("-j8", "--rpm", "9999", "--retries", "1")
    while len(trial.requests()) < 40:
        time.sleep(0.01)
    before = resource.prlimit(run.pid, resource.RLIMIT_NOFILE)
    resource.prlimit(run.pid, resource.RLIMIT_NOFILE, (4, before[1]))
    time.sleep(10)
    meanwhile = len(trial.requests())
    resource.prlimit(run.pid, resource.RLIMIT_NOFILE, before)
    output, errors = run.communicate()
    rows = [json.loads(line) for line in output.splitlines()]
    attempts = max((row.get("gemini", {}).get("attempts", 0) for row in rows), default=0)
    requests = len(trial.requests())
    report("no descriptors for 10 s", run.returncode == 0 and answered(output) == 200 and requests == 200 and attempts == 1,
           f"status {run.returncode}, {answered(output)} answers, {requests} requests ({meanwhile} before), {attempts} tries")


trials = [slow_line, late_answer, stopped_holder, stopped_upload, full_disk, locked_cache, signal_at_the_end,
          stopped_peer, killed_peer, clock_jumps, no_descriptors]
for trial in trials:
    if arguments.only in (None, trial.__name__):
        trial()
sys.exit(failures != 0)
