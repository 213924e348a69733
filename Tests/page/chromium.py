"""Headless Chromium, driven by the DevTools protocol over a pipe: the standard library is enough.

https://chromedevtools.github.io/devtools-protocol/
"""

import base64
import json
import os
import select
import shutil
import subprocess
import tempfile
import time

KEYS = {"Escape": 27, "ArrowDown": 40, "ArrowUp": 38, "End": 35, "Home": 36, "Enter": 13, "Tab": 9}


class Chromium:
    """One browser with a profile of its own, which `restart` keeps."""

    def __init__(self, program="chromium"):
        self.program = shutil.which(program) or program
        self.profile = tempfile.mkdtemp(prefix="vqa-page-")
        self.start()

    def start(self):
        to_browser, self.output = os.pipe()
        self.input, from_browser = os.pipe()

        def place():
            # The browser reads descriptor 3 and writes descriptor 4.
            os.dup2(to_browser, 10)
            os.dup2(from_browser, 11)
            os.dup2(10, 3)
            os.dup2(11, 4)

        self.process = subprocess.Popen(
            [self.program, "--headless=new", "--no-sandbox", "--remote-debugging-pipe",
             "--disable-gpu", "--no-first-run", f"--user-data-dir={self.profile}", "about:blank"],
            preexec_fn=place, close_fds=False, stderr=subprocess.DEVNULL)
        os.close(to_browser)
        os.close(from_browser)
        self.buffer, self.number, self.session, self.events = b"", 0, None, []
        targets = self.call("Target.getTargets")["targetInfos"]
        page = next(target for target in targets if target["type"] == "page")
        self.session = self.call("Target.attachToTarget", targetId=page["targetId"], flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")

    def restart(self):
        self.stop()
        self.start()

    def stop(self):
        """Ends the browser as a user does, so that its storage is written."""
        self.session = None
        self.call("Browser.close")
        self.process.wait(30)
        os.close(self.output)
        os.close(self.input)

    def close(self):
        self.stop()
        shutil.rmtree(self.profile, ignore_errors=True)

    def message(self, timeout):
        while b"\0" not in self.buffer:
            if not select.select([self.input], [], [], timeout)[0]:
                raise TimeoutError("the browser says nothing")
            piece = os.read(self.input, 1 << 20)
            if not piece:
                raise EOFError("the browser has ended")
            self.buffer += piece
        text, self.buffer = self.buffer.split(b"\0", 1)
        return json.loads(text)

    def call(self, method, timeout=120, **parameters):
        self.number += 1
        message = {"id": self.number, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.output, json.dumps(message).encode() + b"\0")
        while True:
            answer = self.message(timeout)
            if answer.get("id") == self.number:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']}")
                return answer["result"]
            if "method" in answer:
                self.events.append(answer)

    def open(self, address):
        """Loads a page; the seconds until its script has run."""
        start = time.monotonic()
        self.events.clear()
        self.call("Page.navigate", url=address)
        while not any(event["method"] == "Page.loadEventFired" for event in self.events):
            self.events.append(self.message(120))
        return time.monotonic() - start

    def evaluate(self, expression):
        """The value of a JavaScript expression; promises are waited for."""
        result = self.call(
            "Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True,
            userGesture=True)
        if "exceptionDetails" in result:
            raise RuntimeError(json.dumps(result["exceptionDetails"])[:2000])
        return result["result"].get("value")

    def press(self, key):
        """Presses and releases a key where the focus is."""
        named = key in KEYS
        down = {"key": key, "windowsVirtualKeyCode": KEYS[key] if named else ord(key.upper())}
        if not named:
            down["text"] = key
        if key == "Enter":
            down["text"] = "\r"
        self.call("Input.dispatchKeyEvent", type="keyDown", **down)
        self.call("Input.dispatchKeyEvent", type="keyUp", key=key)

    def type(self, text):
        self.call("Input.insertText", text=text)

    def set_screen(self, width, height, phone=False):
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height,
                  deviceScaleFactor=2 if phone else 1, mobile=phone)

    def reset_screen(self):
        self.call("Emulation.clearDeviceMetricsOverride")

    def screenshot(self, path, address, prepare, width, height, dark=False, phone=False):
        """Opens a page on a screen of that size, evaluates an expression and takes a picture."""
        self.call("Emulation.setEmulatedMedia", features=[
            {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}])
        self.set_screen(width, height, phone)
        self.open(address)
        self.evaluate(prepare)
        time.sleep(0.5)
        data = self.call("Page.captureScreenshot", format="png")["data"]
        with open(path, "wb") as file:
            file.write(base64.b64decode(data))
        self.reset_screen()

    def complaints(self):
        """Errors of scripts, refusals by the content policy, and requests to a network."""
        found = []
        for event in self.events:
            method, parameters = event["method"], event.get("params", {})
            if method == "Runtime.exceptionThrown":
                found.append(json.dumps(parameters["exceptionDetails"])[:500])
            elif method == "Log.entryAdded" and parameters["entry"]["level"] == "error":
                found.append(parameters["entry"]["text"][:500])
            elif method == "Network.requestWillBeSent":
                address = parameters["request"]["url"]
                if not address.startswith(("file:", "data:", "blob:")):
                    found.append(f"request: {address[:200]}")
        return found
