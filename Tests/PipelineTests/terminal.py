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
    """A screen without an upper margin, enough for what the tools write. Like
    most terminals it breaks lines anew when it gets narrower."""

    def __init__(self):
        self.lines, self.row, self.place, self.drawn = [[]], 0, 0, []
        self.wrapped = set()  # lines that go on with the one before
        self.controls = {"\r": self.go_back, "\n": self.go_down, "\x1b[A": self.go_up, "\x1b[J": self.wipe}

    def feed(self, text, columns):
        self.fit(columns)
        while text:
            control = next((c for c in self.controls if text.startswith(c)), None)
            if control:
                self.controls[control]()
            else:
                self.put(text[0], columns)
            text = text[len(control or "."):]

    def put(self, letter, columns):
        if self.place >= columns:
            self.go_down()
            self.wrapped.add(self.row)
        line = self.lines[self.row]
        line += " " * (self.place - len(line))
        line[self.place:self.place + 1] = [letter]
        self.place += 1

    def go_back(self):
        self.place = 0

    def go_down(self):
        self.row, self.place = self.row + 1, 0
        if self.row == len(self.lines):
            self.lines.append([])

    def go_up(self):
        self.row -= 1

    def wipe(self):
        """From the cursor on. What is wiped below it was drawn."""
        if self.row + 1 < len(self.lines):
            self.drawn.append(self.below())
        del self.lines[self.row][self.place:]
        del self.lines[self.row + 1:]
        self.wrapped = {number for number in self.wrapped if number <= self.row}

    def below(self):
        return "".join("".join(line) for line in self.lines[self.row + 1:]).rstrip()

    def fit(self, columns):
        """Breaks lines that are too long; the cursor keeps its letter."""
        number = 0
        while number < len(self.lines):
            if len(self.lines[number]) > columns:
                self.lines.insert(number + 1, self.lines[number][columns:])
                del self.lines[number][columns:]
                self.wrapped = {n + (n > number) for n in self.wrapped} | {number + 1}
                if self.row > number:
                    self.row += 1
                elif self.row == number and self.place >= columns:
                    self.row, self.place = self.row + 1, self.place - columns
            number += 1

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
        screen.feed(seen[start:end].decode(errors="replace"), columns or 80)
        # What is on the screen now is wiped at another width.
        drawn.append(screen.drawn + [screen.below()] * (end < len(seen)))
        screen.drawn = []
    json.dump({"lines": screen.text(), "status": status, "drawn": drawn}, sys.stdout)


main()
