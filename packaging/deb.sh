#!/bin/bash
# Makes a Debian package of what `make` has built, with dpkg's own tools.
#
# usage: packaging/deb.sh [DIRECTORY=.build/packages]
#
# Reads   what `make` has made (BIN_DIR and MADE_DIR as there)
# Writes  DIRECTORY/vqa_VERSION_ARCHITECTURE.deb
#
# The dependencies are those that dpkg-shlibdeps finds, so the package is for the
# release of Debian or Ubuntu that it is built on.
set -euo pipefail
cd "$(dirname "$0")/.."

out=${1:-.build/packages}
bin=${BIN_DIR:-.build/release}
tools=(vqa-extract vqa-hash vqa-gemini vqa-merge)
version=$("$bin/vqa-merge" --version | awk '{ print $NF; exit }')-1
architecture=$(dpkg --print-architecture)
maintainer="${DEBFULLNAME:-$(git log -1 --format=%an)} <${DEBEMAIL:-$(git log -1 --format=%ae)}>"
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}
export SOURCE_DATE_EPOCH

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
root=$work/debian/vqa
doc=$root/usr/share/doc/vqa

make -s install DESTDIR="$root" PREFIX=/usr
mv "$root/usr/share/zsh/site-functions" "$root/usr/share/zsh/vendor-completions"
strip --strip-unneeded --remove-section=.comment --remove-section=.note "${tools[@]/#/$root/usr/bin/}"
gzip -9n "$root"/usr/share/man/man?/*
# Completions are read, not run.
sed -i '1{/^#!/d}' "$root"/usr/share/bash-completion/completions/*

mkdir -p "$doc"
cat - LICENSE packaging/third-party.txt >"$doc/copyright" <<END
Format: plain text

END
gzip -9n <CHANGELOG.md >"$doc/changelog.gz"
gzip -9n >"$doc/changelog.Debian.gz" <<END
vqa ($version) unstable; urgency=medium

  * See changelog.gz.

 -- $maintainer  $(date -u -R -d "@$SOURCE_DATE_EPOCH")
END
find "$root" -type d -exec chmod 755 {} +
find "$doc" "$root/usr/share/man" -type f -exec chmod 644 {} +

# dpkg-shlibdeps wants the form of a source package.
cat >"$work/debian/control" <<END
Source: vqa
Maintainer: $maintainer

Package: vqa
Architecture: any
END
depends=$(cd "$work" && dpkg-shlibdeps -O "${tools[@]/#/debian/vqa/usr/bin/}" 2>/dev/null |
  sed -n 's/^shlibs:Depends=//p')
[ -n "$depends" ] || { echo "deb.sh: dpkg-shlibdeps found no dependencies" >&2; exit 2; }

mkdir "$root/DEBIAN"
cat >"$root/DEBIAN/control" <<END
Package: vqa
Version: $version
Section: science
Priority: optional
Architecture: $architecture
Maintainer: $maintainer
Installed-Size: $(du -sk --exclude=DEBIAN "$root" | cut -f 1)
Depends: $depends
Recommends: ca-certificates
Description: explained answers for visual-question-answering data sets
 Four Unix filters that turn a visual-question-answering data set into one
 whose answers are explained: vqa-extract reads the data set, vqa-hash saves
 its pictures under the hash of their pixels, vqa-gemini asks the Gemini API,
 vqa-merge gathers the rows into one nested JSON or samples for training.
END
(cd "$root" && find usr -type f -print0 | LC_ALL=C sort -z | xargs -0 md5sum >DEBIAN/md5sums)

mkdir -p "$out"
deb=$out/vqa_${version}_$architecture.deb
dpkg-deb --root-owner-group -Zxz -z6 --build "$root" "$deb" >/dev/null
echo "$deb"
