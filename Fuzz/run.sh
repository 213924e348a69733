#!/bin/sh
# Fuzzes the parsers with libFuzzer under the address sanitizer.
#
# usage: Fuzz/run.sh [SECONDS] [TARGET...]
#
# Each target (all, if none is named) runs SECONDS (60) from the inputs in
# Fuzz/seeds; those of Parquet are made by make-parquet-seeds.py. What a target
# finds on the way stays in .build-fuzz/corpus and is gone on from. Ends with 0
# if nothing crashed, hung or took too much memory; else the input is in
# .build-fuzz/found.
set -eu
cd "$(dirname "$0")/.."
seconds=${1:-60}
[ $# -eq 0 ] || shift
[ $# -gt 0 ] ||
  set -- parquet csv json-lines json-array nested-result earlier reply keys state png jpeg webp

# One of the package's modules with all that it needs, for coverage and checks.
build_module() {
  swift build --scratch-path .build-fuzz -c release --target "$1" -Xswiftc -enable-testing \
    -Xswiftc -sanitize=fuzzer,address >.build-fuzz/log 2>&1 || {
    tail -n 30 .build-fuzz/log
    exit 1
  }
}

# A target with the objects of its module and of the libraries; of all libraries
# that have been built, for the linker takes what is needed.
build_target() {
  target=$1
  module=$(echo "$2" | tr - _)
  files="Fuzz/targets/FuzzInput.swift Fuzz/targets/$target.swift"
  if [ "$module" = vqa_extract ]; then files="$files Fuzz/targets/Records.swift"; fi
  objects=$(find .build-fuzz/release/ -path '*.build/*.o' ! -path '*/vqa_*' ! -path '*-tool.build/*')
  case $module in vqa_*) objects="$objects $(find .build-fuzz/release/"$module".build -name '*.o')" ;; esac
  # shellcheck disable=SC2046,SC2086 # lists of words
  swiftc -use-ld=lld -sanitize=fuzzer,address -parse-as-library -O -swift-version 6 \
    -module-name "fuzz_$(echo "$target" | tr - _)" -I .build-fuzz/release/Modules \
    $(for folder in Sources/CLibraries/*; do echo "-I $folder"; done) \
    $(find .build-fuzz/release/ -path '*CImageShims.build/*.modulemap' -printf '-Xcc -fmodule-map-file=%p') \
    $files $objects -lpng -ljpeg -lisal -o ".build-fuzz/fuzz-$target"
}

run_target() {
  target=$1
  mkdir -p ".build-fuzz/corpus/$target" .build-fuzz/found
  ".build-fuzz/fuzz-$target" ".build-fuzz/corpus/$target" "Fuzz/seeds/$target" \
    -max_len=16384 -timeout=20 -rss_limit_mb=1536 -max_total_time="$seconds" \
    -artifact_prefix=".build-fuzz/found/$target-" -print_final_stats=1 2>".build-fuzz/log-$target" || {
    tail -n 60 ".build-fuzz/log-$target"
    exit 1
  }
  echo "$target: $(sed -n 's/^stat::number_of_executed_units: *//p' ".build-fuzz/log-$target") inputs," \
    "$(grep -Eo 'cov: [0-9]+' ".build-fuzz/log-$target" | tail -n 1)"
}

mkdir -p .build-fuzz
for target in "$@"; do
  case $target in
    png | jpeg | webp) Fuzz/images.sh "$target" "$seconds" && continue || exit 1 ;;
    parquet) module=Parquet ;;
    csv | json-lines | json-array | nested-result) module=vqa-extract ;;
    earlier) module=vqa-merge ;;
    reply | keys | state) module=vqa-gemini ;;
    *) echo "Fuzz/run.sh: no target is called $target" >&2; exit 64 ;;
  esac
  build_module "$module"
  build_target "$target" "$module"
  run_target "$target"
done
