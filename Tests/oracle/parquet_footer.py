"""Rewrites the schema in a Parquet file's footer, for layouts that today's writers do not write.

The pages stay as they are, so a new schema must give every column the levels that it had.
"""

# Thrift's compact protocol, as far as footers use it:
# https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md
TRUE, FALSE, BYTE, I16, I32, I64, DOUBLE, BINARY, LIST, SET, MAP, STRUCT = range(1, 13)

# The fields of SchemaElement in parquet.thrift.
TYPE, LENGTH, REPETITION, NAME, CHILDREN, CONVERTED, LOGICAL = 1, 2, 3, 4, 5, 6, 10
REQUIRED, OPTIONAL, REPEATED = range(3)


class Reader:
    def __init__(self, data):
        self.data, self.position = data, 0

    def take(self, count):
        self.position += count
        return self.data[self.position - count:self.position]

    def varint(self):
        value = shift = 0
        while True:
            byte = self.take(1)[0]
            value |= (byte & 127) << shift
            if byte < 128:
                return value
            shift += 7

    def zigzag(self):
        value = self.varint()
        return value >> 1 ^ -(value & 1)

    def value(self, kind):
        if kind in (TRUE, FALSE):
            return kind == TRUE
        if kind in (I16, I32, I64):
            return self.zigzag()
        if kind in (BYTE, DOUBLE):
            return self.take(1 if kind == BYTE else 8)
        if kind == BINARY:
            return self.take(self.varint())
        if kind == LIST:
            header = self.take(1)[0]
            count = header >> 4 if header >> 4 < 15 else self.varint()
            return header & 15, [self.value(header & 15) for _ in range(count)]
        assert kind == STRUCT, kind
        return self.struct()

    def struct(self):
        """A dictionary of field numbers to (type, value)."""
        fields, last = {}, 0
        while header := self.take(1)[0]:
            last = last + (header >> 4) if header >> 4 else self.zigzag()
            fields[last] = (header & 15, self.value(header & 15))
        return fields


def varint(value):
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    return bytes(out + bytes([value]))


def zigzag(value):
    return varint(value << 1 if value >= 0 else (-value << 1) - 1)


def write(kind, value):
    if kind in (TRUE, FALSE):
        return b""
    if kind in (I16, I32, I64):
        return zigzag(value)
    if kind in (BYTE, DOUBLE):
        return value
    if kind == BINARY:
        return varint(len(value)) + value
    if kind == LIST:
        element, values = value
        return bytes([0xF0 | element]) + varint(len(values)) + b"".join(write(element, v) for v in values)
    out, last = bytearray(), 0
    for number, (inner, field) in sorted(value.items()):
        out += bytes([inner]) + zigzag(number) + write(inner, field)
    return bytes(out) + b"\0"


class Node:
    """A field of the schema with those below it."""

    def __init__(self, fields, children):
        self.fields, self.children = fields, children

    @classmethod
    def tree(cls, elements):
        fields = next(elements)
        count = fields.get(CHILDREN, (I32, 0))[1]
        return cls(fields, [cls.tree(elements) for _ in range(count)])

    def elements(self):
        if self.children:
            self.fields[CHILDREN] = (I32, len(self.children))
        yield self.fields
        for child in self.children:
            yield from child.elements()

    def named(self, name):
        self.fields[NAME] = (BINARY, name.encode())
        return self

    def repeated(self, how):
        self.fields[REPETITION] = (I32, how)
        return self

    def annotated(self, converted=None):
        """With no more than the old kind of annotation, or with none."""
        self.fields.pop(LOGICAL, None)
        self.fields.pop(CONVERTED, None)
        if converted is not None:
            self.fields[CONVERTED] = (I32, converted)
        return self


def rewrite_schema(path, change):
    """Replaces the footer; `change` is given the root and alters it in place."""
    data = path.read_bytes()
    size = int.from_bytes(data[-8:-4], "little")
    footer = Reader(data[-8 - size:-8]).struct()
    root = Node.tree(iter(footer[2][1][1]))
    change(root)
    footer[2] = (LIST, (STRUCT, list(root.elements())))
    written = write(STRUCT, footer)
    path.write_bytes(data[:-8 - size] + written + len(written).to_bytes(4, "little") + b"PAR1")
