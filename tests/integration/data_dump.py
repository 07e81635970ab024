"""What the files of a data folder hold, decoded: for tests that look for what
must not be there."""

import pathlib
import re
import shutil
import subprocess
import tempfile

from harness import BIN, PATIENCE

# A key and a value, as the dumps of the two kinds of files print them.
TABLE_ENTRY = re.compile(r"^\s*HEX\s+([0-9A-F]*): ([0-9A-F]*)\s*$", re.M)
LOG_ENTRY = re.compile(r"0x([0-9A-F]+)")


def run(*arguments):
    done = subprocess.run([str(BIN / "rocksdb_dump"), *arguments],
                          capture_output=True, timeout=PATIENCE)
    return done.returncode, done.stdout.decode("latin-1")


def entries_of_table(path):
    """Every version of every key, with compressed blocks unpacked."""
    code, said = run("sst_dump", f"--file={path}", "--command=raw")
    assert code == 0, said
    dump = path.with_name(f"{path.stem}_dump.txt")
    found = TABLE_ENTRY.findall(dump.read_text("latin-1"))
    dump.unlink()
    assert found, f"nothing decoded of {path}"
    return b"\n".join(bytes.fromhex(part) for entry in found for part in entry)


def entries_of_log(path):
    """Every write of a write-ahead log, in one piece over the borders of its
    blocks."""
    code, said = run("ldb", "dump_wal", f"--walfile={path}", "--print_value")
    assert code == 0, said
    return b"\n".join(bytes.fromhex(part) for part in LOG_ENTRY.findall(said))


def words_on_disk(data_dir, words):
    """{kind of file: words found in it}, with the kinds "table", "log" and
    "raw"; the last is any byte of any file. Looks at a copy, so that a server
    may be running and deleting files."""
    with tempfile.TemporaryDirectory(prefix="courant-dump-") as folder:
        copy = pathlib.Path(folder)
        for path in sorted(data_dir.rglob("*")):
            try:
                if path.is_file():
                    shutil.copyfile(path, copy / path.name)
            except FileNotFoundError:
                pass  # Deleted meanwhile.
        pieces = {"table": [], "log": [], "raw": []}
        for path in sorted(copy.iterdir()):
            pieces["raw"].append(path.read_bytes())
            if path.stat().st_size == 0:
                continue
            if path.suffix == ".sst":
                pieces["table"].append(entries_of_table(path))
            elif path.suffix == ".log":
                pieces["log"].append(entries_of_log(path))
    return {kind: {word for word in words
                   if any(word.encode() in piece for piece in parts)}
            for kind, parts in pieces.items()}
