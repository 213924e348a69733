"""Writes Parquet files with lists of every shape, and what pyarrow reads in them.

parquet_lists.py DIRECTORY

Crosses writer, codec, page version, encoding, null pattern, and row-group and page size over lists
of values, of groups and of lists, groups with lists, and maps. The values come from a seeded
generator, so two runs write the same rows.
"""

import decimal
import itertools
import pathlib
import random
import sys

import duckdb
import polars
import pyarrow as pa
import pyarrow.parquet as pq

from parquet_canonical import write_expected_fields
from parquet_footer import REPEATED, rewrite_schema


ROWS = 60
# How often something is null, a list is empty, and how long a list becomes.
PATTERNS = {
    "required": {"null": 0, "empty": 0.2, "longest": 4},
    "some": {"null": 0.25, "empty": 0.25, "longest": 4},
    "all": {"null": 1, "empty": 0, "longest": 1},
    "empty": {"null": 0, "empty": 1, "longest": 1},
    "long": {"null": 0.05, "empty": 0.05, "longest": 60},
}


def text(rng):
    return rng.choice(["", "yes", "no", "größer", "肺", "left lung " * 5, f"img_{rng.randrange(90):05}"])


def integer(rng):
    return rng.choice([0, 1, -1, -(2**62), 2**62, rng.randrange(100)])


SCALARS = {
    pa.string(): text,
    pa.large_string(): text,
    pa.binary(): lambda rng: rng.randbytes(rng.choice([0, 1, 5, 300])),
    pa.binary(7): lambda rng: rng.randbytes(7),
    pa.int32(): lambda rng: rng.randrange(-5, 5),
    pa.int64(): integer,
    pa.float32(): lambda rng: rng.choice([0.0, -0.0, 1.5]),
    pa.float64(): lambda rng: rng.random(),
    pa.bool_(): lambda rng: rng.random() < 0.5,
    pa.timestamp("us", "UTC"): lambda rng: rng.randint(-(10**15), 10**15),
    pa.decimal128(20, 3): lambda rng: decimal.Decimal(rng.randint(-(10**9), 10**9)).scaleb(-3),
}


def field(name, kind, pattern):
    """All fields may be null, or none may."""
    return pa.field(name, kind, nullable=pattern != "required")


def listed(kind, pattern):
    return pa.list_(field("element", kind, pattern))


def grouped(kinds, pattern):
    return pa.struct([field(name, kind, pattern) for name, kind in kinds.items()])


def shapes(pattern):
    """The columns: their names and types."""

    def of(kind):
        return listed(kind, pattern)

    image = grouped({"bytes": pa.binary(), "path": pa.string()}, pattern)
    turn = grouped({"from": pa.string(), "value": pa.string()}, pattern)
    part = grouped({"type": pa.string(), "index": pa.int64()}, pattern)
    yield "flat", pa.string()
    for name, kind in zip("abcdefghijk", SCALARS):
        yield f"list_{name}", of(kind)
    yield "images", of(image)
    yield "turns", of(turn)
    yield "lists", of(of(pa.string()))
    yield "deep", of(of(of(of(pa.int32()))))
    yield "parts", of(grouped({"role": pa.string(), "content": of(part)}, pattern))
    yield "group", grouped({"text": of(pa.string()), "start": of(pa.int32()), "id": pa.string()}, pattern)
    yield "mixed", of(grouped({"a": of(turn), "b": pa.bool_(), "c": of(of(pa.float64()))}, pattern))
    yield "map", pa.map_(pa.string(), field("value", pa.int32(), pattern))
    yield "map_of_lists", pa.map_(pa.int64(), field("value", of(turn), pattern))
    yield "maps", of(pa.map_(pa.string(), field("value", pa.string(), pattern)))


def value(rng, kind, chances, nullable=True):
    if nullable and rng.random() < chances["null"]:
        return None
    if pa.types.is_struct(kind):
        return {f.name: value(rng, f.type, chances) for f in kind}
    if pa.types.is_list(kind) or pa.types.is_map(kind):
        longest = chances["longest"] if rng.random() < 0.3 else min(chances["longest"], 3)
        count = 0 if rng.random() < chances["empty"] else rng.randint(1, longest)
        # Lists within lists stay short, or the rows grow without bound.
        chances = {**chances, "longest": 3}
        if pa.types.is_map(kind):
            keys = [value(rng, kind.key_type, chances, nullable=False) for _ in range(count)]
            # Some writers take no key twice.
            return [(key, value(rng, kind.item_type, chances)) for key in dict.fromkeys(keys)]
        return [value(rng, kind.value_type, chances) for _ in range(count)]
    return SCALARS[kind](rng)


def table(seed, pattern):
    rng = random.Random(seed)
    schema = pa.schema([field(name, kind, pattern) for name, kind in shapes(pattern)])
    chances = PATTERNS[pattern]
    columns = [
        pa.array([value(rng, f.type, chances) for _ in range(ROWS)], f.type) for f in schema]
    return pa.Table.from_arrays(columns, schema=schema)


DELTA = {
    pa.string(): "DELTA_BYTE_ARRAY", pa.large_string(): "DELTA_BYTE_ARRAY",
    pa.binary(): "DELTA_LENGTH_BYTE_ARRAY", pa.binary(7): "DELTA_BYTE_ARRAY",
    pa.int32(): "DELTA_BINARY_PACKED", pa.int64(): "DELTA_BINARY_PACKED",
    pa.timestamp("us", "UTC"): "DELTA_BINARY_PACKED", pa.bool_(): "RLE",
}
SPLIT = {kind: "BYTE_STREAM_SPLIT"
         for kind in [pa.float32(), pa.float64(), pa.int32(), pa.int64(), pa.binary(7), pa.decimal128(20, 3)]}


def leaf_paths(name, kind):
    """The columns below a field: their paths and types."""
    if pa.types.is_struct(kind):
        for f in kind:
            yield from leaf_paths(f"{name}.{f.name}", f.type)
    elif pa.types.is_list(kind):
        yield from leaf_paths(f"{name}.list.element", kind.value_type)
    elif pa.types.is_map(kind):
        yield from leaf_paths(f"{name}.key_value.key", kind.key_type)
        yield from leaf_paths(f"{name}.key_value.value", kind.item_type)
    else:
        yield name, kind


def column_encoding(schema, encodings):
    return {
        path: encodings[kind]
        for f in schema for path, kind in leaf_paths(f.name, f.type) if kind in encodings}


def encoding_options(name, schema):
    match name:
        case "dictionary":
            return {"use_dictionary": True}
        case "fallback":
            # The dictionary outgrows its page at once, so that most pages fall back to PLAIN.
            return {"use_dictionary": True, "dictionary_pagesize_limit": 64}
        case "plain":
            return {"use_dictionary": False}
        case "delta":
            return {"use_dictionary": False, "column_encoding": column_encoding(schema, DELTA)}
        case "split":
            return {"use_dictionary": False, "column_encoding": column_encoding(schema, SPLIT)}


ENCODINGS = ["dictionary", "fallback", "plain", "delta", "split"]
SIZES = {
    # Page boundaries in the middle of lists, for pages of the first version.
    "small": {"row_group_size": 25, "data_page_size": 16, "write_batch_size": 3},
    "large": {"row_group_size": ROWS},
}
CODECS = ["none", "snappy", "gzip", "brotli", "lz4", "zstd"]


def write_pyarrow(directory):
    tables = {pattern: table(seed, pattern) for seed, pattern in enumerate(PATTERNS)}
    # Every codec with every version, page size and pattern; encodings in turn.
    cross = itertools.product(["1.0", "2.0"], ENCODINGS, PATTERNS, SIZES)
    for number, (version, encoding, pattern, size) in enumerate(cross):
        codec = CODECS[number % len(CODECS)]
        path = directory / f"pyarrow-{codec}-v{version[0]}-{encoding}-{pattern}-{size}.parquet"
        rows = tables[pattern]
        pq.write_table(
            rows, path, compression=codec, data_page_version=version,
            write_page_checksum=number % 2 == 0, **encoding_options(encoding, rows.schema),
            **SIZES[size])
        write_expected_fields(path)


def write_polars(directory):
    codecs = ["uncompressed", "snappy", "gzip", "brotli", "lz4", "zstd"]
    for seed, (codec, pattern) in enumerate(itertools.product(codecs, PATTERNS)):
        path = directory / f"polars-{codec}-{pattern}.parquet"
        rows = table(seed, pattern)
        # polars has no maps; it reads them as lists of groups.
        frame = polars.from_arrow(rows.select([n for n in rows.column_names if "map" not in n]))
        frame.write_parquet(path, compression=codec, row_group_size=35, data_page_size=200)
        write_expected_fields(path)


def write_duckdb(directory):
    codecs = ["uncompressed", "snappy", "gzip", "brotli", "lz4_raw", "zstd"]
    for seed, (codec, pattern) in enumerate(itertools.product(codecs, PATTERNS)):
        version = ["v1", "v2"][seed % 2]
        path = directory / f"duckdb-{codec}-{pattern}-{version}.parquet"
        rows = table(seed, pattern)
        duckdb.sql(
            f"COPY (SELECT * FROM rows) TO '{path}' "
            f"(FORMAT parquet, CODEC {codec}, PARQUET_VERSION {version}, ROW_GROUP_SIZE 30)")
        write_expected_fields(path, rows)


LIST, MAP, MAP_KEY_VALUE = 3, 1, 2


def two_level(name):
    """The repeated field is the element itself."""

    def change(column):
        column.annotated(LIST)
        column.children = [column.children[0].children[0].repeated(REPEATED).named(name)]

    return change


def three_level(wrapper, element):
    def change(column):
        column.annotated(LIST)
        column.children[0].named(wrapper).children[0].named(element)

    return change


def bare(column):
    """A repeated field, and nothing that says list."""
    element = column.children[0].children[0]
    column.fields = element.repeated(REPEATED).named("column").fields
    column.children = element.children


def old_map(annotation, wrapper):
    def change(column):
        column.annotated(annotation).children[0].named(wrapper).annotated(MAP_KEY_VALUE)

    return change


def unmarked(column):
    """A group around a repeated group, and nothing that says list or map."""
    column.annotated()


TEXT = pa.string()
PAIR = pa.struct([pa.field("a", pa.string()), pa.field("b", pa.int64())])
SINGLE = pa.struct([pa.field("a", pa.string())])
LEGACY = {
    # The element's type, whether list and element may be null, and what becomes of the schema.
    "two-values": (TEXT, True, False, two_level("array")),
    "two-values-any-name": (TEXT, True, False, two_level("element")),
    "two-groups": (PAIR, True, False, two_level("array")),
    "two-groups-any-name": (PAIR, True, False, two_level("bag")),
    "two-single-array": (SINGLE, True, False, two_level("array")),
    "two-single-tuple": (SINGLE, True, False, two_level("column_tuple")),
    "two-required": (SINGLE, False, False, two_level("array")),
    "bag": (TEXT, True, True, three_level("bag", "array_element")),
    "bag-groups": (PAIR, True, True, three_level("bag", "array")),
    "list-item": (TEXT, True, True, three_level("list", "item")),
    "single-any-name": (SINGLE, True, True, three_level("element", "array")),
    "bare-values": (TEXT, False, False, bare),
    "bare-groups": (PAIR, False, False, bare),
    "bare-single": (SINGLE, False, False, bare),
    "bare-lists": (pa.list_(pa.field("element", TEXT, nullable=False)), False, False, bare),
    "two-lists": (pa.list_(pa.field("element", TEXT)), True, False, two_level("array")),
    "unmarked-values": (TEXT, True, True, unmarked),
    "map": ("map", True, True, old_map(MAP, "map")),
    "map-key-value": ("map", True, True, old_map(MAP_KEY_VALUE, "map")),
}

# The format allows these and pyarrow does not read them: expected is what was written.
UNREAD = ["bare-lists", "two-lists"]


def write_legacy(directory):
    for seed, (name, (element, optional, inner, change)) in enumerate(LEGACY.items()):
        rng = random.Random(seed)
        kind = pa.map_(TEXT, pa.int32()) if element == "map" else pa.list_(
            pa.field("element", element, nullable=inner))
        schema = pa.schema([pa.field("column", kind, nullable=optional), pa.field("id", pa.int64())])

        def made(kind, nullable):
            # Nothing is null where it must not be.
            if nullable and rng.random() < 0.25:
                return None
            if pa.types.is_struct(kind):
                return {f.name: made(f.type, f.nullable) for f in kind}
            if pa.types.is_list(kind):
                return [made(kind.value_type, kind.value_field.nullable)
                        for _ in range(rng.randrange(4))]
            return value(rng, kind, PATTERNS["some" if nullable else "required"], nullable=False)

        rows = pa.table(
            [pa.array([made(kind, optional) for _ in range(ROWS)], kind), pa.array(range(ROWS))],
            schema=schema)
        path = directory / f"legacy-{name}.parquet"
        pq.write_table(
            rows, path, store_schema=False, data_page_version=["1.0", "2.0"][seed % 2],
            **SIZES["small"])
        rewrite_schema(path, lambda root: change(root.children[0]))
        write_expected_fields(path, rows if name in UNREAD else None)


def main():
    directory = pathlib.Path(sys.argv[1])
    for write in [write_pyarrow, write_polars, write_duckdb, write_legacy]:
        write(directory)


if __name__ == "__main__":
    main()
