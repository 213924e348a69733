#!/usr/bin/env python3
"""Writes a wheel of the four tools: binaries, and a wrapper that starts them.

    make_wheel.py VERSION DIRECTORY_OF_THE_TOOLS LICENSE_DIRECTORY OUT_DIRECTORY

The wheel is for the machine that it was made on; `auditwheel repair` adds the
libraries and the tag. LICENSE_DIRECTORY holds files for `dist-info/licenses`.
"""

import base64
import hashlib
import sys
import zipfile
from pathlib import Path

NAME = "vqa_tools"
TOOLS = ["vqa-extract", "vqa-hash", "vqa-gemini", "vqa-merge"]
HERE = Path(__file__).parent
# The time of every member, so that the same input gives the same wheel.
TIME = (1980, 1, 1, 0, 0, 0)

METADATA = """\
Metadata-Version: 2.1
Name: vqa-tools
Version: {version}
Summary: Explained answers for visual-question-answering data sets
License: MIT
Requires-Python: >=3.8
Classifier: Operating System :: POSIX :: Linux
Description-Content-Type: text/plain

Four Unix filters, as programs that need no Python but to be started:
vqa-extract | vqa-hash | vqa-gemini | vqa-merge -o out.json
Each has --help.
"""
WHEEL = """\
Wheel-Version: 1.0
Generator: make_wheel.py
Root-Is-Purelib: false
Tag: py3-none-linux_x86_64
"""


def members(version, tools, licenses):
    """Name, bytes and permissions of each member."""
    info = f"{NAME}-{version}.dist-info"
    yield f"{NAME}/__init__.py", (HERE / "wrapper.py").read_bytes(), 0o644
    for tool in TOOLS:
        yield f"{NAME}/bin/{tool}", (tools / tool).read_bytes(), 0o755
    entries = [f"{tool} = {NAME}:{tool.replace('-', '_')}" for tool in TOOLS]
    yield f"{info}/METADATA", METADATA.format(version=version).encode(), 0o644
    yield f"{info}/WHEEL", WHEEL.encode(), 0o644
    yield f"{info}/entry_points.txt", "\n".join(["[console_scripts]", *entries, ""]).encode(), 0o644
    for file in sorted(licenses.iterdir()):
        yield f"{info}/licenses/{file.name}", file.read_bytes(), 0o644


def main():
    version, tools, licenses, out = sys.argv[1:5]
    path = Path(out) / f"{NAME}-{version}-py3-none-linux_x86_64.whl"
    record = f"{NAME}-{version}.dist-info/RECORD"
    lines = []
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as wheel:

        def write(name, data, mode):
            member = zipfile.ZipInfo(name, TIME)
            member.external_attr = (0o100000 | mode) << 16
            member.compress_type = zipfile.ZIP_DEFLATED
            wheel.writestr(member, data)

        for name, data, mode in members(version, Path(tools), Path(licenses)):
            write(name, data, mode)
            digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
            lines.append(f"{name},sha256={digest},{len(data)}")
        write(record, "\n".join([*lines, f"{record},,", ""]).encode(), 0o644)
    print(path)


main()
