"""Runs a shell command on a terminal and prints what is to be seen, as JSON.

terminal.py COLUMNS EVENTS SCRIPT

EVENTS is a JSON array of what happens, in order: {"type": KEYS} or
{"resize": COLUMNS}, each `seconds` after the one before, and not before the
terminal has shown the text `shown` since then.
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


def resize(terminal, columns):
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))


def run(columns, events, script):
    """What the command wrote, the widths by the offset from which they hold,
    and its status."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.execvp("bash", ["bash", "-c", script])
    resize(terminal, columns)
    seen, widths, since, last = b"", [(0, columns)], 0, time.monotonic()
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
        if not events or time.monotonic() - last < events[0].get("seconds", 0):
            continue
        if events[0].get("shown", "").encode() not in seen[since:]:
            continue
        event = events.pop(0)
        since, last = len(seen), time.monotonic()
        if "resize" in event:
            resize(terminal, event["resize"])
            widths.append((since, event["resize"]))
        else:
            os.write(terminal, event["type"].encode())
    return seen, widths, os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


class Screen:
    """One column of lines: enough for what the tools write. A line that ran
    over the right margin is one line here."""

    def __init__(self):
        self.lines, self.place, self.wrapped, self.drawn = [[]], 0, set(), []

    def feed(self, text, columns):
        index = 0
        while index < len(text):
            if text.startswith("\x1b[K", index):
                self.wipe()
                index += 3
                continue
            letter = text[index]
            index += 1
            if letter == "\r":
                self.place = 0
            elif letter == "\n":
                self.go_on()
            else:
                if self.place >= columns:
                    self.go_on()
                    self.wrapped.add(len(self.lines) - 1)
                self.lines[-1][self.place:self.place + 1] = [letter]
                self.place += 1

    def go_on(self):
        self.lines.append([])
        self.place = 0

    def wipe(self):
        """Behind the cursor. What is wiped from the margin on was drawn."""
        shown = "".join(self.lines[-1]).rstrip()
        if shown and self.place == 0:
            self.drawn.append(shown)
        del self.lines[-1][self.place:]
        if self.place == 0:
            self.wrapped.discard(len(self.lines) - 1)

    def text(self):
        shown = []
        for number, line in enumerate(self.lines):
            if number in self.wrapped:
                shown[-1] += "".join(line).rstrip()
            else:
                shown.append("".join(line).rstrip())
        while shown and not shown[-1]:
            shown.pop()
        return shown


def main():
    seen, widths, status = run(int(sys.argv[1]), json.loads(sys.argv[2]), sys.argv[3])
    screen, drawn = Screen(), []
    ends = [offset for offset, _ in widths[1:]] + [len(seen)]
    for (start, columns), end in zip(widths, ends):
        screen.feed(seen[start:end].decode(errors="replace"), columns)
        # What is on the screen now is wiped at another width.
        drawn.append(screen.drawn + ["".join(screen.lines[-1])] * (end < len(seen)))
        screen.drawn = []
    json.dump({"lines": screen.text(), "status": status, "drawn": drawn}, sys.stdout)


main()
