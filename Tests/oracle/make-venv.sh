#!/bin/sh
# Makes the Python environment of the tests in .build/venv, or brings it up
# to Tests/oracle/requirements.txt. Prints nothing when it is up to date.
set -eu
cd "$(dirname "$0")/../.."

venv=.build/venv
if cmp -s Tests/oracle/requirements.txt "$venv/requirements.txt"; then
  exit 0
fi
echo "making the tests' Python environment in $venv" >&2
rm -rf "$venv"
mkdir -p .build
python3 -m venv "$venv"
"$venv/bin/pip" install --quiet --disable-pip-version-check -r Tests/oracle/requirements.txt
cp Tests/oracle/requirements.txt "$venv/requirements.txt"
