"""Drives the stand-in with Google's own client, google-genai.

Usage: sdk_check.py BASE_URL

The server must run with --config sdk_check.conf. Each check_ function is one
check; the first that fails ends the program with its traceback. Prints the
names of the checks that passed, one a line.
"""

import asyncio
import functools
import io
import json
import sys

from google import genai
from google.genai import errors, types
from PIL import Image

MODEL = "gemini-3.8-flash"
BASE_URL = sys.argv[1]


@functools.cache
def client(key="good", version="v1beta", retry=None):
    """Kept: a client closes its connections as soon as it is not referred to."""
    return genai.Client(
        api_key=key,
        http_options=types.HttpOptions(
            base_url=BASE_URL, api_version=version,
            retry_options=types.HttpRetryOptions(
                attempts=retry, initial_delay=0.01, max_delay=0.02) if retry else None),
    )


def picture(size=(40, 30), form="PNG"):
    data = io.BytesIO()
    Image.new("RGB", size, (10, 20, 30)).save(data, form)
    return types.Part.from_bytes(data=data.getvalue(), mime_type=f"image/{form.lower()}")


def ask(text="Question: Is it round?\nReference Answer: Yes", *, key="good", model=MODEL,
        part=None, version="v1beta", **config):
    return client(key, version).models.generate_content(
        model=model, contents=[part or picture(), text],
        config=types.GenerateContentConfig(**config) if config else None)


def refused(code, status, text, *args, **kwargs):
    """The error that asking gives, checked for its class, code, status and words."""
    kind = errors.ServerError if code >= 500 else errors.ClientError
    try:
        ask(*args, **kwargs)
    except errors.APIError as error:
        assert type(error) is kind, (type(error), error)
        assert (error.code, error.status) == (code, status), error
        assert text in error.message, error
        return error.details["error"].get("details", [])
    raise AssertionError("no error")


def check_answer_with_image():
    for version in "v1beta", "v1", "v1alpha":
        answer = ask(version=version)
        assert answer.text.startswith("Yes. Explanation: "), answer.text
        assert answer.candidates[0].finish_reason == types.FinishReason.STOP
        assert answer.model_version == MODEL and answer.response_id
        usage = answer.usage_metadata
        assert usage.prompt_token_count == 1120 + 11, usage
        assert usage.total_token_count == (
            usage.prompt_token_count + usage.candidates_token_count + usage.thoughts_token_count)
        assert {d.modality.value: d.token_count for d in usage.prompt_tokens_details} == {
            "TEXT": 11, "IMAGE": 1120}


def check_same_question_same_answer():
    assert ask().text == ask().text
    other = ask("Question: Is it square?\nReference Answer: No")
    assert other.text.startswith("No. Explanation: ")


def check_image_tokens_by_resolution():
    low = ask(media_resolution=types.MediaResolution.MEDIA_RESOLUTION_LOW)
    assert low.usage_metadata.prompt_token_count == 280 + 11
    small = ask(model="gemini-2.5-flash", part=picture((384, 384), "JPEG"))
    assert small.usage_metadata.prompt_token_count == 258 + 11
    large = ask(model="gemini-2.5-flash", part=picture((800, 600)))
    assert large.usage_metadata.prompt_token_count == 2 * 258 + 11


def check_all_options():
    answer = ask(
        system_instruction="You are an expert.", temperature=0.2, top_p=0.9, top_k=40,
        max_output_tokens=4000, seed=7, stop_sequences=["END"], candidate_count=1,
        presence_penalty=0.1, frequency_penalty=0.1,
        safety_settings=[types.SafetySetting(
            category="HARM_CATEGORY_HARASSMENT", threshold="BLOCK_NONE")],
        thinking_config=types.ThinkingConfig(thinking_level="LOW", include_thoughts=True))
    assert answer.text.startswith("Yes. Explanation: ")
    assert answer.candidates[0].content.parts[0].thought
    assert 32 <= answer.usage_metadata.thoughts_token_count < 64


def check_thoughts_eat_the_budget():
    answer = ask(max_output_tokens=20)
    assert answer.candidates[0].finish_reason == types.FinishReason.MAX_TOKENS
    assert answer.text is None and answer.usage_metadata.thoughts_token_count == 20
    cut = ask(max_output_tokens=20, thinking_config=types.ThinkingConfig(thinking_budget=0))
    assert cut.candidates[0].finish_reason == types.FinishReason.MAX_TOKENS
    assert cut.usage_metadata.candidates_token_count == 20 and cut.text.startswith("Yes. Expl")


def check_structured_output():
    questions = [{"id": "train/1", "question": "Round?", "answer": "Yes"},
                 {"id": "train/2", "question": "Where?", "answer": "Left lung"}]
    text = "Explain.\n" + "\n".join(json.dumps(question) for question in questions)
    item = {"type": "object", "properties": {"id": {"type": "string"},
                                             "explanation": {"type": "string"}},
            "required": ["id", "explanation"], "propertyOrdering": ["id", "explanation"]}
    schema = {"type": "array", "items": item}
    for config in {"response_schema": schema}, {"response_json_schema": schema}:
        answer = ask(text, response_mime_type="application/json", **config)
        items = json.loads(answer.text)
        assert [list(item) for item in items] == [["id", "explanation"]] * 2, items
        assert [item["id"] for item in items] == ["train/1", "train/2"]
        assert items[0]["explanation"] != items[1]["explanation"]
    item["properties"]["answer"] = {"type": "string"}
    del item["properties"]["explanation"]
    item["required"] = ["id", "answer"]
    del item["propertyOrdering"]
    items = json.loads(ask(text, response_mime_type="application/json",
                           response_schema=schema).text)
    assert items[1]["answer"].startswith("Left lung. Explanation: "), items


def check_pydantic_schema():
    import pydantic

    class Item(pydantic.BaseModel):
        id: str
        explanation: str

    answer = ask('{"id":"a","question":"?","answer":"b"}', response_mime_type="application/json",
                 response_schema=list[Item])
    assert [item.id for item in answer.parsed] == ["a"], answer.parsed


def check_blocked():
    answer = ask("[[fault:blocked]]")
    assert answer.text is None and not answer.candidates
    assert answer.prompt_feedback.block_reason == types.BlockedReason.PROHIBITED_CONTENT


def check_finish_reasons():
    for reason in "SAFETY", "RECITATION", "SPII", "IMAGE_SAFETY", "LANGUAGE":
        answer = ask(f"[[fault:finish-{reason.lower().replace('_', '-')}]]")
        assert answer.candidates[0].finish_reason == types.FinishReason[reason]
        assert answer.text is None
    unknown = ask("[[fault:finish-something-new]]").candidates[0].finish_reason
    assert unknown.value == "SOMETHING_NEW"


def check_parts():
    several = ask("Reference answer: Yes\n[[fault:several-parts]]")
    assert len(several.candidates[0].content.parts) == 2
    assert several.text.startswith("Yes. Explanation: ")
    thought = ask("Reference answer: Yes\n[[fault:thought-parts]]")
    assert thought.text.startswith("Yes. Explanation: ")
    assert ask("[[fault:only-thoughts]]").text is None
    assert not ask("[[fault:stop-empty]]").text
    assert not ask("[[fault:no-candidates]]").candidates


def check_keys():
    def reason(details):
        return next((d["reason"] for d in details if d["@type"].endswith("ErrorInfo")), None)

    invalid = refused(400, "INVALID_ARGUMENT", "API key not valid.", key="nonsense")
    assert reason(invalid) == "API_KEY_INVALID"
    expired = refused(400, "INVALID_ARGUMENT", "API key expired.", key="expired")
    assert reason(expired) == "API_KEY_INVALID"
    assert refused(403, "PERMISSION_DENIED", "reported as leaked", key="leaked") == []
    token = refused(401, "UNAUTHENTICATED", "invalid authentication", key="token")
    assert reason(token) == "ACCESS_TOKEN_TYPE_UNSUPPORTED"
    assert reason(refused(403, "PERMISSION_DENIED", "", key="suspended")) == "CONSUMER_SUSPENDED"
    refused(402, "RESOURCE_EXHAUSTED", "depleted", key="prepaid")
    refused(429, "RESOURCE_EXHAUSTED", "prepayment credits are depleted", key="depleted")


def check_models():
    refused(404, "NOT_FOUND", "models/gemini-9 is not found for API version v1beta",
            model="gemini-9")
    refused(404, "NOT_FOUND", "no longer available to new users", key="few",
            model="gemini-2.5-flash")
    names = [model.name for model in client().models.list()]
    assert f"models/{MODEL}" in names, names
    model = client().models.get(model=MODEL)
    assert model.input_token_limit == 1048576 and "generateContent" in model.supported_actions


def check_count_tokens():
    total = client().models.count_tokens(
        model=MODEL, contents=[picture(), "Question: Is it round?\nReference Answer: Yes"])
    assert total.total_tokens == ask().usage_metadata.prompt_token_count


def check_bad_images():
    def part(data, mime):
        return types.Part.from_bytes(data=data, mime_type=mime)

    refused(400, "INVALID_ARGUMENT", "Unable to process input image",
            part=part(b"not a picture", "image/png"))
    refused(400, "INVALID_ARGUMENT", "Unsupported MIME type: image/bmp",
            part=part(b"BM....", "image/bmp"))
    refused(400, "INVALID_ARGUMENT", "Unsupported MIME type: text/html",
            part=part(b"<html>", "text/html"))


def check_options_refused():
    def thinking(model, text, **config):
        refused(400, "INVALID_ARGUMENT", text, model=model,
                thinking_config=types.ThinkingConfig(**config))

    thinking(MODEL, "Thinking level MINIMAL is not supported", thinking_level="MINIMAL")
    thinking("gemini-2.5-flash", "Thinking level is not supported", thinking_level="LOW")
    thinking("gemini-2.5-pro", "Budget 0 is invalid", thinking_budget=0)
    thinking("gemini-2.5-flash", "thinking budget 99999 is invalid", thinking_budget=99999)
    thinking(MODEL, "only one of thinking budget", thinking_budget=5, thinking_level="LOW")
    refused(400, "INVALID_ARGUMENT", "temperature must be in the range", temperature=4)
    refused(400, "INVALID_ARGUMENT", "top_p must be in the range", top_p=1.5)
    refused(400, "INVALID_ARGUMENT", "Multiple candidates", candidate_count=2)
    refused(400, "INVALID_ARGUMENT", "items: missing field",
            response_mime_type="application/json", response_schema={"type": "ARRAY"})


def check_quota():
    for _ in range(2):
        ask(key="limited")
    details = refused(429, "RESOURCE_EXHAUSTED", "limit: 2, model: gemini-3.8-flash",
                      key="limited")
    by_type = {detail["@type"].rsplit(".", 1)[1]: detail for detail in details}
    violation = by_type["QuotaFailure"]["violations"][0]
    assert violation["quotaId"] == "GenerateRequestsPerMinutePerProjectPerModel-FreeTier"
    assert violation["quotaValue"] == "2"
    assert violation["quotaDimensions"] == {"location": "global", "model": MODEL}
    assert by_type["RetryInfo"]["retryDelay"] in ("58s", "59s")
    # The project's other key is no way out.
    refused(429, "RESOURCE_EXHAUSTED", "limit: 2", key="limited-too")
    # Another model has its own count.
    ask(key="limited", model="gemini-3.5-flash")
    refused(429, "RESOURCE_EXHAUSTED", "input_token_count, limit: 1000", key="few-tokens")
    ask(key="daily")
    daily = refused(429, "RESOURCE_EXHAUSTED", "limit: 1,", key="daily")
    assert "PerDay" in json.dumps(daily)
    refused(429, "RESOURCE_EXHAUSTED", "limit: 0", key="zero")


def check_server_faults():
    for fault, code, status in (
            ("internal", 500, "INTERNAL"), ("high-demand", 503, "UNAVAILABLE"),
            ("overloaded", 503, "UNAVAILABLE"), ("deadline", 504, "DEADLINE_EXCEEDED"),
            ("cancelled", 499, "CANCELLED"), ("region", 400, "FAILED_PRECONDITION"),
            ("exhausted", 429, "RESOURCE_EXHAUSTED"), ("error-in-array", 503, "UNAVAILABLE")):
        refused_text(code, status, fault)
    refused_text(502, "Bad Gateway", "bad-gateway")


def refused_text(code, status, fault):
    try:
        ask(f"[[fault:{fault}]]")
    except errors.APIError as error:
        assert (error.code, error.status) == (code, status), (fault, error)
    else:
        raise AssertionError(fault)


def check_sdk_retries():
    answer = client(retry=3).models.generate_content(
        model=MODEL, contents="Reference answer: Yes [[fault:high-demand first=2]]")
    assert answer.text.startswith("Yes [[")


def check_async_client():
    async def run():
        aio = client().aio
        answers = await asyncio.gather(*(aio.models.generate_content(
            model=MODEL, contents=[picture(), f"Reference answer: {n}"]) for n in range(50)))
        return [answer.text.split(".")[0] for answer in answers]

    assert asyncio.run(run()) == [str(n) for n in range(50)]


for name, check in list(globals().items()):
    if name.startswith("check_"):
        try:
            check()
        except Exception:
            print(f"failed: {name}", file=sys.stderr)
            raise
        print(name)
