"""Plants each kind of violation in a tree of its own, and expects a failure.

A check that finds nothing is worth nothing until it has been seen to fail.
"""

import pathlib
import subprocess
import sys
import tempfile
import unittest

import size_test
import source_tree


def run(check, files):
    """(exit status, output) of a check on a tree that holds just `files`."""
    with tempfile.TemporaryDirectory() as folder:
        for name, content in files.items():
            path = pathlib.Path(folder, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content, encoding="utf-8")
        done = subprocess.run(
            [sys.executable, source_tree.HERE.parent / f"{check}_test.py",
             folder], capture_output=True, text=True)
        return done.returncode, done.stdout + done.stderr


class ChecksFail(unittest.TestCase):

    def expect(self, check, expected, files):
        status, output = run(check, files)
        self.assertEqual(status, 1, output)
        self.assertIn(expected, output)

    def expect_clean(self, check, files):
        status, output = run(check, files)
        self.assertEqual(status, 0, output)

    def test_storage_that_includes_a_service(self):
        self.expect("layering", "storage/view.cc:2: storage must not see rpc",
                    {"storage/view.cc":
                     "\n#include \"services/rpc/errors.h\"\n"})

    def test_storage_that_includes_grpc(self):
        for include in ("<grpcpp/grpcpp.h>", '"courant/v1/x.grpc.pb.h"'):
            self.expect("layering", "storage/view.cc:1: storage must not see",
                        {"storage/view.cc": f"#include {include}\n"})

    def test_editorial_and_distribution_that_see_each_other(self):
        self.expect("layering", "editorial must not see distribution",
                    {"services/editorial/a.h":
                     '#include "services/distribution/change_hub.h"\n'})

    def test_a_command_line_that_links_storage(self):
        self.expect("layering", "cli must not see storage",
                    {"services/cli/a.cc": '#include "storage/view.h"\n'})

    def test_a_folder_without_a_layer(self):
        self.expect("layering", "services/misc/a.h:1: is in no layer",
                    {"services/misc/a.h": ""})

    def test_a_short_include(self):
        self.expect("layering", "write the full path",
                    {"storage/view.cc": '#include "view.h"\n',
                     "storage/view.h": "// Why.\n"})

    def test_a_contract_that_imports_a_record(self):
        self.expect("layering", "courant/v1/ must not import",
                    {"proto/courant/v1/a.proto":
                     'import "courant/storage/v1/record.proto";\n'})

    def test_what_is_allowed(self):
        self.expect_clean("layering", {
            "services/editorial/a.cc": '#include "storage/view.h"\n',
            "services/cli/a.cc": '#include "storage/base/clock.h"\n',
            "tests/a_test.cc": '#include "services/http/b.h"\n'})

    def test_a_long_file(self):
        self.expect("size", "storage/a.h:1: 251 lines; the bar is 250",
                    {"storage/a.h": "// a\n" * 251})
        self.expect("size", "tests/a.cc:1: 501 lines; the bar is 500",
                    {"tests/a.cc": "// a\n" * 501})

    def test_a_long_function(self):
        body = "  Call();\n" * 89
        self.expect("size", "a.cc:2: X::Y has 91 lines; the bar is 90",
                    {"services/filter/a.cc": f"\nint X::Y() {{\n{body}}}\n"})

    def test_a_header_with_few_words(self):
        self.expect("size", "33 % comment",
                    {"services/filter/a.h": "// Why.\nint a;\nint b;\n"})
        self.expect_clean("size", {"services/filter/a.h": "// Why.\nint a;\n"})

    def test_a_proto_with_few_words(self):
        self.expect("size", "33 % comment",
                    {"proto/courant/v1/a.proto": "// Why.\na\nb\n"})

    def test_words(self):
        for what, line in [
                ("names a registry", "see https://registry.npmjs." "org/x"),
                ("names a path", "cd /ho" "me/somebody/courant"),
                ("is unfinished", "// TO" "DO: the rest"),
                ("waits by sleeping", "time.sl" "eep(1)")]:
            self.expect("words", f"tests/a.py:1: {what}",
                        {"tests/a.py": line + "\n"})
        self.expect_clean("words", {"README.md": "cd ../home/x; /v1/work/x\n"})

    def test_a_lock_file_with_an_address(self):
        self.expect("words", "has an address", {"a/package-lock.json":
                    '{"packages": {"x": {"resolved": "somewhere"}}}'})


class FunctionsAreFound(unittest.TestCase):

    def names_and_lengths(self, source):
        return [(name, length)
                for name, _, length in size_test.functions(source)]

    def test_in_namespaces_classes_and_templates(self):
        self.assertEqual(self.names_and_lengths("""
namespace courant {
template <typename T>
class Box final : public Base<T> {
 public:
  explicit Box(T t) : a_(t), b_{t, "{"} {
    Use();
  }
  int get() const { return a_; }
 private:
  int a_ = 0;
  T b_{};
};
constexpr int kTable[] = {1, 2, f(3)};
const Row kRows[] = {
    {1, f(2)},
};
enum class Colour { kRed };
INSTANTIATE(Parse, ValuesIn<Row>({
                       {"a", f(1)},
                   }));
// A comment with { and "
absl::StatusOr<int> Parse(absl::string_view text,
                          int more) {
  if (text == "}") {
    return 1'000;
  }
  auto each = [](char c) { return c == '{'; };
}
TEST(Parse, Works) { Parse("", 1); }
}  // namespace courant
"""), [("Box", 3), ("get", 1), ("Parse", 7), ("TEST", 1)])


if __name__ == "__main__":
    unittest.main()
