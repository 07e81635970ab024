"""What can be measured, as courantd says, and who speaks of it."""

import os
import pathlib
import re
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
BIN = pathlib.Path(os.environ["COURANT_BIN"])
PROMETHEUS = ROOT / "deploy" / "prometheus"
GRAFANA = ROOT / "deploy" / "grafana"

# A name that Prometheus could have from us. Recorded ones have colons.
NAME = re.compile(r"\b(?:courant|grpc_server|process)_[a-z0-9_]+\b(?![:(])")
RECORDED = re.compile(r"\bcourant:[a-z0-9_:]+\b")
# What Prometheus makes of a histogram.
PARTS = ("_bucket", "_sum", "_count")


def metrics():
    """name -> (type, [labels], help)"""
    done = subprocess.run([BIN / "courantd", "--list-metrics"], check=True,
                          capture_output=True, text=True, timeout=60)
    found = {}
    for line in done.stdout.splitlines():
        name, kind, labels, words = line.split("\t")
        found[name] = (kind, [] if labels == "-" else labels.split(","), words)
    return found


def is_measured(name, known):
    """Whether the name, or that of a part of a histogram, is known."""
    if name in known:
        return known[name][0] != "histogram"
    for part in PARTS:
        if name.endswith(part):
            base = name[:-len(part)]
            return base in known and known[base][0] == "histogram"
    return False


def named_in(text):
    return set(NAME.findall(text))


def page(known):
    """The reference of all metrics, in Markdown."""
    lines = ["# Metrics", "",
             "Made from `courantd --list-metrics`; a test compares them. A "
             "histogram has", "`_bucket`, `_sum` and `_count` behind its name, "
             "the first with a label `le`.", "",
             "| name | type | labels | |", "| --- | --- | --- | --- |"]
    for name, (kind, labels, words) in sorted(known.items()):
        words = words.replace("|", "\\|")
        lines.append(f"| `{name}` | {kind} | "
                     f"{' '.join(f'`{l}`' for l in labels)} | {words} |")
    return "\n".join(lines) + "\n"
