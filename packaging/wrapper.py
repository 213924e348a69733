"""Starts the programs in `bin`, in place of this process."""

import os
import signal
import sys


def _start(tool):
    # Python ignores these, and a program that it starts would go on doing so.
    for number in (signal.SIGPIPE, signal.SIGXFSZ):
        signal.signal(number, signal.SIG_DFL)
    program = os.path.join(os.path.dirname(os.path.abspath(__file__)), "bin", tool)
    try:
        os.execv(program, [tool, *sys.argv[1:]])
    except OSError as error:
        sys.stderr.write(f"{tool}: cannot start {program}: {error.strerror}\n")
        sys.exit(2)


def vqa_extract():
    _start("vqa-extract")


def vqa_hash():
    _start("vqa-hash")


def vqa_gemini():
    _start("vqa-gemini")


def vqa_merge():
    _start("vqa-merge")
