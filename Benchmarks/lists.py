"""How much CPU a list column of Parquet takes, in `vqa-extract --keep` and in pyarrow.

usage: python3 Benchmarks/lists.py [DIRECTORY OF THE TOOLS] [ROWS]

What is counted is what a run with the column takes more than one without it, so that neither the
start of Python nor the other columns count. The tool reads the lists and writes them as JSON; it
cannot do the one without the other. Beside it stand pyarrow's `to_pylist` alone, which only makes
Python's lists, and `to_pylist` with orjson, which does the same job. One core. Run by a Python that
has pyarrow and orjson, such as that of Tests/oracle/make-venv.sh.
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

# The peer without JSON, and with.
PEERS = {"to_pylist": "", "with orjson": "orjson.dumps(row.get('list'))"}
PEER = """
import sys, orjson, pyarrow.parquet as pq
for batch in pq.ParquetFile(sys.argv[1]).iter_batches(1000, columns=["question", "answer", *sys.argv[2:]]):
    for row in batch.to_pylist():
        %s
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
            path = f"{folder}/{kind}.parquet"
            subprocess.run([sys.executable, __file__, "--make", kind, str(rows), path], check=True)
            for part, kept, columns in (("without", [], []), ("with", ["--keep", "list"], ["list"])):
                contest.add(f"{kind} {part} vqa-extract", [tool, "-q", *kept, path])
                for peer, job in PEERS.items():
                    code = PEER % (job or "pass")
                    contest.add(f"{kind} {part} {peer}", [sys.executable, "-c", code, path, *columns])
        contest.run()

        def seconds(kind, reader):
            return contest.median(f"{kind} with {reader}") - contest.median(f"{kind} without {reader}")

        print(f"{rows} rows, CPU seconds that the list takes, and the tool's in parts of the peer's:")
        for kind in KINDS:
            ours = seconds(kind, "vqa-extract")
            peers = [f"{peer} {seconds(kind, peer):6.3f} ({ours / seconds(kind, peer):5.2f})" for peer in PEERS]
            print(f"{kind:<18} vqa-extract {ours:6.3f}   {'   '.join(peers)}")


if is_maker:
    make(sys.argv[2], int(sys.argv[3]), sys.argv[4])
else:
    main()
