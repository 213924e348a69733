#!/bin/sh
# Everything that CI checks: formats, scripts, tests, the release build, the
# demo. Installs what is missing.
set -eu
cd "$(dirname "$0")/.."
# shellcheck source=pipelines/setup.sh
. pipelines/setup.sh

step() { printf '\n== %s\n' "$*"; }

# shellcheck disable=SC2086 # lists of words
install $build_packages $test_packages
need_swift

step "formats and scripts"
swift format lint --strict --recursive Package.swift Sources Tests
git ls-files '*.sh' .ci/run | xargs shellcheck

step "tests"
Tests/oracle/make-venv.sh
swift build --build-tests
swift test --skip-build

step "release build"
swift build -c release --static-swift-stdlib
Tests/check-linkage.sh "$(swift build -c release --static-swift-stdlib --show-bin-path)"

step "demo"
pipelines/demo.sh
