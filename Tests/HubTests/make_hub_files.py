"""Data sets for the Hub on loopback.

make_hub_files.py ROOT
"""

import io
import json
import os
import sys
import zipfile

import pyarrow as pa
import pyarrow.parquet as pq
from PIL import Image

os.chdir(sys.argv[1])


def png(number):
    buffer = io.BytesIO()
    Image.effect_noise((40, 40), number + 1).save(buffer, "PNG")
    return buffer.getvalue()


def put(path, content):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as out:
        out.write(content if isinstance(content, bytes) else content.encode())


def parquet(path, first):
    buffer = io.BytesIO()
    rows = range(first, first + 2)
    pq.write_table(pa.table({
        "question": [f"q{n}?" for n in rows], "answer": ["a"] * 2,
        "image": pa.array([{"bytes": png(n), "path": f"{n}.png"} for n in rows],
                          pa.struct([("bytes", pa.binary()), ("path", pa.string())]))}), buffer)
    put(path, buffer.getvalue())


for shard in range(3):
    parquet(f"owner/shards/main/data/train-0000{shard}-of-00003.parquet", 2 * shard)
parquet("owner/shards/main/data/test-00000-of-00001.parquet", 6)

mixed = "owner/mixed/main"
put(f"{mixed}/README.md", """---
configs:
- config_name: rows
  data_files: [{split: val, path: rows.csv}]
- config_name: lines
  data_dir: lines
- config_name: array
  data_files: array.json
- config_name: zipped
  data_files: zipped.json
- config_name: broken
  data_files: data/train-*
---
""")
record = {"question": "q?", "answer": "a", "image": "pictures/1.png"}
put(f"{mixed}/rows.csv", "question,answer,image\nq?,a,pictures/1.png\n")
put(f"{mixed}/lines/dev.jsonl", json.dumps({**record, "image": "0.png"}) + "\n")
put(f"{mixed}/lines/0.png", png(0))
put(f"{mixed}/array.json", json.dumps([record, record]))
put(f"{mixed}/zipped.json", json.dumps([{**record, "image": "2.png"}]))
put(f"{mixed}/pictures/1.png", png(1))
parquet(f"{mixed}/data/train-00001-of-00002.parquet", 0)
buffer = io.BytesIO()
with zipfile.ZipFile(buffer, "w") as archive:
    archive.writestr("top/2.png", png(2))
put(f"{mixed}/pictures.zip", buffer.getvalue())

put("owner/converted/main/train.txt", "text")
conversion = "owner/converted/refs%2Fconvert%2Fparquet"
parquet(f"{conversion}/default/partial-train/0000.parquet", 0)
parquet(f"{conversion}/default/testmini/0000.parquet", 2)
put("owner/nothing/main/notes.txt", "text")
