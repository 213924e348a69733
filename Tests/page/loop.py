"""The whole loop on a data set, against the stand-in: extract, hash, explain, blind answer, merge, flags,
page, verdicts of two reviewers in headless Chromium, re-ask, merge.

    python3 Tests/page/loop.py .build/debug test-00000-of-00001.parquet [FOLDER]

FOLDER keeps what was written. Takes some minutes for the 451 rows of VQA-RAD's test split: every
pair is judged twice, key by key.
"""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

from chromium import Chromium


def check(holds, what):
    if not holds:
        sys.exit(f"not so: {what}")
    print(f"ok: {what}")


class Loop:
    def __init__(self, tools, folder):
        self.tools, self.folder = tools, folder
        self.environment = {
            "PATH": f"{tools}:{os.environ['PATH']}", "HOME": str(folder), "GEMINI_API_KEY": "stand-in-key",
            "XDG_CACHE_HOME": str(folder / "cache"), "XDG_STATE_HOME": str(folder / "state"),
        }

    def run(self, status, *command):
        start = time.monotonic()
        result = subprocess.run(command, cwd=self.folder, env=self.environment, capture_output=True, text=True)
        if result.returncode != status:
            sys.exit(f"{' '.join(command)}: status {result.returncode}\n{result.stderr[-2000:]}")
        print(f"  {time.monotonic() - start:5.1f} s  {' '.join(command)}")
        return result.stdout

    def filter(self, output, *command):
        (self.folder / output).write_text(self.run(0, *command))

    def stand_in(self):
        port = self.folder / "port"
        port.unlink(missing_ok=True)
        process = subprocess.Popen(
            [f"{self.tools}/gemini-stand-in", "--port-file", str(port)], stderr=subprocess.DEVNULL)
        while not port.exists():
            if process.poll() is not None:
                sys.exit("the stand-in did not start")
            time.sleep(0.1)
        self.environment["GOOGLE_GEMINI_BASE_URL"] = f"http://127.0.0.1:{port.read_text().strip()}"
        return process

    def json(self, name):
        return json.loads((self.folder / name).read_text())

    def lines(self, name):
        return [json.loads(line) for line in (self.folder / name).read_text().splitlines()]


def judge(browser, page, reviewer, rejects):
    """Judges every pair by keyboard; what is exported."""
    browser.open(page)
    browser.evaluate(f"verdicts.rename({json.dumps(reviewer)}); list.focus()")
    for place in range(browser.evaluate("pairs.length")):
        browser.press("2" if rejects(place) else "1")
        browser.press("j")
    return browser.evaluate("verdicts.exported()")


def first_round(loop, data):
    loop.filter("extracted.jsonl", "vqa-extract", data, "--split", "test")
    loop.filter("hashed.jsonl", "vqa-hash", "extracted.jsonl")
    loop.filter("explained.jsonl", "vqa-gemini", "--rpm", "100000", "--tpm", "1000000000", "-q", "hashed.jsonl")
    loop.filter("rows.jsonl", "vqa-gemini", "--rpm", "100000", "--tpm", "1000000000", "-q", "--task", "answer",
                "explained.jsonl")
    loop.run(0, "vqa-merge", "rows.jsonl", "--flags", "flags.jsonl", "--stats", "stats.json", "-o", "first.json")
    loop.run(0, "vqa-merge", "rows.jsonl", "--format", "html", "-o", "review.html")
    rows, stats = loop.lines("rows.jsonl"), loop.json("stats.json")
    check(stats["pairs"] == len(rows) and stats["unanswered"] == 0, f"{len(rows)} pairs are merged")
    kinds = stats["blind_answers"]["test"].values()
    check(sum(sum(kind.values()) for kind in kinds) == len(rows), "all have a blind answer")
    check(sum(stats["flags"].values()) == len(loop.lines("flags.jsonl")), f"flags: {stats['flags']}")
    return rows


def main():
    tools, data = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(sys.argv[3] if len(sys.argv) > 3 else name).resolve()
        folder.mkdir(exist_ok=True)
        loop = Loop(tools, folder)
        server = loop.stand_in()
        browser = None
        try:
            rows = first_round(loop, data)
            browser = Chromium()
            page = (folder / "review.html").as_uri()
            for reviewer, rejects in [("anna", lambda place: place % 20 == 0), ("ben", lambda place: place % 30 == 0)]:
                text = judge(browser, page, reviewer, rejects)
                mine = [line for line in text.splitlines(True) if json.loads(line)["reviewer"] == reviewer]
                (folder / f"{reviewer}.jsonl").write_text("".join(mine))
            check(browser.complaints() == [], "the page has nothing to complain of")
            second_round(loop, rows)
        finally:
            if browser:
                browser.close()
            server.terminate()
            server.wait()


def second_round(loop, rows):
    reviews = ["--reviews", "anna.jsonl", "ben.jsonl"]
    loop.run(1, "vqa-merge", "rows.jsonl", *reviews, "--failed", "rejected.jsonl", "--stats", "judged.json",
             "-o", "kept.json")
    count = len(rows)
    rejected = {place for place in range(count) if place % 20 == 0 or place % 30 == 0}
    stats = loop.json("judged.json")
    check(stats["pairs"] == count - len(rejected), f"{len(rejected)} rejected pairs have left")
    check(stats["failures"] == {"rejected": len(rejected)}, "and are counted")
    (agreement,) = stats["reviews"]["agreement"]
    check(agreement["pairs"] == count and agreement["reviewers"] == ["anna", "ben"],
          f"the reviewers agree on {agreement['equal']}, kappa {agreement['kappa']:.3f}")
    check(len(stats["reviews"]["differences"]) == count - agreement["equal"], "where they differ is listed")
    # The stand-in gives one model's answer again word for word.
    loop.filter("again.jsonl", "vqa-gemini", "--rpm", "100000", "--tpm", "1000000000", "-q", "--refresh",
                "--model", "gemini-2.5-pro", "rejected.jsonl")
    again = loop.lines("again.jsonl")
    check(all(row["descriptive_answer"] and "error" not in row for row in again), "all are answered anew")
    old = {row["id"]: row["descriptive_answer"] for row in rows}
    same = [row["id"] for row in again if row["descriptive_answer"] == old[row["id"]]]
    loop.run(1 if same else 0, "vqa-merge", "rows.jsonl", "again.jsonl", *reviews, "--stats", "last.json",
             "-o", "last.json.result")
    stats = loop.json("last.json")
    check(stats["pairs"] == count - len(same), f"{stats['pairs']} pairs, {len(same)} of them the same as before and still rejected")
    result = loop.json("last.json.result")
    pairs = [pair for image in result.values() for pair in image["qa_pairs"]]
    check([(pair["question"], pair["original_answer"]) for pair in pairs if not same]
          == [(pair["question"], pair["original_answer"]) for image in loop.json("first.json").values()
              for pair in image["qa_pairs"] if not same], "in the same order as at first")
    loop.run(1 if same else 0, "vqa-merge", "rows.jsonl", "again.jsonl", *reviews, "--format", "parquet",
             "-o", "data.parquet", "--card", "README.md", "--license", "cc0-1.0")


main()
