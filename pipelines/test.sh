#!/bin/bash
# Everything that CI checks: formats, scripts, tests, the release build, the
# demo. Installs what is missing. Ends with `all checks passed`, or with 1 and
# the names of the checks that failed.
set -uo pipefail
cd "$(dirname "$0")/.." || exit 2
# shellcheck source=pipelines/setup.sh
. pipelines/setup.sh

failed=()
# check NAME COMMAND [ARG ...]: a step whose failure does not stop the others.
check() { step "$@" || failed+=("$1"); }

check_scripts() { git ls-files '*.sh' .ci/run | xargs shellcheck -x; }

# Every test that runs has programs and files open. Where the limit cannot be
# raised fewer of them run at once.
prepare_limits() {
  ulimit -n 8192 2>/dev/null || ulimit -n "$(ulimit -H -n)" 2>/dev/null
  if [ "$(ulimit -n)" != unlimited ] && [ "$(ulimit -n)" -lt 4096 ]; then
    export SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH=4
  fi
}

# The programs that tests start end by themselves; this is for what does not.
run_tests() { timeout --kill-after=30 3000 swift test --skip-build; }
show_failed_tests() { grep -E '✘|error:|Fatal|timed out' "$1" | grep -v '✘ Test run with' | head -n 60; }

release=(swift build -c release --static-swift-stdlib)
check_linkage() { Tests/check-linkage.sh "$("${release[@]}" --show-bin-path)"; }

require_swift
install_packages "${build_packages[@]}" "${test_packages[@]}"
prepare_limits

check "swift format" swift format lint --strict --recursive Package.swift Sources Tests
check "shellcheck" check_scripts
step "Python environment of the tests" Tests/oracle/make-venv.sh || exit 1
step "build" swift build --build-tests || exit 1
failure_filter=show_failed_tests check "tests" run_tests
grep -E '^.{0,4}Test run with' "$logs/tests.log" | tail -n 1
step "release build" "${release[@]}" || exit 1
check "linkage" check_linkage
check "demo" pipelines/demo.sh

if [ ${#failed[@]} -gt 0 ]; then
  printf 'failed: %s\n' "${failed[@]}" >&2
  exit 1
fi
echo "all checks passed in $((SECONDS / 60)) min $((SECONDS % 60)) s"
