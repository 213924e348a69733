#!/bin/bash
# A data set in parts, several processes at once, by GNU parallel.
#
# usage: parallel.sh SOURCE OUT.json [OPTION OF vqa-extract ...]
#
# Reads   SOURCE, as vqa-extract does; keys as vqa-gemini does
# Writes  OUT.json, OUT.failed.jsonl, the parts and parallel's job log in
#         OUT.parts, PNG files in md5_images
#
# PARALLEL holds options of parallel, such as `--jobs 8` or `--sshlogin a,b` (with
# the working directory shared by the hosts, `--workdir .` and `--env` as it
# needs); BLOCK is the size of a part (1M), VQA_GEMINI_OPTIONS holds options of
# vqa-gemini. Processes on one machine share the keys' limits and the cache. Run
# it again after anything: only parts that are missing are worked on.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=pipelines/common.sh
. "$here/common.sh"
read_arguments 2 "$@"

source=$1 out=${2%.json}
shift 2
parts=$out.parts
mkdir -p "$parts"
write_rows "$parts/rows.jsonl" "$source" "$@"

# A part that was removed since is made again: its job is forgotten.
log=$parts/jobs.tsv
touch "$log"
done_jobs=$(awk 'NR > 1 && $7 == 0' "$log" | wc -l)
if [ "$done_jobs" != "$(find "$parts" -name 'part-*.jsonl' | wc -l)" ]; then rm -f "$log"; fi

# --pipepart cuts the file at line ends where it lies, the same each time, so
# that --resume-failed finds its parts again. Rows that failed (status 1) are
# vqa-merge's to report.
if ! parallel --pipepart -a "$parts/rows.jsonl" --block "${BLOCK:-1M}" --cat \
  --joblog "$log" --resume-failed \
  "'$here/part.sh' '$parts'/part-{#}.jsonl {} || [ \$? -eq 1 ]"; then
  echo "parallel.sh: some parts are not finished; run the same again" >&2
  exit 75
fi
vqa-merge --expect "$(wc -l <"$parts/rows.jsonl")" -o "$out.json" --failed "$out.failed.jsonl" \
  "$parts"/part-*.jsonl
