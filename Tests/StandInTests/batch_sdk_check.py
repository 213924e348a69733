"""Drives the stand-in's Files and Batch parts with Google's own client.

Usage: batch_sdk_check.py BASE_URL

The server must run with --config batch_check.conf. Each check_ function is
one check; the first that fails ends the program with its traceback. Prints
the names of the checks that passed, one a line.
"""

import functools
import io
import json
import sys
import time

from google import genai
from google.genai import errors, types

MODEL = "gemini-3.8-flash"
BASE_URL = sys.argv[1]


@functools.cache
def client(version="v1beta", key="good"):
    return genai.Client(
        api_key=key,
        http_options=types.HttpOptions(base_url=BASE_URL, api_version=version))


def line(key, text):
    return json.dumps({"key": key, "request": {
        "contents": [{"role": "user", "parts": [{"text": text}]}]}})


def upload(lines, version="v1beta", name="lines"):
    data = "\n".join(lines).encode() + b"\n"
    file = client(version).files.upload(
        file=io.BytesIO(data), config={"mime_type": "jsonl", "display_name": name})
    assert file.size_bytes == len(data) and file.display_name == name, file
    while file.state == types.FileState.PROCESSING:
        time.sleep(0.02)
        file = client(version).files.get(name=file.name)
    assert file.state == types.FileState.ACTIVE, file
    return file


def wait(job, version="v1beta"):
    while not job.done:
        time.sleep(0.02)
        job = client(version).batches.get(name=job.name)
    return job


def check_a_job_from_a_file_to_its_result():
    for version in "v1beta", "v1":
        file = upload([line(f"row/{n}", f"Reference answer: {n}") for n in range(40)], version)
        job = client(version).batches.create(
            model=MODEL, src=file.name, config={"display_name": "forty"})
        assert job.state in (types.JobState.JOB_STATE_PENDING, types.JobState.JOB_STATE_RUNNING)
        job = wait(job, version)
        assert job.state == types.JobState.JOB_STATE_SUCCEEDED, job
        assert job.display_name == "forty" and job.model == f"models/{MODEL}"
        data = client(version).files.download(file=job.dest.file_name)
        found = {}
        keys = []
        for text in data.decode().split("\n")[:-1]:
            row = json.loads(text)
            keys.append(row["key"])
            found[row["key"]] = row["response"]["candidates"][0]["content"]["parts"][0]["text"]
        assert found.keys() == {f"row/{n}" for n in range(40)}
        assert keys != sorted(keys, key=lambda key: int(key[4:])), "in the order of the input"
        for n in range(40):
            assert found[f"row/{n}"].startswith(f"{n}. Explanation: "), found[f"row/{n}"]
        client(version).files.delete(name=file.name)
        client(version).batches.delete(name=job.name)


def check_requests_in_the_body():
    job = client().batches.create(
        model=MODEL, config={"display_name": "inline"},
        src=[{"contents": [{"parts": [{"text": "Reference answer: Yes"}], "role": "user"}]}])
    job = wait(job)
    answers = job.dest.inlined_responses
    assert len(answers) == 1 and answers[0].response.text.startswith("Yes. Explanation: ")


def check_lists_in_pages():
    names = []
    for number in range(7):
        file = upload([line("a", "Reference answer: a")])
        job = client().batches.create(
            model=MODEL, src=file.name, config={"display_name": f"page-{number}"})
        names.append(job.name)
        wait(job)
    listed = [job.name for job in client().batches.list(config={"page_size": 2})]
    assert listed[:7] == names[::-1], listed
    files = list(client().files.list())
    assert len(files) >= 7 and all(file.name for file in files)


def check_cancel():
    file = upload([line("a", "Reference answer: a")])
    job = client().batches.create(model=MODEL, src=file.name, config={"display_name": "c"})
    client().batches.cancel(name=job.name)
    assert wait(job).state == types.JobState.JOB_STATE_CANCELLED


def check_other_projects_see_nothing():
    file = upload([line("a", "Reference answer: a")])
    job = client().batches.create(model=MODEL, src=file.name, config={"display_name": "mine"})
    for call, code in (
            (lambda: client(key="other").files.get(name=file.name), 403),
            (lambda: client(key="other").batches.get(name=job.name), 404),
            (lambda: client(key="other").batches.create(
                model=MODEL, src=file.name, config={"display_name": "theirs"}), 403)):
        try:
            call()
        except errors.ClientError as error:
            assert error.code == code, error
        else:
            raise AssertionError("no error")
    assert client(key="good-too").batches.get(name=job.name).name == job.name
    assert not list(client(key="other").batches.list())
    wait(job)


for name, check in list(globals().items()):
    if name.startswith("check_"):
        try:
            check()
        except Exception:
            print(f"failed: {name}", file=sys.stderr)
            raise
        print(name)
