#!/bin/sh
# What the built tools may not be linked with: Foundation and its ICU data, which
# cost start-up; curl, in the two tools that never use a network; the libraries
# of picture formats, in those that decode no pictures.
#
# usage: Tests/check-linkage.sh DIRECTORY
set -eu
status=0

# refuse TOOL LIBRARY: fails if the tool loads the library.
refuse() {
  if ldd "$1" | grep -q "$2"; then
    echo "$1 is linked with $2" >&2
    status=1
  fi
}

for tool in vqa-extract vqa-hash vqa-gemini vqa-merge; do
  refuse "$1/$tool" libFoundation
done
refuse "$1/vqa-hash" libcurl
refuse "$1/vqa-merge" libcurl
for tool in vqa-extract vqa-gemini vqa-merge; do
  for library in libpng libjpeg libtiff libwebp; do refuse "$1/$tool" "$library"; done
done
exit $status
