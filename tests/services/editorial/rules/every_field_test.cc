#include <functional>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "google/protobuf/descriptor.pb.h"
#include "google/protobuf/timestamp.pb.h"
#include "gtest/gtest.h"
#include "services/editorial/rules/validation.h"
#include "storage/errors/reason.h"
#include "tests/services/editorial/rules/random_article.h"
#include "tests/services/editorial/rules/sample_article.h"
#include "tests/testing/status_matchers.h"

// What must hold for every field there is, also for those that will be added
// without anybody thinking of these rules.
namespace courant {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Timestamp;
using ::testing::Contains;

using Matches = std::function<bool(const FieldDescriptor&)>;
using Spoil = std::function<void(Message*, const FieldDescriptor*, int index)>;

// Spoils the fields that `matches` takes one at a time, each in a fresh
// article, and returns how many there were. Fails unless every spoiled field
// is named, with `suffix`.
int SpoilEach(const Matches& matches, const Spoil& spoil,
              const std::string& suffix = "") {
  int count = 0;
  for (bool found = true; found;) {
    v1::Article article = FilledArticle();
    int seen = 0;
    std::string spoiled;
    VisitFields(&article, "",
                [&](Message* message, const FieldDescriptor* field, int index,
                    const std::string& path) {
                  if (!matches(*field) || seen++ != count) return;
                  spoiled = path;
                  spoil(message, field, index);
                });
    found = !spoiled.empty();
    if (!found) break;
    ++count;
    const absl::Status status = ValidateArticle(article, "");
    EXPECT_THAT(FieldsOf(status), Contains(absl::StrCat(spoiled, suffix)))
        << status;
  }
  return count;
}

void SetString(const std::string& value, Message* message,
               const FieldDescriptor* field, int index) {
  if (index < 0) {
    message->GetReflection()->SetString(message, field, value);
  } else {
    message->GetReflection()->SetRepeatedString(message, field, index, value);
  }
}

// The key of a map is part of its own path: see MapKeysAreLookedAtToo.
bool IsText(const FieldDescriptor& field) {
  return field.type() == FieldDescriptor::TYPE_STRING &&
         !(field.containing_type()->options().map_entry() &&
           field.name() == "key");
}

TEST(EveryFieldTest, TheFilledArticleIsValid) {
  EXPECT_THAT(ValidateArticle(FilledArticle(), "article"), IsOk());
}

TEST(EveryFieldTest, ControlCharactersAreRefusedInEveryString) {
  for (const absl::string_view bad :
       {absl::string_view("a\0b", 3), absl::string_view("\x7F"),
        absl::string_view("\u0085"), absl::string_view("\uFFFE")}) {
    EXPECT_GT(SpoilEach(IsText,
                        [bad](Message* message, const FieldDescriptor* field,
                              int index) {
                          SetString(std::string(bad), message, field, index);
                        }),
              100);
  }
}

TEST(EveryFieldTest, BytesThatAreNotUtf8AreRefusedInEveryString) {
  EXPECT_GT(
      SpoilEach(IsText,
                [](Message* message, const FieldDescriptor* field, int index) {
                  SetString("\xC0\x80", message, field, index);
                }),
      100);
}

TEST(EveryFieldTest, NoStringIsLongerThan256KiB) {
  EXPECT_GT(SpoilEach(
                [](const FieldDescriptor& f) {
                  return f.cpp_type() == FieldDescriptor::CPPTYPE_STRING &&
                         (IsText(f) || f.type() == FieldDescriptor::TYPE_BYTES);
                },
                [](Message* message, const FieldDescriptor* field, int index) {
                  SetString(std::string((256 << 10) + 1, 'x'), message, field,
                            index);
                }),
            100);
}

TEST(EveryFieldTest, UnknownValuesAreRefusedInEveryEnum) {
  EXPECT_GT(SpoilEach(
                [](const FieldDescriptor& field) {
                  return field.enum_type() != nullptr;
                },
                [](Message* message, const FieldDescriptor* field, int) {
                  message->GetReflection()->SetEnumValue(message, field, 4711);
                }),
            15);
}

TEST(EveryFieldTest, TimesOutOfRangeAreRefusedInEveryTime) {
  const Matches is_time = [](const FieldDescriptor& field) {
    return field.message_type() == Timestamp::descriptor();
  };
  EXPECT_GT(SpoilEach(
                is_time,
                [](Message* message, const FieldDescriptor* field, int) {
                  static_cast<Timestamp*>(
                      message->GetReflection()->MutableMessage(message, field))
                      ->set_seconds(253402300800);
                },
                ".seconds"),
            10);
  EXPECT_GT(SpoilEach(
                is_time,
                [](Message* message, const FieldDescriptor* field, int) {
                  static_cast<Timestamp*>(
                      message->GetReflection()->MutableMessage(message, field))
                      ->set_nanos(-1);
                },
                ".nanos"),
            10);
}

TEST(EveryFieldTest, UnknownFieldsAreRefusedInEveryMessage) {
  const Matches holds_message = [](const FieldDescriptor& field) {
    return field.message_type() != nullptr && !field.is_map();
  };
  EXPECT_GT(
      SpoilEach(
          holds_message,
          [](Message* message, const FieldDescriptor* field, int index) {
            Message* const child =
                index < 0
                    ? message->GetReflection()->MutableMessage(message, field)
                    : message->GetReflection()->MutableRepeatedMessage(
                          message, field, index);
            child->GetReflection()->MutableUnknownFields(child)->AddVarint(4711,
                                                                           1);
          }),
      50);
}

TEST(EveryFieldTest, NoListIsLongerThanTwoThousand) {
  v1::Article filled = FilledArticle();
  int count = 0;
  VisitFields(
      &filled, "",
      [&](Message* message, const FieldDescriptor* field, int index,
          const std::string& path) {
        if (index != 0 || field->is_map()) return;
        ++count;
        v1::Article article = FilledArticle();
        // The same place in a fresh article.
        VisitFields(&article, "",
                    [&](Message* fresh, const FieldDescriptor* f, int,
                        const std::string& fresh_path) {
                      if (fresh_path != path) return;
                      for (int i = 0; i < 2001; ++i) {
                        if (f->message_type() == nullptr) {
                          fresh->GetReflection()->AddString(fresh, f, "x");
                        } else {
                          fresh->GetReflection()->AddMessage(fresh, f);
                        }
                      }
                    });
        const std::string list = path.substr(0, path.rfind('['));
        EXPECT_THAT(FieldsOf(ValidateArticle(article, "")), Contains(list));
        (void)message;
      });
  EXPECT_GT(count, 20);
}

TEST(EveryFieldTest, MapKeysAreLookedAtToo) {
  v1::Article article = SampleArticle();
  (*article.mutable_provenance()->mutable_unmapped())["a\nb\x01"] = "x";
  EXPECT_THAT(FieldsOf(ValidateArticle(article, "")),
              testing::ElementsAre(R"(provenance.unmapped["a\nb\x01"].key)"));
}

}  // namespace
}  // namespace courant
