#!/usr/bin/env python3
"""Fills a man page's template with what the tool says of its options.

    render.py TOOL TEMPLATE > PAGE

TOOL is the built program; its `--experimental-dump-help` is swift-argument-parser's
ToolInfo as JSON. TEMPLATE is mdoc(7) with the lines `@SYNOPSIS@` and `@OPTIONS@`.
"""

import json
import re
import subprocess
import sys
import textwrap


def escaped(text):
    """`text` for running text in roff: a line a sentence, as mdoc(7) asks."""
    sentences = re.split(r"(?<=[.!?]) +(?=[A-Z])", text)
    lines = [line for sentence in sentences for line in textwrap.wrap(sentence, 76)]
    return "\n".join(map(escaped_line, lines))


def escaped_line(text):
    text = text.replace("\\", "\\e").replace("`", "\\(ga")
    text = re.sub(r"(?<![\w-])-(?=[\w-])|(?<=-)-(?=\w)", r"\\-", text)
    return "\\&" + text if text[:1] in (".", "'") else text


def spelling(name):
    return ("-" if name["kind"] == "short" else "--") + name["name"]


def flag(name):
    """The name as `.Fl` takes it, which adds a hyphen of its own."""
    return spelling(name)[1:].replace("-", "\\-")


def is_shown(argument):
    return argument.get("shouldDisplay", True) and argument["kind"] != "positional"


def synopsis(command):
    lines = []
    for argument in filter(is_shown, command["arguments"]):
        name = "Fl " + flag(argument["preferredName"])
        value = " Ar " + argument["valueName"] if argument["kind"] == "option" else ""
        dots = " ..." if argument["isRepeating"] else ""
        lines.append((".Op " if argument["isOptional"] else ".") + name + value + dots)
    for argument in command["arguments"]:
        if argument["kind"] == "positional" and argument.get("shouldDisplay", True):
            dots = " ..." if argument["isRepeating"] else ""
            lines.append((".Op Ar " if argument["isOptional"] else ".Ar ") + argument["valueName"] + dots)
    return lines


def option(argument):
    """The `.It` of one option: all its names, what it does, values and default."""
    names = sorted(argument["names"], key=lambda name: name["kind"] != "short")
    value = " Ar " + argument["valueName"] if argument["kind"] == "option" else ""
    lines = [".It " + " , ".join("Fl " + flag(name) + value for name in names)]
    text = argument.get("abstract", "").strip()
    if text:
        lines.append(escaped(text))
    if argument.get("discussion"):
        lines += [".Pp"] + [escaped(line) for line in argument["discussion"].strip().splitlines()]
    values = argument.get("allValues", [])
    if values and not all(re.search(rf"\b{re.escape(v)}\b", text) for v in values):
        lines.append("One of " + ", ".join(escaped(v) for v in values) + ".")
    default = argument.get("defaultValue")
    if default and argument["kind"] == "option" and "default" not in text:
        lines.append(f"The default is {escaped(default)}.")
    return lines


def options(command):
    lines, section = [], object()
    for argument in filter(is_shown, command["arguments"]):
        if argument.get("sectionTitle") != section:
            if lines:
                lines.append(".El")
            section = argument.get("sectionTitle")
            if section:
                lines.append(".Ss " + section)
            lines.append(".Bl -tag -width Ds")
        lines += option(argument)
    return lines + [".El"] if lines else []


def main():
    tool, template = sys.argv[1:3]
    dump = subprocess.run([tool, "--experimental-dump-help"], capture_output=True, check=True)
    command = json.loads(dump.stdout)["command"]
    text = open(template, encoding="utf-8").read()
    for mark, lines in (("@SYNOPSIS@", synopsis(command)), ("@OPTIONS@", options(command))):
        text = text.replace(mark, "\n".join(lines))
    sys.stdout.write(text)


main()
