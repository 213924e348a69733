"""check_files.py ROWS DIRECTORY FIXTURE...: whether each row's file holds, for
Pillow, the very pixels that `datasets` decodes from its fixture."""

import collections
import hashlib
import json
import pathlib
import sys
import warnings

import datasets
import PIL.Image

warnings.simplefilter("ignore")
rows = [json.loads(line) for line in open(sys.argv[1])]
names = sys.argv[3:]
assert len(rows) == len(names), (len(rows), len(names))
times = collections.Counter(row["image_hash"] for row in rows)
for row, name in zip(rows, names):
    data = pathlib.Path(sys.argv[2], name).read_bytes()
    image = datasets.Image().decode_example({"bytes": data, "path": None})
    saved = PIL.Image.open(row["image_path"])
    assert saved.format == "PNG", name
    assert (saved.mode, saved.size) == (image.mode, image.size), (name, saved.mode, image.mode)
    assert saved.tobytes() == image.tobytes(), name
    # Pictures whose indices are the same share a file, whatever their colours.
    if image.mode == "P" and times[row["image_hash"]] == 1:
        assert saved.convert("RGB").tobytes() == image.convert("RGB").tobytes(), name
    digest = hashlib.md5(image.tobytes()).hexdigest()
    assert row["image_hash"] == digest, name
    assert row["image_path"] == f"md5_images/image_md5_{digest}.png", name
    assert row["image_size"] == list(image.size), name
print(len(rows), "rows agree")
