"""How fast rows go through a filter that has nothing to do with them, beside `wc -l` and `jq -c .`.

usage: python3 Benchmarks/rows.py [DIRECTORY OF THE TOOLS]

Rows of 100 kB with a base64 picture carry the error of an earlier stage, rows
of 400 bytes are answered: both kinds are read strictly and handed on. One core.
"""

import base64
import json
import os
import random
import subprocess
import sys
import tempfile

from measure import Contest

tools = sys.argv[1] if len(sys.argv) > 1 else ".build/release"
failed = {"stage": "vqa-extract", "code": "example", "message": "a row that failed before"}


def write_rows(path, total, extra):
    """Rows of about the same kind, `total` bytes in all."""
    chance = random.Random(2026)
    with open(path, "w", encoding="utf-8") as rows:
        number = 0
        while rows.tell() < total:
            row = {
                "id": f"train/{number}",
                "split": "train",
                "row": number,
                "question": "is there evidence of an aortic aneurysm in this picture?",
                "answer": "yes",
                **extra(chance),
            }
            rows.write(json.dumps(row, separators=(",", ":"), ensure_ascii=False) + "\n")
            number += 1


def with_picture(chance):
    text = base64.b64encode(chance.randbytes(75_000)).decode()
    return {"image": {"bytes": text, "path": "img_104.jpg"}, "error": failed}


def answered(chance):
    name = f"{chance.getrandbits(128):032x}"
    return {
        "image_hash": name,
        "image_path": f"md5_images/image_md5_{name}.png",
        "image_size": [566, 555],
        "descriptive_answer": "Yes. Explanation: the aorta is wide and its wall is calcified.",
        "gemini": {"model": "m", "finish_reason": "STOP", "attempts": 1},
    }


os.environ["GEMINI_API_KEY"] = "none-is-asked"
for name, kind, total, tool, status in (
    ("100 kB rows", with_picture, 400e6, "vqa-hash", 1),
    ("400 byte rows", answered, 200e6, "vqa-gemini", 0),
):
    with tempfile.TemporaryDirectory() as directory:
        path = os.path.join(directory, "rows.jsonl")
        write_rows(path, total, kind)
        size = os.path.getsize(path)
        command = [os.path.join(tools, tool), "-q", path]
        contest = Contest(runs=5, cpus="1")
        contest.add("wc -l", ["wc", "-l", path], size)
        contest.add(tool, command, size, statuses=(status,))
        contest.add("jq -c .", ["jq", "-c", ".", path], size)
        contest.run()
        print(f"\n{name}, {size / 1e6:.0f} MB")
        contest.print()
        print(f"jq takes {contest.ratio('jq -c .', tool):.1f} times the CPU time of {tool}")
        with open(os.path.join(directory, "out"), "wb") as out:
            subprocess.run(command, stdout=out, check=False)
        subprocess.run(["cmp", path, out.name], check=True)
