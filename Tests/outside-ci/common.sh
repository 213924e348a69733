# Sourced by the scripts of this folder: a working directory, the stand-in for
# the API, the result that every engine has to give, and how checks are printed.
# shellcheck shell=bash
# shellcheck disable=SC2034 # used by those that source this

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
pipelines=$root/pipelines
sample=$root/pipelines/sample/data/train-00000-of-00001.parquet
PATH=${BIN_DIR:-$root/.build/release}:$PATH
failed=0
children=()

# Ends what was started here, newest first, and removes the working directory,
# which is kept where a check failed.
clean_up() {
  local status=$? index
  trap - EXIT
  [ "$(type -t stop_services)" != function ] || stop_services
  for ((index = ${#children[@]} - 1; index >= 0; index--)); do
    kill "${children[index]}" 2>/dev/null || continue
    wait "${children[index]}" 2>/dev/null || true
  done
  if [ "$status" = 0 ] && [ "$failed" = 0 ]; then
    rm -rf "$work"
  else
    echo "kept: $work" >&2
  fi
  [ "$status" != 0 ] || status=$failed
  exit "$status"
}

# make_work NAME: an empty working directory.
make_work() {
  work=$(mktemp -d "${TMPDIR:-/tmp}/vqa-$1-XXXXXX")
  trap clean_up EXIT
  cd "$work" || exit 2
}

# start_work NAME [OPTION OF gemini-stand-in ...]: a working directory, a stand-in
# with an unlimited key, and plain.json, what the plain pipe gives.
start_work() {
  make_work "$1"
  shift
  gemini-stand-in --port-file port --log requests.jsonl "$@" &
  children+=($!)
  until [ -s port ]; do
    kill -0 "${children[0]}" || { echo "the stand-in did not start" >&2; exit 2; }
    sleep 0.1
  done
  unset GOOGLE_API_KEY GEMINI_API_KEYS http_proxy HTTP_PROXY all_proxy ALL_PROXY
  GOOGLE_GEMINI_BASE_URL=http://127.0.0.1:$(cat port)
  export GEMINI_API_KEY=stand-in-key GOOGLE_GEMINI_BASE_URL
  export XDG_CACHE_HOME=$work/cache XDG_STATE_HOME=$work/state
  mkdir plain
  (cd plain && vqa-extract "$sample" | vqa-hash -q | vqa-gemini -q --rpm 6000 |
    vqa-merge -q -o ../plain.json)
  # An engine starts with nothing.
  rm -rf cache state plain
}

# asked: how many requests the stand-in has had.
asked() { wc -l <requests.jsonl; }

# check NAME COMMAND [ARG ...]: prints whether the command ended with 0.
check() {
  local name=$1
  shift
  if "$@"; then echo "ok      $name"; else echo "FAILED  $name"; failed=1; fi
}

# status_is STATUS COMMAND [ARG ...]: whether the command ends with that status.
status_is() {
  local expected=$1 status=0
  shift
  "$@" || status=$?
  [ "$status" = "$expected" ] || { echo "status $status, expected $expected: $*" >&2; return 1; }
}

# finish: the last line, of the form that test runners read.
finish() { if [ "$failed" = 0 ]; then echo "all checks passed"; else echo "some checks failed"; fi; }

# install_python PACKAGE ...: an environment with these packages from PyPI, kept
# in .build/engines-venv, and its programs on the PATH.
install_python() {
  local venv=$root/.build/engines-venv
  [ -x "$venv/bin/pip" ] || python3 -m venv "$venv"
  "$venv/bin/pip" install --quiet --disable-pip-version-check "$@"
  PATH=$venv/bin:$PATH
}
