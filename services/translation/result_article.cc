#include "services/translation/result_article.h"

#include "services/translation/text/assemble.h"

namespace courant {
namespace {

using v1::Translation;

// What stays with the source: who knows it by which name, when it may be used,
// what its editors say to each other.
void ClearWhatIsTheSources(v1::Article* article) {
  article->clear_name();
  article->clear_urn();
  article->clear_revision();
  article->clear_etag();
  article->clear_change_sequence();
  article->clear_state();
  article->clear_pub_status();
  article->clear_editorial_notes();
  article->clear_change_note();
  article->clear_provenance();
  article->clear_canonical_url();
  article->clear_alias_urls();
  article->clear_create_time();
  article->clear_revision_create_time();
  article->clear_publish_time();
  article->clear_first_published();
  article->clear_first_published_precision();
  article->clear_content_created();
  article->clear_schedule_time();
  article->clear_embargo_until();
  article->clear_actor();
  article->clear_status_note();
  article->clear_kill_request();
  article->clear_alias_ids();
}

// The texts that no scope but FULL brings along; the words of a source in the
// middle of a translation are worse than none.
void ClearOtherTexts(Translation::Scope scope, v1::Article* article) {
  if (scope == Translation::FULL || scope == Translation::SCOPE_UNSPECIFIED) {
    return;
  }
  article->clear_kicker();
  article->clear_short_title();
  article->clear_summary();
  article->clear_body();
  if (scope != Translation::HEADLINE_AND_DECKS) article->clear_decks();
  if (scope == Translation::CAPTIONS) {
    article->clear_headline();
  } else {
    article->clear_media();
  }
}

}  // namespace

v1::Article ResultOf(const v1::Article& source,
                     const Translation& translation) {
  v1::Article result = source;
  ClearWhatIsTheSources(&result);
  ClearOtherTexts(translation.scope(), &result);
  result.set_language(translation.language());
  ApplyTargets(translation.content(), translation.scope(),
               translation.language(), &result);
  v1::TranslationOf& of = *result.mutable_translation_of();
  of.set_article(translation.source_article());
  of.set_revision(translation.source_revision());
  of.set_language(translation.source_language());
  v1::Provenance& provenance = *result.mutable_provenance();
  provenance.set_method(v1::Provenance::HUMAN);
  provenance.set_translator(translation.task().translator());
  return result;
}

v1::Article NextRevision(const v1::Article& before, const v1::Article& result) {
  v1::Article after = before;
  after.clear_change_note();
  *after.mutable_headline() = result.headline();
  // Merging what is not there would leave what was.
  after.clear_kicker();
  after.clear_short_title();
  after.clear_summary();
  if (result.has_kicker()) *after.mutable_kicker() = result.kicker();
  if (result.has_short_title()) {
    *after.mutable_short_title() = result.short_title();
  }
  if (result.has_summary()) *after.mutable_summary() = result.summary();
  *after.mutable_decks() = result.decks();
  *after.mutable_body() = result.body();
  *after.mutable_media() = result.media();
  *after.mutable_sections() = result.sections();
  *after.mutable_subjects() = result.subjects();
  *after.mutable_translation_of() = result.translation_of();
  after.mutable_provenance()->set_translator(result.provenance().translator());
  return after;
}

}  // namespace courant
