#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/config/server_config.h"
#include "tests/services/config/config_test_support.h"

namespace courant {
namespace {

using testing::EndsWith;

// A file that is refused, and the whole message.
struct BadFile {
  const char* name;
  const char* text;
  const char* message;
};

void PrintTo(const BadFile& bad, std::ostream* out) { *out << bad.text; }

class BadFileTest : public testing::TestWithParam<BadFile> {};

TEST_P(BadFileTest, IsRefusedWithPlaceKeyAndWhatWouldBeRight) {
  const absl::Status status = LoadText(GetParam().text).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(std::string(status.message()), GetParam().message);
}

std::string NameOf(const testing::TestParamInfo<BadFile>& info) {
  return info.param.name;
}

INSTANTIATE_TEST_SUITE_P(
    Keys, BadFileTest,
    testing::ValuesIn<BadFile>({
        {"UnknownAtTheTop", "dta_dir: x\n",
         "wire.yaml:1:1: there is no key \"dta_dir\"; "
         "did you mean \"data_dir\"?"},
        {"UnknownInASection", "log:\n  level: info\n  levels: info\n",
         "wire.yaml:3:3: there is no key \"log.levels\"; "
         "did you mean \"log.level\"?"},
        {"UnlikeAnyOther", "log:\n  colour: true\n",
         "wire.yaml:2:3: there is no key \"log.colour\"; "
         "\"log\" has: level, calls"},
        {"OutsideOfItsSection", "worker_threads: 5\n",
         "wire.yaml:1:1: there is no key \"worker_threads\"; "
         "did you mean \"limits.worker_threads\"?"},
        {"UnknownSectionIsNamedOnce",
         "listeners:\n  internl:\n    address: \"x\"\n    b: {c: 1}\n",
         "wire.yaml:2:3: there is no key \"listeners.internl\"; "
         "did you mean \"listeners.internal\"?"},
        {"MergeKey", "<<: {a: 1}\n",
         "wire.yaml:1:1: there is no key \"<<\"; the top level has: data_dir, "
         "listeners, limits, stream, storage, request_id, publisher, "
         "editorial, auth, partners, backup, audit, ops, log"},
        {"ControlCharactersAreEscaped", "log: {\"a\\x01\\nb\": 2}\n",
         "wire.yaml:1:7: there is no key \"log.a\\001\\nb\"; "
         "\"log\" has: level, calls"},
        {"Twice", "data_dir: a\nlog: {level: info}\ndata_dir: b\n",
         "wire.yaml:3:1: data_dir: is already set at wire.yaml:1:1; keep one"},
        {"SectionTwice",
         "limits: {max_streams: 1}\nlimits: {worker_threads: 2}\n",
         "wire.yaml:2:1: limits: is already set at wire.yaml:1:1; keep one"},
        {"Dotted", "log.level: info\n",
         "wire.yaml:1:1: \"log.level\" is written as nested keys in a file, "
         "one for each part"},
        {"Empty", "'': x\n", "wire.yaml:1:1: a key cannot be empty"},
        {"Missing", ": x\n",
         "wire.yaml:1:1: a key is missing before the colon"},
        {"ListAsKey", "? [a, b]\n: [c]\n",
         "wire.yaml:1:3: a list cannot be a key"},
        {"SectionAsKey", "? {a: [b]}\n: {c: d}\n",
         "wire.yaml:1:3: a section cannot be a key"},
    }),
    NameOf);

INSTANTIATE_TEST_SUITE_P(
    Types, BadFileTest,
    testing::ValuesIn<BadFile>({
        {"SectionWithAValue", "log: 5\n",
         "wire.yaml:1:1: log: takes no value of its own; \"log\" has: level, "
         "calls"},
        {"SectionWithAList", "log: [level]\n",
         "wire.yaml:1:1: log: takes no value of its own; \"log\" has: level, "
         "calls"},
        {"ValueWithASection", "limits:\n  worker_threads: {a: 1}\n",
         "wire.yaml:2:3: limits.worker_threads: this is a section; "
         "want a whole number from 1 to 1024"},
        {"ValueWithAList", "limits:\n  worker_threads: [1, 2]\n",
         "wire.yaml:2:3: limits.worker_threads: this is a list; "
         "want a whole number from 1 to 1024"},
        {"ValueLeftOut", "limits:\n  worker_threads:\n",
         "wire.yaml:2:3: limits.worker_threads: has no value; "
         "want a whole number from 1 to 1024"},
        {"Null", "data_dir: ~\n",
         "wire.yaml:1:1: data_dir: has no value; want text of 1 to 4096 "
         "bytes"},
        {"NumberInQuotes", "limits:\n  worker_threads: \"64\"\n",
         "wire.yaml:2:3: limits.worker_threads: \"64\" is text because of its "
         "quotes; want a whole number from 1 to 1024"},
        {"Fraction", "limits: {worker_threads: 1.5}\n",
         "wire.yaml:1:10: limits.worker_threads: \"1.5\" is not a whole "
         "number; want a whole number from 1 to 1024"},
        {"Hexadecimal", "limits: {worker_threads: 0x40}\n",
         "wire.yaml:1:10: limits.worker_threads: \"0x40\" is not a whole "
         "number; want a whole number from 1 to 1024"},
        {"TextForANumber", "limits: {max_streams: many}\n",
         "wire.yaml:1:10: limits.max_streams: \"many\" is not a whole number; "
         "want a whole number from 1 to 100000"},
        {"PowerOfThousand", "limits: {max_request_bytes: 8MB}\n",
         "wire.yaml:1:10: limits.max_request_bytes: \"8MB\" is not a size; "
         "want a size from 64KiB to 64MiB, such as 8MiB"},
        {"DurationWithoutUnit", "stream: {stall_timeout: 30}\n",
         "wire.yaml:1:10: stream.stall_timeout: \"30\" is not a duration; "
         "want a duration from 1s to 1h, such as 30s"},
        {"YesForTrue", "listeners: {ops: {allow_insecure_non_loopback: yes}}\n",
         "wire.yaml:1:19: listeners.ops.allow_insecure_non_loopback: \"yes\" "
         "is not a switch; want true or false, without quotes"},
        {"TrueInQuotes",
         "listeners: {ops: {allow_insecure_non_loopback: 'true'}}\n",
         "wire.yaml:1:19: listeners.ops.allow_insecure_non_loopback: \"true\" "
         "is text because of its quotes; want true or false, without quotes"},
        {"NumberForText", "data_dir: 5\n",
         "wire.yaml:1:1: data_dir: \"5\" is not text unless it is in quotes; "
         "want text of 1 to 4096 bytes"},
        {"BooleanForText", "data_dir: true\n",
         "wire.yaml:1:1: data_dir: \"true\" is not text unless it is in "
         "quotes; want text of 1 to 4096 bytes"},
        {"ChoiceInUpperCase", "log: {level: INFO}\n",
         "wire.yaml:1:7: log.level: \"INFO\" is none of the choices; "
         "want one of debug, info, warning, error"},
        {"ChoiceThatMeansNone", "log: {level: unspecified}\n",
         "wire.yaml:1:7: log.level: \"unspecified\" is none of the choices; "
         "want one of debug, info, warning, error"},
        {"ChoiceByNumber", "log: {level: 2}\n",
         "wire.yaml:1:7: log.level: \"2\" is none of the choices; "
         "want one of debug, info, warning, error"},
    }),
    NameOf);

INSTANTIATE_TEST_SUITE_P(
    Ranges, BadFileTest,
    testing::ValuesIn<BadFile>({
        {"TooMany", "limits: {worker_threads: 1025}\n",
         "wire.yaml:1:10: limits.worker_threads: \"1025\" is out of range; "
         "want a whole number from 1 to 1024"},
        {"Negative", "limits: {worker_threads: -1}\n",
         "wire.yaml:1:10: limits.worker_threads: \"-1\" is out of range; "
         "want a whole number from 1 to 1024"},
        {"BeyondAnyInteger", "limits: {worker_threads: 99999999999999999999}\n",
         "wire.yaml:1:10: limits.worker_threads: \"99999999999999999999\" is "
         "out of range; want a whole number from 1 to 1024"},
        {"SizeThatWouldOverflow", "stream: {ring_bytes: 16777216TiB}\n",
         "wire.yaml:1:10: stream.ring_bytes: \"16777216TiB\" is out of range; "
         "want a size from 1MiB to 64GiB, such as 64MiB"},
        {"DurationTooLong", "stream: {stall_timeout: 61m}\n",
         "wire.yaml:1:10: stream.stall_timeout: \"61m\" is out of range; "
         "want a duration from 1s to 1h, such as 30s"},
        {"DurationNegative", "stream: {stall_timeout: -5s}\n",
         "wire.yaml:1:10: stream.stall_timeout: \"-5s\" is out of range; "
         "want a duration from 1s to 1h, such as 30s"},
        {"DurationInfinite", "request_id: {retention: inf}\n",
         "wire.yaml:1:14: request_id.retention: \"inf\" is out of range; "
         "want a duration from 1h to 8760h, such as 168h"},
        {"TextEmpty", "data_dir: \"\"\n",
         "wire.yaml:1:1: data_dir: \"\" is empty; want text of 1 to 4096 "
         "bytes"},
        {"TextWithALineEnd", "data_dir: \"a\\nb\"\n",
         "wire.yaml:1:1: data_dir: \"a\\nb\" contains the control character "
         "U+000A; want text of 1 to 4096 bytes"},
        {"DomainInUpperCase", "publisher: {domain: Example.org}\n",
         "wire.yaml:1:13: publisher.domain: \"Example.org\" is not a domain "
         "name; want a domain name in lower case such as \"example.org\", or "
         "\"\""},
    }),
    NameOf);

INSTANTIATE_TEST_SUITE_P(
    Listeners, BadFileTest,
    testing::ValuesIn<BadFile>({
        {"NoPort", "listeners: {ops: {address: 127.0.0.1}}\n",
         "wire.yaml:1:19: listeners.ops.address: \"127.0.0.1\" is not an "
         "address: there is no port; want an IP address and a port, such as "
         "\"127.0.0.1:7490\" or \"[::1]:7400\""},
        {"OpenToOthers",
         "listeners:\n  internal:\n    address: \"[::]:7400\"\n",
         "wire.yaml:3:5: listeners.internal.address: \"[::]:7400\" can be "
         "reached from other machines and has no TLS; set "
         "listeners.internal.tls.certificate_file and key_file, use a loopback "
         "address, or accept the risk with "
         "listeners.internal.allow_insecure_non_loopback: true"},
        {"OpsOpenToOthers", "listeners:\n  ops:\n    address: 192.0.2.1:80\n",
         "wire.yaml:3:5: listeners.ops.address: \"192.0.2.1:80\" can be "
         "reached from other machines and has no TLS; use a loopback address, "
         "or accept the risk with listeners.ops.allow_insecure_non_loopback: "
         "true"},
        {"PartnersOpenToOthers",
         "listeners:\n  partner:\n    address: 192.0.2.1:80\n    "
         "allow_insecure_non_loopback: true\n",
         "wire.yaml:3:5: listeners.partner.address: \"192.0.2.1:80\" can be "
         "reached from other machines and has no TLS, so that keys could be "
         "read on the way; set listeners.partner.tls.certificate_file and "
         "key_file, or use a loopback address"},
        {"OpsWithTls", "listeners:\n  ops:\n    tls: {key_file: b}\n",
         "wire.yaml:3:11: listeners.ops.tls.key_file: this listener is served "
         "without TLS; remove the key, and keep the address on loopback behind "
         "a proxy that has TLS"},
        {"CertificateAlone",
         "listeners:\n  partner:\n    tls: {certificate_file: a}\n",
         "wire.yaml:3:11: listeners.partner.tls.certificate_file: needs its "
         "private key; set listeners.partner.tls.key_file"},
        {"KeyAlone", "listeners:\n  partner:\n    tls: {key_file: a}\n",
         "wire.yaml:3:11: listeners.partner.tls.key_file: needs its "
         "certificate; set listeners.partner.tls.certificate_file"},
        {"ClientsCaAlone",
         "listeners:\n  internal:\n    tls: {client_ca_file: a}\n",
         "wire.yaml:3:11: listeners.internal.tls.client_ca_file: needs a "
         "server certificate; set listeners.internal.tls.certificate_file and "
         "listeners.internal.tls.key_file"},
        {"OpsHostWithPort", "ops: {hosts: 'courant, prom:9090'}\n",
         "wire.yaml:1:7: ops.hosts: \"prom:9090\" is not a host name; want "
         "names without port and with commas between, such as "
         "\"courant.example.org, courant-ops\""},
        {"OpsHostOfNothing", "ops: {hosts: 'courant,'}\n",
         "wire.yaml:1:7: ops.hosts: \"\" is not a host name; want names "
         "without port and with commas between, such as "
         "\"courant.example.org, courant-ops\""},
        {"SharedWithALaterDefault",
         "listeners: {internal: {address: 127.0.0.1:7490}}\n",
         "wire.yaml:1:24: listeners.internal.address: \"127.0.0.1:7490\" is "
         "also the address of listeners.ops; give each listener its own port"},
        {"SharedUnderAnotherName",
         "listeners: {http: {address: localhost:7400}}\n",
         "wire.yaml:1:20: listeners.http.address: \"127.0.0.1:7400\" is also "
         "the address of listeners.internal; give each listener its own port"},
    }),
    NameOf);

INSTANTIATE_TEST_SUITE_P(
    Yaml, BadFileTest,
    testing::ValuesIn<BadFile>({
        {"OnlyText", "hello\n",
         "wire.yaml:1:1: this is only text; write \"key: value\""},
        {"OnlyAList", "# a\n- a\n- b\n",
         "wire.yaml:2:1: this is a list; write \"key: value\""},
        {"QuoteNeverClosed", "data_dir: \"x\n",
         "wire.yaml:3:1: not YAML: the file ends before a quote or bracket is "
         "closed"},
        {"BracketNeverClosed", "log: {level: info\n",
         "wire.yaml:3:1: not YAML: the file ends before a quote or bracket is "
         "closed"},
        {"Tab", "data_dir: a\n\tlog: b\n",
         "wire.yaml:2:1: not YAML: illegal tab when looking for indentation"},
        {"Anchor", "data_dir: &a x\n",
         "wire.yaml:1:11: anchors (&name) are not allowed; remove it"},
        {"AliasAsValue", "log: &a {level: info}\nlimits: *a\n",
         "wire.yaml:1:6: anchors (&name) are not allowed; remove it\n"
         "wire.yaml:2:9: aliases (*name) are not allowed; write the value "
         "itself"},
        {"Tag", "data_dir: !!str x\n",
         "wire.yaml:1:11: tags (!name) are not allowed; remove it"},
        {"SecondDocument", "data_dir: a\n---\nlog: [{level: info}]\n",
         "wire.yaml:2:1: a second document begins here; keep only one"},
        // The parser stays at this comma for ever.
        {"StrayComma", ", data_dir: a\n",
         "wire.yaml:1:1: a second document begins here; keep only one"},
        {"NotUtf8", "# caf\xe9\n",
         "wire.yaml:1:6: a byte that is not UTF-8; write plain UTF-8 text"},
        // The parser would take this character for the end of the file and
        // drop the rest without a word.
        {"ControlCharacter",
         "log: {}\ndata_dir: a\x04"
         "b\n",
         "wire.yaml:2:12: the control character U+0004; write plain UTF-8 "
         "text"},
    }),
    NameOf);

TEST(ConfigErrorsTest, AllProblemsOfAFileAreNamedInOneRun) {
  EXPECT_EQ(std::string(LoadText("log:\n  level: loud\nlimit: {}\n"
                                 "data_dir: ''\n")
                            .status()
                            .message()),
            "wire.yaml:2:3: log.level: \"loud\" is none of the choices; want "
            "one of debug, info, warning, error\n"
            "wire.yaml:3:1: there is no key \"limit\"; did you mean "
            "\"limits\"?\n"
            "wire.yaml:4:1: data_dir: \"\" is empty; want text of 1 to 4096 "
            "bytes");
}

TEST(ConfigErrorsTest, TheListOfProblemsIsCut) {
  std::string text;
  for (int i = 0; i < 50'000; ++i) absl::StrAppend(&text, "k", i, ": 1\n");
  const std::string message(LoadText(text).status().message());
  EXPECT_EQ(std::count(message.begin(), message.end(), '\n'), 20);
  EXPECT_THAT(message, EndsWith("\nand more"));
}

TEST(ConfigErrorsTest, LongValuesAreCutInMessagesAtACharacter) {
  std::string value;
  for (int i = 0; i < 2000; ++i) absl::StrAppend(&value, "가");
  EXPECT_EQ(
      std::string(
          LoadText(absl::StrCat("data_dir: ", value, "\n")).status().message()),
      absl::StrCat("wire.yaml:1:1: data_dir: \"", value.substr(0, 78),
                   "...\" is too long; want text of "
                   "1 to 4096 bytes"));
}

TEST(ConfigErrorsTest, DeepFilesAreRefused) {
  std::string text = "log: {level: info}\nx: ";
  for (int i = 0; i < 100; ++i) absl::StrAppend(&text, "{x: ");
  EXPECT_THAT(std::string(LoadText(text).status().message()),
              testing::HasSubstr(": deeper than 16 levels"));
}

std::string FlagError(const std::string& argument) {
  return std::string(LoadConfig({.set = {argument}}).status().message());
}

TEST(ConfigErrorsTest, FlagsAreRefusedLikeTheFile) {
  EXPECT_EQ(FlagError("data_dir"),
            "--set: \"data_dir\" has no \"=\"; write --set key=value");
  EXPECT_EQ(FlagError("=x"),
            "--set: there is no key \"\"; the top level has: data_dir, "
            "listeners, limits, stream, storage, request_id, publisher, "
            "editorial, auth, partners, backup, audit, ops, log");
  EXPECT_EQ(FlagError("listeners.internal.adress=127.0.0.1:0"),
            "--set: there is no key \"listeners.internal.adress\"; did you "
            "mean \"listeners.internal.address\"?");
  EXPECT_EQ(FlagError("log=info"),
            "--set: log: takes no value of its own; \"log\" has: level, calls");
  EXPECT_EQ(FlagError("log.level="),
            "--set: log.level: \"\" is none of the choices; want one of debug, "
            "info, warning, error");
  EXPECT_EQ(FlagError("data_dir=a\xff"),
            "--set: data_dir: \"a\\377\" contains a byte that is not UTF-8; "
            "want text of 1 to "
            "4096 bytes");
  EXPECT_EQ(std::string(LoadConfig({.data_dir = ""}).status().message()),
            "--data-dir: data_dir: \"\" is empty; want text of 1 to 4096 "
            "bytes");
}

std::string VariableError(const std::string& variable) {
  return std::string(
      LoadConfig({.environment = {variable}}).status().message());
}

TEST(ConfigErrorsTest, VariablesAreRefusedLikeTheFile) {
  EXPECT_EQ(VariableError("COURANTD_LOG_LEVELS=info"),
            "environment: \"COURANTD_LOG_LEVELS\" sets nothing; did you mean "
            "COURANTD_LOG_LEVEL?");
  EXPECT_EQ(VariableError("COURANTD_"),
            "environment: \"COURANTD_\" sets nothing; names are made of the "
            "keys, such as COURANTD_LOG_LEVEL for log.level");
  EXPECT_EQ(VariableError("COURANTD_LOG_LEVEL=loud"),
            "COURANTD_LOG_LEVEL: log.level: \"loud\" is none of the choices; "
            "want one of debug, info, warning, error");
}

}  // namespace
}  // namespace courant
