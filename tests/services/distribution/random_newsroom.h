#ifndef COURANT_TESTS_SERVICES_DISTRIBUTION_RANDOM_NEWSROOM_H_
#define COURANT_TESTS_SERVICES_DISTRIBUTION_RANDOM_NEWSROOM_H_

#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "courant/v1/article.pb.h"
#include "courant/v1/change.pb.h"
#include "services/audience/audience.h"
#include "tests/services/distribution/wire_fixture.h"

namespace courant {

// A newsroom in which anything may happen next that the lifecycle allows: new
// articles, edits that move them to other sections, languages, subjects and so
// on, corrections, holds, releases, withdrawals, expiry, kills and what asks
// for them. Few articles and few values, so that filters often match and often
// stop to. Not thread-safe.
class RandomNewsroom {
 public:
  // `articles` is how many there will be in the end.
  RandomNewsroom(WireFixture& wire, uint64_t seed, int articles);

  // One commit of 1 to 3 changes.
  void Step();

  // A filter over the values that articles here have; sometimes none.
  std::string SomeFilter();

  // What ListArticles gives with `filter` to `audience` now, by name: encoded,
  // without what must not be used.
  std::map<std::string, std::string> List(Audience audience,
                                          const std::string& filter);

  // A number from 1 to `most`.
  int UpTo(int most);

 private:
  struct Kept {
    v1::Article article;
    std::vector<Sequence> sequences;
  };
  struct Move {
    v1::Change::Kind kind;
    v1::Article::State to;
  };

  static std::vector<Move> Moves(const v1::Article& article);
  // Gives it other sections, language and so on.
  void Refile(v1::Article* article);
  template <typename Value>
  Value OneOf(const std::vector<Value>& values) {
    return values[static_cast<size_t>(UpTo(static_cast<int>(values.size()))) -
                  1];
  }
  std::string SomeComparison();

  WireFixture& wire_;
  std::mt19937_64 random_;
  const int articles_;
  std::map<std::string, Kept> kept_;
};

// What a client keeps that applies changes in the order of arrival. Knows
// nothing of filters.
class Mirror {
 public:
  void Apply(const v1::Change& change);

  // Name to encoded article, of what may be used.
  const std::map<std::string, std::string>& articles() const {
    return articles_;
  }

  // SnapshotComplete.digest of articles(), made as its comment says.
  std::string Digest() const;

 private:
  std::map<std::string, std::string> articles_;
};

}  // namespace courant

#endif  // COURANT_TESTS_SERVICES_DISTRIBUTION_RANDOM_NEWSROOM_H_
