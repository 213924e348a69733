#!/usr/bin/env python3
"""What vqa-merge has to write, said in the plainest Python.

    merge.py [--failed FILE] [--ensure-ascii no] [--compact] FILE... > result.json

Holds everything in memory and knows nothing of conflicts.
"""
import argparse
import json
import sys

parser = argparse.ArgumentParser()
parser.add_argument("files", nargs="+")
parser.add_argument("--failed")
parser.add_argument("--ensure-ascii", default="yes")
parser.add_argument("--compact", action="store_true")
options = parser.parse_args()


def identity(row, place):
    if row.get("id") is not None:
        return json.dumps(row["id"])
    if "split" in row and "row" in row:
        return json.dumps(f"{row['split']}/{row['row']}")
    return ("no id", place)


def is_answered(row):
    return "descriptive_answer" in row and not row.get("error")


best = {}
lines = (line for file in options.files for line in open(file, "rb"))
for number, line in enumerate(lines):
    row = json.loads(line)
    place = len(best)
    key = identity(row, place)
    if key not in best or is_answered(row) or not is_answered(best[key][0]):
        first = best[key][2] if key in best else place
        best[key] = (row, (number, line), first)

SPLITS = ["train", "validation", "test"]


def order(entry):
    row, _, place = entry
    split = row["split"]
    rank = SPLITS.index(split) if split in SPLITS else len(SPLITS)
    if "row" in row:
        name = str(row.get("id", ""))
        return (rank, split, 0, row["row"], name, place)
    return (rank, split, 1, 0, "", place)


dataset = {}
for row, _, _ in sorted((e for e in best.values() if is_answered(e[0])), key=order):
    image = dataset.setdefault(
        row["image_hash"],
        {
            "image_info": {"size": row["image_size"], "split": row["split"]},
            "image_path": row["image_path"],
            "qa_pairs": [],
        },
    )
    image["qa_pairs"].append(
        {
            "question": row["question"],
            "original_answer": row["answer"],
            "descriptive_answer": row["descriptive_answer"],
            "split": row["split"],
        }
    )

layout = {"separators": (",", ":")} if options.compact else {"indent": 2}
text = json.dumps(dataset, ensure_ascii=options.ensure_ascii == "yes", **layout)
# What UTF-8 cannot hold, a lone surrogate, stays an escape.
sys.stdout.buffer.write(text.encode("utf-8", "backslashreplace"))
if options.failed:
    with open(options.failed, "wb") as output:
        for _, line in sorted(line for row, line, _ in best.values() if not is_answered(row)):
            output.write(line.rstrip(b"\n") + b"\n")
