#include "tests/services/editorial/rules/random_article.h"

#include "absl/strings/str_cat.h"
#include "google/protobuf/timestamp.pb.h"
#include "services/editorial/rules/field_rules.h"
#include "services/editorial/rules/output_only.h"

namespace courant {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

bool IsTime(const Message& message) {
  return message.GetDescriptor() == google::protobuf::Timestamp::descriptor();
}

std::string ValidString(Format format) {
  switch (format) {
    case Format::kLanguage:
      return "ko";
    case Format::kHttpUrl:
    case Format::kLinkUrl:
    case Format::kUri:
      return "https://example.org/a";
    case Format::kArticleName:
      return "articles/other";
    case Format::kStoryName:
      return "stories/s";
    case Format::kCountry:
      return "KR";
    case Format::kMediaType:
      return "image/png";
    case Format::kJson:
      return "{}";
    case Format::kSha256:
      return std::string(32, 's');
    case Format::kQcode:
      return "medtop:1";
    default:
      return "a";
  }
}

// Sets every field of a message, each list to one element.
void Fill(const MessagePlan& plan, Message* message) {
  const Reflection& reflection = *message->GetReflection();
  for (const FieldPlan& field : plan.fields) {
    const FieldDescriptor* const f = field.field;
    switch (field.look) {
      case FieldPlan::Look::kString:
        if (f->is_repeated()) {
          reflection.AddString(message, f, ValidString(field.rule.format));
        } else {
          reflection.SetString(message, f, ValidString(field.rule.format));
        }
        break;
      case FieldPlan::Look::kEnum:
        reflection.SetEnumValue(message, f, 1);
        break;
      case FieldPlan::Look::kInteger:
        if (f->cpp_type() == FieldDescriptor::CPPTYPE_INT32) {
          reflection.SetInt32(message, f, 2);
        } else {
          reflection.SetInt64(message, f, 2);
        }
        break;
      case FieldPlan::Look::kFloat:
        reflection.SetFloat(message, f, 1);
        break;
      case FieldPlan::Look::kTimestamp:
        reflection.MutableMessage(message, f);
        break;
      case FieldPlan::Look::kMessage:
        Fill(*field.message, f->is_repeated()
                                 ? reflection.AddMessage(message, f)
                                 : reflection.MutableMessage(message, f));
        break;
    }
  }
}

// A mark of one type must not have what another needs.
void RepairMarks(v1::RichText* text) {
  if (text->marks().empty()) return;
  v1::Mark link = text->marks(0);
  link.set_type(v1::Mark::LINK);
  link.clear_language();
  link.set_start(0);
  link.set_end(1);
  v1::Mark language = link;
  language.set_type(v1::Mark::LANGUAGE);
  language.clear_href();
  language.set_language("ko");
  text->clear_marks();
  *text->add_marks() = link;
  *text->add_marks() = language;
}

// A block of each kind; Fill leaves but the last one of a oneof.
void FillBody(v1::Article* article) {
  article->clear_body();
  const Descriptor* const type = v1::Block::descriptor();
  for (int i = 0; i < type->oneof_decl(0)->field_count(); ++i) {
    const FieldDescriptor* const kind = type->oneof_decl(0)->field(i);
    v1::Block* const block = article->add_body();
    block->set_id(absl::StrCat("b", i));
    for (const FieldPlan& field : ArticlePlan().fields) {
      if (field.field->name() != "body") continue;
      for (const FieldPlan& inner : field.message->fields) {
        if (inner.field != kind) continue;
        Fill(*inner.message,
             block->GetReflection()->MutableMessage(block, kind));
      }
    }
  }
}

void RandomMessage(std::mt19937* random, int depth, Message* message);

std::string RandomWord(std::mt19937* random) {
  static constexpr const char* kWords[] = {"", "붕괴", "collapse"};
  return kWords[(*random)() % 3];
}

void SetRandom(std::mt19937* random, int depth, const FieldDescriptor* field,
               Message* message) {
  const Reflection& reflection = *message->GetReflection();
  const int number = static_cast<int>((*random)() % 3);
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING:
      return reflection.SetString(message, field, RandomWord(random));
    case FieldDescriptor::CPPTYPE_ENUM:
      return reflection.SetEnumValue(message, field, number);
    case FieldDescriptor::CPPTYPE_INT32:
      return reflection.SetInt32(message, field, number);
    case FieldDescriptor::CPPTYPE_INT64:
      return reflection.SetInt64(message, field, number);
    case FieldDescriptor::CPPTYPE_BOOL:
      return reflection.SetBool(message, field, number == 1);
    case FieldDescriptor::CPPTYPE_FLOAT:
      return reflection.SetFloat(message, field, static_cast<float>(number));
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return RandomMessage(random, depth + 1,
                           reflection.MutableMessage(message, field));
    default:
      std::abort();
  }
}

void RandomMessage(std::mt19937* random, int depth, Message* message) {
  const Reflection& reflection = *message->GetReflection();
  const Descriptor* const type = message->GetDescriptor();
  for (int i = 0; i < type->field_count(); ++i) {
    const FieldDescriptor* const field = type->field(i);
    if ((*random)() % 2 == 0) continue;
    if (!field->is_repeated()) {
      SetRandom(random, depth, field, message);
    } else if (field->is_map()) {
      auto* const provenance = static_cast<v1::Provenance*>(message);
      (*provenance->mutable_unmapped())[RandomWord(random)] =
          RandomWord(random);
    } else if (field->cpp_type() == FieldDescriptor::CPPTYPE_STRING) {
      reflection.AddString(message, field, RandomWord(random));
    } else if (depth < 3) {
      RandomMessage(random, depth + 1, reflection.AddMessage(message, field));
    }
  }
}

void CollectPaths(const Descriptor& type, const std::string& prefix,
                  std::vector<std::string>* paths) {
  for (int i = 0; i < type.field_count(); ++i) {
    const FieldDescriptor& field = *type.field(i);
    if (IsOutputOnly(field)) continue;
    paths->push_back(absl::StrCat(prefix, field.name()));
    if (!field.is_repeated() && field.message_type() != nullptr &&
        field.message_type() != google::protobuf::Timestamp::descriptor()) {
      CollectPaths(*field.message_type(),
                   absl::StrCat(prefix, field.name(), "."), paths);
    }
  }
}

}  // namespace

v1::Article FilledArticle() {
  v1::Article article;
  Fill(ArticlePlan(), &article);
  FillBody(&article);
  article.set_name("articles/this");
  // The time of day is midnight in all of them: the first moment of 1970.
  article.mutable_relations(0)->clear_uri();
  *article.add_relations() = article.relations(0);
  article.mutable_relations(1)->clear_article();
  article.mutable_relations(1)->set_uri("urn:x:y");
  VisitFields(&article, "",
              [](Message* message, const FieldDescriptor* field, int index,
                 const std::string&) {
                if (field->message_type() != v1::RichText::descriptor()) return;
                const Reflection& reflection = *message->GetReflection();
                RepairMarks(static_cast<v1::RichText*>(
                    index < 0 ? reflection.MutableMessage(message, field)
                              : reflection.MutableRepeatedMessage(
                                    message, field, index)));
              });
  return article;
}

v1::Article RandomArticle(std::mt19937* random) {
  v1::Article article;
  RandomMessage(random, 0, &article);
  return article;
}

std::vector<std::string> AllMaskPaths() {
  std::vector<std::string> paths;
  CollectPaths(*v1::Article::descriptor(), "", &paths);
  return paths;
}

void VisitFields(Message* message, const std::string& path,
                 const FieldVisitor& visit) {
  const Reflection& reflection = *message->GetReflection();
  std::vector<const FieldDescriptor*> fields;
  reflection.ListFields(*message, &fields);
  for (const FieldDescriptor* const field : fields) {
    const std::string name =
        absl::StrCat(path, path.empty() ? "" : ".", field->name());
    if (!field->is_repeated()) {
      visit(message, field, -1, name);
      if (field->message_type() == nullptr) continue;
      Message* const child = reflection.MutableMessage(message, field);
      if (!IsTime(*child)) VisitFields(child, name, visit);
      continue;
    }
    for (int i = 0; i < reflection.FieldSize(*message, field); ++i) {
      std::string element = absl::StrCat(name, "[", i, "]");
      if (field->message_type() == nullptr) {
        visit(message, field, i, element);
        continue;
      }
      Message* const child =
          reflection.MutableRepeatedMessage(message, field, i);
      if (field->is_map()) {
        element = absl::StrCat(name, "[\"",
                               child->GetReflection()->GetString(
                                   *child, field->message_type()->map_key()),
                               "\"]");
      }
      visit(message, field, i, element);
      VisitFields(child, element, visit);
    }
  }
}

}  // namespace courant
