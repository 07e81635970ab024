#!/usr/bin/env python3
"""Measures our server beside the limits of the machine, in one interleaved
run, and prints ratios: absolute figures drift with the machine, ratios less.

  run.py --short   about two minutes (./dev bench)
  run.py --full    about ten minutes (./dev bench-full)

Leaves build/bench/<time>.json and .png. README.md here says what is compared.
"""

import argparse
import datetime
import json
import pathlib
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
BIN = ROOT / "build/release/bin"
CALLERS = 64


def bench(*arguments):
    done = subprocess.run([BIN / "courant_bench", *map(str, arguments)],
                          capture_output=True, text=True, timeout=300)
    if done.returncode != 0:
        sys.exit(done.stderr)
    return json.loads(done.stdout)


class Server:
    """A courantd of our own on a fresh folder."""

    def __init__(self, folder):
        self.process = subprocess.Popen(
            [BIN / "courantd", f"--data-dir={folder}",
             "--set=listeners.internal.address=127.0.0.1:0",
             "--set=listeners.ops.address=127.0.0.1:0"],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.address = json.loads(
            self.process.stdout.readline())["ready"]["internal"]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(60)
        self.process.stdout.close()


def measure_round(folder, seconds):
    """Each of ours in turn with its limit, on fresh files."""
    with Server(folder / "one") as server:
        one = bench("one", server.address, folder, seconds)
    with Server(folder / "many") as server:
        many = bench("many", server.address, folder, seconds, CALLERS)
    return {"publish, 1 caller": one["ours"],
            "append + fdatasync": one["limit"],
            f"publish, {CALLERS} callers": many["ours"],
            f"RocksDB alone, {CALLERS} threads": many["limit"]}


def goals(rounds):
    """The ratios that were promised, from each round."""
    table = [
        ("publish_64_callers_vs_rocksdb_alone", 0.65, ">=",
         lambda r: r[f"publish, {CALLERS} callers"]["per_second"]
         / r[f"RocksDB alone, {CALLERS} threads"]["per_second"]),
        ("publish_1_caller_p50_vs_append_fdatasync", 2.5, "<=",
         lambda r: r["publish, 1 caller"]["p50_ms"]
         / r["append + fdatasync"]["p50_ms"]),
    ]
    result = []
    for name, goal, sense, ratio in table:
        ratios = [ratio(r) for r in rounds]
        median = statistics.median(ratios)
        result.append({
            "name": name, "ratio": round(median, 3), "goal": goal,
            "sense": sense,
            "met": median >= goal if sense == ">=" else median <= goal,
            "spread": [round(min(ratios), 3), round(max(ratios), 3)]})
    return result


def draw(path, results):
    import matplotlib
    matplotlib.use("Agg")
    from matplotlib import pyplot
    figure, axes = pyplot.subplots(figsize=(8, 2 + len(results)))
    names = [r["name"].replace("_", " ") for r in results]
    axes.barh(names, [r["ratio"] for r in results], color="#35618f")
    for row, result in enumerate(results):
        low, high = result["spread"]
        axes.plot([low, high], [row, row], color="black", linewidth=2)
        axes.plot([result["goal"]] * 2, [row - 0.4, row + 0.4],
                  color="#b3421f", linewidth=2)
        axes.text(result["goal"], row + 0.42,
                  f"goal {result['sense']} {result['goal']}",
                  color="#b3421f", ha="center", fontsize=8)
    axes.set_xlabel("ratio, median of the rounds; the black line is the spread")
    figure.tight_layout()
    figure.savefig(path, dpi=120)


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    size = parser.add_mutually_exclusive_group()
    size.add_argument("--short", action="store_true")
    size.add_argument("--full", action="store_true")
    options = parser.parse_args()
    count, seconds = (9, 30) if options.full else (3, 12)

    rounds = []
    for number in range(count):
        folder = pathlib.Path(tempfile.mkdtemp(prefix="bench-",
                                               dir=ROOT / "build"))
        try:
            rounds.append(measure_round(folder, seconds))
        finally:
            shutil.rmtree(folder)
        print(f"round {number + 1} of {count}", file=sys.stderr)

    print(f"{'':34}{'per second':>12}{'p50 ms':>10}{'p99 ms':>10}")
    for name in rounds[0]:
        row = [statistics.median(r[name][key] for r in rounds)
               for key in ("per_second", "p50_ms", "p99_ms")]
        print(f"{name:34}{row[0]:12.0f}{row[1]:10.3f}{row[2]:10.3f}")
    results = goals(rounds)
    print()
    for result in results:
        print(f"{result['name']:44}{result['ratio']:7.2f}  goal "
              f"{result['sense']} {result['goal']}  spread "
              f"{result['spread'][0]} to {result['spread'][1]}  "
              f"{'met' if result['met'] else 'NOT MET'}")
    print("\nRocksDB and gRPC are Debian's packages, built with assertions on.")
    out = ROOT / "build/bench"
    out.mkdir(parents=True, exist_ok=True)
    stamp = datetime.datetime.now(datetime.timezone.utc).strftime(
        "%Y%m%dT%H%M%SZ")
    (out / f"{stamp}.json").write_text(
        json.dumps({"goals": results, "rounds": rounds}, indent=1) + "\n")
    draw(out / f"{stamp}.png", results)
    print(f"build/bench/{stamp}.json, build/bench/{stamp}.png")


if __name__ == "__main__":
    main()
