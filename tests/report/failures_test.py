"""What is said of failed tests is said in few words, and why they failed is among
them."""

import io
import pathlib
import tempfile
import unittest
from contextlib import redirect_stdout

import failures

RESULTS = """<?xml version="1.0"?>
<testsuite>
  <testcase name="a.good" time="0.1" status="run">
    <system-out>AssertionError: on purpose</system-out>
  </testcase>
  <testcase name="a.skipped" time="0.1" status="notrun"/>
  <testcase name="a.python" time="2.25" status="fail">
    <system-out>%s
AssertionError: 1 != &lt;2&gt;
Ran 3 tests in 2 s
%s</system-out>
  </testcase>
  <testcase name="a.late" time="60" status="fail">
    <system-out>one
two
three
four

five
</system-out>
  </testcase>
  <testcase name="a.silent" time="0" status="fail"/>
</testsuite>
""" % ("\n".join(map(str, range(1000))), "and so on\n" * 1000)


class FailuresTest(unittest.TestCase):
    def test_what_is_said(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, "dev.xml")
            path.write_text(RESULTS, encoding="utf-8")
            with redirect_stdout(io.StringIO()) as said:
                failures.main([str(path)])
        self.assertEqual(said.getvalue().splitlines(), [
            "a.python failed after 2.2 s",
            "  AssertionError: 1 != <2>",
            "a.late failed after 60.0 s",
            "  two", "  three", "  four", "  five",
            "a.silent failed after 0.0 s"])

    def test_a_line_is_cut(self):
        self.assertEqual(failures.why("ValueError: " + "x" * 1000),
                         ["ValueError: " + "x" * (failures.WIDTH - 12)])

    def test_words_that_say_why(self):
        for line in ("storage/log_test.cc:12: Failure",
                     "SUMMARY: AddressSanitizer: heap-use-after-free",
                     "x.cc:1:2: runtime error: signed integer overflow",
                     "subprocess.CalledProcessError: Command 'mount'",
                     "FAIL: test_life (__main__.PackageTest)"):
            self.assertEqual(failures.why(f"{line}\n1\n2\n3\n4\n5\n"), [line])

    def test_a_sanitizer_says_where(self):
        leak = "Direct leak of 8 byte(s) in 1 object(s) allocated from:\n"
        stack = "".join(f"    #{n} 0x7f0{n} in f{n} a.cc:{n}\n"
                        for n in range(30))
        end = "SUMMARY: AddressSanitizer: 8 byte(s) leaked in 1 allocation(s)."
        self.assertEqual(
            failures.why(f"==7==ERROR: LeakSanitizer: detected memory leaks\n"
                         f"\n{leak}{stack}\n{leak}{stack}\n{end}\n"),
            [end] + [f"in f{n} a.cc:{n}" for n in range(failures.FRAMES)])


if __name__ == "__main__":
    unittest.main()
