"""What is in the package: programs that are hardened, pages that tell every
option, a list of all that the programs are made of, and nothing that lintian
objects to. Packed twice, one build gives the same bytes."""

import email.utils
import gzip
import json
import pathlib
import re
import subprocess
import tempfile
import unittest

import acceptance
import deb

PROGRAMS = ("usr/bin/courantd", "usr/bin/courant")


def output_of(*command):
    return subprocess.run([str(word) for word in command], check=True,
                          text=True, stdout=subprocess.PIPE).stdout


def needed(program):
    """The sonames that it asks the loader for."""
    return re.findall(r"\(NEEDED\).*\[(.+)\]", output_of("readelf", "-dW",
                                                         program))


class ContentsTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="courant-ship-",
                                             dir=deb.BUILD)
        cls.addClassCleanup(folder.cleanup)
        cls.made = pathlib.Path(folder.name)
        for name in ("first", "second", "tree"):
            (cls.made / name).mkdir()
        cls.package = deb.make(cls.made / "first")
        cls.tree = deb.unpack(cls.package, cls.made / "tree")

    def test_lintian_has_no_objection(self):
        done = subprocess.run(
            ["lintian", "--allow-root", "--tag-display-limit", "0",
             "--fail-on", "error,warning", str(self.package)], text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        self.assertEqual(done.stdout, "")
        self.assertEqual(done.returncode, 0)

    def test_packed_twice_it_is_the_same_bytes(self):
        """Of one build: whether the compiler gives the same program again is not
        asked here."""
        again = deb.make(self.made / "second")
        self.assertEqual(again.name, self.package.name)
        self.assertEqual(again.read_bytes(), self.package.read_bytes())

    def test_all_that_is_dated_has_one_moment(self):
        documents = self.tree / "usr/share/doc/courant"
        changelog = gzip.decompress(
            (documents / "changelog.Debian.gz").read_bytes()).decode()
        dated = email.utils.parsedate_to_datetime(
            re.search(r"^ -- .*>  (.*)$", changelog, re.MULTILINE)[1])
        made = json.loads((documents / "sbom.cdx.json").read_text())
        self.assertEqual(made["metadata"]["timestamp"],
                         dated.strftime("%Y-%m-%dT%H:%M:%SZ"))

    def test_programs_are_hardened(self):
        for name in PROGRAMS:
            with self.subTest(name):
                self.check_hardened(self.tree / name)

    def check_hardened(self, program):
        header = output_of("readelf", "-hW", program)
        segments = output_of("readelf", "-lW", program)
        dynamic = output_of("readelf", "-dW", program)
        symbols = output_of("readelf", "-W", "--dyn-syms", program)
        self.assertRegex(header, r"Type: +DYN \(Position-Independent Exec")
        self.assertIn("GNU_RELRO", segments)
        stack, = re.findall(r"GNU_STACK .* (R\S*) +0x", segments)
        self.assertEqual(stack, "RW")
        self.assertEqual(re.findall(r"LOAD .* RWE ", segments), [])
        self.assertRegex(dynamic, r"\(FLAGS\).*BIND_NOW")
        self.assertRegex(dynamic, r"\(FLAGS_1\).*PIE")
        for tag in ("(RPATH)", "(RUNPATH)", "(TEXTREL)"):
            self.assertNotIn(tag, dynamic)
        called = set(re.findall(r" (\w+)@", symbols))
        # Of -fstack-protector-strong, _FORTIFY_SOURCE and _GLIBCXX_ASSERTIONS.
        checks = {name for name in called if name.endswith("_chk")}
        self.assertIn("__stack_chk_fail", called)
        self.assertTrue(checks, "no call that _FORTIFY_SOURCE checks")
        self.assertIn("_ZSt21__glibcxx_assert_failPKciS0_S0_", called)
        # Of -fcf-protection: endbr64, where an indirect call may arrive.
        self.assertGreater(program.read_bytes().count(b"\xf3\x0f\x1e\xfa"),
                           1000)

    def test_every_file_is_compiled_hardened(self):
        """Also what is generated, which reads what strangers send."""
        commands = json.loads(
            (deb.BUILD / "compile_commands.json").read_text())
        commands = [entry for entry in commands
                    if f"{deb.ROOT}/tests/" not in entry["file"]]
        self.assertTrue(any(entry["file"].endswith(".pb.cc")
                            for entry in commands))
        for entry in commands:
            for flag in ("-fstack-protector-strong", "-D_FORTIFY_SOURCE=2",
                         "-fstack-clash-protection", "-fcf-protection",
                         "-D_GLIBCXX_ASSERTIONS"):
                self.assertIn(flag, entry["command"], entry["file"])

    def test_all_that_is_loaded_is_listed_with_its_version(self):
        listed = json.loads(
            (self.tree / "usr/share/doc/courant/sbom.cdx.json").read_text())
        self.assertEqual((listed["bomFormat"], listed["specVersion"]),
                         ("CycloneDX", "1.4"))
        version_of = {}
        for component in listed["components"]:
            self.assertTrue(component["version"], component)
            self.assertIn("pkg:deb/", component["purl"])
            for entry in component["properties"]:
                if entry["name"] == "elf:soname":
                    version_of[entry["value"]] = component
        for name in PROGRAMS:
            for soname in needed(self.tree / name):
                self.assertIn(soname, set(version_of))
        names = {c["name"]: c["version"] for c in listed["components"]}
        # Compiled in, and loaded by the console.
        self.assertLessEqual({"libboost-dev", "libjs-chart.js"}, names.keys())
        for name, version in names.items():
            self.assertEqual(output_of("dpkg-query", "-W", "-f", "${Version}\n",
                                       name).splitlines()[0], version)

    def page(self, path):
        text = gzip.open(self.tree / "usr/share/man" / path, "rt").read()
        return text.replace("\\-", "-")

    def test_the_page_of_the_server_tells_every_option(self):
        page = self.page("man8/courantd.8.gz")
        told = output_of(deb.BUILD / "bin/courantd", "--help")
        options = set(re.findall(r"^ +(?:-h,)?(--[a-z-]+)", told, re.M))
        self.assertGreater(len(options), 8)
        for option in options:
            self.assertIn(option, page)

    def test_the_page_of_the_command_tells_every_resource(self):
        page = self.page("man1/courant.1.gz")
        told = output_of(deb.BUILD / "bin/courant", "--help")
        resources = set(re.findall(r"^  ([a-z]+) ", told, re.M))
        self.assertIn("article", resources)
        for resource in resources:
            self.assertIn(f".B {resource}\n", page)

    def test_the_page_of_the_command_tells_every_common_option(self):
        page = self.page("man1/courant.1.gz")
        options = set()
        for command in (("article", "create"), ("article", "get")):
            told = output_of(deb.BUILD / "bin/courant", *command, "--help")
            common = told.partition("\nCommon options:\n")[2]
            options |= set(re.findall(r"^ +(?:-\w, )?(--[a-z-]+)",
                                      common.partition("\n\n")[0], re.M))
        self.assertLessEqual({"--trace", "--actor", "--audience"}, options)
        for option in options:
            self.assertRegex(page, rf"(?m)^\.B.*{option}\b")

    def test_completions_are_those_of_the_command(self):
        completions = {"bash": "bash-completion/completions/courant",
                       "zsh": "zsh/vendor-completions/_courant",
                       "fish": "fish/vendor_completions.d/courant.fish"}
        for shell, path in completions.items():
            self.assertEqual(
                (self.tree / "usr/share" / path).read_text(),
                output_of(deb.BUILD / "bin/courant", "completion", shell))

    def test_what_operators_need_is_there(self):
        share = self.tree / "usr/share/courant"
        self.assertEqual(
            {p.name for p in (share / "grafana").iterdir()},
            {p.name for p in (deb.ROOT / "deploy/grafana").glob("*.json")})
        for name in ("courant.rules.yml", "runbook.md", "metrics.md"):
            self.assertTrue((share / "prometheus" / name).exists())
        for folder, pattern in (("runbooks", "*.md"), ("haproxy", "*")):
            self.assertEqual(
                {p.name for p in (share / folder).iterdir()},
                {p.name for p in (deb.ROOT / "deploy" / folder).glob(pattern)})
        self.assertTrue((share / "proto/courant/v1/article.proto").exists())
        self.assertEqual(
            (self.tree / "DEBIAN/conffiles").read_text().split(),
            ["/etc/courant/courant.yaml"])

    def test_pages_lead_to_pages_that_are_there(self):
        led = set()
        for page in (self.tree / "usr/share").rglob("*.md"):
            for link in re.findall(r"\]\(([^)#\s]+)", page.read_text()):
                if re.match(r"\w+:", link):
                    continue
                # Nothing outside of the package, which may be elsewhere.
                target = (page.parent / link).resolve()
                self.assertTrue(
                    target.is_relative_to(self.tree.resolve()) and
                    target.is_file(), f"{page.relative_to(self.tree)}: {link}")
                led.add(target.name)
        self.assertLessEqual({"disk-full.md", "runbook.md", "README.md"}, led)


if __name__ == "__main__":
    acceptance.main()
