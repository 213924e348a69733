#!/bin/bash
# Kills, signals, limits, full disks and a hundred processes against vqa-hash:
# whatever happens, each file holds what its name says, nothing temporary is
# left, the rows that come out are right and in order, and the status is true.
#
# usage: Tests/faults/hash.sh [DIRECTORY OF THE TOOLS=.build/debug]
#
# Outside CI, since it takes minutes. As root it also fills a tmpfs. Prints a
# line for each kind with its count; ends with 1 if any failed.
set -uo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
PATH="$(realpath "${1:-$root/.build/debug}"):$PATH"
fixtures=$root/Tests/ImagesTests/Fixtures
export LC_ALL=C

# A directory that goes with the suite.
work=$(mktemp -d "${TMPDIR:-/tmp}/vqa-faults.XXXXXX")
mounted=()
failures=0

# shellcheck disable=SC2317 # called by trap
clean_up() {
  [ "$BASHPID" = $$ ] || return # a subshell
  for place in "${mounted[@]}"; do umount "$place" 2>/dev/null || true; done
  rm -rf "$work"
}
trap clean_up EXIT

# report NAME COUNT WRONG: one line; a wrong one fails the suite.
report() {
  printf '%-58s %6d tried %5d wrong\n' "$1" "$2" "$3"
  [ "$3" = 0 ] || failures=$((failures + 1))
}

# skip NAME REASON
skip() { printf '%-58s skipped: %s\n' "$1" "$2"; }

# small_disk DIRECTORY KILOBYTES: mounts one; fails where that is not allowed.
small_disk() {
  mkdir -p "$1"
  [ "$(id -u)" = 0 ] && mount -t tmpfs -o "size=$2k" tmpfs "$1" 2>/dev/null || return 1
  mounted+=("$1")
}

# Rows of fixtures, each with a picture of its own name, and the same under many ids.
python3 - "$fixtures" >"$work/rows.jsonl" <<'END'
import base64, json, pathlib, sys
names = sorted(p for p in pathlib.Path(sys.argv[1]).iterdir() if p.suffix == ".jpg")
expected = {}
for line in (pathlib.Path(sys.argv[1]) / "expected.jsonl").read_text().splitlines()[1:]:
    entry = json.loads(line)
    expected[entry["file"]] = entry
seen = set()
for path in names:
    entry = expected[path.name]
    if entry.get("mode") in (None, "CMYK") or entry["md5"] in seen:
        continue
    seen.add(entry["md5"])
    data = base64.b64encode(path.read_bytes()).decode()
    print(json.dumps({"id": f"t/{len(seen)}", "image": {"bytes": data}}))
END
rows=$(wc -l <"$work/rows.jsonl")
cd "$work" || exit 2
vqa-hash --quiet --images-dir whole rows.jsonl >whole.jsonl || exit 2
sed 's,whole/,images/,' whole.jsonl >expected.jsonl

# as_expected FILE: its lines are lines of the whole, in their order, or were given up.
as_expected() {
  python3 - "$1" <<'END'
import json, sys
whole = {json.loads(line)["id"]: line for line in open("expected.jsonl")}
order = {name: number for number, name in enumerate(whole)}
last = -1
for line in open(sys.argv[1]):
    row = json.loads(line)
    if order[row["id"]] <= last:
        sys.exit(1)
    last = order[row["id"]]
    if "error" in row:
        if row["error"]["code"] != "interrupted":
            sys.exit(1)
    elif line != whole[row["id"]]:
        sys.exit(1)
END
}

# sound STATUS...: the directory holds only right files and nothing temporary, the output
# is as expected, and the status is one of those.
sound() {
  local got=$1
  shift
  case " $* " in *" $got "*) ;; *) return 1 ;; esac
  [ ! -d images ] || [ -z "$(find images -name '.*' -type f)" ] || return 1
  [ ! -d images ] || vqa-hash --check --images-dir images 2>/dev/null || return 1
  as_expected out.jsonl
}

run() { vqa-hash --quiet --images-dir images --jobs "$1" rows.jsonl >"${2:-out.jsonl}" 2>errors; }

# Kills and signals at moments spread over a run.
for signal in KILL TERM INT HUP; do
  case $signal in KILL) ends=137 ;; TERM) ends=143 ;; INT) ends=130 ;; HUP) ends=129 ;; esac
  wrong=0
  for try in $(seq 100); do
    rm -rf images
    : >out.jsonl
    # A shell starts what runs in the background with SIGINT ignored.
    env --default-signal=INT vqa-hash --quiet --compression small --images-dir images \
      --jobs $((try % 4 + 1)) rows.jsonl >out.jsonl 2>errors &
    sleep "0.0$((try % 10))$((try % 7))"
    kill -"$signal" $! 2>/dev/null
    wait $! 2>/dev/null
    got=$?
    # The last line of a killed run may be cut.
    head -n "$(wc -l <out.jsonl)" out.jsonl >whole_lines
    mv whole_lines out.jsonl
    sound $got 0 "$ends" || wrong=$((wrong + 1))
  done
  report "kill -$signal in the middle" 100 $wrong
done

# What kill -9 leaves where there are no unnamed files, found when it is old.
cat >no_tmpfile.c <<'END'
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
int open64(const char *path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  int mode = va_arg(rest, int);
  va_end(rest);
  if ((flags & O_TMPFILE) == O_TMPFILE) {
    errno = EOPNOTSUPP;
    return -1;
  }
  int (*next)(const char *, int, ...) = dlsym(RTLD_NEXT, "open64");
  return next(path, flags, mode);
}
int open(const char *path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  int mode = va_arg(rest, int);
  va_end(rest);
  return open64(path, flags, mode);
}
END
if clang -shared -fPIC -o no_tmpfile.so no_tmpfile.c -ldl 2>/dev/null; then
  left=0 wrong=0
  rm -rf images
  for try in $(seq 100); do
    rm -f images/image_md5_*
    touch start
    LD_PRELOAD=$PWD/no_tmpfile.so vqa-hash --quiet --force --compression small \
      --images-dir images --jobs $((try % 4 + 1)) rows.jsonl >out.jsonl 2>errors &
    # In the middle of a write: as soon as a temporary file is there that is not
    # of an earlier try.
    while kill -0 $! 2>/dev/null; do
      for file in images/.*.tmp; do [ "$file" -nt start ] && break 2; done
    done
    kill -KILL $! 2>/dev/null
    wait $! 2>/dev/null
    left=$((left + $(find images -name '.*.tmp' -newer start 2>/dev/null | wc -l)))
    find images -name '.*.tmp' -exec touch -d '10 minutes ago' {} + 2>/dev/null
  done
  # Else nothing has been shown.
  [ $left -gt 0 ] || wrong=1
  LD_PRELOAD=$PWD/no_tmpfile.so run 2
  sound $? 0 || wrong=1
  report "kill -KILL without O_TMPFILE ($left left on the way)" 100 $wrong
  wrong=0
  for try in $(seq 50); do
    rm -rf images
    LD_PRELOAD=$PWD/no_tmpfile.so vqa-hash --quiet --images-dir images --jobs 4 rows.jsonl \
      >/dev/full 2>errors
    got=$?
    : >out.jsonl
    sound $got 2 || wrong=$((wrong + 1))
  done
  report "> /dev/full without O_TMPFILE" 50 $wrong
else
  skip "kill -KILL without O_TMPFILE" "no clang"
fi

# An output that takes nothing, or goes away.
wrong=0
for try in $(seq 100); do
  rm -rf images
  run $((try % 8 + 1)) /dev/full
  got=$?
  : >out.jsonl
  sound $got 2 || wrong=$((wrong + 1))
done
report "> /dev/full" 100 $wrong
wrong=0
for try in $(seq 100); do
  rm -rf images
  vqa-hash --quiet --images-dir images --jobs $((try % 8 + 1)) rows.jsonl 2>errors | head -n 3 >out.jsonl
  got=${PIPESTATUS[0]}
  sound "$got" 0 141 || wrong=$((wrong + 1))
done
report "| head -n 3" 100 $wrong

# Limits: files, descriptors, memory.
for limit in "-f 1" "-f 4" "-f 0"; do
  wrong=0
  for try in $(seq 40); do
    rm -rf images
    # shellcheck disable=SC2086 # an option and its value
    ( ulimit $limit; vqa-hash --quiet --images-dir images --jobs $((try % 4 + 1)) rows.jsonl 2>/dev/null ) |
      cat >out.jsonl
    got=${PIPESTATUS[0]}
    sound "$got" 2 || wrong=$((wrong + 1))
  done
  report "ulimit $limit" 40 $wrong
done
wrong=0
for files in 4 6 8 9 10 12 16 24; do
  for jobs in 1 2 8; do
    rm -rf images
    ( ulimit -n $files; vqa-hash --quiet --images-dir images --jobs $jobs rows.jsonl >out.jsonl 2>errors )
    sound $? 0 2 || wrong=$((wrong + 1))
  done
done
report "ulimit -n 4 to 24" 24 $wrong

# A full disk, of many sizes.
if small_disk "$work/disk" 512; then
  wrong=0 tried=0
  for kilobytes in 0 4 8 16 32 48 64 80 96; do
    for jobs in 1 2 3 4 5 6 7 8; do
      rm -rf disk/* images
      head -c $((512 - kilobytes))k /dev/zero >disk/filler 2>/dev/null
      mkdir -p disk/images 2>/dev/null
      ln -sfn disk/images images
      vqa-hash --quiet --images-dir images --jobs $jobs rows.jsonl >out.jsonl 2>errors
      sound $? 0 2 || wrong=$((wrong + 1))
      tried=$((tried + 1))
    done
  done
  rm -f images
  report "a full disk" $tried $wrong
else
  skip "a full disk" "only root may mount a tmpfs"
fi

# A hundred processes in one directory.
rm -rf images many
mkdir many
for number in $(seq 100); do
  vqa-hash --quiet --images-dir images --jobs 2 rows.jsonl >"many/$number" 2>"many/$number.err" &
done
wait
wrong=0
for number in $(seq 100); do
  cmp -s "many/$number" expected.jsonl || wrong=$((wrong + 1))
  [ ! -s "many/$number.err" ] || wrong=$((wrong + 1))
done
[ "$(find images -type f | wc -l)" = "$rows" ] || wrong=$((wrong + 1))
report "100 processes in one directory" 100 $wrong

[ "$failures" = 0 ]
