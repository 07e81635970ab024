#include "services/audience/public_view.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/strings/str_split.h"
#include "google/protobuf/descriptor.h"
#include "services/audience/notice.h"
#include "services/audience/stub.h"

namespace courant {
namespace {

using v1::Article;

// What leaves the house, once what is inside was seen to.
constexpr int kPublicFields[] = {
    Article::kNameFieldNumber,
    Article::kUrnFieldNumber,
    Article::kStoryFieldNumber,
    Article::kRevisionFieldNumber,
    Article::kEtagFieldNumber,
    Article::kChangeSequenceFieldNumber,
    Article::kStateFieldNumber,
    Article::kPubStatusFieldNumber,
    Article::kKindFieldNumber,
    Article::kLanguageFieldNumber,
    Article::kHeadlineFieldNumber,
    Article::kDecksFieldNumber,
    Article::kKickerFieldNumber,
    Article::kShortTitleFieldNumber,
    Article::kSummaryFieldNumber,
    Article::kSluglineFieldNumber,
    Article::kBylineFieldNumber,
    Article::kContributorsFieldNumber,
    Article::kDatelineFieldNumber,
    Article::kSectionsFieldNumber,
    Article::kSubjectsFieldNumber,
    Article::kEntitiesFieldNumber,
    Article::kBodyFieldNumber,
    Article::kMediaFieldNumber,
    Article::kRightsFieldNumber,
    Article::kEditorialNotesFieldNumber,
    Article::kUrgencyFieldNumber,
    Article::kTranslationOfFieldNumber,
    Article::kRelationsFieldNumber,
    Article::kChangeNoteFieldNumber,
    Article::kProvenanceFieldNumber,
    Article::kCanonicalUrlFieldNumber,
    Article::kAliasUrlsFieldNumber,
    Article::kCreateTimeFieldNumber,
    Article::kRevisionCreateTimeFieldNumber,
    Article::kPublishTimeFieldNumber,
    Article::kFirstPublishedFieldNumber,
    Article::kFirstPublishedPrecisionFieldNumber,
    Article::kContentCreatedFieldNumber,
    Article::kEmbargoUntilFieldNumber,
    Article::kExpiresAtFieldNumber,
    Article::kStatusNoteFieldNumber,
    Article::kAliasIdsFieldNumber,
};

using Time = google::protobuf::Timestamp;

bool Later(const Time& a, const Time& b) {
  return std::tuple(a.seconds(), a.nanos()) >
         std::tuple(b.seconds(), b.nanos());
}

void ClearContacts(
    google::protobuf::RepeatedPtrField<v1::Contributor>* contributors) {
  for (v1::Contributor& contributor : *contributors) {
    contributor.clear_contact();
  }
}

template <typename Repeated, typename Predicate>
void RemoveIf(Repeated* elements, Predicate predicate) {
  elements->erase(std::remove_if(elements->begin(), elements->end(), predicate),
                  elements->end());
}

void RemoveEmbargoedMedia(Article* article) {
  std::set<std::string> removed;
  for (const v1::Media& media : article->media()) {
    if (media.has_embargo_until() &&
        Later(media.embargo_until(), article->revision_create_time())) {
      removed.insert(media.id());
    }
  }
  if (removed.empty()) return;
  RemoveIf(article->mutable_media(), [&](const v1::Media& media) {
    return removed.count(media.id()) > 0;
  });
  RemoveIf(article->mutable_body(), [&](const v1::Block& block) {
    return block.has_media() && removed.count(block.media().media_id()) > 0;
  });
  if (!article->has_change_note()) return;
  const auto is_about_removed = [&](const v1::ChangeNote::Correction& place) {
    const std::vector<std::string> parts = absl::StrSplit(place.where(), '/');
    return parts.size() > 1 && parts[0] == "media" &&
           removed.count(parts[1]) > 0;
  };
  v1::ChangeNote& note = *article->mutable_change_note();
  RemoveIf(note.mutable_corrections(), is_about_removed);
  RemoveIf(note.mutable_diffs(), is_about_removed);
}

void ClearInnerFields(Article* article) {
  ClearContacts(article->mutable_contributors());
  for (v1::Media& media : *article->mutable_media()) {
    ClearContacts(media.mutable_contributors());
  }
  RemoveIf(article->mutable_editorial_notes(),
           [](const v1::EditorialNote& note) { return !note.publishable(); });
  if (article->has_change_note()) {
    article->mutable_change_note()->clear_note_editors();
  }
  if (article->has_provenance()) {
    article->mutable_provenance()->clear_cleaning();
    article->mutable_provenance()->clear_unmapped();
  }
  if (article->has_status_note()) {
    v1::StatusNote& note = *article->mutable_status_note();
    note.clear_actor();
    note.clear_requested_by();
    note.clear_previous_state();
  }
}

}  // namespace

Article PublicView(Article article) {
  const google::protobuf::Reflection& reflection = *article.GetReflection();
  std::vector<const google::protobuf::FieldDescriptor*> present;
  reflection.ListFields(article, &present);
  for (const google::protobuf::FieldDescriptor* field : present) {
    if (std::find(std::begin(kPublicFields), std::end(kPublicFields),
                  field->number()) == std::end(kPublicFields)) {
      reflection.ClearField(&article, field);
    }
  }
  article.DiscardUnknownFields();
  RemoveEmbargoedMedia(&article);
  ClearInnerFields(&article);
  return article;
}

Article PublicView(const Article& article, Shown shown) {
  switch (shown.sight) {
    case Sight::kText: {
      Article view = PublicView(article);
      if (!shown.past_words && view.has_change_note()) {
        // Whole: a place without `was` would say that nothing stood there.
        view.mutable_change_note()->clear_corrections();
        view.mutable_change_note()->clear_diffs();
      }
      return view;
    }
    case Sight::kNotice:
      return PublicView(NoticeOf(article));
    default:
      return PublicView(StubOf(article));
  }
}

}  // namespace courant
