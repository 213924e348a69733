"""How much CPU `vqa-extract --keep` takes for list columns of Parquet, beside pyarrow that only
makes Python's lists of them (`to_pylist`), what both take to start left out.

usage: python3 Benchmarks/lists.py [DIRECTORY OF THE TOOLS] [ROWS]

Run by a Python that has pyarrow, such as that of Tests/oracle/make-venv.sh. The tool writes JSON
lines besides, with the question and the answer. One core.
"""

import os
import random
import subprocess
import sys
import tempfile

from measure import Contest

is_maker = sys.argv[1:2] == ["--make"]
if is_maker:
    import pyarrow as pa
    import pyarrow.parquet as pq

tools = sys.argv[1] if len(sys.argv) > 1 else ".build/release"
rows = int(sys.argv[2]) if len(sys.argv) > 2 and not is_maker else 200_000
tool = os.path.join(tools, "vqa-extract")

PEER = """
import sys, pyarrow.parquet as pq
for batch in pq.ParquetFile(sys.argv[1]).iter_batches(1000, columns=["question", "answer", "list"]):
    batch.to_pylist()
"""

KINDS = {
    "integers": lambda c: [c.randrange(100_000) for _ in range(c.randrange(10))],
    "strings": lambda c: [f"choice {c.randrange(1000)}" for _ in range(c.randrange(8))],
    "groups": lambda c: [{"user": f"what is {c.randrange(1000)}?", "assistant": "yes"}
                         for _ in range(c.randrange(5))],
    "lists of integers": lambda c: [[c.randrange(640) for _ in range(4)]
                                    for _ in range(c.randrange(5))],
}


def make(kind, count, path):
    chance = random.Random(kind)
    pq.write_table(pa.table({
        "question": [f"question {n}?" for n in range(count)], "answer": ["yes"] * count,
        "image": pa.array([None] * count, pa.string()),
        "list": [KINDS[kind](chance) for _ in range(count)]}), path)


def main():
    with tempfile.TemporaryDirectory(prefix="vqa-benchmark-") as folder:
        contest = Contest(runs=5, cpus="0")
        for kind in KINDS:
            for name, count in (("start", 1), ("whole", rows)):
                path = f"{folder}/{kind} {name}.parquet"
                subprocess.run([sys.executable, __file__, "--make", kind, str(count), path], check=True)
                contest.add(f"{kind} {name} vqa-extract", [tool, "--keep", "list", path])
                contest.add(f"{kind} {name} to_pylist", [sys.executable, "-c", PEER, path])
        contest.run()

        def seconds(kind, reader):
            return contest.median(f"{kind} whole {reader}") - contest.median(f"{kind} start {reader}")

        print(f"{rows} rows, CPU seconds without start-up (vqa-extract writes JSON lines too):")
        for kind in KINDS:
            ours, theirs = seconds(kind, "vqa-extract"), seconds(kind, "to_pylist")
            print(f"{kind:<18} vqa-extract {ours:6.3f}   to_pylist {theirs:6.3f}   "
                  f"{ours / theirs:5.2f} of pyarrow's")


if is_maker:
    make(sys.argv[2], int(sys.argv[3]), sys.argv[4])
else:
    main()
