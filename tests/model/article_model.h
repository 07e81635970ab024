#ifndef COURANT_TESTS_MODEL_ARTICLE_MODEL_H_
#define COURANT_TESTS_MODEL_ARTICLE_MODEL_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "courant/v1/article_service.pb.h"
#include "courant/v1/change.pb.h"
#include "tests/model/model_table.h"

// What ArticleService promises, said a second time: from the contract alone,
// slowly and plainly, for articles of a headline and a few paragraphs. What
// the server does is compared with it, so it must never be made from the
// server's code, nor share any of it.
namespace courant::model {

// What has to come of a call.
struct Verdict {
  // Empty: it is accepted. Otherwise any one of these is right: which of
  // several mistakes is named first is not promised.
  Refusals refusals;
  // The answer to an accepted call.
  v1::Article answer;
};

class ArticleModel {
 public:
  static constexpr absl::Duration kKillWindow = absl::Hours(1);

  // Begins with no article, after the change `last_sequence`.
  ArticleModel(absl::Time last_commit, int64_t last_sequence)
      : last_commit_(last_commit), last_sequence_(last_sequence) {}

  // What a call does.
  Verdict Call(const Caller& caller, const AnyRequest& request);

  // The server looks at the clock and does all that is due.
  void Tick(absl::Time now);

  // Takes over what only the server can know of the newest revision: its etag,
  // the words of diffs, and the reason of an expiry.
  void Learn(const v1::Article& article);

  // Every revision of every article as it must read now, by name.
  const std::map<std::string, std::vector<v1::Article>>& articles() const {
    return articles_;
  }
  // Every change as it must read now, oldest first.
  const std::vector<v1::Change>& changes() const { return changes_; }
  absl::Time last_commit() const { return last_commit_; }

 private:
  struct Draft;
  struct Attempt {
    std::string bytes;
    std::string name;
    int64_t revision;
  };

  void Do(const v1::CreateArticleRequest& request, Draft& draft);
  void Do(const v1::UpdateArticleRequest& request, Draft& draft);
  void Do(const v1::PublishArticleRequest& request, Draft& draft);
  void Do(const v1::ScheduleArticleRequest& request, Draft& draft);
  void Do(const v1::UnscheduleArticleRequest& request, Draft& draft);
  void Do(const v1::CorrectArticleRequest& request, Draft& draft);
  void Do(const v1::RefileArticleRequest& request, Draft& draft);
  void Do(const v1::HoldArticleRequest& request, Draft& draft);
  void Do(const v1::ReleaseArticleRequest& request, Draft& draft);
  void Do(const v1::WithdrawArticleRequest& request, Draft& draft);
  void Do(const v1::RestoreArticleRequest& request, Draft& draft);
  void Do(const v1::KillArticleRequest& request, Draft& draft);

  // What a correction and a refile do to the words and to the note. Returns
  // whether anything changes.
  template <typename Request>
  bool Mend(const Request& request, v1::ChangeNote::Class its_class,
            v1::ChangeNote::Severity severity, Draft& draft);
  // Lets it out, for everybody or under embargo.
  void LetOut(v1::Change::Kind kind, Draft& draft);
  // Checks what every revision that is written has to keep.
  void CheckRevision(Draft& draft);
  // Where a stopped article goes back to. An embargo that has ended is over.
  v1::Article::State StateBefore(const Draft& draft);
  void CheckReplacement(v1::Tombstone::Action action,
                        const std::string& replacement, Draft& draft);
  // Whether everybody may read the article, which there is.
  bool IsOpen(const std::string& name) const {
    return IsPublic(articles_.at(name).back().state());
  }
  void Commit(Draft& draft, bool more_follow);
  void Erase(const v1::Article& killed);

  absl::Time last_commit_;
  int64_t last_sequence_;
  std::map<std::string, std::vector<v1::Article>> articles_;
  std::vector<v1::Change> changes_;
  std::map<std::string, Attempt> attempts_;
  // By name: what it was when it was last out.
  std::map<std::string, v1::Article::State> out_;
};

}  // namespace courant::model

#endif  // COURANT_TESTS_MODEL_ARTICLE_MODEL_H_
