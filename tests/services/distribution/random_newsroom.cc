#include "tests/services/distribution/random_newsroom.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "courant/v1/article_service.pb.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/audience/stub.h"
#include "services/audience/visibility.h"
#include "services/editorial/article_reads.h"
#include "services/editorial/rules/attributes.h"
#include "storage/base/status_macros.h"
#include "storage/digest.h"
#include "tests/testing/status_matchers.h"

namespace courant {
namespace {

using v1::Article;
using v1::Change;

const std::vector<std::string> kSections = {"sport", "news", "arts"};
const std::vector<std::string> kLanguages = {"en", "en-GB", "ko", "cy"};
const std::vector<std::string> kSubjects = {"medtop:1", "medtop:2"};
const std::vector<std::string> kStories = {"stories/tide", "stories/moor"};
const std::vector<std::string> kSources = {"desk", "agency"};

}  // namespace

RandomNewsroom::RandomNewsroom(WireFixture& wire, uint64_t seed, int articles)
    : wire_(wire), random_(seed), articles_(articles) {}

int RandomNewsroom::UpTo(int most) {
  return std::uniform_int_distribution<int>(1, most)(random_);
}

std::vector<RandomNewsroom::Move> RandomNewsroom::Moves(
    const Article& article) {
  switch (article.state()) {
    case Article::STATE_UNSPECIFIED:
      return {{Change::DRAFTED, Article::DRAFT},
              {Change::PUBLISHED, Article::PUBLISHED},
              {Change::PRE_NOTICED, Article::EMBARGOED}};
    case Article::DRAFT:
      return {{Change::DRAFTED, Article::DRAFT},
              {Change::PUBLISHED, Article::PUBLISHED},
              {Change::PRE_NOTICED, Article::EMBARGOED}};
    case Article::EMBARGOED:
      return {{Change::UPDATED, Article::EMBARGOED},
              {Change::EMBARGO_RELEASED, Article::PUBLISHED},
              {Change::HELD, Article::WITHHELD},
              {Change::KILL_REQUESTED, Article::EMBARGOED}};
    case Article::PUBLISHED:
    case Article::CORRECTED:
      return {{Change::UPDATED, article.state()},
              {Change::UPDATED, article.state()},
              {Change::REFILED, article.state()},
              {Change::CORRECTED, Article::CORRECTED},
              {Change::HELD, Article::WITHHELD},
              {Change::WITHDRAWN, Article::WITHDRAWN},
              {Change::EXPIRED, Article::EXPIRED},
              {Change::KILL_REQUESTED, article.state()},
              {Change::KILLED, Article::KILLED}};
    case Article::WITHHELD:
      return {{Change::HOLD_RELEASED, article.has_publish_time()
                                          ? Article::PUBLISHED
                                          : Article::EMBARGOED},
              {Change::WITHDRAWN, Article::WITHDRAWN},
              {Change::KILL_REQUESTED, Article::WITHHELD}};
    case Article::WITHDRAWN:
      return {
          {Change::RESTORED, article.has_publish_time() ? Article::CORRECTED
                                                        : Article::EMBARGOED},
          {Change::KILLED, Article::KILLED}};
    case Article::EXPIRED:
      return {{Change::WITHDRAWN, Article::WITHDRAWN}};
    default:
      return {};
  }
}

void RandomNewsroom::Refile(Article* article) {
  article->set_language(OneOf(kLanguages));
  article->clear_sections();
  for (const std::string& code : kSections) {
    if (UpTo(3) == 1) article->add_sections()->set_code(code);
  }
  article->clear_subjects();
  for (const std::string& qcode : kSubjects) {
    if (UpTo(3) == 1) article->add_subjects()->set_qcode(qcode);
  }
  article->set_story(OneOf(kStories));
  article->set_kind(UpTo(2) == 1 ? Article::TEXT : Article::PICTURE);
  article->mutable_provenance()->set_source_system(OneOf(kSources));
  article->set_urgency(UpTo(5) - 1);
  article->mutable_headline()->set_value(
      std::string(static_cast<size_t>(UpTo(200)), 'x'));
}

void RandomNewsroom::Step() {
  std::map<std::string, Move> wanted;
  for (int i = UpTo(3); i > 0; --i) {
    const std::string id = absl::StrCat("a", UpTo(articles_));
    const std::vector<Move> moves = Moves(kept_[id].article);
    if (!moves.empty()) wanted.emplace(id, OneOf(moves));
  }
  uint64_t next = wire_.tail();
  const auto committed = wire_.store.store->committer().Commit(
      {.actor = "test"},
      [&](const storage::DecisionContext& context)
          -> absl::StatusOr<storage::Decision> {
        storage::Decision decision;
        for (const auto& [id, move] : wanted) {
          Kept& kept = kept_[id];
          Article& article = kept.article;
          storage::ChangeDraft draft{.kind = move.kind, .article_id = id};
          COURANT_ASSIGN_OR_RETURN(draft.previous,
                                   context.view.FindArticle(id));
          const bool stops = !MayBeUsed(move.to);
          if (!stops && move.kind != Change::KILL_REQUESTED &&
              (!draft.previous || UpTo(2) == 1)) {
            Refile(&article);
          }
          article.set_state(move.to);
          if (SightOf(Audience::kPublic, move.to, false) == Sight::kText &&
              !article.has_publish_time()) {
            *article.mutable_publish_time() =
                storage::ToTimestamp(context.commit_time);
          }
          draft.attributes = AttributesOf(article);
          draft.article = article;
          if (stops) draft.tombstone.emplace().set_state(move.to);
          if (move.kind == Change::KILLED) {
            draft.article = StubOf(article);
            draft.erased = kept.sequences;
          }
          kept.sequences.emplace_back(++next);
          decision.push_back(std::move(draft));
        }
        return decision;
      });
  EXPECT_THAT(committed, IsOk());
  EXPECT_EQ(wire_.tail(), next);
}

std::string RandomNewsroom::SomeComparison() {
  switch (UpTo(8)) {
    case 1:
      return absl::StrCat("section=", OneOf(kSections));
    case 2:
      return absl::StrCat("language:", OneOf(kLanguages));
    case 3:
      return absl::StrCat("subject=", OneOf(kSubjects));
    case 4:
      return absl::StrCat("story!=", OneOf(kStories));
    case 5:
      return absl::StrCat("source=", OneOf(kSources));
    case 6:
      return absl::StrCat("kind=", OneOf<std::string>({"TEXT", "PICTURE"}));
    case 7:
      return absl::StrCat(
          "state=", OneOf<std::string>({"DRAFT", "PUBLISHED", "CORRECTED"}));
    default:
      return absl::StrCat("section!=", OneOf(kSections));
  }
}

std::string RandomNewsroom::SomeFilter() {
  if (UpTo(6) == 1) return "";
  std::string filter = SomeComparison();
  for (int i = UpTo(4); i > 1; --i) {
    const std::string sign = OneOf<std::string>({" AND ", " OR "});
    filter = absl::StrCat(UpTo(5) == 1 ? "NOT " : "", "(", filter, sign,
                          SomeComparison(), ")");
  }
  return filter;
}

std::map<std::string, std::string> RandomNewsroom::List(
    Audience audience, const std::string& filter) {
  const TokenKey key =
      *TokenKey::FromSecret(std::string(TokenKey::kSecretBytes, 'p'));
  ArticleReads reads(wire_.store.store->database(),
                     wire_.store.store->applier(), key);
  std::map<std::string, std::string> listed;
  v1::ListArticlesRequest request;
  request.set_filter(filter);
  request.set_page_size(500);
  v1::ListArticlesResponse page;
  do {
    request.set_page_token(page.next_page_token());
    const auto encoded = reads.ListArticles({.audience = audience}, request);
    EXPECT_THAT(encoded, IsOk());
    if (!encoded.ok() || !page.ParseFromString(*encoded)) break;
    for (const Article& article : page.articles()) {
      if (!MayBeUsed(article.state())) continue;
      listed[article.name()] = article.SerializeAsString();
    }
  } while (!page.next_page_token().empty());
  return listed;
}

void Mirror::Apply(const Change& change) {
  if (change.has_article() && MayBeUsed(change.article().state())) {
    articles_[change.resource()] = change.article().SerializeAsString();
  } else {
    articles_.erase(change.resource());
  }
}

std::string Mirror::Digest() const {
  std::string digest(16, '\0');
  for (const auto& [name, encoded] : articles_) {
    Article article;
    EXPECT_TRUE(article.ParseFromString(encoded));
    const std::string hash =
        storage::Sha256(absl::StrCat(name, "@", article.revision()));
    for (size_t i = 0; i < digest.size(); ++i) {
      digest[i] = static_cast<char>(digest[i] ^ hash[i]);
    }
  }
  return digest;
}

}  // namespace courant
