"""One partner that asks for far too much, and others that must not notice.

COURANT_QUOTA_SECONDS says how long each part of the measurement takes: then what
the others see is printed, alone and beside the greedy one."""

import json
import os
import pathlib
import subprocess
import sys
import threading
import time
import unittest

import grpc

from courant.v1 import account_service_pb2, account_service_pb2_grpc
from courant.v1 import article_service_pb2_grpc, change_service_pb2_grpc
from courant.v1 import ledger_pb2, partner_pb2
from google.rpc import error_details_pb2

import harness
from harness import articles, changes
from partner_desk import OutletTest, an_article

GREEDY = pathlib.Path(__file__).with_name("greedy.py")
RATE, BURST = 20, 40
SECONDS = float(os.environ.get("COURANT_QUOTA_SECONDS", "1"))


class QuotaTest(OutletTest):
    settings = (f"partners.calls_per_second={RATE}",
                f"partners.call_burst={BURST}", "partners.max_streams=2")

    def another(self, partner):
        self.partner(partner)
        self.contract(partner)
        self.grant(contract=f"partners/{partner}/contracts/2026")
        return self.bearer(self.make_key(partner).secret)

    def test_a_refusal_says_what_is_left_and_when_to_come_back(self):
        self.create(an_article())
        stub = account_service_pb2_grpc.AccountServiceStub(self.door)
        account = stub.GetAccount(account_service_pb2.GetAccountRequest(),
                                  metadata=self.bearer(),
                                  timeout=harness.PATIENCE)
        self.assertEqual((account.limits.calls_per_second,
                          account.limits.call_burst,
                          account.limits.max_streams), (RATE, BURST, 2))
        self.assertEqual(account.usage.calls_left, BURST - 1)
        refused = None
        for _ in range(BURST * 50):
            try:
                self.listed()
            except grpc.RpcError as error:
                refused = error
                break
        info, _ = harness.details(refused)
        self.assertEqual((refused.code().name, info.reason,
                          dict(info.metadata)),
                         ("RESOURCE_EXHAUSTED", "QUOTA_EXCEEDED",
                          {"quota": "calls", "limit": str(RATE)}))
        # What it has to be told and to say is not kept from it.
        for _ in range(3):
            stub.ListNotices(ledger_pb2.ListNoticesRequest(),
                             metadata=self.bearer(), timeout=harness.PATIENCE)

    def test_a_refusal_has_a_quota_failure(self):
        failure = None
        for _ in range(BURST * 50):
            try:
                self.listed()
            except grpc.RpcError as error:
                failure = harness.detail(error,
                                         error_details_pb2.QuotaFailure)
                break
        self.assertEqual([v.subject for v in failure.violations], ["calls"])
        self.assertIn(f"{RATE} calls a second",
                      failure.violations[0].description)

    def test_a_partner_has_limits_of_its_own(self):
        stub = account_service_pb2_grpc.AccountServiceStub(self.door)

        def limits():
            return stub.GetAccount(account_service_pb2.GetAccountRequest(),
                                   metadata=self.bearer(),
                                   timeout=harness.PATIENCE).limits

        self.assertEqual(limits().max_streams, 2)
        self.update("Partner", partner_pb2.Partner(
            name="partners/daily", quota=partner_pb2.Quota(
                max_streams=3, replay_days=7)), "quota")
        self.assertEqual((limits().max_streams, limits().replay_days,
                          limits().calls_per_second), (3, 7, RATE))
        self.server.stop()
        self.server.start()
        self.connect()
        self.door = grpc.insecure_channel(self.server.partner)
        self.addCleanup(self.door.close)
        stub = account_service_pb2_grpc.AccountServiceStub(self.door)
        self.assertEqual(limits().max_streams, 3)
        code, reason, wrong = self.refused(
            "UpdatePartner", partner=partner_pb2.Partner(
                name="partners/daily",
                quota=partner_pb2.Quota(bytes_per_second=1)),
            update_mask={"paths": ["quota"]})
        self.assertEqual((code, reason, wrong),
                         ("INVALID_ARGUMENT", "FIELD_INVALID",
                          ["partner.quota.bytes_per_second"]))
        self.update("Partner", partner_pb2.Partner(name="partners/daily"),
                    "quota")
        self.assertEqual(limits().max_streams, 2)

    def test_a_key_has_limits_within_those_of_its_partner(self):
        made = self.make_key(quota=partner_pb2.Quota(call_burst=5,
                                                     calls_per_second=1))
        metadata = self.bearer(made.secret)
        stub = account_service_pb2_grpc.AccountServiceStub(self.door)

        def account(metadata):
            return stub.GetAccount(account_service_pb2.GetAccountRequest(),
                                   metadata=metadata,
                                   timeout=harness.PATIENCE)

        own, other = account(metadata), account(self.bearer())
        self.assertEqual((own.limits.call_burst, own.limits.max_streams,
                          own.usage.calls_left), (5, 2, 4))
        # One comes back after 50 ms, which the second call may have taken.
        self.assertEqual(other.limits.call_burst, BURST)
        self.assertIn(other.usage.calls_left, (BURST - 2, BURST - 1))
        refused = None
        for _ in range(20):
            try:
                account(metadata)
            except grpc.RpcError as error:
                refused = error
                break
        info, _ = harness.details(refused)
        self.assertEqual(dict(info.metadata), {"quota": "calls", "limit": "1"})
        account(self.bearer())  # The other key of the partner goes on.
        self.assertEqual(
            self.refused("CreateApiKey", parent="partners/daily",
                         key=partner_pb2.ApiKey(
                             display_name="S",
                             quota=partner_pb2.Quota(bytes_per_second=1))),
            ("INVALID_ARGUMENT", "FIELD_INVALID",
             ["key.quota.bytes_per_second"]))

    def test_bytes_hold_up_streams_and_refuse_calls(self):
        self.update("Partner", partner_pb2.Partner(
            name="partners/daily", quota=partner_pb2.Quota(
                bytes_per_second=65536, calls_per_second=100_000,
                call_burst=100_000)), "quota")
        article = an_article()
        article.body[0].paragraph.text.text = "Words. " * 20_000
        for _ in range(8):
            self.create(article)
        stub = change_service_pb2_grpc.ChangeServiceStub(self.door)
        stream = stub.SubscribeChanges(
            changes.SubscribeChangesRequest(resume_after_sequence=0),
            metadata=self.bearer(), timeout=harness.PATIENCE)
        got, began = 0, time.monotonic()
        for message in stream:
            got += len(message.batch.changes)
            if got == 8:
                break
        # 1.1 MB, of which 640 KiB were there, and the last message is owed.
        self.assertGreater(time.monotonic() - began, 2)
        with self.assertRaises(grpc.RpcError) as caught:
            self.listed()
        info, _ = harness.details(caught.exception)
        self.assertEqual(info.metadata["quota"], "bytes")
        account_service_pb2_grpc.AccountServiceStub(self.door).ListNotices(
            ledger_pb2.ListNoticesRequest(), metadata=self.bearer(),
            timeout=harness.PATIENCE)
        stream.cancel()

    def test_streams_are_counted_while_they_are_open(self):
        stub = change_service_pb2_grpc.ChangeServiceStub(self.door)

        def follow():
            stream = stub.SubscribeChanges(
                changes.SubscribeChangesRequest(), metadata=self.bearer(),
                timeout=harness.PATIENCE)
            next(stream)
            return stream

        streams = [follow(), follow()]
        with self.assertRaises(grpc.RpcError) as caught:
            follow()
        info, _ = harness.details(caught.exception)
        self.assertEqual((info.reason, info.metadata["quota"]),
                         ("QUOTA_EXCEEDED", "streams"))
        streams[0].cancel()
        end = time.monotonic() + harness.PATIENCE
        while True:
            try:
                follow()
                break
            except grpc.RpcError as error:
                self.assertEqual(error.code().name, "RESOURCE_EXHAUSTED")
                self.assertLess(time.monotonic(), end)

    def test_twenty_others_do_not_notice_a_greedy_one(self):
        made = self.create(an_article())
        others = [self.another(f"other{n}") for n in range(20)]
        alone = self.ask(made.name, others)
        greedy = subprocess.Popen(
            [sys.executable, "-B", GREEDY, self.server.partner,
             self.key.secret, made.name],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.addCleanup(greedy.kill)
        self.assertEqual(greedy.stdout.readline(), "begun\n")
        begin = time.monotonic()
        beside = self.ask(made.name, others)
        asked, given = json.loads(greedy.communicate()[0]).values()
        took = time.monotonic() - begin
        for _, failed, _ in (alone, beside):
            self.assertEqual(failed, 0)
        self.assertLessEqual(given, BURST + RATE * (took + 1))
        # How much more depends on how fast this machine is.
        self.assertGreater(asked, given)
        print(f"{len(others)} partners at their quota: p99 {alone[2]:.1f} ms "
              f"alone, {beside[2]:.1f} ms beside one that asked "
              f"{asked / took / RATE:.0f} times its quota; "
              f"{beside[0]} calls, {beside[1]} refused")

    def ask(self, name, others):
        """(calls, refused, p99 in ms): each at half its rate, for a while."""
        stub = article_service_pb2_grpc.ArticleServiceStub(self.door)
        request = articles.GetArticleRequest(name=name)
        times, failed = [], 0
        end = time.monotonic() + SECONDS
        pause = threading.Event()
        while (begin := time.monotonic()) < end:
            for metadata in others:
                sent = time.monotonic()
                try:
                    stub.GetArticle(request, metadata=metadata,
                                    timeout=harness.PATIENCE)
                except grpc.RpcError:
                    failed += 1
                times.append(time.monotonic() - sent)
            pause.wait(max(0, begin + 2 / RATE - time.monotonic()))
        times.sort()
        return len(times), failed, times[len(times) * 99 // 100] * 1000


if __name__ == "__main__":
    unittest.main()
