#!/usr/bin/env python3
"""Damaged pictures: vqa-hash reads what Pillow reads, to the bit, and fails where Pillow fails.

usage: Tests/faults/pictures.py [DIRECTORY OF THE TOOLS=.build/debug] [COUNT=1000] [SEED=1] [FORMAT ...]

COUNT mutants of the fixtures of each format (png, jpeg, webp, gif, bmp, tiff): bytes flipped, set,
cut out, doubled, the end cut off. A mutant whose pixels are of a kind that is refused by name counts
as refused. Those that differ are kept in .build/faults. Prints a line for each format with its
counts; ends with 1 if any differs. Pillow has newer libraries in it than Debian: of damaged JPEGs and
fax-coded TIFFs about one in some thousands differs for that alone.
"""
import base64
import collections
import hashlib
import io
import json
import os
import pathlib
import random
import re
import subprocess
import sys
import tempfile
import warnings

root = pathlib.Path(__file__).resolve().parent.parent.parent
if "PIL" not in sys.modules and not os.environ.get("VQA_FAULTS_PYTHON"):
    python = root / ".build/venv/bin/python"
    os.environ["VQA_FAULTS_PYTHON"] = "1"
    os.execv(python, [python, *sys.argv])

import datasets
import PIL.Image

warnings.simplefilter("ignore")
# libtiff writes what it thinks of each picture to stderr.
os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
tools = os.path.realpath(sys.argv[1] if len(sys.argv) > 1 else ".build/debug")
count = int(sys.argv[2]) if len(sys.argv) > 2 else 1000
seed = int(sys.argv[3]) if len(sys.argv) > 3 else 1
formats = sys.argv[4:] or ["png", "jpeg", "webp", "gif", "bmp", "tiff"]
suffixes = {"jpeg": "jpg", "tiff": "tif"}
refusals = {"unsupported_mode", "unsupported_format", "too_large"}


def mutant(data, chance):
    data = bytearray(data)
    for _ in range(chance.choice([1, 1, 1, 2, 4, 16])):
        place = int(len(data) * chance.random() ** chance.choice([1, 1, 4]))
        kind = chance.randrange(8)
        if kind < 3:
            data[place] ^= 1 << chance.randrange(8)
        elif kind < 5:
            data[place] = chance.choice([0, 1, 2, 127, 128, 255, chance.randrange(256)])
        elif kind == 5:
            del data[place:place + chance.choice([1, 2, 8, 64])]
        elif kind == 6:
            data[place:place] = data[place:place + chance.choice([1, 4, 32])]
        elif chance.random() < 0.3:
            del data[place:]
        if not data:
            break
    return bytes(data)


def pillow(data):
    """The hash that Pillow gives, or None and why it fails."""
    try:
        image = datasets.Image().decode_example({"bytes": data, "path": None})
        return hashlib.md5(image.tobytes()).hexdigest(), image.mode
    except Exception as error:  # noqa: BLE001 - whatever a decoder raises
        return None, repr(error)[:200]


failures = 0
for kind in formats:
    chance = random.Random(f"{seed} {kind}")
    suffix = suffixes.get(kind, kind)
    sources = sorted(p for folder in ("Fixtures", "Bitmaps")
                     for p in (root / "Tests/ImagesTests" / folder).glob(f"*.{suffix}"))
    mutants = [mutant(chance.choice(sources).read_bytes(), chance) for _ in range(count)]
    rows = "".join(json.dumps({"image": {"bytes": base64.b64encode(m).decode()}}) + "\n"
                   for m in mutants)
    with tempfile.TemporaryDirectory() as work:
        done = subprocess.run([f"{tools}/vqa-hash", "--quiet"], input=rows, cwd=work, text=True,
                              capture_output=True)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    if done.returncode not in (0, 1) or len(lines) != count:
        print(f"{kind}: status {done.returncode}, {len(lines)} rows: {done.stderr[-300:]}")
        failures += 1
        continue
    counts = collections.Counter()
    for number, (data, line) in enumerate(zip(mutants, lines)):
        expected, why = pillow(data)
        error = line.get("error") or {}
        code = error.get("code")
        found = line.get("image_hash")
        taken = code == "hash_taken" and re.search("image_md5_([0-9a-f]+)", error["message"])
        if found == expected or (taken and taken[1] == expected):
            counts["read" if expected else "failed"] += 1
        elif code in refusals or (code == "unsupported_mode"):
            counts["refused"] += 1
        else:
            counts["differ"] += 1
            kept = root / ".build/faults"
            kept.mkdir(parents=True, exist_ok=True)
            (kept / f"{kind}-{seed}-{number}.{suffix}").write_bytes(data)
            print(f"  {kind} {number}: Pillow {expected} {why}; here {found} {error}"[:400])
    print(f"{kind:<5} {count} mutants: {counts['read']} read alike, {counts['failed']} failed alike, "
          f"{counts['refused']} refused, {counts['differ']} differ", flush=True)
    failures += counts["differ"] > 0
sys.exit(failures > 0)
