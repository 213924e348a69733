#!/usr/bin/env python3
"""What vqa-merge --into has to write, from an earlier result and a later one.

    into.py OLD.json NEW.json > result.json

NEW.json is what merge.py makes of the rows that are added. A pair of it that
the old result has (image, split, question, original answer) takes the place of
the first such pair that none has taken yet; the others are appended.
"""
import json
import sys

old, new = (json.load(open(path)) for path in sys.argv[1:3])


def key(pair):
    return json.dumps([pair["split"], pair["question"], pair["original_answer"]])


# Pairs claim in the order of the rows, which within an image is theirs.
for name, image in new.items():
    mine = old.setdefault(name, {**image, "qa_pairs": []})
    free = list(range(len(mine["qa_pairs"])))
    added = []
    for pair in image["qa_pairs"]:
        for place in free:
            if key(mine["qa_pairs"][place]) == key(pair):
                mine["qa_pairs"][place] = pair
                free.remove(place)
                break
        else:
            added.append(pair)
    mine["qa_pairs"] += added

sys.stdout.write(json.dumps(old, indent=2))
