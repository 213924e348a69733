"""Writes Parquet files of every kind that the reader claims to read, and what pyarrow reads in them.

parquet_matrix.py DIRECTORY

Crosses writer, codec, page version, encoding, nullability, row-group and page size. The values come
from a seeded generator, so two runs write the same rows.
"""

import datetime
import decimal
import itertools
import pathlib
import random
import sys

import datasets
import duckdb
import polars
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from parquet_canonical import write_expected

ROWS = 300
NULLS = {"required": 0, "some": 0.2, "all": 1}


def column(rng, kind, make, nulls):
    values = [None if rng.random() < NULLS[nulls] else make(rng) for _ in range(ROWS)]
    return pa.array(values, kind)


def text(rng):
    words = ["is", "there", "a", "fracture", "größer", "肺", "😀", "", "aorta", "left\n\"side\""]
    return " ".join(rng.choices(words, k=rng.randrange(6)))


def sorted_text(rng):
    return f"img_{rng.randrange(400):05}.jpg"


def blob(rng):
    return rng.randbytes(rng.choice([0, 1, 5, 700]))


def number(bits):
    low, high = -(1 << bits - 1), (1 << bits - 1) - 1
    return lambda rng: rng.choice([0, 1, -1, low, high, rng.randint(low, high), rng.randint(0, 9)])


SCALARS = {
    "string": (pa.string(), text),
    "large_string": (pa.large_string(), sorted_text),
    "binary": (pa.binary(), blob),
    "fixed": (pa.binary(7), lambda rng: rng.randbytes(7)),
    "int8": (pa.int8(), number(8)),
    "int32": (pa.int32(), number(32)),
    "int64": (pa.int64(), number(64)),
    "uint32": (pa.uint32(), lambda rng: rng.randrange(1 << 32)),
    "uint64": (pa.uint64(), lambda rng: rng.randrange(1 << 64)),
    "float": (pa.float32(), lambda rng: rng.choice([0.0, -0.0, 1.5, float("inf"), rng.random()])),
    "double": (pa.float64(), lambda rng: rng.choice([0.0, -0.0, 1e300, rng.random()])),
    "bool": (pa.bool_(), lambda rng: rng.random() < 0.5),
    "decimal": (pa.decimal128(20, 3), lambda rng: decimal.Decimal(rng.randint(-10**9, 10**9)).scaleb(-3)),
    "date": (pa.date32(), lambda rng: datetime.date(1900, 1, 1) + datetime.timedelta(rng.randrange(90_000))),
    "time": (pa.time64("us"), lambda rng: datetime.time(rng.randrange(24), 5, 9, rng.choice([0, 1200]))),
    "timestamp": (pa.timestamp("us", "UTC"), lambda rng: rng.randint(-(10**15), 10**15)),
}


def table(seed, nulls):
    rng = random.Random(seed)
    columns = {name: column(rng, kind, make, nulls) for name, (kind, make) in SCALARS.items()}
    image = pa.StructArray.from_arrays(
        [columns["binary"], column(rng, pa.string(), sorted_text, nulls)],
        ["bytes", "path"],
        mask=pa.array([rng.random() < NULLS[nulls] for _ in range(ROWS)]),
    )
    columns = {"image": image, **columns}
    schema = pa.schema(
        [pa.field(n, c.type, nullable=nulls != "required") for n, c in columns.items()]
    )
    return pa.Table.from_arrays(list(columns.values()), schema=schema)


DELTA = {
    "string": "DELTA_BYTE_ARRAY", "large_string": "DELTA_BYTE_ARRAY", "fixed": "DELTA_BYTE_ARRAY",
    "binary": "DELTA_LENGTH_BYTE_ARRAY", "image.bytes": "DELTA_LENGTH_BYTE_ARRAY",
    "image.path": "DELTA_BYTE_ARRAY", "bool": "RLE",
    "int8": "DELTA_BINARY_PACKED", "int32": "DELTA_BINARY_PACKED", "int64": "DELTA_BINARY_PACKED",
    "uint32": "DELTA_BINARY_PACKED", "uint64": "DELTA_BINARY_PACKED", "date": "DELTA_BINARY_PACKED",
    "time": "DELTA_BINARY_PACKED", "timestamp": "DELTA_BINARY_PACKED",
}
SPLIT = {
    name: "BYTE_STREAM_SPLIT"
    for name in ["float", "double", "int32", "int64", "fixed", "decimal"]
}
ENCODINGS = {
    "dictionary": {"use_dictionary": True},
    # The dictionary outgrows its page at once, so that most pages fall back to PLAIN.
    "fallback": {"use_dictionary": True, "dictionary_pagesize_limit": 64},
    "plain": {"use_dictionary": False},
    "delta": {"use_dictionary": False, "column_encoding": DELTA},
    "split": {"use_dictionary": False, "column_encoding": SPLIT},
}
SIZES = {
    "small": {"row_group_size": 90, "data_page_size": 64, "write_batch_size": 7},
    "large": {"row_group_size": ROWS},
}
CODECS = ["none", "snappy", "gzip", "brotli", "lz4", "zstd"]


def write_pyarrow(directory):
    cross = itertools.product(CODECS, ["1.0", "2.0"], ENCODINGS, NULLS, SIZES)
    for seed, (codec, version, encoding, nulls, size) in enumerate(cross):
        path = directory / f"pyarrow-{codec}-v{version[0]}-{encoding}-{nulls}-{size}.parquet"
        pq.write_table(
            table(seed, nulls), path, compression=codec, data_page_version=version,
            write_page_checksum=seed % 2 == 0, **ENCODINGS[encoding], **SIZES[size])
        yield path


def write_polars(directory):
    codecs = ["uncompressed", "snappy", "gzip", "brotli", "lz4", "zstd"]
    for seed, (codec, nulls, rows) in enumerate(itertools.product(codecs, NULLS, [80, None])):
        path = directory / f"polars-{codec}-{nulls}-{rows or 'all'}.parquet"
        frame = polars.from_arrow(table(seed, nulls).drop_columns(["time"]))
        frame.write_parquet(path, compression=codec, row_group_size=rows, data_page_size=400)
        yield path


def write_duckdb(directory):
    codecs = ["uncompressed", "snappy", "gzip", "brotli", "lz4_raw", "zstd"]
    for seed, (codec, nulls, version) in enumerate(itertools.product(codecs, NULLS, ["v1", "v2"])):
        path = directory / f"duckdb-{codec}-{nulls}-{version}.parquet"
        rows = table(seed, nulls)
        duckdb.sql(
            f"COPY (SELECT * FROM rows) TO '{path}' "
            f"(FORMAT parquet, CODEC {codec}, PARQUET_VERSION {version})")
        # What was written: pyarrow does not read all of duckdb's second version (differences of
        # more than 32 bits in unsigned columns, pages without a value).
        write_expected(path, rows)


def write_datasets(directory):
    for nulls in NULLS:
        path = directory / f"datasets-{nulls}.parquet"
        rows = table(7, nulls).select(["image", "string", "int32", "double", "bool"])
        # A path without bytes would be a file that `datasets` goes and looks for.
        image = rows["image"].chunk(0)
        keep = image.field("bytes").is_valid()
        names = pc.if_else(keep, image.field("path"), pa.scalar(None, pa.string()))
        image = pa.StructArray.from_arrays(
            [image.field("bytes"), names], ["bytes", "path"], mask=image.is_null())
        rows = rows.set_column(0, "image", image)
        features = datasets.Features.from_arrow_schema(rows.schema)
        features["image"] = datasets.Image()
        datasets.Dataset(rows.cast(features.arrow_schema)).cast(features).to_parquet(path)
        yield path


def main():
    directory = pathlib.Path(sys.argv[1])
    datasets.disable_progress_bars()
    for write in [write_pyarrow, write_polars, write_duckdb, write_datasets]:
        for path in write(directory) or []:
            write_expected(path)


if __name__ == "__main__":
    main()
