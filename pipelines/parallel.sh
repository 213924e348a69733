#!/bin/sh
# The rows in parts, several processes at once, by GNU parallel.
#
# Reads   a Parquet file or any other SOURCE of vqa-extract
# Writes  the merged JSON on stdout, PNG files into md5_images
#
# usage: parallel.sh SOURCE [OPTION OF vqa-extract ...] > merged.json
#
# The processes share the keys' limits, the cache and the directory of images,
# so more of them break no quota and pay nothing twice. A single vqa-gemini
# saturates the quota as well; this is for machines with many cores and large
# pictures.
set -eu

# --pipe hands each job a block of whole lines; --keep-order keeps the rows'.
# Failed rows (status 1) are vqa-merge's to tell.
vqa-extract "$@" |
  parallel --pipe --keep-order --block 20M --quote \
    sh -c 'vqa-hash --quiet | vqa-gemini --quiet || [ $? -eq 1 ]' |
  vqa-merge
