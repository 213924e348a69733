#!/bin/bash
# A data set in parts, several processes at once, by xargs.
#
# usage: xargs.sh SOURCE OUT.json [OPTION OF vqa-extract ...]
#
# Reads   SOURCE, as vqa-extract does; keys as vqa-gemini does
# Writes  OUT.json, OUT.failed.jsonl, the parts in OUT.parts, PNG files in
#         md5_images
#
# JOBS processes (4) share PARTS parts (16); VQA_GEMINI_OPTIONS holds options of
# vqa-gemini. All processes share the keys' limits and the cache, so more of
# them break no quota and pay nothing twice. Run it again after anything: what
# is missing or failed is worked on.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=pipelines/common.sh
. "$here/common.sh"
read_arguments 2 "$@"
begin_parts "$@"

# The questions about one picture go into one part, next to each other, which
# is what --per-image needs; vqa-merge restores the order.
if [ ! -e "$parts/sorted" ]; then
  sed -E 's/^(.*"image_hash": ?"([0-9a-f]{32})".*)$/\2\t\1/; t; s/^/-\t/' "$parts/rows.jsonl" |
    LC_ALL=C sort -s -t $'\t' -k 1,1 | cut -f 2- >"$parts/sorted.partial"
  split -n "l/${PARTS:-16}" -d -a 4 "$parts/sorted.partial" "$parts/"
  mv "$parts/sorted.partial" "$parts/sorted"
fi

status=0
find "$parts" -name '[0-9][0-9][0-9][0-9]' -print0 | sort -z |
  xargs -0 -P "${JOBS:-4}" -I {} bash -c "$part_command" part "$here" {}.jsonl {} || status=$?
end_parts "$status" "$parts"/[0-9]*.jsonl
