#!/bin/bash
# demo.sh and test.sh as a newcomer meets them: in a clean Debian with Swift, by
# an ordinary user and by root, with the limits of a login (`ulimit -n 1024`).
# What they print goes to stdout.
#
# usage: Tests/outside-ci/newcomer.sh [user] [root]
#
# Reads   the commit that is checked out; SWIFT (/opt/swift), the toolchain;
#         CLEAN_ROOT and ROOT_FILES (roots.sh); HARD_LIMIT, how far test.sh can
#         raise its limit
#
# Needs root, mmdebstrap, and the network for packages. Half an hour for each.
set -euo pipefail
# shellcheck source=Tests/outside-ci/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
# shellcheck source=Tests/outside-ci/roots.sh
. "$root/Tests/outside-ci/roots.sh"
export SWIFT=${SWIFT:-/opt/swift}
base_url=none # nothing here is asked

# What Swift itself needs, of the list for Debian at https://www.swift.org/install
swift_packages=binutils,git,libc6-dev,libcurl4,libedit2,libgcc-12-dev,libncurses6,libsqlite3-0,libstdc++-12-dev
swift_packages+=,libxml2,tzdata,zlib1g-dev,ca-certificates

# as WHO COMMAND: runs it in the clean root as root or as person, in that one's
# home. All processes that it leaves end with it.
as() {
  local who=$1 home
  home=$(home_of "$who")
  # shellcheck disable=SC2016 # for the shell in the new namespace
  local mounts='mount -t proc proc "$0/proc" && mount -t devpts devpts "$0/dev/pts" &&
    mount --bind "$SWIFT" "$0/opt/swift" && exec "$@"'
  unshare --mount --pid --fork --kill-child sh -c "$mounts" "$work/root" \
    env -i PATH=/opt/swift/usr/bin:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin HOME="$home" \
    USER="$who" LANG=C.UTF-8 TERM=xterm prlimit --nofile=1024:"${HARD_LIMIT:-$(ulimit -H -n)}" \
    chroot --userspec="$who:$who" "$work/root" /bin/bash -c "cd && $2"
}

home_of() { if [ "$1" = root ]; then echo /root; else echo "/home/$1"; fi; }

# The sources of the commit, as git gives them to whoever clones them.
clone_for() {
  local home
  home=$work/root$(home_of "$1")
  git clone --quiet "$root" "$home/vqa"
  as root "chown -R $1:$1 $(home_of "$1")"
}

prepare() {
  make_root ""
  mkdir -p root/opt/swift
  chmod 1777 root/dev/shm
  in_root "useradd --create-home --shell /bin/bash person"
  clone_for person
}

# Packages come through the same authorities here and there.
add_swift_packages() {
  in_root "apt-get -qq install --no-install-recommends ${swift_packages//,/ } >/dev/null 2>&1" || return
  cp /etc/ssl/certs/ca-certificates.crt root/etc/ssl/certs/
}

names_swift() {
  status_is 2 as person "PATH=/usr/bin:/bin vqa/pipelines/demo.sh" >said 2>&1
  cat said
  [ "$(wc -l <said)" = 1 ] && grep -q 'swift.org/install' said
}

says_why_swift_does_not_start() {
  status_is 2 as person "vqa/pipelines/demo.sh" >said 2>&1
  cat said
  grep -q 'swift does not start' said
}

names_packages() {
  status_is 2 as person "vqa/pipelines/demo.sh" >said 2>&1
  cat said
  grep -q 'sudo apt-get update && sudo apt-get install' said
}

installs_what_it_named() {
  local command
  command=$(sed -n 's/^ *sudo apt-get update && sudo \(apt-get install .*\)/\1/p' said)
  [ -n "$command" ] && as root "$command -y >/dev/null 2>&1"
}

# runs WHO SCRIPT: whether it ends with 0 and says little.
runs() {
  as "$1" "vqa/pipelines/$2" 2>&1 | tee said
  [ "${PIPESTATUS[0]}" = 0 ] && [ "$(wc -l <said)" -lt 50 ]
}

make_work newcomer
prepare
check "without Swift it says where to get it" names_swift
check "where Swift does not start it says why" says_why_swift_does_not_start
add_swift_packages
for who in "${@:-user}"; do
  if [ "$who" = root ]; then
    clone_for root
  else
    who=person
    check "missing packages are named, with a command" names_packages
    check "the command installs them" installs_what_it_named
    # What only the tests need.
    as root ". /home/person/vqa/pipelines/setup.sh && apt-get -qq install -y \${test_packages[@]} >/dev/null 2>&1"
  fi
  check "demo.sh as $who" runs "$who" demo.sh
  check "test.sh as $who" runs "$who" test.sh
done
finish
