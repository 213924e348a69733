#!/bin/bash
# One part of a data set, whole or not at all: what the other recipes run many
# times.
#
# usage: part.sh OUT FILE                      the rows in FILE
#        part.sh OUT ROWS COMMAND [ARG ...]    the ROWS rows that COMMAND writes
#
#   part.sh parts/3.jsonl 500 vqa-extract flaviagiammarino/vqa-rad --offset 1500 --limit 500
#
# Runs COMMAND | vqa-hash | vqa-gemini. OUT appears when each of them ended with
# 0 or 1 and all the rows are there. Rows that failed are in OUT with their
# `error`; if OUT exists already, these alone are tried again. VQA_HASH_OPTIONS and
# VQA_GEMINI_OPTIONS hold options for the tools, separated by spaces.
#
# Status: 0 done; 1 done, some rows failed; 75 stopped early (quota, budget),
# run it again; else that of the tool that failed.
set -uo pipefail
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=pipelines/common.sh
. "$here/common.sh"
read_arguments 2 "$@"

out=$1 rows=$2
shift 2
if [ -e "$out" ]; then
  grep -q '"error":{' "$out" || exit 0
  set -- cat -- "$out"
  rows=$(wc -l <"$out")
elif [ $# = 0 ]; then
  set -- cat -- "$rows"
  rows=$(wc -l <"$rows") || exit 2
fi
read -ra hash_options <<<"${VQA_HASH_OPTIONS:-}"
read -ra gemini_options <<<"${VQA_GEMINI_OPTIONS:-}"

# answer COMMAND [ARG ...]: the rows that the command writes, with answers.
answer() {
  local statuses worst
  "$@" |
    vqa-hash --quiet "${hash_options[@]}" |
    vqa-gemini --quiet "${gemini_options[@]}"
  statuses=("${PIPESTATUS[@]}")
  worst=$(worst_status "${statuses[@]}")
  [ "$worst" -le 1 ] || echo "part.sh: $out: not finished (statuses ${statuses[*]})" >&2
  return "$worst"
}

write_whole "$out" "$rows" answer "$@"
