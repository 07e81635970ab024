#include "services/importers/ninjs/body.h"

#include <cstddef>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "services/importers/finish_item.h"
#include "services/importers/markup/markup_blocks.h"
#include "services/importers/ninjs/fields.h"
#include "services/importers/ninjs/media.h"
#include "services/importers/ninjs/written_text.h"
#include "services/importers/paragraphs.h"
#include "services/importers/unicode_text.h"

namespace courant::importers::ninjs {
namespace {

// Whether a role says nothing but that it is the text, or how it is written.
bool IsMainRole(absl::string_view role) {
  return role.empty() || role == "main" || role == "body" || role == "text" ||
         role == "richtext" || role == "plaintext" || role == "html" ||
         role == "xhtml";
}

// Smaller is better.
int ChoiceOf(const JsonValue& entry) {
  const int by_role = IsMainRole(RoleOf(entry)) ? 0 : 10;
  switch (WritingOf(entry)) {
    case Writing::kXhtml:
      return by_role;
    case Writing::kHtml:
      return by_role + 1;
    case Writing::kPlain:
      return by_role + 2;
    case Writing::kOther:
      return 100;
  }
  return 100;
}

std::string PathOf(size_t i) {
  return absl::StrCat(ElementPath("$.bodies", i), ".value");
}

// Maps the bodies of one item.
class Bodies {
 public:
  Bodies(JsonValue& item, ImportedItem& out, Faults& faults)
      : bodies_(ElementsOf(item, "bodies")),
        article_(*out.request.mutable_article()),
        remarks_(out.remarks),
        faults_(faults) {}

  void Map() {
    std::optional<size_t> best;
    for (size_t i = 0; i < bodies_.size(); ++i) {
      if (WritingOf(bodies_[i]) == Writing::kOther ||
          IsBlank(PeekString(bodies_[i], "value"))) {
        continue;
      }
      if (!best || ChoiceOf(bodies_[i]) < ChoiceOf(bodies_[*best])) best = i;
    }
    if (!best) return;
    TakeBody(*best);
    const std::string words = WordsOfArticle();
    for (size_t i = 0; i < bodies_.size(); ++i) {
      if (i != *best) LeaveOutIfSame(i, words);
    }
  }

 private:
  void TakeBody(size_t i) {
    JsonValue& entry = bodies_[i];
    if (IsMainRole(RoleOf(entry))) MarkUsed(entry, "role");
    MarkUsed(entry, "contentType");
    const Writing writing = WritingOf(entry);
    const std::string value = TakeString(entry, "value");
    if (writing == Writing::kPlain) {
      TakePlain(entry, PathOf(i), value);
    } else {
      TakeMarkup(
          entry, PathOf(i), value,
          writing == Writing::kXhtml ? MarkupKind::kXhtml : MarkupKind::kHtml);
    }
  }

  void TakePlain(const JsonValue& entry, absl::string_view path,
                 absl::string_view value) {
    const Paragraphs paragraphs = SplitParagraphs(value);
    if (paragraphs.texts.size() > kMaxBlocks) {
      return faults_.Add(v1::FIELD_TOO_LONG, entry.line, path,
                         "has more than 2,000 paragraphs");
    }
    for (const std::string& text : paragraphs.texts) {
      if (text.size() > kMaxParagraphBytes) {
        return faults_.Add(v1::FIELD_TOO_LONG, entry.line, path,
                           "has a paragraph of more than 256 KiB");
      }
      AddParagraph(text, article_);
    }
    if (paragraphs.trimmed) NoteTrimmedSpace(entry.line, article_);
  }

  void TakeMarkup(const JsonValue& entry, absl::string_view path,
                  absl::string_view value, MarkupKind kind) {
    absl::StatusOr<MarkupBody> body =
        BlocksOfMarkup(kind, value, article_.language());
    if (!body.ok()) {
      return faults_.Add(absl::IsOutOfRange(body.status()) ? v1::FIELD_TOO_LONG
                                                           : v1::FIELD_INVALID,
                         entry.line, path, body.status().message());
    }
    if (body->read_as_html) {
      remarks_.push_back(
          absl::StrCat(path, " is not well-formed XHTML: read as HTML"));
    }
    if (!body->dropped.empty()) NoteDropped(entry, path, *body);
    for (v1::Block& block : body->blocks) {
      if (block.has_media() &&
          !Resolve(entry, path, *body, *block.mutable_media())) {
        continue;
      }
      *article_.add_body() = std::move(block);
    }
  }

  void NoteDropped(const JsonValue& entry, absl::string_view path,
                   const MarkupBody& body) {
    v1::Provenance::Cleaning& note =
        *article_.mutable_provenance()->add_cleaning();
    note.set_action("dropped");
    note.set_reason("markup");
    note.set_source_text(absl::StrJoin(body.dropped, ", "));
    note.set_line(static_cast<int32_t>(entry.line));
    remarks_.push_back(absl::StrCat(path, ": left out what an article cannot ",
                                    "say: ", note.source_text()));
  }

  // Finds or makes the medium that a reference means. False when it has no
  // address that anybody could use.
  bool Resolve(const JsonValue& entry, absl::string_view path,
               const MarkupBody& body, v1::MediaReference& reference) {
    size_t index = 0;
    if (!absl::SimpleAtoi(reference.media_id(), &index) ||
        index >= body.images.size()) {
      return false;
    }
    const MarkupImage& image = body.images[index];
    v1::Media* medium = MediumOf(image.url);
    if (medium == nullptr) {
      if (!IsWebUrl(image.url)) {
        MarkupBody dropped;
        dropped.dropped = {absl::StrCat("<img> ",
                                        FirstCodePoints(image.url, 200), " ",
                                        FirstCodePoints(image.alt, 1000), " ",
                                        FirstCodePoints(image.caption, 1000))};
        NoteDropped(entry, path, dropped);
        return false;
      }
      if (article_.media_size() == kMaxMedia) {
        faults_.Add(v1::FIELD_TOO_LONG, entry.line, path,
                    "shows more pictures than the 200 media of an article");
        return false;
      }
      medium = article_.add_media();
      medium->set_kind(v1::Media::PICTURE);
      medium->add_renditions()->set_href(image.url);
    }
    if (medium->id().empty()) medium->set_id(FreshId());
    if (!medium->has_alt() && !image.alt.empty()) {
      medium->mutable_alt()->mutable_text()->set_value(image.alt);
    }
    if (!medium->has_caption() && !image.caption.empty()) {
      medium->mutable_caption()->set_value(image.caption);
    } else if (!SameWords(medium->caption().value(), image.caption)) {
      MarkupBody dropped;
      dropped.dropped = {absl::StrCat("<figcaption> ", image.caption)};
      NoteDropped(entry, path, dropped);
    }
    reference.set_media_id(medium->id());
    return true;
  }

  v1::Media* MediumOf(absl::string_view url) {
    if (url.empty()) return nullptr;
    for (v1::Media& medium : *article_.mutable_media()) {
      for (const v1::Rendition& file : medium.renditions()) {
        if (file.href() == url) return &medium;
      }
    }
    return nullptr;
  }

  std::string FreshId() const {
    for (int number = 1;; ++number) {
      std::string id = absl::StrCat("body-", number);
      bool taken = false;
      for (const v1::Media& medium : article_.media()) {
        taken |= medium.id() == id;
      }
      if (!taken) return id;
    }
  }

  std::string WordsOfArticle() const {
    return WordsOfBlocks({article_.body().begin(), article_.body().end()});
  }

  void LeaveOutIfSame(size_t i, absl::string_view words) {
    JsonValue& entry = bodies_[i];
    const Writing writing = WritingOf(entry);
    if (writing == Writing::kOther) return;
    std::string others(PeekString(entry, "value"));
    if (writing != Writing::kPlain) {
      absl::StatusOr<std::string> read = WordsOfMarkup(
          writing == Writing::kXhtml ? MarkupKind::kXhtml : MarkupKind::kHtml,
          others);
      if (!read.ok()) return;
      others = *std::move(read);
    }
    if (!SameWords(words, others)) return;
    MarkUsed(entry, "value");
    MarkUsed(entry, "contentType");
    if (IsMainRole(RoleOf(entry))) MarkUsed(entry, "role");
    remarks_.push_back(absl::StrCat(ElementPath("$.bodies", i),
                                    " has the same words as the text taken: "
                                    "left out"));
  }

  const absl::Span<JsonValue> bodies_;
  v1::Article& article_;
  std::vector<std::string>& remarks_;
  Faults& faults_;
};

}  // namespace

void MapBody(JsonValue& item, ImportedItem& out, Faults& faults) {
  Bodies(item, out, faults).Map();
}

}  // namespace courant::importers::ninjs
