"""Data folders of every format version open in this program with all that was in
them; one of a newer version is refused and not touched; and one that was
upgraded is refused by who cannot read it, while the backup from before opens."""

import base64
import json
import pathlib
import shutil
import subprocess
import tarfile
import unittest

import grpc

from courant.v1 import ledger_pb2, partner_service_pb2_grpc
from courant.v1 import subscription_service_pb2 as subscription_service
from courant.v1 import subscription_service_pb2_grpc

import harness
import newsroom
import subscriber
from harness import BIN, Server

DATA = pathlib.Path(__file__).resolve().parent / "data"
NEWEST = 5
LARGEST = 200 << 10
WORDS_OF_THE_KILLED = ("Never again", "Never more", "사라질 글이다")


def ldb(folder, *arguments):
    """RocksDB's own tool on a folder of ours."""
    done = subprocess.run(
        [str(BIN / "rocksdb_dump"), "ldb", f"--db={folder / 'db'}",
         *arguments], capture_output=True, text=True, timeout=harness.PATIENCE)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.strip()


def format_record(folder):
    """(version, the rest of the record): the version is its first field."""
    record = bytes.fromhex(
        ldb(folder, "get", "--hex", "0x" + b"format".hex()).removeprefix("0x"))
    assert record[0] == 0x08 and record[1] < 0x80, record
    return record[1], record[2:]


def set_version(folder, version):
    _, rest = format_record(folder)
    record = bytes([0x08, version]) + rest
    ldb(folder, "put", "--hex", "0x" + b"format".hex(), "0x" + record.hex())


def bytes_of(folder):
    """All files by their names. RocksDB's lock has nothing in it."""
    return {str(path.relative_to(folder)): path.read_bytes()
            for path in sorted(folder.rglob("*"))
            if path.is_file() and path.name != "LOCK"}


class GoldenCase(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(harness.tempfile.mkdtemp(
            prefix="courant-golden-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)

    def golden(self, version):
        """(a server that does not run on a copy of it, what was said of it)"""
        packed = DATA / f"v{version}.tar.gz"
        self.assertLess(packed.stat().st_size, LARGEST)
        where = self.folder / f"v{version}"
        where.mkdir()
        with tarfile.open(packed) as tar:
            tar.extractall(where)
        said = json.loads((DATA / f"v{version}.json").read_text())
        return Server(where / "data", "publisher.domain=courier.example",
                      f"backup.dir={where}/backups"), said


class EveryVersionTest(GoldenCase):
    def check(self, server, said):
        with server.channel() as channel:
            room = newsroom.Newsroom(channel)
            status = room.status()
            self.assertEqual(status.log_id, said["log_id"])
            self.assertEqual(status.tail_sequence, said["tail_sequence"])
            self.assertEqual(status.tail_digest.hex(), said["tail_digest"])
            self.assertEqual(
                [[c.sequence, newsroom.Kind.Name(c.kind), c.resource,
                  c.revision, c.commit_time.ToJsonString()]
                 for c in room.log()], said["changes"])
            for name, expected in said["articles"].items():
                read = room.get_bytes(name)
                self.assertEqual(base64.b64encode(read).decode(), expected,
                                 name)
                for words in WORDS_OF_THE_KILLED:
                    self.assertNotIn(words.encode(), read)
            self.check_beside_the_log(channel, said)

    def check_beside_the_log(self, channel, said):
        if "committed_sequence" in said:
            stub = subscription_service_pb2_grpc.SubscriptionServiceStub(
                channel)
            name = f"{subscriber.SITE}/subscriptions/all"
            self.assertEqual(stub.GetSubscription(
                subscription_service.GetSubscriptionRequest(
                    name=name)).committed_sequence,
                said["committed_sequence"])
            stream = subscriber.Stream(channel, name)
            self.assertEqual(stream.read(said["tail_sequence"])[0],
                             said["committed_sequence"] + 1)
            stream.close()
        if "deliveries" in said:
            stub = partner_service_pb2_grpc.PartnerServiceStub(channel)
            self.assertEqual(
                [[d.article, d.revision] for d in stub.ListDeliveries(
                    ledger_pb2.ListDeliveriesRequest(
                        parent="partners/daily")).deliveries],
                said["deliveries"])

    def test_there_is_one_of_each(self):
        self.assertEqual(
            {int(path.name[1:].split(".")[0]) for path in DATA.glob("v*.gz")},
            set(range(1, NEWEST + 1)))

    def test_all_that_was_there_is_there(self):
        for version in range(1, NEWEST + 1):
            with self.subTest(version):
                server, said = self.golden(version)
                self.assertEqual(format_record(server.data_dir)[0], version)
                verified = server.verify()
                self.assertEqual(verified["changes"], said["tail_sequence"])
                self.assertEqual(verified["last_sequence"],
                                 said["tail_sequence"])
                self.assertEqual(format_record(server.data_dir)[0], NEWEST)
                server.start()
                self.addCleanup(server.stop)
                self.check(server, said)
                # And it goes on from there.
                with server.channel() as channel:
                    made = newsroom.Newsroom(channel).create()
                self.assertEqual(made.change_sequence,
                                 said["tail_sequence"] + 1)
                server.kill()
                self.assertEqual(server.verify()["changes"],
                                 said["tail_sequence"] + 1)

    def test_a_power_cut_in_the_middle_of_an_upgrade_is_made_good(self):
        # The version is raised last: what was upgraded is once more.
        for version in range(1, NEWEST):
            with self.subTest(version):
                server, said = self.golden(version)
                server.verify()
                set_version(server.data_dir, version)
                server.start()
                self.addCleanup(server.stop)
                self.check(server, said)
                server.stop()
                self.assertEqual(format_record(server.data_dir)[0], NEWEST)


class NewerVersionTest(GoldenCase):
    def test_it_is_refused_and_not_touched(self):
        server, _ = self.golden(NEWEST)
        server.verify()
        set_version(server.data_dir, NEWEST + 1)
        before = bytes_of(server.data_dir)
        for flags in ((), ("--verify",), ("--export=-",),
                      ("--accept-data-loss=3",)):
            with self.subTest(flags):
                code, said = server.refuse(*flags)
                self.assertEqual(code, 3, said)
                self.assertIn(f"is of version {NEWEST + 1}; this program reads "
                              f"up to {NEWEST}", said)
                self.assertIn("Start a newer courantd", said)
                self.assertEqual(bytes_of(server.data_dir), before)

    def test_it_is_refused_after_a_crash_and_with_families_of_its_own(self):
        server, _ = self.golden(NEWEST)
        server.start()
        with server.channel() as channel:
            newsroom.Newsroom(channel).create()
        server.kill()
        set_version(server.data_dir, NEWEST + 1)
        ldb(server.data_dir, "create_column_family", "of_the_future")
        before = bytes_of(server.data_dir)
        code, said = server.refuse()
        self.assertEqual(code, 3, said)
        self.assertIn(f"is of version {NEWEST + 1}", said)
        self.assertEqual(bytes_of(server.data_dir), before)

    def test_the_way_back_is_the_backup_from_before(self):
        server, said = self.golden(NEWEST)
        server.start()
        self.addCleanup(server.stop)
        server.courant("backup", "create")
        server.stop()
        # As if a newer program had opened it.
        set_version(server.data_dir, NEWEST + 1)
        code, refusal = server.refuse()
        self.assertEqual(code, 3)
        self.assertIn("restore the backup from before", refusal)
        shutil.rmtree(server.data_dir)
        done = subprocess.run([*server.command(), "--restore-backup=1"],
                              capture_output=True, text=True,
                              timeout=harness.PATIENCE)
        self.assertEqual(done.returncode, 0, done.stderr)
        server.start()
        with server.channel() as channel:
            status = newsroom.Newsroom(channel).status()
            self.assertEqual(status.tail_digest.hex(), said["tail_digest"])
            with self.assertRaises(grpc.RpcError):
                newsroom.Newsroom(channel).get("articles/of-the-future")


if __name__ == "__main__":
    harness.main()
