#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Opens a report in headless Chromium, at two widths, in the light and in the dark, and looks at it.

browser.py CHROMIUM FILE.html [SHOTS]: SHOTS is a directory for screenshots. Prints one line for each thing that is wrong, or
what was looked at; exits 1 if anything is wrong. Talks the DevTools protocol over the pipe of --remote-debugging-pipe, so that
nothing but the standard library is needed.
"""

import base64
import json
import os
import pathlib
import subprocess
import sys
import tempfile

WIDTHS = {"wide": 1280, "narrow": 400}

# Runs in the page: sizes of figures, overflow, contrast of all text against the page.
LOOK = r"""
(() => {
  const wrong = [];
  const rgb = text => (text.match(/[\d.]+/g) || []).map(Number);
  const luminance = c => c.slice(0, 3).map(v => v / 255)
    .map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const contrast = (a, b) => {
    const [x, y] = [luminance(a), luminance(b)].sort((p, q) => q - p);
    return (x + 0.05) / (y + 0.05);
  };
  const paper = rgb(getComputedStyle(document.body).backgroundColor);
  const figures = [...document.querySelectorAll('figure')];
  let letters = 0, drawings = 0, smallest = 99;
  for (const figure of figures) {
    const shown = [...figure.querySelectorAll('svg')].filter(s => s.getBoundingClientRect().width > 0);
    if (shown.length !== 1) { wrong.push(`${figure.id}: ${shown.length} drawings shown, expected 1`); continue; }
    ++drawings;
    const svg = shown[0];
    const box = svg.getBoundingClientRect();
    if (box.width < 250 || box.height < 60) wrong.push(`${figure.id}: ${box.width} x ${box.height} pixels`);
    if (!svg.querySelector('title')?.textContent || !svg.querySelector('desc')?.textContent)
      wrong.push(`${figure.id}: no title or description`);
    const marks = svg.querySelectorAll('path, polygon, use, circle').length;
    if (marks < 3) wrong.push(`${figure.id}: ${marks} marks`);
    const scale = box.width / svg.viewBox.baseVal.width;
    for (const text of svg.querySelectorAll('text')) {
      if (!text.textContent.trim()) continue;
      ++letters;
      const style = getComputedStyle(text);
      const at = text.getBoundingClientRect();
      if (at.left < box.left - 1 || at.right > box.right + 1 || at.top < box.top - 1 || at.bottom > box.bottom + 1)
        wrong.push(`${figure.id}: "${text.textContent}" leaves the drawing`);
      smallest = Math.min(smallest, parseFloat(style.fontSize) * scale);
      const on_mark = text.closest('[fill*="--on-heat"]');
      if (!on_mark && contrast(rgb(style.fill), paper) < 4.5)
        wrong.push(`${figure.id}: "${text.textContent}" has a contrast of ${contrast(rgb(style.fill), paper).toFixed(2)}`);
    }
    if (!figure.querySelector('details table caption')) wrong.push(`${figure.id}: no table`);
    if (!figure.querySelector('a[download]')?.href.startsWith('data:text/csv')) wrong.push(`${figure.id}: no CSV`);
  }
  if (smallest < 10.5) wrong.push(`letters of ${smallest.toFixed(1)} pixels, expected 10.5 and more`);
  for (const e of document.querySelectorAll('p, td, th, li, h1, h2, h3, summary, a, caption')) {
    if (!e.textContent.trim() || !e.getBoundingClientRect().width) continue;
    const style = getComputedStyle(e);
    const back = style.backgroundColor.endsWith(', 0)') ? paper : rgb(style.backgroundColor);
    const found = contrast(rgb(style.color), back);
    if (found < 4.5) wrong.push(`<${e.localName}> "${e.textContent.slice(0, 30)}": contrast ${found.toFixed(2)}`);
  }
  const page = document.documentElement;
  if (page.scrollWidth > page.clientWidth) wrong.push(`${page.scrollWidth} pixels wide, the window ${page.clientWidth}`);
  const ids = [...document.querySelectorAll('[id]')].map(e => e.id);
  const twice = ids.filter((id, i) => ids.indexOf(id) !== i);
  if (twice.length) wrong.push(`identifiers twice: ${twice.slice(0, 5)}`);
  if (figures.length < 8) wrong.push(`${figures.length} figures`);
  return JSON.stringify({wrong, figures: figures.length, drawings, letters, dark: luminance(paper) < 0.2,
                         height: page.scrollHeight, smallest});
})()
"""


class Browser:
    def __init__(self, program, profile):
        to_read, self._to = os.pipe()
        self._from, from_write = os.pipe()
        # Chromium reads from descriptor 3 and writes to 4.
        shell = f'exec 3<&{to_read} 4>&{from_write}; exec "$@"'
        command = ["bash", "-c", shell, "bash", program, "--headless=new", "--no-sandbox", "--disable-gpu",
                   "--disable-dev-shm-usage", "--disable-extensions", "--no-first-run", "--remote-debugging-pipe",
                   "--host-resolver-rules=MAP * ~NOTFOUND", f"--user-data-dir={profile}", "about:blank"]
        self._process = subprocess.Popen(command, pass_fds=(to_read, from_write), stdin=subprocess.DEVNULL,
                                         stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(to_read)
        os.close(from_write)
        self._next = 0
        self._rest = b""
        self.events = []

    def _read(self):
        while b"\0" not in self._rest:
            block = os.read(self._from, 1 << 16)
            if not block:
                raise RuntimeError("chromium ended")
            self._rest += block
        message, self._rest = self._rest.split(b"\0", 1)
        return json.loads(message)

    def call(self, method, session=None, **params):
        self._next += 1
        message = {"id": self._next, "method": method, "params": params}
        if session:
            message["sessionId"] = session
        os.write(self._to, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._read()
            if answer.get("id") == self._next:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']}")
                return answer["result"]
            self.events.append(answer)

    def wait_for(self, method):
        while not any(e.get("method") == method for e in self.events):
            self.events.append(self._read())

    def close(self):
        try:
            self.call("Browser.close")
        except (RuntimeError, OSError):
            pass
        try:
            self._process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self._process.kill()


def problems_of(events, url):
    """What the console and the network say: errors, and requests of anything but the file."""
    found = []
    for event in events:
        params = event.get("params", {})
        if event.get("method") == "Runtime.exceptionThrown":
            found.append("exception: " + params["exceptionDetails"]["text"])
        elif event.get("method") == "Log.entryAdded":
            found.append("console: " + params["entry"]["text"])
        elif event.get("method") == "Runtime.consoleAPICalled":
            found.append("console: " + params["type"])
        elif event.get("method") == "Network.requestWillBeSent":
            asked = params["request"]["url"]
            if asked != url and not asked.startswith("data:"):
                found.append("request of " + asked)
    return found


def look(browser, url, width, scheme, shot):
    target = browser.call("Target.createTarget", url="about:blank")["targetId"]
    session = browser.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
    browser.events.clear()
    for domain in ("Page", "Runtime", "Log", "Network"):
        browser.call(domain + ".enable", session)
    browser.call("Emulation.setDeviceMetricsOverride", session, width=width, height=900, deviceScaleFactor=1,
                 mobile=width < 600)
    browser.call("Emulation.setEmulatedMedia", session, features=[{"name": "prefers-color-scheme", "value": scheme}])
    browser.call("Page.navigate", session, url=url)
    browser.wait_for("Page.loadEventFired")
    result = browser.call("Runtime.evaluate", session, expression=LOOK, returnByValue=True)
    if "exceptionDetails" in result:
        raise RuntimeError(json.dumps(result["exceptionDetails"])[:600])
    seen = json.loads(result["result"]["value"])
    if shot:
        picture = browser.call("Page.captureScreenshot", session, captureBeyondViewport=True,
                               clip={"x": 0, "y": 0, "width": width, "height": seen["height"], "scale": 1})
        shot.write_bytes(base64.b64decode(picture["data"]))
    seen["wrong"] += problems_of(browser.events, url)
    if seen["dark"] != (scheme == "dark"):
        seen["wrong"].append("the page is " + ("dark" if seen["dark"] else "light"))
    browser.call("Target.closeTarget", targetId=target)
    return seen


def main():
    program, file = sys.argv[1], pathlib.Path(sys.argv[2]).resolve()
    shots = pathlib.Path(sys.argv[3]) if len(sys.argv) > 3 else None
    wrong = []
    with tempfile.TemporaryDirectory(prefix="gradloom-browser-") as profile:
        browser = Browser(program, profile)
        try:
            for name, width in WIDTHS.items():
                for scheme in ("light", "dark"):
                    shot = shots / f"{file.stem}-{name}-{scheme}.png" if shots else None
                    seen = look(browser, file.as_uri(), width, scheme, shot)
                    print(f"{file.name}, {width} pixels, {scheme}: {seen['figures']} figures, {seen['drawings']} shown, "
                          f"{seen['letters']} labels of at least {seen['smallest']:.1f} pixels, "
                          f"{len(seen['wrong'])} wrong")
                    wrong += [f"{width} pixels, {scheme}: {text}" for text in seen["wrong"]]
        finally:
            browser.close()
    for text in wrong:
        print("  " + text)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
