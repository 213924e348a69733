#!/bin/bash
# Runs the suites of faults beside it: what is too slow, or needs too many tries,
# for every run of the tests. Each prints a line for each kind with its count.
#
# usage: Tests/faults/run.sh [DIRECTORY OF THE TOOLS=.build/debug] [SUITE ...]
#
# Ends with 1 if any suite did not end with 0.
set -euo pipefail
cd "$(dirname "$0")/../.."
tools=${1:-.build/debug}
shift || true
suites=("$@")
if [ ${#suites[@]} = 0 ]; then
  for file in Tests/faults/*.sh Tests/faults/*.py; do
    case $file in */run.sh | *'*'*) ;; *) suites+=("$(basename "$file")") ;; esac
  done
fi
status=0
for suite in "${suites[@]}"; do
  echo "== $suite"
  case $suite in
    *.py) python3 "Tests/faults/$suite" "$tools" || status=1 ;;
    *) bash "Tests/faults/${suite%.sh}.sh" "$tools" || status=1 ;;
  esac
done
exit $status
