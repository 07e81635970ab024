"""SIGHUP and the TLS files of a listener: they take effect with the rest, or
nothing does."""

import ssl

import harness
import reloads
from tls_desk import TlsOutletTest


class ReloadTlsTest(reloads.Reloads, TlsOutletTest):
    def shown(self):
        """The serial number of the certificate that who connects now is shown."""
        host, _, port = self.server.partner.rpartition(":")
        shown = ssl.get_server_certificate((host, int(port)),
                                           timeout=harness.PATIENCE)
        return ssl.PEM_cert_to_DER_cert(shown)

    def on_disk(self):
        return ssl.PEM_cert_to_DER_cert((self.keys / "wire").read_text())

    def test_new_files_are_shown_when_it_was_reloaded(self):
        first = self.on_disk()
        self.assertEqual(self.shown(), first)
        self.issue("wire", "DNS:wire")
        self.assertNotEqual(self.on_disk(), first)
        self.hang_up()
        # At once: nobody waits until somebody looks.
        self.assertEqual(self.shown(), self.on_disk())

    def test_files_that_cannot_be_used_keep_all_as_it_is(self):
        first = self.on_disk()
        (self.keys / "wire").write_text("canary")
        self.reload("publisher: {contact: desk}\n", "failure")
        self.assertIn("listeners.partner.tls.certificate_file",
                      self.faults()[0])
        self.assertEqual(self.lines("config_reloaded"), [])
        self.assertEqual(self.shown(), first)
        self.assertNotIn("canary", self.server.log_text())
        self.issue("wire", "DNS:wire")
        self.hang_up()
        self.assertEqual(self.shown(), self.on_disk())
        self.assertEqual(self.lines("config_reloaded")[0]["changed"],
                         'publisher.contact: "" -> "desk"')


if __name__ == "__main__":
    harness.main()
