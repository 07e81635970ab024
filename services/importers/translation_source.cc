#include "services/importers/translation_source.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "services/importers/source_identity.h"

namespace courant {

void BindToSource(absl::string_view uri, ImportedItem& item) {
  v1::Article source;
  source.mutable_provenance()->set_source_id(std::string(uri));
  v1::TranslationOf& tie =
      *item.request.mutable_article()->mutable_translation_of();
  tie.set_article(absl::StrCat("articles/", importers::ArticleIdOf(source)));
  tie.set_revision(1);
  item.source_uri = std::string(uri);
}

void LoosenFromSource(ImportedItem& item) {
  v1::Article& article = *item.request.mutable_article();
  article.clear_translation_of();
  v1::Relation& relation = *article.add_relations();
  relation.set_type(v1::Relation::SEE_ALSO);
  relation.set_uri(item.source_uri);
  item.source_uri.clear();
  item.request.clear_request_id();
  item.remarks.push_back(
      "the source of this translation is not on the server: named by its URI "
      "alone");
}

}  // namespace courant
