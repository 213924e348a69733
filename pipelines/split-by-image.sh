#!/bin/bash
# Cuts a file of rows into parts, the questions about one picture in one part and
# next to each other, as `vqa-gemini --per-image` wants them.
#
# usage: split-by-image.sh ROWS.jsonl PREFIX PARTS [SUFFIX]
#
#   vqa-extract SOURCE | vqa-hash > rows.jsonl
#   split-by-image.sh rows.jsonl parts/ 16 .rows
#
# Reads   rows with `image_hash`, as vqa-hash writes them
# Writes  PREFIX0000SUFFIX and so on, PARTS files of nearly the same number of
#         rows; some are empty if there are fewer pictures than parts
#
# The same rows give the same parts. vqa-merge restores the order of the rows.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=pipelines/common.sh
. "$here/common.sh"
read_arguments 3 "$@"

rows=$1 prefix=$2 parts=$3 suffix=${4:-}
for ((part = 0; part < parts; part++)); do
  : >"$prefix$(printf %04d "$part")$suffix"
done
# Rows without a picture belong to no other. In the C locale a byte is a byte.
with_image "$rows" | LC_ALL=C awk -v prefix="$prefix" -v suffix="$suffix" -v parts="$parts" \
  -v total="$(wc -l <"$rows")" '
  {
    tab = index($0, "\t")
    image = substr($0, 1, tab)
    if (image != last || image == "-\t")
      while (part < parts - 1 && NR - 1 >= total * (part + 1) / parts) part++
    last = image
    print substr($0, tab + 1) >(prefix sprintf("%04d", part) suffix)
  }'
