#include "services/importers/csv_fields.h"

#include <cstddef>
#include <optional>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "services/importers/byline.h"
#include "services/importers/copyright_line.h"
#include "services/importers/finish_item.h"
#include "services/importers/language_tag.h"
#include "services/importers/paragraphs.h"
#include "services/importers/printed_date.h"
#include "services/importers/unicode_text.h"
#include "storage/base/status_macros.h"

namespace courant::importers {
namespace {

// Puts one field after the other into an item.
class FieldFiller {
 public:
  FieldFiller(const std::vector<CsvColumn>& columns, ImportedItem& item)
      : columns_(columns),
        item_(item),
        article_(*item.request.mutable_article()) {}

  // Puts the field of column `index`, which is clean text with LF line ends,
  // where it belongs.
  absl::Status Fill(size_t index, const std::string& value) {
    const CsvColumn& column = columns_[index];
    const absl::string_view trimmed = TrimSpace(value);
    if (column.field == CsvField::kHeadline) return SetHeadline(index, value);
    if (column.field == CsvField::kBody) return SetBody(index, value);
    if (trimmed.empty()) return absl::OkStatus();
    const std::string text(trimmed);
    switch (column.field) {
      case CsvField::kDate:
        return SetDate(index, text);
      case CsvField::kUrl:
        return SetUrl(index, text);
      case CsvField::kLanguage:
        return SetLanguage(index, text);
      case CsvField::kSourceId:
        article_.mutable_provenance()->set_source_id(text);
        break;
      case CsvField::kSourceSystem:
        article_.mutable_provenance()->set_source_system(text);
        break;
      case CsvField::kByline:
        AddByline(text, item_.line, item_);
        break;
      case CsvField::kContact:
        contact_ = text;
        break;
      case CsvField::kSection:
        article_.add_sections()->add_labels()->set_value(text);
        break;
      case CsvField::kDeck:
        AddDecks(text);
        break;
      case CsvField::kKicker:
        article_.mutable_kicker()->set_value(text);
        break;
      case CsvField::kSummary:
        article_.mutable_summary()->set_value(text);
        break;
      case CsvField::kSlugline:
        article_.set_slugline(text);
        break;
      default:
        SetRightsOrKeep(column, text);
    }
    return absl::OkStatus();
  }

  // After the last field.
  void Finish() {
    if (!contact_.empty()) {
      if (article_.contributors_size() == 0) article_.add_contributors();
      v1::Contributor& person = *article_.mutable_contributors(0);
      person.set_contact(person.contact().empty()
                             ? contact_
                             : absl::StrCat(person.contact(), ", ", contact_));
    }
    if (!unmapped_.empty()) {
      item_.remarks.push_back(
          absl::StrCat("not mapped, kept in provenance.unmapped: ",
                       absl::StrJoin(unmapped_, ", ")));
    }
  }

  // An error about the field of column `index`.
  absl::Status Error(v1::ErrorReason reason, size_t index,
                     absl::string_view description) const {
    return ItemError(reason, item_.line,
                     absl::StrCat("line ", item_.line, ", column ", index + 1,
                                  " ", Quoted(columns_[index].name)),
                     ArticlePath(columns_[index].field), description);
  }

 private:
  absl::Status SetHeadline(size_t index, const std::string& value) {
    if (IsBlank(value)) {
      return Error(v1::FIELD_REQUIRED, index, "is required and was empty");
    }
    article_.mutable_headline()->set_value(value);
    return absl::OkStatus();
  }

  absl::Status SetBody(size_t index, const std::string& value) {
    const Paragraphs paragraphs = SplitParagraphs(value);
    if (paragraphs.texts.empty()) {
      return Error(v1::FIELD_REQUIRED, index, "is required and was empty");
    }
    for (const std::string& text : paragraphs.texts) {
      AddParagraph(text, article_);
    }
    if (paragraphs.trimmed) NoteTrimmedSpace(item_.line, article_);
    return absl::OkStatus();
  }

  absl::Status SetDate(size_t index, const std::string& text) {
    const std::optional<PrintedDate> date = ParsePrintedDate(text);
    if (!date) {
      return Error(v1::FIELD_INVALID, index,
                   absl::StrCat(Quoted(text), " is not a date such as ",
                                kPrintedDateForms,
                                "; leave it empty when it is not known"));
    }
    *article_.mutable_first_published() = date->time;
    article_.set_first_published_precision(date->precision);
    if (!date->lost.empty()) {
      Keep(columns_[index].name, text);
      item_.remarks.push_back(absl::StrCat(
          "first_published is only as exact as ",
          v1::TimePrecision_Name(date->precision), ": ", date->lost));
    }
    return absl::OkStatus();
  }

  absl::Status SetUrl(size_t index, const std::string& text) {
    if (!IsWebUrl(text)) {
      return Error(v1::FIELD_INVALID, index,
                   absl::StrCat(Quoted(text),
                                " is not an absolute http or https URL; when "
                                "it is an id, map the column to source_id"));
    }
    article_.mutable_provenance()->set_source_url(text);
    article_.set_canonical_url(text);
    return absl::OkStatus();
  }

  absl::Status SetLanguage(size_t index, const std::string& text) {
    const std::optional<std::string> tag = CanonicalLanguage(text);
    if (!tag) {
      return Error(
          v1::FIELD_INVALID, index,
          absl::StrCat(Quoted(text), " is not a BCP 47 tag such as en or ko"));
    }
    article_.set_language(*tag);
    return absl::OkStatus();
  }

  void AddDecks(absl::string_view text) {
    for (const absl::string_view line : absl::StrSplit(text, '\n')) {
      if (IsBlank(line)) continue;
      article_.add_decks()->set_value(std::string(TrimSpace(line)));
    }
  }

  void SetRightsOrKeep(const CsvColumn& column, const std::string& text) {
    v1::Rights& rights = *article_.mutable_rights();
    if (column.field == CsvField::kCopyright) {
      rights.set_copyright_notice(text);
      rights.set_copyright_holder(CopyrightHolderOf(text));
    } else if (column.field == CsvField::kCreditLine) {
      rights.set_credit_line(text);
    } else if (column.field == CsvField::kUsageTerms && IsWebUrl(text)) {
      rights.set_linked_policy(text);
    } else if (column.field == CsvField::kUsageTerms) {
      rights.set_usage_terms(text);
    } else {
      Keep(column.name, text);
    }
  }

  // A server takes no more of a value than this, and half of one means nothing.
  void Keep(const std::string& name, const std::string& text) {
    if (text.size() > kMaxFieldBytes || name.size() > kMaxFieldBytes) {
      item_.remarks.push_back(absl::StrCat(
          "not mapped, and longer than 64 KiB: left out: ", Quoted(name)));
      return;
    }
    (*article_.mutable_provenance()->mutable_unmapped())[name] = text;
    unmapped_.push_back(Quoted(name));
  }

  const std::vector<CsvColumn>& columns_;
  ImportedItem& item_;
  v1::Article& article_;
  std::string contact_;
  std::vector<std::string> unmapped_;  // Quoted names.
};

absl::Status CheckCount(const std::vector<CsvColumn>& columns,
                        const CsvRecord& record) {
  bool more = false;
  for (size_t i = columns.size(); i < record.fields.size(); ++i) {
    more |= !record.fields[i].empty();
  }
  if (!more && record.fields.size() >= columns.size()) return absl::OkStatus();
  return ItemError(
      v1::MALFORMED_REQUEST, record.line, absl::StrCat("line ", record.line),
      "",
      absl::StrCat("has ", record.fields.size(), " columns where the header ",
                   "has ", columns.size(),
                   "; a separator within a field needs quotes around it"));
}

}  // namespace

absl::Status FillFromCsv(const std::vector<CsvColumn>& columns,
                         const CsvRecord& record, ImportedItem& item) {
  COURANT_RETURN_IF_ERROR(CheckCount(columns, record));
  FieldFiller filler(columns, item);
  for (size_t i = 0; i < columns.size(); ++i) {
    const std::string& field = record.fields[i];
    if (const std::optional<BadText> bad = FindBadText(field)) {
      return filler.Error(
          bad->reason, i,
          absl::StrCat(bad->what, " at byte ", bad->offset, " of the field",
                       bad->reason == v1::INVALID_UTF8
                           ? "; save the file as UTF-8"
                           : ""));
    }
    COURANT_RETURN_IF_ERROR(filler.Fill(i, WithLineFeeds(field)));
  }
  filler.Finish();
  return absl::OkStatus();
}

}  // namespace courant::importers
