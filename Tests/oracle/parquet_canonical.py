"""The values of a Parquet file as pyarrow reads them, in a form that needs no parser to compare.

One line a row; fields by tabs, one for each leaf column in schema order:
null is `-`, bytes and text `b:<hex>`, whole numbers `i:<decimal>`, floats `f:<bits in hex>` (single
or half) and `d:<bits in hex>`, booleans `t:0|1`, decimals `n:<digits>`, dates and times `x:<ISO>`.

Or one for each column at the top, with lists as `[…,…]` and groups as `{…,…}`; a map is a list of
groups.
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


def spell_nested(array):
    """The values of one chunk, lists and groups included."""
    kind = array.type
    if pa.types.is_struct(kind):
        fields = [spell_nested(array.field(index)) for index in range(kind.num_fields)]
        members = ["{" + ",".join(row) + "}" for row in zip(*fields)]
    elif pa.types.is_map(kind) or pa.types.is_list(kind) or pa.types.is_large_list(kind):
        if pa.types.is_map(kind):
            pairs = zip(spell_nested(array.keys), spell_nested(array.items))
            elements = ["{" + ",".join(pair) + "}" for pair in pairs]
        else:
            elements = spell_nested(array.values)
        ends = array.offsets.to_pylist()
        members = ["[" + ",".join(elements[a:b]) + "]" for a, b in zip(ends, ends[1:])]
    else:
        return list(spell_column(array))
    return [m if valid else "-" for m, valid in zip(members, array.is_valid().to_pylist())]


def write_expected_fields(path, table=None):
    """Writes `<path>.expected` with a field for each column at the top."""
    table = table or pq.read_table(path)
    columns = [[text for chunk in c.chunks for text in spell_nested(chunk)] for c in table.columns]
    with open(f"{path}.expected", "w") as out:
        for row in zip(*columns):
            out.write("\t".join(row) + "\n")
