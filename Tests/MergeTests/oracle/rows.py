#!/usr/bin/env python3
"""Writes rows that are hard to merge: any Unicode, any spelling, any order.

    rows.py SEED COUNT [finite] > rows.jsonl

Keys are shuffled, white space is strewn, characters are spelled raw or as
escapes of either case; ids come twice, answered or failed; sizes are numbers
of all kinds, infinite ones among them unless told otherwise (what Python
writes for those is not JSON); there are several splits, and rows without a
number.
"""
import json
import random
import sys

random.seed(int(sys.argv[1]))
COUNT = int(sys.argv[2])

SHORT = {"\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t", '"': '\\"', "\\": "\\\\"}
RANGES = [(0x20, 0x7E)] * 6 + [(0, 0x1F), (0x7F, 0x7F), (0x80, 0x7FF), (0x2028, 0x2029)]
RANGES += [(0x800, 0xD7FF), (0xD800, 0xDFFF), (0xE000, 0xFFFF), (0x10000, 0x10FFFF)]
NUMBERS = ["0", "-0", "1", "512", "123456789012345678901234567890", "0.10", "1.0", "-0.0"]
NUMBERS += ["1E5", "1e16", "12345678901234567.0", "9007199254740993.0", "1e-5", "0.0001"]
NUMBERS += [] if "finite" in sys.argv else ["1e400", "-1e400"]
NUMBERS += ["2.5e-320", "1e22", "0.30000000000000004", "1.7976931348623157e308"]


def text(longest=12):
    return "".join(chr(random.randint(*random.choice(RANGES))) for _ in range(random.randint(0, longest)))


def unit(value):
    digits = f"{value:04x}"
    return "\\u" + (digits.upper() if random.random() < 0.5 else digits)


def spell(character):
    code = ord(character)
    if character in SHORT and random.random() < 0.5:
        return SHORT[character]
    if character == "/" and random.random() < 0.5:
        return "\\/"
    if code < 0x20 or character in '"\\' or 0xD800 <= code < 0xE000 or random.random() < 0.2:
        if code < 0x10000:
            return unit(code)
        code -= 0x10000
        return unit(0xD800 + (code >> 10)) + unit(0xDC00 + (code & 0x3FF))
    return character


def quoted(value):
    return '"' + "".join(map(spell, value)) + '"'


def space():
    return "".join(random.choice(" \t\r") for _ in range(random.choice([0, 0, 0, 1, 2])))


def members(pairs):
    random.shuffle(pairs)
    return (
        space() + "{" + space()
        + (space() + "," + space()).join(
            quoted(key) + space() + ":" + space() + value for key, value in pairs)
        + space() + "}" + space()
    )


IMAGES = [
    (text(3) + f"{number:032x}", text(), f"[{space()}{random.choice(NUMBERS)},{random.choice(NUMBERS)} ]")
    for number in range(max(1, COUNT // 4))
]
SPLITS = ["train", "validation", "test", "dev", "\u00e4rger", "", "Test"]


def facts(number):
    split = random.choice(SPLITS)
    image, path, size = random.choice(IMAGES)
    answer = quoted(text()) if random.random() < 0.9 else random.choice(NUMBERS + ["true", "false"])
    pairs = [
        ("split", quoted(split)), ("question", quoted(text(40))), ("answer", answer),
        ("image_hash", quoted(image)), ("image_path", quoted(path)), ("image_size", size),
        (text(3) + "?", random.choice(['{"id":1,"a":[{}]}', "[]", "null", "1e400", quoted(text())])),
    ]
    # Rows that share split and number are told apart by what is before them.
    prefix = random.choice(["", "", "a/", "b/", "b!", "\u00e9/", "\U0001f600"])
    position = number if random.random() < 0.7 else number // 3
    identity = f"{prefix}{split}/{number}" if random.random() < 0.9 else 1000 + number
    pairs.append(("id", quoted(identity) if isinstance(identity, str) else str(identity)))
    if random.random() < 0.9:
        pairs.append(("row", str(position)))
    return pairs


def answered(pairs):
    return members(pairs + [("descriptive_answer", quoted(text(60)))])


def failed(pairs):
    error = '{"stage":"vqa-gemini","code":"blocked","message":' + quoted(text()) + "}"
    return members(pairs + random.choice([[("error", error)], [], [("error", error), ("descriptive_answer", quoted(text()))]]))


lines = []
for number in range(COUNT):
    pairs = facts(number)
    for _ in range(random.choice([1, 1, 1, 2, 3])):
        lines.append(random.choice([answered, answered, failed])(list(pairs)))
random.shuffle(lines)
for line in lines:
    sys.stdout.buffer.write(line.encode() + b"\n")
