#include "services/translation/result_article.h"

#include "services/translation/hand_made.h"
#include "services/translation/text/assemble.h"

namespace courant {
namespace {

using v1::Translation;
using Of = v1::TranslationOf;

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

// The texts that only a whole translation has; the words of a source in the
// middle of one are worse than none.
void ClearOtherTexts(Of::Extent extent, v1::Article* article) {
  if (extent == Of::EXTENT_UNSPECIFIED) return;
  article->clear_kicker();
  article->clear_short_title();
  article->clear_summary();
  article->clear_body();
  if (extent != Of::HEADLINE_AND_DECKS) article->clear_decks();
  if (extent == Of::CAPTIONS) {
    article->clear_headline();
  } else {
    article->clear_media();
  }
}

Of::Extent ExtentOf(Translation::Scope scope) {
  switch (scope) {
    case Translation::HEADLINE:
      return Of::HEADLINE;
    case Translation::HEADLINE_AND_DECKS:
      return Of::HEADLINE_AND_DECKS;
    case Translation::CAPTIONS:
      return Of::CAPTIONS;
    default:
      return Of::EXTENT_UNSPECIFIED;
  }
}

}  // namespace

v1::Article ResultOf(const v1::Article& source,
                     const Translation& translation) {
  v1::Article result = source;
  ClearWhatIsTheSources(&result);
  ClearOtherTexts(ExtentOf(translation.scope()), &result);
  result.set_language(translation.language());
  ApplyTargets(translation.content(), translation.scope(),
               translation.language(), &result);
  Of& of = *result.mutable_translation_of();
  of.set_article(translation.source_article());
  of.set_revision(translation.source_revision());
  of.set_language(translation.source_language());
  of.set_extent(ExtentOf(translation.scope()));
  v1::Provenance& provenance = *result.mutable_provenance();
  provenance.set_method(v1::Provenance::HUMAN);
  provenance.set_translator(translation.task().translator());
  return result;
}

v1::Article NextRevision(const v1::Article& before,
                         const v1::Article& published,
                         const v1::Article& result) {
  v1::Article base = published;
  ClearOtherTexts(before.translation_of().extent(), &base);
  v1::Article after = before;
  after.clear_change_note();
  MergeHandMade({.base = base, .mine = before, .next = result}, &after);
  *after.mutable_translation_of() = result.translation_of();
  after.mutable_provenance()->set_translator(result.provenance().translator());
  return after;
}

}  // namespace courant
