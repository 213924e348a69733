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

# count_rows SOURCE [OPTION OF vqa-extract ...]: prints how many rows it has. One
# without rows is refused, since it would empty an earlier result.
count_rows() {
  local count
  count=$(vqa-extract "$@" --count) || return 2
  if [ "$count" = 0 ]; then
    echo "no rows: vqa-extract $*" >&2
    return 2
  fi
  echo "$count"
}

# write_whole FILE ROWS COMMAND [ARG ...]: FILE gets the rows that the command
# writes, when it ended with 0 or 1 and all ROWS are there. Of two runs at once
# each writes a file of its own until then. Returns the command's status, or 2
# if rows are missing.
write_whole() {
  local file=$1 expected=$2 partial=$1.$HOSTNAME-$$ status=0 written
  shift 2
  # What should have counted them has said why it could not.
  [ -n "$expected" ] || return 2
  # shellcheck disable=SC2064 # expanded now, as it is local
  trap "rm -f -- $(printf %q "$partial")" EXIT
  "$@" >"$partial" || status=$?
  [ "$status" -le 1 ] || return "$status"
  written=$(wc -l <"$partial")
  if [ "$written" != "$expected" ]; then
    echo "$file: $written rows, expected $expected" >&2
    return 2
  fi
  mv -- "$partial" "$file" || return 2
  return "$status"
}

# write_rows FILE SOURCE [OPTION OF vqa-extract ...]: the rows of a source with
# their pictures in md5_images. FILE appears with all rows or not at all.
write_rows() {
  local file=$1 count status=0
  shift
  [ ! -e "$file" ] || return 0
  count=$(count_rows "$@") || return 2
  write_whole "$file" "$count" extract_and_hash "$@" || status=$?
  [ "$status" -le 1 ] || return "$status"
}

extract_and_hash() {
  vqa-extract "$@" | vqa-hash --quiet
  return "$(worst_status "${PIPESTATUS[@]}")"
}

# wait_for_others FILE: waits while another run has the lock, then has it until
# this one and all that it has started end. Some network file systems have no
# locks; there it goes on.
wait_for_others() {
  local lock
  exec {lock}>"$1"
  flock --nonblock "$lock" && return
  echo "${0##*/}: waiting for another run that has $1" >&2
  flock "$lock" || true
}

# begin_parts SOURCE OUT.json [OPTION OF vqa-extract ...]: writes the rows that
# are to be worked on in parts. Sets `out` (OUT), `parts` (OUT.parts, where the
# parts go) and `rows` (how many there are).
begin_parts() {
  local plan=$*
  out=${2%.json}
  parts=$out.parts
  mkdir -p "$parts"
  wait_for_others "$parts/lock"
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
