#include "tests/services/translation/desk_fixture.h"

#include <map>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "storage/base/status_macros.h"
#include "storage/errors/reason.h"
#include "storage/keys.h"

namespace courant {
namespace {

// A paragraph as a block.
void AddParagraph(const char* id, const char* words, v1::Article* article) {
  v1::Block& block = *article->add_body();
  block.set_id(id);
  block.mutable_paragraph()->mutable_text()->set_text(words);
}

}  // namespace

v1::Article ASource() {
  v1::Article article;
  article.set_language("ko");
  article.mutable_headline()->set_value("The harbour");
  article.add_decks()->set_value("A new quay opens");
  AddParagraph("p1", "It opened on Monday. Ships came.", &article);
  AddParagraph("p2", "Nobody left.", &article);
  v1::Media& picture = *article.add_media();
  picture.set_id("m1");
  picture.set_kind(v1::Media::PICTURE);
  picture.mutable_caption()->set_value("The quay");
  article.mutable_rights()->set_copyright_notice("(c) us");
  return article;
}

std::string ReasonIn(const absl::Status& status) {
  const auto info = ErrorInfoOf(status);
  return info ? info->reason() : std::string();
}

absl::StatusOr<v1::Article> DeskFixture::Create(const v1::Article& article,
                                                bool draft) {
  v1::CreateArticleRequest request;
  *request.mutable_article() = article;
  if (!draft) request.set_initial_state(v1::CreateArticleRequest::PUBLISHED);
  return Call<v1::Article>("CreateArticle", request);
}

absl::StatusOr<v1::Article> DeskFixture::Read(const std::string& name) {
  v1::GetArticleRequest request;
  request.set_name(name);
  return Call<v1::Article>("GetArticle", request);
}

absl::StatusOr<v1::Article> DeskFixture::Update(
    const v1::Article& article, std::initializer_list<const char*> paths) {
  v1::UpdateArticleRequest request;
  *request.mutable_article() = article;
  for (const char* path : paths) request.mutable_update_mask()->add_paths(path);
  return Call<v1::Article>("UpdateArticle", request);
}

absl::StatusOr<v1::Translation> DeskFixture::Request(
    const std::string& source, const std::string& language,
    v1::Translation::Scope scope) {
  v1::CreateTranslationRequest request;
  request.set_parent(source);
  request.mutable_translation()->set_language(language);
  request.mutable_translation()->set_scope(scope);
  return Call<v1::Translation>("CreateTranslation", request);
}

absl::StatusOr<v1::Translation> DeskFixture::ReadTranslation(
    const std::string& name) {
  v1::GetTranslationRequest request;
  request.set_name(name);
  request.set_view(v1::TRANSLATION_VIEW_FULL);
  return Call<v1::Translation>("GetTranslation", request);
}

absl::Status DeskFixture::Translate(const std::string& name) {
  v1::ClaimTranslationRequest claim;
  claim.set_name(name);
  COURANT_ASSIGN_OR_RETURN(
      const v1::Translation claimed,
      Call<v1::Translation>("ClaimTranslation", claim, "translator/han"));
  COURANT_ASSIGN_OR_RETURN(const v1::Translation read, ReadTranslation(name));
  std::map<std::string, std::string> said;
  for (const v1::SourceSegment& source : read.content().source_segments()) {
    said[source.id()] = source.text().text();
  }
  v1::BatchUpdateSegmentsRequest write;
  write.set_name(name);
  write.set_fencing_token(claimed.task().lease().fencing_token());
  for (const v1::Segment& segment : read.content().segments()) {
    if (segment.state() != v1::Segment::INITIAL) continue;
    std::string words;
    for (const std::string& id : segment.sources()) words += said[id];
    v1::SegmentUpdate& update = *write.add_updates();
    update.set_segment(segment.id());
    update.mutable_target()->set_text(absl::StrCat(
        "[", read.language(), "] ", absl::StripTrailingAsciiWhitespace(words)));
  }
  if (!write.updates().empty()) {
    COURANT_RETURN_IF_ERROR(
        Call<v1::Translation>("BatchUpdateSegments", write, "translator/han")
            .status());
  }
  v1::SubmitTranslationRequest submit;
  submit.set_name(name);
  submit.set_fencing_token(write.fencing_token());
  COURANT_RETURN_IF_ERROR(
      Call<v1::Translation>("SubmitTranslation", submit, "translator/han")
          .status());
  COURANT_ASSIGN_OR_RETURN(
      const v1::Translation reviewed,
      Call<v1::Translation>("ClaimTranslation", claim, "translator/oh"));
  v1::ApproveTranslationRequest approve;
  approve.set_name(name);
  approve.set_fencing_token(reviewed.task().lease().fencing_token());
  return Call<v1::Translation>("ApproveTranslation", approve, "translator/oh")
      .status();
}

absl::StatusOr<v1::Translation> DeskFixture::Publish(const std::string& name) {
  v1::PublishTranslationRequest request;
  request.add_names(name);
  COURANT_ASSIGN_OR_RETURN(
      const v1::PublishTranslationResponse response,
      Call<v1::PublishTranslationResponse>("PublishTranslation", request));
  return response.translations(0);
}

absl::StatusOr<v1::Article> DeskFixture::Make(const std::string& source,
                                              const std::string& language,
                                              v1::Translation::Scope scope) {
  COURANT_ASSIGN_OR_RETURN(const v1::Translation made,
                           Request(source, language, scope));
  COURANT_RETURN_IF_ERROR(Translate(made.name()));
  COURANT_ASSIGN_OR_RETURN(const v1::Translation published,
                           Publish(made.name()));
  return Read(published.article());
}

int64_t DeskFixture::Tail() {
  return static_cast<int64_t>(
      server.store().applier().applied().last_sequence.value());
}

absl::Status DeskFixture::Rewrite(
    int64_t sequence, const std::function<void(storage::Entry&)>& edit) {
  const storage::Database& database = server.store().database();
  const std::string key =
      storage::EncodeNumber(static_cast<uint64_t>(sequence));
  COURANT_ASSIGN_OR_RETURN(const auto bytes,
                           database.Get(storage::Family::kChange, key));
  if (!bytes) return absl::NotFoundError(absl::StrCat("change ", sequence));
  COURANT_ASSIGN_OR_RETURN(storage::Entry entry, storage::DecodeEntry(*bytes));
  edit(entry);
  const rocksdb::Status written = database.rocksdb().Put(
      rocksdb::WriteOptions(), database.handle(storage::Family::kChange), key,
      storage::EncodeEntry(entry));
  return written.ok() ? absl::OkStatus()
                      : absl::UnavailableError(written.ToString());
}

}  // namespace courant
