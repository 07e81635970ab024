#include "services/importers/csv_columns.h"

#include <algorithm>
#include <cstddef>
#include <optional>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "services/importers/unicode_text.h"
#include "storage/base/status_macros.h"
#include "storage/errors/reason.h"

namespace courant::importers {
namespace {

// A field, how options call it, the article's path, and the names by which its
// columns are recognised: folded, the most usual first, separated by spaces.
struct FieldNames {
  CsvField field;
  absl::string_view name;
  absl::string_view path;
  absl::string_view headers;
};

constexpr FieldNames kFields[] = {
    {CsvField::kUnmapped, "-", "provenance.unmapped", ""},
    {CsvField::kHeadline, "headline", "headline",
     "headline title articletitle newstitle head 제목 기사제목 헤드라인"},
    {CsvField::kBody, "body", "body",
     "body text content articlebody bodytext articletext fulltext maintext "
     "articlecontent article story 본문 내용 기사본문 기사내용 기사"},
    {CsvField::kDate, "first_published", "first_published",
     "firstpublished published publishedat publishedon datepublished "
     "publishdate publisheddate publicationdate pubdate date publishtime "
     "datetime timestamp time 발행일 게재일 보도일 발행일시 게재일시 날짜 일자 "
     "작성일 등록일 입력일 일시"},
    {CsvField::kUrl, "url", "provenance.source_url",
     "url sourceurl articleurl canonicalurl link permalink href weburl uri "
     "주소 링크 원문링크 기사주소 원문주소"},
    {CsvField::kSourceId, "source_id", "provenance.source_id",
     "guid sourceid articleid newsid uuid id 기사번호 식별자"},
    {CsvField::kSourceSystem, "source_system", "provenance.source_system",
     "sourcesystem source publisher publication outlet 출처 매체 언론사"},
    {CsvField::kLanguage, "language", "language",
     "language lang languagecode langcode locale 언어"},
    {CsvField::kByline, "byline", "byline",
     "byline author authors authorname writer reporter journalist 바이라인 "
     "기자 기자명 글쓴이 작성자 저자"},
    {CsvField::kContact, "contact", "contributors.contact",
     "contact email authoremail reporteremail mail 이메일 연락처 메일"},
    {CsvField::kSection, "section", "sections",
     "section category sectionname desk channel 섹션 분류 카테고리 분야"},
    {CsvField::kDeck, "deck", "decks",
     "deck decks deck1 deck2 deck3 deck4 deck5 subtitle subtitle1 subtitle2 "
     "subtitle3 subheadline subheadline1 subheadline2 subheadline3 subhead "
     "subheading 부제 부제1 부제2 부제3 부제목 소제목"},
    {CsvField::kKicker, "kicker", "kicker", "kicker eyebrow overline 어깨제목"},
    {CsvField::kSummary, "summary", "summary",
     "summary abstract description standfirst lead lede excerpt 요약 개요"},
    {CsvField::kSlugline, "slugline", "slugline", "slugline slug"},
    {CsvField::kCopyright, "copyright_notice", "rights.copyright_notice",
     "copyrightnotice copyright rights 저작권 저작권표시"},
    {CsvField::kCreditLine, "credit_line", "rights.credit_line",
     "creditline credit attribution"},
    {CsvField::kUsageTerms, "usage_terms", "rights.usage_terms",
     "usageterms terms license licence 이용조건 라이선스"},
};

const FieldNames& NamesOf(CsvField field) {
  return *std::find_if(
      std::begin(kFields), std::end(kFields),
      [field](const FieldNames& names) { return names.field == field; });
}

// A header as names are compared: without case, spaces and joints.
std::string Folded(absl::string_view header) {
  std::string folded = absl::AsciiStrToLower(TrimSpace(header));
  folded.erase(
      std::remove_if(
          folded.begin(), folded.end(),
          [](char c) { return c == ' ' || c == '_' || c == '-' || c == '.'; }),
      folded.end());
  return folded;
}

// The field that a header means and how unusual the name is for it, from 0.
struct Recognised {
  CsvField field;
  int rank;
};
std::optional<Recognised> Recognise(absl::string_view header) {
  const std::string folded = Folded(header);
  if (folded.empty()) return std::nullopt;
  for (const FieldNames& names : kFields) {
    int rank = 0;
    for (const absl::string_view name : absl::StrSplit(names.headers, ' ')) {
      if (folded == name) return Recognised{names.field, rank};
      ++rank;
    }
  }
  return std::nullopt;
}

// Names that no two columns share: they become keys of a map.
std::vector<CsvColumn> NamedColumns(const std::vector<std::string>& header) {
  std::vector<CsvColumn> columns(header.size());
  absl::flat_hash_set<std::string> taken;
  for (size_t i = 0; i < header.size(); ++i) {
    std::string name(TrimSpace(header[i]));
    if (name.empty()) name = absl::StrCat("column ", i + 1);
    while (!taken.insert(name).second) {
      absl::StrAppend(&name, " (column ", i + 1, ")");
    }
    columns[i].name = std::move(name);
  }
  return columns;
}

std::string NamesThatAreThere(const std::vector<CsvColumn>& columns) {
  constexpr size_t kMostShown = 40;
  std::vector<std::string> names;
  for (const CsvColumn& column : columns) {
    if (names.size() == kMostShown) {
      names.push_back("…");
      break;
    }
    names.push_back(Quoted(column.name));
  }
  return absl::StrJoin(names, ", ");
}

std::string FieldsThatAreThere() {
  return absl::StrJoin(kFields, ", ",
                       [](std::string* out, const FieldNames& names) {
                         absl::StrAppend(out, names.name);
                       });
}

// Gives columns the fields that somebody chose for them; marks them in `chosen`
// and the fields in `used`.
absl::Status ApplyChoices(
    const std::vector<std::pair<std::string, std::string>>& choices,
    std::vector<CsvColumn>& columns, std::vector<bool>& chosen,
    absl::flat_hash_set<CsvField>& used) {
  for (const auto& [header, field_name] : choices) {
    const auto column = std::find_if(
        columns.begin(), columns.end(), [&header = header](const auto& c) {
          return absl::AsciiStrToLower(c.name) ==
                 absl::AsciiStrToLower(TrimSpace(header));
        });
    if (column == columns.end()) {
      return InvalidField(
          "columns", absl::StrCat("there is no column ", Quoted(header),
                                  "; there are ", NamesThatAreThere(columns)));
    }
    const auto names =
        std::find_if(std::begin(kFields), std::end(kFields),
                     [&field_name = field_name](const FieldNames& n) {
                       return n.name == field_name;
                     });
    if (names == std::end(kFields)) {
      return InvalidField("columns",
                          absl::StrCat("there is no field ", Quoted(field_name),
                                       "; there are ", FieldsThatAreThere()));
    }
    const CsvField field = names->field;
    if (field != CsvField::kUnmapped && field != CsvField::kDeck &&
        !used.insert(field).second) {
      return InvalidField(
          "columns", absl::StrCat("two columns are chosen for ", field_name));
    }
    column->field = field;
    chosen[column - columns.begin()] = true;
  }
  return absl::OkStatus();
}

absl::Status CheckNeeded(const std::vector<CsvColumn>& columns) {
  for (const CsvField needed : {CsvField::kHeadline, CsvField::kBody}) {
    if (std::any_of(columns.begin(), columns.end(),
                    [needed](const auto& c) { return c.field == needed; })) {
      continue;
    }
    return InvalidField(
        "columns",
        absl::StrCat("no column is known to be the ", NamesOf(needed).name,
                     "; there are ", NamesThatAreThere(columns),
                     ": say which one it is"));
  }
  return absl::OkStatus();
}

}  // namespace

absl::string_view ArticlePath(CsvField field) { return NamesOf(field).path; }

absl::StatusOr<std::vector<CsvColumn>> MapCsvColumns(
    const std::vector<std::string>& header,
    const std::vector<std::pair<std::string, std::string>>& choices) {
  std::vector<CsvColumn> columns = NamedColumns(header);
  std::vector<bool> chosen(columns.size(), false);
  absl::flat_hash_set<CsvField> used;
  COURANT_RETURN_IF_ERROR(ApplyChoices(choices, columns, chosen, used));
  struct Best {
    size_t column;
    int rank;
  };
  absl::flat_hash_map<CsvField, Best> best;
  for (size_t i = 0; i < columns.size(); ++i) {
    const std::optional<Recognised> found = Recognise(header[i]);
    if (chosen[i] || !found || used.contains(found->field)) continue;
    if (found->field == CsvField::kDeck) {
      columns[i].field = CsvField::kDeck;
      continue;
    }
    const auto [entry, first] =
        best.try_emplace(found->field, Best{i, found->rank});
    if (!first && found->rank < entry->second.rank) {
      entry->second = {i, found->rank};
    }
  }
  for (const auto& [field, choice] : best) columns[choice.column].field = field;
  COURANT_RETURN_IF_ERROR(CheckNeeded(columns));
  return columns;
}

int CountKnownColumns(const std::vector<std::string>& header) {
  absl::flat_hash_set<CsvField> fields;
  for (const std::string& name : header) {
    if (const std::optional<Recognised> found = Recognise(name)) {
      fields.insert(found->field);
    }
  }
  return static_cast<int>(fields.size());
}

}  // namespace courant::importers
