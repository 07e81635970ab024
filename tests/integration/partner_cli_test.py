"""Partners by the verbs of courant partner, as a person or a script types
them."""

import unicodedata

import harness
from partner_desk import an_article


def width(text):
    """Columns of a terminal."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1
               for c in text)


class PartnerCliTest(harness.ServerTest):
    def verb(self, verb, *arguments, code=0):
        done = self.server.courant("partner", verb, *arguments, check=False)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return done.stderr if code else done.stdout

    def outlet(self):
        self.verb("create", "daily", "--called", "데일리 신문", "--contact",
                  "kill-desk:야간 데스크:+82-2-555-0100",
                  "--certificate-san", "feed.daily.example")
        self.verb("contract", "daily/2026", "--called", "2026년 계약",
                  "--from", "2001-01-01", "--territory", "KR", "--territory",
                  "JP")
        self.verb("product", "all", "--called", "모든 기사")
        self.verb("grant", "daily/2026/all", "--product", "all", "--use",
                  "web", "--use", "print", "--actor", "rights/lee")

    def test_what_is_made_is_shown(self):
        self.outlet()
        text = self.verb("show", "daily")
        for words in ("partners/daily  데일리 신문",
                      "KILL_DESK  야간 데스크  +82-2-555-0100",
                      "certificate  feed.daily.example",
                      "daily/2026  2026년 계약  from 2001-01-01T00:00:00Z, "
                      "in KR JP", "daily/2026/all"):
            self.assertIn(words, text)
        grant = text.splitlines()[-1].split()
        self.assertEqual(grant[:5], ["daily/2026/all", "ALLOW",
                                     "products/all", "WEB,", "PRINT"])
        kinds = [one["name"].count("/")
                 for one in self.server.json("partner", "show", "daily")]
        self.assertEqual(kinds, [1, 3, 5])

    def test_columns_stand_below_each_other_also_in_hangul(self):
        self.outlet()
        self.verb("product", "sport", "--called", "Sport", "--filter",
                  "section=sport")
        rows = self.verb("products").splitlines()
        self.assertEqual(len(rows), 3)
        columns = {width(row[:row.index(cell)]) for row, cell in zip(
            rows, ("FILTER", "everything", 'section="sport"'))}
        self.assertEqual(len(columns), 1, rows)
        self.verb("create", "archive", "--called", "Archive", "--class",
                  "internal")
        rows = [row.split() for row in self.verb("list").splitlines()]
        self.assertEqual([row[0] for row in rows],
                         ["NAME", "archive", "daily"])
        self.assertEqual(rows[1][1:3], ["ACTIVE", "INTERNAL"])

    def test_changes_in_what_there_is(self):
        self.outlet()
        self.assertIn("nothing to change",
                      self.verb("grant", "daily/2026/all", "--update", code=2))
        self.assertIn("RESOURCE_EXISTS", self.verb(
            "product", "all", "--called", "x", code=1))
        line = self.verb("grant", "daily/2026/all", "--update", "--language",
                         "ko", "--to", "2099-01-01")
        self.assertIn("revision 2", line)
        (_, _, grant) = self.server.json("partner", "show", "daily")
        self.assertEqual((grant["languages"], grant["uses"],
                          grant["validTo"]),
                         (["ko"], ["WEB", "PRINT"], "2099-01-01T00:00:00Z"))
        self.verb("grant", "daily/2026/all", "--update", "--language", "")
        (_, _, grant) = self.server.json("partner", "show", "daily")
        self.assertNotIn("languages", grant)
        self.assertIn("ETAG_MISMATCH", self.verb(
            "create", "daily", "--update", "--called", "x", "--etag", "old",
            code=1))

    def test_suspended_by_any_name(self):
        self.outlet()
        self.assertIn("--yes", self.verb("suspend", "daily", "--reason", "x",
                                         code=2))
        for name in ("daily", "daily/2026", "daily/2026/all", "products/all",
                     "partners/daily/contracts/2026"):
            again = name.startswith("partners/")
            if again:
                self.verb("resume", "daily/2026", "--yes")
            self.assertIn("suspended: 미납", self.verb(
                "suspend", name, "--reason", "미납", "--yes"))
        self.assertIn("since", self.verb("show", "daily"))
        self.assertIn("SUSPENDED", self.verb("list"))
        self.assertIn("SUSPENDED", self.verb("products"))
        self.assertNotIn("suspended", self.verb("resume", "daily", "--yes"))
        for name in ("a/b/c/d", "products/", "daily//x", "/"):
            self.verb("suspend", name, "--reason", "x", "--yes", code=2)

    def test_explains(self):
        self.outlet()
        article = self.create(an_article()).name.split("/")[1]
        ask = ("explain", "daily", "--article", article)
        lines = self.verb(*ask, "--use", "web", "--territory",
                          "KR").splitlines()
        self.assertTrue(lines[0].startswith(
            f"FULL  partners/daily  articles/{article} revision 1  WEB in KR"))
        self.assertEqual(lines[1], "GRANTED  partners/daily/contracts/2026/"
                                   "grants/all (revision 1)")
        lines = self.verb(*ask, "--use", "ai-input", "--territory",
                          "US").splitlines()
        self.assertEqual([line.split()[0] for line in lines],
                         ["DENY", "NO_GRANT", "in", "CONTRACT_TERRITORY",
                          "USE_NOT_GRANTED"])
        lines = self.verb(*ask, "--use", "web", "--territory", "KR", "--at",
                          "2001-01-01").splitlines()
        self.assertEqual([line.split()[0] for line in lines],
                         ["DENY", "NO_SUCH_ARTICLE", "NO_SUCH_PARTNER"])
        self.verb(*ask, "--use", "nonsense", "--territory", "KR", code=2)
        self.assertIn('did you mean "KR"', self.verb(
            *ask, "--use", "web", "--territory", "kr", code=1))
        (answer,) = self.server.json(
            "partner", *ask, "--use", "web", "--territory", "KR")
        self.assertEqual(answer["decision"], "FULL")

    def test_the_log_tells_of_it(self):
        self.outlet()
        self.verb("suspend", "daily", "--reason", "Unpaid.", "--yes")
        lines = self.server.courant("change", "list").stdout.splitlines()
        self.assertEqual([line.split()[2] for line in lines],
                         ["RIGHTS_UPDATED"] * 4 + ["RIGHTS_SUSPENDED"])
        self.assertIn("데일리 신문", lines[0])
        self.assertIn("Unpaid.", lines[4])


if __name__ == "__main__":
    harness.main()
