#!/bin/bash
#SBATCH --job-name=vqa
#SBATCH --cpus-per-task=2
#SBATCH --mem=1G
#SBATCH --requeue
#SBATCH --open-mode=append
# A job array over the rows of a split: task K works on rows K*ROWS to K*ROWS+ROWS-1,
# however many tasks are submitted together, and writes parts/K.jsonl.
#
# usage: slurm.sh submit OUT.json [OPTION OF sbatch ...]
#        sbatch --array=0-7 slurm.sh
#
#   SOURCE=flaviagiammarino/vqa-rad RPM=60 slurm.sh submit vqa_rad.json
#
# `submit` counts the rows, submits the parts that are missing and, behind them,
# the merge of all parts; run it again after anything. It works in the current
# directory, which all nodes must see.
#
# Reads   SOURCE and EXTRACT_OPTIONS for vqa-extract; VQA_GEMINI_OPTIONS; a key
# Writes  parts/K.jsonl, PNG files in md5_images; OUT.json, OUT.failed.jsonl
#
# ROWS (250) rows are a part. Processes of one node count requests together, of
# several nodes not: so each task gets RPM (60) / AT_ONCE of the quota, where
# AT_ONCE (8) is how many tasks run at once. A task that meets the end of the
# quota or budget (75) is requeued and goes on from its cache.
set -euo pipefail

script=$0
# Slurm runs a copy; the rest of the recipe is beside the original.
if [[ $script == */slurm_script ]]; then
  script=$(scontrol show job "$SLURM_JOB_ID" | sed -n 's/^ *Command=\([^ ]*\).*/\1/p' | head -n 1)
fi
here=$(cd "$(dirname "$script")" && pwd)
# shellcheck source=pipelines/common.sh
. "$here/common.sh"
[ -n "${SLURM_ARRAY_TASK_ID:-}" ] || read_arguments 2 "$@"

: "${SOURCE:?SOURCE must name the data set}"
rows=${ROWS:-250} at_once=${AT_ONCE:-${SLURM_ARRAY_TASK_COUNT:-8}}
rpm=$((${RPM:-60} / at_once))
if [ "$rpm" -lt 1 ]; then
  echo "slurm.sh: RPM=${RPM:-60} cannot be shared by $at_once tasks; set AT_ONCE to at most ${RPM:-60} and submit with --array=...%AT_ONCE" >&2
  exit 2
fi
read -ra extract_options <<<"${EXTRACT_OPTIONS:-}"
total=${TOTAL:-$(count_rows "$SOURCE" "${extract_options[@]}")}

submit() {
  local out=$1 missing=() task after=()
  shift
  mkdir -p parts
  # Parts of another plan do not go with these.
  local plan="$SOURCE ${extract_options[*]} rows=$rows total=$total"
  if [ -e parts/plan ] && [ "$(cat parts/plan)" != "$plan" ]; then
    echo "slurm.sh: parts/ is of another plan: $(cat parts/plan)" >&2
    exit 2
  fi
  echo "$plan" >parts/plan
  for ((task = 0; task * rows < total; task++)); do
    [ -e "parts/$task.jsonl" ] || missing+=("$task")
  done
  if [ ${#missing[@]} -gt 0 ]; then
    local list
    list=$(IFS=, && echo "${missing[*]}")
    TOTAL=$total ROWS=$rows AT_ONCE=$at_once sbatch --parsable "$@" \
      --array="$list%$at_once" "$here/slurm.sh" >parts/job
    after=(--dependency="afterok:$(cut -d ';' -f 1 parts/job)")
    echo "slurm.sh: ${#missing[@]} parts submitted as job $(cut -d ';' -f 1 parts/job)"
  fi
  # A merge behind a part that failed would wait for ever.
  sbatch "$@" "${after[@]}" --kill-on-invalid-dep=yes --job-name=vqa-merge --mem=1G --wrap \
    "vqa-merge --expect $total -o '$out' --failed '${out%.json}.failed.jsonl' parts/[0-9]*.jsonl || [ \$? -eq 1 ]"
}

run_task() {
  local task=$SLURM_ARRAY_TASK_ID status=0
  local offset=$((task * rows))
  local count=$((total - offset < rows ? total - offset : rows))
  if [ "$count" -le 0 ]; then
    echo "slurm.sh: task $task has nothing to do: $total rows in parts of $rows" >&2
    return 0
  fi
  mkdir -p parts
  XDG_STATE_HOME=$(mktemp -d)
  export XDG_STATE_HOME
  trap 'rm -rf "$XDG_STATE_HOME"' EXIT
  VQA_HASH_OPTIONS="--jobs ${SLURM_CPUS_PER_TASK:-2}" \
    VQA_GEMINI_OPTIONS="--rpm $rpm --cache parts/$task.sqlite ${VQA_GEMINI_OPTIONS:-}" \
    "$here/part.sh" "parts/$task.jsonl" "$count" \
    vqa-extract "$SOURCE" "${extract_options[@]}" --offset "$offset" --limit "$count" || status=$?
  case $status in
    0 | 1) return 0 ;;
    75)
      # The day's quota is not back in a minute.
      sleep $((${SLURM_RESTART_COUNT:-0} < 10 ? ${SLURM_RESTART_COUNT:-0} * 60 : 600))
      # It kills this script, without its trap.
      rm -rf "$XDG_STATE_HOME"
      scontrol requeue "${SLURM_JOB_ID:?}" || true
      ;;
  esac
  return "$status"
}

if [ -n "${SLURM_ARRAY_TASK_ID:-}" ]; then
  run_task
elif [ "$1" = submit ]; then
  shift
  submit "$@"
else
  usage >&2
  exit 64
fi
