"""courant import on real input: a republished page and a table of articles."""

import csv
import re

import harness


def paragraphs(text):
    """The paragraphs of a text: what stands between blank lines."""
    parts = re.split(r"\n\s*\n", text.replace("\r\n", "\n"))
    return [part.strip() for part in parts if part.strip()]


def body(article):
    return [block["paragraph"]["text"]["text"] for block in article["body"]]


class ImportTest(harness.ServerTest):
    def test_a_republished_page(self):
        page = harness.data("page/news-zone-page.txt")
        self.server.courant("import", page)
        (article,) = self.server.json("article", "list")
        self.assertEqual(article["state"], "PUBLISHED")
        self.assertEqual(len(article["headline"]["value"]), 113)
        self.assertEqual([len(d["value"]) for d in article["decks"]],
                         [52, 87, 90])
        self.assertEqual([len(p) for p in body(article)],
                         [1012, 621, 766, 723, 1140])
        self.assertEqual(article["byline"], "By Su-Yeol, Maeng")
        source = page.read_text()
        notice = article["rights"]["copyrightNotice"]
        self.assertIn(notice, source.splitlines())
        self.assertTrue(notice.startswith("<Copyright ⓒ"))
        kept = {k: v for k, v in article.items() if k != "provenance"}
        self.assertNotIn("Follow-on discussion", str(kept))
        self.assertNotIn("< >", str(kept))
        for time in ("firstPublished", "contentCreated", "dateline"):
            self.assertNotIn(time, article)
        self.assertIn("0 new, 1 already there",
                      self.server.courant("import", page).stdout)
        self.assertEqual(self.tail(), 1)

    def test_a_table_of_articles(self):
        table = harness.data("wikinews/wikinews_2019.csv")
        with open(table, newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        self.server.courant("import", table)
        listed = self.server.json("article", "list")
        self.assertEqual(len(listed), len(rows))
        by_url = {a["provenance"]["sourceUrl"]: a for a in listed}
        for row in rows:
            article = by_url[row["url"]]
            self.assertEqual(article["state"], "PUBLISHED")
            self.assertEqual(article["rights"]["status"], "UNKNOWN")
            self.assertEqual(article["headline"]["value"], row["title"])
            self.assertTrue(article["firstPublished"].startswith(row["date"]))
            self.assertEqual(article["firstPublishedPrecision"], "DAY")
            self.assertEqual(body(article), paragraphs(row["text"]))
        before = self.tail()
        self.assertIn(f"0 new, {len(rows)} already there",
                      self.server.courant("import", table).stdout)
        self.assertEqual(self.tail(), before)

    def test_the_sample_wire(self):
        sample = harness.ROOT / "deploy/samples/sample-wire.jsonl"
        count = len(sample.read_text().splitlines())
        self.server.courant("import", sample)
        listed = self.server.json("article", "list")
        self.assertEqual(len(listed), count)
        self.assertEqual({a["language"] for a in listed}, {"en", "ko"})
        self.assertTrue(any("translationOf" in a for a in listed))

    def test_what_one_server_lists_another_takes(self):
        sample = harness.ROOT / "deploy/samples/sample-wire.jsonl"
        self.server.courant("import", sample)
        listed = self.server.courant("article", "list", "-o", "json").stdout
        copy = self.folder / "copy.jsonl"
        # Oldest first, so that sources come before their translations.
        copy.write_text("".join(
            line + "\n" for line in reversed(listed.splitlines())))
        other = harness.Server(self.folder / "other")
        other.start()
        self.addCleanup(other.stop)
        other.courant("import", copy)
        words = lambda wire: sorted(
            (a["name"], a["headline"]["value"], str(a["body"]))
            for a in wire.json("article", "list"))
        self.assertEqual(words(other), words(self.server))


if __name__ == "__main__":
    harness.main()
