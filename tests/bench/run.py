#!/usr/bin/env python3
"""Measures ours, its peers and the limits of the machine side by side, and
prints ratios: absolute figures drift with the machine, ratios less.

  run.py --short           within five minutes (./dev bench)
  run.py --full            within forty-five (./dev bench-full)
  run.py --only fan-out    what begins so, again and again

Leaves build/bench/<time>.json and .png. README.md here says what is compared.
"""

import argparse
import resource
import signal
import sys
import time
from typing import NamedTuple

import goals
import measurements
import report
from servers import ROOT


class Size(NamedTuple):
    """How much of everything."""
    rounds: int = 3
    publish_seconds: float = 4
    read_seconds: float = 3
    articles: int = 20_000
    fan_out_deliveries: int = 150_000
    live_seconds: int = 2
    catch_up_events: int = 30_000
    idle_rounds: int = 1
    idle_subscribers: int = 500
    crowd: int = 2_000
    stalled_events: int = 3_000
    disk_articles: int = 50_000
    killed_articles: int = 20_000


SHORT = Size()
FULL = Size(rounds=5, publish_seconds=20, read_seconds=15, articles=200_000,
            fan_out_deliveries=1_000_000, live_seconds=15,
            catch_up_events=200_000, idle_rounds=3, idle_subscribers=1_000,
            crowd=10_000, stalled_events=6_000, disk_articles=1_000_000,
            killed_articles=30_000)
# Whether it works; its figures mean nothing.
TINY = Size(rounds=1, publish_seconds=0.5, read_seconds=0.5, articles=500,
            fan_out_deliveries=20_000, live_seconds=1, catch_up_events=2_000,
            idle_subscribers=100, crowd=200, stalled_events=500,
            disk_articles=1_000, killed_articles=500)


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    size = parser.add_mutually_exclusive_group()
    size.add_argument("--short", action="store_const", dest="size", const=SHORT)
    size.add_argument("--full", action="store_const", dest="size", const=FULL)
    size.add_argument("--tiny", action="store_const", dest="size", const=TINY)
    parser.add_argument("--only", action="append")
    options = parser.parse_args()
    size = options.size or SHORT

    # Whoever stops this stops the servers as well.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    # Servers need a descriptor for each subscriber, and take over our limit.
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))

    rounds = {}
    began = time.monotonic()
    for title, measure in measurements.ALL.items():
        if options.only and not title.startswith(tuple(options.only)):
            continue
        measured = measure(size)
        if measured is None:
            print(f"not measured: {title}", file=sys.stderr)
            continue
        rounds[title] = measured
        report.print_figures(title, measured)
        print(f"  ({time.monotonic() - began:.0f} s)", file=sys.stderr)
    results = [goals.judge(goal, rounds[goal.measurement])
               for goal in goals.goals(size) if goal.measurement in rounds]
    report.print_goals(results)
    print("\nRocksDB and gRPC are Debian's packages, built with assertions on. "
          "JetStream\nanswers before it syncs; the others after.")
    print(report.save(ROOT / "build/bench", results, rounds))


if __name__ == "__main__":
    main()
