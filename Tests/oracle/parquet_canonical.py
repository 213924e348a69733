"""The values of a Parquet file as pyarrow reads them, in a form that needs no parser to compare.

One line a row; fields by tabs, one for each leaf column in schema order:
null is `-`, bytes and text `b:<hex>`, whole numbers `i:<decimal>`, floats `f:<bits in hex>` (single
or half) and `d:<bits in hex>`, booleans `t:0|1`, decimals `n:<digits>`, dates and times `x:<ISO>`.
"""

import datetime
import decimal
import struct

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq


def leaves(column):
    if pa.types.is_struct(column.type):
        for field in column.type:
            yield from leaves(pc.struct_field(column, field.name))
    else:
        yield column


def clock(ticks, per_second, digits):
    seconds, fraction = divmod(ticks, per_second)
    text = f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    return text + (f".{fraction:0{digits}}" if fraction else "")


UNITS = {"s": (1, 0), "ms": (10**3, 3), "us": (10**6, 6), "ns": (10**9, 9)}


def speller(kind):
    types = pa.types
    if types.is_dictionary(kind):
        return speller(kind.value_type)
    if types.is_boolean(kind):
        return lambda v: f"t:{int(v)}"
    if types.is_integer(kind):
        return lambda v: f"i:{v}"
    if types.is_float16(kind) or types.is_float32(kind):
        return lambda v: "f:" + struct.pack(">f", v).hex()
    if types.is_float64(kind):
        return lambda v: "d:" + struct.pack(">d", v).hex()
    if types.is_decimal(kind):
        return lambda v: "n:" + format(v, "f")
    if types.is_date(kind):
        return lambda v: "x:" + v.isoformat()
    return lambda v: "b:" + (v.encode() if isinstance(v, str) else bytes(v)).hex()


def spell_column(column):
    kind = column.type
    if pa.types.is_timestamp(kind):
        per_second, digits = UNITS[kind.unit]
        zone = "Z" if kind.tz else ""
        for value in column.cast(pa.int64()).to_pylist():
            if value is None:
                yield "-"
                continue
            days, ticks = divmod(value, 86_400 * per_second)
            date = datetime.date(1970, 1, 1) + datetime.timedelta(days)
            yield f"x:{date.isoformat()}T{clock(ticks, per_second, digits)}{zone}"
        return
    if pa.types.is_time(kind):
        per_second, digits = UNITS[kind.unit]
        width = pa.int32() if kind.bit_width == 32 else pa.int64()
        for value in column.cast(width).to_pylist():
            yield "-" if value is None else "x:" + clock(value, per_second, digits)
        return
    spell = speller(kind)
    for value in column.to_pylist():
        yield "-" if value is None else spell(value)


def write_expected(path, table=None):
    """Writes `<path>.expected` beside the Parquet file at `path`; from `table` if it is given."""
    table = table or pq.read_table(path)
    columns = [list(spell_column(leaf)) for c in table.columns for leaf in leaves(c)]
    with open(f"{path}.expected", "w") as out:
        for row in zip(*columns):
            out.write("\t".join(row) + "\n")
