"""Keeps a folder of articles as the wire says, and tells the house so.

    follow.py ADDRESS --mirror FOLDER [--key-file FILE] [--ca FILE] [--site URL]

The reference client of Courant for an outlet, to be read and copied. It goes on
where it stopped, whatever stopped it; see README.md beside it. Ends with Ctrl-C
(0), or when only a person can help (1): a key that is refused.
"""

import argparse
import json
import os
import random
import signal
import sys
import time

import grpc

from mirror import Mirror
from wire import Wire, load_contract, read_key

# Seconds: the wait after the first failure, and the longest.
FIRST_WAIT, LONGEST_WAIT = 0.5, 60

# Nothing that can be done by trying again.
HOPELESS = {"CREDENTIALS_REFUSED", "NOT_OFFERED", "SCOPE_MISSING"}
# The position is worth nothing any more: begin with what there is.
STALE = {"RESUME_TOKEN_EXPIRED", "RESUME_TOKEN_INVALID", "HISTORY_FORKED",
         "FILTER_MISMATCH", "SEQUENCE_IN_FUTURE"}

# Kinds of notices whose copies have to go, and at once.
STOPS = {"HELD", "WITHDRAWN", "KILLED"}


def say(event, **facts):
    """One line for whoever watches. No headline: it may be under embargo."""
    print(json.dumps({"event": event, **facts}), flush=True)


class Reconnect(Exception):
    """Leave this stream and open another one after `wait` seconds."""

    def __init__(self, wait=0.0):
        super().__init__()
        self.wait = wait


class Follower:
    def __init__(self, wire, mirror, site):
        self.wire, self.mirror, self.site = wire, mirror, site
        self.position = None  # Of this stream; the token is what lasts.

    def follow(self):
        """Follows one stream to its end."""
        token = self.mirror.state["token"]
        changes = self.wire.contract.changes
        stream = self.wire.follow(
            **({"resume_token": token} if token
               else {"start_from": changes.SNAPSHOT_THEN_LIVE}))
        try:
            for message in stream:
                self.take(message)
        finally:
            stream.cancel()

    def take(self, message):
        # None: of a newer server, and of no consequence for whoever does not
        # know it, or the position tells of a gap.
        event = message.WhichOneof("event")
        if event is None:
            return
        said = getattr(message, event)
        if event == "started":
            self.position = said.resume_after_sequence
            say("started", position=self.position, snapshot=said.in_snapshot)
            self.settle()
        elif event == "notices":
            for notice in said.notices:
                self.heed(notice)
            return  # Moves no position, and has no token.
        else:
            self.check(said)
            if event == "batch":
                for change in said.changes:
                    self.apply(change)
            elif event == "snapshot_complete":
                self.compare(said)
        if event == "rights" and said.backfill_token:
            # Something that was there before may be ours now. This token leads
            # through all that we may have, and on from there, so that this
            # stream is needed no more.
            say("granted", articles=said.granted_count)
            self.mirror.begin_snapshot(said.backfill_token)
            raise Reconnect()
        # After what it stands for, never before: see mirror.py.
        self.mirror.save(token=said.resume_token)
        if event == "snapshot_complete":
            say("complete", held=said.resource_count)
        if event == "batch":
            self.settle()
        if event == "drain":
            say("drain")
            raise Reconnect(
                said.reconnect_after.ToTimedelta().total_seconds())

    def check(self, said):
        """Each message says from where it goes on. One comparison finds a gap;
        the token that we have leads back to before it."""
        if said.after_sequence != self.position:
            say("gap", at=self.position, after=said.after_sequence)
            raise Reconnect(FIRST_WAIT)
        self.position = getattr(said, "sequence", self.position)

    def apply(self, change):
        """Keep an article, drop what has a tombstone: that is all there is to
        it, whatever the kind and the disposition say."""
        if change.HasField("article"):
            self.mirror.put(change.article)
        elif change.HasField("tombstone"):
            self.mirror.remove(change.resource)
        Kind = self.wire.contract.change.Change.Kind
        say("change", sequence=change.sequence, resource=change.resource,
            kind=Kind.Name(change.kind), revision=change.revision)

    def compare(self, complete):
        """The house says how many articles we hold now and which revisions."""
        count, digest = self.mirror.end_snapshot()
        if (count, digest) != (complete.resource_count, complete.digest):
            say("mirror differs", held=count, should=complete.resource_count)
            self.mirror.begin_snapshot()
            raise Reconnect(LONGEST_WAIT)

    def heed(self, notice):
        """What the house must know that we know. Notices come before anything
        else, and again with every stream until they are acknowledged; from then
        on they are ours to remember, so they are on disk before."""
        kind = self.wire.contract.change.Change.Kind.Name(notice.kind)
        say("notice", name=notice.name, kind=kind, article=notice.article)
        owed = dict(self.mirror.state["owed"])
        owed[notice.name] = {"article": notice.article, "kind": kind,
                             "revision": notice.revision}
        self.mirror.save(owed=owed)
        self.wire.acknowledge(notice.name, "ACKNOWLEDGED")
        self.settle()

    def settle(self):
        """Does what is owed, as far as it can be done now, and says so."""
        for name, what in list(self.mirror.state["owed"].items()):
            article, revision = what["article"], what["revision"]
            held = self.mirror.revision(article)
            if what["kind"] in STOPS and held <= revision:
                # An outlet takes it off its pages here.
                self.mirror.remove(article)
            elif 0 < held < revision:
                continue  # The corrected text comes with its change.
            try:
                self.wire.acknowledge(name, "APPLIED", url=self.url(article))
                say("applied", name=name, kind=what["kind"])
            except grpc.RpcError as error:
                # The house went back to an older state, and knows no such
                # notice any more: then nothing is owed.
                if self.wire.read_error(error)[0] != "RESOURCE_NOT_FOUND":
                    raise
            owed = dict(self.mirror.state["owed"])
            del owed[name]
            self.mirror.save(owed=owed)

    def url(self, article):
        return f"{self.site.rstrip('/')}/{article.removeprefix('articles/')}"


def run(follower):
    """Follows for ever. Returns what only a person can mend."""
    wait = FIRST_WAIT
    while True:
        begun, asked = time.monotonic(), FIRST_WAIT
        try:
            follower.follow()
        except Reconnect as why:
            wait, asked = FIRST_WAIT, why.wait
        except grpc.RpcError as error:
            reason, asked, trace = follower.wire.read_error(error)
            say("lost", code=error.code().name, reason=reason, trace=trace)
            if reason in HOPELESS or error.code().name == "UNAUTHENTICATED":
                return f"{error.code().name}: {error.details()}"
            # Of history that is too old for us, no time is said to come back.
            if reason in STALE or (reason == "QUOTA_EXCEEDED" and not asked):
                follower.mirror.begin_snapshot()
            # A stream that was good for a while makes amends for what was.
            if time.monotonic() - begun > LONGEST_WAIT:
                wait = FIRST_WAIT
            asked = max(asked, wait * random.uniform(0.75, 1.25))
            wait = min(2 * wait, LONGEST_WAIT)
        time.sleep(asked)


def main(follower_class=Follower):
    arguments = argparse.ArgumentParser(
        description="Keeps a folder of articles as the wire says.")
    arguments.add_argument("address", help="HOST:PORT of the partner listener")
    arguments.add_argument("--mirror", required=True, metavar="FOLDER")
    arguments.add_argument("--key-file", metavar="FILE",
                           help="the key, its owner's alone; else COURANT_KEY")
    arguments.add_argument("--ca", metavar="FILE",
                           help="whom to trust, in PEM; else without TLS, to "
                                "this machine alone")
    arguments.add_argument("--site", metavar="URL",
                           default="https://outlet.example/",
                           help="where an article can be seen: URL/{article}")
    given = arguments.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    key = read_key(given.key_file)
    wire = Wire(load_contract(), given.address, key, given.ca,
                os.environ.get("TRACEPARENT"))
    try:
        sys.exit(run(follower_class(wire, Mirror(given.mirror), given.site)))
    except KeyboardInterrupt:
        pass
    finally:
        wire.close()


if __name__ == "__main__":
    main()
