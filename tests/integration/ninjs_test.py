"""courant import of IPTC ninjs items: what comes in, and what does not."""

import json

import harness


def item(uri, **fields):
    """An item that can be published, as ninjs 3.1 spells it."""
    return {
        "standard": {"name": "ninjs", "version": "3.1"},
        "uri": uri,
        "type": "text",
        "language": "en",
        "copyrightNotice": "© The Harbour Courier",
        "headlines": [{"role": "main", "value": "The quay reopens"}],
        "bodies": [{"contentType": "application/xhtml+xml",
                    "value": "<p>The <b>quay</b> reopened.</p>"}],
    } | fields


# Each is an item with one thing wrong: what, where, and what is said of it.
BROKEN = [
    ({"urgency": 12}, "$.urgency", "must be 1 to 9"),
    ({"urgency": "1"}, "$.urgency", "must be an integer"),
    ({"pubStatus": "cancelled"}, "$.pubStatus", "canceled"),
    ({"pubStatus": "canceled"}, "$.pubStatus", "is not an article"),
    ({"type": "event"}, "$.type", "is not an article"),
    ({"type": "composite", "bodies": []}, "$.type", "without a text"),
    ({"versionCreated": "2026-03-04T10:00:00"}, "$.versionCreated", "offset"),
    ({"language": "english"}, "$.language", "BCP 47"),
    ({"rightsInfo": {"langId": "x:y"}}, "$.rightsInfo", "exactly one"),
    ({"signal": "update"}, "$.signal", "no such property"),
    ({"headlines": [{"value": "A"}, {"role": "main"}]}, "$.headlines[1].value",
     "is required"),
    ({"by": None}, "$.by", "is null"),
    ({"slugline": "x" * 201}, "$.slugline", "200 code points"),
    ({"bodies": [{"contentType": "text/html", "value": "<b>" * 500}]},
     "$.bodies[0].value", "nested deeper than 100"),
]


class NinjsTest(harness.ServerTest):
    def write(self, name, text):
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return path

    def refuse(self, path, *flags):
        """Imports what must be refused; returns what is said of it."""
        before = self.tail()
        done = self.server.courant("import", path, *flags, check=False)
        self.assertEqual(done.returncode, 1, done.stdout)
        self.assertIn("0 new", done.stdout)
        self.assertEqual(self.tail(), before, "something was stored")
        return done.stderr

    def test_one_item_an_array_and_lines(self):
        items = [item(f"https://courier.example/{n}") for n in range(5)]
        one = self.write("one.json", json.dumps(items[0], indent=2))
        array = self.write("array.json", json.dumps(items[1:3], indent=1))
        lines = self.write("lines.jsonl", "".join(
            json.dumps(i, ensure_ascii=False) + "\n" for i in items[3:]))
        done = self.server.courant("import", one, array, lines)
        self.assertIn("5 new, 0 already there, 0 refused", done.stdout)
        listed = self.server.json("article", "list")
        self.assertEqual({a["provenance"]["sourceId"] for a in listed},
                         {i["uri"] for i in items})
        for article in listed:
            self.assertEqual(article["state"], "PUBLISHED")
            self.assertEqual(article["provenance"]["format"], "ninjs")
            (block,) = article["body"]
            self.assertEqual(block["paragraph"]["text"], {
                "text": "The quay reopened.",
                "marks": [{"type": "STRONG", "start": 4, "end": 8}]})

    def test_again_adds_nothing(self):
        path = self.write("a.json", json.dumps(
            item("https://courier.example/a")))
        self.server.courant("import", path)
        before = self.tail()
        self.assertIn("0 new, 1 already there, 0 refused",
                      self.server.courant("import", path).stdout)
        # The other generation, from another file, is the same item.
        old = json.dumps(item("https://courier.example/a"))
        for new, lower in (("copyrightNotice", "copyrightnotice"),
                           ("contentType", "contenttype"), ("3.1", "2.2")):
            old = old.replace(new, lower)
        self.assertIn("1 changed in the source since", self.server.courant(
            "import", self.write("b.json", old)).stdout)
        self.assertEqual(self.tail(), before)

    def test_each_fault_is_named_and_nothing_is_stored(self):
        for number, (fields, path, words) in enumerate(BROKEN):
            with self.subTest(path=path, words=words):
                text = json.dumps(item("https://courier.example/x", **fields))
                # The fault stands on the third line.
                file = self.write(f"broken-{number}.json", "\n\n" + text)
                said = self.refuse(file, "--format", "ninjs")
                self.assertIn(f"{file.name}", said)
                self.assertIn(f"line 3, {path}", said)
                self.assertIn(words, said)

    def test_broken_json_is_named_and_nothing_is_stored(self):
        good = json.dumps(item("https://courier.example/x"))
        for text, words in (
                (good[:-1], "line 1: begins an item"),
                (good.replace('"type"', '"uri": 1,\n"type"'),
                 "line 1: has the key \"uri\" twice"),
                ("[\n" + good[:-5] + "]", "line 2: begins an item"),
                ('{"uri": "x:y",\n}', "line 2: is not JSON here")):
            with self.subTest(words=words):
                self.assertIn(words, self.refuse(self.write("x.json", text)))

    def test_a_bad_item_spoils_no_other(self):
        items = [item("https://courier.example/1"),
                 item("https://courier.example/2", urgency=0),
                 item("https://courier.example/3")]
        path = self.write("three.json", json.dumps(items))
        done = self.server.courant("import", path, check=False)
        self.assertIn("2 new, 0 already there, 1 refused", done.stdout)
        self.assertEqual(len(self.server.json("article", "list")), 2)

    def test_lenient_keeps_what_is_unknown(self):
        path = self.write("x.json", json.dumps(
            item("https://courier.example/x", signal={"a": [1]})))
        self.refuse(path)
        self.server.courant("import", "--lenient", path)
        (article,) = self.server.json("article", "list")
        self.assertEqual(article["provenance"]["unmapped"]["$.signal"],
                         '{"a":[1]}')

    def test_an_embargo_is_kept_by_the_server(self):
        path = self.write("x.json", json.dumps(item(
            "https://courier.example/x",
            embargoedUntil="2999-01-01T00:00:00Z")))
        said = self.server.courant("import", "--dry-run", path).stdout
        self.assertIn("embargoed ", said)
        self.assertIn("the server publishes it when that ends", said)
        self.server.courant("import", path)
        (article,) = self.server.json("article", "list")
        self.assertEqual(article["state"], "EMBARGOED")
        self.assertEqual(article["embargoUntil"], "2999-01-01T00:00:00Z")
        (change,) = self.server.json("change", "list")
        self.assertEqual(change["kind"], "PRE_NOTICED")

    def deliver(self, version, headline, **fields):
        """Imports a version of one item; returns what is said of it."""
        path = self.write("x.json", json.dumps(item(
            "https://courier.example/x", version=version,
            headlines=[{"role": "main", "value": headline}], **fields)))
        return self.server.courant("import", path).stdout

    def only(self):
        (article,) = self.server.json("article", "list")
        return article

    def test_a_newer_version_updates_the_article(self):
        self.assertIn("1 new", self.deliver(
            "9", "Nine", edNote="First lead", located="Hanbyeol"))
        name = self.only()["name"]
        said = self.deliver("10", "Ten")
        self.assertIn("updated ", said)
        self.assertIn("0 new, 0 already there, 0 refused; 1 updated", said)
        article = self.only()
        self.assertEqual(article["name"], name)
        self.assertEqual(article["state"], "PUBLISHED")
        self.assertEqual(article["revision"], "2")
        self.assertEqual(article["headline"]["value"], "Ten")
        self.assertEqual(article["provenance"]["sourceVersion"], "10")
        # What the source dropped is gone; notes are the desk's too, and stay.
        self.assertNotIn("dateline", article)
        self.assertEqual(len(article["editorialNotes"]), 1)
        self.assertEqual([c["kind"] for c in self.server.json(
            "change", "list")], ["PUBLISHED", "UPDATED"])

    def test_the_same_or_an_older_version_changes_nothing(self):
        self.deliver("2", "Two")
        before = self.tail()
        said = self.deliver("2", "Two")
        self.assertIn("0 new, 1 already there, 0 refused", said)
        self.assertNotIn("changed", said)
        self.assertIn("1 changed in the source since",
                      self.deliver("2", "Two, in other words"))
        said = self.deliver("1.9", "One")
        self.assertIn("stale ", said)
        self.assertIn("0 new, 1 already there, 0 refused; 1 stale", said)
        self.assertEqual(self.tail(), before)
        self.assertEqual(self.only()["headline"]["value"], "Two")

    def test_the_time_of_a_version_tells_where_no_number_does(self):
        def at(hour, headline):
            path = self.write("x.json", json.dumps(item(
                "https://courier.example/x",
                versionCreated=f"2026-03-04T{hour}:00:00+09:00",
                headlines=[{"role": "main", "value": headline}])))
            return self.server.courant("import", path).stdout
        at(10, "Ten")
        self.assertIn("1 updated", at(11, "Eleven"))
        self.assertIn("1 stale", at(10, "Ten"))
        self.assertEqual(self.only()["headline"]["value"], "Eleven")

    def test_an_alias_finds_an_article_of_another_name(self):
        self.deliver("1", "One")
        (article,) = self.server.json("article", "list")
        # As by an importer that made ids by other rules.
        article = {key: article[key] for key in (
            "language", "headline", "body", "rights", "provenance")}
        article["provenance"]["sourceId"] = "urn:y"
        article["aliasIds"] = [{"sourceSystem": "courier.example",
                                "id": "https://courier.example/y"}]
        self.server.courant("import", self.write("y.jsonl", json.dumps(
            {"articleId": "y", "article": article})))
        path = self.write("y.json", json.dumps(
            item("https://courier.example/y", version="2")))
        said = self.server.courant("import", path).stdout
        self.assertIn("updated ", said)
        self.assertIn("articles/y ", said)
        self.assertEqual(len(self.server.json("article", "list")), 2)

    def test_what_was_stopped_stays_so(self):
        self.deliver("1", "One")
        name = self.only()["name"].partition("/")[2]
        self.server.courant("article", "hold", name, "--reason", "A doubt.",
                            "--yes")
        path = self.write("x.json", json.dumps(
            item("https://courier.example/x", version="2")))
        said = self.refuse(path)
        self.assertIn("ILLEGAL_TRANSITION", said)
        self.assertEqual(self.only()["state"], "WITHHELD")

    def test_a_translation_finds_its_source(self):
        def translation(uri, of):
            return item(uri, language="ko", associations=[
                {"name": "original", "rel": "translationOf", "uri": of}])
        path = self.write("x.json", json.dumps([
            translation("https://courier.example/ko",
                        "https://courier.example/en"),
            item("https://courier.example/en"),
            translation("https://courier.example/ko-2",
                        "https://courier.example/not-here")]))
        self.server.courant("import", path)
        by_id = {a["provenance"]["sourceId"].rpartition("/")[2]: a
                 for a in self.server.json("article", "list")}
        self.assertEqual(by_id["ko"]["translationOf"], {
            "article": by_id["en"]["name"], "revision": "1",
            "language": "en"})
        self.assertEqual(by_id["ko"]["story"], by_id["en"]["story"])
        self.assertNotIn("translationOf", by_id["ko-2"])
        self.assertEqual(by_id["ko-2"]["relations"], [
            {"type": "SEE_ALSO", "uri": "https://courier.example/not-here"}])

    def test_the_official_examples(self):
        folder = harness.data("ninjs/examples")
        for version, count in (("2.2", 7), ("3.1", 8)):
            files = sorted((folder / version).glob("*.json"))
            self.assertEqual(len(files), count)
            done = self.server.courant("import", "--language", "en", *files,
                                       check=False)
            if version == "3.1":
                self.assertIn("008_event.json", done.stderr)
                self.assertIn("$.type", done.stderr)
            else:
                self.assertEqual(done.stderr, "")
        # 001 and 004 have one uri. 002 has none: it is told by its content,
        # which both versions have in common.
        states = [a["state"] for a in self.server.json("article", "list")]
        self.assertEqual(sorted(states), ["DRAFT"] + 5 * ["PUBLISHED"])


if __name__ == "__main__":
    harness.main()
