#ifndef COURANT_TESTS_STORAGE_STORE_FIXTURE_H_
#define COURANT_TESTS_STORAGE_STORE_FIXTURE_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "prometheus/registry.h"
#include "storage/store.h"
#include "tests/testing/fake_clock.h"
#include "tests/testing/temp_dir.h"

namespace courant::storage {

// A real store in a folder of its own, with a clock that tests move.
struct StoreFixture {
  // Opens the folder; closes the store that was open before.
  absl::Status Open(StoreOptions options = {});
  void Close() { store = nullptr; }

  // Commits the first or next revision of an article with this headline.
  absl::StatusOr<Committed> Write(absl::string_view article_id,
                                  absl::string_view headline,
                                  absl::string_view request_id = "",
                                  absl::string_view fingerprint = "");

  // Commits the next revision of an article, as a kill does, which takes away
  // the articles of `erased`.
  absl::StatusOr<Committed> Erase(absl::string_view article_id,
                                  std::vector<Sequence> erased);

  // Lets the texts of `taken` go, as being replaced before `kept_since`; all
  // from `floor` on are to be there.
  absl::StatusOr<Committed> Trim(
      std::vector<Sequence> taken, Sequence floor,
      absl::Time kept_since = FakeClock::DefaultStart());

  // The headline of the newest revision; empty when there is no article.
  std::string HeadlineOf(absl::string_view article_id);

  std::string data_dir() const { return dir.Join("data"); }

  TempDir dir;
  FakeClock clock;
  std::shared_ptr<prometheus::Registry> registry;
  std::unique_ptr<Store> store;
};

// The first or next revision of an article with this headline.
absl::StatusOr<ChangeDraft> DraftOf(const DecisionContext& context,
                                    absl::string_view article_id,
                                    absl::string_view headline);

// Commits through any store.
absl::StatusOr<Committed> WriteArticle(Store& store,
                                       absl::string_view article_id,
                                       absl::string_view headline,
                                       const Proposal& proposal);

}  // namespace courant::storage

#endif  // COURANT_TESTS_STORAGE_STORE_FIXTURE_H_
