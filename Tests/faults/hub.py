#!/usr/bin/env python3
"""Processes that share an empty cache of the Hub, on loopback: all get all rows, and the cache
is one that huggingface_hub could have made.

usage: Tests/faults/hub.py [DIRECTORY OF THE TOOLS=.build/debug]

Some of them are killed, and the next one goes on. Prints a line for each kind with its count;
ends with 1 if any failed.
"""
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

root = os.path.realpath(os.path.join(os.path.dirname(__file__), "../.."))
tool = os.path.realpath(os.path.join(sys.argv[1] if len(sys.argv) > 1 else ".build/debug",
                                     "vqa-extract"))
python = os.path.join(root, ".build/venv/bin/python")
work = tempfile.mkdtemp(prefix="vqa-faults.")
failures = 0


def report(name, count, wrong):
    global failures
    print(f"{name:<58} {count:6} tried {wrong:5} wrong", flush=True)
    failures += wrong > 0


def start_hub():
    """The server; it ends when its standard input is closed."""
    os.makedirs(f"{work}/root")
    subprocess.run([python, f"{root}/Tests/HubTests/make_hub_files.py", f"{work}/root"], check=True)
    server = subprocess.Popen(
        [python, f"{root}/Tests/oracle/hub_server.py", f"{work}/root", f"{work}/port", f"{work}/log"],
        stdin=subprocess.PIPE, stderr=subprocess.DEVNULL)
    while not os.path.exists(f"{work}/port"):
        time.sleep(0.01)
    return server, "http://127.0.0.1:" + open(f"{work}/port").read()


def environment(endpoint):
    kept = {name: value for name, value in os.environ.items()
            if not re.match("HF_|.*_proxy$", name, re.IGNORECASE)}
    return {**kept, "HF_ENDPOINT": endpoint, "HF_HOME": f"{work}/home"}


def start(endpoint):
    return subprocess.Popen([tool, "--quiet", data_set], env=environment(endpoint),
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def unsound():
    """What in the cache is not as huggingface_hub leaves it."""
    found = []
    for parent, folders, names in os.walk(f"{work}/home/hub"):
        for name in names + folders:
            path = os.path.join(parent, name)
            if os.path.islink(path) and not os.path.exists(path):
                found.append(f"{path} leads nowhere")
            if "snapshots" in path and os.path.isfile(path) and not os.path.islink(path):
                found.append(f"{path} is no link")
            if name.endswith((".incomplete", ".tmp")):
                found.append(path)
    return found


data_set = "owner/shards"
server, endpoint = start_hub()
try:
    expected = start(endpoint).communicate()[0]
    assert expected.count(b"\n") > 1, "no rows"

    wrong = 0
    for _ in range(30):
        shutil.rmtree(f"{work}/home", ignore_errors=True)
        running = [start(endpoint) for _ in range(10)]
        results = [(process.communicate(), process.returncode) for process in running]
        for (output, errors), status in results:
            if status or output != expected:
                wrong += 1
                print(status, errors.decode()[:300])
        for problem in unsound():
            wrong += 1
            print(problem)
    report("ten processes on an empty cache", 300, wrong)

    wrong = killed = 0
    for _ in range(60):
        shutil.rmtree(f"{work}/home", ignore_errors=True)
        running = [start(endpoint) for _ in range(3)]
        time.sleep(random.uniform(0, 0.15))
        running[0].send_signal(signal.SIGKILL)
        results = [(process.communicate(), process.returncode) for process in running]
        killed += results[0][1] < 0
        results = results[1:] + [(start(endpoint).communicate(), 0)]
        wrong += any(status or output != expected for (output, _), status in results)
    report(f"one of three is killed ({killed}), one more comes", 60, wrong)
finally:
    server.stdin.close()
    server.wait()
    shutil.rmtree(work, ignore_errors=True)
sys.exit(failures > 0)
