"""How fast rows are merged, and in how much memory, beside the plainest Python and `sort`.

usage: python3 Benchmarks/merge.py [ROWS=200000] [DIRECTORY OF THE TOOLS]

Up to 500,000 rows the peers run too and the results are compared byte for
byte; beyond that vqa-merge alone. The rows come from merge-rows.py, shuffled,
7 to an image; then once more with an image for each row.
"""

import os
import subprocess
import sys
import tempfile

from measure import Contest

here = os.path.dirname(os.path.abspath(__file__))
count = int(sys.argv[1]) if len(sys.argv) > 1 else 200_000
tools = sys.argv[2] if len(sys.argv) > 2 else ".build/release"
oracle = os.path.join(here, "..", "Tests", "MergeTests", "oracle", "merge.py")
constant = 64e6

with tempfile.TemporaryDirectory() as directory:
    os.environ["TMPDIR"] = directory
    for per_image in (7, 1):
        rows = os.path.join(directory, "rows.jsonl")
        with open(rows, "wb") as output:
            generator = [sys.executable, os.path.join(here, "merge-rows.py"), str(count), str(per_image)]
            subprocess.run(generator, stdout=output, check=True)
        size = os.path.getsize(rows)
        result, expected, ordered = (os.path.join(directory, name) for name in ("a.json", "b.json", "sorted"))
        few = count <= 500_000
        contest = Contest(runs=5 if few else 3)
        contest.add("vqa-merge", [os.path.join(tools, "vqa-merge"), "-q", rows, "-o", result], size)
        if few:
            script = f"'{sys.executable}' '{oracle}' '{rows}' > '{expected}'"
            contest.add("json.dump in Python", ["sh", "-c", script], size)
            environment = {**os.environ, "LC_ALL": "C"}
            contest.add("sort", ["sort", "-S", "64M", "-o", ordered, rows], size, env=environment)
        contest.run()
        print(f"\n{count} rows, {per_image} to an image, {size / 1e6:.0f} MB")
        contest.print()
        seconds = contest.median("vqa-merge", 1)
        memory = (contest.median("vqa-merge", 2) - constant) / count
        print(f"vqa-merge: {size / 1e6 / seconds:.0f} MB/s of wall time, {memory:.0f} bytes a row over 64 MB")
        if few:
            ratio = contest.ratio("json.dump in Python", "vqa-merge")
            print(f"Python takes {ratio:.1f} times the CPU time of vqa-merge")
            subprocess.run(["cmp", result, expected], check=True)
