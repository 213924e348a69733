"""How much CPU `vqa-extract` takes, beside Python reading the same Parquet file with pyarrow and
writing the same lines with orjson and base64; its memory; how soon the first line is out.

usage: python3 Benchmarks/extract.py [DIRECTORY OF THE TOOLS] [GIGABYTES OF THE LARGE FILE]

Run by a Python that has pyarrow and orjson, such as that of Tests/oracle/make-venv.sh. Two
layouts: the one of the published VQA-RAD, images of 40 kB that several rows share in one
dictionary page of 13 MB a row group, under Snappy; and that of today's `datasets`, images PLAIN
without codec. One core.
"""

import os
import random
import subprocess
import sys
import tempfile
import time

from measure import Contest

# The files are made by a process of its own, which alone needs pyarrow: a child's peak memory
# counts from what its parent had.
is_maker = sys.argv[1:2] == ["--make"]
if is_maker:
    import pyarrow as pa
    import pyarrow.parquet as pq

tools = sys.argv[1] if len(sys.argv) > 1 else ".build/release"
gigabytes = float(sys.argv[2]) if len(sys.argv) > 2 and not is_maker else 2
tool = os.path.join(tools, "vqa-extract")

PEER = """
import base64, sys, orjson, pyarrow.parquet as pq
out, number = sys.stdout.buffer, 0
for batch in pq.ParquetFile(sys.argv[1]).iter_batches(64, columns=["question", "answer", "image"]):
    for row in batch.to_pylist():
        image = row["image"]
        out.write(orjson.dumps({
            "id": f"train/{number}", "split": "train", "row": number,
            "question": row["question"], "answer": row["answer"],
            "image": {"bytes": base64.b64encode(image["bytes"]).decode(), "path": image["path"]},
        }, option=orjson.OPT_APPEND_NEWLINE))
        number += 1
"""


def rows(chance, count, images, start=0):
    """`count` rows on so many images of about 40 kB."""
    pool = [{"bytes": chance.randbytes(chance.randrange(20_000, 60_000)), "path": f"{start + n}.jpg"}
            for n in range(images)]
    return pa.table({
        "image": pa.array([pool[n * images // count] for n in range(count)]),
        "question": [f"is there evidence of an aortic aneurysm in picture {n}?" for n in range(count)],
        "answer": [chance.choice(["yes", "no", "right upper lobe"]) for _ in range(count)],
    })


def published(path):
    pq.write_table(
        rows(random.Random(1), 1793, 600), path, row_group_size=1000,
        dictionary_pagesize_limit=1 << 26, compression="snappy")


# What `datasets` 5 passes to pyarrow's writer.
CURRENT = {
    "use_dictionary": ["question", "answer"],
    "compression": {"image.bytes": "none", "image.path": "none", "question": "snappy",
                    "answer": "snappy"},
    "use_content_defined_chunking": True, "write_page_index": True,
}


def current(path):
    pq.write_table(rows(random.Random(2), 1793, 1793), path, **CURRENT)


def large(path, gigabytes):
    """Row groups of 1000 rows until the file is large enough."""
    chance, writer, start = random.Random(3), None, 0
    while start * 40_000 < float(gigabytes) * 1e9:
        table = rows(chance, 1000, 1000, start)
        writer = writer or pq.ParquetWriter(path, table.schema, **CURRENT)
        writer.write_table(table)
        start += 1000
    writer.close()


def make(kind, path, *options):
    subprocess.run([sys.executable, __file__, "--make", kind, path, *options], check=True)


def is_same(path, directory):
    """Whether both write the same; the size of it."""
    files = [open(os.path.join(directory, name), "w+b") for name in ("ours", "theirs")]
    for file, command in zip(files, ([tool, "-q", path], [sys.executable, "-c", PEER, path])):
        subprocess.run(command, stdout=file, check=True)
    same = subprocess.run(["cmp", *(file.name for file in files)]).returncode == 0
    return same, os.path.getsize(files[0].name)


def first_line(path):
    """Seconds from the start until the first whole line can be read."""
    start = time.monotonic()
    process = subprocess.Popen([tool, "-q", path], stdout=subprocess.PIPE)
    process.stdout.readline()
    seconds = time.monotonic() - start
    process.kill()
    process.wait()
    return seconds


if is_maker:
    {"published": published, "current": current, "large": large}[sys.argv[2]](*sys.argv[3:])
    sys.exit()

with tempfile.TemporaryDirectory(dir=os.environ.get("TMPDIR")) as directory:
    for name, kind in (("published layout", "published"), ("today's layout", "current")):
        path = os.path.join(directory, "train-00000-of-00001.parquet")
        make(kind, path)
        size = os.path.getsize(path)
        contest = Contest(runs=5, cpus="1")
        contest.add("vqa-extract", [tool, "-q", path], size)
        contest.add("pyarrow, orjson", [sys.executable, "-c", PEER, path], size)
        contest.run()
        same, written = is_same(path, directory)
        print(f"\n{name}, {size / 1e6:.0f} MB; the same {written / 1e6:.0f} MB written: {same}")
        contest.print()
        print(f"pyarrow takes {contest.ratio('pyarrow, orjson', 'vqa-extract'):.1f} times the CPU time")

    path = os.path.join(directory, "large.parquet")
    make("large", path, str(gigabytes))
    size = os.path.getsize(path)
    last = ["--offset", str(int(gigabytes * 25_000) - 1)]
    contest = Contest(runs=1, cpus="1")
    contest.add("vqa-extract", [tool, "-q", path], size)
    contest.add("--offset, last row", [tool, "-q", *last, path])
    contest.run()
    print(f"\none file of {size / 1e9:.1f} GB")
    contest.print()
    times = sorted(first_line(path) for _ in range(9))
    print(f"first line after {times[4] * 1000:.0f} ms (median of 9, {times[0] * 1000:.0f} to {times[-1] * 1000:.0f})")
