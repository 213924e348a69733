#!/bin/bash
# The data set that this toolkit was made for, both splits, resumable.
#
# usage: vqa-rad.sh [OPTION OF vqa-gemini ...]
#
# Reads   the Hub (flaviagiammarino/vqa-rad, or SOURCE); a key in
#         GEMINI_API_KEY, or keys as `vqa-gemini --help` describes
# Writes  into the working directory: vqa_rad_gemini_train.json,
#         vqa_rad_gemini_test.json, the PNG files in md5_images, and for each
#         split the rows that failed in failed_<split>.jsonl
#
# Run it again after anything: answers that arrived come from the cache, and a
# result is replaced only by one that has all rows. Its status is that of a
# stage that gave up, else 1 if rows failed, else 0.
set -uo pipefail
# shellcheck source=pipelines/common.sh
. "$(dirname "$0")/common.sh"
read_arguments 0 "$@"
source=${SOURCE:-flaviagiammarino/vqa-rad}

statuses=()
for split in train test; do
  rows=$(vqa-extract "$source" --split "$split" --count) || { statuses+=(2); continue; }
  vqa-extract "$source" --split "$split" | vqa-hash | vqa-gemini "$@" |
    vqa-merge --expect "$rows" --failed "failed_$split.jsonl" -o "vqa_rad_gemini_$split.json"
  statuses+=("${PIPESTATUS[@]}")
done
exit "$(worst_status "${statuses[@]}")"
