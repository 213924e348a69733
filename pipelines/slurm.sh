#!/bin/sh
#SBATCH --job-name=vqa
#SBATCH --array=0-7
#SBATCH --cpus-per-task=2
#SBATCH --mem=1G
#SBATCH --requeue
# A job array over the rows of a split, each task a part of them.
#
# Reads   SOURCE, TOTAL (rows in the split), GEMINI_API_KEY
# Writes  parts/<task>.jsonl in the working directory, PNG files into md5_images
#
#   SOURCE=vqa-rad/train.parquet TOTAL=1793 sbatch pipelines/slurm.sh
#   vqa-merge -o train.json --failed failed.jsonl parts/*.jsonl   # afterwards
#
# Requests are counted by machine: each task has its part of the quota (RPM, 60
# a minute by default) and counts for itself, on its own node. A task that is
# requeued goes on from its cache in the working directory.
set -eu
: "${SOURCE:?the data set}" "${TOTAL:?the number of rows}"
tasks=${SLURM_ARRAY_TASK_COUNT:?run this with sbatch --array}
task=$SLURM_ARRAY_TASK_ID
size=$(((TOTAL + tasks - 1) / tasks))

XDG_STATE_HOME=$(mktemp -d)
export XDG_STATE_HOME
trap 'rm -rf "$XDG_STATE_HOME"' EXIT

mkdir -p parts
vqa-extract "$SOURCE" --offset $((task * size)) --limit "$size" |
  vqa-hash --quiet --jobs "${SLURM_CPUS_PER_TASK:-2}" |
  vqa-gemini --quiet --rpm $((${RPM:-60} / tasks)) --cache "cache-$task.sqlite" >"parts/$task.part" ||
  [ $? -eq 1 ]
mv "parts/$task.part" "parts/$task.jsonl"
