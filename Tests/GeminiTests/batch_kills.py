"""Kills vqa-gemini --batch at each of its requests, and sees what the next run makes of it.

usage: batch_kills.py VQA_GEMINI STAND_IN_PORT FOLDER

A proxy between the tool and the stand-in ends the tool with SIGKILL at its n-th request: before
the service sees it, when the service has done it but the reply has not left, or a moment after
the reply. Then the same command runs to its end. A job is made once, a line asked once, and an
upload that was under way goes on where it was. Prints a line for each case that is not as it should
be, and how many cases there were.
"""

import http.client
import http.server
import json
import os
import pathlib
import struct
import subprocess
import sys
import threading
import zlib

TOOL, PORT, FOLDER = sys.argv[1], int(sys.argv[2]), pathlib.Path(sys.argv[3])
ROWS = 4
MOMENTS = ["before", "done", "after"]


class Proxy(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 60
    lock = threading.Lock()
    child, count, target, moment = None, 0, None, None
    # What was sent of uploads: how often one began, how often it was asked about, bytes, those to come.
    began, asked, sent, size = 0, 0, 0, 0

    def note(self, size):
        command = self.headers.get("X-Goog-Upload-Command", "")
        cls = type(self)
        cls.began += command == "start"
        cls.asked += command == "query"
        cls.size = int(self.headers.get("X-Goog-Upload-Header-Content-Length", cls.size))
        cls.sent += size if command.startswith("upload") else 0

    def kill(self, moment):
        cls = type(self)
        if cls.child and cls.count == cls.target and cls.moment == moment:
            cls.child.kill()
            cls.child.wait()
            return True
        return False

    def serve(self):
        with self.lock:
            type(self).count += 1
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            if self.kill("before"):
                raise ConnectionAbortedError
            self.note(len(body))
            service = http.client.HTTPConnection("127.0.0.1", PORT)
            headers = {k: v for k, v in self.headers.items() if k.lower() != "accept-encoding"}
            service.request(self.command, self.path, body, headers)
            response = service.getresponse()
            data = response.read()
            service.close()
            if self.kill("done"):
                raise ConnectionAbortedError
            self.send_response(response.status)
            for name, value in response.getheaders():
                if name.lower() not in ("transfer-encoding", "content-length", "connection", "date"):
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)
            self.wfile.flush()
            self.kill("after")

    do_GET = do_POST = do_DELETE = serve

    def log_message(self, *_):
        pass


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_):
        pass


def picture(number, padding):
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 1, 1, 16, 0, 0, 0, 0)
    pixels = zlib.compress(b"\0" + struct.pack(">H", number))
    text = chunk(b"tEXt", b"Comment\0" + b"x" * padding) if padding else b""
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + text + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def rows(case, padding):
    for number in range(ROWS):
        path = FOLDER / f"{case}-{number // 2}.png"
        path.write_bytes(picture(case * ROWS + number // 2, padding))
        yield json.dumps({"id": f"t/{number}", "question": f"question {case} {number}?", "answer": "Yes",
                          "image_path": str(path), "image_size": [1, 1]})


def start(case, server, arguments, padding=0, batch=("--batch", "--poll", "0.05"), count=ROWS):
    environment = dict(
        os.environ, GEMINI_API_KEY="stand-in-key", XDG_CACHE_HOME=str(FOLDER / f"cache{case}"),
        XDG_STATE_HOME=str(FOLDER / f"state{case}"),
        GOOGLE_GEMINI_BASE_URL=f"http://127.0.0.1:{server.server_port}")
    path = FOLDER / f"{case}.jsonl"
    path.write_text("".join(line + "\n" for line in list(rows(case, padding))[:count]))
    return subprocess.Popen([TOOL, *batch, *arguments, str(path)],
                            env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def stats():
    service = http.client.HTTPConnection("127.0.0.1", PORT)
    service.request("GET", "/stand-in/stats")
    return json.loads(service.getresponse().read())


def finish(child):
    output, errors = child.communicate(timeout=300)
    done = [json.loads(line) for line in output.decode().split("\n")[:-1]]
    return child.returncode, done, errors.decode()


def check(case, server, targets, name, padding=0, between=None, lines=ROWS):
    """Runs the command once for each target, killed there, then to its end."""
    before = stats()
    killed = 0
    Proxy.began = Proxy.asked = Proxy.sent = 0
    for target, moment in targets:
        Proxy.count, Proxy.target, Proxy.moment = 0, target, moment
        with Proxy.lock:
            Proxy.child = start(case, server, ["--wait"], padding)
        status, _, _ = finish(Proxy.child)
        killed += status == -9
    Proxy.child = None
    if between:
        between(case)
    status, done, errors = finish(start(case, server, ["--wait"], padding))
    after = stats()
    made = {key: after[key] - before[key] for key in ("jobs", "lines", "repeated_lines", "repeats")}
    expected = {"jobs": 1, "lines": lines, "repeated_lines": 0, "repeats": 0}
    answered = sum("descriptive_answer" in row for row in done)
    if status != 0 or answered != ROWS or made != expected:
        print(f"{name}: status {status}, {answered} answered, {made}\n{errors}")
    left = list((FOLDER / f"cache{case}").rglob("*.jsonl"))
    if left:
        print(f"{name}: {left} left behind")
    return killed


def kept(case):
    (path,) = (FOLDER / f"cache{case}").rglob("*-vqa-gemini-*.jsonl")
    return path


def change(case):
    """Another byte in the file that is being uploaded."""
    data = bytearray(kept(case).read_bytes())
    data[len(data) // 2] ^= 1
    kept(case).write_bytes(data)


def live(case, server):
    """Half of the rows are asked live meanwhile."""
    status, _, errors = finish(start(case, server, [], batch=[], count=ROWS // 2))
    if status != 0:
        print(f"upload, then live: status {status}\n{errors}")


def uploads(case, server):
    """An upload killed in its middle and at its end; then what was kept is changed, is gone, or is asked live."""
    kills = 0
    for target in 2, 3:
        case += 1
        # Two chunks of 8 MiB at most.
        kills += check(case, server, [(target, "done")], f"upload, request {target}", 1 << 21)
        if (Proxy.began, Proxy.asked, Proxy.sent) != (1, 1, Proxy.size):
            print(f"upload, request {target}: began {Proxy.began} times, asked {Proxy.asked}, "
                  f"{Proxy.sent} bytes of {Proxy.size}")
    between = [("changed", change, ROWS), ("gone", lambda case: kept(case).unlink(), ROWS),
               ("live", lambda case: live(case, server), ROWS // 2)]
    for name, action, lines in between:
        case += 1
        kills += check(case, server, [(2, "before")], f"upload, then {name}", 0, action, lines)
        if (Proxy.began, Proxy.asked) != (2, 0):
            print(f"upload, then {name}: began {Proxy.began} times, asked {Proxy.asked}")
    return kills


def main():
    server = Server(("127.0.0.1", 0), Proxy)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    case = cases = 0
    for moment in MOMENTS:
        target = 1
        while True:
            case += 1
            killed = check(case, server, [(target, moment)], f"request {target}, {moment}")
            cases += killed
            if not killed:
                break
            target += 1
    # Killed again and again, each time one request further.
    for moment in MOMENTS:
        case += 1
        cases += check(case, server, [(target, moment) for target in range(1, 8)], f"again and again, {moment}")
    cases += uploads(case, server)
    print(f"{cases} kills")


main()
