"""check_files.py ROWS DIRECTORY FIXTURE...: whether each row's file holds, for
Pillow, the very picture that `datasets` decodes from its fixture, and whether
those that were refused a name have the bytes of another picture."""

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
taken = 0
for row, name in zip(rows, names):
    data = pathlib.Path(sys.argv[2], name).read_bytes()
    image = datasets.Image().decode_example({"bytes": data, "path": None})
    digest = hashlib.md5(image.tobytes()).hexdigest()
    path = f"md5_images/image_md5_{digest}.png"
    saved = PIL.Image.open(path)
    assert saved.format == "PNG", name
    assert saved.tobytes() == image.tobytes(), name
    same = (saved.mode, saved.size) == (image.mode, image.size) and (
        saved.convert("RGB").tobytes() == image.convert("RGB").tobytes()
    )
    if "error" in row:
        assert row["error"]["code"] == "hash_taken" and not same, (name, row["error"])
        taken += 1
        continue
    assert same, (name, saved, image)
    assert row["image_hash"] == digest, name
    assert row["image_path"] == path, name
    assert row["image_size"] == list(image.size), name
assert 0 < taken < 20, taken
print(len(rows), "rows agree")
