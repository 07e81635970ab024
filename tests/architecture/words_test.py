"""Fails when a file says what no file of ours may say.

    words_test.py [TREE]

Where packages come from is the machine's own business, so nobody's registry
is named; a path into somebody's home works for nobody else; and what is
unfinished is not here.
"""

import json
import re

import source_tree

# Written in pieces, or this file would be the first to break its own rule.
HOSTS = [domain.replace(" ", ".") for domain in (
    "deb debian org", "security debian org", "archive ubuntu com",
    "security ubuntu com", "registry npmjs org", "registry yarnpkg com",
    "pypi org", "files pythonhosted org", "proxy golang org", "crates io",
    "repo maven apache org", "docker io", "ghcr io", "quay io")]
HOMES = ["home", "root", "Users", "work"]

RULES = [
    ("names a registry", re.compile(
        r"(?<![\w.-])(" + "|".join(map(re.escape, HOSTS)) + r")(?![\w-])")),
    ("names a path of one machine", re.compile(
        r"(?<![\w.~/$})-])/(" + "|".join(HOMES) + r")/\w")),
    ("is unfinished", re.compile(r"\b(TO" r"DO|FIX" r"ME|XX" r"X)\b")),
]

# A test that sleeps is either slow or wrong some day.
SLEEP = re.compile(r"\b(sleep_for|sleep_until|SleepFor|time\.sleep|usleep)\b")

# Real news, as it was published.
DATA = ("tests/samples/", "deploy/samples/", "tests/fuzz/corpus/")


def check_words(root):
    for name in source_tree.files(root):
        if name.startswith(DATA) or name == "LICENSE":
            continue
        rules = list(RULES)
        if name.startswith("tests/") and "architecture/" not in name:
            rules.append(("waits by sleeping", SLEEP))
        lines = source_tree.text(root, name).splitlines()
        for number, line in enumerate(lines, 1):
            for what, pattern in rules:
                match = pattern.search(line)
                if match:
                    yield f"{name}:{number}: {what}: {match.group().strip()}"


def check_locks(root):
    """An npm lock file names its packages by version and hash alone."""
    for name in source_tree.files(root, "package-lock.json"):
        packages = json.loads(source_tree.text(root, name))["packages"]
        for package, entry in packages.items():
            if "resolved" in entry:
                yield f"{name}:1: {package} has an address ('resolved')"


def main():
    root = source_tree.root_from_arguments()
    source_tree.report("words", [*check_words(root), *check_locks(root)])


if __name__ == "__main__":
    main()
