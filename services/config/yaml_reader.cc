#include "services/config/yaml_reader.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <cstdint>
#include <exception>
#include <optional>
#include <sstream>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "services/config/text_check.h"

namespace courant {
namespace {

std::string Place(absl::string_view file, int line, int column) {
  return absl::StrCat(file, ":", line, ":", column);
}

// The parser counts from 0, and from -1 where it does not know.
std::string Place(absl::string_view file, const YAML::Mark& mark) {
  return Place(file, std::max(mark.line, 0) + 1, std::max(mark.column, 0) + 1);
}

// Turns the parser's events into settings. After a problem it goes on, so
// that one run names them all; what hangs below a problem is ignored.
class SettingCollector final : public YAML::EventHandler {
 public:
  SettingCollector(absl::string_view file, std::vector<std::string>& errors)
      : file_(file), errors_(errors) {}

  std::vector<Setting> TakeSettings() { return std::move(settings_); }

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (++documents_ == 1) return;
    Refuse(mark, "a second document begins here; keep only one");
    ignored_depth_ = 1;
  }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t) override {
    // At the top it is an empty document.
    if (IsIgnored() || sections_.empty()) return;
    if (WantsKey()) {
      RefuseKey(mark, "a key is missing before the colon");
    } else {
      Emit(Setting::Form::kNothing, "");
    }
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    if (IsIgnored() || sections_.empty()) return;
    Refuse(mark, "aliases (*name) are not allowed; write the value itself");
    if (WantsKey()) {
      ignore_value_ = true;
    } else {
      sections_.back().key.reset();
    }
  }

  void OnAnchor(const YAML::Mark& mark, const std::string&) override {
    if (ignored_depth_ > 0) return;
    Refuse(mark, "anchors (&name) are not allowed; remove it");
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t,
                const std::string& text) override {
    if (IsIgnored()) return;
    CheckTag(mark, tag);
    if (sections_.empty()) {
      Refuse(mark, "this is only text; write \"key: value\"");
    } else if (WantsKey()) {
      BeginEntry(mark, text);
    } else {
      Emit(tag == kQuotedTag ? Setting::Form::kQuoted : Setting::Form::kPlain,
           text);
    }
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag,
                       YAML::anchor_t, YAML::EmitterStyle::value) override {
    if (IsStartIgnored(mark)) return;
    CheckTag(mark, tag);
    ignored_depth_ = 1;
    if (sections_.empty()) {
      Refuse(mark, "this is a list; write \"key: value\"");
    } else if (WantsKey()) {
      RefuseKey(mark, "a list cannot be a key");
    } else {
      Emit(Setting::Form::kList, "");
    }
  }
  void OnSequenceEnd() override { --ignored_depth_; }

  void OnMapStart(const YAML::Mark& mark, const std::string& tag,
                  YAML::anchor_t, YAML::EmitterStyle::value) override {
    if (IsStartIgnored(mark)) return;
    CheckTag(mark, tag);
    if (sections_.empty()) {
      sections_.push_back({"", std::nullopt});
    } else if (WantsKey()) {
      ignored_depth_ = 1;
      RefuseKey(mark, "a section cannot be a key");
    } else {
      const std::string path = sections_.back().key->path;
      Emit(Setting::Form::kSection, "");
      sections_.push_back({absl::StrCat(path, "."), std::nullopt});
    }
  }
  void OnMapEnd() override {
    if (ignored_depth_ > 0) {
      --ignored_depth_;
    } else {
      sections_.pop_back();
    }
  }

 private:
  // The parser's tags of scalars: in quotes or a block, and plain.
  static constexpr absl::string_view kQuotedTag = "!";
  static constexpr absl::string_view kPlainTag = "?";

  struct Key {
    std::string path;
    std::string place;
  };
  struct Section {
    std::string prefix;      // "limits.", empty at the top.
    std::optional<Key> key;  // Read, and waits for its value.
  };

  bool WantsKey() const { return !sections_.back().key.has_value(); }

  void Refuse(const YAML::Mark& mark, absl::string_view what) {
    errors_.push_back(absl::StrCat(Place(file_, mark), ": ", what));
  }

  void RefuseKey(const YAML::Mark& mark, absl::string_view what) {
    Refuse(mark, what);
    ignore_value_ = true;
  }

  void CheckTag(const YAML::Mark& mark, absl::string_view tag) {
    if (tag.empty() || tag == kQuotedTag || tag == kPlainTag) return;
    Refuse(mark, "tags (!name) are not allowed; remove it");
  }

  // True if the node that begins here is part of something refused.
  bool IsIgnored() {
    return ignored_depth_ > 0 || std::exchange(ignore_value_, false);
  }

  // IsIgnored() for a node that has an end.
  bool IsStartIgnored(const YAML::Mark& mark) {
    const size_t depth = sections_.size() + ignored_depth_ + 1;
    const bool too_deep = depth > kMaxYamlDepth;
    if (too_deep && !std::exchange(said_too_deep_, true)) {
      Refuse(mark, absl::StrCat("deeper than ", kMaxYamlDepth, " levels"));
    }
    if (!IsIgnored() && !too_deep) return false;
    ++ignored_depth_;
    return true;
  }

  void BeginEntry(const YAML::Mark& mark, const std::string& name) {
    const std::string place = Place(file_, mark);
    if (name.empty()) return RefuseKey(mark, "a key cannot be empty");
    if (absl::StrContains(name, '.')) {
      return RefuseKey(mark,
                       absl::StrCat(QuoteForMessage(name),
                                    " is written as nested keys in a file, one "
                                    "for each part"));
    }
    std::string path = absl::StrCat(sections_.back().prefix, name);
    const auto [first, is_new] = first_places_.try_emplace(path, place);
    if (!is_new) {
      // One line for each message, whatever a key in quotes has in it.
      const bool plain = !FindTextFault(path, Lines::kRefused);
      return RefuseKey(mark, absl::StrCat(plain ? path : QuoteForMessage(path),
                                          ": is already set at ", first->second,
                                          "; keep one"));
    }
    sections_.back().key = Key{std::move(path), place};
  }

  void Emit(Setting::Form form, std::string text) {
    Key& key = *sections_.back().key;
    settings_.push_back(
        {std::move(key.path), std::move(text), form, std::move(key.place)});
    sections_.back().key.reset();
  }

  const absl::string_view file_;
  std::vector<std::string>& errors_;
  std::vector<Setting> settings_;

  // The maps around the current event.
  std::vector<Section> sections_;
  // Lists and maps around the current event that are not in `sections_`.
  size_t ignored_depth_ = 0;
  // The key just read was refused: its value is of no interest.
  bool ignore_value_ = false;

  int documents_ = 0;
  bool said_too_deep_ = false;
  absl::flat_hash_map<std::string, std::string> first_places_;
};

// Appends an error and returns false if the bytes are not clean text.
bool CheckText(absl::string_view text, absl::string_view file,
               std::vector<std::string>& errors) {
  if (text.size() > kMaxYamlBytes) {
    errors.push_back(absl::StrCat(file, ":1:1: the file is larger than ",
                                  kMaxYamlBytes, " bytes"));
    return false;
  }
  const auto fault = FindTextFault(text, Lines::kAllowed);
  if (!fault.has_value()) return true;
  const absl::string_view before = text.substr(0, fault->offset);
  const size_t line_start = before.rfind('\n') + 1;  // npos + 1 is 0.
  errors.push_back(absl::StrCat(
      Place(file, 1 + std::count(before.begin(), before.end(), '\n'),
            1 + before.size() - line_start),
      ": ", fault->what, "; write plain UTF-8 text"));
  return false;
}

}  // namespace

std::vector<Setting> ReadYaml(absl::string_view text, absl::string_view file,
                              std::vector<std::string>& errors) {
  if (!CheckText(text, file, errors)) return {};
  const size_t errors_before = errors.size();
  SettingCollector collector(file, errors);
  // The parser takes the end of the file for a missing closing quote. The
  // end-of-document line makes it complain instead.
  std::istringstream input(absl::StrCat(text, "\n...\n"));
  try {
    YAML::Parser parser(input);
    // Twice, to see whether there is a second document, and not until the
    // end: the parser never gets past a comma that stands in no bracket.
    if (parser.HandleNextDocument(collector)) {
      parser.HandleNextDocument(collector);
    }
  } catch (const YAML::Exception& e) {
    // If something was refused already, this is most likely its consequence.
    if (errors.size() == errors_before) {
      const bool at_end = e.mark.pos >= static_cast<int64_t>(text.size());
      errors.push_back(absl::StrCat(
          Place(file, e.mark), ": not YAML: ",
          at_end ? "the file ends before a quote or bracket is closed"
                 : e.msg));
    }
  } catch (const std::exception& e) {
    errors.push_back(absl::StrCat(file, ":1:1: not YAML: ", e.what()));
  }
  return collector.TakeSettings();
}

}  // namespace courant
