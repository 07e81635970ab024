"""Which files are ours, and what is code in them."""

import pathlib
import re
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve()


def root_from_arguments():
    """The tree to look at: the first argument, or the one this file is in."""
    return pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else HERE.parents[2]


def files(root, *suffixes):
    """Paths under `root`, sorted and relative to it; every file if no suffix
    is given. In a git checkout, what is committed or may be; else all of it.
    """
    if (root / ".git").exists():
        names = subprocess.run(
            ["git", "-C", str(root), "ls-files", "-z", "--cached", "--others",
             "--exclude-standard"],
            capture_output=True, text=True, check=True).stdout.split("\0")
    else:
        names = [str(p.relative_to(root)) for p in root.rglob("*")]
    return sorted(name for name in set(names)
                  if (not suffixes or name.endswith(suffixes))
                  and (root / name).is_file())


def text(root, name):
    return (root / name).read_text(encoding="utf-8", errors="replace")


# A comment, a string or a character, whichever begins first.
_TOKEN = re.compile(
    r'//[^\n]*|/\*.*?\*/'
    r'|R"(?P<tag>[^(\s]*)\(.*?\)(?P=tag)"'
    r'|"(?:\\.|[^"\\\n])*"'
    r"|(?<![0-9A-Fa-f])'(?:\\.|[^'\\\n])+'", re.DOTALL)


def blank(source, keep_comments=False):
    """`source` with strings emptied and comments gone; lines stay in place."""
    def replace(match):
        token = match.group()
        if token[0] == "/":
            return token if keep_comments else "\n" * token.count("\n")
        return '""' + "\n" * token.count("\n")
    return _TOKEN.sub(replace, source)


def report(title, violations):
    """Prints the violations and ends the program: 1 if there is any."""
    for violation in violations:
        print(violation)
    print(f"{title}: {len(violations) or 'no'} violations")
    sys.exit(1 if violations else 0)
