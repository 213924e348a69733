"""Makes Fixtures/: small pictures of every kind that vqa-hash may meet, and
expected.jsonl with what `datasets` and Pillow make of each.

    python make-fixtures.py     # with the packages of Tests/oracle/requirements.txt

Needs cjpeg and jpegtran of libjpeg-turbo for what Pillow does not write.
"""

import hashlib
import io
import json
import pathlib
import random
import struct
import subprocess
import zlib

import datasets
import PIL.Image
from PIL import Image

HERE = pathlib.Path(__file__).parent / "Fixtures"
FILES = {}
SIGNATURE = b"\x89PNG\r\n\x1a\n"


def add(name, data):
    assert name not in FILES, name
    FILES[name] = data


# Pictures to begin with


def picture(mode, width, height, seed=1):
    """Soft shapes with some noise: neither flat nor random."""
    noise = random.Random(seed)
    bands = {"L": 1, "LA": 2, "RGB": 3, "RGBA": 4, "CMYK": 4, "P": 1}[mode]
    data = bytes(
        (x * (7 + 3 * band) + y * (5 + band) + noise.randrange(9)) % 256
        for y in range(height)
        for x in range(width)
        for band in range(bands)
    )
    if mode == "P":
        image = Image.frombytes("P", (width, height), data)
        image.putpalette([(i * k) % 256 for i in range(256) for k in (1, 3, 7)])
        return image
    return Image.frombytes(mode, (width, height), data)


def saved(image, format, **options):
    buffer = io.BytesIO()
    image.save(buffer, format, **options)
    return buffer.getvalue()


def jpeg(image, **options):
    return saved(image, "JPEG", quality=options.pop("quality", 80), **options)


def run(data, *command):
    return subprocess.run(command, input=data, capture_output=True, check=True).stdout


def ppm(image):
    return saved(image, "PPM")


def segment(marker, data):
    return b"\xff" + bytes([marker]) + struct.pack(">H", len(data) + 2) + data


def insert(data, *segments):
    """Segments behind the start of the image."""
    return data[:2] + b"".join(segments) + data[2:]


def without(data, marker):
    """A JPEG without the segments of a marker."""
    out, position = data[:2], 2
    while data[position + 1] != 0xDA:
        length = struct.unpack(">H", data[position + 2 : position + 4])[0] + 2
        if data[position + 1] != marker:
            out += data[position : position + length]
        position += length
    return out + data[position:]


def tiff(orientation, order="<", kind="H"):
    mark = b"II*\0" if order == "<" else b"MM\0*"
    value = struct.pack(order + kind, orientation).ljust(4, b"\0")
    number = {"H": 3, "L": 4}[kind]
    return (
        mark + struct.pack(order + "I", 8) + struct.pack(order + "HHHI", 1, 274, number, 1)
        + value + struct.pack(order + "I", 0)
    )


def exif(*arguments):
    return segment(0xE1, b"Exif\0\0" + tiff(*arguments))


def xmp(text):
    return segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + text)


def adobe(transform):
    return segment(0xEE, b"Adobe" + struct.pack(">HHHB", 100, 0, 0, transform))


# JPEG


def jpegs():
    rgb = picture("RGB", 37, 29)
    for name in ("4:4:4", "4:2:2", "4:2:0"):
        add(f"sampling-{name.replace(':', '')}.jpg", jpeg(rgb, subsampling=name))
    add("sampling-411.jpg", run(ppm(rgb), "cjpeg", "-sample", "4x1"))
    add("sampling-440.jpg", run(ppm(rgb), "cjpeg", "-sample", "1x2"))
    for width, height in ((1, 1), (7, 3), (1, 4000), (17, 16)):
        for sampling in ("4:4:4", "4:2:0"):
            data = jpeg(picture("RGB", width, height), subsampling=sampling)
            add(f"size-{width}x{height}-{sampling.replace(':', '')}.jpg", data)
    base = jpeg(rgb)
    add("progressive.jpg", jpeg(rgb, progressive=True))
    add("arithmetic.jpg", run(base, "jpegtran", "-arithmetic"))
    add("arithmetic-progressive.jpg", run(base, "jpegtran", "-arithmetic", "-progressive"))
    add("restart.jpg", run(base, "jpegtran", "-restart", "1"))
    add("optimized.jpg", jpeg(rgb, optimize=True))
    add("gray.jpg", jpeg(picture("L", 23, 19)))
    add("gray-2x2.jpg", run(saved(picture("L", 23, 19), "PPM"), "cjpeg", "-grayscale", "-sample", "2x2"))
    add("rgb-stored.jpg", run(ppm(rgb), "cjpeg", "-rgb"))
    add("adobe-rgb.jpg", insert(without(without(base, 0xE0), 0xEE), adobe(0)))
    scans = b"0: 0-0, 0, 0;\n1: 0-0, 0, 0;\n2: 0-0, 0, 0;\n0: 1-63, 0, 0;\n1: 1-63, 0, 0;\n2: 1-63, 0, 0;\n"
    script = HERE / "scans.tmp"
    for name, text in (("scans-separate", b"0;\n1;\n2;\n"), ("scans-progressive", scans)):
        script.write_bytes(text)
        add(f"{name}.jpg", run(base, "jpegtran", "-scans", str(script)))
    script.unlink()
    cmyk = picture("CMYK", 19, 21)
    add("cmyk-adobe.jpg", jpeg(cmyk))
    add("cmyk.jpg", without(jpeg(cmyk), 0xEE))
    add("ycck.jpg", insert(without(jpeg(cmyk), 0xEE), adobe(2)))
    for value in range(1, 9):
        for order, label in (("<", "ii"), (">", "mm")):
            add(f"exif-{value}-{label}.jpg", insert(jpeg(picture("RGB", 9, 5)), exif(value, order)))
    small = jpeg(picture("RGB", 9, 5))
    for order, label in (("<", "ii"), (">", "mm")):
        add(f"exif-long-{label}.jpg", insert(small, exif(6, order, "L")))
    add("exif-0.jpg", insert(small, exif(0)))
    add("exif-9.jpg", insert(small, exif(9)))
    add("exif-gray.jpg", insert(jpeg(picture("L", 9, 5)), exif(8)))
    add("exif-cmyk.jpg", insert(jpeg(picture("CMYK", 9, 5)), exif(5)))
    add("exif-no-tiff.jpg", insert(small, segment(0xE1, b"Exif\0\0garbage!")))
    add("exif-empty.jpg", insert(small, segment(0xE1, b"Exif\0\0")))
    add("exif-cut.jpg", insert(small, segment(0xE1, b"Exif\0\0" + tiff(6)[:15])))
    add("exif-twice.jpg", insert(small, exif(6), exif(3)))
    add("xmp.jpg", insert(small, xmp(b'<x tiff:Orientation="6"/>')))
    add("xmp-element.jpg", insert(small, xmp(b"<tiff:Orientation>3</tiff:Orientation>")))
    add("xmp-and-exif.jpg", insert(small, xmp(b'<x tiff:Orientation="6"/>'), exif(1)))
    add("icc.jpg", insert(small, segment(0xE2, b"ICC_PROFILE\0\1\1" + bytes(200))))
    frames = [picture("RGB", 9, 5, seed) for seed in (1, 2)]
    add("mpo.jpg", saved(frames[0], "MPO", save_all=True, append_images=frames[1:]))
    add("trailing.jpg", base + b"trailing bytes")
    add("no-eoi.jpg", base[:-2])
    add("cut-middle.jpg", base[: len(base) // 2 + 150])
    add("cut-header.jpg", base[:100])
    add("leading.jpg", b"\n" + base)
    start = base.index(b"\xff\xda")
    data = bytearray(base)
    for position in range(start + 60, start + 75):
        data[position] ^= 0x5A
    add("corrupt.jpg", bytes(data).replace(b"\xff\x00", b"\xff\x00"))
    add("corrupt-progressive.jpg", corrupt(jpeg(rgb, progressive=True)))
    add("no-huffman.jpg", without(base, 0xC4))
    add("no-quantization.jpg", without(base, 0xDB))
    add("bits-12.jpg", base.replace(b"\xff\xc0\x00\x11\x08", b"\xff\xc0\x00\x11\x0c"))
    add("lossless.jpg", base.replace(b"\xff\xc0", b"\xff\xc3", 1))
    add("two-components.jpg", two_components(base))
    add("huge.jpg", resized(base, 65500, 65500))
    add("zero.jpg", resized(base, 0, 0))
    add("only-start.jpg", b"\xff\xd8\xff")


def corrupt(data):
    data = bytearray(data)
    for position in range(len(data) - 60, len(data) - 40):
        data[position] ^= 0x33
    return bytes(data)


def resized(data, width, height):
    frame = data.index(b"\xff\xc0")
    return data[: frame + 5] + struct.pack(">HH", height, width) + data[frame + 9 :]


def two_components(data):
    frame = data.index(b"\xff\xc0")
    size = data[frame + 5 : frame + 9]
    return data[:frame] + segment(0xC0, b"\x08" + size + b"\2\1\x11\0\2\x11\1") + data[frame + 19 :]


# PNG


def chunk(name, data, crc=None, length=None):
    crc = zlib.crc32(name + data) if crc is None else crc
    return struct.pack(">I", len(data) if length is None else length) + name + data + struct.pack(">I", crc)


def ihdr(width, height, depth, color, interlace=0, compression=0, filtering=0):
    return chunk(
        b"IHDR", struct.pack(">IIBBBBB", width, height, depth, color, compression, filtering, interlace))


CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
PALETTE = chunk(b"PLTE", bytes((i * k) % 256 for i in range(256) for k in (1, 5, 11)))
IEND = chunk(b"IEND", b"")
PASSES = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))


def raw(width, height, depth, color, interlace=0):
    """Unfiltered rows, each with the filter None, of random samples. Bits that
    fill up a row are ones, which nobody must see."""
    noise = random.Random(repr((width, height, depth, color, interlace)))
    out = b""
    passes = PASSES if interlace else ((0, 0, 1, 1),)
    for x0, y0, dx, dy in passes:
        columns, rows = -(-(width - x0) // dx), -(-(height - y0) // dy)
        if columns <= 0 or rows <= 0:
            continue
        bits = columns * CHANNELS[color] * depth
        for _ in range(rows):
            row = noise.getrandbits(bits) << (-bits % 8) | ((1 << (-bits % 8)) - 1)
            out += b"\0" + row.to_bytes((bits + 7) // 8, "big")
    return out


def png(width, height, depth, color, interlace=0, before=b"", after=b"", data=None, palette=PALETTE, end=IEND):
    data = zlib.compress(raw(width, height, depth, color, interlace)) if data is None else data
    colors = palette if color == 3 else b""
    return (
        SIGNATURE + ihdr(width, height, depth, color, interlace) + colors + before
        + chunk(b"IDAT", data) + after + end
    )


def pngs():
    for color, depths in ((0, (1, 2, 4, 8, 16)), (2, (8, 16)), (3, (1, 2, 4, 8)), (4, (8, 16)), (6, (8, 16))):
        for depth in depths:
            for interlace in (0, 1):
                label = "-interlaced" if interlace else ""
                add(f"color{color}-depth{depth}{label}.png", png(19, 11, depth, color, interlace))
            add(f"color{color}-depth{depth}-exif.png", png(13, 6, depth, color, before=chunk(b"eXIf", tiff(6))))
    for width, height in ((1, 1), (1, 9), (9, 1), (3, 2), (5, 5)):
        add(f"interlaced-{width}x{height}.png", png(width, height, 8, 2, 1))
        add(f"interlaced-bits-{width}x{height}.png", png(width, height, 1, 0, 1))
    for mode in ("L", "RGB", "RGBA", "LA"):
        add(f"filters-{mode.lower()}.png", filtered(mode))
    for color, depth, data in ((0, 1, 2), (0, 8, 2), (0, 16, 2), (2, 8, 6), (2, 16, 6), (3, 8, 1), (3, 4, 9)):
        add(f"trns-color{color}-depth{depth}.png", png(9, 7, depth, color, before=chunk(b"tRNS", bytes(range(data)))))
    add("trns-short.png", png(9, 7, 8, 2, before=chunk(b"tRNS", b"\0\1")))
    add("trns-long.png", png(9, 7, 8, 3, before=chunk(b"tRNS", bytes(300))))
    add("gama.png", png(9, 7, 8, 2, before=chunk(b"gAMA", struct.pack(">I", 100000))))
    add("gama-short.png", png(9, 7, 8, 2, before=chunk(b"gAMA", b"\0")))
    add("icc.png", png(9, 7, 8, 2, before=chunk(b"iCCP", b"name\0\0" + zlib.compress(bytes(300)))))
    add("icc-method.png", png(9, 7, 8, 2, before=chunk(b"iCCP", b"name\0\1" + zlib.compress(bytes(300)))))
    add("icc-broken.png", png(9, 7, 8, 2, before=chunk(b"iCCP", b"name\0\0nothing")))
    add("icc-empty.png", png(9, 7, 8, 2, before=chunk(b"iCCP", b"")))
    add("exif-after.png", png(9, 7, 8, 2, after=chunk(b"eXIf", tiff(6, ">"))))
    add("exif-both.png", png(9, 7, 8, 2, before=chunk(b"eXIf", tiff(3)), after=chunk(b"eXIf", tiff(6))))
    add("exif-no-tiff.png", png(9, 7, 8, 2, before=chunk(b"eXIf", b"garbage!")))
    add("exif-empty.png", png(9, 7, 8, 2, before=chunk(b"eXIf", b"")))
    profile = b"\nexif\n%8d\n%s\n" % (len(tiff(8)) + 6, (b"Exif\0\0" + tiff(8)).hex().encode())
    add("raw-profile.png", png(9, 7, 8, 2, before=chunk(b"zTXt", b"Raw profile type exif\0\0" + zlib.compress(profile))))
    add("raw-profile-text.png", png(9, 7, 8, 2, after=chunk(b"tEXt", b"Raw profile type exif\0" + profile)))
    packet = b'<x tiff:Orientation="5"/>'
    add("xmp.png", png(9, 7, 8, 2, before=chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + packet)))
    add("xmp-compressed.png", png(9, 7, 8, 2, before=chunk(b"iTXt", b"XML:com.adobe.xmp\0\1\0\0\0" + zlib.compress(packet))))
    add("text-bomb.png", png(9, 7, 8, 2, before=chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(1 << 21)))))
    frames = [picture("RGB", 9, 5, seed) for seed in (1, 2)]
    add("apng.png", saved(frames[0], "PNG", save_all=True, append_images=frames[1:]))
    add("apng-default.png", saved(frames[0], "PNG", save_all=True, append_images=frames[1:], default_image=True))
    damaged_pngs()


def filtered(mode):
    """Every filter in turn, Pillow's own choice being one for all rows."""
    image = picture(mode, 21, 15)
    pixel = len(mode)
    rows = [b"\0" * 21 * pixel] + [image.crop((0, y, 21, y + 1)).tobytes() for y in range(15)]
    out = b""
    for y in range(15):
        above, row, kind = rows[y], rows[y + 1], y % 5
        line = bytearray()
        for i, value in enumerate(row):
            a = row[i - pixel] if i >= pixel else 0
            b = above[i]
            c = above[i - pixel] if i >= pixel else 0
            p = a + b - c
            nearest = min((abs(p - a), 0, a), (abs(p - b), 1, b), (abs(p - c), 2, c))[2]
            line.append((value - (0, a, b, (a + b) // 2, nearest)[kind]) % 256)
        out += bytes([kind]) + line
    color = {"L": 0, "LA": 4, "RGB": 2, "RGBA": 6}[mode]
    return png(21, 15, 8, color, data=zlib.compress(out))


def damaged_pngs():
    plain = raw(9, 7, 8, 2)
    data = zlib.compress(plain)
    head = SIGNATURE + ihdr(9, 7, 8, 2)
    add("crc-ihdr.png", SIGNATURE + ihdr(9, 7, 8, 2)[:-1] + b"\0" + chunk(b"IDAT", data) + IEND)
    add("crc-idat.png", head + chunk(b"IDAT", data, crc=1) + IEND)
    add("crc-text.png", head + chunk(b"tEXt", b"a\0b", crc=1) + chunk(b"IDAT", data) + IEND)
    add("crc-text-after.png", head + chunk(b"IDAT", data) + chunk(b"tEXt", b"a\0b", crc=1) + IEND)
    add("crc-plte.png", png(9, 7, 8, 3, palette=PALETTE[:-1] + b"\0"))
    add("crc-iend.png", head + chunk(b"IDAT", data) + IEND[:-1] + b"\0")
    add("no-iend.png", head + chunk(b"IDAT", data))
    add("no-idat.png", head + IEND)
    add("no-ihdr.png", SIGNATURE + chunk(b"IDAT", data) + IEND)
    add("no-plte.png", png(9, 7, 8, 3, palette=b""))
    add("plte-small.png", png(9, 7, 8, 3, palette=chunk(b"PLTE", bytes(range(30)))))
    add("plte-odd.png", png(9, 7, 8, 3, palette=chunk(b"PLTE", bytes(range(31)))))
    add("plte-empty.png", png(9, 7, 8, 3, palette=chunk(b"PLTE", b"")))
    add("plte-long.png", png(9, 7, 8, 3, palette=chunk(b"PLTE", bytes(771))))
    add("plte-gray.png", png(9, 7, 8, 0, before=PALETTE))
    parts = [data[i : i + 5] for i in range(0, len(data), 5)]
    split = b"".join(chunk(b"IDAT", part) + (chunk(b"IDAT", b"") if i % 7 == 0 else b"") for i, part in enumerate(parts))
    add("idat-split.png", head + split + IEND)
    add("idat-interrupted.png", head + chunk(b"IDAT", data[:50]) + chunk(b"tEXt", b"a\0b") + chunk(b"IDAT", data[50:]) + IEND)
    add("idat-cut.png", head + chunk(b"IDAT", data[:90], length=len(data))[:-4])
    add("idat-cut-whole.png", head + chunk(b"IDAT", data[:90]) + IEND)
    add("idat-cut-adler.png", head + chunk(b"IDAT", data[:-4]) + IEND)
    add("idat-cut-adler-file.png", (head + chunk(b"IDAT", data))[:-8])
    add("idat-bad-adler.png", head + chunk(b"IDAT", data[:-1] + bytes([data[-1] ^ 1])) + IEND)
    add("idat-bad-adler-apart.png", head + chunk(b"IDAT", data[:-4]) + chunk(b"IDAT", b"\1\2\3\4") + IEND)
    add("idat-broken.png", head + chunk(b"IDAT", data[:60] + b"\xff\xff\xff" + data[63:]) + IEND)
    add("idat-not-zlib.png", head + chunk(b"IDAT", b"nothing of the kind") + IEND)
    add("idat-small-window.png", head + chunk(b"IDAT", small_window()) + IEND)
    add("rows-short.png", head + chunk(b"IDAT", zlib.compress(plain[: 28 * 5])) + IEND)
    add("rows-short-middle.png", head + chunk(b"IDAT", zlib.compress(plain[: 28 * 5 + 9])) + IEND)
    add("rows-short-interlaced.png", png(9, 7, 8, 2, 1, data=zlib.compress(raw(9, 7, 8, 2, 1)[: 7 + 7 + 10 + 16])))
    add("rows-none.png", head + chunk(b"IDAT", zlib.compress(b"")) + IEND)
    add("rows-long.png", head + chunk(b"IDAT", zlib.compress(plain + bytes(500))) + IEND)
    add("rows-long-cut.png", head + chunk(b"IDAT", zlib.compress(plain + bytes(500))[:-9]) + IEND)
    add("data-long.png", head + chunk(b"IDAT", data + bytes(500)) + IEND)
    add("data-long-chunk.png", head + chunk(b"IDAT", data) + chunk(b"IDAT", bytes(500)) + IEND)
    add("data-long-chunk-cut.png", (head + chunk(b"IDAT", data) + chunk(b"IDAT", bytes(500)))[:-100])
    add("filter-unknown.png", head + chunk(b"IDAT", zlib.compress(b"\5" + plain[1:])) + IEND)
    add("trailing.png", png(9, 7, 8, 2) + b"trailing")
    add("tail-cut.png", head + chunk(b"IDAT", data) + chunk(b"tEXt", b"a\0b")[:-6])
    add("tail-garbage.png", head + chunk(b"IDAT", data) + b"\0\0\0\5!!!!garbage")
    add("tail-gama-short.png", head + chunk(b"IDAT", data) + chunk(b"gAMA", b"\0") + IEND)
    add("name-bad.png", head + chunk(b"a b!", b"") + chunk(b"IDAT", data) + IEND)
    add("name-unknown.png", head + chunk(b"QQQQ", b"critical") + chunk(b"IDAT", data) + IEND)
    add("depth-3.png", png(9, 7, 3, 0, data=data))
    add("color-5.png", SIGNATURE + ihdr(9, 7, 8, 5) + chunk(b"IDAT", data) + IEND)
    add("filtering-1.png", SIGNATURE + ihdr(9, 7, 8, 2, filtering=1) + chunk(b"IDAT", data) + IEND)
    add("compression-1.png", SIGNATURE + ihdr(9, 7, 8, 2, compression=1) + chunk(b"IDAT", data) + IEND)
    add("interlace-2.png", SIGNATURE + ihdr(9, 7, 8, 2, interlace=2) + chunk(b"IDAT", zlib.compress(raw(9, 7, 8, 2, 1))) + IEND)
    add("ihdr-short.png", SIGNATURE + chunk(b"IHDR", bytes(9)) + chunk(b"IDAT", data) + IEND)
    add("ihdr-long.png", SIGNATURE + chunk(b"IHDR", struct.pack(">IIBBBBB", 9, 7, 8, 2, 0, 0, 0) + b"xx") + chunk(b"IDAT", data) + IEND)
    add("ihdr-twice.png", SIGNATURE + ihdr(5, 5, 8, 0) + ihdr(9, 7, 8, 2) + chunk(b"IDAT", data) + IEND)
    add("zero-width.png", SIGNATURE + ihdr(0, 7, 8, 2) + chunk(b"IDAT", data) + IEND)
    add("huge.png", SIGNATURE + ihdr(178956970 // 2, 3, 8, 2) + chunk(b"IDAT", data) + IEND)
    add("signature-only.png", SIGNATURE)
    add("signature-cut.png", SIGNATURE[:-1])


def small_window():
    """A stream whose header claims a smaller window than its matches reach."""
    data = raw(300, 1, 8, 2)[1:]
    plain = b"\0" + bytes(27) + b"".join(b"\0" + data[:27] for _ in range(6))
    stream = zlib.compress(plain)
    first = 0x08
    return bytes([first, 31 - first * 256 % 31]) + stream[2:]


# WebP


def riff(*chunks):
    """A WebP container (RFC 9649, section 2.4)."""
    body = b"WEBP" + b"".join(name + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2) for name, data in chunks)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def webp_chunks(data):
    """The chunks of a container."""
    chunks, at = [], 12
    while at < len(data):
        size = struct.unpack_from("<I", data, at + 4)[0]
        chunks.append((data[at : at + 4], data[at + 8 : at + 8 + size]))
        at += 8 + size + size % 2
    return chunks


def uint24(number):
    return struct.pack("<I", number)[:3]


def vp8x(flags, width, height):
    return b"VP8X", bytes([flags, 0, 0, 0]) + uint24(width - 1) + uint24(height - 1)


def animation(canvas, frames, alpha=True):
    """Frames: picture, left, top; each is blended and stays."""
    parts = [vp8x(0x02 | (0x10 if alpha else 0), *canvas), (b"ANIM", struct.pack("<IH", 0xFF8040C0, 0))]
    for image, left, top in frames:
        head = uint24(left // 2) + uint24(top // 2) + uint24(image.width - 1) + uint24(image.height - 1) + uint24(100) + b"\0"
        body = b"".join(
            name + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2)
            for name, data in webp_chunks(saved(image, "WEBP", lossless=True))
            if name != b"VP8X"
        )
        parts.append((b"ANMF", head + body))
    return riff(*parts)


def webps():
    rgb, rgba = picture("RGB", 33, 18), picture("RGBA", 33, 18)
    for size in ((1, 1), (7, 3), (1, 400), (2, 2), (33, 18)):
        name = "x".join(map(str, size))
        add(f"lossy-{name}.webp", saved(picture("RGB", *size), "WEBP", quality=70))
        add(f"lossless-{name}.webp", saved(picture("RGB", *size), "WEBP", lossless=True))
        add(f"alpha-{name}.webp", saved(picture("RGBA", *size), "WEBP", lossless=True, exact=True))
    for quality in (0, 50, 100):
        add(f"quality-{quality}.webp", saved(rgb, "WEBP", quality=quality))
        add(f"lossy-alpha-{quality}.webp", saved(rgba, "WEBP", quality=quality, alpha_quality=quality))
    add("gray.webp", saved(picture("L", 20, 20), "WEBP", lossless=True))
    add("two-colours.webp", saved(picture("L", 20, 20).point(lambda v: 255 * (v > 99)), "WEBP", lossless=True))
    opaque = webp_chunks(saved(rgb, "WEBP", lossless=True))[0]
    add("says-alpha.webp", riff(vp8x(0x10, 33, 18), opaque))
    clear = webp_chunks(saved(rgba, "WEBP", lossless=True, exact=True))
    add("hides-alpha.webp", riff(vp8x(0, 33, 18), next(c for c in clear if c[0] == b"VP8L")))
    add("sizes-differ.webp", riff(vp8x(0, 34, 18), opaque))

    wide = picture("RGB", 9, 5)
    for number in range(1, 9):
        exif = PIL.Image.Exif()
        exif[0x0112] = number
        add(f"exif-{number}.webp", saved(wide, "WEBP", lossless=True, exif=exif.tobytes()))
    image = webp_chunks(saved(wide, "WEBP", lossless=True))[0]
    block = b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0"
    xmp = b'<x:xmpmeta><rdf:Description tiff:Orientation="8"/></x:xmpmeta>'
    add("exif-without-flag.webp", riff(vp8x(0, 9, 5), image, (b"EXIF", block)))
    add("exif-first.webp", riff(vp8x(8, 9, 5), (b"EXIF", block), image))
    add("exif-twice.webp", riff(vp8x(8, 9, 5), image, (b"EXIF", block), (b"EXIF", block.replace(b"\x06", b"\x03"))))
    add("exif-malformed.webp", riff(vp8x(8, 9, 5), image, (b"EXIF", b"nonsense")))
    add("exif-empty.webp", riff(vp8x(8, 9, 5), image, (b"EXIF", b"")))
    add("xmp.webp", riff(vp8x(4, 9, 5), image, (b"XMP ", xmp)))
    add("xmp-and-exif.webp", riff(vp8x(12, 9, 5), image, (b"EXIF", block), (b"XMP ", xmp)))
    add("icc.webp", riff(vp8x(0x20, 9, 5), (b"ICCP", bytes(200)), image))
    add("unknown-chunk.webp", riff(vp8x(0, 9, 5), (b"what", b"ever"), image))

    first, second = picture("RGBA", 16, 12), picture("RGBA", 20, 14, seed=2)
    add("animated.webp", saved(first, "WEBP", save_all=True, append_images=[second.resize((16, 12))], lossless=True))
    add("animated-small-frame.webp", animation((20, 14), [(first, 2, 2), (second, 0, 0)]))
    add("animated-opaque.webp", animation((20, 14), [(first.convert("RGB"), 4, 0), (second, 0, 0)], alpha=False))
    add("animated-alpha-unsaid.webp", animation((20, 14), [(first, 2, 2)], alpha=False))
    add("animated-one-frame.webp", animation((16, 12), [(first, 0, 0)]))
    add("animated-outside.webp", animation((16, 12), [(second, 0, 0)]))
    add("animated-none.webp", animation((16, 12), []))

    whole = saved(rgb, "WEBP", quality=70)
    for cut in (11, 12, 16, 20, 29, 30, 40, len(whole) // 2, len(whole) - 2):
        add(f"cut-{cut}.webp", whole[:cut])
    add("trailing.webp", whole + b"more")
    add("riff-size-small.webp", whole[:4] + struct.pack("<I", 20) + whole[8:])
    add("riff-size-large.webp", whole[:4] + struct.pack("<I", len(whole) + 100) + whole[8:])
    lossless = saved(rgb, "WEBP", lossless=True)
    for name, data in (("lossy", whole), ("lossless", lossless)):
        for at in (21, 26, 34, 60, len(data) // 2, len(data) - 9):
            add(f"{name}-damaged-{at}.webp", data[:at] + bytes([data[at] ^ 0x55]) + data[at + 1 :])
    add("huge.webp", riff(vp8x(0, 16383, 16383), opaque))
    add("no-picture.webp", riff(vp8x(0, 9, 5)))
    add("not-vp8.webp", riff((b"VP9 ", opaque[1])))


# Others


def others():
    image = picture("RGB", 9, 5)
    for format in ("GIF", "BMP", "TIFF", "ICO"):
        add(f"other.{format.lower()}", saved(image, format))
    add("text.txt", b"this is no picture")
    add("empty.txt", b"")
    add("html.txt", b"<html><body>404</body></html>")


# The truth


def expected(data):
    try:
        image = datasets.Image().decode_example({"bytes": data, "path": None})
        pixels = image.tobytes()
    except Exception as error:
        return {"error": f"{type(error).__name__}: {error}".split("<")[0].strip()}
    result = {"mode": image.mode, "size": list(image.size), "md5": hashlib.md5(pixels).hexdigest()}
    rgb = image.convert("RGB").tobytes()
    return result | {"rgb": hashlib.md5(rgb).hexdigest()}


def main():
    HERE.mkdir(exist_ok=True)
    for file in HERE.iterdir():
        file.unlink()
    jpegs()
    pngs()
    webps()
    others()
    with open(HERE / "expected.jsonl", "w") as out:
        print(json.dumps({"pillow": PIL.__version__, "datasets": datasets.__version__}), file=out)
        for name, data in sorted(FILES.items()):
            (HERE / name).write_bytes(data)
            print(json.dumps({"file": name} | expected(data)), file=out)


if __name__ == "__main__":
    main()
