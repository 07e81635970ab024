#include "tests/services/editorial/rules/sample_article.h"

#include "absl/strings/str_cat.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"
#include "storage/errors/reason.h"

namespace courant {
namespace {

constexpr char kSample[] = R"pb(
  language: "en"
  headline { value: "Harbour reopens after the storm" }
  decks { value: "Ferries sail again from noon" }
  byline: "By Su-Yeol, Maeng"
  contributors {
    role: AUTHOR
    names { language: "ko-Latn" text: "Su-Yeol, Maeng" order: GIVEN_FIRST }
    confidence: 0.5
  }
  dateline {
    text { value: "BUSAN, June 2" }
    place { label: "Busan" country: "KR" uri: "https://example.org/busan" }
    date { seconds: 1527897600 }
  }
  sections {
    code: "recent-news"
    labels { value: "Recent News" }
  }
  subjects { qcode: "medtop:20000639" relevance: 80 assigned_by: PERSON }
  entities {
    type: PLACE
    label { value: "Busan" }
  }
  body { paragraph { text { text: "The harbour of Busan opened at noon." } } }
  body {
    heading {
      text { text: "What comes next" }
      level: 2
    }
  }
  body {
    list {
      items { text: "Ferries" }
      items { text: "Freight" }
    }
  }
  body {
    quote {
      paragraphs { text: "We waited three days." }
      attribution: "A captain"
      cite: "https://example.org/interview"
    }
  }
  body { media { media_id: "m1" } }
  body {
    table {
      caption { text: "Sailings" }
      header: true
      rows {
        cells { text: "To" }
        cells { text: "Time" }
      }
    }
  }
  body { preformatted { text: "Jeju\t12:00\nUlleung\t14:00" } }
  body {
    embed {
      url: "https://example.org/video"
      fallback { value: "A video" }
    }
  }
  media {
    id: "m1"
    kind: PICTURE
    rank: 1
    caption { value: "The quay at noon" }
    renditions {
      name: "web"
      href: "https://example.org/quay.jpg"
      content_type: "image/jpeg"
      width: 1200
      height: 800
    }
  }
  rights {
    status: CLEARED
    copyright_holder: "The Example Daily"
    copyright_notice: "<Copyright ⓒ The Example Daily>"
    linked_policy: "https://example.org/terms"
  }
  urgency: 4
  relations { type: SEE_ALSO article: "articles/ferry-timetable" }
)pb";

}  // namespace

v1::Article SampleArticle() {
  v1::Article article;
  google::protobuf::TextFormat::ParseFromString(kSample, &article);
  return article;
}

v1::Article LongArticle(int paragraphs, absl::string_view words) {
  v1::Article article = SampleArticle();
  article.clear_body();
  for (int i = 0; i < paragraphs; ++i) {
    v1::Block* const block = AddParagraph(words, &article);
    v1::Mark* const mark =
        block->mutable_paragraph()->mutable_text()->add_marks();
    mark->set_type(v1::Mark::STRONG);
    mark->set_start(0);
    mark->set_end(5);
  }
  return article;
}

v1::Article ParseArticle(const char* text) {
  v1::Article article;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &article));
  return article;
}

v1::Block* AddParagraph(absl::string_view text, v1::Article* article) {
  v1::Block* const block = article->add_body();
  block->mutable_paragraph()->mutable_text()->set_text(std::string(text));
  return block;
}

std::vector<std::string> FieldsOf(const absl::Status& error) {
  std::vector<std::string> fields;
  if (const auto details = BadRequestOf(error)) {
    for (const auto& violation : details->field_violations()) {
      fields.push_back(violation.field());
    }
  }
  return fields;
}

std::string AdviceOf(const absl::Status& error) {
  const auto details = BadRequestOf(error);
  if (!details || details->field_violations().empty()) return "";
  return details->field_violations(0).description();
}

std::string MetadataOf(const absl::Status& error, absl::string_view key) {
  const auto info = ErrorInfoOf(error);
  if (!info) return "";
  const auto found = info->metadata().find(std::string(key));
  return found == info->metadata().end() ? "" : found->second;
}

}  // namespace courant
