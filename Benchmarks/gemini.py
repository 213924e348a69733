"""What 1,000 requests with pictures of 40 kB cost the client: vqa-gemini beside google-genai's
async client, against the same stand-in in the same run; and vqa-gemini's memory with 256 requests
in flight, and its time against what the quota allows.

usage: python3 Benchmarks/gemini.py [DIRECTORY OF THE TOOLS] [--quota] [--http2] [--quota-only]

Needs google-genai (Tests/oracle/make-venv.sh). --quota takes ten minutes more; --http2 needs
nghttpx (Debian's nghttp2-proxy) and openssl, and puts HTTP/2 over TLS in front of the stand-in.
"""

import collections
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time

from gemini_rows import StandIn, write_rows
from measure import Contest

tools = os.path.abspath(next((a for a in sys.argv[1:] if a[0] != "-"), ".build/release"))
work = tempfile.mkdtemp(prefix="vqa-gemini-")

PEER = """
import asyncio, json, os, sys
from google import genai
from google.genai import types

async def main():
    client = genai.Client(api_key="stand-in-key", http_options={"base_url": os.environ["BASE"]})
    gate, pictures = asyncio.Semaphore(64), {}

    async def ask(row):
        path = row["image_path"]
        if path not in pictures:
            pictures[path] = open(path, "rb").read()
        async with gate:
            answer = await client.aio.models.generate_content(
                model="gemini-3.8-flash",
                contents=[types.Part.from_bytes(data=pictures[path], mime_type="image/png"),
                          f"Question: {row['question']}\\nReference Answer: {row['answer']}"])
        row["descriptive_answer"] = answer.text
        return row

    rows = [json.loads(line) for line in open(sys.argv[1])]
    for row in await asyncio.gather(*map(ask, rows)):
        print(json.dumps(row))

asyncio.run(main())
"""


def gemini(*arguments):
    return [f"{tools}/vqa-gemini", "--quiet", *arguments]


def cpu():
    rows = write_rows(work, 1000)
    server = StandIn(tools, work)
    contest = Contest(runs=7)
    environment = server.environment()
    fast = gemini("--no-cache", "--rpm", "1000000", rows)
    contest.add("google-genai", [sys.executable, "-c", PEER, rows], env=environment)
    contest.add("vqa-gemini", fast, env=environment)
    contest.add("vqa-gemini, cached", gemini("--refresh", "--rpm", "1000000", rows), env=environment)
    contest.run()
    server.stop()
    print("1,000 requests with pictures of 40 kB")
    contest.print()
    print(f"google-genai / vqa-gemini, CPU: {contest.ratio('google-genai', 'vqa-gemini'):.1f}")


def memory():
    rows = write_rows(work, 2000)
    server = StandIn(tools, work, "--latency", "500ms")
    contest = Contest(runs=1)
    command = gemini("--no-cache", "--rpm", "1000000", "--jobs", "256", rows)
    contest.add("256 in flight", command, env=server.environment())
    contest.run()
    contest.print()
    server.stop()


def quota():
    """Three processes share two projects of 120 a minute for ten minutes; judged by the server's log."""
    seconds, rate, processes = 600, 240, 3
    count = seconds // 60 * rate // processes * 3 // 2
    with open(write_rows(work, processes * count, size=40)) as lines:
        rows = lines.readlines()
    keys = [f"k{number} project=p{number} rpm={rate // 2}" for number in range(2)]
    with open(f"{work}/keys", "w") as file:
        file.write("\n".join(keys) + "\n")
    options = [word for key in keys for word in ("--key", key)]
    server = StandIn(tools, work, "--latency", "200ms..2s", "--log", f"{work}/log", *options)
    environment = server.environment()
    runs = []
    for number in range(processes):
        with open(f"{work}/part{number}", "w") as file:
            file.writelines(rows[number::processes])
        command = gemini("--keys", f"{work}/keys", f"{work}/part{number}")
        runs.append(subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL))
    time.sleep(seconds + 5)
    for run in runs:
        run.terminate()
        run.wait()
    server.stop()
    with open(f"{work}/log") as lines:
        log = [json.loads(line) for line in lines]
    times = [entry["time"] for entry in log if entry["admitted"]]
    used = sum(moment < min(times) + seconds for moment in times)
    refused = sum(entry["status"] == 429 for entry in log)
    allowed = seconds // 60 * rate
    print(f"{processes} processes, 2 projects of {rate // 2} a minute, {seconds} s: {used} requests of {allowed} "
          f"({used / allowed:.3f}), {refused} refusals")


def certificate():
    """One for localhost that is its own authority."""
    names = [f"{work}/key.pem", f"{work}/certificate.pem"]
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
         "-keyout", names[0], "-out", names[1], "-days", "2", "-subj", "/CN=localhost",
         "-addext", "subjectAltName=DNS:localhost"], check=True, stderr=subprocess.DEVNULL)
    return names


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


def http2():
    """The same 1,000 requests through nghttpx, which logs how each came."""
    rows = write_rows(work, 1000)
    server = StandIn(tools, work)
    key, trusted = certificate()
    port = free_port()
    log = f"{work}/access"
    proxy = subprocess.Popen(
        ["nghttpx", f"--frontend=127.0.0.1,{port}", f"--backend=127.0.0.1,{server.port}", "--conf=/dev/null", "--no-ocsp",
         "--accesslog-format=$alpn $remote_port", f"--accesslog-file={log}", "--workers=1", key, trusted],
        stderr=subprocess.DEVNULL)
    time.sleep(1)
    contest = Contest(runs=3)
    plain = server.environment()
    secure = {**plain, "GOOGLE_GEMINI_BASE_URL": f"https://localhost:{port}", "CURL_CA_BUNDLE": trusted}
    command = gemini("--no-cache", "--rpm", "1000000", rows)
    contest.add("HTTP/1.1 in the clear", command, env=plain)
    contest.add("HTTP/2 over TLS", command, env=secure)
    contest.run()
    contest.print()
    proxy.terminate()
    proxy.wait()
    server.stop()
    with open(log) as lines:
        seen = [tuple(line.split()) for line in lines]
    protocols = collections.Counter(protocol for protocol, _ in seen)
    print(f"{dict(protocols)} requests on {len(set(seen))} connections in {contest.runs + 1} runs")


try:
    if "--quota-only" not in sys.argv:
        cpu()
        memory()
    if "--http2" in sys.argv:
        http2()
    if "--quota" in sys.argv or "--quota-only" in sys.argv:
        quota()
finally:
    shutil.rmtree(work)
