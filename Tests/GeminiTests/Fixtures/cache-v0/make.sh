#!/bin/sh
# make.sh PRODUCTS: makes the cache of version 0 that CacheTests takes over.
# PRODUCTS is the folder of executables built at commit 5405ec9, the last one
# that wrote such caches.
set -eu
products=$(cd "$1" && pwd)
cd "$(dirname "$0")"
rm -f answers.sqlite ./*.png ./rows.jsonl
scratch=$(mktemp -d)
trap 'kill "$server"; rm -rf "$scratch"' EXIT
python3 - <<'PYTHON'
import json, struct, zlib

def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

with open("rows.jsonl", "w") as rows:
    for i in range(6):
        path = f"image{i // 3}.png"
        with open(path, "wb") as png:
            png.write(b"\x89PNG\r\n\x1a\n"
                      + chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
                      + chunk(b"IDAT", zlib.compress(bytes([0, i // 3]))) + chunk(b"IEND", b""))
        row = {"id": f"train/{i}", "question": f"question {i}?", "answer": "Yes",
               "image_path": path, "image_size": [1, 1]}
        rows.write(json.dumps(row) + "\n")
PYTHON
"$products/gemini-stand-in" --port-file "$scratch/port" --log "$scratch/log" &
server=$!
while ! [ -s "$scratch/port" ]; do sleep 0.1; done
GOOGLE_GEMINI_BASE_URL="http://127.0.0.1:$(cat "$scratch/port")"
export GOOGLE_GEMINI_BASE_URL
export GEMINI_API_KEY=stand-in-key XDG_STATE_HOME="$scratch"
ask() { "$products/vqa-gemini" --cache answers.sqlite "$@"; }
# Two rows by each check, and two by --per-image.
sed -n 1,2p rows.jsonl | ask > /dev/null
sed -n 3p rows.jsonl | ask --check mention > /dev/null
sed -n 4p rows.jsonl | ask --check none > /dev/null
sed -n 5,6p rows.jsonl | ask --per-image > /dev/null
