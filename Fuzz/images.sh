#!/bin/sh
# Fuzzes a picture decoder with libFuzzer under the address sanitizer; our C is
# under the undefined behaviour sanitizer too.
#
# usage: Fuzz/images.sh png|jpeg|webp|gif|bmp|tiff [SECONDS]
#
# Starts from the fixtures of the image tests; what it finds on the way stays in
# .build/fuzz. Ends with 0 if nothing crashed, hung or took too much memory.
set -eu
cd "$(dirname "$0")/.."
format=$1
seconds=${2:-60}
work=.build/fuzz/$format
case $format in
  png) define=FUZZ_PNG suffix=png skip=8 ;;
  jpeg) define=FUZZ_JPEG suffix=jpg skip=3 ;;
  webp) define=FUZZ_WEBP suffix=webp skip=12 ;;
  gif) define=FUZZ_GIF suffix=gif skip=6 ;;
  bmp) define=FUZZ_BMP suffix=bmp skip=2 ;;
  tiff) define=FUZZ_TIFF suffix=tif skip=4 ;;
  *) echo "usage: Fuzz/images.sh png|jpeg|webp|gif|bmp|tiff [SECONDS]" >&2; exit 64 ;;
esac

shims=Sources/CLibraries/CImageShims
mkdir -p "$work/corpus" "$work/seeds" "$work/module"
for file in Tests/ImagesTests/Fixtures/*."$suffix" Tests/ImagesTests/Bitmaps/*."$suffix"; do
  [ -e "$file" ] || continue
  tail -c +$((skip + 1)) "$file" >"$work/seeds/$(basename "$file")"
done
for source in "$shims"/*.c; do
  clang -c -O1 -g -fsanitize=fuzzer-no-link,address,undefined -fsanitize-trap=undefined \
    -I "$shims/include" "$source" -o "$work/$(basename "$source" .c).o"
done
cat >"$work/module/module.modulemap" <<END
module CImageShims { header "$PWD/$shims/include/CImageShims.h" export * }
END
# shellcheck disable=SC2046 # a list of words
swiftc -use-ld=lld -sanitize=fuzzer,address -parse-as-library -O -swift-version 6 -module-name Images \
  -enable-upcoming-feature InternalImportsByDefault -D "$define" \
  -I "$work/module" -I Sources/CLibraries/CZlib -I Sources/CLibraries/CWebP \
  "$work"/*.o -lpng -ljpeg -ltiff -lwebp -lwebpdemux -lisal -lz \
  Fuzz/images.swift $(find Sources/Libraries/Images -name '*.swift') -o "$work/target"

"$work/target" "$work/corpus" "$work/seeds" -max_len=8192 -timeout=60 -rss_limit_mb=1024 \
  -max_total_time="$seconds" -artifact_prefix="$work/" -print_final_stats=1 2>"$work/log" || {
  tail -n 60 "$work/log"
  exit 1
}
tail -n 12 "$work/log"
