"""The checker of histories, on a real server under load: it finds every mistake
that is planted, and nothing when there is none.

COURANT_SEED says where to begin, COURANT_HISTORIES how many clean runs to make.
What is found, and what is not, is in the message; with COURANT_KEEP the
histories stay in that folder.
"""

import os
import pathlib
import random
import shutil
import tempfile
import unittest

import harness
from recorder import Recorder
from wire_load import Load

SEED = int(os.environ.get("COURANT_SEED", random.randrange(10**9)))
ATTEMPTS = 3
RUNS = int(os.environ.get("COURANT_HISTORIES", 20))


class HistoryTest(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="courant-test-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)

    def history(self, name, seed, faults=lambda server: (), planted="",
                **options):
        """(whether nothing was found, what the checker said) of one run."""
        environment = {"COURANT_FAILPOINTS": planted} if planted else None
        server = harness.Server(self.folder / name, environment=environment)
        server.start()
        recorder = Recorder(self.folder / f"{name}.jsonl", name, complete=True)
        load = Load(server, recorder, seed, **options)
        try:
            load.run(faults(server))
        finally:
            recorder.close()
            server.kill()
            shutil.rmtree(self.folder / name, ignore_errors=True)
            if os.environ.get("COURANT_KEEP"):
                shutil.copy(recorder.path, os.environ["COURANT_KEEP"])
        return recorder.check()


class CleanTest(HistoryTest):
    def test_a_server_that_makes_no_mistake_raises_no_alarm(self):
        print(f"seed {SEED}", flush=True)
        for seed in range(SEED, SEED + RUNS):
            kind = seed % 4

            def faults(server):
                if kind == 1:
                    return [("stop", server.stop)]
                if kind == 2:
                    return [("kill", server.kill)]
                if kind == 3:
                    return [("kill", server.kill), ("stop", server.stop)]
                return []

            clean, said = self.history(f"clean-{seed}", seed, faults)
            self.assertTrue(clean, f"seed {seed}:\n{said}")
            os.remove(self.folder / f"clean-{seed}.jsonl")
        print(f"{RUNS} clean histories, nothing found", flush=True)


# What is planted, every how many times, and which checks may tell.
PLANTED = {
    "stream.skip_change": (9, {"C6"}),
    "stream.repeat_change": (9, {"C6"}),
    "stream.swap_changes": (2, {"C6"}),
    "stream.lose_progress": (2, {"C7"}),
    "stream.progress_ahead": (5, {"C7"}),
    "stream.wrong_epoch": (7, {"C11"}),
    "token.ahead": (2, {"C6"}),
    "token.resume_past": (3, {"C6"}),
    "token.resume_early": (3, {"C6"}),
    "filter.no_left": (2, {"C6"}),
    "filter.only_after": (5, {"C6"}),
    "rpc.lose_message": (13, {"C7"}),
    "encoder.lose_text": (11, {"C9"}),
    "erasure.ring_keeps_text": (1, {"C9"}),
    "erasure.log_keeps_text": (1, {"C9"}),
    "read.revision_before": (3, {"C4"}),
    "index.lose_entry": (1, {"C10"}),
    "commit.forget_request": (1, {"C5"}),
    "commit.other_answer": (1, {"C1", "C9"}),
    "storage.lose_write": (41, {"C1"}),
}


class PlantedTest(HistoryTest):
    """Every mistake that the server can be told to make is found, by the check
    that is there for it. By chance a run may not come upon one: a few may."""

    def test_all(self):
        print(f"seed {SEED}", flush=True)
        for name, (period, checks) in PLANTED.items():
            with self.subTest(name):
                for seed in range(SEED, SEED + ATTEMPTS):
                    found, said = self.plant(name, period, seed)
                    if found & checks:
                        break
                else:
                    self.fail(f"{name} was not found by {checks}:\n{said}")

    def plant(self, name, period, seed):
        planted = f"{name}={period}"
        if name == "storage.lose_write":
            # It is lost when the program ends before the next one.
            planted += f",storage.exit={period + 1}"
        _, said = self.history(name, seed, planted=planted, patience=10)
        return {line.split()[0] for line in said.splitlines()
                if " line " in line}, said


if __name__ == "__main__":
    harness.main()
