"""Fails when a file or a function is too long, or says too little about itself.

    size_test.py [TREE]

A file that must be longer is listed below, with the reason. Functions are
found by their braces, not by a compiler; clang-format makes that reliable.
"""

import re
import statistics

import source_tree

# Lines. A long file hides its parts; 500 and 90 are where a reader gets lost.
MAX_HEADER = 250
MAX_SOURCE = 500
MAX_FUNCTION = 90

# Share of lines that are comment, of those that are not blank, in per cent:
# over all headers, and over all .proto files, of a folder, since a small one
# may need few words.
MIN_HEADER_COMMENT = 35
MIN_PROTO_COMMENT = 50

# Folders that say less than that still, with what they must not fall below.
# To be emptied, not to be added to.
STILL_QUIET = {
    ("services/editorial", "h"): 29,
    ("services/rpc", "h"): 31,
}

# path, or path:function, to the reason why it may be longer.
EXCEPTIONS = {}

# What opens a scope in which functions are looked for.
SCOPE = re.compile(r"^(inline\s+)?(namespace|class|struct|union|extern)\b")
TEMPLATE = re.compile(r"^(template\s*<[^{]*>\s*|\[\[[^\]]*\]\]\s*)+"
                      r"(?=(class|struct|union)\b)")
ACCESS = re.compile(r"\s*(public|protected|private)\s*$")
NAME = re.compile(r"([~\w:]+|operator\S+)\s*\(")


def is_signature(head):
    """Whether what stands before a brace announces the body of a function."""
    return (0 < head.count("(") == head.count(")")
            and not head.endswith("="))


def functions(source):
    """Yields (name, first line, lines) of each function of a C++ text."""
    code = re.sub(r"^[ \t]*#(?:[^\n]*\\\n)*[^\n]*",
                  lambda m: "\n" * m.group().count("\n"),
                  source_tree.blank(source), flags=re.MULTILINE)
    line, statement, first_line = 1, "", 1
    depth, inside = 0, None  # `inside`: (name, first line, depth) or None.
    scopes = []  # Depths of braces that are scopes.
    for char in code:
        if char == "\n":
            line += 1
        if inside:
            depth += (char == "{") - (char == "}")
            if char == "}" and depth == inside[2]:
                yield inside[0], inside[1], line - inside[1] + 1
                inside, statement = None, ""
        elif char == "{":
            head = TEMPLATE.sub("", statement.strip())
            if SCOPE.match(head):
                scopes.append(depth)
                statement = ""
            elif is_signature(head) and statement[-1:].isspace():
                found = NAME.search(head)
                inside = (found.group(1) if found else "?", first_line, depth)
            else:
                statement += char
            depth += 1
        elif char == "}":
            depth -= 1
            if scopes and scopes[-1] == depth:
                scopes.pop()
                statement = ""
            else:
                statement += char
        elif (char == ";" and depth == len(scopes)
              or char == ":" and ACCESS.match(statement)):
            statement = ""
        else:
            if not statement.strip() and not char.isspace():
                statement, first_line = "", line
            statement += char


def comment_counts(source):
    """(lines of comment, lines that are not blank)"""
    kept = source_tree.blank(source, keep_comments=True).splitlines()
    code = source_tree.blank(source).splitlines()
    code += [""] * (len(kept) - len(code))
    filled = [(k, c) for k, c in zip(kept, code) if k.strip()]
    return sum(1 for _, c in filled if not c.strip()), len(filled)


def share(counts):
    comments = sum(c for c, _ in counts)
    lines = sum(n for _, n in counts)
    return 100 * comments // max(lines, 1)


def check_lengths(root, sizes):
    """Yields what is too long; collects all lengths in `sizes` by kind."""
    for name in source_tree.files(root, ".h", ".cc"):
        source = source_tree.text(root, name)
        kind, bar = ("headers", MAX_HEADER) if name.endswith(".h") else (
            "sources", MAX_SOURCE)
        lines = source.count("\n")
        sizes[kind].append(lines)
        if lines > bar and name not in EXCEPTIONS:
            yield f"{name}:1: {lines} lines; the bar is {bar}"
        for function, line, length in functions(source):
            sizes["functions"].append(length)
            if (length > MAX_FUNCTION
                    and f"{name}:{function}" not in EXCEPTIONS):
                yield (f"{name}:{line}: {function} has {length} lines; the "
                       f"bar is {MAX_FUNCTION}")


def check_comments(root):
    """Yields the folders that say too little, by their quietest file."""
    folders = {}
    for name in source_tree.files(root, ".h", ".proto"):
        folder, _, base = name.rpartition("/")
        if not name.startswith("tests/"):
            key = folder, base.rpartition(".")[2]
            folders.setdefault(key, {})[name] = comment_counts(
                source_tree.text(root, name))
    for (folder, kind), files in folders.items():
        bar = MIN_HEADER_COMMENT if kind == "h" else MIN_PROTO_COMMENT
        bar = STILL_QUIET.get((folder, kind), bar)
        percent = share(files.values())
        print(f"{percent:4d} % comment in {folder}/*.{kind}")
        if percent < bar:
            least = min(files, key=lambda name: share([files[name]]))
            yield (f"{least}:1: {share([files[least]])} % comment, the least "
                   f"of {folder}, which has {percent} %; the bar is {bar} %")


def print_sizes(sizes):
    for kind, lengths in sizes.items():
        if lengths:
            lengths.sort()
            def at(percent):
                return lengths[min(len(lengths) * percent // 100,
                                   len(lengths) - 1)]
            print(f"{len(lengths):5d} {kind}: median "
                  f"{statistics.median(lengths):.0f} lines, p90 {at(90)}, "
                  f"p97 {at(97)}, most {lengths[-1]}")


def main():
    root = source_tree.root_from_arguments()
    sizes = {"headers": [], "sources": [], "functions": []}
    violations = [*check_lengths(root, sizes), *check_comments(root)]
    print_sizes(sizes)
    source_tree.report("size", violations)


if __name__ == "__main__":
    main()
