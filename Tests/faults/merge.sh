#!/bin/bash
# Kills, full disks, locks and processes at once against vqa-merge: whatever
# happens, the files of a run are all old or all new, no pair is lost, and
# nothing is left behind.
#
# usage: Tests/faults/merge.sh [DIRECTORY OF THE TOOLS=.build/debug] [KILLS=200]
#
# Outside CI, since it takes minutes. As root it also fills a tmpfs and mounts
# over a target. Prints a line for each kind with its count; ends with 1 if
# any failed.
set -euo pipefail
cd "$(dirname "$0")/../.."
tools=$(realpath "${1:-.build/debug}")
kills=${2:-200}
PATH="$tools:$PATH"
folder=$(mktemp -d)
status=0
mounted=()
# shellcheck disable=SC2317 # called by trap
finish() {
  for place in "${mounted[@]}"; do umount "$place"; done
  rm -rf "$folder"
}
trap finish EXIT
export TMPDIR="$folder/tmp"
mkdir "$TMPDIR"

# rows FIRST COUNT [FAILED]: rows as vqa-gemini writes them.
rows() {
  awk -v first="$1" -v count="$2" -v failed="${3:-}" 'BEGIN {
    for (row = first; row < first + count; row++) {
      printf "{\"id\":\"train/%d\",\"split\":\"train\",\"row\":%d,\"question\":\"Question %d?\",", row, row, row
      printf "\"answer\":\"Yes\",\"image_hash\":\"i%d\",\"image_path\":\"i/%d.png\",\"image_size\":[4,3],", row % 7, row % 7
      if (failed) printf "\"error\":{\"stage\":\"vqa-gemini\",\"code\":\"blocked\",\"message\":\"no\"}}\n"
      else printf "\"descriptive_answer\":\"Yes. Explanation: it is row %d.\"}\n", row
    }
  }'
}

# report KIND COUNT FAILURES DETAIL
report() {
  printf '%-34s %5d runs %5d failed  %s\n' "$1" "$2" "$3" "${4:-}"
  [ "$3" = 0 ] || status=1
}

# questions FILE...: how many different questions the files hold.
questions() { cat "$@" | { grep -o 'Question [0-9]*?' || true; } | sort -u | wc -l; }

# What would be left of a run: dot files and temporary files.
leftovers() { find "$folder" -name '.*.tmp' -o -path "$TMPDIR/*" | wc -l; }

kill_runs() {
  local bad=0 old=0 new=0 left delay start span
  rows 0 6000 > "$folder/answered"
  rows 6000 200 failed > "$folder/failed"
  # How long a run takes, so that it is killed in all its parts.
  rows 9000 10 | vqa-merge -q -o "$folder/train.json"
  start=${EPOCHREALTIME/./}
  vqa-merge -q "$folder/answered" --into "$folder/train.json" --failed "$folder/none"
  span=$((${EPOCHREALTIME/./} - start))
  for ((run = 0; run < kills; run++)); do
    cat "$folder/answered" "$folder/failed" > "$folder/retry.jsonl"
    rows 9000 10 | vqa-merge -q -o "$folder/train.json"
    delay=$(awk -v part="$run/$kills" -v span="$span" \
      'BEGIN { split(part, of, "/"); printf "%.4f", 1.5e-6 * span * of[1] / of[2] }')
    # In a shell of its own, which says nothing of the kill.
    {
      timeout -s KILL "$delay" vqa-merge -q "$folder/retry.jsonl" --into "$folder/train.json" \
        --failed "$folder/retry.jsonl" --stats "$folder/stats.json" || true
    } 2> /dev/null
    # Every row is still in one of the files, and both are whole.
    [ "$(questions "$folder/train.json" "$folder/retry.jsonl")" = 6210 ] || bad=$((bad + 1))
    python3 -c 'import json, sys; json.load(open(sys.argv[1]))' "$folder/train.json" || bad=$((bad + 1))
    if [ "$(wc -l < "$folder/retry.jsonl")" = 200 ]; then new=$((new + 1)); else old=$((old + 1)); fi
  done
  left=$(leftovers)
  report "killed (KILL) while it runs" "$kills" $((bad + left)) "$old before, $new after; $left files left"
}

lock_runs() {
  local bad=0 run part pids
  for ((run = 0; run < 20; run++)); do
    rows 5000 1 | vqa-merge -q -o "$folder/all.json"
    pids=()
    for ((part = 0; part < 20; part++)); do
      rows $((part * 20)) 20 | vqa-merge -q --into "$folder/all.json" 2>> "$folder/waits" &
      pids+=($!)
    done
    for pid in "${pids[@]}"; do wait "$pid" || bad=$((bad + 1)); done
    [ "$(questions "$folder/all.json")" = 401 ] || bad=$((bad + 1))
  done
  report "20 at once with --into of one file" 400 "$bad" "20 rounds"
}

signal_runs() {
  local bad=0 run status
  rows 9000 10 | vqa-merge -q -o "$folder/train.json"
  cp "$folder/train.json" "$folder/before"
  mkfifo "$folder/pipe"
  for ((run = 0; run < 40; run++)); do
    # The pipe has a writer that never writes.
    timeout -s $((run % 2 ? 15 : 2)) 0.1 vqa-merge -q --into "$folder/train.json" - \
      < <(sleep 1) 2> /dev/null && status=0 || status=$?
    [ "$status" = 124 ] || bad=$((bad + 1))
    cmp -s "$folder/train.json" "$folder/before" || bad=$((bad + 1))
  done
  report "INT and TERM while it waits" 40 "$bad"
}

full_disk_runs() {
  local bad=0 run size disk="$folder/disk" before
  mkdir "$disk"
  mount -t tmpfs -o size=1600k tmpfs "$disk"
  mounted+=("$disk")
  rows 0 2000 > "$folder/answered"
  rows 2000 200 failed > "$folder/failed"
  for ((run = 0; run < 60; run++)); do
    rm -f "$disk"/*
    cat "$folder/answered" "$folder/failed" > "$disk/retry.jsonl"
    rows 9000 10 | vqa-merge -q -o "$disk/train.json"
    size=$((run * 12))
    head -c $((size * 1024)) /dev/zero > "$disk/ballast" 2> /dev/null || true
    before=$(cat "$disk/retry.jsonl" "$disk/train.json" | md5sum)
    if vqa-merge -q "$disk/retry.jsonl" --into "$disk/train.json" --failed "$disk/retry.jsonl" \
      --stats "$disk/stats.json" 2> /dev/null; then :; else code=$?; fi
    if [ "$code" = 2 ]; then
      [ "$before" = "$(cat "$disk/retry.jsonl" "$disk/train.json" | md5sum)" ] || bad=$((bad + 1))
    else
      [ "$code" = 1 ] && [ "$(questions "$disk/train.json")" = 2010 ] || bad=$((bad + 1))
    fi
    [ "$(find "$disk" -name '.*' -type f | wc -l)" = 0 ] || bad=$((bad + 1))
  done
  report "a full disk" 60 "$bad"
}

# A file that is a mount point of its own cannot be replaced: what was put in
# place before it is taken back.
mount_point_run() {
  local bad=0 code
  rows 0 5 > "$folder/retry"
  rows 5 5 failed >> "$folder/retry"
  rows 9000 10 | vqa-merge -q -o "$folder/train.json"
  cp "$folder/train.json" "$folder/before"
  : > "$folder/fixed"
  : > "$folder/over"
  mount --bind "$folder/over" "$folder/fixed"
  mounted+=("$folder/fixed")
  vqa-merge -q "$folder/retry" --into "$folder/train.json" --failed "$folder/fixed" 2> /dev/null && code=0 || code=$?
  [ "$code" = 2 ] || bad=1
  cmp -s "$folder/train.json" "$folder/before" || bad=1
  [ "$(leftovers)" = 0 ] || bad=1
  report "a target that cannot be replaced" 1 "$bad"
}

kill_runs
lock_runs
signal_runs
if [ "$(id -u)" = 0 ]; then
  full_disk_runs
  mount_point_run
else
  echo "not root: no full disk, no mount point"
fi
exit "$status"
