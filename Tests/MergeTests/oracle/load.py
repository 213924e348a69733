#!/usr/bin/env python3
"""Loads what vqa-merge wrote for training with the real `datasets` library,
images decoded, and prints what a training script would see as JSON.

    load.py FORMAT FILE     in the folder that the image paths are relative to
"""
import glob
import json
import os
import sys
import tempfile

os.environ["HF_HUB_OFFLINE"] = "1"
cache = tempfile.mkdtemp()
os.environ["HF_HOME"] = cache

import datasets  # noqa: E402  (reads the environment)
import pyarrow.parquet as pq  # noqa: E402
from PIL import Image  # noqa: E402

datasets.disable_progress_bars()
layout, path = sys.argv[1:3]


def pixel(image):
    """The size of a decoded image and one of its pixels, which tells it from the others."""
    return [*image.size, *image.getpixel((0, 0))]


def sharegpt(data):
    """By the rules of LLaMA-Factory: `dataset_info.json` says what the columns are called (data/parser.py,
    data/converter.py), turns alternate, images are looked for in the folder of the data set and else where they are
    named, and the texts hold one <image> for each of them and no other marks (data/mm_plugin.py)."""
    folder = os.path.dirname(path)
    with open(os.path.join(folder, "dataset_info.json")) as file:
        entry = json.load(file)[os.path.basename(path).rsplit(".", 1)[0]]
    assert entry["formatting"] == "sharegpt" and entry["file_name"] == os.path.basename(path)
    columns, tags = entry["columns"], entry["tags"]
    for row in data:
        turns = row[columns["messages"]]
        roles = [turn[tags["role_tag"]] for turn in turns]
        assert roles == [tags["user_tag"], tags["assistant_tag"]], roles
        texts = [turn[tags["content_tag"]] for turn in turns]
        images = row[columns["images"]]
        for mark, media in (("<image>", images), ("<video>", []), ("<audio>", [])):
            assert sum(text.count(mark) for text in texts) == len(media), (mark, texts)
        local = [os.path.join(folder, image) for image in images]
        opened = [Image.open(place if os.path.isfile(place) else image) for place, image in zip(local, images)]
        yield [*[pixel(image) for image in opened], *texts]


def samples():
    if layout == "imagefolder":
        data = datasets.load_dataset("imagefolder", data_dir=os.path.dirname(path) or ".", split="train")
        for row in data:
            yield [pixel(row["image"]), row["question"], row["original_answer"], row["descriptive_answer"], row["split"]]
        return
    if layout == "parquet":
        paths = sorted(glob.glob(path))
        assert sum(pq.read_table(path).num_rows for path in paths)
        data = datasets.load_dataset("parquet", data_files=paths, split="train")
        assert data.features["image"] == datasets.Image(), data.features
        for row in data:
            yield [
                pixel(row["image"]), row["question"], row["original_answer"], row["descriptive_answer"],
                row["split"], row["id"], row["image_hash"],
            ]
        return
    data = datasets.load_dataset("json", data_files=path, split="train")
    if layout == "sharegpt":
        yield from sharegpt(data)
    elif layout == "messages":
        data = data.cast_column("images", datasets.List(datasets.Image()))
        for row in data:
            user, assistant = row["messages"]
            assert [user["role"], assistant["role"]] == ["user", "assistant"]
            assert [part["type"] for part in user["content"]] == ["image", "text"]
            (image,) = row["images"]
            yield [pixel(image), user["content"][1]["text"], assistant["content"][0]["text"]]
    else:
        data = data.cast_column("image", datasets.Image())
        for row in data:
            human, gpt = row["conversations"]
            assert [human["from"], gpt["from"]] == ["human", "gpt"]
            yield [row["id"], pixel(row["image"]), human["value"], gpt["value"]]


print(json.dumps(list(samples())))
