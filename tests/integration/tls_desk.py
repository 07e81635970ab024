"""A partner listener with certificates; shared by the tests that need one."""

import pathlib
import shutil
import subprocess
import tempfile

import grpc

from partner_desk import OutletTest, an_article


def vouch_for_itself(certificate, key, name="wire", days=2):
    """Makes a certificate that is its own authority, for `name`, and its key:
    two files."""
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
         "ec_paramgen_curve:P-256", "-nodes", "-days", str(days), "-subj",
         f"/CN={name}", "-addext", f"subjectAltName=DNS:{name}", "-keyout",
         key, "-out", certificate], check=True, capture_output=True)


class TlsOutletTest(OutletTest):
    """A listener that lets in whom an authority vouches for."""

    def openssl(self, *arguments):
        subprocess.run(["openssl", *arguments], cwd=self.keys, check=True,
                       capture_output=True)

    def issue(self, name, san, subject="/CN=partners"):
        """A certificate of the authority, and its key, both in bytes."""
        (self.keys / "san").write_text(f"subjectAltName={san}\n")
        self.openssl("req", "-newkey", "ec", "-pkeyopt",
                     "ec_paramgen_curve:P-256", "-nodes", "-subj", subject,
                     "-keyout", f"{name}.key", "-out", "request")
        self.openssl("x509", "-req", "-in", "request", "-CA", "ca",
                     "-CAkey", "ca.key", "-CAcreateserial", "-days", "2",
                     "-extfile", "san", "-out", name)
        return ((self.keys / f"{name}.key").read_bytes(),
                (self.keys / name).read_bytes())

    def setUp(self):
        self.keys = pathlib.Path(tempfile.mkdtemp(prefix="courant-mtls-"))
        self.addCleanup(shutil.rmtree, self.keys, ignore_errors=True)
        self.openssl("req", "-x509", "-newkey", "ec", "-pkeyopt",
                     "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                     "-subj", "/CN=authority", "-keyout", "ca.key",
                     "-out", "ca")
        self.issue("wire", "DNS:wire")
        tls = "listeners.partner.tls"
        self.settings = (*self.settings,
                         f"{tls}.certificate_file={self.keys}/wire",
                         f"{tls}.key_file={self.keys}/wire.key",
                         f"{tls}.client_ca_file={self.keys}/ca")
        self.authority = (self.keys / "ca").read_bytes()
        super().setUp()
        self.name = self.create(an_article()).name

    def connect_as(self, san, subject="/CN=partners"):
        self.door = grpc.secure_channel(
            self.server.partner, grpc.ssl_channel_credentials(
                self.authority, *self.issue("client", san, subject)),
            options=[("grpc.ssl_target_name_override", "wire"),
                     ("grpc.use_local_subchannel_pool", 1)])
        self.addCleanup(self.door.close)
