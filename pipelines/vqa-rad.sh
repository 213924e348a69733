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
# Run it again after anything: answers that arrived come from the cache. A
# result is replaced only when every stage ended well and all rows are there.
# The status is that of a stage that gave up (75: quota or budget used up), else
# 1 if rows failed, else 0.
set -uo pipefail
# shellcheck source=pipelines/common.sh
. "$(dirname "$0")/common.sh"
read_arguments 0 "$@"
source=${SOURCE:-flaviagiammarino/vqa-rad}

# make_result SPLIT [OPTION OF vqa-gemini ...]
make_result() {
  local split=$1 rows worst answered=answered_$1.$HOSTNAME-$$
  rows=$(count_rows "$source" --split "$split") || return 2
  # shellcheck disable=SC2064 # expanded now, as it is local
  trap "rm -f -- $(printf %q "$answered")" EXIT
  vqa-extract "$source" --split "$split" | vqa-hash | vqa-gemini "${@:2}" >"$answered"
  worst=$(worst_status "${PIPESTATUS[@]}")
  if [ "$worst" -le 1 ]; then
    vqa-merge --expect "$rows" --failed "failed_$split.jsonl" -o "vqa_rad_gemini_$split.json" \
      "$answered" || worst=$?
  fi
  rm -f -- "$answered"
  return "$worst"
}

statuses=()
for split in train test; do
  make_result "$split" "$@"
  statuses+=($?)
done
exit "$(worst_status "${statuses[@]}")"
