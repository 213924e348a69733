"""What an answer from the cache costs, and what opening costs where there are millions of them.

usage: python3 Benchmarks/cache.py [DIRECTORY OF THE TOOLS] [ENTRIES=5000000]

20,000 rows are answered by the stand-in; then the same command runs against the cache that came
of it, as it is and with ENTRIES more answers of others in it (2.5 GB for 5 million). The first
number is all that such a run costs by the row; the second is the run of one row alone.
"""

import os
import shutil
import sqlite3
import sys
import tempfile

from gemini_rows import StandIn, write_rows
from measure import Contest

tools = os.path.abspath(sys.argv[1] if len(sys.argv) > 1 else ".build/release")
entries = int(sys.argv[2]) if len(sys.argv) > 2 else 5_000_000
count = 20_000


def enlarge(path):
    """More answers, whose keys lie between those that are there."""
    database = sqlite3.connect(path)
    database.execute("PRAGMA journal_mode = OFF")
    database.execute("PRAGMA synchronous = OFF")
    (members,) = database.execute("SELECT members FROM answers LIMIT 1").fetchone()
    step = (1 << 64) // entries
    keys = ((number * step).to_bytes(8, "big") + bytes(24) for number in range(entries))
    database.executemany("INSERT INTO answers VALUES (?, ?)", ((key, members) for key in keys))
    database.commit()
    database.close()


with tempfile.TemporaryDirectory(prefix="vqa-cache-") as work:
    server = StandIn(tools, work)
    rows = write_rows(work, count, size=8)
    one = os.path.join(work, "one.jsonl")
    with open(rows) as source, open(one, "w") as target:
        target.write(source.readline())
    environment = server.environment()
    small, large = (os.path.join(work, name) for name in ("small.sqlite", "large.sqlite"))

    def ask(cache, source):
        return [f"{tools}/vqa-gemini", "--quiet", "--rpm", "10000000", "--cache", cache, source]

    Contest().once(ask(small, rows), env=environment)
    server.stop()
    shutil.copy(small, large)
    enlarge(large)
    contest = Contest(runs=5)
    for name, path in (("small", small), ("large", large)):
        contest.add(f"{count} rows, {name} cache", ask(path, rows), env=environment)
        contest.add(f"one row, {name} cache", ask(path, one), env=environment)
    contest.run()
    contest.print()
    for cache in ("small", "large"):
        all_rows, start = (contest.median(f"{what}, {cache} cache", 1) for what in (f"{count} rows", "one row"))
        print(f"{cache}: {(all_rows - start) / (count - 1) * 1e6:.1f} microseconds a row, start {start * 1e3:.1f} ms")
