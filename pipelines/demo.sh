#!/bin/bash
# The main job, on a small sample, with nothing to set up: no key, no network.
#
# Reads   pipelines/sample/data (drawings and questions of our own, in Parquet)
# Writes  .build/demo: demo.json, the PNG files in md5_images, the rows
#
# The answers come from a stand-in for the Gemini API that runs on this
# machine. They have the right form and mean nothing.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=pipelines/setup.sh
. pipelines/setup.sh

require_swift
install_packages "${build_packages[@]}"
build=(swift build -c release --static-swift-stdlib)
step "build, minutes the first time" "${build[@]}"
sample=$PWD/pipelines/sample/data/train-00000-of-00001.parquet
PATH="$("${build[@]}" --show-bin-path 2>/dev/null):$PATH"

rm -rf .build/demo
mkdir -p .build/demo
cd .build/demo

gemini-stand-in --port-file port --log requests.jsonl 2>stand-in.log &
stand_in=$!
trap 'kill $stand_in 2>/dev/null' EXIT
until [ -s port ]; do
  kill -0 $stand_in 2>/dev/null || { echo "the stand-in server did not start: $(cat stand-in.log)" >&2; exit 2; }
  sleep 0.1
done

# Whatever keys and caches the person has stay out of the demo.
unset GOOGLE_API_KEY GEMINI_API_KEYS http_proxy HTTP_PROXY all_proxy ALL_PROXY
export GEMINI_API_KEY=stand-in-key
GOOGLE_GEMINI_BASE_URL="http://127.0.0.1:$(cat port)"
export GOOGLE_GEMINI_BASE_URL XDG_CACHE_HOME="$PWD/cache" XDG_STATE_HOME="$PWD/state"

echo
echo '$ vqa-extract train-00000-of-00001.parquet | vqa-hash | vqa-gemini | vqa-merge -o demo.json'
vqa-extract "$sample" |
  vqa-hash |
  vqa-gemini --progress never |
  tee answered.jsonl |
  vqa-merge -o demo.json

echo
echo '$ head -n 17 demo.json'
head -n 17 demo.json
echo
echo "The answers to $(wc -l <answered.jsonl) questions and $(find md5_images -name '*.png' | wc -l) images are in .build/demo."
echo "These answers come from a stand-in on this machine, not from a model."
