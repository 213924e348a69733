# Sourced by demo.sh and test.sh: installs what is missing, finds Swift.
# shellcheck shell=sh

# What the tools need, as Debian and Ubuntu name it.
# shellcheck disable=SC2034 # used by those that source this
build_packages="pkg-config libcurl4-openssl-dev libpng-dev libjpeg-dev libwebp-dev libtiff-dev libisal-dev
  libsqlite3-dev libssl-dev libsnappy-dev zlib1g-dev libzstd-dev liblz4-dev libbrotli-dev
  libyaml-dev libzip-dev"
# What the tests need on top.
# shellcheck disable=SC2034
test_packages="python3 python3-venv openssl jq shellcheck parallel make"

# install PACKAGE...: installs those that are not there, by apt-get as root or
# with sudo. Elsewhere it says what to install and gives up.
install() {
  if ! command -v dpkg-query >/dev/null; then
    echo "this is not Debian or Ubuntu; going on as if these were installed: $*" >&2
    return
  fi
  missing=""
  for package in "$@"; do
    case $(dpkg-query -W -f '${Status}' "$package" 2>/dev/null) in
      *" installed") ;;
      *) missing="$missing $package" ;;
    esac
  done
  if [ -z "$missing" ]; then
    return
  fi
  if [ "$(id -u)" = 0 ]; then
    as_root=""
  elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
    as_root="sudo"
  else
    echo "missing packages; install them and run this again:" >&2
    echo "  sudo apt-get install$missing" >&2
    exit 2
  fi
  echo "installing:$missing" >&2
  export DEBIAN_FRONTEND=noninteractive
  # shellcheck disable=SC2086 # two lists of words
  { $as_root apt-get update -qq && $as_root apt-get install -y -qq $missing; } >&2
}

# need_swift: stops unless Swift is there.
need_swift() {
  if ! command -v swift >/dev/null; then
    echo "Swift 6.2 or later is needed: https://www.swift.org/install" >&2
    exit 2
  fi
}
