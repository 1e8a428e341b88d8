"""Mails as a browser shows them: a headless Chromium on a fresh profile and a closed network, spoken to over a pipe.

The DevTools protocol runs over two inherited file descriptors (3 in, 4 out), each message ended by a NUL: no port, no library.
"""

import base64
import itertools
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

NAMES = ("chromium", "chromium-browser", "google-chrome")


def find_program() -> str:
    """The browser that runs, "" when none does: Ubuntu's chromium-browser may be a stub that only speaks of a snap."""
    paths = [path for name in NAMES if (path := shutil.which(name))]
    answers = (path for path in paths if subprocess.run([path, "--version"], capture_output=True, check=False).returncode == 0)
    return next(answers, "")


PROGRAM = find_program()
WHY_NOT = "there is no Chromium on this machine (Debian: apt-get install chromium)"
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-extensions",
    "--disable-dev-shm-usage",
    "--hide-scrollbars",
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--remote-debugging-pipe",
)


class Browser:
    """One page that shows a mail at a time; every call waits for its answer."""

    def __init__(self, to: int, back: int) -> None:
        self._to, self._back = to, back
        self._ids = itertools.count(1)
        self._session = ""
        self._buffer = b""
        self._target = ""
        self._width = 0

    def show(self, html: str, width: int, dark: bool = False) -> None:
        """Show a mail on a page of that width, bright or dark; each has a page of its own, for scroll and scale outlive a document."""
        last, self._target = self._target, self._call("Target.createTarget", {"url": "about:blank"}, session="")["targetId"]
        self._session = self._call("Target.attachToTarget", {"targetId": self._target, "flatten": True}, session="")["sessionId"]
        if last:
            self._call("Target.closeTarget", {"targetId": last}, session="")
        frame = self._call("Page.getFrameTree")["frameTree"]["frame"]["id"]
        scheme = "dark" if dark else "light"
        self._width = width
        self._resize(800)
        self._call("Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": scheme}]})
        self._call("Page.setDocumentContent", {"frameId": frame, "html": html})
        self.ask("document.fonts.ready.then(() => true)")

    def ask(self, script: str) -> Any:
        """The value of a JavaScript expression in the page; raises AssertionError when the script fails."""
        answer = self._call("Runtime.evaluate", {"expression": script, "returnByValue": True, "awaitPromise": True})
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def picture(self) -> bytes:
        """The whole page as PNG, from top to bottom."""
        self._resize(int(self.ask("Math.ceil(document.body.getBoundingClientRect().height)")))
        return base64.b64decode(self._call("Page.captureScreenshot", {"format": "png"})["data"])

    def _resize(self, height: int) -> None:
        screen = {"width": self._width, "height": height, "deviceScaleFactor": 1, "mobile": self._width < 500}
        self._call("Emulation.setDeviceMetricsOverride", screen)

    def _call(self, method: str, params: Mapping[str, object] | None = None, session: str | None = None) -> dict[str, Any]:
        number = next(self._ids)
        message: dict[str, object] = {"id": number, "method": method, "params": params or {}}
        if (session is None and self._session) or session:
            message["sessionId"] = session or self._session
        os.write(self._to, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._read()
            if answer.get("id") == number:
                assert "error" not in answer, f"{method}: {answer['error']}"
                return dict(answer["result"])

    def _read(self) -> dict[str, Any]:
        while b"\0" not in self._buffer:
            chunk = os.read(self._back, 1 << 20)
            assert chunk, "Chromium has gone"
            self._buffer += chunk
        line, _, self._buffer = self._buffer.partition(b"\0")
        return dict(json.loads(line))


@contextmanager
def open_browser() -> Iterator[Browser]:
    """A Chromium of our own, gone with its profile when the block ends."""
    theirs_in, ours_out = os.pipe()
    ours_in, theirs_out = os.pipe()

    def wire() -> None:
        os.dup2(theirs_in, 3)
        os.dup2(theirs_out, 4)

    with tempfile.TemporaryDirectory(prefix="mt-chromium-", ignore_cleanup_errors=True) as profile:
        command = [PROGRAM, *FLAGS, f"--user-data-dir={profile}", "about:blank"]
        with (Path(profile) / "log").open("wb") as log:
            environ = {**os.environ, "HOME": profile}
            program = subprocess.Popen(command, pass_fds=(3, 4), preexec_fn=wire, stdout=log, stderr=log, env=environ)
        os.close(theirs_in)
        os.close(theirs_out)
        try:
            yield Browser(ours_out, ours_in)
        finally:
            os.close(ours_out)  # the pipe's end is Chromium's too
            try:
                program.wait(10)
            except subprocess.TimeoutExpired:
                program.kill()
                program.wait()
            os.close(ours_in)
