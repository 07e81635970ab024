"""The partner listener and clients that mean well: whatever they do, none is
cut, and none pays for what others try."""

import time

import grpc

from courant.v1 import article_service_pb2_grpc, change_service_pb2_grpc

import harness
import raw_http2 as http2
from harness import articles, changes
from partner_desk import OutletTest, an_article

GET = "courant.v1.ArticleService/GetArticle"
FOLLOW = "courant.v1.ChangeService/SubscribeChanges"


class ListenerTest(OutletTest):
    def metric(self, name, **labels):
        wanted = [f'{key}="{value}"' for key, value in labels.items()]
        return sum(float(line.split()[-1]) for line in self.server.metrics()
                   if line.startswith(name)
                   and all(label in line for label in wanted))

    def cut(self, **labels):
        return self.metric("courant_connections_cut_total", **labels)

    def open_door(self):
        """A connection of its own."""
        door = grpc.insecure_channel(
            self.server.partner,
            options=[("grpc.use_local_subchannel_pool", 1)])
        self.addCleanup(door.close)
        return door

    def try_key(self, door, metadata):
        """The status of one call."""
        try:
            article_service_pb2_grpc.ArticleServiceStub(door).ListArticles(
                articles.ListArticlesRequest(), metadata=metadata,
                timeout=harness.PATIENCE)
            return "OK", ""
        except grpc.RpcError as error:
            return error.code().name, error.details()


class HonestTest(ListenerTest):
    settings = ("partners.call_burst=100000",)

    def setUp(self):
        super().setUp()
        self.made = self.create(an_article())

    def follow(self, **request):
        return change_service_pb2_grpc.ChangeServiceStub(
            self.door).SubscribeChanges(
                changes.SubscribeChangesRequest(**request),
                metadata=self.bearer(), timeout=harness.PATIENCE)

    def test_many_streams_that_are_opened_and_given_up(self):
        for _ in range(5):
            streams = [self.follow(start_from=changes.LATEST)
                       for _ in range(99)]
            for stream in streams:
                self.assertEqual(next(stream).WhichOneof("event"), "started")
            # Beside all these.
            self.get(self.made.name)
            for stream in streams:
                stream.cancel()
        self.assertEqual(self.cut(), 0)

    def test_many_calls_at_once(self):
        stub = article_service_pb2_grpc.ArticleServiceStub(self.door)
        request = articles.GetArticleRequest(name=self.made.name)
        asked = [stub.GetArticle.future(request, metadata=self.bearer(),
                                        timeout=harness.PATIENCE)
                 for _ in range(5000)]
        answers = {call.code().name for call in asked}
        # Some of so many wait for too long in their partner's queue.
        self.assertLessEqual(answers, {"OK", "RESOURCE_EXHAUSTED"})
        self.get(self.made.name)
        self.assertEqual(self.cut(), 0)

    def test_a_long_stream_of_a_client_that_says_much_to_it(self):
        article = an_article()
        article.body.add().paragraph.text.text = "y" * (256 << 10)
        for _ in range(40):
            self.create(article)
        connection = http2.Connection(self.server.partner)
        connection.acknowledge()
        request = changes.SubscribeChangesRequest(
            start_from=changes.EARLIEST_RETAINED)
        connection.send(
            http2.frame(http2.HEADERS, http2.END_HEADERS, 1, http2.headers(
                http2.call_headers(FOLLOW, self.bearer())))
            + http2.frame(http2.DATA, http2.END_STREAM, 1,
                          http2.message(request.SerializeToString())))
        step = 64
        more = b"".join(http2.frame(http2.WINDOW_UPDATE, 0, stream,
                                    step.to_bytes(4, "big"))
                        for stream in (0, 1))
        read = sent = 0
        while read < 10 << 20:
            kind, _, _, payload = connection.read_frame()
            if kind != http2.DATA:
                continue
            read += len(payload)
            said = more * -(-len(payload) // step)
            self.assertTrue(connection.send(said))
            sent += len(said)
        # More than it may send when nothing comes of it.
        self.assertGreater(sent, 3 << 20)
        connection.close()
        self.assertEqual(self.cut(), 0)

    def test_the_largest_request_there_is(self):
        answer = self.raw(GET, articles.GetArticleRequest(
            name="x" * ((1 << 20) - 100)).SerializeToString())
        self.assertEqual(answer[0], "INVALID_ARGUMENT")
        self.assertEqual(self.cut(), 0)


class LoginTest(ListenerTest):
    BURST = 5
    settings = (f"partners.failed_login_burst={BURST}",
                "partners.failed_logins_per_minute=1")

    def guess(self, door):
        """Tries keys until it is cut: all that it was told."""
        said, end = set(), time.monotonic() + harness.PATIENCE
        while "UNAVAILABLE" not in {code for code, _ in said}:
            said.add(self.try_key(door, self.bearer("nonsense")))
            self.assertLess(time.monotonic(), end)
        return said

    def test_who_guesses_is_cut_and_others_get_in(self):
        shown = self.open_door()
        self.assertEqual(self.try_key(shown, self.bearer())[0], "OK")
        said = self.guess(self.open_door())
        # Nothing tells how many there are left.
        self.assertEqual({code for code, _ in said},
                         {"UNAUTHENTICATED", "UNAVAILABLE"})
        self.assertEqual(len([1 for code, _ in said
                              if code == "UNAUTHENTICATED"]), 1, said)
        cut = self.cut(reason="logins")
        self.assertGreaterEqual(cut, 1)
        self.assertGreaterEqual(self.metric("courant_logins_throttled_total"),
                                1)
        # From the same address: a good key is good, on any connection.
        self.assertEqual(self.try_key(self.open_door(), self.bearer())[0],
                         "OK")
        for _ in range(3 * self.BURST):
            self.assertEqual(
                self.try_key(shown, self.bearer("nonsense"))[0],
                "UNAUTHENTICATED")
        self.assertEqual(self.try_key(shown, self.bearer())[0], "OK")
        self.assertEqual(self.cut(), cut)


class Ipv6Test(LoginTest):
    settings = LoginTest.settings + ("listeners.partner.address=[::1]:0",)


class MostTest(ListenerTest):
    settings = ("partners.max_connections=3",)

    def test_there_is_a_most_of_connections(self):
        some = [http2.Connection(self.server.partner) for _ in range(3)]
        for connection in some:
            connection.acknowledge()
        one_more = http2.Connection(self.server.partner)
        one_more.wait_until_cut()
        self.assertEqual(self.metric("courant_connections_refused_total",
                                     listener="partner",
                                     reason="connections"), 1)
        for connection in [*some, one_more]:
            connection.close()


class AddressTest(ListenerTest):
    settings = ("partners.max_connections_per_address=3",)

    def test_one_address_has_not_all_connections(self):
        self.assertEqual(self.try_key(self.door, self.bearer())[0], "OK")
        others = [http2.Connection(self.server.partner) for _ in range(2)]
        for other in others:
            other.acknowledge()
        one_more = http2.Connection(self.server.partner)
        one_more.wait_until_cut()
        self.assertEqual(self.metric("courant_connections_refused_total",
                                     listener="partner", reason="address"), 1)
        one_more.close()
        others.pop().close()
        end = time.monotonic() + harness.PATIENCE
        while self.try_key(self.open_door(), self.bearer())[0] != "OK":
            self.assertLess(time.monotonic(), end)
        others.pop().close()

    def test_the_house_has_no_such_limit(self):
        house = [http2.Connection(self.server.internal) for _ in range(30)]
        for connection in house:
            connection.acknowledge()
            connection.close()

    def test_an_address_that_is_taken(self):
        other = harness.Server(self.folder / "other", *self.settings)
        other.settings += (f"listeners.partner.address={self.server.partner}",)
        code, log = other.refuse()
        self.assertEqual(code, 1)
        self.assertIn(f"cannot listen on {self.server.partner}: another "
                      "program is there already", log)


if __name__ == "__main__":
    harness.main()
