# Sourced by the tests of packages: a clean root to install into.
# shellcheck shell=bash disable=SC2016,SC2154 # for other shells; from common.sh

# make_root PACKAGES: a Debian of the host's release in $work/root with nothing
# but apt and the packages, separated by commas. CLEAN_ROOT names one to copy,
# to save the minutes, ROOT_FILES a folder with files for it, such as the
# settings of a mirror. Needs root and Debian's mmdebstrap.
make_root() {
  local packages=$1
  if [ -n "${CLEAN_ROOT:-}" ]; then
    cp -a "$CLEAN_ROOT" "$work/root"
  else
    mmdebstrap --quiet --variant=apt "$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)" "$work/root"
  fi
  cp /etc/resolv.conf "$work/root/etc/resolv.conf"
  cp -n /etc/apt/apt.conf.d/99* "$work/root/etc/apt/apt.conf.d/" 2>/dev/null || true
  [ -z "${ROOT_FILES:-}" ] || cp -a "$ROOT_FILES/." "$work/root/"
  in_root "apt-get -qq update"
  [ -z "$packages" ] || in_root "apt-get -qq install --no-install-recommends ${packages//,/ } >/dev/null"
  in_root "! command -v swift && ! ls /usr/include/curl 2>/dev/null" || exit 2
}

# in_root COMMAND: runs it by a shell in the root, in /job, with no more of this
# environment than it needs. What is mounted for it goes with it.
in_root() {
  local mount='mount -t proc proc "$0/proc" && mount -t devpts devpts "$0/dev/pts" && exec "$@"'
  mkdir -p "$work/root/job"
  unshare --mount sh -c "$mount" "$work/root" \
    env -i PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin HOME=/root LC_ALL=C.UTF-8 \
    DEBIAN_FRONTEND=noninteractive GEMINI_API_KEY=stand-in-key \
    GOOGLE_GEMINI_BASE_URL="${base_url:-$GOOGLE_GEMINI_BASE_URL}" \
    chroot "$work/root" /bin/bash -o pipefail -c "cd /job && $1"
}
