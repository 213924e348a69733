#!/bin/bash
# Installs and uses the wheel in a clean root that has Python and no more, with
# the certificate authorities where RHEL has them.
#
# usage: Tests/outside-ci/wheel.sh [WHEEL=.build/packages/vqa_tools-*.whl]
#
# Needs root, mmdebstrap, openssl, `make wheel`, and the network for Debian's
# packages. Minutes.
# shellcheck disable=SC2016 # for the shell in the root
set -euo pipefail
# shellcheck source=Tests/outside-ci/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
# shellcheck source=Tests/outside-ci/roots.sh
. "$root/Tests/outside-ci/roots.sh"
wheels=("$root"/.build/packages/vqa_tools-*.whl)
wheel=$(realpath "${1:-${wheels[-1]}}")

# An authority of our own, and the stand-in behind TLS with a certificate of it.
start_tls() {
  local key=(-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes)
  openssl req -x509 "${key[@]}" -keyout ca.key -out ca.pem -days 2 -subj /CN=test-authority \
    -addext basicConstraints=critical,CA:TRUE 2>/dev/null
  openssl req "${key[@]}" -keyout host.key -out host.csr -subj /CN=localhost 2>/dev/null
  echo subjectAltName=DNS:localhost >host.ext
  openssl x509 -req -in host.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 \
    -extfile host.ext -out host.pem 2>/dev/null
  mkfifo front.stdin
  python3 "$root/Tests/GeminiTests/front.py" tls host.pem host.key "$(cat port)" front.port <front.stdin &
  children+=($!)
  exec 8>front.stdin
  until [ -s front.port ]; do sleep 0.1; done
  # shellcheck disable=SC2034 # of in_root
  base_url=https://localhost:$(cat front.port)
}

is_small() { [ "$(stat -c %s "$wheel")" -lt 40000000 ]; }
is_for_rhel9() { case $wheel in *manylinux_2_34_x86_64.whl | *manylinux_2_2?_x86_64.whl) ;; *) return 1 ;; esac; }

installs() {
  cp "$wheel" root/job/ && in_root "python3 -m venv /venv && /venv/bin/pip -q install --no-index ./*.whl &&
    ln -s /venv/bin/vqa-* /usr/local/bin/"
}

brings_its_libraries() {
  # What it takes of the system is of glibc and its kin alone.
  in_root 'for tool in /venv/lib/python3*/site-packages/vqa_tools/bin/*; do ldd $tool; done' |
    awk '$2 == "=>" && $3 !~ /vqa_tools\.libs/ { print $1 }' | sort -u >system
  ! grep -vE '^lib(c|m|dl|rt|pthread|gcc_s|stdc\+\+|z|util|resolv)\.so' system
}

works() {
  cp "$sample" root/job/
  in_root "vqa-extract ${sample##*/} | vqa-hash >hashed.jsonl && vqa-gemini --rpm 6000 hashed.jsonl >answered.jsonl &&
    vqa-merge -o out.json answered.jsonl && vqa-merge --format html -o page.html answered.jsonl" &&
    cmp root/job/out.json plain.json && grep -q '<script' root/job/page.html
}

asks() { in_root "$1 vqa-gemini -q --rpm 6000 --cache /tmp/\$\$.sqlite hashed.jsonl >/dev/null" 2>errors; }

finds_authorities_of_rhel() {
  rm -rf root/etc/ssl
  mkdir -p root/etc/pki/ca-trust/extracted/pem
  cp ca.pem root/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem
  asks "" || { cat errors >&2; return 1; }
}

heeds_variables() {
  rm -rf root/etc/pki root/etc/ssl
  cp ca.pem root/job/ca.pem
  mkdir -p root/job/certs
  cp ca.pem "root/job/certs/$(openssl x509 -hash -noout -in ca.pem).0"
  asks SSL_CERT_FILE=/job/ca.pem && asks SSL_CERT_DIR=/job/certs
}

says_where_it_looked() {
  rm -rf root/etc/pki root/etc/ssl
  status_is 2 asks "" && grep -q '/etc/pki/tls/certs/ca-bundle.crt.*SSL_CERT_FILE' errors
}

refuses_what_it_cannot_verify() {
  mkdir -p root/etc/ssl
  openssl req -x509 -newkey rsa:2048 -nodes -keyout /dev/null -out root/etc/ssl/cert.pem -days 2 \
    -subj /CN=another 2>/dev/null
  status_is 2 asks "" && grep -q 'checked against /etc/ssl/cert.pem' errors
}

# A program that Python starts has SIGPIPE ignored, unless somebody sees to it.
ends_quietly_with_its_reader() {
  in_root 'for i in {1..2000}; do cat hashed.jsonl; done >many.jsonl
    vqa-hash --quiet many.jsonl | head -n 1 >/dev/null; [ "${PIPESTATUS[0]}" = 141 ]' 2>errors && [ ! -s errors ]
}

# For people without root and without an environment of their own: uv makes one.
uv_installs_and_removes() {
  cp "$root/.build/engines-venv/bin/uv" root/usr/local/bin/
  in_root 'export PATH=/root/.local/bin:$PATH UV_PYTHON=/usr/bin/python3
    uv --quiet tool install --offline --no-index ./*.whl
    for tool in vqa-extract vqa-hash vqa-gemini vqa-merge; do
      [ "$(command -v $tool)" = /root/.local/bin/$tool ] && $tool --version || exit 1; done
    vqa-extract *.parquet | vqa-hash >by-uv.jsonl && cmp by-uv.jsonl hashed.jsonl || exit 1
    uv --quiet tool uninstall vqa-tools && ! ls /root/.local/bin/vqa-* 2>/dev/null' >uv.log 2>&1 ||
    { cat uv.log >&2; return 1; }
}

start_up() {
  in_root 'for tool in /venv/bin/vqa-merge /venv/lib/python3*/site-packages/vqa_tools/bin/vqa-merge; do
    $tool --version >/dev/null; start=$(date +%s%N)
    for i in {1..50}; do $tool --version >/dev/null; done
    echo "$(( ($(date +%s%N) - start) / 50000 )) us  ${tool##*/} of ${tool%/*}"; done'
}

install_python uv
start_work wheel
start_tls
make_root python3,python3-venv
check "it is smaller than 40 MB" is_small
check "it is for glibc 2.34 or older" is_for_rhel9
check "pip installs it without a network" installs
check "it brings its libraries" brings_its_libraries
(base_url=http://localhost:$(cat port); check "the pipe gives what it gives here" works; exit "$failed") || failed=1
check "uv tool install works, and uninstall" uv_installs_and_removes
check "authorities are found where RHEL has them" finds_authorities_of_rhel
check "SSL_CERT_FILE and SSL_CERT_DIR are heeded" heeds_variables
check "where was looked is said" says_where_it_looked
check "an unknown authority is refused" refuses_what_it_cannot_verify
check "SIGPIPE ends it as it should" ends_quietly_with_its_reader
echo "start-up, through the wrapper and without:"
start_up
finish
