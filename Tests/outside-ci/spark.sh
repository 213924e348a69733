#!/bin/bash
# Runs pipelines/spark.py with PySpark from PyPI in local mode, in an environment
# of its own (.build/engines-venv).
#
# usage: Tests/outside-ci/spark.sh
#
# Needs a Java runtime (Debian's default-jre-headless).
set -euo pipefail
# shellcheck source=Tests/outside-ci/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
install_python pyspark==4.3.0
export SPARK_LOCAL_IP=127.0.0.1

run() { spark-submit --master 'local[2]' --conf spark.ui.enabled=false "$pipelines/spark.py" "$@" >spark.log 2>&1; }

# The rows are those of the plain pipe to the byte, and so is the result.
gives_the_same() {
  run "$sample" rows --parts 4 && [ "$(find rows -name 'part-*' | wc -l)" = 4 ] || return 1
  vqa-extract "$sample" | vqa-hash -q >plain.jsonl
  cat rows/part-* | cmp - plain.jsonl &&
    cat rows/part-* | vqa-gemini -q --rpm 6000 | vqa-merge -q -o out.json && cmp out.json plain.json
}

# A row that fails has its error in the row; the others go on.
failed_rows_are_rows() {
  vqa-extract "$sample" | sed '3s/"bytes":"[^"]*"/"bytes":"eHh4"/' |
    jq -c '{question, answer, image: .image.bytes, key: .id}' >some.jsonl
  run "$work/some.jsonl" some --parts 3 || { tail -n 20 spark.log >&2; return 1; }
  [ "$(cat some/part-* | wc -l)" = 29 ] && [ "$(cat some/part-* | jq -c 'select(.error)' | wc -l)" = 1 ]
}

# A stage that gives up fails the job.
failure_is_a_failure() {
  mkdir -p fake
  printf '#!/bin/sh\ncase "$*" in *--count*) echo 29 ;; *) echo "{}"; exit 2 ;; esac\n' >fake/vqa-extract
  chmod +x fake/vqa-extract
  PATH=$work/fake:$PATH status_is 2 run "$sample" failed --parts 2 && [ ! -e failed/_SUCCESS ]
}

silent_loss_is_a_failure() {
  printf '#!/bin/sh\ncase "$*" in *--count*) echo 29 ;; *) echo "{\\"id\\":\\"a/1\\"}" ;; esac\n' >fake/vqa-extract
  PATH=$work/fake:$PATH status_is 2 run "$sample" lost --parts 2 && grep -q '2 rows came of 29' spark.log
}

missing_source_is_reported() { status_is 2 run "$work/none.parquet" none; }
prints_help() { python3 "$pipelines/spark.py" --help | grep 'usage: spark-submit spark.py' >/dev/null; }

start_work spark
check "the rows and the result are those of the plain pipe" gives_the_same
check "rows that fail (1) are rows, no failure of the job" failed_rows_are_rows
check "a stage that gives up fails the job" failure_is_a_failure
check "rows that are lost fail the job" silent_loss_is_a_failure
check "a source that is not there is reported" missing_source_is_reported
check "help is printed" prints_help
finish
