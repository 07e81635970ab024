#ifndef COURANT_TESTS_MODEL_LIFECYCLE_WORLD_H_
#define COURANT_TESTS_MODEL_LIFECYCLE_WORLD_H_

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "courant/v1/change.pb.h"
#include "tests/model/article_model.h"
#include "tests/model/headless_server.h"
#include "tests/model/random_steps.h"
#include "tests/testing/fake_clock.h"
#include "tests/testing/temp_dir.h"

namespace courant::model {

// The server without its sockets, and the model beside it: every call is made
// of both, and what comes of it is compared. The store is real, except that it
// does not wait for the disk. The clock is the test's.
class LifecycleWorld {
 public:
  LifecycleWorld();
  ~LifecycleWorld();

  // Runs a sequence on articles of its own. Returns the first difference
  // between server and model, or an empty string. After a difference the world
  // is of no more use. `story`, when given, is told every step.
  std::string Run(const std::vector<Step>& steps,
                  std::vector<std::string>* story = nullptr);

  // What has happened in all sequences, and how often: "PUBLISHED HELD" for a
  // change by the state before and its kind, "refused ETAG_MISMATCH".
  const std::map<std::string, int>& seen() const { return seen_; }

 private:
  struct Sent {
    AnyRequest request;
    std::string actor;
  };

  std::string RunStep(const Step& step);
  std::string SendBoth(const AnyRequest& request, const std::string& actor);
  std::string TickBoth();
  // Lets everything come due, so that nothing is left for other sequences.
  std::string LetTimePass();
  // Notes the changes of the sequence in seen_.
  void CountChanges();
  // Compares all articles, revisions and changes of the sequence.
  std::string CompareAll();
  std::string CompareArticle(const std::string& name);
  // Takes over from `article` what the model cannot know, and checks it.
  std::string LearnFrom(const v1::Article& article);

  absl::StatusOr<std::string> Call(absl::string_view method,
                                   const std::string& actor,
                                   const google::protobuf::Message& request);

  TempDir dir_;
  FakeClock clock_;
  std::unique_ptr<HeadlessServer> server_;
  int64_t runs_ = 0;
  std::map<std::string, int> seen_;

  // Of the sequence that runs.
  std::string prefix_;
  std::unique_ptr<ArticleModel> model_;
  std::map<int, Sent> sent_;
  std::vector<std::string>* story_ = nullptr;
};

}  // namespace courant::model

#endif  // COURANT_TESTS_MODEL_LIFECYCLE_WORLD_H_
