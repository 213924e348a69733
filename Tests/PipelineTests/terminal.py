"""Runs a shell command on a terminal and prints what is to be seen, as JSON.

terminal.py COLUMNS SECONDS TYPED SCRIPT: TYPED is typed after so many seconds.
"""

import fcntl
import json
import os
import pty
import select
import struct
import sys
import termios
import time

columns, seconds, typed, script = int(sys.argv[1]), float(sys.argv[2]), sys.argv[3], sys.argv[4]
pid, terminal = pty.fork()
if pid == 0:
    os.execvp("bash", ["bash", "-c", script])
fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
seen = b""
start = time.monotonic()
keys = list(typed)
while True:
    ready, _, _ = select.select([terminal], [], [], 0.05)
    if ready:
        try:
            data = os.read(terminal, 65536)
        except OSError:
            break
        if not data:
            break
        seen += data
    if keys and time.monotonic() - start > seconds:
        os.write(terminal, keys.pop(0).encode())
        start = time.monotonic() - seconds + 0.3
status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])

# A screen of one column of lines: enough for what the tools write.
lines, row, place, drawn = [[]], 0, 0, []
wrapped = set()
text = seen.decode(errors="replace")
index = 0
while index < len(text):
    if text.startswith("\x1b[K", index):
        shown = "".join(lines[row]).rstrip()
        if shown and place == 0:
            drawn.append(shown)
        del lines[row][place:]
        if place == 0:
            wrapped.discard(row)
        index += 3
        continue
    letter = text[index]
    index += 1
    if letter == "\r":
        place = 0
    elif letter == "\n":
        row, place = row + 1, 0
        lines += [[]] if row == len(lines) else []
    else:
        if place == columns:
            row, place = row + 1, 0
            wrapped.add(row)
            lines += [[]] if row == len(lines) else []
        lines[row][place:place + 1] = [letter]
        place += 1
shown = []
for number, line in enumerate(lines):
    if number in wrapped:
        shown[-1] += "".join(line).rstrip()
    else:
        shown.append("".join(line).rstrip())
while shown and not shown[-1]:
    shown.pop()
json.dump({"lines": shown, "status": status, "drawn": drawn}, sys.stdout)
