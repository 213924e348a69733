"""Parquet files that a researcher may point the tool at, made by pyarrow.

make-files.py DIRECTORY
"""

import datetime
import decimal
import os
import sys

import pyarrow as pa
import pyarrow.parquet as pq

os.chdir(sys.argv[1])
images = [{"bytes": b"one", "path": "1.png"}, {"bytes": b"two", "path": None},
          {"bytes": None, "path": "3.png"}, None]
image = pa.array(images, pa.struct([("bytes", pa.binary()), ("path", pa.string())]))

# Every type that an answer may have, one column each.
answers = {
    "string": pa.array(["yes", 'a "b"\n', "größer 肺", None]),
    "large": pa.array(["yes", "no", "", None], pa.large_string()),
    "view": pa.array(["yes", "a string that is longer than twelve bytes", "", None]),
    "bytes": pa.array([b"yes", b"no", "größer\0".encode(), None]),
    "integer": pa.array([1, -(2**63), 2**63 - 1, None]),
    "unsigned": pa.array([1, 0, 2**64 - 1, None], pa.uint64()),
    "small": pa.array([1, -128, 127, None], pa.int8()),
    "double": pa.array([0.1, 1e300, -2.5e-10, None]),
    "strange": pa.array([float("nan"), float("inf"), float("-inf"), None]),
    "float": pa.array([0.5, -0.0, 3.0, None], pa.float32()),
    "half": pa.array([0.5, -2.0, 65504.0, None], pa.float16()),
    "boolean": pa.array([True, False, True, None]),
    "decimal": pa.array([decimal.Decimal(s) for s in ("-12.50", "0.05", "7.00")] + [None]),
    "date": pa.array([datetime.date(1969, 12, 31), datetime.date(2024, 2, 29),
                      datetime.date(1, 1, 1), None]),
    "category": pa.array(["yes", "no", "yes", None]).dictionary_encode(),
    "nothing": pa.nulls(4),
}
questions = pa.array(["a?", "b?", "c?", None])
table = pa.table({"question": questions, "image": image, **answers})
pq.write_table(table, "types.parquet")

nested = pa.array([{"a": {"b": 1}, "c": b"x"}, {"a": None, "c": b"y"}, None, {"a": {"b": 2}, "c": None}])
rest = {"q": questions, "a": answers["integer"], "tags": pa.array([["x"], [], None, ["y"]]),
        "nested": nested, "id": pa.array(["n1", "n2", "n3", "n4"]), "picture": pa.array([b"p"] * 4),
        "file": pa.array(["a.png", "b.png", None, "d.png"])}
pq.write_table(pa.table({**rest, "scan": image}), "odd.parquet")

# Three files of one split and one of another, small row groups.
for split, parts in (("train", [5, 0, 7]), ("test", [3])):
    start = 0
    for part, count in enumerate(parts):
        rows = range(start, start + count)
        start += count
        pq.write_table(
            pa.table({
                "question": pa.array([f"{split} {n}" for n in rows], pa.string()),
                "answer": pa.array([str(n) for n in rows], pa.string()),
                "image": pa.array([{"bytes": b"%d" % n, "path": f"{n}.png"} for n in rows],
                                  image.type)}),
            f"{split}-{part:05}-of-{len(parts):05}.parquet", row_group_size=2)
