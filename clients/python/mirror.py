"""What an outlet has: a folder of articles, and where in the log it stands.

    FOLDER/articles/{article}.json   one article each, as it may be used now
    FOLDER/position.json             where to go on, and what is still owed

Every file is written beside itself, made durable, and renamed: whoever reads
the folder, and this client after a power cut, finds each as it was or as it is,
never half of it. The position is written after the articles that it covers: at
worst what was applied is applied once more, which changes nothing.
"""

import hashlib
import json
import os
import pathlib

from google.protobuf import json_format

# Of the chain digest in SnapshotComplete.
DIGEST_BYTES = 16


class Mirror:
    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.articles = self.folder / "articles"
        self.articles.mkdir(parents=True, exist_ok=True)
        self.file = self.folder / "position.json"
        # `token`: where to go on; empty: with a snapshot of what there is.
        # `snapshot`: counts the snapshots that were begun.
        # `owed`: {notice: {article, revision, action}} that the house was told
        # we know of, and not yet that it is done.
        self.state = {"token": "", "snapshot": 1, "owed": {}}
        if self.file.exists():
            self.state = json.loads(self.file.read_text())

    def save(self, **changed):
        self.state.update(changed)
        write(self.file, self.state)

    def path(self, name):
        """The file of "articles/{article}". The id is `[a-z0-9-]`; a name of
        any other form must not lead out of the folder."""
        article = name.removeprefix("articles/")
        if not article.replace("-", "").isalnum():
            raise ValueError(f"not the name of an article: {name!r}")
        return self.articles / f"{article}.json"

    def revision(self, name):
        """The revision of `name` that is here; 0: none."""
        try:
            return json.loads(self.path(name).read_text())["revision"]
        except FileNotFoundError:
            return 0

    def put(self, article):
        """Keeps an article in place of what there was. Of one under embargo
        there is no text in it: it must not be shown yet."""
        write(self.path(article.name), {
            "revision": article.revision,
            "snapshot": self.state["snapshot"],
            "article": json_format.MessageToDict(
                article, preserving_proto_field_name=True)})

    def remove(self, name):
        self.path(name).unlink(missing_ok=True)
        sync(self.articles)

    def begin_snapshot(self, token=""):
        """Forgets the position, not the articles: readers keep what they have
        until the snapshot says what is not theirs any more."""
        self.save(token=token, snapshot=self.state["snapshot"] + 1)

    def end_snapshot(self):
        """Removes what the snapshot did not bring. Returns (articles, digest),
        which must be what SnapshotComplete says."""
        count, digest = 0, 0
        for path in self.articles.glob("*.json"):
            kept = json.loads(path.read_text())
            if kept["snapshot"] < self.state["snapshot"]:
                path.unlink()
                continue
            count += 1
            one = f"articles/{path.stem}@{kept['revision']}".encode()
            digest ^= int.from_bytes(
                hashlib.sha256(one).digest()[:DIGEST_BYTES], "big")
        sync(self.articles)
        return count, digest.to_bytes(DIGEST_BYTES, "big")


def write(path, value):
    """Makes `value` the content of `path`: all of it, or nothing changes."""
    beside = path.with_name(path.name + ".new")
    with open(beside, "w", encoding="utf-8") as file:
        json.dump(value, file, ensure_ascii=False, indent=1)
        file.flush()
        os.fsync(file.fileno())
    os.replace(beside, path)
    sync(path.parent)


def sync(folder):
    """Makes durable that files of `folder` came, went or were renamed."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
