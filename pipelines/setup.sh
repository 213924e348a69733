# Sourced by demo.sh and test.sh: installs what is missing, finds Swift, runs
# the steps of a script with their output in log files.
# shellcheck shell=bash

# What the tools are built with, as Debian and Ubuntu name it.
# shellcheck disable=SC2034 # used by those that source this
build_packages=(make python3 pkg-config libcurl4-openssl-dev libpng-dev libjpeg-dev libwebp-dev libtiff-dev libisal-dev
  libsqlite3-dev libssl-dev libsnappy-dev zlib1g-dev libzstd-dev liblz4-dev libbrotli-dev
  libyaml-dev libzip-dev)
# What the tests need beside them.
# shellcheck disable=SC2034
test_packages=(python3-venv openssl jq shellcheck parallel mandoc)

logs=.build/logs

# step NAME COMMAND [ARG ...]: runs the command with its output in a log file
# and prints one line with the time that it took. A failure prints the end of
# the log, or what `failure_filter` (a function) makes of it.
step() {
  local name=$1 log start=$SECONDS status=0
  log=$logs/$(tr -cs 'a-zA-Z0-9\n' '-' <<<"$name").log
  shift
  mkdir -p "$logs"
  printf '%-36s' "$name ..." >&2
  "$@" >"$log" 2>&1 </dev/null || status=$?
  if [ "$status" = 0 ]; then
    printf ' ok %5d s\n' $((SECONDS - start)) >&2
    return 0
  fi
  printf ' FAILED (status %d) %d s\n' "$status" $((SECONDS - start)) >&2
  "${failure_filter:-show_end}" "$log" | sed 's/^/    /' >&2
  echo "    (all of it: $PWD/$log)" >&2
  return "$status"
}

show_end() { tail -n 30 "$1"; }

# require_swift: ends the script unless there is a Swift that can build this.
require_swift() {
  local version
  if ! command -v swift >/dev/null; then
    echo "Swift 6.2 or later is needed: https://www.swift.org/install" >&2
    exit 2
  fi
  # It does not start where libraries that it needs itself are missing.
  if ! version=$(swift --version 2>&1); then
    echo "swift does not start: $(head -n 1 <<<"$version")" >&2
    echo "the packages that Swift needs are listed at https://www.swift.org/install" >&2
    exit 2
  fi
  if ! [[ $version =~ Swift\ version\ ([0-9]+)\.([0-9]+) ]] ||
    ((BASH_REMATCH[1] * 100 + BASH_REMATCH[2] < 602)); then
    echo "Swift 6.2 or later is needed (https://www.swift.org/install); this is $(head -n 1 <<<"$version")" >&2
    exit 2
  fi
}

# install_packages PACKAGE ...: installs those that are missing, by apt-get as
# root or with sudo. Elsewhere it says what to install and ends the script.
install_packages() {
  local package missing=() as_root=()
  if ! command -v dpkg-query >/dev/null; then
    echo "this is not Debian or Ubuntu; going on as if these were installed: $*" >&2
    return
  fi
  for package in "$@"; do
    case $(dpkg-query -W -f '${Status}' "$package" 2>/dev/null) in
      *" installed") ;;
      *) missing+=("$package") ;;
    esac
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  echo "missing packages: ${missing[*]}" | fold -s -w 80 >&2
  if [ "$(id -u)" != 0 ]; then
    if command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
      as_root=(sudo -n)
    elif command -v sudo >/dev/null && [ -t 0 ] && echo "sudo asks for your password to install them" >&2 && sudo -v; then
      as_root=(sudo)
    else
      # Without a terminal there is nobody to give sudo a password.
      echo "install them and run this again:" >&2
      echo "  sudo apt-get update && sudo apt-get install ${missing[*]}" >&2
      exit 2
    fi
  fi
  step "apt-get update" "${as_root[@]}" apt-get update || exit 2
  step "apt-get install" "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y "${missing[@]}" || exit 2
}
