#include <algorithm>
#include <cstdint>

#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "services/editorial/rules/structure_rules.h"
#include "services/editorial/rules/text_scan.h"

namespace courant {
namespace {

constexpr int64_t kMaxHeadlineCodePoints = 1000;
constexpr int64_t kSecondsPerDay = 86400;

void CheckHeadline(const v1::Article& article, const FieldPath& path,
                   Violations* violations) {
  const auto size =
      static_cast<int64_t>(CountCodePoints(article.headline().value()));
  if (size > kMaxHeadlineCodePoints) {
    violations->AddTooLong(path.Child("headline").Child("value"), size,
                           kMaxHeadlineCodePoints, "code points");
  }
}

bool IsMidnight(const google::protobuf::Timestamp& time) {
  return time.seconds() % kSecondsPerDay == 0 && time.nanos() == 0;
}

// What the precision says is not known must be zero, so that nobody takes an
// invented hour for a fact.
void CheckPrecision(const v1::Article& article, const FieldPath& path,
                    Violations* violations) {
  const v1::TimePrecision precision = article.first_published_precision();
  if (precision == v1::TIME_PRECISION_UNSPECIFIED) return;
  if (!article.has_first_published()) {
    violations->Add(path.Child("first_published_precision"), v1::FIELD_INVALID,
                    "is set without first_published; clear it");
    return;
  }
  const absl::CivilSecond civil = absl::ToCivilSecond(
      absl::FromUnixSeconds(article.first_published().seconds()),
      absl::UTCTimeZone());
  const bool fits = IsMidnight(article.first_published()) &&
                    (precision == v1::DAY || civil.day() == 1) &&
                    (precision != v1::YEAR || civil.month() == 1);
  if (fits) return;
  violations->Add(path.Child("first_published"), v1::FIELD_INVALID,
                  absl::StrCat("is finer than its precision, ",
                               v1::TimePrecision_Name(precision),
                               "; set the rest to its first value, UTC"));
}

void CheckSections(const v1::Article& article, const FieldPath& path,
                   Violations* violations) {
  const auto has_words = [](const v1::Text& label) {
    return !label.value().empty();
  };
  for (int i = 0; i < article.sections_size() && !violations->full(); ++i) {
    const auto& labels = article.sections(i).labels();
    if (article.sections(i).code().empty() &&
        std::none_of(labels.begin(), labels.end(), has_words)) {
      violations->Add(path.Element("sections", i).Child("code"),
                      v1::FIELD_REQUIRED,
                      "is required unless there is a label to make it from");
    }
  }
}

void CheckSubjects(const v1::Article& article, const FieldPath& path,
                   Violations* violations) {
  for (int i = 0; i < article.subjects_size() && !violations->full(); ++i) {
    const v1::Subject& subject = article.subjects(i);
    if (subject.qcode().empty() && subject.uri().empty() &&
        subject.labels().empty()) {
      violations->Add(path.Element("subjects", i).Child("qcode"),
                      v1::FIELD_REQUIRED,
                      "is required unless there is a uri or a label");
    }
  }
}

void CheckTie(absl::string_view self, absl::string_view other,
              const FieldPath& path, Violations* violations) {
  if (self.empty() || other != self) return;
  violations->Add(path, v1::FIELD_INVALID,
                  "is the article itself; name another");
}

void CheckTies(const v1::Article& article, const FieldPath& path,
               Violations* violations) {
  CheckTie(article.name(), article.translation_of().article(),
           path.Child("translation_of").Child("article"), violations);
  for (int i = 0; i < article.relations_size() && !violations->full(); ++i) {
    const v1::Relation& relation = article.relations(i);
    const FieldPath relation_path = path.Element("relations", i);
    const FieldPath other = relation_path.Child("article");
    CheckTie(article.name(), relation.article(), other, violations);
    if (relation.article().empty() && relation.uri().empty()) {
      violations->Add(other, v1::FIELD_REQUIRED,
                      "is required unless there is a uri");
    } else if (!relation.article().empty() && !relation.uri().empty()) {
      violations->Add(relation_path.Child("uri"), v1::FIELD_INVALID,
                      "is only for articles that are not on this wire; clear "
                      "it or `article`");
    }
  }
}

}  // namespace

void CheckRelations(const v1::Article& article, const FieldPath& path,
                    Violations* violations) {
  CheckHeadline(article, path, violations);
  CheckPrecision(article, path, violations);
  if (article.dateline().has_date() && !IsMidnight(article.dateline().date())) {
    violations->Add(path.Child("dateline").Child("date"), v1::FIELD_INVALID,
                    "is a date; set the time of day to midnight UTC");
  }
  CheckSections(article, path, violations);
  CheckSubjects(article, path, violations);
  CheckTies(article, path, violations);
}

}  // namespace courant
