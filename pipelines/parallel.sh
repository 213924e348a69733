#!/bin/bash
# A data set in parts, several processes at once, by GNU parallel.
#
# usage: parallel.sh SOURCE OUT.json [OPTION OF vqa-extract ...]
#
# Reads   SOURCE, as vqa-extract does; keys as vqa-gemini does
# Writes  OUT.json, OUT.failed.jsonl, the parts in OUT.parts, PNG files in
#         md5_images
#
# PARALLEL holds options of parallel, such as `--jobs 8` or `--sshlogin a,b` (with
# the working directory shared by the hosts, `--workdir .` and `--env` as it
# needs); BLOCK is the size of a part (1M), VQA_GEMINI_OPTIONS holds options of
# vqa-gemini. Processes on one machine share the keys' limits and the cache. Run
# it again after anything: what is missing or failed is worked on.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=pipelines/common.sh
. "$here/common.sh"
read_arguments 2 "$@"
begin_parts "$@"

# The questions about one picture next to each other, which is what --per-image
# needs; vqa-merge restores the order.
if [ ! -e "$parts/sorted.jsonl" ]; then
  with_image "$parts/rows.jsonl" | cut -f 2- >"$parts/sorted.partial"
  mv "$parts/sorted.partial" "$parts/sorted.jsonl"
fi

# --pipepart cuts the file at line ends where it lies, the same each time, so
# that finished parts are found again.
status=0
parallel --pipepart -a "$parts/sorted.jsonl" --block "${BLOCK:-1M}" --cat --joblog "$parts/jobs.tsv" \
  "bash -c $(printf %q "$part_command") part $(printf %q "$here") $(printf %q "$parts")/part-{#}.jsonl {}" ||
  status=$?
end_parts "$status" "$parts"/part-*.jsonl
