"""Makes Bitmaps/: small BMP, GIF and TIFF files of every kind that vqa-hash may
meet, whole, cut and damaged, and expected.jsonl with what `datasets` and Pillow
make of each.

    python make-bitmaps.py     # with the packages of Tests/oracle/requirements.txt
"""

import hashlib
import io
import json
import pathlib
import random
import struct
import warnings
import zlib

import datasets
import PIL.Image
from PIL import Image

HERE = pathlib.Path(__file__).parent / "Bitmaps"
FILES = {}


def add(name, data):
    assert name not in FILES, name
    FILES[name] = data


def noise(count, seed=1, top=256):
    dice = random.Random(seed)
    return bytes(dice.randrange(top) for _ in range(count))


def gray_table(count, unit, step=1):
    return b"".join(bytes([i * step % 256] * 3 + [0] * (unit - 3)) for i in range(count))


def color_table(count, unit):
    return b"".join(bytes([i * k % 256 for k in (3, 5, 7, 0)][:unit]) for i in range(count))


# BMP


def bmp(width, height, bits, pixels, *, header=40, compression=0, table=b"", colors=0, masks=(),
        offset=None, extra=b""):
    """A BMP file; a negative height is top-down."""
    if header == 12:
        info = struct.pack("<IHHHH", 12, width, height, 1, bits)
    else:
        info = struct.pack("<IiiHHIIiiII", header, width, height, 1, bits, compression,
                           len(pixels), 2835, 2835, colors, 0)
        info += b"".join(struct.pack("<I", mask) for mask in masks)
        info = info.ljust(header if header > 40 else len(info), b"\0")
    body = info + table + extra
    at = 14 + len(body) if offset is None else offset
    return struct.pack("<2sIHHI", b"BM", 14 + len(body) + len(pixels), 0, 0, at) + body + pixels


def rows(width, height, bits, seed=1):
    stride = (width * bits + 31) // 32 * 4
    return noise(stride * height, seed)


MASKS = {
    "bgrx": (0xFF0000, 0xFF00, 0xFF, 0),
    "xbgr": (0xFF000000, 0xFF0000, 0xFF00, 0),
    "bgxr": (0xFF000000, 0xFF00, 0xFF, 0),
    "abgr": (0xFF000000, 0xFF0000, 0xFF00, 0xFF),
    "rgba": (0xFF, 0xFF00, 0xFF0000, 0xFF000000),
    "bgra": (0xFF0000, 0xFF00, 0xFF, 0xFF000000),
    "bgar": (0xFF000000, 0xFF00, 0xFF, 0xFF0000),
    "zero": (0, 0, 0, 0),
    "other": (0xFF, 0xFF00, 0xFF0000, 0),
}


def bmp_plain():
    for bits in (1, 4, 8, 16, 24, 32, 2, 15):
        for width, height in ((7, 5), (8, 3), (1, 1), (33, 2)):
            table = color_table(1 << bits, 4) if bits <= 8 else b""
            data = rows(width, height, bits)
            add(f"{bits}bit-{width}x{height}.bmp", bmp(width, height, bits, data, table=table))
            add(f"{bits}bit-{width}x{height}-down.bmp",
                bmp(width, -height, bits, data, table=table))
    for bits in (1, 4, 8, 24):
        table = color_table(1 << bits, 3) if bits <= 8 else b""
        add(f"core-{bits}bit.bmp", bmp(9, 4, bits, rows(9, 4, bits), header=12, table=table))
    for header in (52, 56, 64, 108, 124, 16, 41):
        add(f"header-{header}.bmp", bmp(6, 4, 24, rows(6, 4, 24), header=header))
    for header in (52, 56, 108):
        table = color_table(256, 4)
        add(f"header-{header}-8bit.bmp", bmp(6, 4, 8, rows(6, 4, 8), header=header, table=table))


def bmp_palettes():
    black_white = bytes([0, 0, 0, 0, 255, 255, 255, 0])
    cases = {
        "bilevel": (1, black_white, 0), "inverse": (1, black_white[4:] + black_white[:4], 0),
        "one-black": (1, black_white[:4], 1), "gray-8": (8, gray_table(256, 4), 0),
        "two-of-8": (8, black_white, 2), "gray-4": (4, gray_table(16, 4), 0),
        "four-of-1": (1, gray_table(4, 4), 4), "scaled-4": (4, gray_table(16, 4, 17), 0),
        "short-8": (8, color_table(10, 4), 10), "gray-short-8": (8, gray_table(10, 4), 10),
        "many-8": (8, color_table(300, 4), 300), "gray-many-8": (8, gray_table(300, 4), 300),
        "too-many": (8, b"", 70000),
    }
    for name, (bits, table, colors) in cases.items():
        for width in (3, 12):
            add(f"palette-{name}-{width}.bmp",
                bmp(width, 4, bits, rows(width, 4, bits), table=table, colors=colors))
    table = color_table(256, 4)
    pixels = rows(6, 4, 8)
    add("offset-zero-8.bmp", bmp(6, 4, 8, pixels, table=table, offset=0))
    add("offset-zero-24.bmp", bmp(6, 4, 24, rows(6, 4, 24), offset=0))
    add("offset-short-8.bmp", bmp(6, 4, 8, pixels, table=table, offset=54))
    add("offset-far-24.bmp", bmp(6, 4, 24, rows(6, 4, 24), extra=b"x" * 9))
    add("offset-beyond.bmp", bmp(6, 4, 24, rows(6, 4, 24), offset=9999))


def bmp_masks():
    pixels = rows(5, 4, 32)
    for name, masks in MASKS.items():
        for header in (40, 52, 56, 108):
            add(f"mask-{name}-{header}.bmp",
                bmp(5, 4, 32, pixels, header=header, compression=3, masks=masks))
    for name, masks in {"565": (0xF800, 0x7E0, 0x1F), "555": (0x7C00, 0x3E0, 0x1F),
                        "556": (0xF800, 0x7C0, 0x3F)}.items():
        add(f"mask-{name}.bmp",
            bmp(5, 4, 16, rows(5, 4, 16), compression=3, masks=masks, extra=b""))
    add("mask-24.bmp", bmp(5, 4, 24, rows(5, 4, 24), compression=3, masks=(0xFF0000, 0xFF00, 0xFF)))
    add("mask-8.bmp", bmp(5, 4, 8, rows(5, 4, 8), compression=3, masks=(1, 2, 3)))
    for compression in (4, 5, 6, 11):
        add(f"compression-{compression}.bmp", bmp(5, 4, 24, rows(5, 4, 24), compression=compression))


def run_lengths(width, height, top, dice, ending=b"\0\1"):
    """Runs, absolute stretches and line ends at random."""
    out = b""
    for _ in range(height):
        left = width
        while left > 0:
            count = min(left, dice.randrange(1, 9))
            if count > 2 and dice.random() < 0.4:
                stored = count if top == 256 else (count + 1) // 2
                data = bytes(dice.randrange(256) for _ in range(stored))
                out += bytes([0, count]) + data + b"\0" * (stored % 2)
            else:
                out += bytes([count, dice.randrange(256)])
            left -= count
        if dice.random() < 0.8:
            out += b"\0\0"
    return out + ending


def bmp_runs():
    dice = random.Random(3)
    for bits, compression in ((8, 1), (4, 2)):
        top, kinds = 1 << bits, {"color": color_table(1 << bits, 4), "gray": gray_table(1 << bits, 4)}
        for kind, table in kinds.items():
            for number in range(3):
                data = run_lengths(13, 6, top, dice)
                add(f"rle{bits}-{kind}-{number}.bmp",
                    bmp(13, 6, bits, data, compression=compression, table=table))
                add(f"rle{bits}-{kind}-{number}-down.bmp",
                    bmp(13, -6, bits, data, compression=compression, table=table))
        table = kinds["color"]
        for name, data in {
            "delta": bytes([3, 7, 0, 2, 4, 1, 5, 9]) + bytes([13, 1, 0, 0]) * 9,
            "early-end": bytes([13, 1, 0, 0, 0, 1]), "cut": bytes([13, 1, 0]),
            "cut-absolute": bytes([0, 9, 1, 2]), "over": bytes([200, 5, 0, 0]) * 9,
            "absolute-over": (bytes([0, 20]) + bytes(range(20))) * 5,
            "no-ends": bytes([13, 3]) * 6, "delta-far": bytes([0, 2, 255, 255, 1, 1]),
        }.items():
            add(f"rle{bits}-{name}.bmp",
                bmp(13, 6, bits, data, compression=compression, table=table))
            add(f"rle{bits}-{name}-odd.bmp",
                bmp(13, 6, bits, data, compression=compression, table=table, extra=b"x"))
    add("rle-bilevel.bmp", bmp(8, 2, 1, b"\x08\x01\0\0\x08\0\0\1", compression=1,
                               table=bytes([0, 0, 0, 0, 255, 255, 255, 0])))
    add("rle-24.bmp", bmp(8, 2, 24, b"\x08\x01\0\0\x08\0\0\1", compression=1))


def bmp_damage():
    whole = bmp(6, 4, 24, rows(6, 4, 24))
    for cut in (2, 13, 17, 20, 53, 54, 60, len(whole) - 3, len(whole) - 2, len(whole) - 1):
        add(f"cut-{cut}.bmp", whole[:cut])
    add("trailing.bmp", whole + b"more")
    add("no-width.bmp", bmp(0, 4, 24, rows(6, 4, 24)))
    add("no-height.bmp", bmp(6, 0, 24, rows(6, 4, 24)))
    add("negative-width.bmp", bmp(-6, 4, 24, rows(6, 4, 24)))
    add("tall.bmp", bmp(6, -(1 << 24) - 1, 24, rows(6, 4, 24)))
    add("huge.bmp", bmp(60000, 60000, 24, b""))


# GIF


def lzw(indices, bits, *, clears=0, ending=True):
    """Codes for indices, by a plain encoder of our own; a clear code every so many."""
    clear, out, count, size = 1 << bits, 0, 0, bits + 1
    table, following = {}, clear + 2
    stream = []

    def put(code):
        nonlocal out, count
        out |= code << count
        count += size

    put(clear)
    run = ()
    for number, index in enumerate(indices):
        longer = run + (index,)
        if len(longer) == 1 or longer in table:
            run = longer
            continue
        put(table[run] if len(run) > 1 else run[0])
        if following < 4096:
            table[longer] = following
            if following == 1 << size and size < 12:
                size += 1
            following += 1
        run = (index,)
        if clears and number % clears == 0:
            put(run[0])
            put(clear)
            table, following, size, run = {}, clear + 2, bits + 1, ()
    if run:
        put(table[run] if len(run) > 1 else run[0])
    if ending:
        put(clear + 1)
    data = out.to_bytes((count + 7) // 8, "little")
    for start in range(0, len(data), 255):
        part = data[start : start + 255]
        stream.append(bytes([len(part)]) + part)
    return bytes([bits]) + b"".join(stream) + b"\0"


def frame(x, y, width, height, data, *, table=b"", interlaced=False):
    flags = 64 * interlaced
    if table:
        flags |= 128 | (len(table) // 3).bit_length() - 2
    return b"," + struct.pack("<HHHHB", x, y, width, height, flags) + table + data


def gif(width, height, *blocks, table=b"", background=0):
    flags = 128 | (len(table) // 3).bit_length() - 2 if table else 0
    return (b"GIF89a" + struct.pack("<HHBBB", width, height, flags, background, 0) + table
            + b"".join(blocks) + b";")


def control(index=None, disposal=0):
    return b"!\xf9\4" + bytes([disposal << 2 | (index is not None), 0, 0, index or 0, 0])


def gifs():
    dice = random.Random(5)
    for bits in range(1, 9):
        table = color_table(1 << bits, 3)
        for width, height in ((9, 5), (1, 1), (40, 33)):
            indices = [dice.randrange(1 << bits) if dice.random() < 0.6 else 0
                       for _ in range(width * height)]
            data = lzw(indices, max(2, bits))
            add(f"{bits}bit-{width}x{height}.gif",
                gif(width, height, frame(0, 0, width, height, data), table=table))
    indices = [x * y % 7 for y in range(37) for x in range(11)]
    data = lzw(indices, 3)
    table = color_table(8, 3)
    whole = frame(0, 0, 11, 37, data)
    for rows_ in (1, 2, 3, 4, 5, 8, 37):
        add(f"interlaced-{rows_}.gif",
            gif(11, rows_, frame(0, 0, 11, rows_, lzw(indices[: 11 * rows_], 3), interlaced=True),
                table=table))
    add("gray.gif", gif(11, 37, whole, table=gray_table(8, 3)))
    add("no-table.gif", gif(11, 37, whole))
    add("local-gray.gif",
        gif(11, 37, frame(0, 0, 11, 37, data, table=gray_table(8, 3)), table=table))
    add("local.gif", gif(11, 37, frame(0, 0, 11, 37, data, table=table), table=gray_table(8, 3)))
    add("local-only.gif", gif(11, 37, frame(0, 0, 11, 37, data, table=table)))
    add("clears.gif", gif(11, 37, frame(0, 0, 11, 37, lzw(indices, 3, clears=20)), table=table))
    add("unended.gif", gif(11, 37, frame(0, 0, 11, 37, lzw(indices, 3, ending=False)), table=table))
    for name, index in (("used", 3), ("zero", 0), ("beyond", 200)):
        add(f"transparent-{name}.gif", gif(15, 40, control(index), frame(2, 1, 11, 37, data), table=table))
        add(f"transparent-gray-{name}.gif", gif(15, 40, control(index), frame(2, 1, 11, 37, data)))
    add("two-controls.gif", gif(15, 40, control(3), control(), frame(2, 1, 11, 37, data), table=table))
    for disposal in (1, 2, 3, 7):
        add(f"disposal-{disposal}.gif",
            gif(15, 40, control(2, disposal), frame(2, 1, 11, 37, data), table=table, background=1))
    for name, screen in (("small", (5, 5)), ("zero", (0, 0)), ("large", (30, 41))):
        add(f"screen-{name}.gif", gif(*screen, frame(3, 2, 11, 37, data), table=table))
    add("animated.gif", gif(11, 37, whole, frame(1, 1, 3, 3, lzw([1] * 9, 3)), table=table))
    loop = b"!\xff\x0bNETSCAPE2.0\3\1\0\0\0"
    for name, block in {
        "loop": loop, "comment": b"!\xfe\5hello\2xy\0", "text": b"!\1\x0c" + b"a" * 12 + b"\0",
        "loop-empty": b"!\xff\x0bNETSCAPE2.0\0", "unknown": b"!\x42\1a\0", "rubbish": b"abc",
        "control-short": b"!\xf9\2\1\0\0", "control-three": b"!\xf9\3\1\0\0\0",
        "control-empty": b"!\xf9\0", "comment-cut": b"!\xfe", "loop-cut": b"!\xff\x0bNETS",
    }.items():
        add(f"extension-{name}.gif", gif(11, 37, block, whole, table=table))
    for name, size in (("width", (0, 37)), ("height", (11, 0)), ("both", (0, 0))):
        add(f"frame-no-{name}.gif", gif(11, 37, frame(0, 0, *size, data), table=table))
        add(f"frame-no-{name}-inside.gif", gif(11, 37, frame(1, 1, *size, data), table=table))
    gif_damage(gif(11, 37, whole, table=table), data, table)


def gif_damage(whole, data, table):
    for bits in (0, 1, 9, 11, 12, 13, 255):
        add(f"code-bits-{bits}.gif",
            gif(11, 37, frame(0, 0, 11, 37, bytes([bits]) + data[1:]), table=table))
    for bits in (9, 12):
        add(f"wide-codes-{bits}.gif",
            gif(11, 37, frame(0, 0, 11, 37, lzw([i * 37 % 300 for i in range(407)], bits)), table=table))
    for cut in (6, 10, 12, 13, 20, 37, 40, 46, 47, 48, 60, len(whole) // 2, len(whole) - 4,
                len(whole) - 2, len(whole) - 1):
        add(f"cut-{cut}.gif", whole[:cut])
    early = lzw([1, 2, 3], 3)
    add("early-end.gif", gif(11, 37, frame(0, 0, 11, 37, early), table=table))
    # What is behind the end is read on if the file is long enough.
    add("early-end-long.gif",
        gif(4, 2, frame(0, 0, 4, 2, early + b"\xff" + bytes(range(255)) * 2), table=table))
    add("split-blocks.gif",
        gif(11, 37, frame(0, 0, 11, 37, data[:1] + bytes(
            byte for value in data[2 : 2 + data[1]] for byte in (1, value)) + b"\0"), table=table))
    dice = random.Random(11)
    for number in range(24):
        spoilt = bytearray(whole)
        spoilt[dice.randrange(13 + len(table), len(spoilt))] ^= 1 << dice.randrange(8)
        add(f"spoilt-{number}.gif", bytes(spoilt))
    add("huge.gif", gif(65535, 65535, frame(0, 0, 11, 37, data), table=table))
    add("trailing.gif", whole + b"more")


# TIFF


SHORT, LONG = 3, 4


def tiff(tags, pieces, *, order="<", tiled=False, counts=True):
    """A TIFF file: numbers by tag, and the bytes of its strips or tiles."""
    magic = (b"II" if order == "<" else b"MM") + struct.pack(order + "HI", 42, 8)
    tags = {tag: value if isinstance(value, tuple) else (value,) for tag, value in tags.items()}
    names = (324, 325) if tiled else (273, 279)
    tags[names[0]] = (0,) * len(pieces)
    if counts:
        tags[names[1]] = tuple(len(piece) for piece in pieces)
    head = 8 + 2 + 12 * len(tags) + 4
    far, at = b"", head
    kinds = {tag: LONG if tag in (*names, 256, 257, 278) else SHORT for tag in tags}
    sizes = {tag: len(values) * (4 if kinds[tag] == LONG else 2) for tag, values in tags.items()}
    start = head + sum(size for size in sizes.values() if size > 4)
    offsets = []
    for piece in pieces:
        offsets.append(start)
        start += len(piece)
    tags[names[0]] = tuple(offsets)
    directory = struct.pack(order + "H", len(tags))
    for tag, values in sorted(tags.items()):
        data = struct.pack(order + ("I" if kinds[tag] == LONG else "H") * len(values), *values)
        directory += struct.pack(order + "HHI", tag, kinds[tag], len(values))
        if len(data) > 4:
            directory += struct.pack(order + "I", at + len(far))
            far += data
        else:
            directory += data.ljust(4, b"\0")
    return magic + directory + struct.pack(order + "I", 0) + far + b"".join(pieces)


# Photometric interpretation, bits of the samples, extra samples.
KINDS = {
    "bilevel": (1, (1,), ()), "bilevel-white": (0, (1,), ()), "gray2": (1, (2,), ()),
    "gray2-white": (0, (2,), ()), "gray4": (1, (4,), ()), "gray4-white": (0, (4,), ()),
    "gray": (1, (8,), ()), "gray-white": (0, (8,), ()), "gray16": (1, (16,), ()),
    "gray-alpha": (1, (8, 8), (2,)), "gray-extra": (1, (8, 8), (0,)), "rgb": (2, (8,) * 3, ()),
    "rgba": (2, (8,) * 4, (2,)), "rgba-unsaid": (2, (8,) * 4, ()), "rgbx": (2, (8,) * 4, (0,)),
    "premultiplied": (2, (8,) * 4, (1,)), "corel": (2, (8,) * 4, (999,)),
    "rgb16": (2, (16,) * 3, ()), "rgba16": (2, (16,) * 4, (2,)), "palette": (3, (8,), ()),
    "palette1": (3, (1,), ()), "palette2": (3, (2,), ()), "palette4": (3, (4,), ()),
    "cmyk": (5, (8,) * 4, ()),
    # Refused by name.
    "float": (1, (32,), ()), "gray12": (1, (12,), ()), "ycbcr": (6, (8,) * 3, ()),
    "lab": (8, (8,) * 3, ()), "gray16-white": (0, (16,), ()), "cmyk16": (5, (16,) * 4, ()),
    "gray-premultiplied": (1, (8, 8), (1,)), "palette-alpha": (3, (8, 8), (2,)),
}


def tags_for(kind, width, height):
    photometric, bits, extra = KINDS[kind]
    tags = {256: width, 257: height, 258: bits, 259: 1, 262: photometric, 277: len(bits)}
    if extra:
        tags[338] = extra
    if photometric == 3:
        tags[320] = tuple(i * 257 * k % 65536 for k in (3, 5, 7) for i in range(1 << bits[0]))
    return tags, sum(bits)


def tiff_plain():
    for kind in KINDS:
        for order in "<>":
            width, height = 11, 7
            tags, bits = tags_for(kind, width, height)
            row = (width * bits + 7) // 8
            data = noise(row * height, 4)
            name = f"{kind}-{'le' if order == '<' else 'be'}"
            add(f"{name}.tif", tiff(tags, [data], order=order))
            strips = [data[i : i + 3 * row] for i in range(0, len(data), 3 * row)]
            add(f"{name}-strips.tif", tiff(tags | {278: 3}, strips, order=order))
            packed = [zlib.compress(strip) for strip in strips]
            add(f"{name}-deflate.tif", tiff(tags | {259: 8, 278: 3}, packed, order=order))
    for kind in ("bilevel", "gray", "gray16", "rgb", "rgba16", "palette4", "cmyk"):
        tags, bits = tags_for(kind, 21, 35)
        data = [noise(16 * 16 * bits // 8, seed) for seed in range(6)]
        for name, compression, pack in (("", 1, bytes), ("-deflate", 8, zlib.compress)):
            add(f"tiled-{kind}{name}.tif",
                tiff(tags | {259: compression, 322: 16, 323: 16}, [pack(tile) for tile in data],
                     tiled=True))
    tags, _ = tags_for("premultiplied", 11, 7)
    clear = b"".join(noise(3, n) + bytes([n % 3 * 100]) for n in range(77))
    add("premultiplied-clear.tif", tiff(tags, [clear]))
    add("premultiplied-clear-deflate.tif", tiff(tags | {259: 8}, [zlib.compress(clear)]))
    tags, bits = tags_for("gray", 5, 4)
    add("tile-larger.tif", tiff(tags | {322: 16, 323: 16}, [noise(256)], tiled=True))


def tiff_packed():
    pictures = {mode: Image.frombytes(mode, (23, 19), noise(23 * 19 * bands, 6, 90))
                for mode, bands in (("L", 1), ("LA", 2), ("RGB", 3), ("RGBA", 4), ("CMYK", 4))}
    pictures["1"] = pictures["L"].point(lambda v: v * 3).convert("1")
    pictures["P"] = pictures["RGB"].quantize(20)
    pictures["I;16"] = Image.frombytes("I;16", (23, 19), noise(23 * 19 * 2, 7))
    for mode, picture in pictures.items():
        for compression in ("raw", "tiff_lzw", "tiff_deflate", "tiff_adobe_deflate", "packbits"):
            out = io.BytesIO()
            picture.save(out, "TIFF", compression=compression)
            add(f"pillow-{mode.replace(';', '')}-{compression}.tif", out.getvalue())
    for mode in ("L", "RGB"):
        smooth = Image.linear_gradient("L").resize((40, 33)).convert(mode)
        for quality in (30, 90):
            out = io.BytesIO()
            smooth.save(out, "TIFF", compression="jpeg", quality=quality)
            add(f"jpeg-{mode}-{quality}.tif", out.getvalue())
    out = io.BytesIO()
    pictures["RGB"].save(out, "TIFF", compression="tiff_lzw", tiffinfo={317: 2})
    add("predictor.tif", out.getvalue())
    for compression in ("tiff_ccitt", "group3", "group4", "zstd", "lzma"):
        for white in (0, 1):
            out = io.BytesIO()
            pictures["1"].save(out, "TIFF", compression=compression, tiffinfo={262: white})
            add(f"{compression}-{white}.tif", out.getvalue())
    out = io.BytesIO()
    pictures["RGB"].save(out, "TIFF", save_all=True, append_images=[pictures["RGB"].rotate(90)])
    add("two-pages.tif", out.getvalue())


def tiff_turned():
    for orientation in range(0, 10):
        for kind in ("bilevel", "rgb"):
            tags, bits = tags_for(kind, 11, 7)
            data = noise((11 * bits + 7) // 8 * 7, 4)
            add(f"turned-{orientation}-{kind}.tif", tiff(tags | {274: orientation}, [data]))
    tags, bits = tags_for("rgb", 11, 7)
    data = zlib.compress(noise(231, 4))
    add("turned-6-deflate.tif", tiff(tags | {259: 8, 274: 6}, [data]))


def tiff_damage():
    tags, _ = tags_for("rgb", 11, 7)
    data = noise(231, 4)
    whole = tiff(tags, [data])
    for cut in (4, 8, 9, 20, 100, len(whole) - 1, len(whole) - 40):
        add(f"cut-{cut}.tif", whole[:cut])
    add("no-counts.tif", tiff(tags, [data], counts=False))
    add("trailing.tif", whole + b"more")
    add("planes.tif", tiff(tags | {284: 2}, [data[:77], data[77:154], data[154:]]))
    add("reversed.tif", tiff(tags | {266: 2}, [data]))
    add("strips-missing.tif", tiff(tags | {278: 2}, [data[:66], data[66:132]]))
    add("strips-many.tif", tiff(tags | {278: 7}, [data, data]))
    add("no-rows.tif", tiff(tags | {278: 0}, [data]))
    add("one-bits.tif", tiff(tags | {258: 8}, [data]))
    add("many-samples.tif", tiff(tags | {277: 5}, [data]))
    add("signed.tif", tiff(tags | {339: (2, 2, 2)}, [data]))
    add("same-formats.tif", tiff(tags | {339: (1, 1, 1)}, [data]))
    add("unknown-compression.tif", tiff(tags | {259: 77}, [data]))
    add("huge.tif", tiff(tags | {256: 60000, 257: 60000}, [data]))
    short = tiff(tags | {259: 8}, [zlib.compress(data[:100])])
    add("deflate-short.tif", short)
    packed = tiff(tags | {259: 8}, [zlib.compress(data)])
    add("deflate-cut.tif", packed[:-20])
    add("big.tif", b"II+\0\x08\0\0\0\x10" + bytes(40))
    for kind in ("palette", "palette4"):
        tags, bits = tags_for(kind, 11, 7)
        data = noise((11 * bits + 7) // 8 * 7, 4)
        for name, count in (("none", 0), ("short", 30), ("odd", 31), ("long", 900)):
            map_ = {320: tuple(range(0, 65536, 70))[:count]} if count else {}
            rest = {tag: value for tag, value in tags.items() if tag != 320}
            add(f"{kind}-map-{name}.tif", tiff(rest | map_, [data]))


# The truth


def expected(data):
    try:
        image = datasets.Image().decode_example({"bytes": data, "path": None})
        pixels = image.tobytes()
    except Exception as error:
        return {"error": f"{type(error).__name__}: {error}".split("<")[0].strip()}
    result = {"mode": image.mode, "size": list(image.size), "md5": hashlib.md5(pixels).hexdigest()}
    try:
        rgb = image.convert("RGB").tobytes()
    except ValueError:
        return result
    return result | {"rgb": hashlib.md5(rgb).hexdigest()}


def main():
    warnings.simplefilter("ignore")
    HERE.mkdir(exist_ok=True)
    for file in HERE.iterdir():
        file.unlink()
    for make in (bmp_plain, bmp_palettes, bmp_masks, bmp_runs, bmp_damage, gifs,
                 tiff_plain, tiff_packed, tiff_turned, tiff_damage):
        make()
    with open(HERE / "expected.jsonl", "w") as out:
        print(json.dumps({"pillow": PIL.__version__, "datasets": datasets.__version__}), file=out)
        for name, data in sorted(FILES.items()):
            (HERE / name).write_bytes(data)
            print(json.dumps({"file": name} | expected(data)), file=out)


if __name__ == "__main__":
    main()
