"""Writes the seeds of the Parquet fuzzer: a small file for each codec, encoding and page version.

make-parquet-seeds.py DIRECTORY
"""

import pathlib
import sys

import pyarrow as pa
import pyarrow.parquet as pq

directory = pathlib.Path(sys.argv[1])
rows = 12
image = pa.array(
    [{"bytes": b"\x89PNG%d" % (n % 3), "path": f"img_{n % 3}.png"} if n % 5 else None
     for n in range(rows)])
names = ["is there a fracture?" if n % 2 else f"where is {n}?" for n in range(rows)]
table = pa.table({"image": image, "question": names, "answer": [None, "yes", "no"] * 4})
numbers = pa.table({
    "int": pa.array([None, 1, -2, 2**40] * 3),
    "small": pa.array(range(rows), pa.int32()),
    "double": pa.array([0.5, None, 1e9] * 4),
    "bool": pa.array([True, False, None] * 4),
    "fixed": pa.array([b"abcdefg"] * rows, pa.binary(7)),
    "time": pa.array(range(rows), pa.timestamp("us", "UTC")),
    "decimal": pa.array(range(rows)).cast(pa.decimal128(19)).cast(pa.decimal128(25, 2)),
    "half": pa.array([1.5] * rows, pa.float16()),
})
delta = {"image.bytes": "DELTA_LENGTH_BYTE_ARRAY", "image.path": "DELTA_BYTE_ARRAY",
         "question": "DELTA_BYTE_ARRAY", "answer": "DELTA_BYTE_ARRAY"}
number_delta = {"int": "DELTA_BINARY_PACKED", "small": "DELTA_BINARY_PACKED", "bool": "RLE",
                "double": "BYTE_STREAM_SPLIT", "fixed": "DELTA_BYTE_ARRAY",
                "time": "DELTA_BINARY_PACKED", "half": "BYTE_STREAM_SPLIT"}


def write(name, table, **options):
    pq.write_table(
        table, directory / f"{name}.parquet", store_schema=False, write_statistics=False, **options)


for codec in ["none", "snappy", "gzip", "brotli", "lz4", "zstd"]:
    write(f"{codec}-v1", table, compression=codec, row_group_size=8)
    write(f"{codec}-v2", table, compression=codec, data_page_version="2.0")
for version in ["1.0", "2.0"]:
    plain = {"compression": "none", "data_page_version": version, "use_dictionary": False}
    write(f"plain-v{version[0]}", table, **plain)
    write(f"delta-v{version[0]}", table, column_encoding=delta, **plain)
    write(f"numbers-v{version[0]}", numbers, **plain)
    write(f"number-delta-v{version[0]}", numbers, column_encoding=number_delta, **plain)
write("numbers-dictionary", numbers, compression="none", write_page_checksum=True)
write("pages", table, compression="none", data_page_size=16, write_batch_size=3)

turn = pa.struct({"from": pa.string(), "value": pa.string()})
lists = pa.table({
    "answers": pa.array([["yes", None], [], None] * 4, pa.list_(pa.string())),
    "turns": pa.array([[{"from": "human", "value": "?"}, None], None, []] * 4, pa.list_(turn)),
    "nested": pa.array([[[1, 2], [], None], [[3]], None] * 4, pa.list_(pa.list_(pa.int32()))),
    "map": pa.array([[("a", 1), ("b", None)], [], None] * 4, pa.map_(pa.string(), pa.int64())),
    "group": pa.array([{"text": ["a"], "start": [1, 2]}, None, {"text": [], "start": None}] * 4),
})
required = pa.table(
    [pa.array([[1, 2], [], [3]] * 4, pa.list_(pa.field("element", pa.int64(), nullable=False)))],
    schema=pa.schema([pa.field(
        "numbers", pa.list_(pa.field("element", pa.int64(), nullable=False)), nullable=False)]))
for version in ["1.0", "2.0"]:
    for name, dictionary in [("plain", False), ("dictionary", True)]:
        write(f"lists-{name}-v{version[0]}", lists, compression="none", data_page_version=version,
              use_dictionary=dictionary, row_group_size=8, data_page_size=16, write_batch_size=3)
    write(f"required-lists-v{version[0]}", required, compression="none", data_page_version=version)
