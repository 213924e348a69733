#!/bin/bash
# Runs pipelines/slurm.sh on a Slurm of one node that it sets up in a temporary
# folder, as root, with nothing of the system's own configuration.
#
# usage: Tests/outside-ci/slurm.sh
#
# Needs Debian's slurmctld, slurmd, slurm-client and munge, the release build (or
# BIN_DIR), and the ports 16817 and 16818 of loopback. About two minutes.
set -euo pipefail
# shellcheck source=Tests/outside-ci/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

host=$(hostname -s)
write_configuration() {
  mkdir -p slurm/state slurm/spool
  cat >slurm/slurm.conf <<END
ClusterName=vqa
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=16817
SlurmdPort=16818
SlurmUser=root
AuthType=auth/munge
AuthInfo=socket=$work/slurm/munge.socket,cred_expire=5
StateSaveLocation=$work/slurm/state
SlurmdSpoolDir=$work/slurm/spool
SlurmctldPidFile=$work/slurm/slurmctld.pid
SlurmdPidFile=$work/slurm/slurmd.pid
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SlurmdParameters=config_overrides
SchedulerParameters=sched_interval=1,bf_interval=1,batch_sched_delay=0
MailProg=/bin/true
NodeName=$host NodeAddr=127.0.0.1 CPUs=8 RealMemory=16000
PartitionName=main Nodes=$host Default=YES
END
}

# The daemons stay in the foreground, so that they are ours to end.
start_slurm() {
  write_configuration
  export SLURM_CONF=$work/slurm/slurm.conf
  dd if=/dev/urandom of=slurm/munge.key bs=1 count=1024 status=none
  chmod 600 slurm/munge.key
  munged --foreground --force --key-file="$work/slurm/munge.key" \
    --socket="$work/slurm/munge.socket" --pid-file="$work/slurm/munged.pid" \
    --seed-file="$work/slurm/munge.seed" --log-file="$work/slurm/munged.log" >slurm/munged.out 2>&1 &
  children+=($!)
  until [ -S slurm/munge.socket ]; do sleep 0.1; done
  slurmctld -D >slurm/slurmctld.log 2>&1 &
  children+=($!)
  slurmd -D >slurm/slurmd.log 2>&1 &
  children+=($!)
  local tries=0
  until [ "$(sinfo --noheader --format=%T 2>/dev/null)" = idle ]; do
    [ $((tries += 1)) -lt 60 ] || { cat slurm/*.log >&2; exit 2; }
    sleep 0.5
  done
}

stop_services() { scancel --user=root 2>/dev/null || true; }

# settled: waits until no job is left, 120 seconds at most.
settled() {
  local tries=0
  while [ -n "$(squeue --noheader)" ]; do
    [ $((tries += 1)) -lt 240 ] || { squeue >&2; return 1; }
    sleep 0.5
  done
}

submit() { "$pipelines/slurm.sh" submit "$@" >submitted.txt 2>&1 || { cat submitted.txt >&2; return 1; }; }

whole_array() {
  submit out.json --cpus-per-task=1 && settled && cmp out.json plain.json &&
    [ "$(find parts -name '[0-9]*.jsonl' | wc -l)" = 8 ]
}

only_the_missing_part() {
  local before
  before=$(asked)
  rm parts/3.jsonl out.json
  find parts -name '[0-9]*.jsonl' -printf '%f %T@\n' | sort >"times"
  submit out.json && grep -q ' 1 parts submitted' submitted.txt && settled && cmp out.json plain.json || return 1
  find parts -name '[0-9]*.jsonl' ! -name 3.jsonl -printf '%f %T@\n' | sort | cmp - times &&
    [ "$(asked)" = "$before" ]
}

nothing_missing_is_merged_again() {
  rm out.json
  submit out.json && ! grep -q 'parts submitted' submitted.txt && settled && cmp out.json plain.json
}

# Each run of a task is stopped by its budget and put back in the queue, until
# its cache holds all answers.
requeued_tasks_end() {
  rm -rf parts out.json
  mkdir tmp
  TMPDIR=$work/tmp VQA_GEMINI_OPTIONS='--max-requests 3' submit out.json --cpus-per-task=1 && settled &&
    cmp out.json plain.json && [ -z "$(ls tmp)" ] && grep -q 'statuses 0 0 75' slurm-*_0.out
}

# The footer is whole, so that the rows can be counted; a page is not.
broken_source_keeps_the_old_result() {
  rm -rf parts
  echo '{}' >out.json
  cp "$sample" broken.parquet
  printf 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx' | dd of=broken.parquet bs=1 seek=4 conv=notrunc status=none
  SOURCE=$work/broken.parquet submit out.json && settled && [ "$(cat out.json)" = '{}' ] &&
    [ -z "$(find parts -name '[0-9]*.jsonl')" ]
}

missing_source_is_not_submitted() {
  rm -rf parts
  SOURCE=$work/none.parquet status_is 2 "$pipelines/slurm.sh" submit out.json && [ -z "$(squeue --noheader)" ]
}

short_part_is_not_merged() {
  rm -rf parts
  submit first.json && settled || return 1
  sed -i '$d' parts/0.jsonl
  echo '{}' >out.json
  submit out.json && settled && [ "$(cat out.json)" = '{}' ]
}

start_work slurm
start_slurm
export SOURCE=$sample ROWS=4 RPM=6000
check "an array gives what the plain pipe gives" whole_array
check "only the missing part is run again, from its cache" only_the_missing_part
check "with all parts there the merge alone is run" nothing_missing_is_merged_again
check "a task that ends with 75 is requeued and goes on" requeued_tasks_end
check "a source that breaks leaves the old result and no job" broken_source_keeps_the_old_result
check "a source that is not there is not submitted" missing_source_is_not_submitted
check "a part that lacks a row is not merged" short_part_is_not_merged
finish
