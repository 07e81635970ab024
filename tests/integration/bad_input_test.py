"""Bad input over the real RPC: each row is refused with the documented code
and reason, names the field, and changes nothing."""

import grpc

from courant.v1 import article_pb2
from google.protobuf import field_mask_pb2

import harness
from harness import an_article, articles, changes, new_id

Code = grpc.StatusCode


def create(**article):
    request = articles.CreateArticleRequest(article=an_article())
    for field, value in article.items():
        setattr(request.article, field, value)
    return request


def published(edit):
    request = articles.CreateArticleRequest(
        article=an_article(),
        initial_state=articles.CreateArticleRequest.PUBLISHED)
    edit(request.article)
    return request


class BadInputTest(harness.ServerTest):
    settings = ("limits.max_request_bytes=8MiB",)

    def setUp(self):
        super().setUp()
        self.article = self.create(published=False)
        self.published = self.create()

    def refused(self, call, request, code, reason, field=None):
        before = self.tail()
        with self.subTest(reason=reason, field=field):
            with self.assertRaises(grpc.RpcError) as caught:
                answer = call(request, timeout=harness.PATIENCE)
                # A stream answers when it is read.
                list(answer) if hasattr(answer, "__iter__") else answer
            info, fields = harness.details(caught.exception)
            self.assertEqual(caught.exception.code(), code,
                             caught.exception.details())
            self.assertEqual(info.reason, reason)
            self.assertEqual(info.domain, "courant")
            if field is not None:
                self.assertIn(field, fields)
            self.assertTrue(caught.exception.details())
            self.assertEqual(self.tail(), before, "something was changed")

    def raw(self, method, data):
        """Calls with bytes that no client library would send."""
        call = self.channel.unary_unary(
            method, request_serializer=lambda b: b,
            response_deserializer=lambda b: b)
        return call, data

    def test_articles(self):
        table = [
            (create(language=""), "FIELD_REQUIRED", "article.language"),
            (create(language="english"), "FIELD_INVALID", "article.language"),
            (create(language="en_US"), "FIELD_INVALID", "article.language"),
            (create(slugline="a\x07b"), "FIELD_INVALID", "article.slugline"),
            (create(slugline="x" * 201), "FIELD_TOO_LONG", "article.slugline"),
            (create(urgency=10), "FIELD_INVALID", "article.urgency"),
            (articles.CreateArticleRequest(), "FIELD_REQUIRED", "article"),
            (articles.CreateArticleRequest(
                article=an_article(), article_id="Not An Id"),
             "FIELD_INVALID", "article_id"),
            (articles.CreateArticleRequest(
                article=an_article(), request_id="no-uuid"),
             "FIELD_INVALID", "request_id"),
        ]
        for request, reason, field in table:
            self.refused(self.articles.CreateArticle, request,
                         Code.INVALID_ARGUMENT, reason, field)

    def test_publishing_needs_a_headline_and_a_copyright_notice(self):
        for edit, field in (
                (lambda a: a.ClearField("headline"), "headline"),
                (lambda a: a.ClearField("rights"), "rights.copyright_notice")):
            self.refused(self.articles.CreateArticle, published(edit),
                         Code.FAILED_PRECONDITION, "NOT_PUBLISHABLE", field)
        draft = an_article()
        draft.ClearField("rights")
        draft = self.create(draft, published=False)
        self.refused(self.articles.PublishArticle,
                     articles.PublishArticleRequest(name=draft.name),
                     Code.FAILED_PRECONDITION, "NOT_PUBLISHABLE",
                     "rights.copyright_notice")

    def test_publishing_twice_is_no_transition(self):
        self.refused(self.articles.PublishArticle,
                     articles.PublishArticleRequest(name=self.published.name),
                     Code.FAILED_PRECONDITION, "ILLEGAL_TRANSITION")

    def test_bytes_that_are_no_text(self):
        good = articles.CreateArticleRequest(article=an_article("AAAA"))
        bad = good.SerializeToString().replace(b"AAAA", b"\xff\xfe\xfd\xfc")
        self.refused(*self.raw(
            "/courant.v1.ArticleService/CreateArticle", bad),
            Code.INVALID_ARGUMENT, "INVALID_UTF8", "article.headline.value")
        self.refused(*self.raw(
            "/courant.v1.ArticleService/CreateArticle", b"\x0a\xff\xff"),
            Code.INVALID_ARGUMENT, "MALFORMED_REQUEST")

    def test_a_request_of_9_mib(self):
        request = articles.CreateArticleRequest(article=an_article())
        for _ in range(9):
            request.article.body.add().paragraph.text.text = "x" * (1 << 20)
        self.refused(self.articles.CreateArticle, request,
                     Code.RESOURCE_EXHAUSTED, "REQUEST_TOO_LARGE")

    def test_update_masks(self):
        for path in ("no_such_field", "etag", "headline.nothing"):
            self.refused(
                self.articles.UpdateArticle,
                articles.UpdateArticleRequest(
                    article=article_pb2.Article(name=self.article.name),
                    update_mask=field_mask_pb2.FieldMask(paths=[path])),
                Code.INVALID_ARGUMENT, "FIELD_MASK_INVALID")

    def test_an_old_etag(self):
        self.refused(self.articles.PublishArticle,
                     articles.PublishArticleRequest(
                         name=self.article.name, etag="1-0000000000000000"),
                     Code.ABORTED, "ETAG_MISMATCH")
        patch = article_pb2.Article(name=self.article.name, etag="9-nothing",
                                    slugline="NEW")
        self.refused(self.articles.UpdateArticle,
                     articles.UpdateArticleRequest(article=patch),
                     Code.ABORTED, "ETAG_MISMATCH")

    def test_a_request_id_with_another_body(self):
        request_id = new_id()
        self.create(request_id=request_id)
        self.refused(self.articles.CreateArticle,
                     articles.CreateArticleRequest(
                         article=an_article("Another"), request_id=request_id),
                     Code.INVALID_ARGUMENT, "REQUEST_ID_REUSED", "request_id")

    def test_names(self):
        self.refused(self.articles.GetArticle,
                     articles.GetArticleRequest(name="articles/nobody"),
                     Code.NOT_FOUND, "RESOURCE_NOT_FOUND")
        self.refused(self.articles.GetArticle,
                     articles.GetArticleRequest(name="nobody"),
                     Code.INVALID_ARGUMENT, "FIELD_INVALID", "name")
        self.refused(self.articles.GetArticle,
                     articles.GetArticleRequest(),
                     Code.INVALID_ARGUMENT, "FIELD_REQUIRED", "name")
        self.refused(self.articles.CreateArticle,
                     articles.CreateArticleRequest(
                         article=an_article(),
                         article_id=self.article.name.split("/")[1]),
                     Code.ALREADY_EXISTS, "RESOURCE_EXISTS")

    def test_filters(self):
        for text, reason in (("section=", "FILTER_INVALID"),
                             ("colour=red", "FILTER_INVALID"),
                             ("section=a " + "OR section=a " * 500,
                              "FILTER_TOO_LONG")):
            for call, request in (
                    (self.articles.ListArticles,
                     articles.ListArticlesRequest(filter=text)),
                    (self.changes.ListChanges,
                     changes.ListChangesRequest(filter=text)),
                    (self.changes.SubscribeChanges,
                     changes.SubscribeChangesRequest(filter=text))):
                self.refused(call, request, Code.INVALID_ARGUMENT, reason,
                             "filter")

    def test_tokens(self):
        token = self.changes.GetChangeLogStatus(
            changes.GetChangeLogStatusRequest()).tail_token
        forged = token[:20] + ("A" if token[20] != "A" else "B") + token[21:]
        other = harness.Server(self.folder / "other")
        other.start()
        self.addCleanup(other.stop)
        with other.channel() as channel:
            stub = harness.change_service_pb2_grpc.ChangeServiceStub(channel)
            foreign = stub.GetChangeLogStatus(
                changes.GetChangeLogStatusRequest()).tail_token
        for bad in (forged, foreign, "rubbish", token + "A", token[:-4]):
            self.refused(self.changes.SubscribeChanges,
                         changes.SubscribeChangesRequest(resume_token=bad),
                         Code.INVALID_ARGUMENT, "RESUME_TOKEN_INVALID",
                         "resume_token")
            self.refused(self.articles.ListArticles,
                         articles.ListArticlesRequest(page_token=bad),
                         Code.INVALID_ARGUMENT, "PAGE_TOKEN_INVALID",
                         "page_token")
        self.refused(self.changes.SubscribeChanges,
                     changes.SubscribeChangesRequest(
                         resume_token=token, filter="section=sport"),
                     Code.INVALID_ARGUMENT, "FILTER_MISMATCH")

    def test_the_future(self):
        self.refused(self.changes.SubscribeChanges,
                     changes.SubscribeChangesRequest(
                         resume_after_sequence=self.tail() + 1),
                     Code.OUT_OF_RANGE, "SEQUENCE_IN_FUTURE")
        self.refused(self.changes.SubscribeChanges,
                     changes.SubscribeChangesRequest(resume_after_sequence=-1),
                     Code.INVALID_ARGUMENT, "FIELD_INVALID",
                     "resume_after_sequence")
        self.refused(self.articles.GetArticle,
                     articles.GetArticleRequest(
                         name=self.article.name,
                         min_change_sequence=self.tail() + 1),
                     Code.UNAVAILABLE, "NODE_BEHIND")

    def test_actors(self):
        for actor in ("", "x" * 129):
            with self.subTest(actor=actor[:3]):
                before = self.tail()
                with self.assertRaises(grpc.RpcError) as caught:
                    self.articles.CreateArticle(
                        articles.CreateArticleRequest(article=an_article()),
                        metadata=(("courant-actor", actor),))
                _, fields = harness.details(caught.exception)
                self.assertIn("courant-actor", fields)
                self.assertEqual(self.tail(), before)


if __name__ == "__main__":
    harness.main()
