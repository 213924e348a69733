"""The rows that a Parquet file should give, by pyarrow, orjson-free and slow.

rows.py FILE SPLIT
"""

import base64
import json
import sys

import pyarrow.parquet as pq

path, split = sys.argv[1:]
for number, row in enumerate(pq.read_table(path).to_pylist()):
    image = row["image"] and {
        "bytes": base64.b64encode(row["image"]["bytes"]).decode(), "path": row["image"]["path"]}
    out = {
        "id": f"{split}/{number}", "split": split, "row": number, "question": row["question"],
        "answer": row["answer"], "image": image}
    print(json.dumps(out, ensure_ascii=False, separators=(",", ":")))
