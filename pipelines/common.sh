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

# begin_parts SOURCE OUT.json [OPTION OF vqa-extract ...]: writes the rows that
# are to be worked on in parts. Sets `out` (OUT), `parts` (OUT.parts, where the
# parts go) and `rows` (how many there are).
begin_parts() {
  local plan=$*
  out=${2%.json}
  parts=$out.parts
  mkdir -p "$parts"
  # Parts of another plan do not go with these.
  if [ -e "$parts/plan" ] && [ "$(cat "$parts/plan")" != "$plan" ]; then
    echo "${0##*/}: $parts is of another run: $(cat "$parts/plan"); remove it or name another output" >&2
    return 2
  fi
  echo "$plan" >"$parts/plan"
  rm -f "$parts/statuses"
  write_rows "$parts/rows.jsonl" "$1" "${@:3}" || return
  rows=$(wc -l <"$parts/rows.jsonl")
}

# What runs a part, for `bash -c` with the directory of part.sh, OUT and FILE.
# Rows that failed (status 1) are vqa-merge's to report.
# shellcheck disable=SC2016,SC2034 # for the inner shell, used by those that source this
part_command='"$1/part.sh" "$2" "$3"; s=$?; [ $s -le 1 ] || { echo $s >>"${2%/*}/statuses"; exit $s; }'

# end_parts STATUS PART ...: merges the parts; if STATUS is not 0 or a part
# failed, says instead that some are missing, and returns the worst status.
end_parts() {
  local statuses=() worst
  [ ! -e "$parts/statuses" ] || mapfile -t statuses <"$parts/statuses"
  worst=$(worst_status "${statuses[@]}")
  if [ "$1" != 0 ] || [ "$worst" -gt 1 ]; then
    echo "${0##*/}: some parts are not finished; run the same again" >&2
    return $((worst > 1 ? worst : 2))
  fi
  vqa-merge --expect "$rows" -o "$out.json" --failed "$out.failed.jsonl" "${@:2}"
}

# with_image ROWS: each row behind the hash of its picture (or a hyphen) and a
# tab, sorted by that; rows of one picture stay in their order.
with_image() {
  sed -E 's/^(.*"image_hash": ?"([0-9a-f]{32})".*)$/\2\t\1/; t; s/^/-\t/' "$1" |
    LC_ALL=C sort -s -t $'\t' -k 1,1
}
