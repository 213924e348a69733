#!/usr/bin/env python3
"""Writes N answered rows as vqa-gemini would, shuffled, one JSON object a line.

    merge-rows.py N [ROWS_PER_IMAGE=7] > rows.jsonl

425 bytes a row in the mean. The same N gives the same bytes. The shuffle is a
walk by a stride that has no factor in common with N, so that it takes no
memory.
"""
import math
import sys

WORDS = (
    "the chest radiograph shows a small opacity in left lower lobe with blunting of "
    "costophrenic angle consistent effusion no evidence pneumothorax heart size is normal"
).split()


def sentence(seed, count):
    words = []
    for _ in range(count):
        seed = (seed * 6364136223846793005 + 1442695040888963407) % 2**64
        words.append(WORDS[(seed >> 33) % len(WORDS)])
    return " ".join(words)


def row(number, per_image):
    image = number // per_image
    # An odd multiplier makes a hash that no two images share.
    digest = f"{(image * 0x9E3779B97F4A7C15F39CC0605CEDC835 + 1) % 2**128:032x}"
    split = ("train", "train", "train", "validation", "test")[image % 5]
    answer = "Yes" if number % 3 else "Pleural effusion \u2014 links"
    return (
        f'{{"id":"{split}/{number}","split":"{split}","row":{number},'
        f'"question":"Is {sentence(number, 5)}?","answer":"{answer}",'
        f'"image_hash":"{digest}","image_path":"md5_images/image_md5_{digest}.png",'
        f'"image_size":[{256 + image % 512},{256 + image % 384}],'
        f'"descriptive_answer":"{answer}. Explanation: {sentence(number + 1, 6 + number % 5)}.",'
        '"gemini":{"model":"gemini-2.5-flash","finish_reason":"STOP"}}\n'
    )


def main():
    count = int(sys.argv[1])
    per_image = int(sys.argv[2]) if len(sys.argv) > 2 else 7
    stride = int(count * 0.6180339887) | 1
    while math.gcd(stride, count) != 1:
        stride += 2
    lines = []
    number = 0
    for _ in range(count):
        lines.append(row(number, per_image))
        number = (number + stride) % count
        if len(lines) == 10_000:
            sys.stdout.buffer.write("".join(lines).encode())
            lines.clear()
    sys.stdout.buffer.write("".join(lines).encode())


main()
