"""Starts real programs and talks to them; shared by the integration tests.

COURANT_BIN names the folder of courantd and courant; PYTHONPATH holds the
generated stubs. Every wait has an end.
"""

import contextlib
import json
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import time
import unittest
import urllib.request
import uuid

import grpc

from courant.v1 import article_pb2, article_service_pb2
from courant.v1 import article_service_pb2_grpc, change_service_pb2
from courant.v1 import change_service_pb2_grpc
from google.rpc import error_details_pb2, status_pb2

from recorder import Recorder

BIN = pathlib.Path(os.environ["COURANT_BIN"])
ROOT = pathlib.Path(__file__).resolve().parents[2]
# Long enough for a sanitized build on a busy machine.
PATIENCE = 60

articles = article_service_pb2
changes = change_service_pb2


def data(name):
    """A file of the acceptance data. Missing data fails; no data skips."""
    folder = os.environ.get("COURANT_DATA")
    if not folder:
        raise unittest.SkipTest("COURANT_DATA is not set")
    path = pathlib.Path(folder) / name
    if not path.exists():
        raise AssertionError(f"COURANT_DATA is set, but {path} is missing")
    return path


class Server:
    """A courantd of our own, on free ports."""

    def __init__(self, data_dir, *settings, environment=None):
        self.data_dir = pathlib.Path(data_dir)
        self.settings = settings
        self.environment = environment  # Beside ours.
        self.inherited = ()  # Descriptors that it gets from us.
        self.process = None

    def command(self):
        settings = [
            "listeners.internal.address=127.0.0.1:0",
            "listeners.partner.address=127.0.0.1:0",
            "listeners.ops.address=127.0.0.1:0",
            *self.settings,
        ]
        return [
            str(BIN / "courantd"),
            f"--data-dir={self.data_dir}",
            *(f"--set={setting}" for setting in settings),
        ]

    def start(self, *flags):
        """Starts and waits until it is ready. Returns the seconds it took."""
        begin = time.monotonic()
        self.log = tempfile.TemporaryFile("w+")
        self.process = subprocess.Popen(
            self.command() + list(flags), pass_fds=self.inherited,
            stdout=subprocess.PIPE, stderr=self.log, text=True,
            env={**os.environ, **(self.environment or {})})
        line = self.process.stdout.readline()
        if not line:
            self.process.wait(PATIENCE)
            raise AssertionError(
                f"courantd exited with {self.process.returncode}: "
                f"{self.log_text()}")
        ready = json.loads(line)["ready"]
        self.internal, self.ops = ready["internal"], ready["ops"]
        self.partner = ready["partner"]
        return time.monotonic() - begin

    def refuse(self, *flags):
        """Starts a server that must not come up: (exit code, its log)."""
        done = subprocess.run(self.command() + list(flags),
                              capture_output=True, text=True,
                              timeout=PATIENCE, pass_fds=self.inherited,
                              env={**os.environ, **(self.environment or {})})
        return done.returncode, done.stderr

    def verify(self):
        """Checks the whole log while no server runs, and says what was seen."""
        done = subprocess.run(self.command() + ["--verify"],
                              capture_output=True, text=True,
                              timeout=PATIENCE)
        if done.returncode != 0:
            raise AssertionError(f"refused with {done.returncode}: "
                                 f"{done.stderr}")
        return json.loads(done.stdout)["verified"]

    def log_text(self):
        # Not by reading on: the server writes where the last one has read to.
        file = self.log.fileno()
        return os.pread(file, os.fstat(file).st_size, 0).decode()

    def kill(self):
        self.process.kill()
        self.process.wait(PATIENCE)
        self.process.stdout.close()
        self.log.close()

    def stop(self):
        """Stops in order and returns the exit code."""
        if self.process is None or self.process.poll() is not None:
            return None
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(PATIENCE)
        self.process.stdout.close()
        self.log.close()
        return code

    def page(self, path):
        """What the ops listener answers."""
        with urllib.request.urlopen(f"http://{self.ops}{path}",
                                    timeout=PATIENCE) as answer:
            return answer.read().decode()

    def metrics(self):
        """The lines of the page that Prometheus reads."""
        return self.page("/metrics").splitlines()

    def channel(self):
        return grpc.insecure_channel(self.internal, options=[
            ("grpc.max_receive_message_length", 64 << 20),
            ("grpc.max_send_message_length", 64 << 20)])

    def courant(self, *arguments, check=True, timeout=PATIENCE, text=None,
                traceparent=""):
        """Runs the command-line tool against this server."""
        environment = dict(os.environ, COURANT_ADDRESS=self.internal,
                           TRACEPARENT=traceparent)
        done = subprocess.run([str(BIN / "courant"), *map(str, arguments)],
                              capture_output=True, text=True, input=text,
                              env=environment, timeout=timeout)
        if check and done.returncode != 0:
            raise AssertionError(
                f"courant {arguments} exited with {done.returncode}: "
                f"{done.stdout}{done.stderr}")
        return done

    def json(self, *arguments):
        """The tool's JSON lines, decoded."""
        lines = self.courant(*arguments, "-o", "json").stdout.splitlines()
        return [json.loads(line) for line in lines]


class ServerTest(unittest.TestCase):
    """A test with a server and its stubs."""

    settings = ()
    environment = None
    # Whether all that goes through `connect` is recorded, and checked at the end
    # of the test: see tests/history. `complete_record` as in Recorder.
    recorded = False
    complete_record = False

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="courant-test-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.recorder = None
        if self.recorded:
            self.recorder = Recorder(self.folder / "history.jsonl", self.id(),
                                     self.complete_record)
            self.addCleanup(self.check_history)
        self.server = Server(self.folder / "data", *self.settings,
                             environment=self.environment)
        self.server.start(*self.flags())
        self.addCleanup(self.server.stop)
        self.connect()

    def flags(self):
        """What the server is started with besides its settings."""
        return ()

    def connect(self):
        channel = self.server.channel()
        self.addCleanup(channel.close)
        if self.recorder:
            channel = self.recorder.channel(channel)
        self.articles = article_service_pb2_grpc.ArticleServiceStub(channel)
        self.changes = change_service_pb2_grpc.ChangeServiceStub(channel)
        self.channel = channel

    def check_history(self):
        self.recorder.close()
        clean, said = self.recorder.check()
        self.assertTrue(clean, said)

    def tail(self):
        return self.changes.GetChangeLogStatus(
            changes.GetChangeLogStatusRequest(),
            timeout=PATIENCE).tail_sequence

    def create(self, article=None, published=True, **fields):
        request = articles.CreateArticleRequest(
            article=article or an_article(),
            initial_state=(articles.CreateArticleRequest.PUBLISHED
                           if published
                           else articles.CreateArticleRequest.DRAFT),
            **fields)
        return self.articles.CreateArticle(request, timeout=PATIENCE)


def an_article(headline="Talks on the harbour begin", language="en"):
    """An article that can be published."""
    article = article_pb2.Article(language=language)
    article.headline.value = headline
    article.body.add().paragraph.text.text = "The talks began on Monday."
    article.rights.copyright_notice = "© The Harbour Courier"
    return article


def new_id():
    return str(uuid.uuid4())


def detail(error, kind):
    """The detail of a grpc.RpcError that is of this message; None: none is."""
    for key, value in error.trailing_metadata() or ():
        if key != "grpc-status-details-bin":
            continue
        for one in status_pb2.Status.FromString(value).details:
            if one.Is(kind.DESCRIPTOR):
                message = kind()
                one.Unpack(message)
                return message
    return None


def details(error):
    """(ErrorInfo, [field names]) of a grpc.RpcError."""
    info = detail(error, error_details_pb2.ErrorInfo)
    bad = detail(error, error_details_pb2.BadRequest)
    return (info or error_details_pb2.ErrorInfo(),
            [v.field for v in bad.field_violations] if bad else [])


@contextlib.contextmanager
def deadline(seconds, what):
    """Fails a block that takes longer; checks after it."""
    begin = time.monotonic()
    yield
    took = time.monotonic() - begin
    if took > seconds:
        raise AssertionError(f"{what} took {took:.1f} s, more than {seconds}")


def follow(stub, until, **request):
    """Reads a stream up to the change `until`, checking that messages join.

    Returns (position, token, [(sequence, resource, kind)]).
    """
    stream = stub.SubscribeChanges(
        changes.SubscribeChangesRequest(**request), timeout=PATIENCE)
    position = token = None
    seen = []
    for message in stream:
        kind = message.WhichOneof("event")
        body = getattr(message, kind)
        if kind == "started":
            position, token = body.resume_after_sequence, body.resume_token
        elif kind == "drain":
            token = body.resume_token
            break
        else:
            assert body.after_sequence == position, (
                f"a gap: at {position}, continues from {body.after_sequence}")
            position, token = body.sequence, body.resume_token
            if kind == "batch":
                seen += [(c.sequence, c.resource, c.kind)
                         for c in body.changes]
        if position >= until:
            break
    stream.cancel()
    return position, token, seen


main = unittest.main
