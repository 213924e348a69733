#!/bin/sh
# Fuzzes the parsers and decoders with libFuzzer under the address sanitizer.
#
# usage: Fuzz/run.sh [SECONDS] [TARGET...]
#
# Each target (all, if none is named) runs SECONDS (60) from the inputs in
# Fuzz/seeds; those of Parquet are made by make-parquet-seeds.py, those of
# pictures are the fixtures of the image tests. What a target finds on the way
# stays in .build-fuzz/corpus and is gone on from. With 0 seconds targets are
# only built. Ends with 0 if nothing crashed, hung or took too much memory; else
# the input is in .build-fuzz/found.
set -eu
cd "$(dirname "$0")/.."
records='csv json-lines json-array nested-result parquet'
files='card yaml zip earlier'
gemini='reply keys state'
pictures='png jpeg webp gif bmp tiff'
seconds=${1:-60}
[ $# -eq 0 ] || shift
# shellcheck disable=SC2086 # lists of words
[ $# -gt 0 ] || set -- rows $records $files $gemini $pictures

# One of the package's modules with all that it needs, for coverage and checks;
# our C is under the undefined behaviour sanitizer too.
build_module() {
  swift build --scratch-path .build-fuzz -c release --target "$1" -Xswiftc -enable-testing \
    -Xswiftc -sanitize=fuzzer,address \
    -Xcc -fsanitize=fuzzer-no-link,address,undefined -Xcc -fsanitize-trap=undefined \
    >.build-fuzz/log 2>&1 || {
    tail -n 30 .build-fuzz/log
    exit 1
  }
}

# A target with the objects of its module and of the libraries; of all libraries
# that have been built, for the linker takes what is needed.
build_target() {
  target=$1
  module=$(echo "$2" | tr - _)
  define=''
  case $module in
    Images)
      files=Fuzz/targets/pictures.swift
      define="-D FUZZ_$(echo "$target" | tr '[:lower:]' '[:upper:]')"
      ;;
    vqa_extract) files="Fuzz/targets/FuzzInput.swift Fuzz/targets/$target.swift Fuzz/targets/Records.swift" ;;
    *) files="Fuzz/targets/FuzzInput.swift Fuzz/targets/$target.swift" ;;
  esac
  objects=$(find .build-fuzz/release/ -path '*.build/*.o' ! -path '*/vqa_*' ! -path '*-tool.build/*')
  case $module in vqa_*) objects="$objects $(find .build-fuzz/release/"$module".build -name '*.o')" ;; esac
  # shellcheck disable=SC2046,SC2086 # lists of words
  swiftc -use-ld=lld -sanitize=fuzzer,address -parse-as-library -O -swift-version 6 \
    -module-name "fuzz_$(echo "$target" | tr - _)" -I .build-fuzz/release/Modules \
    $(for folder in Sources/CLibraries/*; do echo "-I $folder"; done) \
    $(find .build-fuzz/release/ -path '*CImageShims.build/*.modulemap' -printf '-Xcc -fmodule-map-file=%p') \
    $define $files $objects -lpng -ljpeg -ltiff -lisal -o ".build-fuzz/fuzz-$target"
}

# The fixtures of the image tests, without their signature of so many bytes.
make_picture_seeds() {
  case $1 in
    png) suffix=png signature=8 ;;
    jpeg) suffix=jpg signature=3 ;;
    webp) suffix=webp signature=12 ;;
    gif) suffix=gif signature=6 ;;
    bmp) suffix=bmp signature=2 ;;
    *) suffix=tif signature=4 ;;
  esac
  mkdir -p ".build-fuzz/seeds/$1"
  for file in Tests/ImagesTests/Fixtures/*."$suffix" Tests/ImagesTests/Bitmaps/*."$suffix"; do
    [ -e "$file" ] || continue
    tail -c +$((signature + 1)) "$file" >".build-fuzz/seeds/$1/$(basename "$file")"
  done
}

run_target() {
  target=$1
  mkdir -p ".build-fuzz/corpus/$target" .build-fuzz/found
  # Longer inputs of text only take longer; pictures may need a second each.
  case $target in
    png | jpeg | webp | gif | bmp | tiff)
      make_picture_seeds "$target"
      seeds=".build-fuzz/seeds/$target" length=8192 timeout=60
      ;;
    parquet | zip) seeds="Fuzz/seeds/$target" length=16384 timeout=20 ;;
    *) seeds="Fuzz/seeds/$target" length=4096 timeout=20 ;;
  esac
  ".build-fuzz/fuzz-$target" ".build-fuzz/corpus/$target" "$seeds" \
    -max_len="$length" -timeout="$timeout" -rss_limit_mb=1536 -max_total_time="$seconds" \
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
    rows) module=Shared ;;
    parquet) module=Parquet ;;
    csv | json-lines | json-array | nested-result) module=vqa-extract ;;
    card | yaml) module=DataFiles ;;
    zip) module=Archives ;;
    earlier) module=vqa-merge ;;
    reply | keys | state) module=vqa-gemini ;;
    png | jpeg | webp | gif | bmp | tiff) module=Images ;;
    *) echo "Fuzz/run.sh: no target is called $target" >&2; exit 64 ;;
  esac
  build_module "$module"
  build_target "$target" "$module"
  [ "$seconds" -eq 0 ] || run_target "$target"
done
