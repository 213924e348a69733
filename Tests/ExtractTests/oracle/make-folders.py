"""Data sets that are not Parquet, and the rows that Python's json and csv and `datasets` read there.

make-folders.py DIRECTORY

Beside NAME lies NAME.expected: the rows that `vqa-extract --embed` should write for it, keys sorted.
"""

import base64
import csv
import io
import json
import os
import sys

import datasets

os.chdir(sys.argv[1])
datasets.disable_progress_bars()


def image(path):
    with open(path, "rb") as file:
        return {"bytes": base64.b64encode(file.read()).decode(), "path": path}


def expect(name, split_rows):
    with open(f"{name}.expected", "w") as out:
        for split, rows in split_rows:
            for number, row in enumerate(rows):
                out.write(json.dumps(
                    {"id": f"{split}/{number}", "split": split, "row": number, **row},
                    sort_keys=True) + "\n")


os.makedirs("images/train")
os.makedirs("images/test")
for split in ("train", "test"):
    for number in range(4):
        with open(f"images/{split}/{number}.png", "wb") as file:
            file.write(b"\x89PNG\r\n\x1a\n" + f"{split} {number}".encode())

# A folder of images, as `datasets` defines it, one kind of metadata in each split.
with open("images/train/metadata.jsonl", "w") as out:
    for number in range(4):
        out.write(json.dumps({"file_name": f"{number}.png", "question": f'wo "{number}"?\n',
                              "answer": "größer 肺", "extra": [number]}) + "\n")
with open("images/test/metadata.csv", "w") as out:
    writer = csv.writer(out)
    writer.writerow(["file_name", "question", "answer"])
    for number in range(4):
        writer.writerow([f"{number}.png", f"a, b or\nc {number}?", 'say "yes"'])


def folder(split):
    """`datasets` wants metadata of one kind only, so each split by itself."""
    found = datasets.load_dataset("imagefolder", data_dir=f"images/{split}", cache_dir="cache")
    (rows,) = found.values()
    return rows.cast_column("image", datasets.Image(decode=False))


expect("images", [
    (split, [{"question": row["question"], "answer": row["answer"],
              "image": image(os.path.relpath(row["image"]["path"]))} for row in folder(split)])
    for split in ("train", "test")])

# The OSF original: byte order mark, numbers among the answers, splits by phrase_type.
rows = [{"qid": n, "phrase_type": kind, "image_name": f"{n % 4}.png", "image_organ": "HEAD",
         "question": f"q {n}?", "answer": answer}
        for n, (kind, answer) in enumerate(
            [("freeform", "Yes"), ("test_freeform", 4), ("para", 12), ("test_para", "\tleft"),
             ("freeform", "No")])]
with open("osf.json", "w", encoding="utf-8-sig") as out:
    json.dump(rows, out, indent=1)
with open("osf.json", encoding="utf-8-sig") as file:
    loaded = json.load(file)
expect("osf.json", [
    (split, [{"question": row["question"], "answer": row["answer"],
              "image": image(f"images/train/{row['image_name']}"), "image_organ": row["image_organ"]}
             for row in loaded if row["phrase_type"].startswith("test") == (split == "test")])
    for split in ("train", "test")])

# CSV with everything that RFC 4180 allows, as Python's csv reads it.
text = ("\ufeffquestion,answer,image,note\r\n"
        '"a ""quoted"", b",yes,images/train/0.png,\r\n'
        '"two\r\nlines","",images/test/1.png,"x"\r\n'
        "\r\n"
        'größer?,5,images/test/2.png,"a\n\nb"\n'
        '"",no,images/test/3.png,last')
with open("rows.csv", "w", newline="") as out:
    out.write(text)
with open("rows.csv", encoding="utf-8-sig", newline="") as file:
    loaded = list(csv.DictReader(file))
expect("rows.csv", [("train", [
    {"question": row["question"], "answer": row["answer"], "image": image(row["image"]),
     "note": row["note"]} for row in loaded])])
with open("rows.tsv", "w", newline="") as out:
    csv.writer(out, dialect="excel-tab").writerows(
        [list(loaded[0])] + [list(row.values()) for row in loaded])
os.link("rows.csv.expected", "rows.tsv.expected")

# JSON Lines with numbers, nulls, missing keys, an image that is there already.
lines = [
    '{"query":"a\\u0041?","label":1.50,"img":"images/test/0.png"}',
    "",
    '{"label":true,"img":null,"query":"b"}',
    '{"query":null,"label":-0.0,"img":{"path":"images/test/1.png"}}',
    '{"query":"d","label":null,"img":{"bytes":"YQ==","path":"x.png"}}',
    '{"query":"e"}',
]
with open("rows.jsonl", "w") as out:
    out.write("\n".join(lines))


def named(value):
    if isinstance(value, dict) and "bytes" in value:
        return value
    return value and image(value["path"] if isinstance(value, dict) else value)


loaded = [json.loads(line) for line in lines if line]
expect("rows.jsonl", [("train", [
    {"question": row["query"], "answer": row.get("label"), "image": named(row.get("img"))}
    for row in loaded])])
