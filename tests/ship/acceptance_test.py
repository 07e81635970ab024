"""What CTest is told of an acceptance test that was not run, or not wholly."""

import pathlib
import subprocess
import sys
import unittest

import acceptance

PASSED = "def test_passed(self): pass"
SKIPPED = "def test_skipped(self): self.skipTest('no podman')"
FAILED = "def test_failed(self): self.fail()"


def exit_code(*tests):
    lines = ["import acceptance, unittest", "class T(unittest.TestCase):",
             *(f"  {test}" for test in tests), "acceptance.main()"]
    return subprocess.run([sys.executable, "-B", "-c", "\n".join(lines)],
                          cwd=pathlib.Path(__file__).parent,
                          capture_output=True).returncode


class AcceptanceTest(unittest.TestCase):
    def test_what_was_skipped_is_not_passed(self):
        self.assertEqual(exit_code(PASSED), 0)
        self.assertEqual(exit_code(PASSED, SKIPPED), acceptance.SKIPPED)
        self.assertEqual(exit_code(SKIPPED, FAILED), 1)

    def test_ctest_knows_it_and_every_test_says_it(self):
        here = pathlib.Path(__file__).parent
        self.assertIn(f"SKIP_RETURN_CODE {acceptance.SKIPPED}",
                      (here / "CMakeLists.txt").read_text())
        for path in here.glob("*_test.py"):
            self.assertTrue(
                path.read_text().endswith("    acceptance.main()\n"), path.name)


if __name__ == "__main__":
    acceptance.main()
