#!/usr/bin/env python3
"""A data set's rows and pictures by Spark, over many hosts.

usage: spark-submit spark.py SOURCE OUT [--parts N] [--extract OPTIONS] [--hash OPTIONS]

  spark-submit --master 'local[4]' spark.py flaviagiammarino/vqa-rad rows --parts 64

Reads   SOURCE, as vqa-extract does on every host
Writes  OUT/part-00000 and so on, rows with their pictures' hashes, in the order
        of the data set; PNG files in md5_images. The working directory has to be
        the same on all hosts.

For extract and hash only, the work that grows with cores. One vqa-gemini fills a
quota by itself, and Spark may run a task twice, so the rest is a pipe:

  cat rows/part-* | vqa-gemini | vqa-merge -o out.json
"""

import argparse
import os
import shlex
import subprocess
import sys
from pathlib import Path

# What the programs need of the environment. RDD.pipe gives them an empty one.
VARIABLES = ("PATH", "HOME", "LANG", "TMPDIR", "LD_LIBRARY_PATH", "SSL_CERT_FILE", "SSL_CERT_DIR")
PREFIXES = ("HF_", "XDG_", "VQA_", "http", "HTTP", "no_proxy", "NO_PROXY", "all_proxy")


def environment():
    return {
        name: value
        for name, value in os.environ.items()
        if name in VARIABLES or name.startswith(PREFIXES)
    }


# Spark's checkCode=True takes 1 (some rows failed) for a failure, and False takes
# a crash for success. The statuses of all stages are looked at here, as the tools
# mean them.
def command(directory, extract, hash_):
    script = f"""cd {shlex.quote(directory)} || exit 2
while read -r offset limit; do
  {extract} --offset "$offset" --limit "$limit" | {hash_}
  statuses=("${{PIPESTATUS[@]}}")
  for status in "${{statuses[@]}}"; do [ "$status" -le 1 ] || exit "$status"; done
done"""
    return shlex.join(["bash", "-c", script])


# Spark's own count takes a carriage return for the end of a line.
def count_lines(directory):
    return sum(1 for part in Path(directory).glob("part-*") for _ in part.open("rb"))


def parse_arguments():
    parser = argparse.ArgumentParser(
        usage=argparse.SUPPRESS, description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source")
    parser.add_argument("out")
    parser.add_argument("--parts", type=int, default=8)
    parser.add_argument("--extract", default="", metavar="OPTIONS", help="for vqa-extract")
    parser.add_argument("--hash", default="--jobs 1", metavar="OPTIONS", help="for vqa-hash")
    return parser.parse_args()


def main():
    arguments = parse_arguments()
    # Help is there without Spark.
    from py4j.protocol import Py4JJavaError
    from pyspark import SparkContext

    extract = f"vqa-extract {shlex.quote(arguments.source)} {arguments.extract}"
    counted = subprocess.run(
        ["bash", "-c", f"{extract} --count"], stdout=subprocess.PIPE, text=True)
    if counted.returncode != 0:
        return counted.returncode
    total = int(counted.stdout)
    size = max(1, -(-total // arguments.parts))
    ranges = [f"{offset} {size}" for offset in range(0, total, size)]
    context = SparkContext(appName="vqa")
    try:
        rows = context.parallelize(ranges, max(1, len(ranges))).pipe(
            command(os.getcwd(), extract, f"vqa-hash --quiet {arguments.hash}"),
            env=environment(), checkCode=True)
        rows.saveAsTextFile(f"file://{os.path.abspath(arguments.out)}")
    except Py4JJavaError:
        print("spark.py: a part failed; its cause is in Spark's log", file=sys.stderr)
        return 2
    finally:
        context.stop()
    written = count_lines(arguments.out)
    if written != total:
        print(f"spark.py: {written} rows came of {total}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
