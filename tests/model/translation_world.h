#ifndef COURANT_TESTS_MODEL_TRANSLATION_WORLD_H_
#define COURANT_TESTS_MODEL_TRANSLATION_WORLD_H_

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "courant/v1/translation_service.pb.h"
#include "tests/model/headless_server.h"
#include "tests/model/planted_text.h"
#include "tests/model/translation_model.h"
#include "tests/testing/fake_clock.h"
#include "tests/testing/temp_dir.h"

namespace courant::model {

// One step of a sequence: what to do, and all the rest from `chance`.
struct TranslationStep {
  enum Verb {
    kEdit,    // an article: update, refile or correct it
    kWork,    // the next thing that is to do for a translation
    kFinish,  // all of them, up to its publication
    kWrite,   // other words into segments that have some
    kRebase,
    kConfirm,
    kDetach,
    kTakeAway,  // cancel, revoke, give back; or somebody else claims
    kStop,      // hold or withdraw an article
    kLift,      // release or restore it
    kKill,      // with the second person's word
    kSetTime,   // schedules, embargoes
    kPassTime,
    kOldToken,  // somebody who has lost the work writes
  };
  Verb verb = kEdit;
  uint32_t chance = 0;
};

// What was looked at, and what of it was wrong though not forbidden.
struct TranslationCounts {
  int64_t steps = 0;
  // Translations compared with the model, after every step; of these, told
  // worse than they are.
  int64_t checks = 0;
  int64_t false_outdated = 0;
  // Sentences that were looked for in source_changes, and changes in it that
  // name none that differs.
  int64_t sentence_checks = 0;
  int64_t false_changes = 0;
  // What happened, by name.
  std::map<std::string, int64_t> seen;
};

// A server, and the model beside it: an original in Korean, translated into
// English and French, the English into Spanish, the Spanish into Portuguese.
class TranslationWorld {
 public:
  TranslationWorld();
  ~TranslationWorld();

  // Runs a sequence on articles of its own. Returns what was wrong, or an empty
  // string. After something was wrong the world is of no more use. `story`,
  // when given, is told every step.
  std::string Run(uint32_t seed, const std::vector<TranslationStep>& steps,
                  std::vector<std::string>* story = nullptr);

  const TranslationCounts& counts() const { return counts_; }

 private:
  class Dice;

  // What is known of a translation besides what the model says.
  struct Desk {
    v1::Translation latest;  // as read after the last step
    // The lease that somebody believes to have.
    std::string holder;
    int64_t token = 0;
  };

  template <typename Response, typename Request>
  absl::StatusOr<Response> Call(const char* method, const std::string& actor,
                                const Request& request);
  void Tell(const std::string& what);
  std::string Begin(Dice& dice);
  std::string RunStep(const TranslationStep& step);

  // Articles. (translation_articles.cc)
  std::string EditArticle(Dice& dice);
  std::string StopArticle(Dice& dice);
  std::string LiftArticle(Dice& dice);
  std::string KillArticle(Dice& dice);
  std::string SetTimes(Dice& dice);
  std::string Unschedule(int index);
  std::string PassTime(Dice& dice);
  std::string AfterStop(int article, v1::Article::State how, uint64_t before);
  std::string CheckOneCommit(uint64_t before);
  void TakeOver(int article, const v1::Article& read);
  void NoteHandEdit(int article, const Document& before, const Document& after);
  // Puts a paragraph that is nobody's translation into `document`: its unit.
  std::string AddByHand(Dice& dice, Document* document);
  // Words that nobody may read once this article is killed.
  void Forbid(int article);

  // Translations. (translation_work.cc)
  std::string Work(int translation, Dice& dice);
  std::string Finish(int translation, Dice& dice);
  std::string AskFor(int translation, Dice& dice);
  std::string Claim(int translation, const std::string& who);
  std::string WriteMissing(int translation, Dice& dice, bool* wrote);
  std::string WriteSome(int translation, Dice& dice);
  std::string WriteSegments(int translation,
                            const std::vector<const v1::Segment*>& segments,
                            bool rewrite, Dice& dice);
  std::string Review(int translation, Dice& dice);
  std::string TakeAway(int translation, Dice& dice);
  std::string TryOldToken(int translation);

  // What goes out, and what it is bound to. (translation_binding.cc)
  std::string Publish(int translation, Dice& dice);
  std::string TakeOverResult(int translation, const v1::Translation& published);
  // Every text of the translation is what its segments say.
  static std::string CheckUnits(const v1::TranslationContent& content,
                                const Document& document);
  // What editors added to `before` stands in `after` where they put it.
  std::string CheckOwn(int article, const Document& before,
                       const Document& after);
  std::string Rebind(int translation, bool confirm, Dice& dice);
  std::string CheckRebased(int translation, const v1::Translation& before,
                           const v1::Translation& after);
  // What is not translated any more is asked for.
  static std::string CheckAskedFor(const v1::Translation& rebased);
  std::string CheckConfirmed(int translation, const v1::Translation& before,
                             const v1::Translation& after);
  std::string Detach(int translation);
  void LoosenGone(int translation);

  // A refusal: expected when something is stopped, or for one of `reasons`.
  std::string Refused(const absl::Status& status, int translation,
                      const char* doing, std::set<std::string> reasons = {});
  // A write that was accepted: wrong when something is stopped.
  std::string Accepted(int translation, const char* doing);
  std::string SetToken(int translation, const v1::Translation& answer);

  // What must hold after every step. (translation_checks.cc)
  std::string CheckAll();
  std::string CheckTranslation(int translation);
  std::string CheckFreshness(int translation, const v1::Translation& read);
  std::string CheckChanges(int translation, const v1::Translation& read);
  std::string CheckBinding(int translation, const v1::Translation& read);
  std::string CheckWords(int translation, const v1::Translation& read);
  std::string CheckArticle(int article);
  std::string CheckEmbargo(int article, const v1::Article& read);
  std::string CheckForbidden();
  // Before when nothing that was made from this article may be public.
  absl::Time EarliestFor(int source) const;

  Document NewDocument();
  int PickArticle(Dice& dice);
  int PickTranslation(Dice& dice);
  int FindOrAddTranslation(int slot, Dice& dice);

  TempDir dir_;
  FakeClock clock_;
  std::unique_ptr<HeadlessServer> server_;
  TranslationCounts counts_;
  int64_t runs_ = 0;

  // Of the sequence that runs.
  std::string prefix_;
  std::unique_ptr<Sentences> sentences_;
  TranslationModel model_;
  std::vector<Desk> desks_;
  std::vector<v1::Article> read_;  // articles, after the last step
  std::set<std::string> forbidden_;
  uint64_t first_sequence_ = 0;
  int hand_made_ = 0;
  std::vector<std::string>* story_ = nullptr;
};

}  // namespace courant::model

#endif  // COURANT_TESTS_MODEL_TRANSLATION_WORLD_H_
