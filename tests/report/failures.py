"""What failed, in few words: all that is left of a long log where only its end
is kept.

    tests/report/failures.py RESULTS.xml...
"""

import itertools
import re
import sys
import xml.etree.ElementTree as tree

LINES = 4
FRAMES = 10
WIDTH = 160

# Lines that say why, in the words of GoogleTest, Python, sanitizers, programs.
TELLING = re.compile(r"^\S*Error\b|: Failure$|^SUMMARY: |^E\s|: runtime error: "
                     r"|^FAIL: |^ERROR: |^Expected|^\s+Actual: |Check failed")

# Where a sanitizer's report begins, and the functions of its stacks.
REPORT = re.compile(r"^==\d+==ERROR: |: runtime error: ")
FRAME = re.compile(r"^\s+#\d+ 0x[0-9a-f]+ (in .*)")


def where(lines):
    """The innermost functions of the first stack that a sanitizer printed."""
    begin = next((i for i, line in enumerate(lines) if REPORT.search(line)),
                 len(lines))
    stack = itertools.dropwhile(lambda frame: not frame,
                                map(FRAME.match, lines[begin:]))
    return [frame[1] for frame in
            itertools.islice(itertools.takewhile(bool, stack), FRAMES)]


def why(output):
    """The last lines of it that say why; where none does, the last ones. Then
    where, if a sanitizer knows."""
    lines = [line.rstrip() for line in output.splitlines() if line.strip()]
    telling = [line for line in lines if TELLING.search(line)]
    said = (telling or lines)[-LINES:] + where(lines)
    return [line[:WIDTH] for line in said]


def failures(path):
    """(name, seconds, lines) of each test of the file that failed."""
    for case in tree.parse(path).iter("testcase"):
        if case.get("status") == "fail":
            output = case.findtext("system-out") or ""
            yield case.get("name"), float(case.get("time")), why(output)


def main(paths):
    for path in paths:
        for name, seconds, lines in failures(path):
            print(f"{name} failed after {seconds:.1f} s")
            for line in lines:
                print(f"  {line}")


if __name__ == "__main__":
    main(sys.argv[1:])
