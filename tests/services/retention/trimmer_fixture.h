#ifndef COURANT_TESTS_SERVICES_RETENTION_TRIMMER_FIXTURE_H_
#define COURANT_TESTS_SERVICES_RETENTION_TRIMMER_FIXTURE_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "courant/v1/change.pb.h"
#include "gtest/gtest.h"
#include "services/retention/trimmer.h"
#include "tests/services/distribution/wire_fixture.h"
#include "tests/testing/status_matchers.h"

namespace courant {

inline constexpr absl::Duration kDay = absl::Hours(24);

// Lets history go on a store whose clock the test moves, and looks at what is
// left as those see it who read.
class TrimmerTest : public testing::Test {
 protected:
  TrimmerTest() : metrics_(*wire_.store.registry) {}

  storage::Store& store() { return *wire_.store.store; }
  FakeClock& clock() { return wire_.store.clock; }

  // Some days later.
  void Days(int days) { clock().Advance(days * kDay); }

  // The first or next revision of an article, by a change of this kind. Returns
  // its sequence.
  uint64_t Write(const std::string& id,
                 v1::Change::Kind kind = v1::Change::UPDATED,
                 const std::string& source = "", int64_t bound = 0,
                 bool stops = false) {
    return Commit([&](const storage::DecisionContext& context)
                      -> absl::StatusOr<storage::ChangeDraft> {
      auto draft = storage::DraftOf(context, id, absl::StrCat("words of ", id));
      if (!draft.ok()) return draft;
      draft->kind = kind;
      draft->attributes.set_state(v1::Article::PUBLISHED);
      if (stops) draft->tombstone.emplace().set_reason("stopped");
      if (!source.empty()) {
        draft->attributes.set_source_article_id(source);
        auto& of = *draft->article.mutable_translation_of();
        of.set_article(absl::StrCat("articles/", source));
        of.set_revision(bound);
      }
      return draft;
    });
  }

  // The first or next revision of the translation "source/t".
  uint64_t Translate(const std::string& source, int64_t bound,
                     bool with_content) {
    return Commit([&](const storage::DecisionContext& context)
                      -> absl::StatusOr<storage::ChangeDraft> {
      const std::string id = absl::StrCat(source, "/t");
      auto row = context.view.FindArticle(id);
      if (!row.ok()) return row.status();
      storage::ChangeDraft draft{.kind = v1::Change::TRANSLATION_UPDATED,
                                 .article_id = id,
                                 .previous = *std::move(row)};
      draft.translation.emplace();
      draft.translation->set_name(
          absl::StrCat("articles/", source, "/translations/t"));
      draft.translation->set_source_revision(bound);
      if (with_content) {
        draft.translation->mutable_content()->add_segments()->set_id("s1");
      }
      draft.attributes.set_resource(storage::v1::TRANSLATION);
      draft.attributes.set_source_article_id(source);
      return draft;
    });
  }

  template <typename Make>
  uint64_t Commit(Make make) {
    const auto done = store().committer().Commit(
        {.actor = "desk"},
        [&](const storage::DecisionContext& context)
            -> absl::StatusOr<storage::Decision> {
          absl::StatusOr<storage::ChangeDraft> draft = make(context);
          if (!draft.ok()) return draft.status();
          storage::Decision decision;
          decision.push_back(*std::move(draft));
          return decision;
        });
    EXPECT_THAT(done, IsOk());
    return done->sequence.value();
  }

  Trimmer MakeTrimmer(absl::Duration retention = 30 * kDay) {
    return {store(),
            clock(),
            metrics_,
            {.retention = retention, .pause = absl::ZeroDuration()}};
  }

  // One pass of a new trimmer, as after a restart.
  int64_t Trim(absl::Duration retention = 30 * kDay) {
    Trimmer trimmer = MakeTrimmer(retention);
    const absl::StatusOr<int64_t> gone = trimmer.RunOnce();
    EXPECT_THAT(gone, IsOk());
    EXPECT_THAT(store().VerifyAll().status(), IsOk());
    return gone.value_or(-1);
  }

  // Changes that have no text any more.
  std::vector<uint64_t> Gone() {
    std::vector<uint64_t> gone;
    const auto all =
        store().change_log().Read(Sequence(0), {.max_changes = 10'000});
    EXPECT_THAT(all, IsOk());
    for (const storage::SharedEntry& entry : *all) {
      if (entry->article.empty()) gone.push_back(entry->sequence().value());
    }
    return gone;
  }

  uint64_t floor() { return store().change_log().floor().value(); }

  absl::Status Follow(const v1::SubscribeChangesRequest& request) {
    return StreamClient(wire_, request).Drain();
  }

  WireFixture wire_;
  RetentionMetrics metrics_;
};

}  // namespace courant

#endif  // COURANT_TESTS_SERVICES_RETENTION_TRIMMER_FIXTURE_H_
