"""Partners that show who they are by the certificate of their connection."""

import grpc

from courant.v1 import change_service_pb2_grpc, partner_pb2

import harness
from harness import changes
from tls_desk import TlsOutletTest


class CertificateTest(TlsOutletTest):
    def list_names(self, *names):
        self.update("Partner", partner_pb2.Partner(
            name="partners/daily", certificate_sans=names),
            "certificate_sans")

    def refusal(self, metadata):
        with self.assertRaises(grpc.RpcError) as caught:
            self.get(self.name, metadata)
        self.assertEqual(caught.exception.code().name, "UNAUTHENTICATED")
        return caught.exception.details()

    def test_a_name_is_good_while_it_is_listed(self):
        self.connect_as("URI:courant://partners/daily,DNS:daily.example")
        texts = {self.refusal([])}
        self.get(self.name)
        self.list_names("daily.example")
        self.assertEqual(self.get(self.name, []).name, self.name)
        self.list_names("courant://partners/daily")
        self.get(self.name, [])
        changes_stub = change_service_pb2_grpc.ChangeServiceStub(self.door)
        stream = changes_stub.SubscribeChanges(
            changes.SubscribeChangesRequest(start_from=changes.LATEST),
            timeout=harness.PATIENCE)
        self.assertEqual(next(stream).WhichOneof("event"), "started")
        self.list_names()
        texts.add(self.refusal([]))
        with self.assertRaises(grpc.RpcError) as caught:
            for _ in stream:
                pass
        self.assertEqual(caught.exception.code().name, "UNAUTHENTICATED")
        self.get(self.name)
        self.assertEqual(len(texts), 1, texts)

    def test_a_common_name_is_no_name(self):
        self.list_names("daily.example")
        self.connect_as("DNS:other.example", "/CN=daily.example")
        self.refusal([])

    def test_a_key_of_another_partner_does_not_fit(self):
        self.partner("weekly")
        weekly = self.make_key("weekly").secret
        self.list_names("daily.example")
        self.connect_as("DNS:daily.example")
        self.assertEqual(self.refusal(self.bearer(weekly)),
                         self.refusal(self.bearer("nonsense")))
        self.get(self.name)

    def test_two_partners_are_not_called_the_same(self):
        self.list_names("daily.example")
        code, reason, fields = self.refused(
            "CreatePartner", partner_id="weekly", partner=partner_pb2.Partner(
                display_name="Weekly", certificate_sans=["daily.example"]))
        self.assertEqual((code, reason, fields),
                         ("ALREADY_EXISTS", "RESOURCE_EXISTS",
                          ["partner.certificate_sans[0]"]))


if __name__ == "__main__":
    harness.main()
