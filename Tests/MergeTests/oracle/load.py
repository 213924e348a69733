#!/usr/bin/env python3
"""Loads what vqa-merge wrote for training with the real `datasets` library,
images decoded, and prints what a training script would see as JSON.

    load.py FORMAT FILE     in the folder that the image paths are relative to
"""
import json
import os
import sys
import tempfile

os.environ["HF_HUB_OFFLINE"] = "1"
cache = tempfile.mkdtemp()
os.environ["HF_HOME"] = cache

import datasets  # noqa: E402  (reads the environment)

datasets.disable_progress_bars()
layout, path = sys.argv[1:3]


def pixel(image):
    """The size of a decoded image and one of its pixels, which tells it from the others."""
    return [*image.size, *image.getpixel((0, 0))]


def samples():
    if layout == "imagefolder":
        data = datasets.load_dataset("imagefolder", data_dir=os.path.dirname(path) or ".", split="train")
        for row in data:
            yield [pixel(row["image"]), row["question"], row["original_answer"], row["descriptive_answer"], row["split"]]
        return
    data = datasets.load_dataset("json", data_files=path, split="train")
    if layout == "messages":
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
