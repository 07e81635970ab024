"""A server whose clock a test moves; shared by the tests of what waits for a
time and of what runs out."""

import os
import pathlib
import shutil
import tempfile

import harness


class MovedClockTest(harness.ServerTest):
    def setUp(self):
        folder = pathlib.Path(tempfile.mkdtemp(prefix="courant-time-"))
        self.addCleanup(shutil.rmtree, folder, ignore_errors=True)
        self.offset_file = folder / "offset"
        self.set_offset(0)
        # What only the server is to be told; a sanitizer wants to be loaded
        # first, and does without.
        self.environment = {
            "LD_PRELOAD": str(harness.BIN / "courant_moved_clock.so"),
            "COURANT_CLOCK_OFFSET_FILE": str(self.offset_file),
            "ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "")
            + ":verify_asan_link_order=0",
        }
        super().setUp()

    def set_offset(self, seconds):
        """Sets the server's clock to ours and so many seconds."""
        self.offset = seconds
        new = self.offset_file.with_suffix(".new")
        new.write_text(f"{seconds:+d}\n")
        new.rename(self.offset_file)
