"""Rows of pairs of pictures that want one name: the first of each takes longer to decode.

usage: make_pairs.py COUNT

The pixels of a pair are the same bytes in another shape, or the same picture with another colour
that no pixel has, or with another unused colour and the same file otherwise. Rows that were hashed
before are among them: their file is made by a row before, after, or none.
"""
import base64
import hashlib
import io
import json
import random
import struct
import sys
import zlib

from PIL import Image


def encoded(image, kind):
    out = io.BytesIO()
    image.save(out, kind)
    return out.getvalue()


def slow(png):
    """The same with a private chunk in it, which only takes time."""
    data = bytes(60_000)
    body = b"prVt" + data
    chunk = struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))
    return png[:33] + chunk + png[33:]


def palette(pixels, unused):
    image = Image.frombytes("P", (60, 40), pixels)
    image.putpalette(bytes(range(192)) + bytes([unused] * 3))
    return image


def pair(number):
    values = bytes(random.choices(range(60), k=60 * 40))
    if number % 3 == 0:
        return (slow(encoded(Image.frombytes("L", (60, 40), values), "PNG")),
                encoded(Image.frombytes("L", (40, 60), values), "BMP"))
    if number % 3 == 1:
        return slow(encoded(palette(values, 7), "PNG")), encoded(palette(values, 200), "PNG")
    return slow(encoded(palette(values, 9), "PNG")), encoded(palette(values, 9), "TIFF")


def show(**row):
    print(json.dumps(row, separators=(",", ":")))


random.seed(11)
for number in range(int(sys.argv[1])):
    pictures = pair(number)
    name = hashlib.md5(Image.open(io.BytesIO(pictures[0])).tobytes()).hexdigest()
    hashed = {"image_hash": name, "image_path": f"md5_images/image_md5_{name}.png",
              "image_size": [60, 40]}
    if number % 4 == 0:
        show(id=f"before/{number}", **hashed)
    for turn, picture in enumerate(pictures):
        show(id=f"{number}/{turn}", image={"bytes": base64.b64encode(picture).decode()})
    if number % 4 < 2:
        show(id=f"after/{number}", **hashed)
    if number % 4 == 2:
        show(id=f"path/{number}", image={"path": hashed["image_path"]})
