#!/usr/bin/env python3
"""Prints a tool's completion script for a shell.

    completion.py TOOL bash|zsh|fish

It is swift-argument-parser's, less the subcommand `help`, which that gives to tools
that have no subcommands and all of whose operands are files: zsh then refuses to
complete anything ("doubled rest argument definition").
"""

import os
import re
import subprocess
import sys

# What is taken out, each to be found once; NAME is the tool's.
PARTS = {
    "bash": [
        r"    # Offer subcommand / subcommand argument completions\n.*?\n    esac\n(?=\}\n)",
        r"_NAME_help\(\) \{\n.*?\n\}\n\n",
    ],
    "zsh": [
        r" +'\(-\): :->command'\n +'\(-\)\*:: :->arg'\n",
        r'    case "\$\{state\}" in\n.*?\n    esac\n',
        r"_NAME_help\(\) \{\n.*?\n\}\n\n",
    ],
    "fish": [
        r" +switch \$unparsed_tokens\[1\]\n +case 'help'\n.*?\n +end\n(?= +end\n)",
        r"complete -c 'NAME' -n [^\n]*-fa 'help'[^\n]*\n",
        r"complete -c 'NAME' -n '[^'\n]*\"NAME help\"? [^\n]*\n",
    ],
}


def main():
    tool, shell = sys.argv[1:3]
    name = os.path.basename(tool)
    text = subprocess.run(
        [tool, "--generate-completion-script", shell], stdout=subprocess.PIPE, check=True, text=True
    ).stdout
    for pattern in PARTS[shell]:
        text, count = re.subn(pattern.replace("NAME", re.escape(name)), "", text, flags=re.DOTALL)
        if count != 1:
            sys.exit(f"completion.py: {name}, {shell}: {count} times, not once: {pattern}")
    sys.stdout.write(text)


main()
