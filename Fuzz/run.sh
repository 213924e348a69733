#!/bin/sh
# Fuzzes the Parquet reader with libFuzzer under the address sanitizer.
#
# usage: Fuzz/run.sh [SECONDS]
#
# Starts from Fuzz/parquet-seeds (made by make-parquet-seeds.py); what it finds
# on the way stays in .build/fuzz. Ends with 0 if nothing crashed, hung or took
# too much memory.
set -eu
cd "$(dirname "$0")/.."
seconds=${1:-60}

mkdir -p .build/fuzz/corpus
modules=
for module in CSnappy CZlib CZstd CLZ4 CBrotli; do
  modules="$modules -I Sources/CLibraries/$module"
done
# The reader and the target are one module, so that the target sees all of it.
# shellcheck disable=SC2046,SC2086 # lists of words
swiftc -use-ld=lld -sanitize=fuzzer,address -parse-as-library -O -swift-version 6 -module-name Parquet \
  -enable-upcoming-feature InternalImportsByDefault $modules \
  Fuzz/parquet.swift $(find Sources/Libraries/Parquet -name '*.swift') -o .build/fuzz/parquet

.build/fuzz/parquet .build/fuzz/corpus Fuzz/parquet-seeds -max_len=16384 -timeout=10 \
  -rss_limit_mb=1024 -max_total_time="$seconds" -artifact_prefix=.build/fuzz/ \
  -print_final_stats=1 2>.build/fuzz/log || {
  tail -n 60 .build/fuzz/log
  exit 1
}
tail -n 12 .build/fuzz/log
