#include "services/editorial/rules/field_rules.h"

#include <cstdlib>
#include <map>
#include <memory>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "courant/v1/article.pb.h"
#include "google/protobuf/timestamp.pb.h"

namespace courant {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;

constexpr int64_t kMaxParagraphBytes = int64_t{256} << 10;

constexpr FieldRule kRules[] = {
    {.field = "Article.name", .format = Format::kArticleName},
    {.field = "Article.story", .format = Format::kStoryName},
    {.field = "Article.language",
     .format = Format::kLanguage,
     .required = true},
    {.field = "Article.decks", .max_elements = 20},
    {.field = "Article.slugline", .max_code_points = 200},
    {.field = "Article.body", .max_elements = 2000},
    {.field = "Article.media", .max_elements = 200},
    {.field = "Article.urgency", .min = 0, .max = 9},
    {.field = "Article.canonical_url", .format = Format::kHttpUrl},
    {.field = "Article.alias_urls",
     .format = Format::kHttpUrl,
     .required = true},
    {.field = "Article.alias_ids", .max_elements = 20},
    {.field = "AliasId.source_system",
     .required = true,
     .max_code_points = 200},
    {.field = "AliasId.id", .required = true, .max_code_points = 500},
    {.field = "Text.language", .format = Format::kLanguage},
    {.field = "ShortTitle.limit", .min = 0},
    {.field = "Contributor.confidence", .min = 0, .max = 1},
    {.field = "PersonName.language", .format = Format::kLanguage},
    {.field = "Place.country", .format = Format::kCountry},
    {.field = "Place.uri", .format = Format::kUri},
    {.field = "Section.code", .format = Format::kSectionCode},
    {.field = "Subject.qcode", .format = Format::kQcode},
    {.field = "Subject.uri", .format = Format::kUri},
    {.field = "Subject.relevance", .min = 0, .max = 100},
    {.field = "Subject.confidence", .min = 0, .max = 100},
    {.field = "Entity.uri", .format = Format::kUri},
    {.field = "Block.id", .format = Format::kPieceId},
    {.field = "RichText.text", .max_bytes = kMaxParagraphBytes},
    {.field = "Mark.type", .required = true},
    {.field = "Mark.href", .format = Format::kLinkUrl},
    {.field = "Mark.language", .format = Format::kLanguage},
    {.field = "Heading.level", .min = 2, .max = 6},
    {.field = "Quote.cite", .format = Format::kHttpUrl},
    {.field = "MediaReference.media_id",
     .format = Format::kPieceId,
     .required = true},
    {.field = "Preformatted.text", .max_bytes = kMaxParagraphBytes},
    {.field = "Embed.url", .format = Format::kHttpUrl, .required = true},
    {.field = "Media.id", .format = Format::kPieceId},
    {.field = "Media.rank", .min = 0},
    {.field = "AltText.limit", .min = 0},
    {.field = "Rendition.href", .format = Format::kHttpUrl},
    {.field = "Rendition.content_type", .format = Format::kMediaType},
    {.field = "Rendition.width", .min = 0},
    {.field = "Rendition.height", .min = 0},
    {.field = "Rendition.size_bytes", .min = 0},
    {.field = "Rendition.duration_ms", .min = 0},
    {.field = "Rendition.sha256", .format = Format::kSha256},
    {.field = "Rights.linked_policy", .format = Format::kHttpUrl},
    {.field = "Rights.encoded_policy", .format = Format::kJson},
    {.field = "TranslationOf.article",
     .format = Format::kArticleName,
     .required = true},
    {.field = "TranslationOf.revision", .min = 0},
    {.field = "TranslationOf.language", .format = Format::kLanguage},
    {.field = "Relation.type", .required = true},
    {.field = "Relation.article", .format = Format::kArticleName},
    {.field = "Relation.uri", .format = Format::kUri},
    {.field = "Relation.revision", .min = 0},
    {.field = "Provenance.source_url", .format = Format::kHttpUrl},
    {.field = "Provenance.content_hash", .format = Format::kSha256},
    {.field = "Provenance.Cleaning.line", .min = 0},
    {.field = "Provenance.source_version", .max_code_points = 200},
    {.field = "ChangeNote.corrections", .max_elements = 50},
};

// Makes the plans of a message and of all messages in it.
class Planner {
 public:
  using Plans = std::map<const Descriptor*, std::unique_ptr<MessagePlan>>;

  Planner() {
    for (const FieldRule& rule : kRules) rules_[rule.field] = &rule;
  }

  // The plans live as long as the result.
  Plans Plan(const Descriptor* root) && {
    PlanOf(root);
    // A row that names no field is a mistake in this file.
    if (used_ != rules_.size()) std::abort();
    return std::move(plans_);
  }

 private:
  const MessagePlan* PlanOf(const Descriptor* type) {
    std::unique_ptr<MessagePlan>& slot = plans_[type];
    if (slot) return slot.get();
    slot = std::make_unique<MessagePlan>();
    MessagePlan* const plan = slot.get();
    for (int i = 0; i < type->field_count(); ++i) {
      AddField(type->field(i), plan);
    }
    return plan;
  }

  void AddField(const FieldDescriptor* field, MessagePlan* plan) {
    FieldPlan entry{.field = field, .look = FieldPlan::Look::kString};
    absl::string_view name = field->full_name();
    const auto row =
        rules_.find(std::string(absl::StripPrefix(name, "courant.v1.")));
    if (row != rules_.end()) {
      entry.rule = *row->second;
      ++used_;
    }
    switch (field->cpp_type()) {
      case FieldDescriptor::CPPTYPE_BOOL:
        return;
      case FieldDescriptor::CPPTYPE_STRING:
        if (field->type() == FieldDescriptor::TYPE_BYTES &&
            entry.rule.format == Format::kAny) {
          std::abort();  // Bytes of any kind and length are not wanted.
        }
        break;
      case FieldDescriptor::CPPTYPE_ENUM:
        entry.look = FieldPlan::Look::kEnum;
        break;
      case FieldDescriptor::CPPTYPE_MESSAGE:
        AddMessage(&entry, plan);
        break;
      default:
        if (row == rules_.end()) return;
        entry.look = field->cpp_type() == FieldDescriptor::CPPTYPE_FLOAT
                         ? FieldPlan::Look::kFloat
                         : FieldPlan::Look::kInteger;
    }
    plan->has_language |= entry.rule.format == Format::kLanguage;
    plan->fields.push_back(entry);
  }

  void AddMessage(FieldPlan* entry, MessagePlan* plan) {
    const Descriptor* const type = entry->field->message_type();
    if (type == google::protobuf::Timestamp::descriptor()) {
      entry->look = FieldPlan::Look::kTimestamp;
      return;
    }
    entry->look = FieldPlan::Look::kMessage;
    entry->message = PlanOf(type);
    plan->has_language |= entry->message->has_language;
  }

  std::map<std::string, const FieldRule*> rules_;
  size_t used_ = 0;
  Plans plans_;
};

}  // namespace

const MessagePlan& ArticlePlan() {
  // Never destroyed: other threads may still look at exit.
  static const Planner::Plans& plans =
      *new Planner::Plans(Planner().Plan(v1::Article::descriptor()));
  return *plans.at(v1::Article::descriptor());
}

}  // namespace courant
