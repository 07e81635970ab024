"""Articles from outside: what is written is what is read, retries, pages; and
the descriptors, from which nothing may be removed or renumbered."""

import os
import pathlib
import subprocess
import unittest

import grpc

from courant.v1 import article_pb2
from google.protobuf import descriptor_pb2, field_mask_pb2

import harness
from harness import an_article, articles, new_id

GOLDEN = harness.ROOT / "tests/golden/courant_v1.binpb"


class ArticleTest(harness.ServerTest):
    def test_what_is_written_is_what_is_read(self):
        made = self.create(an_article("붕괴 아닌 평화 “정착”"))
        read = self.articles.GetArticle(
            articles.GetArticleRequest(name=made.name))
        self.assertEqual(made, read)
        self.assertEqual(read.headline.value, "붕괴 아닌 평화 “정착”")
        self.assertEqual((read.revision, read.state),
                         (1, article_pb2.Article.PUBLISHED))
        self.assertEqual(read.story, made.name.replace("articles", "stories"))

    def test_a_retry_gives_the_first_answer_also_after_a_restart(self):
        request_id = new_id()
        first = self.create(request_id=request_id)
        again = self.create(request_id=request_id)
        self.assertEqual(first, again)
        self.server.kill()
        self.server.start()
        self.connect()
        self.assertEqual(first, self.create(request_id=request_id))
        self.assertEqual(self.tail(), 1)

    def test_updates_make_revisions_that_stay(self):
        first = self.create(published=False)
        patch = article_pb2.Article(name=first.name, etag=first.etag)
        patch.headline.value = "Talks on the harbour end"
        second = self.articles.UpdateArticle(articles.UpdateArticleRequest(
            article=patch,
            update_mask=field_mask_pb2.FieldMask(paths=["headline"])))
        third = self.articles.PublishArticle(
            articles.PublishArticleRequest(name=first.name, etag=second.etag))
        self.assertEqual(third.revision, 3)
        self.assertEqual(list(second.change_note.fields), ["headline"])
        old = self.articles.GetArticleRevision(
            articles.GetArticleRevisionRequest(
                name=first.name + "/revisions/1"))
        self.assertEqual(old, first)
        listed = self.articles.ListArticleRevisions(
            articles.ListArticleRevisionsRequest(name=first.name))
        self.assertEqual(list(listed.revisions), [third, second, first])

    def test_an_update_that_changes_nothing_makes_no_revision(self):
        made = self.create()
        same = self.articles.UpdateArticle(
            articles.UpdateArticleRequest(article=made))
        self.assertEqual(same, made)
        self.assertEqual(self.tail(), 1)

    def test_only_validated_is_not_made(self):
        answer = self.create(validate_only=True)
        self.assertEqual(answer.change_sequence, 0)
        self.assertEqual(self.tail(), 0)

    def test_translations_share_the_story_of_their_source(self):
        source = self.create(an_article("회담 시작", "ko"))
        english = an_article()
        english.translation_of.article = source.name
        english = self.create(english)
        self.assertEqual(english.story, source.story)
        self.assertEqual(english.translation_of.revision, 1)
        self.assertEqual(english.translation_of.language, "ko")
        listed = self.articles.ListArticles(articles.ListArticlesRequest(
            filter=f'story="{source.story}"'))
        self.assertEqual(len(listed.articles), 2)

    def test_pages_neither_repeat_nor_miss(self):
        names = [self.create().name for _ in range(23)]
        seen, token = [], ""
        while True:
            page = self.articles.ListArticles(articles.ListArticlesRequest(
                page_size=5, page_token=token))
            seen += [a.name for a in page.articles]
            token = page.next_page_token
            if not token:
                break
            self.create()  # newer than what is left to list
        self.assertEqual(seen[:23], list(reversed(names)))
        self.assertEqual(len(seen), 23)

    def test_a_batch_keeps_its_order_or_fails_as_a_whole(self):
        names = [self.create().name for _ in range(3)]
        wanted = [names[2], names[0], names[2]]
        batch = self.articles.BatchGetArticles(
            articles.BatchGetArticlesRequest(names=wanted))
        self.assertEqual([a.name for a in batch.articles], wanted)
        with self.assertRaises(grpc.RpcError) as caught:
            self.articles.BatchGetArticles(articles.BatchGetArticlesRequest(
                names=[names[0], "articles/nobody"]))
        self.assertEqual(caught.exception.code(), grpc.StatusCode.NOT_FOUND)


def flatten(files):
    """{path of a name: number} of everything that a client may rely on."""
    known = {}

    def message(prefix, m):
        name = f"{prefix}.{m.name}"
        for field in m.field:
            known[f"{name}.{field.name}"] = (
                field.number, field.type, field.label, field.type_name)
        for enum in m.enum_type:
            values(name, enum)
        for nested in m.nested_type:
            message(name, nested)

    def values(prefix, enum):
        for value in enum.value:
            known[f"{prefix}.{enum.name}.{value.name}"] = value.number

    for file in files.file:
        if not file.package.startswith(("courant.v1", "google.rpc")):
            continue
        for m in file.message_type:
            message(file.package, m)
        for enum in file.enum_type:
            values(file.package, enum)
        for service in file.service:
            for method in service.method:
                known[f"{file.package}.{service.name}.{method.name}"] = (
                    method.input_type, method.output_type,
                    method.server_streaming)
    return known


class DescriptorTest(unittest.TestCase):
    """The contract only grows. COURANT_UPDATE_GOLDEN=1 takes over what was
    added; what was removed or renumbered is refused even then."""

    def setUp(self):
        self.now = descriptor_pb2.FileDescriptorSet.FromString(
            subprocess.run(
                ["protoc", f"-I{harness.ROOT / 'proto'}", "--include_imports",
                 "--descriptor_set_out=/dev/stdout",
                 *(str(p) for p in sorted(
                     (harness.ROOT / "proto").glob("courant/v1/*.proto")))],
                capture_output=True, check=True).stdout)

    def test_nothing_was_removed_or_renumbered(self):
        now = flatten(self.now)
        golden = flatten(descriptor_pb2.FileDescriptorSet.FromString(
            GOLDEN.read_bytes()))
        wrong = [name for name, what in golden.items()
                 if now.get(name) != what]
        self.assertEqual(wrong, [])
        if os.environ.get("COURANT_UPDATE_GOLDEN") == "1":
            GOLDEN.write_bytes(self.now.SerializeToString())
            return
        added = [name for name in now if name not in golden]
        self.assertEqual(added, [], "run with COURANT_UPDATE_GOLDEN=1")

    def test_the_test_sees_a_renumbered_and_a_removed_field(self):
        broken = descriptor_pb2.FileDescriptorSet()
        broken.CopyFrom(self.now)
        article = next(m for f in broken.file for m in f.message_type
                       if m.name == "Article")
        article.field[3].number += 1000
        del article.field[5]
        self.assertEqual(
            sum(flatten(broken).get(name) != what
                for name, what in flatten(self.now).items()), 2)

    def test_every_rpc_lists_its_errors(self):
        for path in (harness.ROOT / "proto/courant/v1").glob("*_service.proto"):
            comment = ""
            for line in pathlib.Path(path).read_text().splitlines():
                stripped = line.strip()
                if stripped.startswith("//"):
                    comment += stripped + "\n"
                elif stripped.startswith("rpc "):
                    self.assertIn("Errors:", comment, f"{path.name}: {stripped}")
                    comment = ""
                elif stripped:
                    comment = ""

    def test_every_reason_says_its_code_and_what_to_do(self):
        lines = (harness.ROOT / "proto/courant/v1/error.proto").read_text()
        comment = ""
        codes = {code.name for code in grpc.StatusCode}
        for line in lines.split("enum ErrorReason")[1].splitlines():
            stripped = line.strip()
            if stripped.startswith("//"):
                comment += " " + stripped[2:].strip()
            elif "=" in stripped and "UNSPECIFIED" not in stripped:
                name = stripped.split()[0]
                self.assertIn(comment.split(".")[0].strip(), codes, name)
                self.assertIn("Client:", comment, name)
                comment = ""
            else:
                comment = ""


if __name__ == "__main__":
    harness.main()
