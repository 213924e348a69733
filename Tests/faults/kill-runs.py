"""Kills vqa-gemini at random moments, again and again, and looks in the stand-in's log, request by
request, for what was asked again.

usage: python3 Tests/faults/kill-runs.py [DIRECTORY OF THE TOOLS] [--kills 200] [--signal KILL|INT]
           [--rows 400] [--jobs 16] [--processes 1] [--seed N] [--window MS]

After INT, TERM or HUP nothing is asked again. After KILL a request may be whose reply the server had
not sent when the kill came, or no longer than --window milliseconds before (100): a reply is in the
cache at the end of the step of the tool's loop that reads it. The longest such time is printed. A
request that is asked again without a kill between is an error. --processes runs so many at once, over
the same rows, without killing them, and expects each row to be asked once.
"""

import argparse
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "..", "Benchmarks"))
from gemini_rows import StandIn, write_rows  # noqa: E402

parser = argparse.ArgumentParser()
parser.add_argument("tools", nargs="?", default=".build/debug")
parser.add_argument("--kills", type=int, default=200)
parser.add_argument("--signal", choices=["KILL", "INT", "TERM", "HUP"], default="KILL")
parser.add_argument("--rows", type=int, default=400)
parser.add_argument("--jobs", type=int, default=16)
parser.add_argument("--processes", type=int, default=0)
parser.add_argument("--seed", type=int, default=None)
parser.add_argument("--window", type=float, default=100)
arguments = parser.parse_args()
tools = os.path.abspath(arguments.tools)
work = tempfile.mkdtemp(prefix="vqa-kill-")
rows = write_rows(work, arguments.rows)
log = f"{work}/log.jsonl"
server = StandIn(tools, work, "--latency", "100ms..300ms", "--log", log)
environment = server.environment()
command = [f"{tools}/vqa-gemini", "--quiet", "--rpm", "9999", f"-j{arguments.jobs}", rows]
chance = random.Random(arguments.seed)
null = subprocess.DEVNULL


def answered(text):
    """How many rows of an output carry an answer; a last line that was cut does not count."""
    lines = [line for line in text.split(b"\n")[:-1] if line]
    return sum("descriptive_answer" in json.loads(line) for line in lines)


def asked_again(rounds, kills):
    """For each request that was asked again although its reply had been sent before the kill: the
    seconds between the two, and infinity if there was no kill before it was asked again."""
    with open(log) as lines:
        requests = [json.loads(line) for line in lines]
    lags = []
    answered = {}
    for entry in sorted(requests, key=lambda entry: entry["time"]):
        number = sum(start <= entry["time"] for start in rounds)
        name = (number, entry["request"])
        if name in answered:
            start, end = answered[name]
            kill = min((kill for kill in kills if start <= kill <= entry["time"]), default=float("inf"))
            if kill > end:
                lags.append(kill - end)
        if entry["status"] == 200 and entry["delivered"]:
            answered[name] = (entry["time"], entry["time"] + entry["seconds"])
    return lags


def kill_runs():
    kills, rounds = [], []
    while len(kills) < arguments.kills:
        shutil.rmtree(environment["XDG_CACHE_HOME"], ignore_errors=True)
        rounds.append(time.time())
        while len(kills) < arguments.kills:
            run = subprocess.Popen(
                command, stdout=null, stderr=null, env=environment, start_new_session=True)
            try:
                if run.wait(chance.uniform(0.02, 0.6)) == 0:
                    break  # All is answered: another round, with an empty cache.
            except subprocess.TimeoutExpired:
                os.killpg(run.pid, getattr(signal, "SIG" + arguments.signal))
                kills.append(time.time())
                run.wait()
        output = subprocess.run(command, stdout=subprocess.PIPE, stderr=null, env=environment)
        assert output.returncode == 0 and answered(output.stdout) == arguments.rows
    requests = server.stats()["requests"]
    print(f"{len(kills)} kills by SIG{arguments.signal}: {requests} requests for "
          f"{len(rounds)} times {arguments.rows} rows")
    lags = asked_again(rounds, kills)
    longest = max(lags, default=0) * 1000
    print(f"{len(lags)} asked again after their reply was sent, at most {longest:.1f} ms before the kill")
    if arguments.signal == "KILL":
        assert longest <= arguments.window, lags
    else:
        assert requests == len(rounds) * arguments.rows and not lags


def many_processes():
    runs = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=null, env=environment)
            for _ in range(arguments.processes)]
    counts = [answered(run.communicate()[0]) for run in runs]
    stats = server.stats()
    print(f"{arguments.processes} processes: {stats['requests']} requests for {arguments.rows} rows")
    assert counts == [arguments.rows] * arguments.processes, counts
    assert stats["requests"] == arguments.rows, stats


start = time.time()
if arguments.processes:
    many_processes()
else:
    kill_runs()
print(f"{time.time() - start:.0f} s")
server.stop()
