"""Data sets in the layouts that people use, written by `datasets`, and the rows that must come out.

layouts.py DIRECTORY VQA-EXTRACT

Makes the data sets below DIRECTORY, runs the tool on each and prints what differs from the rows
that Python reads there. Ends with 1 if something does. What stands in `say` must be on stderr.
"""

import base64
import datetime
import gzip
import io
import json
import os
import resource
import shlex
import subprocess
import sys
import tarfile
import zipfile

import datasets
import pyarrow as pa
import pyarrow.parquet as pq
from datasets import ClassLabel, Features, Image, List, Value
from PIL import Image as Pillow

tool = os.path.abspath(sys.argv[2])
os.chdir(sys.argv[1])
datasets.disable_progress_bars()
failures = 0


def png(number):
    buffer = io.BytesIO()
    Pillow.new("L", (3, 2), number).save(buffer, "PNG")
    return buffer.getvalue()


def shown(number, path=None):
    return {"bytes": base64.b64encode(png(number)).decode(), **({"path": path} if path else {})}


def stored(number, path=None):
    return {"bytes": png(number), "path": path}


def row(split, number, question, answer, image, turn=None, **more):
    identity = {"id": f"{split}/{number}" + ("" if turn is None else f"/{turn}"), "split": split,
                "row": number}
    if turn is not None:
        identity["turn"] = turn
    if "error" in more:
        more["error"] = {"stage": "vqa-extract", "code": more["error"]}
    return {**identity, "question": question, "answer": answer, "image": image, **more}


def check(command, rows=None, status=None, say=(), output=None):
    global failures
    done = subprocess.run([tool, *shlex.split(command)], capture_output=True, timeout=60)
    errors = done.stderr.decode("utf-8", "replace")
    problem = None
    if status is None:
        status = 2 if rows is None and output is None else int(any("error" in r for r in rows or []))
    if done.returncode != status:
        problem = f"status {done.returncode}, not {status}: {errors[:500]}"
    elif any(word not in errors for word in say):
        problem = f"does not say {say}: {errors[:500]}"
    elif any(len(line) > 500 for line in errors.splitlines()):
        problem = "an error line is longer than a few screens' width"
    elif output is not None and done.stdout.decode() != output:
        problem = f"wrote {done.stdout[:200]!r}"
    elif rows is not None:
        found = [json.loads(line) for line in done.stdout.splitlines()]
        for found_row in found:
            if found_row.get("error"):
                del found_row["error"]["message"]
        # 1 is not true here, nor 1.0, and a key's place counts nothing.
        if [json.dumps(r, sort_keys=True) for r in found] != [
                json.dumps(r, sort_keys=True) for r in rows]:
            pairs = [(a, b) for a, b in zip(found, rows) if a != b]
            problem = f"{len(found)} rows, not {len(rows)}; first: {pairs[:1]}; {errors[:300]}"
    elif output is None and done.stdout:
        problem = f"wrote {done.stdout[:200]!r}"
    if problem:
        failures += 1
        print(f"vqa-extract {command[:300]}\n  {problem[:1500]}")


def write(path, features, rows):
    os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
    datasets.Dataset.from_list(rows, features=Features(features)).to_parquet(path)


def text(path, content, encoding="utf-8"):
    os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
    with open(path, "wb") as out:
        out.write(content if isinstance(content, bytes) else content.encode(encoding))


def lines(path, rows):
    text(path, "".join(json.dumps(r) + "\n" for r in rows))


# Class labels, also in lists and groups; -1 and null are no class.
label = ClassLabel(names=["no", "yes"])
write("labels.parquet", {"image": Image(), "question": Value("string"), "answer": label,
                         "all": List(label), "of": {"it": label, "n": Value("int8")}},
      [{"image": stored(1, "1.png"), "question": "a", "answer": 1, "all": [0, 1],
        "of": {"it": 0, "n": 1}},
       {"image": stored(2, "2.png"), "question": "b", "answer": -1, "all": [], "of": None},
       {"image": None, "question": "c", "answer": None, "all": None, "of": {"it": 1, "n": 0}}])
check("labels.parquet --keep all --keep of", [
    row("train", 0, "a", "yes", shown(1, "1.png"), all=["no", "yes"], of={"it": "no", "n": 1}),
    row("train", 1, "b", None, shown(2, "2.png"), all=[], of=None),
    row("train", 2, "c", None, None, all=None, of={"it": "yes", "n": 0})])
check("labels.parquet --answer-column 'all[1]' --keep of.it=it", [
    row("train", 0, "a", "yes", shown(1, "1.png"), it="no"),
    row("train", 1, "b", None, shown(2, "2.png"), it=None),
    row("train", 2, "c", None, None, it="yes")])
check("labels.parquet --answer-column of.it --limit 1", [
    row("train", 0, "a", "no", shown(1, "1.png"))])
check("labels.parquet --answer-column all", say=["column all is a list", "all[0]"])
check("labels.parquet --answer-column of", say=["column of is a group", "of.it"])
check("labels.parquet --answer-column image", say=["column image holds pictures"])
check("labels.parquet --answer-column of.none", say=["of.none"])
check("labels.parquet --answer-column 'all[other]'", say=["no column is called other"])
check("labels.parquet --answer-column 'all['", say=["all[ is not a path"])
check("labels.parquet --count", output="3\n")
check("labels.parquet labels.parquet --count --offset 2 --limit 3", output="3\n")
check("labels.parquet --count --offset 7", output="0\n")
check("labels.parquet --count --limit 2", output="2\n")

# A class that there is not.
table = pq.read_table("labels.parquet")
place = table.schema.get_field_index("answer")
pq.write_table(table.set_column(place, "answer", pa.array([1, 7, 0])), "unknown.parquet")
check("unknown.parquet", [
    row("train", 0, "a", "yes", shown(1, "1.png")),
    row("train", 1, "b", None, shown(2, "2.png"), error="bad_answer"),
    row("train", 2, "c", "no", None)])

# An index in another column; what leads nowhere is null.
write("choices.parquet", {"image": Image(), "question": Value("string"),
                          "choices": List(Value("string")), "answer": Value("int8"),
                          "votes": List({"answer": Value("string"), "n": List(Value("int64"))})},
      [{"image": stored(n), "question": f"q{n}", "choices": c, "answer": a, "votes": v}
       for n, (c, a, v) in enumerate([
           (["x", "y"], 1, [{"answer": "p", "n": [1, 2]}]), (["x"], 3, []), (None, 0, None),
           (["x", None], None, [{"answer": None, "n": None}, None]), (["x", None], 1, [])])])
check("choices.parquet --answer-column 'choices[answer]' --keep answer=index", [
    row("train", 0, "q0", "y", shown(0), index=1), row("train", 1, "q1", None, shown(1), index=3),
    row("train", 2, "q2", None, shown(2), index=0), row("train", 3, "q3", None, shown(3), index=None),
    row("train", 4, "q4", None, shown(4), index=1)])
check("choices.parquet --answer-column 'votes[0].answer' --keep 'votes[0].n[1]=n' --keep votes", [
    row("train", 0, "q0", "p", shown(0), n=2, votes=[{"answer": "p", "n": [1, 2]}]),
    row("train", 1, "q1", None, shown(1), n=None, votes=[]),
    row("train", 2, "q2", None, shown(2), n=None, votes=None),
    row("train", 3, "q3", None, shown(3), n=None, votes=[{"answer": None, "n": None}, None]),
    row("train", 4, "q4", None, shown(4), n=None, votes=[])])
lines("choices.jsonl", [
    {"image": "a.png", "question": "q", "choices": ["x", "y"], "answer": 1, "a.b": "just so",
     "a": {"b": 2}},
    {"image": "a.png", "question": "q", "choices": "xy", "answer": 0},
    {"image": "a.png", "question": "q", "choices": ["x"], "answer": "z"},
    {"image": "a.png", "question": "q", "choices": ["x", True], "answer": "1", "a": {"b": 2}}])
a_png = {"path": "a.png"}
check("choices.jsonl --answer-column 'choices[answer]' --keep a.b=c", [
    row("train", 0, "q", "y", a_png, c="just so"),
    row("train", 1, "q", None, a_png, c=None, error="bad_answer"),
    row("train", 2, "q", None, a_png, c=None, error="bad_answer"),
    row("train", 3, "q", True, a_png, c=None)])

lines("answers.jsonl", [{"image": "a.png", "question": "q", "answers": ["a", "b"]}])
check("answers.jsonl", say=["--answer-column, for example 'answers[0]'"])
check("answers.jsonl --answer-column 'answers[0]'", [row("train", 0, "q", "a", a_png)])

# Conversations.
turns = [
    [{"from": "system", "value": "be brief"}, {"from": "human", "value": "<image>\nWhat? "},
     {"from": "gpt", "value": "A <image>."}, {"from": "human", "value": "And?\n<image>"},
     {"from": "gpt", "value": "B"}],
    [{"from": "human", "value": "Is <image> it?"}],
    [{"from": "gpt", "value": "A"}],
    [{"from": "human", "value": "a"}, {"from": "human", "value": "b"}],
    [],
]
expected = [
    row("train", 0, "What? ", "A <image>.", shown(0), 0), row("train", 0, "And?", "B", shown(0), 1),
    row("train", 1, "Is it?", None, shown(1), 0),
    *(row("train", n, None, None, shown(n), 0, error="bad_turns") for n in (2, 3, 4))]
message = {"from": Value("string"), "value": Value("string")}
write("turns.parquet", {"image": Image(), "conversations": List(message)},
      [{"image": stored(n), "conversations": t} for n, t in enumerate(turns)])
check("turns.parquet", expected)
check("turns.parquet --offset 1 --limit 1", expected[2:3])
check("turns.parquet --count", output="5\n")
# As sequences of groups were stored: a group of lists.
write("old.parquet", {"image": Image(), "conversations": {k: List(v) for k, v in message.items()}},
      [{"image": stored(n), "conversations": {k: [m[k] for m in t] for k in message}}
       for n, t in enumerate(turns)])
check("old.parquet", expected)
check("turns.parquet --question-column conversations --answer-column conversations",
      say=["is a list"])
check("turns.parquet --turns-column image", [
    row("train", n, None, None, shown(n), 0, error="bad_turns") for n in range(5)])
write("user.parquet", {"images": List(Image()),
                       "texts": List({"user": Value("string"), "assistant": Value("string")})},
      [{"images": images, "texts": [{"user": "a", "assistant": "b"}, {"user": "c", "assistant": "d"}]}
       for images in ([stored(1)], [stored(1), stored(2)], [], None)])
both = [("a", "b", 0), ("c", "d", 1)]
check("user.parquet", [
    *(row("train", 0, q, a, shown(1), t) for q, a, t in both),
    *(row("train", 1, q, a, None, t, error="several_images") for q, a, t in both),
    *(row("train", n, q, a, None, t) for n in (2, 3) for q, a, t in both)])
check("user.parquet --image-column 'images[1]' --turns-column texts", [
    row("train", n, q, a, shown(2) if n == 1 else None, t) for n in range(4) for q, a, t in both])
pair = {"qa_id": Value("int32"), "question": Value("string"), "answer": Value("string")}
write("pairs.parquet", {"image": Image(), "qas": List(pair)}, [
    {"image": stored(n), "qas": [{"qa_id": m, "question": f"q{m}", "answer": f"a{m}"}
                                 for m in range(n + 1)]} for n in range(2)])
check("pairs.parquet --turns-column qas", [
    row("train", n, f"q{m}", f"a{m}", shown(n), m) for n in range(2) for m in range(n + 1)])
lines("messages.jsonl", [{"image": "a.png", "messages": m} for m in [
    [{"role": "user", "content": [{"type": "image"}, {"type": "text", "text": "What"},
                                  {"type": "text", "text": "else?"}]},
     {"role": "assistant", "content": [{"type": "text", "text": "That."}]}],
    [{"role": "user", "content": "\\<image>a"}, {"role": "assistant", "content": "b"}],
    [{"role": "user", "content": [{"type": "video"}]}],
    [{"role": "tool", "content": "x"}],
    [{"role": "user", "content": 5}], ["x"]]] + [
    {"image": "a.png", "messages": "x"}, {"image": "a.png"}])
check("messages.jsonl", [
    row("train", 0, "What\nelse?", "That.", a_png, 0), row("train", 1, "\\a", "b", a_png, 0),
    *(row("train", n, None, None, a_png, 0, error="bad_turns") for n in range(2, 8))])

# All questions of a picture beside all answers, as OCR-VQA has them.
lists = {"image": Image(), "questions": List(Value("string")), "answers": List(Value("string"))}
values = [(["a?", "<image> b?"], ["x", None]), (["a?"], ["x", "y"]), ([], []), (None, ["x"])]
write("side.parquet", lists, [
    {"image": stored(n), "questions": q, "answers": a} for n, (q, a) in enumerate(values)])
expected = [row("train", 0, "a?", "x", shown(0), 0), row("train", 0, "b?", None, shown(0), 1),
            *(row("train", n, None, None, shown(n), 0, error="bad_turns") for n in (1, 2, 3))]
check("side.parquet", expected, say=["1 questions and 2 answers"])
check("side.parquet --question-column questions --answer-column answers --offset 1", expected[2:])
check("side.parquet --question-column 'questions[1]' --answer-column 'answers[1]' --limit 1",
      [row("train", 0, "b?", None, shown(0))])
check("side.parquet --question-column questions --answer-column questions", say=["is a list"])
lines("side.jsonl", [{"image": "a.png", "questions": ["q", {"q": 1}], "answers": [1, ["x"]]}])
check("side.jsonl", [row("train", 0, "q", 1, a_png, 0),
                     row("train", 0, None, None, a_png, 1, error="bad_question")])

# Choices by letter, and choices that Python printed (MMMU).
write("letters.parquet", {"image": Image(), "question": Value("string"), "answer": Value("string"),
                          "choices": List(Value("string")), "options": Value("string")},
      [{"image": stored(n), "question": "q", "answer": answer, "choices": ["x", "y"],
        "options": options} for n, (answer, options) in enumerate(
            [("A", "['1', \"2's\"]"), ("B", "['1', \"2's\"]"), ("C", "[]"), ("AB", "1, 2")])])
check("letters.parquet --answer-column 'choices[answer]'", [
    row("train", 0, "q", "x", shown(0)), row("train", 1, "q", "y", shown(1)),
    row("train", 2, "q", None, shown(2)), row("train", 3, "q", None, shown(3), error="bad_answer")])
check("letters.parquet --answer-column 'options[answer]' --limit 3", [
    row("train", 0, "q", "1", shown(0)), row("train", 1, "q", "2's", shown(1)),
    row("train", 2, "q", None, shown(2))])

# Lists of every type are written as Python's json writes them, over several blocks of levels.
inner = pa.struct({"s": pa.string(), "i": pa.int32(), "u": pa.uint64(), "f": pa.float64(),
                   "b": pa.bool_(), "d": pa.date32(), "x": pa.list_(pa.int64())})
many = [[{"s": f'é"\\\n{n}', "i": -n, "u": 2**64 - 1 - n, "f": n / 7, "b": n % 2 == 0,
          "d": datetime.date(2020, 1, 1 + n % 28), "x": [-(2**63), 2**63 - 1, None, n][:n % 5]}
         if n % 11 else None for n in range(r % 60)] if r % 13 else None for r in range(150)]
pq.write_table(pa.table({
    "question": ["q"] * len(many), "answer": ["a"] * len(many),
    "image": pa.array([None] * len(many), pa.binary()), "many": pa.array(many, pa.list_(inner)),
    "one": pa.array([m[-1] if m else None for m in many], inner)}), "kept.parquet")
many = json.loads(json.dumps(many, default=str))
check("kept.parquet --keep many --keep one", [
    row("train", n, "q", "a", None, many=m, one=m[-1] if m else None) for n, m in enumerate(many)])
check("kept.parquet --keep many --keep 'many[1].i=second' --offset 140", [
    row("train", n, "q", "a", None, many=m, second=m[1]["i"] if m and m[1:2] not in ([], [None]) else None)
    for n, m in enumerate(many) if n >= 140])

# Rows that are inside of one object, archives, and a table by its separator alone.
official = {"info": {}, "questions": [{"question": "q", "image_id": 1, "question_id": 2}]}
text("object.json", json.dumps(official))
check("object.json", say=["jq -c '.questions[]' FILE | vqa-extract -"])
text("object.json", json.dumps(official, indent=1))
check("object.json", say=["jq -c '.questions[]' FILE | vqa-extract -"])
text("object.json", json.dumps({"07": {"question": "q", "answer": "a"}, "08": {"question": "r"}}))
check("object.json", say=["jq -c '.[]' FILE | vqa-extract -"])
text("rows.gz", gzip.compress(b'{"question":"q"}'))
check("rows.gz", say=["packed by gzip", "gzip -dc FILE"])
with tarfile.open("shards.tar", "w") as out:
    out.add("rows.gz", "0.json")
check("shards.tar", say=["an archive"])
os.makedirs("shards")
os.rename("shards.tar", "shards/train-0.tar")
check("shards", say=["its rows are in an archive, train-0.tar"])
text("table.txt", "image|question|answer\na.png|q, r|a\n")
check("table.txt", say=["--delimiter"])
check("table.txt --delimiter '|'", [row("train", 0, "q, r", "a", a_png)])

# Images in every form.
picture = base64.b64encode(png(5)).decode()
os.makedirs("images/sub")
text("images/a.png", png(1))
text("images/sub/b.png", png(2))
text("outside.png", png(3))
text("images/text.png", "not a picture")
text("images/pointer.png", "version https://git-lfs.github.com/spec/v1\noid sha256:1\nsize 2\n")
os.symlink("../outside.png", "images/link.png")
forms = [
    ("a.png", shown(1, "images/a.png"), None), (["sub/b.png"], shown(2, "images/sub/b.png"), None),
    ([], None, None), (None, None, None), ("", None, None),
    (["a.png", "sub/b.png"], None, "several_images"), (7, None, "bad_image"),
    (True, None, "bad_image"), ([1, 2], None, "bad_image"), ({"file": "a.png"}, None, "bad_image"), ({"path": "a.png", "bytes": None},
    shown(1, "images/a.png"), None), ({"path": 5}, None, "bad_image"),
    ({"bytes": picture}, shown(5), None), ("data:image/png;base64," + picture, shown(5), None)]
wrong = ["../outside.png", os.path.abspath("outside.png"), "link.png", "text.png", "pointer.png",
         "sub\\b.png", "none.png", "sub", "x" * 4_000, "a\0.png", "../" * 12 + "etc/passwd"]
lines("forms.jsonl", [{"question": "q", "answer": "a", "image": f[0]} for f in forms])
check("forms.jsonl --embed --images images", [
    row("train", n, "q", "a", image, **({"error": error} if error else {}))
    for n, (_, image, error) in enumerate(forms)])
lines("wrong.jsonl", [{"question": "q", "answer": "a", "image": name} for name in wrong])
check("wrong.jsonl --embed --images images", [
    row("train", n, "q", "a",
        {"path": name if name.startswith("/") else "images/" + name}, error="no_image")
    for n, name in enumerate(wrong)],
    say=["outside of the images folder", "git lfs pull", "backslashes", "not a picture"])
# A folder that takes all in says so itself.
lines("whole.jsonl", [{"question": "q", "answer": "a", "image": os.path.abspath("outside.png")}])
check("whole.jsonl --embed --images /", [
    row("train", 0, "q", "a", shown(3, os.path.abspath("outside.png")))])
check("whole.jsonl --embed", [row("train", 0, "q", "a", shown(3, os.path.abspath("outside.png")))])
for address in ("https://example.com/a.png", "HTTP://example.com/a", "s3://bucket/a.png"):
    lines("address.jsonl", [{"question": "q", "answer": "a", "img": address}])
    check("address.jsonl", say=["column img holds addresses"])
lines("long.jsonl", [{"question": "q", "answer": "a", "image": "x" * 31_000}])
check("long.jsonl", [row("train", 0, "q", "a", None, error="bad_image")])

# Tables as VLMEvalKit's: a row may have another's index, before or after it, in
# place of a picture, and a list of pictures as Python prints it.
references = [("10", picture, 5), ("1", "10", 5), ("2", "x9", 6), ("3", "10", 5),
              ("x9", base64.b64encode(png(6)).decode(), 6), ("4", "77", None),
              ("5", f"['{picture}']", 5), ("6", f"['{picture}', '{picture}']", None)]
for end in ("\n", "\r\n"):
    for first in range(3):
        rows = references[first:] + references[:first]
        text("base64.tsv", end.join(["index\tquestion\tanswer\timage"] + [
            f'{index}\t"q{end}""{index}"""\ta\t{image}' for index, image, _ in rows] + [""]))
        for offset in (0, 2):
            check(f"base64.tsv --offset {offset}", [
                row("train", n, f'q\n"{index}"' if end == "\n" else f'q\r\n"{index}"', "a",
                    shown(number) if number else None,
                    **({} if number else {"error": "several_images" if image[0] == "[" else "bad_image"}))
                for n, (index, image, number) in enumerate(rows) if n >= offset])
# An array is read element by element, however long it is.
with open("long.json", "w") as out:
    for number in range(80):
        record = {"image": "a.png", "question": f"q{number}", "answer": "a", "pad": "x" * 400_000}
        out.write(("," if number else "[") + json.dumps(record))
    out.write("]")
# A sanitizer takes far more by itself.
is_plain = not any(mark in open(tool, "rb").read() for mark in (b"__asan_", b"__tsan_"))
limit = 24 << 20 if is_plain else resource.RLIM_INFINITY
done = subprocess.run([tool, "--quiet", "long.json"], capture_output=True, timeout=600,
                      preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_DATA, (limit, limit)))
if done.returncode or done.stdout.count(b"\n") != 80:
    failures += 1
    print(f"long.json in {limit} bytes: status {done.returncode}: {done.stderr[-300:]}")
os.remove("long.json")
text("lists.csv", "question,answer,image,choices,n\nq,a,\"['images/a.png']\","
     "\"['no', \"\"it's\"\"]\",1\nq,b,[],\"[]\",0\n")
check("lists.csv --answer-column choices[n]", [
    row("train", 0, "q", "it's", {"path": "images/a.png"}), row("train", 1, "q", None, None)])

# Several columns of images: exactly one must be there.
several = {"image_1": Image(), "image_2": Image(), "question": Value("string"),
           "answer": Value("string")}
values = [(stored(1), None), (None, stored(2)), (None, None), (stored(1), stored(2))]
write("several.parquet", several, [
    {"image_1": a, "image_2": b, "question": "q", "answer": "a"} for a, b in values])
check("several.parquet", [
    row("train", 0, "q", "a", shown(1)), row("train", 1, "q", "a", shown(2)),
    row("train", 2, "q", "a", None), row("train", 3, "q", "a", None, error="several_images")],
    say=["image_1, image_2"])
write("both.parquet", several, [
    {"image_1": a, "image_2": b, "question": "q", "answer": "a"} for a, b in reversed(values)])
check("both.parquet", say=["image_1, image_2", "--image-column"])
check("both.parquet --image-column image_2", [
    row("train", n, "q", "a", image) for n, image in
    enumerate([shown(2), None, shown(2), None])])

# Zip files.
with zipfile.ZipFile("one.zip", "w") as out:
    for name, number in [("top/a.png", 1), ("top/sub/b.png", 2), ("x/same.png", 3),
                         ("y/same.png", 4), ("../up.png", 5), ("/root.png", 6)]:
        out.writestr(name, png(number))
    out.writestr("top/text.png", "text")
    out.writestr("top/zeros.png", bytes(1 << 20))
with zipfile.ZipFile("two.zip", "w") as out:
    out.writestr("c.png", png(7))
    out.writestr("bomb.png", png(8) + bytes(513 << 20), zipfile.ZIP_DEFLATED)
content = open("one.zip", "rb").read()
named = {"a.png": shown(1, "top/a.png"), "top/a.png": shown(1, "top/a.png"),
         "./sub/b.png": shown(2, "top/sub/b.png"), "c.png": shown(7, "c.png")}
bad = ["same.png", "up.png", "../up.png", "/root.png", "text.png", "zeros.png", "none.png", "top",
       "bomb.png"]
lines("zip.jsonl", [{"question": "q", "answer": "a", "image": n} for n in [*named, *bad]])


def in_zip(broken=()):
    done = []
    for number, name in enumerate([*named, *bad]):
        if name in named and name not in broken:
            done.append(row("train", number, "q", "a", named[name]))
        else:
            path = {"text.png": "top/text.png", "zeros.png": "top/zeros.png"}.get(name, name)
            done.append(row("train", number, "q", "a", {"path": path}, error="no_image"))
    return done


check("zip.jsonl --images one.zip --images two.zip", in_zip(), say=["of any picture"])
place = content.index(png(2)) + 40
text("damaged.zip", content[:place] + bytes([content[place] ^ 1]) + content[place + 1:])
check("zip.jsonl --images damaged.zip --images two.zip", in_zip(["./sub/b.png"]), say=["CRC"])
for cut in (0, 10, len(content) // 2, len(content) - 30):
    text("cut.zip", content[:cut])
    check("zip.jsonl --images cut.zip", say=["cut.zip"])
check("zip.jsonl --images none.zip", say=["none.zip: No such file"])
# The first bytes of the encrypted flag in both headers.
flagged = bytearray(content)
for mark, offset in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
    flagged[content.index(mark) + offset] |= 1
text("locked.zip", bytes(flagged))
check("zip.jsonl --images locked.zip --limit 1",
      [row("train", 0, "q", "a", {"path": "a.png"}, error="no_image")], say=["encrypted"])
lines("folder.jsonl", [{"question": "q", "answer": "a", "image": n} for n in ("a.png", "c.png")])
check("folder.jsonl --images images --images two.zip", [
    row("train", 0, "q", "a", {"path": "images/a.png"}), row("train", 1, "q", "a", shown(7, "c.png"))])

# Text: encodings, separators, constants that Python writes.
table = "question,answer,image\nq,größer,a.png\n"
for encoding in ("latin1", "windows-1252", "utf-16", "utf-16-le"):
    text("coded.csv", table, encoding)
    name = encoding.replace("16-", "16")  # as iconv calls it
    check(f"coded.csv --encoding {name}", [row("train", 0, "q", "größer", a_png)])
text("coded.csv", table, "latin1")
check("coded.csv", say=["coded.csv:2: column answer", "--encoding"])
text("coded.csv", "größe,question\n", "latin1")
check("coded.csv", say=["coded.csv:1: column 1"])
text("coded.csv", table, "utf-16")
check("coded.csv", say=["UTF-16"])
check("coded.csv --encoding none-such", say=["none-such"])
check("coded.csv --encoding utf-8", say=["not utf-8"])
text("long.csv", "question,answer,image\n" + "größer," * 30_000 + "\n", "utf-16")
check("long.csv --encoding utf-16", say=["fields where the first line names 3"])
text("semicolons.csv", "question;answer;image\nq;1,5;a.png\n")
check("semicolons.csv --delimiter ';'", [row("train", 0, "q", "1,5", a_png)])
check("semicolons.csv", say=["--delimiter ';'"])
text("tabs.csv", "question\tanswer\timage\nq\t1,5\ta.png\n")
check(r"tabs.csv --delimiter '\t'", [row("train", 0, "q", "1,5", a_png)])
text("nan.jsonl", '{"question":"NaN \\"","answer":-Infinity,"image":"a.png","n":[NaN,1,{"a":Infinity}]}\n')
check("nan.jsonl --keep n", [
    row("train", 0, 'NaN "', "-Infinity", a_png, n=[None, 1, {"a": "Infinity"}])])
text("nan.json", '[{"question":"q","answer":true,"image":"a.png","n":NaN},\n{"answer":1e400}]')
check("nan.json --keep n --limit 1", [row("train", 0, "q", True, a_png, n=None)])
lines("late.jsonl", [{"question": "q", "answer": "a"}] * 3 + [{"question": "r", "image": "a.png"}])
check("late.jsonl", [*(row("train", n, "q", "a", None) for n in range(3)),
                     row("train", 3, "r", None, a_png)])
lines("lists.jsonl", [{"question": "q", "answer": "a", "image": None},
                      {"question": ["q"], "answer": {"a": 1}, "image": "a.png"}])
check("lists.jsonl", [row("train", 0, "q", "a", None),
                      row("train", 1, None, None, a_png, error="bad_question")])
for name, content in (("object.json", '{"data":[]}'), ("object.json", '{\n "a": 1,\n "b": []\n}')):
    text(name, content)
    check(name, say=["object.json"])
text("empty.jsonl", "")
check("empty.jsonl", say=["empty.jsonl: the file is empty"])
text("pointer.parquet", "version https://git-lfs.github.com/spec/v1\noid sha256:1\n")
check("pointer.parquet", say=["Git LFS pointer"])
check("owner/none.parquet", say=["owner/none.parquet: No such file"])
lines("wide.jsonl", [{"x" * 9_000: 1, "y" * 9_000: 2}])
check("wide.jsonl", say=["no column is known as the question"])
check("labels.parquet --answer-column " + "z" * 9_000, say=["no column is called"])

# A result of the notebook.
text("notebook.json", json.dumps({
    "h1": {"image_info": {"size": [3, 2], "split": "train"}, "image_path": "md5_images/h1.png",
           "qa_pairs": [{"question": "a", "original_answer": "b", "descriptive_answer": "B. x",
                         "split": "train"},
                        {"question": "c", "original_answer": "d", "descriptive_answer": None,
                         "split": "test"}]},
    "h2": {"image_info": {"size": [3, 2], "split": "train"}, "image_path": "md5_images/h2.png",
           "qa_pairs": [{"question": "e", "original_answer": 5, "descriptive_answer": " ",
                         "split": "train"}]}}, indent=2))


def pair(split, number, question, answer, name, **more):
    plain = row(split, number, question, answer, None)
    del plain["image"]
    return {**plain, "image_hash": name, "image_path": f"md5_images/{name}.png",
            "image_size": [3, 2], **more}


pairs = [pair("train", 0, "a", "b", "h1", descriptive_answer="B. x"),
         pair("train", 1, "e", 5, "h2"), pair("test", 0, "c", "d", "h1")]
check("notebook.json", pairs)
check("notebook.json --split test", pairs[2:])
text("compact.json", json.dumps(json.load(open("notebook.json"))))
check("compact.json", pairs)

# A clone of a data set whose card says it all, with pictures in an archive of its own.
text("clone/README.md", "---\nconfigs:\n- config_name: a\n  data_files: [{split: x, path: '*.csv'}]\n"
     "  sep: ';'\n- config_name: b\n  data_dir: b\n---\n")
text("clone/rows.csv", "question;answer;image\nq;a;a.png\n")
os.link("one.zip", "clone/pictures.zip")
text("clone/b/dev.jsonl", '{"question":"q","answer":"a","image":"a.png"}\n')
check("clone --config a --images pictures.zip", [row("x", 0, "q", "a", shown(1, "top/a.png"))])
check("clone --config b", [row("validation", 0, "q", "a", {"path": "clone/b/a.png"})])
check("clone --config b --split x", say=["no split is called x", "validation"])
check("clone", say=["a, b", "--config"])
check("clone --config c", say=["c; there are a, b"])
for folder in ("two/a", "two/b"):
    text(f"{folder}/train.csv", "question,answer,image\nq,a,a.png\n")
check("two --config b", [row("train", 0, "q", "a", {"path": "two/b/a.png"})])
check("two --limit 1", [row("train", 0, "q", "a", {"path": "two/a/a.png"})],
      say=["a, b", "--config"])
sys.exit(failures > 0)
