#include "services/cli/article_fields.h"

#include <algorithm>
#include <fstream>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "services/cli/display_width.h"
#include "services/cli/error_text.h"
#include "services/cli/time_text.h"
#include "storage/base/status_macros.h"

namespace courant {
namespace {

constexpr char kByteOrderMark[] = "\xef\xbb\xbf";

absl::StatusOr<std::string> ReadAll(const std::string& path,
                                    std::istream& standard_input) {
  std::ifstream file;
  if (path != "-") file.open(path, std::ios::binary);
  std::istream& in = path == "-" ? standard_input : file;
  bool readable = in.good();
  std::string text;
  char block[4096];
  while (in.read(block, sizeof(block)) || in.gcount() > 0) {
    text.append(block, static_cast<size_t>(in.gcount()));
  }
  readable = readable && !in.bad();  // A folder opens, but cannot be read.
  if (!readable) {
    return UsageError(absl::StrCat("the body cannot be read from ", path));
  }
  if (!IsUtf8(text)) {
    return UsageError(absl::StrCat("the body in ", path, " is not UTF-8"));
  }
  return text;
}

absl::StatusOr<std::string> ReadBody(const Arguments& arguments,
                                     std::istream& in) {
  if (arguments.Has("body") && arguments.Has("body-file")) {
    return UsageError("--body and --body-file exclude each other");
  }
  if (arguments.Has("body-file")) {
    return ReadAll(arguments.Get("body-file"), in);
  }
  const std::string body = arguments.Get("body");
  if (body == "-") return ReadAll(body, in);
  return body;
}

void SetBody(absl::string_view text, v1::Article& article) {
  for (std::string& paragraph : SplitParagraphs(text)) {
    article.add_body()->mutable_paragraph()->mutable_text()->set_text(
        std::move(paragraph));
  }
}

// Codes look like "recent-news"; anything else is a label, from which the
// server makes the code.
void AddSection(const std::string& value, v1::Article& article) {
  if (value.empty()) return;
  const bool is_code =
      std::all_of(value.begin(), value.end(), [](unsigned char c) {
        return absl::ascii_islower(c) || absl::ascii_isdigit(c) || c == '-';
      });
  v1::Section& section = *article.add_sections();
  if (is_code) {
    section.set_code(value);
  } else {
    section.add_labels()->set_value(value);
  }
}

// An option, the path of its field, and how one value is set.
struct Field {
  Option option;
  const char* path;
  void (*set)(const std::string& value, v1::Article& article);
};

std::vector<Field> Fields() {
  using Use = Option::Use;
  return {
      {{"headline", "TEXT", "The headline"},
       "headline",
       [](const std::string& value, v1::Article& article) {
         if (!value.empty()) article.mutable_headline()->set_value(value);
       }},
      {{"language", "TAG", "BCP 47 tag of the text, such as en or ko-KR"},
       "language",
       [](const std::string& value, v1::Article& article) {
         article.set_language(value);
       }},
      {{"copyright", "NOTICE", "The copyright notice, verbatim"},
       "rights.copyright_notice",
       [](const std::string& value, v1::Article& article) {
         article.mutable_rights()->set_copyright_notice(value);
       }},
      {{"section", "SECTION",
        "Code or name of a section; the first is the "
        "main one",
        Use::kRepeated},
       "sections",
       AddSection},
      {{"deck", "TEXT", "A sub-headline", Use::kRepeated},
       "decks",
       [](const std::string& value, v1::Article& article) {
         if (!value.empty()) article.add_decks()->set_value(value);
       }},
      {{"subject", "QCODE", "What it is about, such as medtop:20000639",
        Use::kRepeated},
       "subjects",
       [](const std::string& value, v1::Article& article) {
         if (!value.empty()) article.add_subjects()->set_qcode(value);
       }},
      {{"byline", "TEXT", "The byline as printed"},
       "byline",
       [](const std::string& value, v1::Article& article) {
         article.set_byline(value);
       }},
      {{"summary", "TEXT", "An abstract of one paragraph"},
       "summary",
       [](const std::string& value, v1::Article& article) {
         if (!value.empty()) article.mutable_summary()->set_value(value);
       }},
      {{"slugline", "TEXT", "The working title"},
       "slugline",
       [](const std::string& value, v1::Article& article) {
         article.set_slugline(value);
       }},
  };
}

// The options for what is known about an article beside its content.
std::vector<Option> RecordOptions() {
  return {
      {"embargo", "TIME",
       "Nobody outside sees it before: 2026-03-02T15:10+09:00, or +2h from "
       "now"},
      {"expires", "TIME", "It must not be used after this time"},
      {"alias", "SYSTEM=ID", "Its id in another system",
       Option::Use::kRepeated},
  };
}

absl::Status ReadTimes(const Arguments& arguments, absl::Time now,
                       v1::Article& article,
                       google::protobuf::FieldMask& mask) {
  if (arguments.Has("embargo")) {
    mask.add_paths("embargo_until");
    if (!arguments.Get("embargo").empty()) {
      COURANT_ASSIGN_OR_RETURN(*article.mutable_embargo_until(),
                               ReadMomentOption(arguments, "embargo", now));
    }
  }
  if (arguments.Has("expires")) {
    mask.add_paths("expires_at");
    if (!arguments.Get("expires").empty()) {
      COURANT_ASSIGN_OR_RETURN(*article.mutable_expires_at(),
                               ReadMomentOption(arguments, "expires", now));
    }
  }
  return absl::OkStatus();
}

absl::Status ReadAliases(const Arguments& arguments, v1::Article& article,
                         google::protobuf::FieldMask& mask) {
  if (!arguments.Has("alias")) return absl::OkStatus();
  mask.add_paths("alias_ids");
  for (const std::string& value : arguments.All("alias")) {
    if (value.empty()) continue;
    const std::pair<std::string, std::string> sides =
        absl::StrSplit(value, absl::MaxSplits('=', 1));
    if (sides.first.empty() || sides.second.empty()) {
      return UsageError(
          absl::StrCat("--alias is \"", value, "\" and must be SYSTEM=ID"));
    }
    v1::AliasId& alias = *article.add_alias_ids();
    alias.set_source_system(sides.first);
    alias.set_id(sides.second);
  }
  return absl::OkStatus();
}

std::string WithPrefix(absl::string_view prefix, absl::string_view text) {
  if (absl::StartsWith(text, prefix)) return std::string(text);
  return absl::StrCat(prefix, text);
}

}  // namespace

Operand ArticleOperand() {
  return {"NAME", "The article: articles/ID, or ID alone",
          Operand::Use::kRequired};
}

Option EtagOption() {
  return {"etag", "ETAG", "Refuse when the article is not at this etag"};
}

std::vector<Option> ArticleFieldOptions() {
  std::vector<Option> options;
  for (Field& field : Fields()) options.push_back(std::move(field.option));
  // Behind the language, where a reader looks for it.
  options.insert(options.begin() + 2,
                 {{"body", "TEXT",
                   "The text; an empty line ends a paragraph; - reads it "
                   "from the standard input"},
                  {"body-file", "FILE", "The text, from a file"}});
  for (Option& option : RecordOptions()) options.push_back(std::move(option));
  return options;
}

absl::StatusOr<google::protobuf::FieldMask> ReadArticleFields(
    const Arguments& arguments, std::istream& in, absl::Time now,
    v1::Article& article) {
  google::protobuf::FieldMask mask;
  for (const Field& field : Fields()) {
    if (!arguments.Has(field.option.name)) continue;
    mask.add_paths(field.path);
    for (const std::string& value : arguments.All(field.option.name)) {
      field.set(value, article);
    }
  }
  if (arguments.Has("body") || arguments.Has("body-file")) {
    COURANT_ASSIGN_OR_RETURN(const std::string body, ReadBody(arguments, in));
    SetBody(body, article);
    mask.add_paths("body");
  }
  COURANT_RETURN_IF_ERROR(ReadTimes(arguments, now, article, mask));
  COURANT_RETURN_IF_ERROR(ReadAliases(arguments, article, mask));
  return mask;
}

absl::StatusOr<google::protobuf::Timestamp> ReadMomentOption(
    const Arguments& arguments, absl::string_view name, absl::Time now) {
  auto time = ReadMoment(arguments.Get(name), now);
  if (time.ok()) return time;
  return UsageError(absl::StrCat("--", name, ": ", time.status().message()));
}

std::vector<std::string> SplitParagraphs(absl::string_view text) {
  absl::ConsumePrefix(&text, kByteOrderMark);
  std::vector<std::string> paragraphs;
  bool between = true;
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    absl::ConsumeSuffix(&line, "\r");
    if (absl::StripAsciiWhitespace(line).empty()) {
      between = true;
    } else if (between) {
      paragraphs.emplace_back(line);
      between = false;
    } else {
      absl::StrAppend(&paragraphs.back(), "\n", line);
    }
  }
  return paragraphs;
}

std::string ArticleName(absl::string_view text) {
  return WithPrefix("articles/", text);
}

std::string StoryName(absl::string_view text) {
  return WithPrefix("stories/", text);
}

}  // namespace courant
