#!/bin/bash
# The data set that this toolkit was made for, both splits, resumable.
#
# Reads   the Hub (flaviagiammarino/vqa-rad); a key in GEMINI_API_KEY, or keys
#         as `vqa-gemini --help` tells
# Writes  into the working directory: vqa_rad_gemini_train.json,
#         vqa_rad_gemini_test.json, the PNG files in md5_images, and for each
#         split the rows that failed in failed_<split>.jsonl
#
# usage: vqa-rad.sh [OPTION OF vqa-gemini ...]
#
# Run it again after anything: answers that arrived come from the cache. It
# ends with the highest status of all parts.
set -u

worst=0
for split in train test; do
  vqa-extract --split "$split" | vqa-hash | vqa-gemini "$@" |
    vqa-merge --failed "failed_$split.jsonl" -o "vqa_rad_gemini_$split.json"
  for status in "${PIPESTATUS[@]}"; do
    if [ "$status" -gt "$worst" ]; then worst=$status; fi
  done
done
exit "$worst"
