"""Says of each text (one a line, in hexadecimal) what Python's json makes of it.

Prints `refused` unless the text is one JSON object in UTF-8, else the UTF-8 of
its "question" in hexadecimal (`empty` for none, lone surrogates as U+FFFD), or
`-` if that is not a string. NaN and Infinity, which json takes and RFC 8259
does not know, are refused.
"""

import json
import re
import sys


def refuse(constant):
    raise ValueError(constant)


def verdict(text):
    try:
        value = json.loads(text.decode("utf-8"), parse_constant=refuse)
    except ValueError:
        return "refused"
    if not isinstance(value, dict):
        return "refused"
    question = value.get("question")
    if not isinstance(question, str):
        return "-"
    return re.sub("[\ud800-\udfff]", "\ufffd", question).encode("utf-8").hex() or "empty"


with open(sys.argv[1]) as texts:
    for line in texts:
        print(verdict(bytes.fromhex(line)))
