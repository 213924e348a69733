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

if [ ! -e "$parts/split" ]; then
  rm -f "$parts"/[0-9][0-9][0-9][0-9]
  "$here/split-by-image.sh" "$parts/rows.jsonl" "$parts/" "${PARTS:-16}"
  touch "$parts/split"
fi

status=0
find "$parts" -name '[0-9][0-9][0-9][0-9]' -print0 | sort -z |
  xargs -0 -P "${JOBS:-4}" -I {} bash -c "$part_command" part "$here" {}.jsonl {} || status=$?
end_parts "$status" "$parts"/[0-9]*.jsonl
