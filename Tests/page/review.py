"""Drives the page that `vqa-merge --format html` writes in headless Chromium.

    python3 Tests/page/review.py .build/debug/vqa-merge [SCREENSHOTS]

SCREENSHOTS is a folder for pictures of the page: light, dark, on a phone. Needs `chromium`. Filter, flag, judge, export, reload, import, by keyboard; hostile texts; the file
alone; 50,000 pairs. Ends with status 1 at the first thing that is not as it should be.
"""

import hashlib
import json
import os
import pathlib
import struct
import subprocess
import sys
import tempfile
import time
import zlib

from chromium import Chromium

HOSTILE = [
    "</script><script>document.title='pwned'</script>", "<img src=x onerror=document.title='pwned'>",
    "\u202eevil\u202c and \u2066more", "w" * 50_000, "<!--<script>", "a\u0000b\u001b[31m", "]]>",
    "\U0001f600 \u05e9\u05dc\u05d5\u05dd", "&lt;b&gt; &amp;amp;", "line\u2028line",
]


def png(path, width, height, seed):
    """A grey picture of that size."""
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    rows = b"".join(
        b"\0" + bytes((x * y // (seed + 1) + x + y) & 255 for x in range(width)) for y in range(height))
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header)
                     + chunk(b"IDAT", zlib.compress(rows, 1)) + chunk(b"IEND", b""))


def row(number, images, total):
    """A row as vqa-gemini writes it; the first ones are hostile."""
    image = number * images // total
    closed = number % 2 == 0
    question = "Is there a pneumothorax?" if closed else f"Where is lesion {number}?"
    reference = ("no" if number % 4 else "yes") if closed else "left lung"
    text = "A pneumothorax is present." if closed else "The lesion is in the left lung."
    if number < len(HOSTILE):
        question = text = HOSTILE[number]
    return {
        "id": f"test/{number}", "split": "train" if 3 * number < total else "test", "row": number,
        "question": question, "answer": reference, "image_hash": f"{image:032x}",
        "image_path": f"md5 images/{image % 20}#?.png", "image_size": [90, 60],
        "descriptive_answer": f"{reference}. Explanation: {text}",
        "gemini": {"model": f"model-{number % 2}"},
        "blind_answer": {"text": "Yes.", "agrees": reference == "yes"} if closed else None,
    }


def make(tool, folder, pairs, images, *options):
    (folder / "md5 images").mkdir(exist_ok=True)
    for number in range(min(images, 20)):
        png(folder / "md5 images" / f"{number}#?.png", 90, 60, number)
    rows = [row(number, images, pairs) for number in range(pairs)]
    text = "".join(json.dumps(entry) + "\n" for entry in rows)
    subprocess.run([tool, "--format", "html", "-q", "-o", "pages/review.html", *options],
                   input=text.encode(), cwd=folder, check=True)
    return rows, (folder / "pages/review.html").as_uri()


def expect(value, wanted, what):
    if value != wanted:
        sys.exit(f"{what}: expected {wanted!r}, found {value!r}")
    print(f"ok: {what}")


def drive(browser, rows, page, folder):
    seconds = browser.open(page)
    print(f"{len(rows)} pairs: loaded in {seconds:.2f} s")
    current = "pairList.pair.id"
    expect(browser.evaluate("document.title"), "Review of review.html", "no hostile text ran")
    expect(browser.evaluate("pairs.length"), len(rows), "all pairs are there")
    expect(browser.evaluate(
        "new Promise(done => picture.complete ? done(picture.naturalWidth) : picture.onload = () => done(picture.naturalWidth))"),
        90, "the picture is loaded by its relative path")
    browser.evaluate("list.focus()")

    for key, wanted in [("j", 1), ("j", 2), ("k", 1), ("ArrowDown", 2), ("End", len(rows) - 1), ("Home", 0)]:
        browser.press(key)
        expect(browser.evaluate(current), f"test/{wanted}", f"key {key}")
    for key in "nnp":
        browser.press(key)
    expect(browser.evaluate("pairList.pair.image"), 1, "keys n and p go by pictures")
    browser.press("Home")
    expect(browser.evaluate(
        "[...document.querySelectorAll('article h2')].map(made => made.textContent.includes('pwned'))[0]"),
        True, "hostile text is shown as text")
    for place in range(3):
        browser.press("j")
    expect(browser.evaluate(
        "document.documentElement.scrollWidth <= innerWidth && document.querySelector('article.current').scrollWidth <= document.querySelector('article.current').clientWidth + 1"),
        True, "a word of 50 kB makes nothing wider")
    expect(browser.evaluate("document.querySelector('article:nth-child(3) .code').textContent"),
           "U+202E", "marks of direction are spelled out")

    filter_flag(browser, rows)
    judge(browser, rows)
    text = browser.evaluate("verdicts.exported()")
    lines = [json.loads(line) for line in text.splitlines()]
    answers = {entry["id"]: entry["descriptive_answer"] for entry in rows}
    expect([(line["id"], line["verdict"], line["reasons"], line["note"], line["reviewer"]) for line in lines],
           [("test/0", "accept", [], "", "anna"), ("test/1", "reject", ["wrong side"], "see <b>", "anna")],
           "verdicts are exported")
    expect(all(line["answer_sha256"] == hashlib.sha256(answers[line["id"]].encode()).hexdigest()
               for line in lines), True, "with the digest of the answer")
    download(browser, text, folder)
    browser.restart()
    browser.open(page)
    expect(browser.evaluate("verdicts.exported()"), text, "verdicts outlive the browser")
    import_again(browser, text)
    accessible(browser)
    expect(browser.complaints(), [], "no error, no refusal, no request to a network")


def accessible(browser):
    """What a screen reader is given, and what Tab reaches."""
    browser.call("Accessibility.enable")
    nodes = browser.call("Accessibility.getFullAXTree")["nodes"]
    named = {"button", "textbox", "searchbox", "combobox", "checkbox", "slider", "spinbutton", "listbox",
             "option", "image", "article", "region", "main", "navigation", "group", "list"}
    nameless = [node["role"]["value"] for node in nodes
                if not node.get("ignored") and node.get("role", {}).get("value") in named - {"main", "list"}
                and not node.get("name", {}).get("value")]
    roles = {node["role"]["value"] for node in nodes if not node.get("ignored") and "role" in node}
    expect({"main", "navigation", "listbox", "option", "article", "heading", "status"} - roles, set(), "roles")
    expect([role for role in nameless if role != "group"], [], "everything has a name")
    browser.evaluate("document.body.focus()")
    reached = set()
    for _ in range(80):
        browser.press("Tab")
        reached.add(browser.evaluate("document.activeElement.id || document.activeElement.dataset.verdict || ''"))
    expect({"reviewer", "export", "import", "filter-text", "list", "zoom", "contrast", "accept", "reject"} - reached,
           set(), "Tab reaches the controls")


def filter_flag(browser, rows):
    def choose(name, value):
        browser.evaluate(f"controls.{name}.value = {json.dumps(value)}; applyFilters()")
        return browser.evaluate("pairList.shown.map(pair => pair.id)")
    flagged = choose("flag", "=contradicts_polarity")
    wanted = [entry["id"] for number, entry in enumerate(rows)
              if number >= len(HOSTILE) and entry["answer"] == "no"]
    expect(flagged, wanted, "filter by flag")
    expect(browser.evaluate("document.querySelector('article mark') !== null"), True, "its words are marked")
    expect(choose("split", "=train"), [name for name in wanted if 3 * int(name[5:]) < len(rows)], "and by split")
    expect(choose("kind", "open"), [], "and by kind")
    expect(browser.evaluate("document.getElementById('none').hidden"), False, "nothing is said to match")
    browser.evaluate("document.getElementById('filter-reset').click()")
    time.sleep(0.3)
    first = choose("sample", "7")
    expect(len(first), 7, "a random sample")
    expect(choose("sample", "7"), first, "the same for the same seed")
    expect(choose("seed", "2") != first, True, "another for another")
    browser.evaluate("document.getElementById('filter-reset').click()")
    time.sleep(0.3)
    browser.evaluate("list.focus()")
    browser.press("/")
    browser.type(f"LESION {len(rows) - 1}?")
    time.sleep(0.6)
    expect(browser.evaluate("pairList.shown.map(pair => pair.id)"), [f"test/{len(rows) - 1}"],
           "search from the keyboard")
    browser.press("Escape")
    browser.evaluate("document.getElementById('filter-reset').click()")
    time.sleep(0.3)
    browser.evaluate("list.focus()")
    browser.press("Home")


def judge(browser, rows):
    browser.press("1")
    browser.evaluate("const field = document.getElementById('reviewer'); field.value = 'anna'; field.dispatchEvent(new Event('change'))")
    browser.press("j")
    browser.press("2")
    browser.evaluate("document.querySelector('article.current input[value=\"wrong side\"]').click()")
    browser.press("e")
    browser.type("see <b>")
    browser.press("Escape")
    browser.press("j")
    browser.press("3")
    browser.press("u")
    expect(browser.evaluate("document.getElementById('progress').textContent"),
           f"2 of {len(rows):,} reviewed", "verdicts by keyboard, one undone")
    expect(browser.evaluate("document.querySelector('article.current [data-verdict=unsure]').ariaPressed"),
           "false", "the buttons say so")
    browser.press("?")
    expect(browser.evaluate("document.getElementById('help').open"), True, "help opens")
    browser.press("Escape")
    expect(browser.evaluate("document.getElementById('help').open"), False, "and closes")
    browser.press("z")
    expect(browser.evaluate("stage.classList.contains('enlarged')"), True, "the picture is enlarged")


def download(browser, text, folder):
    """The button's file is what was exported."""
    browser.call("Browser.setDownloadBehavior", behavior="allow", downloadPath=str(folder))
    browser.evaluate("document.getElementById('export').click()")
    for _ in range(100):
        found = list(folder.glob("verdicts-anna-*.jsonl"))
        if found:
            break
        time.sleep(0.1)
    expect(found[0].read_text(), text, "the exported file")
    found[0].rename(folder / "verdicts.jsonl")


def import_again(browser, text):
    browser.evaluate("localStorage.clear()")
    browser.evaluate("location.reload()")
    time.sleep(1.5)
    expect(browser.evaluate("verdicts.exported()"), "", "without the storage there are none")
    other = json.loads(text.splitlines()[0])
    other["answer_sha256"] = "0" * 64
    program = f"importVerdicts([new File([{json.dumps(text + json.dumps(other) + chr(10) + '[')}], 'v.jsonl')])"
    browser.evaluate(program)
    expect(browser.evaluate("document.getElementById('warning').textContent"),
           "2 verdicts imported; left out: 1 of other answers, 1 that are no verdicts", "import")
    expect(browser.evaluate("verdicts.exported()"), text, "what was exported is back")


def hold(browser, page):
    """On a phone: what was chosen is next to the picture."""
    browser.set_screen(390, 844, phone=True)
    browser.open(page)
    for place in 22, 3:
        browser.evaluate(f"goTo({place})")
        expect(browser.evaluate("Number(pairSection.firstElementChild.dataset.index) === pairList.pair.index"),
               True, "the chosen pair comes first")
        expect(browser.evaluate("Math.abs(picture.getBoundingClientRect().top) < innerHeight"),
               True, "and its picture is in view")
    browser.reset_screen()


def measure(browser, page, pairs):
    """Seconds of what a reviewer does on a large page."""
    print(f"{pairs} pairs: loaded in {browser.open(page):.2f} s")
    browser.evaluate("list.focus()")
    start = time.monotonic()
    for _ in range(50):
        browser.press("j")
    step = (time.monotonic() - start) / 50
    search = browser.evaluate(
        "controls.text.value = 'zzz'; const start = performance.now(); applyFilters(); performance.now() - start")
    browser.evaluate("controls.text.value = ''; applyFilters()")
    again = browser.evaluate(
        "controls.text.value = 'lung'; const again = performance.now(); applyFilters(); performance.now() - again")
    browser.evaluate("controls.text.value = ''; applyFilters()")
    frames = browser.evaluate("""new Promise(done => {
      const times = []; let last = performance.now();
      function step(now) { times.push(now - last); last = now; list.scrollTop += 2000;
        if (times.length < 60) requestAnimationFrame(step); else done(Math.max(...times.slice(2))); }
      requestAnimationFrame(step); })""")
    elements = browser.evaluate("document.querySelectorAll('*').length")
    print(f"  a key {1000 * step:.0f} ms, first search {search:.0f} ms, later ones {again:.0f} ms, "
          f"longest frame while scrolling {frames:.0f} ms, {elements} elements")
    expect(elements < 1_000, True, "only what is in view is made")
    expect(browser.complaints(), [], "no error")


def main():
    tool = str(pathlib.Path(sys.argv[1]).resolve())
    shots = pathlib.Path(sys.argv[2]) if len(sys.argv) > 2 else None
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        (folder / "pages").mkdir()
        browser = Chromium()
        try:
            rows, page = make(tool, folder, 60, 12)
            drive(browser, rows, page, folder)
            hold(browser, page)
            rows, page = make(tool, folder, 60, 12, "--embed-images")
            os.rename(folder / "md5 images", folder / "gone")
            browser.open(page)
            expect(browser.evaluate(
                "new Promise(done => picture.complete ? done(picture.naturalWidth) : picture.onload = () => done(picture.naturalWidth))"),
                90, "embedded pictures need no file")
            expect(browser.complaints(), [], "nor does anything else")
            os.rename(folder / "gone", folder / "md5 images")
            for pairs, images in [(2_244, 314), (50_000, 7_000), (20_000, 1)]:
                _, page = make(tool, folder, pairs, images)
                measure(browser, page, pairs)
            if shots:
                rows, page = make(tool, folder, 60, 12)
                current = "goTo(22); setVerdict(pairList.pair, {verdict: 'reject', reasons: [], note: ''})"
                browser.screenshot(shots / "light.png", page, current, 1400, 900)
                browser.screenshot(shots / "dark.png", page, current, 1400, 900, dark=True)
                browser.screenshot(shots / "phone.png", page, current, 390, 844, phone=True)
        finally:
            browser.close()


main()
