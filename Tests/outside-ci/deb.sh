#!/bin/bash
# Installs, uses and removes the Debian package in a clean root.
#
# usage: Tests/outside-ci/deb.sh [PACKAGE.deb=.build/packages/vqa_*.deb]
#
# Needs root, mmdebstrap and lintian, `make deb`, and the network for Debian's
# packages. Minutes.
set -euo pipefail
# shellcheck source=Tests/outside-ci/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
# shellcheck source=Tests/outside-ci/roots.sh
. "$root/Tests/outside-ci/roots.sh"
packages=("$root"/.build/packages/vqa_*.deb)
package=$(realpath "${1:-${packages[-1]}}")

lintian_finds_no_error() { ! lintian --allow-root --fail-on error "$package" 2>&1 | grep '^E:'; }
installs() { cp "$package" root/job/vqa.deb && in_root "apt-get -qq install ./vqa.deb >/dev/null"; }

works() {
  cp "$sample" root/job/
  in_root "vqa-extract ${sample##*/} | vqa-hash | vqa-gemini --rpm 6000 >answered.jsonl &&
    vqa-merge -o out.json answered.jsonl && vqa-merge --format html -o page.html answered.jsonl" &&
    cmp root/job/out.json plain.json && grep -q '<script' root/job/page.html
}

reaches_nothing_but_libraries() {
  in_root "for tool in vqa-extract vqa-hash vqa-gemini vqa-merge; do
    ! ldd /usr/bin/\$tool | grep 'not found' || exit 1; done"
}

has_pages_and_completions() {
  in_root "cd /usr/share && ls man/man1/vqa-*.1.gz man/man7/vqa.7.gz bash-completion/completions/vqa-* \
    zsh/vendor-completions/_vqa-* fish/vendor_completions.d/vqa-*.fish doc/vqa/copyright | wc -l | grep -qx 18"
}

leaves_nothing() {
  in_root "dpkg -L vqa | while read -r path; do [ -d \$path ] || echo \$path; done" >files
  in_root "apt-get -qq purge vqa >/dev/null" || return 1
  local file
  while read -r file; do
    [ ! -e "root$file" ] || { echo "left: $file" >&2; return 1; }
  done <files
  [ -s files ] && [ ! -e root/usr/share/doc/vqa ]
}

start_work deb
make_root ""
check "lintian finds no error" lintian_finds_no_error
check "apt installs it with what it depends on" installs
check "the pipe gives what it gives here" works
check "every library is there" reaches_nothing_but_libraries
check "pages and completions are there" has_pages_and_completions
check "removed, it leaves nothing" leaves_nothing
finish
