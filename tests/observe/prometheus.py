"""A real Prometheus with our rules, for tests and for `./dev observe`."""

import json
import re
import subprocess
import threading
import urllib.parse
import urllib.request

from measured import PROMETHEUS, ROOT

PATIENCE = 60


def pages():
    """Where its pages are when `./dev` has unpacked it."""
    folder = ROOT / "build" / "tools" / "share" / "prometheus" / "web"
    return [f"--web.local-assets={folder}/"] if folder.is_dir() else []


class Prometheus:
    """Watches one server by deploy/prometheus, but every second. `folder` is its
    own; `address` is where it listens, port 0 picks one."""

    def __init__(self, folder, ops, address="127.0.0.1:0"):
        self.folder, self.ops, self.wanted = folder, ops, address
        self.process = None

    def start(self):
        self.folder.mkdir(parents=True, exist_ok=True)
        text = (PROMETHEUS / "prometheus.yml").read_text()
        for was, now in (
                ("_interval: 15s", "_interval: 1s"),
                ("scrape_timeout: 5s", "scrape_timeout: 1s"),
                ("'127.0.0.1:7490'", f"'{self.ops}'"),
                ("- courant.rules.yml",
                 f"- {PROMETHEUS / 'courant.rules.yml'}")):
            assert was in text, was
            text = text.replace(was, now)
        config = self.folder / "prometheus.yml"
        config.write_text(text)
        self.process = subprocess.Popen(
            ["prometheus", f"--config.file={config}",
             f"--storage.tsdb.path={self.folder / 'data'}",
             f"--web.listen-address={self.wanted}", *pages()],
            stderr=subprocess.PIPE, text=True)
        said = []
        for line in self.process.stderr:
            said.append(line)
            found = re.search(r'msg="Listening on" address=(\S+)', line)
            if found:
                self.address = found.group(1)
            if "Server is ready to receive web requests" in line:
                self.drain()
                return self
        raise AssertionError("prometheus did not start: " + "".join(said))

    def drain(self):
        """What it says later is nobody's concern, but must not fill the pipe."""
        self.reader = threading.Thread(target=self.process.stderr.read,
                                       daemon=True)
        self.reader.start()

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(PATIENCE)
        if self.process:
            self.reader.join(PATIENCE)
            self.process.stderr.close()

    def api(self, path, **query):
        url = f"http://{self.address}/api/v1/{path}"
        if query:
            url += "?" + urllib.parse.urlencode(query)
        with urllib.request.urlopen(url, timeout=PATIENCE) as answer:
            return json.load(answer)["data"]

    def values(self, expression):
        """What it comes to now, NaN left out. Raises when it is no expression."""
        result = self.api("query", query=expression)["result"]
        return [v for v in (sample["value"][1] for sample in result)
                if v != "NaN"]
