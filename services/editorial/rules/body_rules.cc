#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "services/editorial/rules/structure_rules.h"

namespace courant {
namespace {

using IdSet = absl::flat_hash_set<absl::string_view>;

// Adds `id` to `seen`. Empty ids are given later, by Canonicalize.
void CheckUnique(absl::string_view id, const FieldPath& path, IdSet* seen,
                 Violations* violations) {
  if (id.empty() || seen->insert(id).second) return;
  violations->Add(path.Child("id"), v1::FIELD_INVALID,
                  absl::StrCat(Quoted(id),
                               " occurs twice; ids are unique "
                               "within an article"));
}

template <typename Texts>
void CheckAllMarks(const Texts& texts, absl::string_view field,
                   const FieldPath& path, Violations* violations) {
  for (int i = 0; i < texts.size() && !violations->full(); ++i) {
    CheckMarks(texts[i], path.Element(field, i), violations);
  }
}

void CheckTable(const v1::Table& table, const FieldPath& path,
                Violations* violations) {
  CheckMarks(table.caption(), path.Child("caption"), violations);
  for (int i = 0; i < table.rows_size() && !violations->full(); ++i) {
    CheckAllMarks(table.rows(i).cells(), "cells", path.Element("rows", i),
                  violations);
  }
}

void CheckReference(const v1::MediaReference& reference, const IdSet& media,
                    const FieldPath& path, Violations* violations) {
  const absl::string_view id = reference.media_id();
  if (id.empty() || media.contains(id)) return;
  violations->Add(path.Child("media_id"), v1::FIELD_INVALID,
                  absl::StrCat(Quoted(id),
                               " is the id of none of the "
                               "article's media"));
}

void CheckBlock(const v1::Block& block, const IdSet& media,
                const FieldPath& path, Violations* violations) {
  switch (block.content_case()) {
    case v1::Block::kParagraph:
      return CheckMarks(block.paragraph().text(),
                        path.Child("paragraph").Child("text"), violations);
    case v1::Block::kHeading:
      return CheckMarks(block.heading().text(),
                        path.Child("heading").Child("text"), violations);
    case v1::Block::kList:
      return CheckAllMarks(block.list().items(), "items", path.Child("list"),
                           violations);
    case v1::Block::kQuote:
      return CheckAllMarks(block.quote().paragraphs(), "paragraphs",
                           path.Child("quote"), violations);
    case v1::Block::kMedia:
      return CheckReference(block.media(), media, path.Child("media"),
                            violations);
    case v1::Block::kTable:
      return CheckTable(block.table(), path.Child("table"), violations);
    case v1::Block::kPreformatted:
    case v1::Block::kEmbed:
      return;
    case v1::Block::CONTENT_NOT_SET:
      violations->Add(path, v1::FIELD_REQUIRED,
                      "has no content; set `paragraph`, `heading` or another "
                      "kind of block");
  }
}

}  // namespace

void CheckBody(const v1::Article& article, const FieldPath& path,
               Violations* violations) {
  IdSet media;
  for (int i = 0; i < article.media_size() && !violations->full(); ++i) {
    CheckUnique(article.media(i).id(), path.Element("media", i), &media,
                violations);
  }
  IdSet blocks;
  for (int i = 0; i < article.body_size() && !violations->full(); ++i) {
    const FieldPath block_path = path.Element("body", i);
    CheckUnique(article.body(i).id(), block_path, &blocks, violations);
    CheckBlock(article.body(i), media, block_path, violations);
  }
}

}  // namespace courant
