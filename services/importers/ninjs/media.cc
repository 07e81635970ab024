#include "services/importers/ninjs/media.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "services/importers/byline.h"
#include "services/importers/finish_item.h"
#include "services/importers/ninjs/date_time.h"
#include "services/importers/ninjs/fields.h"
#include "services/importers/ninjs/rendition.h"
#include "services/importers/ninjs/rights.h"
#include "services/importers/ninjs/words.h"
#include "services/importers/ninjs/written_text.h"
#include "services/importers/translation_source.h"

namespace courant::importers::ninjs {
namespace {

bool IsPieceId(absl::string_view id) {
  return !id.empty() && id.size() <= 32 &&
         std::all_of(id.begin(), id.end(), [](char c) {
           return absl::ascii_islower(c) || absl::ascii_isdigit(c) || c == '-';
         });
}

std::optional<v1::Media::Kind> KindNamed(absl::string_view type) {
  if (type == "picture") return v1::Media::PICTURE;
  if (type == "graphic") return v1::Media::GRAPHIC;
  if (type == "video") return v1::Media::VIDEO;
  if (type == "audio") return v1::Media::AUDIO;
  return std::nullopt;
}

// "translationOf", "translation_of" and "irel:translationOf" alike.
std::string FoldedRel(absl::string_view rel) {
  std::string folded;
  for (const char c : rel.substr(rel.find(':') + 1)) {
    if (absl::ascii_isalnum(c)) folded.push_back(absl::ascii_tolower(c));
  }
  return folded;
}

v1::Relation::Type RelationOf(absl::string_view folded_rel) {
  if (folded_rel == "evolvedfrom") return v1::Relation::EVOLVED_FROM;
  if (folded_rel == "replaces") return v1::Relation::REPLACES;
  if (folded_rel == "series") return v1::Relation::SERIES;
  return v1::Relation::SEE_ALSO;
}

// Whether a rel says no more than the relation that RelationOf() makes of it.
bool IsSaidBy(absl::string_view folded_rel, v1::Relation::Type type) {
  return type != v1::Relation::SEE_ALSO || folded_rel.empty() ||
         folded_rel == "seealso" || folded_rel == "related";
}

// Maps the files and associations of one item.
class MediaMapper {
 public:
  MediaMapper(JsonValue& item, ImportedItem& out, Faults& faults)
      : item_(item),
        out_(out),
        article_(*out.request.mutable_article()),
        faults_(faults) {}

  void Map() {
    MapFiles();
    const absl::Span<JsonValue> associations =
        ElementsOf(item_, "associations");
    for (size_t i = 0; i < associations.size() && !faults_.full(); ++i) {
      const std::string path = ElementPath("$.associations", i);
      const auto kind = KindNamed(PeekString(associations[i], "type"));
      if (kind) {
        MapMedium(*kind, path, associations[i]);
      } else {
        MapRelation(associations[i]);
      }
    }
    for (const JsonValue& alias : ElementsOf(item_, "altIds")) MapAlias(alias);
  }

 private:
  v1::Media* AddMedium(v1::Media::Kind kind, const JsonValue& value,
                       absl::string_view path) {
    if (article_.media_size() == kMaxMedia) {
      faults_.Add(v1::FIELD_TOO_LONG, value.line, path,
                  "is one medium too many: an article has 200");
      return nullptr;
    }
    v1::Media* medium = article_.add_media();
    medium->set_kind(kind);
    return medium;
  }

  // The item's own renditions.
  void MapFiles() {
    const absl::Span<JsonValue> files = ElementsOf(item_, "renditions");
    for (size_t i = 0; i < files.size() && !faults_.full(); ++i) {
      if (article_.canonical_url().empty() && IsWebPage(files[i])) {
        MapPage(files[i]);
      } else {
        v1::Media* medium = MediumFor(OwnKindOf(files[i]), files[i],
                                      ElementPath("$.renditions", i));
        if (medium != nullptr) {
          *medium->add_renditions() = TakeRendition(files[i]);
        }
      }
    }
    if (article_.kind() != v1::Article::TEXT && article_.media_size() > 0) {
      TakeCaption(item_, "$", *article_.mutable_media(0));
    }
  }

  // What a file is: what the item is, unless that is a text.
  v1::Media::Kind OwnKindOf(const JsonValue& file) const {
    const auto kind = KindNamed(PeekString(item_, "type"));
    return kind ? *kind : MediaKindOf(file);
  }

  v1::Media* MediumFor(v1::Media::Kind kind, const JsonValue& file,
                       absl::string_view path) {
    for (v1::Media& medium : *article_.mutable_media()) {
      if (medium.kind() == kind) return &medium;
    }
    return AddMedium(kind, file, path);
  }

  void MapPage(JsonValue& page) {
    article_.set_canonical_url(TakeString(page, "href"));
    MarkUsed(page, "name");
    // The rest of it is left to be kept; that it is HTML goes without saying.
    if (PeekString(page, "contentType") == "text/html") {
      MarkUsed(page, "contentType");
    }
  }

  void TakeCaption(JsonValue& described, absl::string_view path,
                   v1::Media& medium) {
    size_t index = 0;
    JsonValue* entry = BestDescription(described, index);
    if (entry == nullptr) return;
    const std::string role = RoleOf(*entry);
    if (role.empty() || role == "caption") MarkUsed(*entry, "role");
    const std::string entry_path =
        ElementPath(absl::StrCat(path, ".descriptions"), index);
    std::string words = TakeWords(*entry, entry_path, faults_);
    if (words.size() > kMaxFieldBytes) {
      faults_.Add(v1::FIELD_TOO_LONG, entry->line, entry_path,
                  "is longer than 64 KiB");
    }
    medium.mutable_caption()->set_value(std::move(words));
  }

  void MapMedium(v1::Media::Kind kind, const std::string& path,
                 JsonValue& association) {
    v1::Media* medium = AddMedium(kind, association, path);
    if (medium == nullptr) return;
    MarkUsed(association, "type");
    const absl::string_view name = PeekString(association, "name");
    if (IsPieceId(name) && !HasMedium(name)) {
      medium->set_id(TakeString(association, "name"));
    }
    TakeCaption(association, path, *medium);
    TakeCredit(association, *medium);
    v1::Rights rights;
    if (TakeRights(association, rights)) *medium->mutable_rights() = rights;
    if (const auto until =
            ParseDateTime(PeekString(association, "embargoedUntil"))) {
      *medium->mutable_embargo_until() = TimestampOf(*until);
      MarkUsed(association, "embargoedUntil");
    }
    for (JsonValue& person : ElementsOf(association, "people")) {
      const absl::string_view rel = PeekString(person, "rel");
      if ((rel != "photographer" && rel != "author") ||
          PeekString(person, "name").empty()) {
        continue;
      }
      v1::Contributor& contributor = *medium->add_contributors();
      contributor.set_role(rel == "author" ? v1::Contributor::AUTHOR
                                           : v1::Contributor::PHOTOGRAPHER);
      MarkUsed(person, "rel");
      contributor.add_names()->set_text(TakeString(person, "name"));
    }
    for (JsonValue& file : ElementsOf(association, "renditions")) {
      *medium->add_renditions() = TakeRendition(file);
    }
  }

  // As for a byline: an address of a person never stands in it.
  static void TakeCredit(JsonValue& association, v1::Media& medium) {
    const CleanByline clean = TakeAddressesOut(TakeString(association, "by"));
    medium.set_credit(clean.text);
    if (clean.addresses.empty()) return;
    v1::Contributor& contributor = *medium.add_contributors();
    contributor.set_contact(absl::StrJoin(clean.addresses, ", "));
    if (!clean.text.empty()) contributor.add_names()->set_text(clean.text);
  }

  bool HasMedium(absl::string_view id) const {
    return std::any_of(
        article_.media().begin(), article_.media().end(),
        [id](const v1::Media& medium) { return medium.id() == id; });
  }

  // 2.x has no rel for associations; there it is one of the alternative ids.
  void MapAlias(const JsonValue& alias) {
    if (FoldedRel(PeekString(alias, "role")) == "translationof") {
      MapSource(PeekString(alias, "value"));
    }
  }

  // Makes it a translation of what has that URI, unless it is one already.
  bool MapSource(absl::string_view uri) {
    if (article_.has_translation_of() || !IsAbsoluteUri(uri) ||
        uri == article_.provenance().source_id()) {
      return false;
    }
    BindToSource(uri, out_);
    return true;
  }

  void MapRelation(JsonValue& association) {
    if (!IsAbsoluteUri(PeekString(association, "uri"))) return;
    const std::string rel = FoldedRel(PeekString(association, "rel"));
    // Its uri is left to be kept: an id does not tell it.
    if (rel == "translationof" && MapSource(PeekString(association, "uri"))) {
      return;
    }
    v1::Relation& relation = *article_.add_relations();
    relation.set_type(RelationOf(rel));
    relation.set_uri(TakeString(association, "uri"));
    if (IsSaidBy(rel, relation.type())) MarkUsed(association, "rel");
    if (PeekString(association, "type") == "text") {
      MarkUsed(association, "type");
    }
  }

  JsonValue& item_;
  ImportedItem& out_;
  v1::Article& article_;
  Faults& faults_;
};

}  // namespace

void MapMedia(JsonValue& item, ImportedItem& out, Faults& faults) {
  MediaMapper(item, out, faults).Map();
}

}  // namespace courant::importers::ninjs
