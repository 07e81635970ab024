"""How old the changes may be with which a partner begins."""

import grpc

from courant.v1 import change_service_pb2_grpc, partner_pb2

import harness
import moved_clock
from harness import changes
from partner_desk import OutletTest, an_article

DAY = 24 * 60 * 60


class ReplayAgeTest(moved_clock.MovedClockTest, OutletTest):
    def setUp(self):
        super().setUp()
        self.follow = change_service_pb2_grpc.ChangeServiceStub(self.door)
        self.update("Partner", partner_pb2.Partner(
            name="partners/daily", quota=partner_pb2.Quota(replay_days=2)),
            "quota")

    def begin(self, **request):
        """The first message of a stream, or why there is none."""
        call = self.follow.SubscribeChanges(
            changes.SubscribeChangesRequest(**request),
            metadata=self.bearer(), timeout=harness.PATIENCE)
        try:
            return next(call).WhichOneof("event")
        except grpc.RpcError as error:
            info, _ = harness.details(error)
            return info.metadata["quota"]
        finally:
            call.cancel()

    def page(self, **request):
        return self.follow.ListChanges(
            changes.ListChangesRequest(page_size=1, **request),
            metadata=self.bearer(), timeout=harness.PATIENCE)

    def test_what_is_too_old_is_refused_in_every_way(self):
        for _ in range(3):
            made = self.create(an_article())
        # In the middle of a snapshot: what happens to the first is still told.
        middle = self.page(
            start_from=changes.SNAPSHOT_THEN_LIVE).next_page_token
        self.assertEqual(self.begin(resume_token=middle), "started")
        self.create(an_article())
        self.set_offset(3 * DAY)
        recent = self.create(an_article())
        for start in ({"resume_after_sequence": 1},
                      {"start_from": changes.EARLIEST_RETAINED},
                      {"resume_token": middle}):
            self.assertEqual(self.begin(**start), "replay", start)
        with self.assertRaises(grpc.RpcError) as caught:
            self.page()
        self.assertEqual(caught.exception.code().name, "RESOURCE_EXHAUSTED")
        with self.assertRaises(grpc.RpcError):
            self.page(page_token=middle)
        # What is not as old, and a snapshot of any age.
        for start in ({"resume_after_sequence": recent.change_sequence - 1},
                      {"start_from": changes.LATEST},
                      {"start_from": changes.SNAPSHOT_THEN_LIVE}):
            self.assertEqual(self.begin(**start), "started", start)
        self.assertLess(made.change_sequence, recent.change_sequence)


if __name__ == "__main__":
    harness.main()
