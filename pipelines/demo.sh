#!/bin/sh
# The main job, on a small sample, with nothing to set up: no key, no network.
#
# Reads   pipelines/sample/data (drawings and questions of our own, in Parquet)
# Writes  .build/demo: demo.json, the PNG files in md5_images, the rows
#
# The answers come from a stand-in for the Gemini API that runs on this
# machine. They have the right form and mean nothing.
set -eu
cd "$(dirname "$0")/.."
root=$PWD
# shellcheck source=pipelines/setup.sh
. pipelines/setup.sh

# shellcheck disable=SC2086 # a list of words
install $build_packages
need_swift
echo "building (some minutes the first time) ..." >&2
swift build -c release --static-swift-stdlib --quiet >&2
PATH="$(swift build -c release --static-swift-stdlib --show-bin-path):$PATH"

rm -rf .build/demo
mkdir -p .build/demo
cd .build/demo

gemini-stand-in --port-file port --log requests.jsonl &
stand_in=$!
trap 'kill $stand_in 2>/dev/null' EXIT
for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15; do
  [ -s port ] && break
  sleep 0.2
done

# Whatever keys and caches the person has stay out of the demo.
unset GOOGLE_API_KEY GEMINI_API_KEYS
GEMINI_API_KEY=stand-in-key
GOOGLE_GEMINI_BASE_URL="http://127.0.0.1:$(cat port)"
XDG_CACHE_HOME="$PWD/cache"
XDG_STATE_HOME="$PWD/state"
export GEMINI_API_KEY GOOGLE_GEMINI_BASE_URL XDG_CACHE_HOME XDG_STATE_HOME

echo
echo '$ vqa-extract train-00000-of-00001.parquet | vqa-hash | vqa-gemini | vqa-merge > demo.json'
vqa-extract "$root/pipelines/sample/data/train-00000-of-00001.parquet" |
  vqa-hash |
  vqa-gemini --progress never |
  tee answered.jsonl |
  vqa-merge >demo.json

echo
echo '$ head -n 24 demo.json'
head -n 24 demo.json
echo
echo "$(find md5_images -name '*.png' | wc -l) images and the answers to $(wc -l <answered.jsonl) questions are in .build/demo."
echo "These answers come from a stand-in on this machine, not from a model."
