#!/bin/sh
# Fuzzes vqa-merge's reader of earlier results (--into) with libFuzzer under
# the address sanitizer.
#
# usage: Fuzz/earlier.sh [SECONDS]
#
# Starts from Fuzz/earlier-seeds; what it finds on the way stays in .build/fuzz.
# Ends with 0 if nothing crashed, hung or took too much memory.
set -eu
cd "$(dirname "$0")/.."
seconds=${1:-60}

mkdir -p .build/fuzz/earlier-corpus
shared=
for name in JSONError JSONScanner JSONScanner+String JSONText JSONValue MemberScan RowKey RowView Row \
  Bytes SystemError ExitStatus Interrupt StandardError FileTarget; do
  shared="$shared Sources/Shared/$name.swift"
done
merge=
for name in Earlier/EarlierResult Earlier/EarlierImage Earlier/LockedFile Reading/RowParser \
  Storage/Field Storage/LittleEndian Writing/PythonSpelling; do
  merge="$merge Sources/vqa-merge/$name.swift"
done
# One module: its own files may import it, which is ignored.
# shellcheck disable=SC2086 # lists of words
swiftc -use-ld=lld -sanitize=fuzzer,address -parse-as-library -O -swift-version 6 -module-name Shared \
  -enable-experimental-feature Lifetimes -suppress-warnings \
  Fuzz/earlier.swift $shared $merge -o .build/fuzz/earlier

.build/fuzz/earlier .build/fuzz/earlier-corpus Fuzz/earlier-seeds -max_len=4096 -timeout=10 \
  -rss_limit_mb=1024 -max_total_time="$seconds" -artifact_prefix=.build/fuzz/earlier- \
  -print_final_stats=1 2>.build/fuzz/earlier-log || {
  tail -n 60 .build/fuzz/earlier-log
  exit 1
}
tail -n 12 .build/fuzz/earlier-log
