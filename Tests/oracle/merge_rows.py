"""Makes of rows what the notebook made of its answers: one nested JSON, by json.dump.

usage: merge_rows.py ROWS.jsonl OUTPUT.json

Written from the README's description of the result. The rows are in the order
of the data set, all of them answered, train before test.
"""

import json
import sys

dataset = {}
with open(sys.argv[1], encoding="utf-8") as rows:
    for line in rows:
        row = json.loads(line)
        entry = dataset.setdefault(
            row["image_hash"],
            {
                "image_info": {"size": row["image_size"], "split": row["split"]},
                "image_path": row["image_path"],
                "qa_pairs": [],
            },
        )
        entry["qa_pairs"].append(
            {
                "question": row["question"],
                "original_answer": row["answer"],
                "descriptive_answer": row["descriptive_answer"],
                "split": row["split"],
            }
        )
with open(sys.argv[2], "w") as output:
    json.dump(dataset, output, indent=2)
