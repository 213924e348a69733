"""Reads a merged JSON as a fine-tuning notebook does, and asks Pillow whether each
picture has the size that the entry says and the pixels that its name says.

usage: check_pixels.py MERGED.json (paths are relative to the working directory)
"""

import hashlib
import json
import sys

from PIL import Image

with open(sys.argv[1]) as merged:
    dataset = json.load(merged)
assert dataset, "no images"
for name, entry in dataset.items():
    image = Image.open(entry["image_path"])
    assert hashlib.md5(image.tobytes()).hexdigest() == name, entry["image_path"]
    assert list(image.size) == entry["image_info"]["size"], entry["image_path"]
    for pair in entry["qa_pairs"]:
        assert pair["question"] and pair["original_answer"]
        assert pair["descriptive_answer"].split("Explanation:")[1].strip(), pair
