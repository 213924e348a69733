"""Kills vqa-gemini --batch at each of its requests, and sees what the next run makes of it.

usage: batch_kills.py VQA_GEMINI STAND_IN_PORT FOLDER

A proxy between the tool and the stand-in ends the tool with SIGKILL at its n-th request: before
the service sees it, when the service has done it but the reply has not left, or a moment after
the reply. Then the same command runs to its end. Prints a line for each case that is not as it
should be, and how many cases there were.
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


def picture(number):
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 1, 1, 16, 0, 0, 0, 0)
    pixels = zlib.compress(b"\0" + struct.pack(">H", number))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def rows(case):
    for number in range(ROWS):
        path = FOLDER / f"{case}-{number // 2}.png"
        path.write_bytes(picture(case * ROWS + number // 2))
        yield json.dumps({"id": f"t/{number}", "question": f"question {case} {number}?", "answer": "Yes",
                          "image_path": str(path), "image_size": [1, 1]})


def start(case, server, arguments):
    environment = dict(
        os.environ, GEMINI_API_KEY="stand-in-key", XDG_CACHE_HOME=str(FOLDER / f"cache{case}"),
        XDG_STATE_HOME=str(FOLDER / f"state{case}"),
        GOOGLE_GEMINI_BASE_URL=f"http://127.0.0.1:{server.server_port}")
    path = FOLDER / f"{case}.jsonl"
    path.write_text("".join(line + "\n" for line in rows(case)))
    return subprocess.Popen([TOOL, "--batch", "--poll", "0.05", *arguments, str(path)],
                            env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def stats():
    service = http.client.HTTPConnection("127.0.0.1", PORT)
    service.request("GET", "/stand-in/stats")
    return json.loads(service.getresponse().read())


def finish(child):
    output, errors = child.communicate(timeout=120)
    done = [json.loads(line) for line in output.decode().split("\n")[:-1]]
    return child.returncode, done, errors.decode()


def check(case, server, targets, name):
    """Runs the command once for each target, killed there, then to its end."""
    before = stats()
    killed = 0
    for target, moment in targets:
        Proxy.count, Proxy.target, Proxy.moment = 0, target, moment
        with Proxy.lock:
            Proxy.child = start(case, server, ["--wait"])
        status, _, _ = finish(Proxy.child)
        killed += status == -9
    Proxy.child = None
    status, done, errors = finish(start(case, server, ["--wait"]))
    after = stats()
    made = {key: after[key] - before[key] for key in ("jobs", "lines", "repeated_lines", "repeats")}
    expected = {"jobs": 1, "lines": ROWS, "repeated_lines": 0, "repeats": 0}
    answered = sum("descriptive_answer" in row for row in done)
    if status != 0 or answered != ROWS or made != expected:
        print(f"{name}: status {status}, {answered} answered, {made}\n{errors}")
    return killed


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
    print(f"{cases} kills")


main()
