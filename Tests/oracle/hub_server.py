"""A Hub on loopback: as much of huggingface.co as a download meets.

usage: hub_server.py ROOT PORT_FILE LOG [FAULT ...]

ROOT/<owner>/<name>/<revision with %2F>/<path> are the repositories. Files of
more than 1,000 bytes are "large": named by their SHA-256 and served, after a
redirect, by a second port that plays the content network and refuses tokens.
Small ones are named by git's hash of a blob and served as they are.

ROOT/<owner>/<name>/gated, if there, makes the data set want `Bearer good-token`.
Faults: cut=N breaks off the first N downloads half-way; wrong spoils a byte; short-size
halves the size that a HEAD gives.

Written from https://huggingface.co/docs/hub/api and from what huggingface_hub
sends and reads. LOG gets a line for each request: who, method, path, range,
whether a token came, status.
"""

import hashlib
import json
import os
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import quote, unquote, urlsplit

root, port_file, log_path, *faults = sys.argv[1:]
faults = dict(fault.partition("=")[::2] for fault in faults)
cuts_left = int(faults.get("cut", 0))
log_lock = threading.Lock()


def commit_of(repository, revision):
    return hashlib.sha1(f"{repository}@{revision}".encode()).hexdigest()


def revisions(repository):
    directory = os.path.join(root, repository)
    names = [n for n in os.listdir(directory) if os.path.isdir(os.path.join(directory, n))]
    return {commit_of(repository, unquote(name)): name for name in names}


def paths_of(directory):
    for parent, _, names in os.walk(directory):
        for name in names:
            yield os.path.relpath(os.path.join(parent, name), directory)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    who = "hub"

    def log_message(self, *arguments):
        pass

    def note(self, status):
        with log_lock, open(log_path, "a") as log:
            entry = {
                "who": self.who,
                "method": self.command,
                "path": self.path,
                "range": self.headers.get("Range"),
                "token": "Authorization" in self.headers,
                "status": status,
            }
            log.write(json.dumps(entry) + "\n")

    def reply(self, status, headers=(), body=b""):
        self.note(status)
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        if not any(name == "Content-Length" for name, _ in headers):
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def refuse(self, status, code, message):
        self.reply(status, [("X-Error-Code", code), ("X-Error-Message", message)])

    def do_HEAD(self):
        self.do_GET()

    def do_GET(self):
        parts = [unquote(part) for part in urlsplit(self.path).path.strip("/").split("/")]
        is_api = parts[:2] == ["api", "datasets"]
        repository = "/".join(parts[2:4] if is_api else parts[1:3])
        directory = os.path.join(root, repository)
        if not os.path.isdir(directory):
            return self.refuse(401, "RepoNotFound", "Invalid username or password.")
        if os.path.exists(os.path.join(directory, "gated")):
            if self.headers.get("Authorization") != "Bearer good-token":
                return self.refuse(403, "GatedRepo", f"Access to {repository} is restricted.")
        revision = parts[5] if is_api else parts[4]
        if revision in revisions(repository):
            commit = revision
        else:
            commit = commit_of(repository, revision)
            if commit not in revisions(repository):
                return self.refuse(404, "RevisionNotFound", "Invalid rev id: " + revision)
        snapshot = os.path.join(directory, revisions(repository)[commit])
        if is_api:
            siblings = [{"rfilename": path} for path in sorted(paths_of(snapshot))]
            body = json.dumps({"id": repository, "sha": commit, "siblings": siblings})
            return self.reply(200, [("Content-Type", "application/json")], body.encode())
        path = os.path.join(snapshot, *parts[5:])
        if not os.path.isfile(path):
            return self.refuse(404, "EntryNotFound", "Entry not found")
        return self.file(path, commit)

    def file(self, path, commit):
        with open(path, "rb") as file:
            content = file.read()
        common = [("X-Repo-Commit", commit), ("Accept-Ranges", "bytes")]
        if len(content) <= 1000:
            name = hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()
            return self.reply(200, common + [("ETag", f'"{name}"')], content)
        name = hashlib.sha256(content).hexdigest()
        location = f"http://127.0.0.1:{content_port}/{quote(path, safe='')}"
        size = len(content) // (2 if "short-size" in faults else 1)
        linked = [("X-Linked-Etag", f'"{name}"'), ("X-Linked-Size", str(size))]
        return self.reply(302, common + linked + [("Location", location)])


class Content(Handler):
    """The content network: large files by range, no tokens."""

    who = "content"

    def do_GET(self):
        global cuts_left
        if "Authorization" in self.headers:
            return self.reply(400)
        with open(unquote(self.path[1:]), "rb") as file:
            content = file.read()
        if "wrong" in faults:
            content = content[:-1] + bytes([content[-1] ^ 1])
        start = 0
        headers = [("ETag", '"opaque"')]
        if "Range" in self.headers and "no-ranges" not in faults:
            start = int(self.headers["Range"].removeprefix("bytes=").rstrip("-").split("-")[0])
            if start >= len(content):
                return self.reply(416)
            headers.append(("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}"))
        body = content[start:]
        headers.append(("Content-Length", str(len(body))))
        if cuts_left > 0 and self.command == "GET":
            cuts_left -= 1
            self.close_connection = True
            body = body[: len(body) // 2]
        return self.reply(206 if start else 200, headers, body)


content = ThreadingHTTPServer(("127.0.0.1", 0), Content)
content_port = content.server_address[1]
threading.Thread(target=content.serve_forever, daemon=True).start()
hub = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
threading.Thread(target=hub.serve_forever, daemon=True).start()
with open(port_file + ".new", "w") as file:
    file.write(str(hub.server_address[1]))
os.rename(port_file + ".new", port_file)
sys.stdin.read()
