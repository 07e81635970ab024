"""./dev observe as somebody meets it: one command leads to a living picture, and
leaves nothing behind."""

import json
import os
import re
import signal
import subprocess
import sys
import unittest
import urllib.request

from measured import ROOT

PATIENCE = 120


class ObserveTest(unittest.TestCase):
    def start(self, *flags):
        self.process = subprocess.Popen(
            [sys.executable, "-B", ROOT / "tests" / "observe" / "run.py",
             "--any-port", *flags],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.addCleanup(self.process.stdout.close)
        self.addCleanup(self.process.stderr.close)
        self.addCleanup(self.process.kill)
        said = ""
        for line in self.process.stdout:
            said += line
            if "import deploy/grafana" in line:
                break
        return said

    def test_what_it_prints_leads_to_what_it_says(self):
        said = self.start("--pace", "10")
        folder = re.search(r"data +(\S+)", said).group(1)
        addresses = re.findall(r"http://(\S+)", said)
        self.assertEqual(len(addresses), 4, said)
        for address in addresses:
            self.assertTrue(address.startswith("127.0.0.1:"), address)
        ops, prometheus = addresses[0], addresses[2]
        for address in addresses:
            with urllib.request.urlopen(f"http://{address}") as answer:
                self.assertEqual(answer.status, 200)
        end = re.sub("/.*", "", prometheus)
        self.check_that_it_can_be_looked_at(end)
        url = f"http://{end}/api/v1/query?query=sum(grpc_server_handled_total)"
        for _ in range(PATIENCE * 2):
            with urllib.request.urlopen(url) as answer:
                result = json.load(answer)["data"]["result"]
            if result and float(result[0]["value"][1]) > 20:
                break
            try:
                self.process.wait(0.5)
            except subprocess.TimeoutExpired:
                pass
        else:
            self.fail("Prometheus sees no load")
        state = json.loads(urllib.request.urlopen(
            f"http://{re.sub('/.*', '', ops)}/console/state").read())
        self.assertTrue(state["changes"])
        self.process.send_signal(signal.SIGINT)
        out, err = self.process.communicate(timeout=PATIENCE)
        self.assertEqual(self.process.returncode, 0, out + err)
        self.assertFalse(os.path.exists(folder), folder)

    def check_that_it_can_be_looked_at(self, prometheus):
        """What the page is drawn with is there, not only the page."""
        with urllib.request.urlopen(
                f"http://{prometheus}/classic/graph") as page:
            text = page.read().decode()
        for kind, links in (
                ("css", re.findall(r'href="(/[^"?]+\.css)', text)),
                ("js", re.findall(r'src="(/[^"?]+\.js)', text))):
            self.assertTrue(links, f"no {kind} in {text}")
            for link in links:
                # Raises where it is not found.
                with urllib.request.urlopen(
                        f"http://{prometheus}{link}") as got:
                    self.assertEqual(got.status, 200, link)
                    self.assertTrue(got.read(), link)

    def test_it_ends_by_itself(self):
        self.start("--seconds", "1")
        out, err = self.process.communicate(timeout=PATIENCE)
        self.assertEqual(self.process.returncode, 0, out + err)
        self.assertIn("Ending", out)


if __name__ == "__main__":
    unittest.main()
