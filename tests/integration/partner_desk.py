"""Partners for tests: makes them by RPC, and asks what they may have."""

import grpc

from courant.v1 import article_service_pb2_grpc
from courant.v1 import partner_pb2, partner_service_pb2
from courant.v1 import partner_service_pb2_grpc
from google.protobuf import field_mask_pb2, timestamp_pb2

import harness
from harness import articles

service = partner_service_pb2
Use = partner_pb2.Grant
Access = partner_pb2.Access
Reason = partner_pb2.AccessRule.Reason
DAY = 24 * 60 * 60


def an_article(*arguments):
    """One that partners may have: its rights are CLEARED."""
    article = harness.an_article(*arguments)
    article.rights.status = article.rights.CLEARED
    return article


def at(seconds):
    return timestamp_pb2.Timestamp(seconds=seconds)


class PartnerTest(harness.ServerTest):
    """A test with a server and the calls of PartnerService."""

    def connect(self):
        super().connect()
        self.stub = partner_service_pb2_grpc.PartnerServiceStub(self.channel)

    def call(self, method, **fields):
        return getattr(self.stub, method)(
            getattr(service, method + "Request")(**fields),
            timeout=harness.PATIENCE, metadata=[("courant-actor",
                                                 "rights/kim")])

    def refused(self, method, **fields):
        """(code, reason, [fields]) of a call that must fail."""
        with self.assertRaises(grpc.RpcError) as caught:
            self.call(method, **fields)
        info, wrong = harness.details(caught.exception)
        return caught.exception.code().name, info.reason, wrong

    def partner(self, name="daily", **fields):
        return self.call("CreatePartner", partner_id=name,
                         partner=partner_pb2.Partner(
                             **{"display_name": "데일리 신문", **fields}))

    def contract(self, partner="daily", name="2026", **fields):
        return self.call("CreateContract", parent=f"partners/{partner}",
                         contract_id=name, contract=partner_pb2.Contract(
                             **{"display_name": "계약", **fields}))

    def product(self, name="all", **fields):
        return self.call("CreateProduct", product_id=name,
                         product=partner_pb2.Product(
                             **{"display_name": "All", **fields}))

    def grant(self, name="g", contract="partners/daily/contracts/2026",
              **fields):
        return self.call("CreateGrant", parent=contract, grant_id=name,
                         grant=partner_pb2.Grant(**{
                             "product": "products/all", "uses": [Use.WEB],
                             **fields}))

    def outlet(self):
        """The four that make one outlet that may have everything on the web."""
        return (self.partner(), self.contract(), self.product(), self.grant())

    def update(self, kind, record, *paths, **fields):
        return self.call(f"Update{kind}", **{kind.lower(): record},
                         update_mask=field_mask_pb2.FieldMask(paths=paths),
                         **fields)

    def explain(self, article, time=None, use=Use.WEB, territory="KR",
                partner="partners/daily"):
        return self.call("ExplainAccess", partner=partner,
                         article=article, use=use, territory=territory,
                         time=time)

    def decided(self, article, *arguments, **fields):
        """("DENY", ["NO_GRANT"]) and the like."""
        answer = self.explain(article, *arguments, **fields)
        return (Access.Decision.Name(answer.decision),
                [Reason.Name(rule.reason) for rule in answer.rules])


class OutletTest(PartnerTest):
    """A test with an outlet that may have everything on the web, and its key."""

    def setUp(self):
        super().setUp()
        self.outlet()
        self.key = self.make_key()
        self.door = grpc.insecure_channel(self.server.partner)
        self.addCleanup(self.door.close)

    def make_key(self, partner="daily", **fields):
        return self.call("CreateApiKey", parent=f"partners/{partner}",
                         key=partner_pb2.ApiKey(
                             **{"display_name": "Site", **fields}))

    def bearer(self, secret=None):
        return [("authorization",
                 f"Bearer {self.key.secret if secret is None else secret}")]

    def raw(self, method, request=b"", metadata=None):
        """(code, text) or the response in bytes."""
        try:
            return self.door.unary_unary(f"/{method}")(
                request, metadata=self.bearer() if metadata is None
                else metadata, timeout=harness.PATIENCE)
        except grpc.RpcError as error:
            return error.code().name, error.details()

    def get(self, name, metadata=None):
        stub = article_service_pb2_grpc.ArticleServiceStub(self.door)
        return stub.GetArticle(
            articles.GetArticleRequest(name=name),
            metadata=self.bearer() if metadata is None else metadata,
            timeout=harness.PATIENCE)

    def listed(self, **fields):
        """Names of all pages."""
        stub = article_service_pb2_grpc.ArticleServiceStub(self.door)
        names, token = [], ""
        while True:
            page = stub.ListArticles(
                articles.ListArticlesRequest(page_token=token, **fields),
                metadata=self.bearer(), timeout=harness.PATIENCE)
            names += [article.name for article in page.articles]
            token = page.next_page_token
            if not token:
                return names
