#!/bin/bash
# Runs pipelines/parallel.sh over ssh: two hosts, both of them this one, with a
# server and keys of its own.
#
# usage: Tests/outside-ci/ssh.sh
#
# Needs parallel and openssh-server, port 16922 of loopback and, since sshd asks
# for it, root.
set -euo pipefail
# shellcheck source=Tests/outside-ci/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

start_server() {
  mkdir -p ssh /run/sshd
  ssh-keygen -q -t ed25519 -N '' -f ssh/host
  ssh-keygen -q -t ed25519 -N '' -f ssh/key
  cp ssh/key.pub ssh/authorized
  chmod 700 ssh
  cat >ssh/sshd_config <<END
Port 16922
ListenAddress 127.0.0.1
ListenAddress 127.0.0.2
HostKey $work/ssh/host
AuthorizedKeysFile $work/ssh/authorized
PidFile none
StrictModes no
UsePAM no
PermitRootLogin prohibit-password
END
  /usr/sbin/sshd -D -e -f ssh/sshd_config 2>ssh/log &
  children+=($!)
  cat >ssh/ssh <<END
#!/bin/sh
exec /usr/bin/ssh -p 16922 -i $work/ssh/key -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR -o ControlMaster=no "\$@"
END
  chmod +x ssh/ssh
  until ssh/ssh 127.0.0.2 true 2>/dev/null; do sleep 0.2; done
}

run() {
  PARALLEL_SSH=$work/ssh/ssh BLOCK=${block:-3k} \
    PARALLEL="--sshlogin 2/127.0.0.1,2/127.0.0.2 --workdir . --env PATH --env GEMINI_API_KEY --env GOOGLE_GEMINI_BASE_URL --env XDG_CACHE_HOME --env XDG_STATE_HOME --env VQA_GEMINI_OPTIONS" \
    VQA_GEMINI_OPTIONS=${gemini:---rpm 6000} "$pipelines/parallel.sh" "$@"
}

gives_the_same() { run "$sample" out.json && cmp out.json plain.json; }
both_hosts_worked() { cut -f 2 out.parts/jobs.tsv | grep -q '127.0.0.1' && cut -f 2 out.parts/jobs.tsv | grep -q '127.0.0.2'; }

only_the_missing_part() {
  local before
  before=$(asked)
  rm out.json out.parts/part-2.jsonl
  run "$sample" out.json && cmp out.json plain.json && [ "$(asked)" = "$before" ]
}

stops_with_the_quota_and_goes_on() {
  rm -rf out.json out.parts cache
  gemini='--rpm 6000 --max-requests 2' status_is 75 run "$sample" out.json 2>/dev/null
  [ ! -e out.json ] && run "$sample" out.json && cmp out.json plain.json
}

start_work ssh
start_server
check "two hosts give what the plain pipe gives" gives_the_same
check "both hosts have worked" both_hosts_worked
check "only the missing part is run again, from the cache" only_the_missing_part
check "stopped by a budget it says so (75), and goes on" stops_with_the_quota_and_goes_on
finish
