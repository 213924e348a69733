"""Checks the stand-in's Files and Batch parts on the wire: what hurt clients.

Usage: batch_check.py BASE_URL

The server must run with --config batch_check.conf. Each check_ function is
one check; the first that fails ends the program. Prints the names of the
checks that passed, one a line.
"""

import http.client
import json
import sys
import time
from urllib.parse import urlsplit

ADDRESS = urlsplit(sys.argv[1])
MODEL = "gemini-3.8-flash"


def send(method, path, body=None, key="good", **headers):
    connection = http.client.HTTPConnection(ADDRESS.hostname, ADDRESS.port, timeout=10)
    data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    if key:
        names["x-goog-api-key"] = key
    connection.request(method, path, data, names)
    reply = connection.getresponse()
    return reply, reply.read()


def ok(method, path, body=None, **options):
    reply, data = send(method, path, body, **options)
    assert reply.status == 200, (reply.status, data)
    return json.loads(data)


def refused(code, status, text, *args, **options):
    reply, data = send(*args, **options)
    error = json.loads(data)["error"]
    assert (reply.status, error["code"], error["status"]) == (code, code, status), data
    assert text in error["message"], error
    return error


def lost(*args, **options):
    try:
        send(*args, **options)
    except (http.client.HTTPException, ConnectionError):
        return
    raise AssertionError("there was a reply")


def line(key, text="Reference answer: Yes", **members):
    return json.dumps({"key": key, "request": {
        "contents": [{"role": "user", "parts": [{"text": text}]}], **members}})


class Upload:
    def __init__(self, data, name="lines", key="good", version="v1beta"):
        self.data = data
        reply, _ = send(
            "POST", f"/upload/{version}/files", {"file": {"displayName": name}}, key=key,
            X_Goog_Upload_Protocol="resumable", X_Goog_Upload_Command="start",
            X_Goog_Upload_Header_Content_Length=str(len(data)),
            X_Goog_Upload_Header_Content_Type="jsonl")
        assert reply.status == 200 and reply.headers["X-Goog-Upload-Status"] == "active"
        self.granularity = int(reply.headers["X-Goog-Upload-Chunk-Granularity"])
        url = urlsplit(reply.headers["X-Goog-Upload-URL"])
        self.path = f"{url.path}?{url.query}"

    def put(self, start, end, command="upload"):
        return ("POST", self.path, self.data[start:end]), dict(
            key=None, X_Goog_Upload_Offset=str(start), X_Goog_Upload_Command=command)

    def query(self):
        reply, _ = send("POST", self.path, b"", key=None, X_Goog_Upload_Command="query")
        return (reply.headers["X-Goog-Upload-Status"],
                int(reply.headers["X-Goog-Upload-Size-Received"]))


def upload(lines, name="lines", key="good", version="v1beta", active=True):
    transfer = Upload("".join(text + "\n" for text in lines).encode(), name, key, version)
    args, options = transfer.put(0, len(transfer.data), "upload, finalize")
    file = ok(*args, **options)["file"]
    while active and file["state"] == "PROCESSING":
        time.sleep(0.02)
        file = ok("GET", f"/{version}/{file['name']}", key=key)
    return file


def body(file, name="job"):
    return {"batch": {"displayName": name, "inputConfig": {"fileName": file["name"]}}}


def create(file, name="job", key="good", version="v1beta", call=ok):
    return call("POST", f"/{version}/models/{MODEL}:batchGenerateContent", body(file, name),
                key=key)


def wait(job, key="good", version="v1beta"):
    while not job.get("done"):
        time.sleep(0.02)
        job = ok("GET", f"/{version}/{job['name']}", key=key)
    return job


def result(job, key="good", path="/v1beta/{}:download?alt=media"):
    name = job["response"]["responsesFile"]
    reply, data = send("GET", path.format(name), key=key)
    assert reply.status == 200, data
    return data


def run(lines, name="job"):
    job = wait(create(upload(lines), name))
    return job, [json.loads(text) for text in result(job).split(b"\n")[:-1]]


def state(job):
    return job["metadata"]["state"]


def check_an_operation_is_as_seen():
    job, rows = run([line(f"k{n}") for n in range(4)])
    meta = job["metadata"]
    assert job["done"] is True and state(job) == "BATCH_STATE_SUCCEEDED"
    assert meta["batchStats"] == {"requestCount": "4", "successfulRequestCount": "4"}, meta
    assert meta["output"]["responsesFile"] == job["response"]["responsesFile"]
    assert meta["name"] == job["name"] and meta["inputConfig"]["fileName"].startswith("files/")
    assert meta["createTime"].endswith("Z") and meta["createTime"][:2] == "20"
    assert sorted(row["key"] for row in rows) == [f"k{n}" for n in range(4)]


def check_both_paths_and_both_downloads():
    for version in "v1", "v1beta":
        job = wait(create(upload([line("a")], version=version), version=version), version=version)
        for path in f"/{version}/{{}}:download?alt=media", f"/download/{version}/{{}}:download?alt=media":
            assert json.loads(result(job, path=path))["key"] == "a"


def check_a_result_files_name_is_too_long_to_look_at():
    job, _ = run([line("a")])
    name = job["response"]["responsesFile"]
    refused(400, "INVALID_ARGUMENT", "cannot be more than 40 characters", "GET", f"/v1beta/{name}")


def check_upload_in_chunks():
    data = b"x" * 3000
    transfer = Upload(data)
    assert transfer.granularity == 1024
    args, options = transfer.put(0, 1000)
    refused(400, "INVALID_ARGUMENT", "multiple of 1024", *args, **options)
    args, options = transfer.put(0, 2048)
    reply, _ = send(*args, **options)
    assert reply.headers["X-Goog-Upload-Status"] == "active"
    assert transfer.query() == ("active", 2048)
    args, options = transfer.put(0, 1024)
    refused(400, "INVALID_ARGUMENT", "2048 bytes were received", *args, **options)
    args, options = transfer.put(2048, 3000, "upload, finalize")
    file = ok(*args, **options)["file"]
    assert file["sizeBytes"] == "3000" and file["state"] == "PROCESSING"
    assert transfer.query()[0] == "final"


def check_upload_goes_on_after_a_break():
    data = b"x" * 5000
    for name, received in ("upload-cut", 2048), ("upload-lost", 4096):
        transfer = Upload(data, name)
        args, options = transfer.put(0, 4096)
        lost(*args, **options)
        assert transfer.query() == ("active", received)
        args, options = transfer.put(received, 5000, "upload, finalize")
        assert ok(*args, **options)["file"]["sizeBytes"] == "5000"
    transfer = Upload(data, "upload-busy")
    args, options = transfer.put(0, 4096)
    refused(503, "UNAVAILABLE", "", *args, **options)
    assert transfer.query() == ("active", 0)
    reply, _ = send("POST", "/upload/v1beta/files?upload_id=nonsense", b"", key=None,
                    X_Goog_Upload_Command="query")
    assert reply.status == 404


def check_files_have_limits():
    refused(400, "INVALID_ARGUMENT", "larger than", "POST", "/upload/v1beta/files", b"",
            X_Goog_Upload_Protocol="resumable", X_Goog_Upload_Command="start",
            X_Goog_Upload_Header_Content_Length="100001")
    file = upload([line("a")], "broken", active=False)
    while file["state"] == "PROCESSING":
        time.sleep(0.02)
        file = ok("GET", f"/v1beta/{file['name']}")
    assert file["state"] == "FAILED"
    create(file, call=lambda *a, **o: refused(400, "FAILED_PRECONDITION", "", *a, **o))
    ok("DELETE", f"/v1beta/{file['name']}")
    refused(403, "PERMISSION_DENIED", "or it may not exist", "GET", f"/v1beta/{file['name']}")


def check_a_file_must_be_active():
    file = upload([line("a")], active=False)
    create(file, call=lambda *a, **o: refused(400, "FAILED_PRECONDITION", "", *a, **o))
    create(upload([line("a")]), "precondition",
           call=lambda *a, **o: refused(400, "FAILED_PRECONDITION", "", *a, **o))


def check_all_lines_are_checked_at_creation():
    def bad(text, *lines):
        create(upload(lines), call=lambda *a, **o: refused(400, "INVALID_ARGUMENT", text, *a, **o))

    bad("Error on line 2: invalid JSON", line("a"), "{")
    bad("Error on line 1: invalid JSON", line("a", thinking_config={}))
    bad("no such field: 'id'", json.dumps({"id": "a", "request": {}}))
    bad("system_instruction must not be empty",
        line("a", systemInstruction={"parts": [{"text": ""}]}))
    bad("no requests")
    # snake_case is taken as well.
    run([line("a", generation_config={"temperature": 1})])
    refused(400, "INVALID_ARGUMENT", "display_name is required", "POST",
            f"/v1beta/models/{MODEL}:batchGenerateContent",
            {"batch": {"inputConfig": {"fileName": "files/x"}}})


def check_a_lost_reply_makes_the_job_all_the_same():
    file = upload([line("a")])
    create(file, "created-lost", call=lost)
    create(file, "made-internal", call=lambda *a, **o: refused(500, "INTERNAL", "", *a, **o))
    listed = ok("GET", "/v1beta/batches")["operations"]
    names = [job["metadata"]["displayName"] for job in listed]
    assert names[:2] == ["made-internal", "created-lost"], names
    for job in listed[:2]:
        wait(job)


def check_creation_may_be_refused():
    file = upload([line("a")])
    error = create(file, "exhausted",
                   call=lambda *a, **o: refused(429, "RESOURCE_EXHAUSTED", "", *a, **o))
    assert "details" not in error
    wait(create(file, "exhausted"))


def check_the_limit_of_jobs():
    file = upload([line("a")], key="crowd")
    jobs = [create(file, f"stuck-{n}", key="crowd") for n in range(2)]
    error = create(file, "third", key="crowd",
                   call=lambda *a, **o: refused(429, "RESOURCE_EXHAUSTED", "", *a, **o))
    assert "details" not in error
    time.sleep(0.5)
    job = ok("GET", f"/v1beta/{jobs[0]['name']}", key="crowd")
    assert "done" not in job and state(job).startswith("BATCH_STATE_"), job
    ok("POST", f"/v1beta/{jobs[0]['name']}:cancel", {}, key="crowd")
    wait(create(file, "third", key="crowd"), key="crowd")


def check_states_and_results_of_all_kinds():
    def ended(name, lines=4):
        return wait(create(upload([line(f"k{n}", f"Reference answer: {name}") for n in range(lines)]),
                           name))

    for name, word, count in (
            ("job-failed", "FAILED", 0), ("job-expired", "EXPIRED", 0),
            ("expired-partial", "EXPIRED", 2), ("job-partial", "PARTIALLY_SUCCEEDED", 2)):
        job = ended(name)
        assert state(job) == "BATCH_STATE_" + word, job
        assert ("response" in job) == (count > 0)
        if count:
            assert len(result(job).split(b"\n")) == count + 1
        stats = job["metadata"]["batchStats"]
        assert stats.get("successfulRequestCount") == (str(count) if count else None), stats
    assert state(ended("old-states")) == "JOB_STATE_SUCCEEDED"
    job = ended("in-the-reply")
    rows = job["response"]["inlinedResponses"]["inlinedResponses"]
    assert sorted(row["metadata"]["key"] for row in rows) == ["k0", "k1", "k2", "k3"], rows
    job = ended("only-response")
    assert "output" not in job["metadata"] and "responsesFile" in job["response"]
    job = ended("only-metadata")
    assert "response" not in job and "responsesFile" in job["metadata"]["output"]


def check_a_result_may_come_after_its_state():
    job = wait(create(upload([line("a")]), "late-result"))
    assert state(job).endswith("SUCCEEDED") and "response" not in job
    assert "output" not in job["metadata"]
    while "response" not in job:
        time.sleep(0.05)
        job = ok("GET", f"/v1beta/{job['name']}")
    assert json.loads(result(job))["key"] == "a"


def check_lines_of_all_kinds():
    names = ["good", "line-missing", "line-doubled", "line-unknown", "line-failed", "line-status",
             "line-separator", "bad-picture"]
    lines = [line(name) for name in names[:-1]]
    lines.append(json.dumps({"key": "bad-picture", "request": {"contents": [{"parts": [
        {"inlineData": {"mimeType": "image/png", "data": "AAAA"}}]}]}}))
    lines.append(line("blocked", "[[fault:blocked]]"))
    job = wait(create(upload(lines)))
    data = result(job)
    rows = [json.loads(text) for text in data.split(b"\n")[:-1]]
    keys = sorted(row["key"] for row in rows)
    assert keys == sorted(["good", "line-doubled", "line-doubled", "no-such-key", "line-failed",
                           "line-status", "line-separator", "bad-picture", "blocked"]), keys
    by_key = {row["key"]: row for row in rows}
    assert by_key["line-failed"]["error"]["code"] == 13
    assert by_key["line-status"]["status"]["code"] == 13
    assert by_key["bad-picture"]["error"]["code"] == 3
    assert "candidates" not in by_key["blocked"]["response"]
    assert "\u2028".encode() in data and data.decode().count("\u2028") == 1


def check_cancelled_jobs():
    job = create(upload([line("a")]), "cancelled")
    ok("POST", f"/v1beta/{job['name']}:cancel", {})
    assert state(wait(job)) == "BATCH_STATE_CANCELLED" and "response" not in wait(job)
    job = create(upload([line("a")]), "finishes-anyway")
    ok("POST", f"/v1beta/{job['name']}:cancel", {})
    assert state(wait(job)) == "BATCH_STATE_CANCELLED"
    time.sleep(0.3)
    job = ok("GET", f"/v1beta/{job['name']}")
    assert state(job) == "BATCH_STATE_SUCCEEDED" and json.loads(result(job))["key"] == "a"
    job = create(upload([line("a"), line("b")]), "cancel-partial")
    ok("POST", f"/v1beta/{job['name']}:cancel", {})
    assert result(wait(job)).count(b"\n") == 1
    ok("DELETE", f"/v1beta/{job['name']}")
    refused(404, "NOT_FOUND", "not found", "GET", f"/v1beta/{job['name']}")


def check_lists_come_in_pages():
    names, token = [], ""
    while True:
        page = ok("GET", f"/v1beta/batches?pageSize=100&pageToken={token}")
        assert len(page["operations"]) <= 3
        names += [job["name"] for job in page["operations"]]
        token = page.get("nextPageToken")
        if not token:
            break
    assert len(names) == len(set(names)) > 10


def check_what_gets_lost_on_the_way():
    file = upload([line("a")], key="small")
    job = create(file, key="small")
    lost("GET", f"/v1beta/{job['name']}", key="small")
    job = wait(job, key="small")
    path = f"/v1beta/{job['response']['responsesFile']}:download?alt=media"
    for _ in range(2):
        lost("GET", path, key="small")
    assert json.loads(result(job, key="small"))["key"] == "a"
    assert "operations" not in ok("GET", "/v1beta/batches", key="small")
    assert len(ok("GET", "/v1beta/batches", key="small")["operations"]) == 1


def check_the_sums_tell_what_was_asked_twice():
    before = ok("GET", "/stand-in/stats")
    text = "Reference answer: asked once"
    run([line("a", text)])
    run([line("b", text), line("c", text + ", too")])
    after = ok("GET", "/stand-in/stats")
    assert after["jobs"] - before["jobs"] == 2 and after["lines"] - before["lines"] == 3
    assert after["repeated_lines"] - before["repeated_lines"] == 1
    send("POST", f"/v1beta/models/{MODEL}:generateContent",
         {"contents": [{"role": "user", "parts": [{"text": text}]}]})
    assert ok("GET", "/stand-in/stats")["repeated_questions"] > before["repeated_questions"]


for name, check in list(globals().items()):
    if name.startswith("check_"):
        try:
            check()
        except Exception:
            print(f"failed: {name}", file=sys.stderr)
            raise
        print(name)
