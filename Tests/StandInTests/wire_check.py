"""Checks what the stand-in does on the wire, with Python's own HTTP and JSON.

Usage: wire_check.py BASE_URL

The server must run with --config wire_check.conf --max-body 3000000. Each
check_ function is one check; the first that fails ends the program. Prints the
names of the checks that passed, one a line.
"""

import base64
import gzip
import http.client
import io
import json
import socket
import sys
import time
import zlib
from urllib.parse import urlsplit

from PIL import Image

ADDRESS = urlsplit(sys.argv[1])
GENERATE = "/v1beta/models/gemini-3.8-flash:generateContent"
KEY = {"x-goog-api-key": "good"}


def connect(timeout=10):
    return http.client.HTTPConnection(ADDRESS.hostname, ADDRESS.port, timeout=timeout)


def send(body, path=GENERATE, headers=KEY, method="POST", connection=None):
    connection = connection or connect()
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    connection.request(method, path, data, dict(headers))
    reply = connection.getresponse()
    return reply, reply.read()


def ask(text="Reference answer: Yes", **members):
    return {"contents": [{"role": "user", "parts": [{"text": text}]}], **members}


def picture(form="PNG"):
    data = io.BytesIO()
    Image.new("L", (32, 32), 99).save(data, form)
    return base64.b64encode(data.getvalue()).decode()


def refused(body, message, code=400, status="INVALID_ARGUMENT", **options):
    reply, data = send(body, **options)
    error = json.loads(data)["error"]
    assert (reply.status, error["code"], error["status"]) == (code, code, status), data
    assert error["message"] == message, error["message"]
    return error.get("details", [])


def text_of(data):
    return json.loads(data)["candidates"][0]["content"]["parts"][0]["text"]


def fault(text, **options):
    return send(ask(f"Reference answer: Yes\n[[fault:{text}]]"), **options)


def check_json_is_indented_as_the_api_does():
    for body in ask('Reference answer: "quoted" \\ tab\t é ≈ 😀 \u2028 <a href=\'b\'>&'), {"x": 1}:
        _, data = send(body)
        expected = json.dumps(json.loads(data), indent=2, ensure_ascii=False) + "\n"
        for character in "<>&='":
            expected = expected.replace(character, f"\\u{ord(character):04x}")
        assert data.decode() == expected, data
    assert text_of(send(ask("reference ANSWER:  5 ± 3 HU  "))[1]).startswith("5 ± 3 HU. Expl")


def check_credentials():
    good = ask()
    assert send(good, path=GENERATE + "?key=good", headers={})[0].status == 200
    assert send(good, path=GENERATE.replace(":", "%3A"))[0].status == 200
    multiple = "Multiple authentication credentials received. Please pass only one."
    refused(good, multiple, path=GENERATE + "?key=good")
    refused(good, multiple, headers={**KEY, "Authorization": "Bearer x"})
    refused(good, "Method doesn't allow unregistered callers (callers without established "
            "identity). Please use API Key or other form of API consumer identity to call this "
            "API.", 403, "PERMISSION_DENIED", headers={})


def check_what_the_proto_parser_takes():
    for body in (
            {"contents": {"parts": {"text": "Reference answer: Yes"}}},
            {**ask(), "system_instruction": {"parts": [{"text": "Be brief."}]}},
            {**ask(), "generation_config": {"max_output_tokens": "900", "top_k": 3.0}},
            {**ask(), "generationConfig": {"mediaResolution": "media_resolution_low",
                                           "thinkingConfig": {"thinking_level": "low"}}},
            {**ask(), "safetySettings": {"category": "harm_category_harassment",
                                         "threshold": "off"}},
            {**ask(), "cachedContent": None}):
        reply, data = send(body)
        assert reply.status == 200 and text_of(data).startswith("Yes. "), (body, data)


def check_unknown_names():
    message = ("Invalid JSON payload received. Unknown name \"x\" at 'generation_config': "
               "Cannot find field.")
    details = refused({**ask(), "generationConfig": {"x": 1}}, message)
    assert details == [{"@type": "type.googleapis.com/google.rpc.BadRequest",
                        "fieldViolations": [{"field": "generation_config",
                                             "description": message}]}], details
    refused({**ask(), "foo": 1},
            'Invalid JSON payload received. Unknown name "foo": Cannot find field.')
    refused(ask(contents=[{"parts": [{"text": "a", "mime": 1}]}]),
            "Invalid JSON payload received. Unknown name \"mime\" at 'contents[0].parts[0]': "
            "Cannot find field.")
    schema = {"responseMimeType": "application/json",
              "responseSchema": {"type": "OBJECT", "properties": {
                  "a": {"type": "STRING", "const": "b"}}}}
    refused({**ask(), "generationConfig": schema},
            "Invalid JSON payload received. Unknown name \"const\" at "
            "'generation_config.response_schema.properties[0].value': Cannot find field.")
    reply, data = send(ask(), path=GENERATE + "?foo=1")
    assert reply.status == 400 and b"Cannot bind query parameter" in data


def check_wrong_values():
    refused(ask(generationConfig={"temperature": "warm"}),
            "Invalid value at 'generation_config.temperature' (TYPE_FLOAT), \"warm\"")
    refused(ask(generationConfig={"maxOutputTokens": 2**31}),
            "Invalid value at 'generation_config.max_output_tokens' (TYPE_INT32), 2147483648")
    refused(ask(generationConfig={"thinkingConfig": {"thinkingLevel": "MUCH"}}),
            "Invalid value at 'generation_config.thinking_config.thinking_level' "
            "(type.googleapis.com/google.ai.generativelanguage.v1beta.ThinkingConfig."
            "ThinkingLevel), \"MUCH\"")
    both = {"text": "a", "inlineData": {"mimeType": "image/png", "data": picture()}}
    refused({"contents": [{"parts": [both]}]},
            "Invalid value at 'contents[0].parts[0]' (oneof), oneof field 'data' is already set. "
            "Cannot set 'inlineData'")
    refused({}, "* GenerateContentRequest.contents: contents is not specified\n")
    refused({"contents": [{"parts": [{}]}]},
            "* GenerateContentRequest.contents[0].parts[0].data: required oneof field 'data' must "
            "have one initialized field\n")
    refused({"contents": [{"role": "system", "parts": [{"text": "a"}]}]},
            "Please use a valid role: user, model.")


def check_what_is_not_json():
    for body in (b"", b"{", b'{"a":', b"[]", b"nonsense", b'{"contents": [1,]}', b'{"a": 01}',
                 b'{"contents":[{"parts":[{"text":"\xff"}]}]}', b"[" * 5000,
                 b'{"contents":[{"parts":[{"text":"\\ud800"}]}]}', b'{"a": "\x01"}', b"{} {}"):
        reply, data = send(body)
        error = json.loads(data)["error"]
        assert reply.status == 400 and error["status"] == "INVALID_ARGUMENT", (body, data)


def check_images():
    def image(data, mime="image/png"):
        return {"contents": [{"parts": [{"inlineData": {"mimeType": mime, "data": data}}]}]}

    data = base64.b64decode(picture())
    for text in (picture(), picture().rstrip("="), base64.urlsafe_b64encode(data).decode()):
        assert send(image(text))[0].status == 200
    escaped = json.dumps(image(picture())).replace("/", "\\/").encode()
    assert send(escaped)[0].status == 200
    assert send(image(picture("JPEG"), "image/jpeg"))[0].status == 200
    assert send(image(picture("WEBP"), "image/webp"))[0].status == 200
    for text in "abc%", "a", "ab=c", "abcd\n", picture()[:-3] + "?==":
        reply, data = send(image(text))
        message = json.loads(data)["error"]["message"]
        assert reply.status == 400 and "(TYPE_BYTES), Base64 decoding failed" in message, message
    for text in base64.b64encode(b"GIF89a").decode(), picture()[:20], "":
        assert send(image(text))[0].status == 400


def check_damaged_images():
    for form in "PNG", "JPEG":
        data = bytearray(base64.b64decode(picture(form)))
        for damaged in data[:-20], data[:len(data) // 2]:
            part = {"inlineData": {"mimeType": f"image/{form.lower()}",
                                   "data": base64.b64encode(damaged).decode()}}
            reply, body = send({"contents": [{"parts": [part]}]})
            assert reply.status == 400 and b"Unable to process input image" in body, form


def check_other_paths():
    for path in "/", "/v1beta/files", "/v2/models", "/v1beta/models/gemini-3.8-flash:predict":
        reply, data = send(b"{}", path=path)
        assert reply.status == 404 and data.startswith(b"<!DOCTYPE html>"), path


def check_large_bodies():
    # A client that waits for "100 Continue" before it sends its body.
    body = json.dumps(ask("x" * 2_000_000)).encode()
    with socket.create_connection((ADDRESS.hostname, ADDRESS.port), timeout=10) as stream:
        stream.sendall(f"POST {GENERATE} HTTP/1.1\r\nHost: x\r\nx-goog-api-key: good\r\n"
                       f"Expect: 100-continue\r\nContent-Length: {len(body)}\r\n\r\n".encode())
        assert stream.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
        stream.sendall(body)
        assert stream.recv(15) == b"HTTP/1.1 200 OK"
    refused(ask("x" * 4_000_000), "Request payload size exceeds the limit: 3000000 bytes.")


def check_keep_alive():
    connection = connect()
    for _ in range(3):
        assert send(ask(), connection=connection)[0].status == 200
    rows = stats()["connections"]
    send(ask(), connection=connection)
    assert stats()["connections"] == rows + 1  # that of stats itself


def stats():
    return json.loads(send(b"", path="/stand-in/stats", headers={}, method="GET")[1])


def check_gzip():
    encoded = {**KEY, "Accept-Encoding": "gzip, deflate"}
    reply, data = fault("gzip", headers=encoded)
    assert reply.headers["Content-Encoding"] == "gzip"
    assert text_of(gzip.decompress(data)).startswith("Yes. ")
    reply, data = fault("gzip")
    assert reply.headers["Content-Encoding"] is None and text_of(data).startswith("Yes. ")
    reply, data = fault("bad-gzip")
    try:
        zlib.decompress(data, 31)
    except zlib.error:
        return
    raise AssertionError("it is gzip")


def check_broken_transports():
    def breaks(name, *kinds):
        try:
            fault(name, connection=connect(timeout=0.5))
        except kinds as error:
            return error
        raise AssertionError(f"{name} came through")

    breaks("close", http.client.RemoteDisconnected)
    breaks("reset", ConnectionResetError)
    breaks("reset-in-body", ConnectionResetError, http.client.IncompleteRead)
    cut = breaks("cut-length", http.client.IncompleteRead)
    assert len(cut.partial) > 50 and cut.expected > 50
    breaks("cut-chunks", http.client.IncompleteRead)
    breaks("stall", TimeoutError)
    breaks("stall-in-body", TimeoutError)
    assert "SSH" in str(breaks("not-http", http.client.BadStatusLine))


def check_slow_transports():
    start = time.monotonic()
    reply, data = fault("drip rate=600")
    assert text_of(data).startswith("Yes. ") and time.monotonic() - start > 0.8
    start = time.monotonic()
    assert fault("delay seconds=0.3")[0].status == 200
    assert 0.3 < time.monotonic() - start < 2
    start = time.monotonic()
    reply, _ = fault("delay seconds=30", headers={**KEY, "X-Server-Timeout": "1"})
    assert reply.status == 504 and 1 <= time.monotonic() - start < 3


def check_odd_transports():
    connection = connect()
    reply, data = fault("then-close", connection=connection)
    assert reply.headers["Connection"] == "close" and text_of(data)
    connection = connect()
    reply, data = fault("then-drop", connection=connection)
    assert reply.headers["Connection"] is None and text_of(data)
    time.sleep(0.05)
    try:
        send(ask(), connection=connection)
    except (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError):
        pass
    else:
        raise AssertionError("the connection is still there")
    reply, data = fault("chunked")
    assert reply.headers["Transfer-Encoding"] == "chunked" and text_of(data)
    connection = connect()
    connection.request("POST", GENERATE, json.dumps(ask("[[fault:giant bytes=50000000]]")), KEY)
    reply = connection.getresponse()
    size = 0
    while piece := reply.read(1 << 20):
        size += len(piece)
    assert 50_000_000 <= size < 51_000_000, size


def check_bodies_that_are_no_answer():
    for name, status in (("html-200", 200), ("bad-gateway", 502), ("html-503", 503),
                         ("not-json", 200), ("cut-json", 200), ("not-utf8", 200), ("empty", 200),
                         ("error-without-body", 500), ("redirect", 302)):
        reply, data = fault(name)
        assert reply.status == status, name
        try:
            json.loads(data)
        except ValueError:
            continue
        raise AssertionError(f"{name} is JSON")
    assert json.loads(fault("json-array")[1]) == [] and json.loads(fault("json-null")[1]) is None


def check_when_faults_strike():
    def statuses(text, count=6):
        return [send(ask(text))[0].status for _ in range(count)]

    assert statuses("a [[fault:internal first=2]]") == [500, 500, 200, 200, 200, 200]
    assert statuses("b [[fault:internal first=2]]", 3) == [500, 500, 200]
    assert statuses("c [[fault:internal nth=2-3]]") == [200, 500, 500, 200, 200, 200]
    assert statuses("d [[fault:internal every=3]]") == [200, 200, 500, 200, 200, 500]
    assert statuses("e [[fault:internal times=1]]", 3) == [500, 200, 200]
    assert statuses("f [[fault:nonsense]]", 1) == [501]
    assert statuses("f [[fault:internal nonsense=1]]", 1) == [501]
    # From the configuration: 20 % of what the key "unlucky" asks.
    asked = [ask(f"question {n}") for n in range(300)]
    first = [send(body, headers={"x-goog-api-key": "unlucky"})[0].status for body in asked]
    again = [send(body, headers={"x-goog-api-key": "unlucky"})[0].status for body in asked]
    assert first == again and 30 < first.count(503) < 90, first.count(503)
    assert set(send(body)[0].status for body in asked) == {200}


def check_keys_are_quoted_only_on_demand():
    assert b"good" in fault("quotes-key")[1] and b"good" in fault("key-not-found")[1]


def check_slips_in_lists():
    schema = {"type": "ARRAY", "items": {"type": "OBJECT", "properties": {
        "id": {"type": "INTEGER"}, "answer": {"type": "STRING"}}}}
    config = {"responseMimeType": "application/json", "responseSchema": schema}
    lines = "\n".join(json.dumps({"id": n, "question": "?", "answer": f"a{n}"}) for n in (4, 5, 6))

    def items(name):
        text = f"{lines}\n[[fault:{name}]]" if name else lines
        return json.loads(text_of(send(ask(text, generationConfig=config))[1]))

    assert [item["id"] for item in items(None)] == [4, 5, 6]
    assert all(item["answer"].startswith(f"a{item['id']}. Expl") for item in items(None))
    assert [item["id"] for item in items("item-missing")] == [4, 5]
    assert [item["id"] for item in items("item-doubled")] == [4, 5, 6, 4]
    assert [item["id"] for item in items("item-unknown")][3] not in (4, 5, 6)
    assert "Explanation" not in items("item-wrong-pattern")[2]["answer"]
    assert items("item-empty")[2]["answer"] == ""


def check_shapes_of_429():
    def details(name):
        reply, data = fault(name)
        error = json.loads(data)["error"]
        assert reply.status == error["code"] == 429, data
        found = {d["@type"].rsplit(".", 1)[1]: d for d in error.get("details", [])}
        return error["message"], found

    message, found = details("rpm")
    assert message.endswith("\nPlease retry in 36.429760048s.")
    assert found["RetryInfo"]["retryDelay"] == "36s" and "Help" in found
    assert found["QuotaFailure"]["violations"][0]["quotaValue"] == "60"
    violations = details("rpm-no-value")[1]["QuotaFailure"]["violations"]
    assert "quotaValue" not in violations[0] and "PerMinute" in violations[0]["quotaId"]
    assert "RetryInfo" not in details("rpm-no-retry")[1]
    assert details("rpm-fraction")[1]["RetryInfo"]["retryDelay"] == "0.539477544s"
    family = details("rpm-family")[1]["QuotaFailure"]["violations"][0]
    assert family["quotaDimensions"]["model"] == "gemini-flash-family"
    assert "PerDay" in details("rpd")[1]["QuotaFailure"]["violations"][0]["quotaId"]
    assert len(details("rpm-and-rpd")[1]["QuotaFailure"]["violations"]) == 2
    assert "InputTokens" in details("tpm")[1]["QuotaFailure"]["violations"][0]["quotaId"]
    assert "limit: 0" in details("limit-zero")[0]
    assert list(details("help-only")[1]) == ["Help"]
    assert details("exhausted") == ("Resource has been exhausted (e.g. check quota).", {})
    assert details("service-control")[1]["ErrorInfo"]["reason"] == "RATE_LIMIT_EXCEEDED"


def check_faults_by_time():
    def status():
        return send(ask("timed"), headers={"x-goog-api-key": "timed"})[0].status

    start = time.monotonic()
    seen = []
    while time.monotonic() - start < 1:
        seen.append(status())
        time.sleep(0.05)
    first = seen.index(503)
    assert first > 0 and seen[-1] == 200 and seen.count(503) >= 2, seen


def check_repeated_questions():
    def line(n):
        return json.dumps({"id": n, "question": f"Number {n}?", "answer": str(n)})

    schema = {"type": "ARRAY", "items": {"type": "OBJECT", "properties": {
        "id": {"type": "INTEGER"}, "answer": {"type": "STRING"}}}}
    config = {"responseMimeType": "application/json", "responseSchema": schema}

    def ask_for(*numbers):
        send(ask("\n".join(map(line, numbers)), generationConfig=config))
        return stats()["repeated_questions"]

    before = ask_for(1, 2, 3)
    assert ask_for(4, 5) == before
    assert ask_for(5, 6, 3) == before + 2


def check_repeats_are_told():
    before = stats()["repeats"]
    body = ask("Reference answer: once [[fault:reset-in-body first=1]]")
    try:
        send(body)
    except (ConnectionResetError, http.client.IncompleteRead):
        pass
    send(body)
    assert stats()["repeats"] == before, "an answer that was cut off may be asked again"
    send(body)
    assert stats()["repeats"] == before + 1


for name, check in list(globals().items()):
    if name.startswith("check_"):
        try:
            check()
        except Exception:
            print(f"failed: {name}", file=sys.stderr)
            raise
        print(name)
