"""Runs the commands of a page of deploy/runbooks against a courantd that is in
that state. What they find is what an operator finds: a service that systemctl
starts and stops, a configuration, a data folder."""

import json
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

import grpc

from courant.v1 import article_service_pb2_grpc, change_service_pb2_grpc

import harness
from edge_desk import free_port
from harness import BIN, ROOT
from partner_desk import an_article

PAGES = ROOT / "deploy/runbooks"
SECTIONS = ("Meaning", "Impact", "Diagnosis", "Mitigation")

# What systemd would do, for one service and its sockets. Those that are enabled
# are in the folder `enabled`, those that it holds in `held`; the next connection
# to one of these, which comes at once, starts the service again.
SYSTEMCTL = """#!/bin/sh
cd "$REHEARSAL"
alive() { [ -e pid ] && kill -0 "$(cat pid)" 2>/dev/null; }
stop() {
  alive || return 0
  kill -TERM "$(cat pid)"
  while alive; do sleep 0.05; done
}
start() {
  alive && return 0
  : >ready
  env $(cat environment) courantd --config "$CONFIG" >ready 2>>log </dev/null &
  echo $! >pid
  until [ -s ready ]; do alive || return 1; sleep 0.05; done
}
verb=$1
shift
if [ "$verb" = list-unit-files ]; then
  [ "$*" = "--no-legend --state=enabled courantd-*.socket" ] || exit 1
  ls enabled | sed 's/$/ enabled disabled/'
  exit
fi
for unit; do
  case $verb,$unit in
    stop,courantd-*.socket) rm -f "held/$unit" ;;
    start,courantd-*.socket) ! alive && touch "held/$unit" || exit 1 ;;
    stop,courantd) stop; [ -z "$(ls held)" ] || start ;;
    start,courantd) start || exit 1 ;;
    *) exit 5 ;;
  esac
done
"""
STOP = ("systemctl stop courantd-internal.socket courantd-partner.socket "
        "courantd-ops.socket courantd")
JOURNALCTL = """#!/bin/sh
[ "$1 $2" = "-u courantd" ] || exit 5
tail -n 50 "$REHEARSAL/log"
"""


def page(name):
    """The sections of a page, by name."""
    parts = re.split(r"^## (.*)\n", (PAGES / f"{name}.md").read_text(),
                     flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2]))


def blocks(text):
    """The blocks of `sh` of a section."""
    return re.findall(r"^```sh\n(.*?)^```", text,
                      flags=re.MULTILINE | re.DOTALL)


def commands(text):
    return "".join(blocks(text))


def to_be_set(text):
    """The variables that a text tells its reader to set, in its own words:
    "Set `THIS`", "set `THIS` and `THAT`"."""
    prose = re.sub(r"^```sh\n.*?^```", "", text,
                   flags=re.MULTILINE | re.DOTALL)
    told = re.findall(r"\b[Ss]et ((?:(?:,? and )?`[A-Z_]+`)+)", prose)
    return set(re.findall(r"[A-Z_]+", " ".join(told)))


class RehearsalTest(unittest.TestCase):
    """A server by its configuration file, and a shell for its operator."""

    # Beside what every server here is told.
    more_config = ""
    # The units that its operator has enabled and systemd holds.
    sockets = ()

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="courant-runbook-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        tools = self.folder / "bin"
        tools.mkdir()
        for name, text in (("systemctl", SYSTEMCTL),
                           ("journalctl", JOURNALCTL)):
            (tools / name).write_text(text)
            (tools / name).chmod(0o755)
        for name in ("courantd", "courant"):
            (tools / name).symlink_to(BIN / name)
        for state in ("enabled", "held"):
            (self.folder / state).mkdir()
            for socket in self.sockets:
                (self.folder / state / socket).touch()
        (self.folder / "environment").touch()
        (self.folder / "log").touch()
        self.internal, self.partner, ops = (
            f"127.0.0.1:{free_port()}" for _ in range(3))
        self.config = self.folder / "courant.yaml"
        self.data = self.folder / "data"
        self.config.write_text(
            f"data_dir: {self.data}\n"
            f"backup: {{dir: {self.folder}/backups}}\n"
            f"audit: {{file: {self.folder}/audit.jsonl}}\n"
            f"listeners:\n"
            f"  internal: {{address: '{self.internal}'}}\n"
            f"  ops: {{address: '{ops}'}}\n"
            f"  partner:\n    address: '{self.partner}'\n{self.more_config}")
        self.environment = {
            **os.environ, "PATH": f"{tools}:{os.environ['PATH']}",
            "REHEARSAL": str(self.folder), "CONFIG": str(self.config),
            "DATA": str(self.data), "AUDIT": f"{self.folder}/audit.jsonl",
            "COURANT_ADDRESS": self.internal,
            "OPS": f"http://{ops}", "AS": "",
        }
        self.addCleanup(self.shell, STOP)
        self.shell("systemctl start courantd")

    def shell(self, script, check=True, options=("-eu",), **variables):
        """What these commands say; they have to succeed."""
        done = subprocess.run(
            ["sh", *options], input=script, text=True, capture_output=True,
            env={**self.environment, **{name: str(value) for name, value
                                        in variables.items()}},
            timeout=2 * harness.PATIENCE)
        if check and done.returncode != 0:
            raise AssertionError(
                f"ended with {done.returncode}:\n{script}\n{done.stdout}"
                f"{done.stderr}\n{(self.folder / 'log').read_text()[-4000:]}")
        return done.stdout + done.stderr

    def diagnose(self, name, **variables):
        return self.paste(name, "Diagnosis", variables)

    def mitigate(self, name, **variables):
        return self.paste(name, "Mitigation", variables)

    def paste(self, name, section, variables):
        """With the variables that the page says have to be set, no others. A
        block at a time, as into a shell that goes on whatever fails."""
        told = to_be_set((PAGES / f"{name}.md").read_text())
        self.assertLessEqual(set(variables), told, name)
        return "".join(self.shell(block, options=(), **variables)
                       for block in blocks(page(name)[section]))

    def held(self):
        """The sockets that systemd holds."""
        return sorted(path.name for path in (self.folder / "held").iterdir())

    def steps(self, name):
        """The blocks of the mitigation, for a test that looks in between."""
        return blocks(page(name)["Mitigation"])

    def courant(self, *arguments):
        """One JSON message a line."""
        done = subprocess.run(
            [BIN / "courant", *arguments, "-o", "json"], text=True,
            capture_output=True, env=self.environment,
            timeout=harness.PATIENCE)
        if done.returncode != 0:
            raise AssertionError(f"{arguments}: {done.stderr}")
        return [json.loads(line) for line in done.stdout.splitlines()]

    def write(self, article, **fields):
        """Publishes it, with rights by which partners may have it."""
        with grpc.insecure_channel(self.internal) as channel:
            stub = article_service_pb2_grpc.ArticleServiceStub(channel)
            made = an_article()
            for name, value in fields.items():
                getattr(made, name).CopyFrom(value)
            return stub.CreateArticle(
                harness.articles.CreateArticleRequest(
                    article=made, article_id=article,
                    initial_state=(
                        harness.articles.CreateArticleRequest.PUBLISHED)),
                timeout=harness.PATIENCE)

    def make_partner(self, name):
        """One that may have everything on the web, and its key."""
        self.shell(f"""
courant partner create {name} --called {name} --contact kill-desk:Night:+1 --yes
courant partner contract {name}/2026 --called Contract --yes
courant partner product all --called All --yes || :
courant partner grant {name}/2026/all --product all --use web --yes
""")
        return self.make_key(name)

    def make_key(self, name):
        (made,) = self.courant("partner", "key", "create", name, "--called",
                               "Site", "--yes")
        return made["secret"]

    def door(self):
        """The partner listener."""
        channel = grpc.insecure_channel(
            self.partner, options=[("grpc.use_local_subchannel_pool", 1)])
        self.addCleanup(channel.close)
        return channel

    def read_as(self, key, article):
        """OK, or the name of the error."""
        stub = article_service_pb2_grpc.ArticleServiceStub(self.door())
        try:
            stub.GetArticle(
                harness.articles.GetArticleRequest(name=f"articles/{article}"),
                metadata=[("authorization", f"Bearer {key}")],
                timeout=harness.PATIENCE)
            return "OK"
        except grpc.RpcError as error:
            return error.code().name

    def follow_as(self, key, until=None, **request):
        """A stream of a partner; with `until`, up to that change."""
        stub = change_service_pb2_grpc.ChangeServiceStub(self.door())
        stream = stub.SubscribeChanges(
            harness.changes.SubscribeChangesRequest(
                start_from=harness.changes.EARLIEST_RETAINED, **request),
            metadata=[("authorization", f"Bearer {key}")],
            timeout=2 * harness.PATIENCE)
        if until is None:
            return stream
        for message in stream:
            kind = message.WhichOneof("event")
            if kind in ("batch", "progress") and getattr(
                    message, kind).sequence >= until:
                stream.cancel()
                return None
        raise AssertionError("the stream ended")

    def tail(self):
        return int(self.courant("status")[0]["tailSequence"])
