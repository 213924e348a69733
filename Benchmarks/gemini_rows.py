"""Rows with pictures, and the stand-in to answer them: what the benchmarks of vqa-gemini share."""

import json
import os
import random
import shutil
import subprocess
import tempfile
import time
import urllib.request

from PIL import Image


def write_rows(work, count, per_image=7, size=200):
    """`count` rows whose gray pictures of size x size noise are about size * size bytes each."""
    chance = random.Random(2026)
    with open(f"{work}/rows.jsonl", "w") as rows:
        for number in range(count):
            path = f"{work}/{number // per_image}.png"
            if number % per_image == 0:
                picture = Image.frombytes("L", (size, size), chance.randbytes(size * size))
                picture.save(path)
            row = {
                "id": f"train/{number}",
                "question": f"is there something unusual in region {number}?",
                "answer": "yes",
                "image_path": path,
                "image_size": [size, size],
            }
            rows.write(json.dumps(row) + "\n")
    return f"{work}/rows.jsonl"


class StandIn:
    """A running gemini-stand-in, with options of its own."""

    def __init__(self, tools, work, *arguments):
        self.work = work
        self.port_file = tempfile.mktemp(dir=work)
        self.process = subprocess.Popen(
            [f"{tools}/gemini-stand-in", "--port-file", self.port_file, *arguments],
            stdout=subprocess.DEVNULL,
        )
        while not os.path.exists(self.port_file):
            time.sleep(0.02)
        with open(self.port_file) as file:
            self.port = int(file.read())
        self.url = f"http://127.0.0.1:{self.port}"

    def environment(self, **more):
        """For a client that remembers nothing yet."""
        places = {f"XDG_{kind}_HOME": f"{self.work}/{kind}" for kind in ("CACHE", "STATE")}
        for place in places.values():
            shutil.rmtree(place, ignore_errors=True)
        return {
            **os.environ,
            **places,
            "GOOGLE_GEMINI_BASE_URL": self.url,
            "BASE": self.url,
            "GEMINI_API_KEYS": "stand-in-key",
            **more,
        }

    def stats(self):
        """The sums over all requests so far."""
        with urllib.request.urlopen(f"{self.url}/stand-in/stats") as reply:
            return json.load(reply)

    def stop(self):
        self.process.terminate()
        self.process.wait()
