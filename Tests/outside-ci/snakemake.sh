#!/bin/bash
# Runs pipelines/Snakefile with Snakemake from PyPI, in an environment of its own
# (.build/engines-venv).
#
# usage: Tests/outside-ci/snakemake.sh
set -euo pipefail
# shellcheck source=Tests/outside-ci/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
install_python snakemake==9.27.1

run() {
  snakemake --snakefile "$pipelines/Snakefile" --cores 4 --resources api=2 --quiet all "$@" \
    --config source="$sample" out=out.json parts=4 gemini="${gemini:---rpm 6000}" extract="${extract:-}"
}

gives_the_same() { run && cmp out.json plain.json; }
does_nothing_twice() { run --dry-run 2>&1 | grep -i 'nothing to be done' >/dev/null || [ "$(run --summary | awk -F '\t' '$NF != "no update"' | wc -l)" = 1 ]; }

only_the_missing_part() {
  local before
  before=$(asked)
  find out.parts -name '[134]-*.jsonl' -printf '%f %T@\n' | sort >"times"
  rm out.json out.parts/2-of-4.jsonl
  run && cmp out.json plain.json && [ "$(asked)" = "$before" ] &&
    find out.parts -name '[134]-*.jsonl' -printf '%f %T@\n' | sort | cmp - times
}

keeps_pictures_together() {
  for part in out.parts/*-of-4.rows; do
    jq -r .image_hash "$part" | uniq | sed "s#\$# $part#"
  done | sort | cut -d ' ' -f 1 | uniq -d | wc -l | grep -qx 0 && [ "$(cat out.parts/*-of-4.rows | wc -l)" = 29 ]
}

goes_on_after_the_quota() {
  rm -rf out.json out.parts cache
  gemini='--rpm 6000 --max-requests 5' status_is 1 run >/dev/null 2>&1
  [ ! -e out.json ] && gemini='--rpm 6000 --max-requests 5' run --retries 3 && cmp out.json plain.json
}

broken_source_leaves_the_old_result() {
  rm -rf out.parts
  echo '{}' >out.json
  printf 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx' | cat - "$sample" >broken.parquet
  sample=$work/broken.parquet status_is 1 run >/dev/null 2>&1
  [ ! -e out.parts/rows.jsonl ] && [ "$(cat out.json)" = '{}' ]
}

# grep reads to the end, so that nobody's reader goes.
prints_help() { snakemake -s "$pipelines/Snakefile" help --cores 1 2>/dev/null | grep 'A data set in parts by Snakemake' >/dev/null; }

start_work snakemake
check "scatter, explain and gather give what the plain pipe gives" gives_the_same
check "run again, there is nothing to do" does_nothing_twice
check "only the missing part is run again, from its cache" only_the_missing_part
check "the questions about a picture are in one part" keeps_pictures_together
check "a part that ends with 75 goes on with --retries" goes_on_after_the_quota
check "a source that breaks leaves the old result" broken_source_leaves_the_old_result
check "help is printed" prints_help
finish
