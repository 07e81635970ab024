"""Bad input to the translation desk over the real RPC: each row is refused with
the documented code and reason, names the field, and changes nothing."""

import grpc

import harness
import translation_desk
from newsroom import timestamp
from translation_desk import HAN, OH, service, token_of

Code = grpc.StatusCode
STATUS = {"LEASE_HELD": Code.ABORTED, "SESSION_FENCED": Code.ABORTED,
          "ETAG_MISMATCH": Code.ABORTED,
          "RESOURCE_NOT_FOUND": Code.NOT_FOUND,
          "RESOURCE_EXISTS": Code.ALREADY_EXISTS,
          "ILLEGAL_TRANSITION": Code.FAILED_PRECONDITION,
          "INCOMPLETE": Code.FAILED_PRECONDITION}


class InputTest(translation_desk.DeskTest):
    def setUp(self):
        super().setUp()
        self.original = self.source("It began on Monday. It goes on.",
                                    "Nobody left.", language="ko")
        self.name = self.desk.request(self.original.name, "en").name
        self.token = token_of(self.desk.do("Claim", self.name))

    def refuses(self, reason, field, call, /, *arguments, **fields):
        before = self.tail()
        with self.subTest(reason=reason, field=field, fields=str(fields)[:60]):
            code, info, named = self.newsroom.refusal(call, *arguments,
                                                      **fields)
            self.assertEqual(code, STATUS.get(reason, Code.INVALID_ARGUMENT))
            self.assertEqual((info.reason, info.domain), (reason, "courant"))
            if field:
                self.assertIn(field, named)
            self.assertEqual(self.tail(), before, "something was changed")

    def test_what_is_asked_for(self):
        article, request = self.original.name, self.desk.request
        for reason, field, language, fields in (
                ("FIELD_REQUIRED", "translation.language", "", {}),
                ("FIELD_INVALID", "translation.language", "english", {}),
                ("FIELD_INVALID", "translation.language", "en_US", {}),
                ("FIELD_INVALID", "translation.language", "ko", {}),
                ("FIELD_INVALID", "translation.priority", "fr",
                 {"priority": 10}),
                ("FIELD_INVALID", "translation.priority", "fr",
                 {"priority": -1}),
                ("FIELD_INVALID", "translation.kind", "fr", {"kind": 9}),
                ("FIELD_INVALID", "translation.scope", "fr", {"scope": 9}),
                ("FIELD_TOO_LONG", "translation.note", "fr",
                 {"note": "x" * 1001}),
                ("FIELD_INVALID", "translation_id", "fr",
                 {"translation_id": "No Id"}),
                ("FIELD_INVALID", "translation.language", "fr",
                 {"translation_id": "en"}),
                ("FIELD_INVALID", "request_id", "fr", {"request_id": "one"}),
                ("RESOURCE_EXISTS", None, "en", {})):
            if fields.get("translation_id") == "en":
                # Another language under the name of what is done.
                self.desk.do("Cancel", self.name, reason="wrong")
            if language == "en":
                request(article, "en")
            self.refuses(reason, field, request, article, language, **fields)
        self.refuses("FIELD_INVALID", "parent", request, "nobody", "fr")
        self.refuses("RESOURCE_NOT_FOUND", None, request, "articles/nobody",
                     "fr")
        self.refuses("FIELD_REQUIRED", "translation", self.desk.send,
                     "CreateTranslation",
                     service.CreateTranslationRequest(parent=article))

    def test_no_way_back_to_where_it_came_from(self):
        self.desk.do("Release", self.name, fencing_token=self.token)
        self.desk.translate(self.name)
        self.desk.review(self.name)
        (made,) = self.desk.publish(self.name)
        self.refuses("FIELD_INVALID", "translation.language",
                     self.desk.request, made.article, "ko")

    def test_texts(self):
        update = service.SegmentUpdate
        write = self.desk.write

        def mark(start, end, **fields):
            return {"": update(segment="headline.1", target={
                "text": "Talks", "marks": [{"type": 1, "start": start,
                                            "end": end, **fields}]})}

        rows = [
            ("FIELD_REQUIRED", "updates", {}),
            ("FIELD_TOO_LONG", "updates",
             {f"body/p{n}.1": "x" for n in range(201)}),
            ("FIELD_REQUIRED", "updates[0].segment", {"": update()}),
            ("FIELD_INVALID", "updates[0].segment", {"body/p9.1": "x"}),
            ("FIELD_INVALID", "updates[1].segment", {
                "": update(segment="headline.1", target={"text": "a"}),
                "headline.1": "b"}),
            ("FIELD_TOO_LONG", "updates[0].target.text",
             {"headline.1": "x" * 8193}),
            ("FIELD_INVALID", "updates[0].target.text",
             {"headline.1": "a\x07b"}),
            ("FIELD_INVALID", "updates[0].target.marks[0].end", mark(0, 6)),
            ("FIELD_INVALID", "updates[0].target.marks[0].start",
             mark(-1, 2)),
        ]
        for sources in (["body/p1.2"], ["body/p1.1", "body/p2.1"],
                        ["body/p1.1", "body/p1.9"],
                        ["body/p1.1", "body/p1.1"],
                        ["body/p1.1", "headline.1"]):
            rows.append(("FIELD_INVALID", "updates[0].sources", {
                "": update(segment="body/p1.1", sources=sources,
                           target={"text": "x"})}))
        for reason, field, texts in rows:
            self.refuses(reason, field, write, self.name, self.token, texts)
        for token in (0, -1):
            self.refuses("FIELD_REQUIRED", "fencing_token", write, self.name,
                         token, {"headline.1": "x"})
        self.refuses("SESSION_FENCED", None, write, self.name,
                     self.token + 1, {"headline.1": "x"})
        # All or none: the first of these would have been right.
        self.refuses("FIELD_INVALID", "updates[1].segment", write, self.name,
                     self.token, {"headline.1": "x", "body/p9.1": "y"})
        kept = self.desk.get(self.name).content
        self.assertEqual({s.target.text for s in kept.segments}, {""})

    def test_nobody_has_no_work(self):
        for verb, fields in (
                ("Claim", {}), ("Renew", {"fencing_token": self.token}),
                ("Release", {"fencing_token": self.token}), ("Revoke", {}),
                ("Submit", {"fencing_token": self.token}),
                ("Approve", {"fencing_token": self.token}),
                ("Cancel", {"reason": "x"}), ("Rebase", {}), ("Detach", {})):
            self.refuses("FIELD_REQUIRED", "courant-actor", self.desk.do, verb,
                         self.name, actor=None, **fields)
        self.refuses("FIELD_REQUIRED", "courant-actor", self.desk.write,
                     self.name, self.token, {"headline.1": "x"}, actor=None)
        self.refuses("FIELD_REQUIRED", "courant-actor", self.desk.next, "en",
                     actor=None)

    def test_work(self):
        do = self.desk.do
        for reason, field, verb, actor, fields in (
                ("FIELD_INVALID", "lease_seconds", "Claim", HAN,
                 {"lease_seconds": 299}),
                ("FIELD_INVALID", "lease_seconds", "Claim", HAN,
                 {"lease_seconds": 28801}),
                ("FIELD_INVALID", "role", "Claim", HAN, {"role": 7}),
                ("ILLEGAL_TRANSITION", None, "Claim", HAN, {"role": 2}),
                ("LEASE_HELD", None, "Claim", OH, {}),
                ("FIELD_REQUIRED", "fencing_token", "Renew", HAN, {}),
                ("FIELD_REQUIRED", "fencing_token", "Release", HAN, {}),
                ("FIELD_REQUIRED", "fencing_token", "Submit", HAN, {}),
                ("FIELD_REQUIRED", "fencing_token", "Approve", HAN, {}),
                ("FIELD_REQUIRED", "reason", "Cancel", HAN, {}),
                ("FIELD_TOO_LONG", "reason", "Cancel", HAN,
                 {"reason": "x" * 1001}),
                ("ETAG_MISMATCH", None, "Cancel", HAN,
                 {"reason": "x", "etag": "1-0000000000000000"}),
                ("ETAG_MISMATCH", None, "Rebase", HAN,
                 {"fencing_token": self.token, "etag": "9-x"}),
                ("FIELD_REQUIRED", "source_revision", "Confirm", HAN,
                 {"fencing_token": self.token}),
                ("ILLEGAL_TRANSITION", None, "Approve", HAN,
                 {"fencing_token": self.token}),
                ("ILLEGAL_TRANSITION", None, "Reject", HAN,
                 {"fencing_token": self.token, "comments": [{"text": "x"}]}),
                ("FIELD_REQUIRED", "comments", "Reject", HAN,
                 {"fencing_token": self.token}),
                ("FIELD_REQUIRED", "comments[0].text", "Reject", HAN,
                 {"fencing_token": self.token, "comments": [{}]}),
                ("FIELD_TOO_LONG", "comments", "Reject", HAN,
                 {"fencing_token": self.token,
                  "comments": [{"text": "x"}] * 201})):
            self.refuses(reason, field, do, verb, self.name, actor, **fields)
        for name, reason, field in (
                ("", "FIELD_REQUIRED", "name"),
                (self.original.name, "FIELD_INVALID", "name"),
                (f"{self.original.name}/translations/EN", "FIELD_INVALID",
                 "name"),
                (f"{self.original.name}/translations/fr",
                 "RESOURCE_NOT_FOUND", None)):
            self.refuses(reason, field, do, "Claim", name)
            self.refuses(reason, field, self.desk.get, name)
        self.refuses("FIELD_REQUIRED", "languages", self.desk.next)
        self.refuses("FIELD_INVALID", "languages[1]", self.desk.next, "en",
                     "klingon_x")
        self.refuses("FIELD_INVALID", "source_languages[0]", self.desk.next,
                     "en", source_languages=["a_b"])

    def test_publishing(self):
        publish, name = self.desk.publish, self.name
        other = self.desk.request(self.source().name, "fr").name
        for reason, field, names, fields in (
                ("FIELD_REQUIRED", "names", [], {}),
                ("FIELD_TOO_LONG", "names", [name] * 101, {}),
                ("FIELD_INVALID", "names[1]", [name, name], {}),
                ("FIELD_INVALID", "names[1]", [name, other], {}),
                ("FIELD_INVALID", "names[0]", ["articles/x"], {}),
                ("FIELD_INVALID", "change_class", [name],
                 {"change_class": 17}),
                ("FIELD_TOO_LONG", "override_reason", [name],
                 {"override_reason": "x" * 1001}),
                ("FIELD_INVALID", "schedule_time", [name],
                 {"schedule_time": timestamp(-5)}),
                ("ILLEGAL_TRANSITION", None, [name], {})):
            self.refuses(reason, field, publish, *names, **fields)

    def test_reading(self):
        desk = self.desk

        def pages(**fields):
            return list(desk.list(**fields))

        self.refuses("FIELD_INVALID", "page_size", pages, page_size=-1)
        self.refuses("FIELD_INVALID", "parent", pages, parent="nobody")
        self.refuses("FIELD_INVALID", "languages", pages, languages=["a_b"])
        token = desk.send("ListTranslations", service.ListTranslationsRequest(
            parent=self.original.name, page_size=1))
        self.assertFalse(token.next_page_token)  # There is one alone.
        self.desk.request(self.original.name, "fr")
        token = desk.send("ListTranslations", service.ListTranslationsRequest(
            parent="articles/-", page_size=1)).next_page_token
        for bad in (token[:-2], "rubbish", token):
            self.refuses("PAGE_TOKEN_INVALID", "page_token", desk.send,
                         "ListTranslations", service.ListTranslationsRequest(
                             parent=self.original.name, page_token=bad))
        self.refuses("FIELD_INVALID", "source_revision", desk.diff, self.name,
                     2)
        self.refuses("FIELD_INVALID", "source_revision", desk.diff, self.name,
                     -1)
        for story, ranges, reason, field in (
                ("", ["en"], "FIELD_REQUIRED", "story"),
                ("stories/x", [], "FIELD_REQUIRED", "language_ranges"),
                ("stories/x", ["a_b"], "FIELD_INVALID",
                 "language_ranges[0]"),
                ("stories/x", ["en"] * 51, "FIELD_TOO_LONG",
                 "language_ranges"),
                ("stories/x", ["en"], "RESOURCE_NOT_FOUND", None)):
            self.refuses(reason, field, desk.lookup, story, *ranges)


if __name__ == "__main__":
    harness.main()
