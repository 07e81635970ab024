"""The long runs, on the release: more of what the tests do in little.

    run.py [--seed N] [--only NAME ...] [--list] [--fresh]

Each run is cut into pieces with seeds of their own. What is done is written
down in build/soak/<seed>.json, so that a run that was stopped goes on where it
was when it is started again with the same seed; without one, the newest seed
that is not finished. A piece that failed is done again. A table at the end;
exit code 1 when anything failed.
"""

import argparse
import json
import os
import pathlib
import random
import re
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = ROOT / "build" / "release"
# As in ./dev: the one that has the packages of the distribution.
PYTHON = ("/usr/bin/python3" if os.access("/usr/bin/python3", os.X_OK)
          else sys.executable)
STATE = ROOT / "build" / "soak"


class Run:
    """Something that is done in pieces. `units` in each of `pieces`; `more` is
    what else its environment says."""

    def __init__(self, name, what, command, count, units, pieces, more=None):
        self.name, self.what, self.command = name, what, command
        self.count, self.units, self.pieces = count, units, pieces
        self.more = more or {}

    def environment(self, seed, piece):
        # Seeds of sequences follow each other: leave room for those of a piece.
        return dict(
            os.environ, COURANT_SEED=str(seed + piece * self.units),
            COURANT_BIN=str(BUILD / "bin"),
            PYTHONPATH=str(BUILD / "gen" / "python"),
            **{self.count: str(self.units)}, **self.more)


def binary(name, test):
    return [str(BUILD / "bin" / name), f"--gtest_filter={test}"]


def script(name, *tests):
    return [PYTHON, "-B",
            str(ROOT / "tests" / "integration" / f"{name}_test.py"), *tests]


RUNS = [
    Run("model", "sequences of commands, server and model compared",
        binary("lifecycle_model_test", "LifecycleModelTest.*"),
        "COURANT_SEQUENCES", 5_000, 20),
    Run("model-rpc", "the same over RPC, durable, with kills",
        script("lifecycle", "RandomTest"), "COURANT_SEQUENCES", 250, 4),
    Run("translations", "sequences of the translation desk, and a model of it",
        binary("translation_model_test", "TranslationModelTest.*"),
        "COURANT_SEQUENCES", 2_000, 5),
    Run("decisions", "decisions about partners, and a naive evaluator",
        binary("entitlement_test", "DecisionsTest.*"),
        "COURANT_DECISIONS", 500_000, 20),
    Run("kill-load", "partners that follow, a kill under load",
        script("partner_kill"), "COURANT_SUBSCRIBERS", 1_000, 1),
    Run("authorised", "streams whose rights change at random",
        script("authorised"), "COURANT_STREAMS", 1_000, 3,
        {"COURANT_STEPS": "400"}),
    Run("due", "items that wait, the clock jumping, with restarts",
        binary("lifecycle_model_test", "DueItemsTest.*"),
        "COURANT_DUE_ITEMS", 10_000, 1),
    Run("due-on-time", "items that wait over RPC, how late",
        script("scheduler", "SchedulerTest.test_on_time"),
        "COURANT_DUE_ITEMS", 2_000, 1),
    Run("due-kills", "items that wait over RPC, with kills",
        script("scheduler", "SchedulerTest.test_through_kills"),
        "COURANT_DUE_ITEMS", 2_000, 5),
    Run("clock-jumps", "a server whose clock jumps",
        script("scheduler", "ClockTest"), "COURANT_DUE_ITEMS", 1, 5),
    Run("desk-day", "articles x 3 languages, 60 people, with restarts",
        script("translation_day", "DayTest"), "COURANT_DESK_ARTICLES", 200, 1,
        {"COURANT_DESK_PEOPLE": "60"}),
    Run("streams", "changes x 100 filters each, cuts, stalls, restarts",
        script("stream_oracle", "StreamOracleTest"), "COURANT_CHANGES",
        100_000, 10, {"COURANT_FILTERS": "100"}),
    Run("histories", "random runs with restarts and kills, found clean",
        script("history", "CleanTest"), "COURANT_HISTORIES", 50, 4),
    Run("resume-all", "resumes, from every position of a log",
        script("resume", "EveryPositionTest"), "COURANT_POSITIONS", 100_000, 1),
    Run("resume-load", "resumes at random while others write",
        script("resume", "UnderLoadTest"), "COURANT_RESUMES", 10_000, 10),
    Run("tokens", "mutations of tokens, none of which is one",
        binary("resume_token_test", "*NoMutationOfTokensIsOne"),
        "COURANT_MUTATIONS", 1_000_000, 1),
    Run("no-failpoints", "the release cannot be made to err",
        script("failpoints"), "COURANT_UNUSED", 1, 1),
    Run("backups", "backups under load, one in 10 s, each restored",
        script("backup", "LoadTest"), "COURANT_BACKUPS", 30, 1,
        {"COURANT_BACKUP_PACE": "10"}),
    Run("damage", "data folders with one file damaged",
        binary("storage_test", "DamageTest.*"), "COURANT_MUTANTS", 1_000, 5),
    Run("disk-full", "rounds on a disk of 256 MiB, filled and freed",
        script("disk_full"), "COURANT_ROUNDS", 50, 4),
    Run("ready", "MiB of data, kills, how long until it is ready",
        script("ready"), "COURANT_MEBIBYTES", 1024, 1),
    Run("drain", "streams, each with its token after a SIGTERM",
        script("drain"), "COURANT_STREAMS", 1_000, 1),
    Run("descriptors", "times without file descriptors, each listener",
        script("descriptors"), "COURANT_EXHAUSTIONS", 1_000, 1),
    Run("attacks", "seconds of each attack, what others see meanwhile",
        script("attack"), "COURANT_ATTACK_SECONDS", 20, 1),
    Run("leases", "steps of a clock under two claimers",
        script("translation_lease", "LeaseTest"), "COURANT_STEPS", 500, 2),
]

# What a test prints about itself: figures for the table.
FIGURES = re.compile(r"^(?:attacks: |\d+ (?:items|sequences|articles|writes|"
                     r"changes|clean|positions|resumes|decisions|times|backups|"
                     r"rounds|mutants|streams)).*$",
                     re.MULTILINE)


class Book:
    """What is done, kept in a file."""

    def __init__(self, seed):
        self.path = STATE / f"{seed}.json"
        self.done = (json.loads(self.path.read_text())
                     if self.path.exists() else {})

    def write(self, run, piece, result):
        self.done.setdefault(run.name, {})[str(piece)] = result
        STATE.mkdir(parents=True, exist_ok=True)
        new = self.path.with_suffix(".new")
        new.write_text(json.dumps(self.done, indent=1))
        new.replace(self.path)

    def result(self, run, piece):
        return self.done.get(run.name, {}).get(str(piece))

    def passed(self, run, piece):
        result = self.result(run, piece)
        return bool(result) and result["passed"]


def do_piece(run, seed, piece, book):
    begin = time.monotonic()
    done = subprocess.run(run.command, env=run.environment(seed, piece),
                          capture_output=True, text=True)
    output = done.stdout + done.stderr
    passed = done.returncode == 0 and "skipped" not in output
    book.write(run, piece, {
        "passed": passed, "seconds": round(time.monotonic() - begin, 1),
        "figures": FIGURES.findall(output)})
    if not passed:
        print(output, flush=True)
    print(f"{run.name} {piece + 1}/{run.pieces}: "
          f"{'ok' if passed else 'FAILED'}", flush=True)


def print_table(runs, seed, book):
    print(f"\nseed {seed}\n{'run':<12} {'done':>8} {'of':>8} {'failed':>7} "
          f"{'time':>8}")
    for run in runs:
        results = [book.result(run, piece) for piece in range(run.pieces)]
        results = [result for result in results if result]
        passed = sum(result["passed"] for result in results)
        seconds = sum(result["seconds"] for result in results)
        print(f"{run.name:<12} {passed * run.units:>8} "
              f"{run.pieces * run.units:>8} {len(results) - passed:>7} "
              f"{seconds:>6.0f} s  {run.what}")
        for result in results[-1:]:
            for figure in result["figures"]:
                print(f"{'':<12} {figure}")


def choose_seed(wanted, runs):
    if wanted is not None:
        return wanted
    books = sorted(STATE.glob("*.json"), key=lambda p: p.stat().st_mtime)
    for path in reversed(books):
        book = Book(int(path.stem))
        if not all(book.passed(run, piece)
                   for run in runs for piece in range(run.pieces)):
            return int(path.stem)
    return random.randrange(10**9)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--seed", type=int, help="what all is made from")
    parser.add_argument("--only", nargs="+", metavar="NAME",
                        choices=[run.name for run in RUNS])
    parser.add_argument("--list", action="store_true", help="name the runs")
    parser.add_argument("--fresh", action="store_true", help="a new seed")
    options = parser.parse_args()
    runs = [run for run in RUNS
            if not options.only or run.name in options.only]
    if options.list:
        for run in runs:
            print(f"{run.name:<12} {run.pieces} x {run.units}: {run.what}")
        return 0
    seed = (random.randrange(10**9) if options.fresh
            else choose_seed(options.seed, runs))
    book = Book(seed)
    print(f"seed {seed}; go on with: ./dev soak --seed {seed}", flush=True)
    for run in runs:
        for piece in range(run.pieces):
            if not book.passed(run, piece):
                do_piece(run, seed, piece, book)
    print_table(runs, seed, book)
    return 0 if all(book.passed(run, piece) for run in runs
                    for piece in range(run.pieces)) else 1


if __name__ == "__main__":
    sys.exit(main())
