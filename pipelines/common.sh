# Sourced by the recipes: what they have in common.
# shellcheck shell=bash

# usage: prints the comment at the head of the recipe.
usage() { sed -n '2,/^[^#]/s/^# \{0,1\}//p' "$0"; }

# read_arguments MINIMUM ARG ...: answers --help, and refuses too few.
read_arguments() {
  case ${2:-} in -h | --help) usage; exit 0 ;; esac
  if [ $# -le "$1" ]; then usage >&2; exit 64; fi
}

# worst_status STATUS ...: prints the status that stands for a whole pipe, given
# those of its stages: that of a stage that gave up before 1 (rows failed)
# before 0. Of several the first is the cause; 141 is a stage whose reader went.
worst_status() {
  local status worst=0
  for status in "$@"; do
    case $status in
      0) ;;
      1) [ "$worst" != 0 ] || worst=1 ;;
      *) if [ "$worst" -le 1 ] || [ "$worst" = 141 ]; then worst=$status; fi ;;
    esac
  done
  echo "$worst"
}

# write_rows FILE SOURCE [OPTION OF vqa-extract ...]: the rows of a source with
# their pictures in md5_images. FILE appears with all rows or not at all.
write_rows() {
  local file=$1 count worst statuses=(0)
  shift
  [ ! -e "$file" ] || return 0
  count=$(vqa-extract "$@" --count) || return 2
  vqa-extract "$@" | vqa-hash --quiet >"$file.partial" || statuses=("${PIPESTATUS[@]}")
  worst=$(worst_status "${statuses[@]}")
  [ "$worst" -le 1 ] || return "$worst"
  if [ "$(wc -l <"$file.partial")" != "$count" ]; then
    echo "${0##*/}: $(wc -l <"$file.partial") rows came of $count" >&2
    return 2
  fi
  mv -- "$file.partial" "$file"
}
