"""Every key that is called reloadable: what a server does that was told another
value by SIGHUP, with a test for each."""

import pathlib
import re
import signal
import socket
import subprocess
import tempfile
import threading

import grpc

from courant.v1 import account_service_pb2, account_service_pb2_grpc
from courant.v1 import change_service_pb2_grpc, partner_pb2

import audit_test
import harness
import newsroom
import raw_http2 as http2
import reloads
from harness import changes
from newsroom import KIM
from partner_desk import OutletTest, an_article

# Tested by the method of the same name, with "_" for ".". A value for each by
# which it is seen, and where that is needed one before that shows nothing.
KEYS = {
    "audit.on_failure": ("refuse", "continue"),
    "editorial.kill_confirm_window": ("7m", None),
    "limits.max_streams": ("1", None),
    "log.level": ("error", None),
    "partners.acknowledge_within": ("1s", None),
    "partners.bytes_per_second": ("65536", None),
    "partners.call_burst": ("17", None),
    "partners.calls_per_second": ("18", None),
    "partners.failed_login_burst": ("1", None),
    "partners.failed_logins_per_minute": ("100000", "1"),
    "partners.max_connections": ("2", None),
    "partners.max_connections_per_address": ("2", None),
    "partners.max_cuts_per_minute": ("1", None),
    "partners.max_streams": ("19", None),
    "partners.openings_per_minute": ("20", None),
    "partners.replay_days": ("21", None),
    "publisher.contact": ("desk@courier.example", None),
    "storage.reserved_bytes": ("1TiB", "0"),
    "stream.default_progress_interval": ("1s", "1m"),
    "stream.stall_timeout": ("1s", "1h"),
}


def reloadable():
    """What the program calls so."""
    printed = subprocess.run(
        [str(harness.BIN / "courantd"), "--print-config"], check=True,
        capture_output=True, text=True).stdout
    path, found = [], []
    for line in printed.splitlines():
        name = line.split(":")[0].strip()
        path = [*path[:(len(line) - len(line.lstrip())) // 2], name]
        if line.endswith("; reloadable"):
            found.append(".".join(path))
    return found


def as_yaml(key, value):
    section, leaf = key.split(".")
    return f"{section}:\n  {leaf}: {value}\n"


class ReloadKeysTest(reloads.Reloads, OutletTest):
    def test_there_is_one_for_every_key(self):
        self.assertEqual(sorted(reloadable()), sorted(KEYS))
        for key in KEYS:
            test = "test_" + key.replace(".", "_")
            self.assertTrue(hasattr(self, test)
                            or hasattr(AuditOnFailureTest, test), key)

    def test_the_readme_lists_them(self):
        readme = (harness.ROOT / "README.md").read_text()
        table = readme.split("| | reloadable |\n| --- | --- |\n")[1]
        listed = []
        for row in table.split("\n\n")[0].splitlines():
            section, leaves = re.fullmatch(r"\| `(\w+)` \| (.*) \|",
                                           row).groups()
            listed += ([key for key in KEYS if key.startswith(section + ".")]
                       if leaves == "all keys" else
                       [f"{section}.{leaf}"
                        for leaf in re.findall(r"`(\w+)`", leaves)])
        self.assertEqual(sorted(listed), sorted(KEYS))

    def setUp(self):
        # The test says which key it is about.
        name = self.id().rpartition(".test_")[2]
        self.about = next((k for k in KEYS if k.replace(".", "_") == name), None)
        before = KEYS[self.about][1] if self.about else None
        self.first = as_yaml(self.about, before) if before else ""
        super().setUp()
        self.desk = newsroom.Newsroom(self.channel)
        self.secret = self.bearer()

    def change(self):
        self.reload(as_yaml(self.about, KEYS[self.about][0]))

    def undo(self):
        self.reload("")

    def limits(self):
        return account_service_pb2_grpc.AccountServiceStub(
            self.door).GetAccount(account_service_pb2.GetAccountRequest(),
                                  metadata=self.secret,
                                  timeout=harness.PATIENCE).limits

    def refusal(self, call):
        with self.assertRaises(grpc.RpcError) as caught:
            call()
        return (caught.exception.code().name,
                harness.details(caught.exception)[0].reason)

    # --- the house -----------------------------------------------------------

    def test_editorial_kill_confirm_window(self):
        self.change()
        name = self.desk.create(an_article()).name
        asked = self.desk.do("kill", name, KIM,
                             reason="a court order").kill_request
        self.assertEqual(newsroom.seconds_of(asked.expire_time)
                         - newsroom.seconds_of(asked.request_time), 7 * 60)

    def test_publisher_contact(self):
        self.change()
        name = self.desk.create(an_article()).name
        held = self.desk.do("hold", name, KIM, reason="an error")
        self.assertEqual(held.status_note.contact, "desk@courier.example")
        self.undo()
        name = self.desk.create(an_article()).name
        held = self.desk.do("hold", name, KIM, reason="an error")
        self.assertEqual(held.status_note.contact, "")

    def test_storage_reserved_bytes(self):
        self.create()
        self.change()
        self.assertEqual(self.refusal(self.create),
                         ("RESOURCE_EXHAUSTED", "STORAGE_FULL"))
        self.reload(as_yaml(self.about, "0"))
        self.create()

    def test_log_level(self):
        self.hang_up()
        self.change()
        self.assertEqual(len(self.lines("config_reloaded")), 2)
        self.hang_up()
        self.assertEqual(len(self.lines("config_reloaded")), 2)

    # --- streams -------------------------------------------------------------

    def streams(self):
        """A way to open one, at either door."""
        for channel, metadata in ((self.channel, None),
                                  (self.door, self.secret)):
            stub = change_service_pb2_grpc.ChangeServiceStub(channel)
            yield lambda stub=stub, metadata=metadata, **fields: (
                stub.SubscribeChanges(
                    changes.SubscribeChangesRequest(**fields),
                    metadata=metadata, timeout=harness.PATIENCE / 3))

    def test_limits_max_streams(self):
        self.change()
        for stream in self.streams():
            one = stream(resume_after_sequence=0)
            next(one)
            self.assertEqual(
                self.refusal(lambda: next(stream(resume_after_sequence=0)))[0],
                "RESOURCE_EXHAUSTED")
            one.cancel()

    def test_stream_default_progress_interval(self):
        self.change()
        for stream in self.streams():
            one = stream(resume_after_sequence=self.tail())
            # The first comes at once; before, the next came after a minute, and
            # the call does not take as long.
            progress = (m for m in one if m.WhichOneof("event") == "progress")
            for _ in range(3):
                next(progress)
            one.cancel()

    def test_stream_stall_timeout(self):
        article = an_article()
        article.body[0].paragraph.text.text = "x" * 100_000
        for _ in range(40):
            self.create(article)
        channel = grpc.insecure_channel(self.server.internal, options=[
            ("grpc.http2.bdp_probe", 0), ("grpc.use_local_subchannel_pool", 1)])
        self.addCleanup(channel.close)
        stream = change_service_pb2_grpc.ChangeServiceStub(
            channel).SubscribeChanges(changes.SubscribeChangesRequest(
                resume_after_sequence=0), timeout=harness.PATIENCE)
        next(stream)
        self.change()
        threading.Event().wait(2)
        self.assertEqual(self.refusal(lambda: list(stream)),
                         ("RESOURCE_EXHAUSTED", "SUBSCRIBER_STALLED"))

    # --- partners ------------------------------------------------------------

    def test_partners_acknowledge_within(self):
        name = self.create(an_article()).name
        self.door.unary_unary("/courant.v1.ArticleService/GetArticle")(
            harness.articles.GetArticleRequest(
                name=name).SerializeToString(),
            metadata=self.secret, timeout=harness.PATIENCE)
        self.desk.do("hold", name, KIM, reason="an error")
        self.assertEqual(self.lines("notice_overdue"), [])
        self.change()
        self.until(lambda: self.lines("notice_overdue"), "not overdue")

    def has_limit(self, field, value):
        """It is that of a partner that has called before and of one that has
        not, unless one has its own."""
        default = int(getattr(self.limits(), field))
        other = self.another("weekly")
        own = self.another("own")
        self.update("Partner", partner_pb2.Partner(
            name="partners/own",
            quota=partner_pb2.Quota(**{field: default})), "quota")
        self.change()
        self.assertEqual(getattr(self.limits(), field), value)
        self.secret = other
        self.assertEqual(getattr(self.limits(), field), value)
        self.secret = own
        self.assertEqual(getattr(self.limits(), field), default or value)
        self.undo()
        self.secret = other
        self.assertEqual(getattr(self.limits(), field), default)
        # What it has of its own can still be changed, and taken away.
        self.secret = own
        self.change()
        self.update("Partner", partner_pb2.Partner(
            name="partners/own"), "quota")
        self.assertEqual(getattr(self.limits(), field), value)

    def another(self, partner):
        self.partner(partner)
        return self.bearer(self.make_key(partner).secret)

    def test_partners_calls_per_second(self):
        self.has_limit("calls_per_second", 18)

    def test_partners_call_burst(self):
        self.has_limit("call_burst", 17)

    def test_partners_max_streams(self):
        self.has_limit("max_streams", 19)

    def test_partners_openings_per_minute(self):
        self.has_limit("openings_per_minute", 20)

    def test_partners_bytes_per_second(self):
        self.has_limit("bytes_per_second", 65536)

    def test_partners_replay_days(self):
        self.has_limit("replay_days", 21)

    # --- connections ---------------------------------------------------------

    def connections(self, number):
        host, _, port = self.server.partner.rpartition(":")
        for _ in range(number):
            one = socket.create_connection((host, int(port)),
                                           harness.PATIENCE)
            self.addCleanup(one.close)

    def refuses_the_third(self, reason):
        refused = f'courant_connections_refused_total{{listener="partner",' \
                  f'reason="{reason}"}}'
        self.connections(3)
        self.until(lambda: self.metric(
            'courant_connections_accepted_total{listener="partner"}') == 3,
            "not let in")
        self.change()
        self.assertEqual(self.metric(refused), 0)
        self.connections(1)
        self.until(lambda: self.metric(refused) == 1, "not refused")

    def test_partners_max_connections(self):
        self.refuses_the_third("connections")

    def test_partners_max_connections_per_address(self):
        self.refuses_the_third("address")

    def flood(self):
        """What a connection is cut for, from an address of its own."""
        try:
            connection = http2.Connection(self.server.partner,
                                          source="127.0.0.2")
            connection.send(http2.frame(http2.HEADERS, 0, 1, b""))
            while connection.send(http2.frame(http2.CONTINUATION, 0, 1,
                                              bytes(16000))):
                pass
            connection.close()
        except OSError:
            pass  # Closed as it came.

    def test_partners_max_cuts_per_minute(self):
        cut = 'courant_connections_cut_total{listener="partner",' \
              'reason="bytes"}'
        refused = 'courant_connections_refused_total{listener="partner",' \
                  'reason="cuts"}'
        self.flood()
        self.flood()
        self.until(lambda: self.metric(cut) == 2, "not cut")
        self.change()
        self.assertEqual(self.metric(refused), 0)
        self.flood()
        self.flood()
        self.until(lambda: self.metric(refused) >= 1, "not refused")

    def fail_to_log_in(self):
        with grpc.insecure_channel(self.server.partner, options=[
                ("grpc.use_local_subchannel_pool", 1)]) as door:
            with self.assertRaises(grpc.RpcError):
                account_service_pb2_grpc.AccountServiceStub(door).GetAccount(
                    account_service_pb2.GetAccountRequest(),
                    timeout=harness.PATIENCE)

    def throttled(self):
        return self.metric("courant_logins_throttled_total")

    def test_partners_failed_login_burst(self):
        self.fail_to_log_in()
        self.assertEqual(self.throttled(), 0)
        self.change()
        self.fail_to_log_in()
        self.fail_to_log_in()
        self.assertGreater(self.throttled(), 0)

    def test_partners_failed_logins_per_minute(self):
        # One a minute, twenty at once: then none until a minute later, or
        # with the new rate a moment later.
        while self.throttled() == 0:
            self.fail_to_log_in()
        self.change()
        threading.Event().wait(0.1)
        throttled = self.throttled()
        self.fail_to_log_in()
        self.assertEqual(self.throttled(), throttled)


class AuditOnFailureTest(audit_test.FullDiskCase):
    def test_audit_on_failure(self):
        folder = tempfile.TemporaryDirectory(prefix="courant-test-")
        self.addCleanup(folder.cleanup)
        file = pathlib.Path(folder.name) / "courant.yaml"
        after, before = KEYS["audit.on_failure"]
        file.write_text(as_yaml("audit.on_failure", before))
        self.start(f"--config={file}")
        name = self.desk.create(harness.an_article()).name
        self.go_on_until_it_fails()
        self.desk.do("withdraw", name, KIM, reason="an error")
        file.write_text(as_yaml("audit.on_failure", after))
        self.server.process.send_signal(signal.SIGHUP)
        for _ in audit_test.until("it has read that"):
            if f'{reloads.RELOADS}{{result="success"}} 1' in (
                    self.server.metrics()):
                break
        name = self.desk.create(harness.an_article()).name
        code, info, _ = self.desk.refusal(
            self.desk.do, "withdraw", name, KIM, reason="an error")
        self.assertEqual((code.name, info.reason),
                         ("RESOURCE_EXHAUSTED", "STORAGE_FULL"))


if __name__ == "__main__":
    harness.main()
