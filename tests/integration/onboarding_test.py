"""What `courant partner onboard` makes is enough: whoever has nothing but its
screen follows the wire, and goes on after any end. The client in JavaScript
needs `npm ci` in clients/node, which `./dev test` does."""

import random
import re
import signal
import stat
import subprocess

import harness
import trial
from partner_desk import an_article

class OnboardingTest(trial.TrialTest):
    def publish(self, name="daily", section=None):
        article = an_article()
        article.sections.add(code=section or f"sandbox-{name}")
        return self.create(article)

    def clients(self):
        """The command lines of both clients, with a key file."""
        return self.commands(
            self.onboard("daily", "--key-file", self.key_file()))

    def keys(self, name="daily"):
        return self.server.json("partner", "key", "list", name)

    def test_the_screen_is_enough(self):
        screen = self.onboard()
        self.assertIn('"Sandbox of daily" (section="sandbox-daily") for WEB.',
                      screen)
        key, python, _ = self.commands(screen)
        subprocess.run(["sh", "-c", key], cwd=self.folder, check=True)
        self.assertEqual(
            stat.S_IMODE(self.key_file().stat().st_mode), 0o600)
        first = self.publish()
        self.publish(section="sport")
        client = self.start(python)
        client.wait_for("change", resource=first.name)
        second = self.publish()
        client.wait_for("change", resource=second.name)
        self.assertEqual(client.stop(), 0)
        self.assertEqual(self.mirror(), {first.name: 1, second.name: 1})
        deliveries = self.server.courant("partner", "deliveries",
                                         "daily").stdout
        self.assertIn(first.name, deliveries)

    def test_twice_is_once(self):
        secret = re.compile("cour_test_[0-9a-z]{12}_[-_0-9A-Za-z]{43}")
        first = self.onboard()
        self.assertEqual(len(secret.findall(first)), 1)
        self.assertEqual(first.count("\nmade ") + first.startswith("made "), 4)
        tail, again = self.tail(), self.onboard()
        self.assertEqual((self.tail(), secret.findall(again)), (tail, []))
        self.assertEqual(again.count("there  "), 4)
        # Another key, into a file: told nowhere else.
        text = self.onboard("daily", "--new-key", "--key-file",
                            self.key_file())
        self.assertEqual(secret.findall(text), [])
        self.assertRegex(self.key_file().read_text(), secret)
        self.assertEqual(
            stat.S_IMODE(self.key_file().stat().st_mode), 0o600)
        self.assertEqual(len(self.keys()), 2)
        # What is in the file is not written over, and nothing is made.
        said = self.onboard("daily", "--new-key", "--key-file",
                            self.key_file(), code=1)
        self.assertIn("a file that does not exist", said)
        self.assertEqual(len(self.keys()), 2)
        said = self.onboard("daily", "--key-file", self.folder / "no/such",
                            code=1)
        self.assertIn("--new-key", said)
        lines = self.server.json(
            "partner", "onboard", "daily", "--key-file", self.key_file(),
            "--partner-address", self.server.partner)
        names = [line.get("name", line.get("partner")) for line in lines]
        self.assertEqual([name.split("/")[0] for name in names],
                         ["partners", "products"] + ["partners"] * 4)
        self.assertNotRegex(str(lines), secret)

    def test_says_when_partners_cannot_come_in(self):
        self.server.partner, right = "127.0.0.1:1", self.server.partner
        said = self.onboard("daily", "--key-file", self.key_file(), code=1)
        self.assertIn("--partner-address", said)
        # Never in the clear to another machine, whatever is said.
        self.server.partner = "wire.example:7401"
        self.assertIn("is not this machine", self.onboard(
            "daily", "--key-file", self.key_file(), code=1))
        self.server.partner = right
        self.onboard("daily", "--key-file", self.key_file())

    def check_refused(self, command):
        """Ends, since it would be refused for ever, and says why."""
        (key,) = self.keys()
        self.server.courant("partner", "key", "revoke",
                            key["name"].removeprefix("partners/").replace(
                                "/keys/", "/"), "--yes")
        client = self.start(command)
        client.wait_for("lost", code="UNAUTHENTICATED")
        self.assertEqual(client.process.wait(harness.PATIENCE), 1)

    def test_ends_when_the_key_is_refused(self):
        self.check_refused(self.clients()[0])

    def test_ends_when_the_key_is_refused_in_node(self):
        self.check_refused(self.clients()[1])

    def check_restart(self, command):
        client = self.start(command)
        client.wait_for("complete")
        where = self.server.partner
        self.server.settings += (f"listeners.partner.address={where}",)
        self.server.stop()
        self.server.start()
        self.connect()
        article = self.publish()
        client.wait_for("change", resource=article.name)
        self.assertNotIn("gap", client.seen)

    def test_comes_back_when_the_server_does(self):
        self.check_restart(self.clients()[0])

    def test_comes_back_when_the_server_does_in_node(self):
        self.check_restart(self.clients()[1])

    def check_kills(self, command):
        """Killed at any moment, it ends up with what the wire has."""
        seed = random.randrange(2**32)
        rng = random.Random(seed)
        names = []
        for _ in range(12):
            client = self.start(command)
            client.wait_for("started")
            for _ in range(rng.randrange(1, 8)):
                names.append(self.publish().name)
                if rng.random() < 0.5:
                    client.next_line("it was killed")
                if rng.random() < 0.3:
                    self.server.courant("article", "withdraw", names.pop(
                        rng.randrange(len(names))).split("/")[1],
                        "--reason", "Sent twice.", "--yes")
            client.stop(signal.SIGKILL)
        client = self.start(command)
        last = self.publish().name
        client.wait_for("change", resource=last)
        client.stop()
        self.assertEqual(self.mirror(), dict.fromkeys([*names, last], 1),
                         f"seed {seed}")

    def test_is_killed_at_any_moment(self):
        self.check_kills(self.clients()[0])

    def test_is_killed_at_any_moment_in_node(self):
        self.check_kills(self.clients()[1])


class OverTlsTest(trial.TrialTest):
    """The same by a certificate."""

    def setUp(self):
        self.keys = trial.Authority()
        self.addCleanup(self.keys.close)
        tls = "listeners.partner.tls"
        self.settings = (*self.settings,
                         f"{tls}.certificate_file={self.keys.folder}/wire",
                         f"{tls}.key_file={self.keys.folder}/wire.key")
        super().setUp()

    def test_says_whom_to_trust(self):
        screen = self.onboard("daily", "--key-file", self.key_file(), "--ca",
                              self.keys.folder / "ca")
        self.assertIn(f"SHA-256 {self.keys.fingerprint()}", screen)
        for command in self.commands(screen):
            client = self.start(command)
            client.wait_for("started")
            self.assertEqual(client.stop(), 0)
        # Another authority is not trusted, and that is what is said.
        other = trial.Authority()
        self.addCleanup(other.close)
        self.onboard("daily", "--key-file", self.key_file(), "--ca",
                     other.folder / "ca", code=1)
        (self.folder / "nonsense").write_text("no certificate")
        self.assertIn("no certificate in PEM", self.onboard(
            "daily", "--ca", self.folder / "nonsense", code=2))


if __name__ == "__main__":
    harness.main()
