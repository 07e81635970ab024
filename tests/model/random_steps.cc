#include "tests/model/random_steps.h"

#include <algorithm>
#include <iterator>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "google/protobuf/util/time_util.h"

namespace courant::model {
namespace {

using google::protobuf::Timestamp;
using v1::ChangeNote;
using v1::Tombstone;
using Verb = Step::Verb;

constexpr absl::string_view kVerbs[] = {
    "create",  "update", "publish",        "schedule",          "unschedule",
    "correct", "refile", "hold",           "release",           "withdraw",
    "restore", "kill",   "kill --confirm", "something allowed", "repeat",
    "clock",   "tick"};

// How often each verb comes, of 100.
constexpr int kWeights[] = {2, 4, 3, 2, 1, 3, 2, 2, 2, 2, 2, 2, 3, 53, 5, 7, 5};
static_assert(std::size(kVerbs) == std::size(kWeights));

// Small enough to meet again, and none is part of another.
constexpr absl::string_view kWords[] = {"tide", "ebb", "flood", "붕괴", "quay"};

// The rest of a step, from its seed.
class Chance {
 public:
  explicit Chance(uint32_t seed) : random_(seed) {}

  int Below(int n) { return static_cast<int>(random_() % n); }
  bool Of(int n) { return Below(n) == 0; }
  template <typename T, size_t n>
  const T& OneOf(const T (&choices)[n]) {
    return choices[Below(n)];
  }

  std::string Words(int most) {
    std::string words(OneOf(kWords));
    for (int more = Below(most); more > 0; --more) {
      absl::StrAppend(&words, " ", OneOf(kWords));
    }
    return words;
  }

  // Mostly ahead.
  Timestamp Time(absl::Time now) {
    const absl::Duration offsets[] = {
        -absl::Minutes(1),  absl::ZeroDuration(), absl::Microseconds(1),
        absl::Minutes(2),   absl::Minutes(2),     absl::Minutes(10),
        absl::Minutes(30),  absl::Minutes(30),    absl::Minutes(90),
        absl::Minutes(150), absl::Minutes(200)};
    return google::protobuf::util::TimeUtil::MicrosecondsToTimestamp(
        absl::ToUnixMicros(now + OneOf(offsets)));
  }

 private:
  std::minstd_rand random_;
};

void AddParagraph(absl::string_view id, std::string text,
                  v1::Article* article) {
  v1::Block& block = *article->add_body();
  block.set_id(std::string(id));
  block.mutable_paragraph()->mutable_text()->set_text(std::move(text));
}

// Something for each path in `mask`, rarely what cannot be published.
void Fill(const google::protobuf::FieldMask& mask, const Surroundings& around,
          Chance& chance, v1::Article* article) {
  for (const std::string& path : mask.paths()) {
    const bool empty = chance.Of(8);
    if (path == "headline" && !empty) {
      article->mutable_headline()->set_value(chance.Words(4));
    } else if (path == "body" && !empty) {
      AddParagraph("a", chance.Words(4), article);
      if (chance.Of(2)) AddParagraph("b", chance.Words(3), article);
    } else if (path == "rights.copyright_notice" && !empty) {
      article->mutable_rights()->set_copyright_notice("© " + chance.Words(1));
    } else if (path == "embargo_until" && !empty) {
      *article->mutable_embargo_until() = chance.Time(around.now);
    } else if (path == "expires_at" && !empty) {
      *article->mutable_expires_at() = chance.Time(around.now);
    } else if (path == "alias_ids" && !empty) {
      v1::AliasId& alias = *article->add_alias_ids();
      alias.set_source_system("ninjs");
      alias.set_id(absl::StrCat(around.prefix, "-tide-", chance.Below(4)));
    }
  }
}

google::protobuf::FieldMask RandomMask(Chance& chance) {
  constexpr absl::string_view kPaths[] = {
      "headline",      "headline",   "body",     "rights.copyright_notice",
      "embargo_until", "expires_at", "alias_ids"};
  google::protobuf::FieldMask mask;
  mask.add_paths(std::string(chance.OneOf(kPaths)));
  const std::string other(chance.OneOf(kPaths));
  if (chance.Of(2) && other != mask.paths(0)) mask.add_paths(other);
  return mask;
}

v1::Article RandomArticle(const Surroundings& around, Chance& chance) {
  v1::Article article;
  article.set_language("en");
  google::protobuf::FieldMask mask;
  for (const char* path : {"headline", "body", "rights.copyright_notice"}) {
    mask.add_paths(path);
  }
  if (chance.Of(3)) mask.add_paths("embargo_until");
  if (chance.Of(3)) mask.add_paths("expires_at");
  if (chance.Of(3)) mask.add_paths("alias_ids");
  Fill(mask, around, chance, &article);
  return article;
}

// A word of the article, mostly, and another in its place.
ChangeNote::Correction RandomCorrection(const v1::Article* article,
                                        Chance& chance) {
  constexpr absl::string_view kPlaces[] = {"headline", "body/a", "body/a",
                                           "body/b",   "body",   "body/x"};
  ChangeNote::Correction correction;
  correction.set_where(std::string(chance.OneOf(kPlaces)));
  correction.set_was(std::string(chance.OneOf(kWords)));
  if (article != nullptr && !chance.Of(4)) {
    const bool body = !article->body().empty() && chance.Of(2);
    const std::string text = body ? article->body(0).paragraph().text().text()
                                  : article->headline().value();
    correction.set_where(!body          ? "headline"
                         : chance.Of(2) ? "body"
                                        : "body/" + article->body(0).id());
    correction.set_was(text.substr(0, text.find(' ')));
    if (text.empty()) correction.set_was("tide");
  }
  do {
    correction.set_now(std::string(chance.OneOf(kWords)));
  } while (correction.now() == correction.was());
  return correction;
}

template <typename Request>
void FillRepair(const v1::Article* article, const Surroundings& around,
                Chance& chance, Request* request) {
  if (!chance.Of(10)) {
    *request->add_corrections() = RandomCorrection(article, chance);
    if (chance.Of(3)) {
      *request->add_corrections() = RandomCorrection(article, chance);
    }
  }
  if (chance.Of(3)) {
    *request->mutable_update_mask() = RandomMask(chance);
    Fill(request->update_mask(), around, chance, request->mutable_article());
  }
  if (!chance.Of(8)) request->mutable_note_editors()->set_value("checked");
  if (chance.Of(2)) request->mutable_note_public()->set_value("put right");
}

template <typename Request>
void FillOrder(const Surroundings& around, Chance& chance, Request* request) {
  if (!chance.Of(10)) request->set_reason("an injunction");
  if (chance.Of(3)) request->set_contact("desk@example.org");
  if (chance.Of(3)) {
    request->set_action(chance.Of(2) ? Tombstone::REVIEW : Tombstone::REPLACE);
  }
  if (request->action() == Tombstone::REPLACE && !chance.Of(6)) {
    request->set_replacement(absl::StrCat("articles/", around.prefix, "-",
                                          chance.Below(kArticles + 1)));
  }
}

// A few requests have these; what each needs is said once.
template <typename Request>
Request Named(const std::string& name, const std::string& etag) {
  Request request;
  request.set_name(name);
  request.set_etag(etag);
  return request;
}

v1::CreateArticleRequest RandomCreate(const std::string& id,
                                      const Surroundings& around,
                                      Chance& chance) {
  v1::CreateArticleRequest request;
  request.set_article_id(id);
  *request.mutable_article() = RandomArticle(around, chance);
  if (chance.Of(2)) {
    request.set_initial_state(v1::CreateArticleRequest::PUBLISHED);
  }
  return request;
}

v1::UpdateArticleRequest RandomUpdate(const v1::Article* article,
                                      const Surroundings& around,
                                      Chance& chance) {
  v1::UpdateArticleRequest request;
  *request.mutable_update_mask() = RandomMask(chance);
  Fill(request.update_mask(), around, chance, request.mutable_article());
  if (article != nullptr && chance.Of(8)) {
    *request.mutable_article() = *article;  // Changes nothing.
  }
  return request;
}

// Verbs that let out, and those that take that back.
AnyRequest RandomRelease(Step::Verb verb, const std::string& name,
                         const std::string& etag, absl::Time now,
                         Chance& chance) {
  if (verb == Verb::kUnschedule) {
    return Named<v1::UnscheduleArticleRequest>(name, etag);
  }
  if (verb == Verb::kSchedule) {
    auto request = Named<v1::ScheduleArticleRequest>(name, etag);
    if (!chance.Of(12)) *request.mutable_schedule_time() = chance.Time(now);
    return request;
  }
  if (verb == Verb::kPublish) {
    auto request = Named<v1::PublishArticleRequest>(name, etag);
    if (chance.Of(4)) *request.mutable_embargo_until() = chance.Time(now);
    return request;
  }
  if (verb == Verb::kRelease) {
    auto request = Named<v1::ReleaseArticleRequest>(name, etag);
    if (chance.Of(2)) request.set_reason("no doubt");
    return request;
  }
  auto request = Named<v1::RestoreArticleRequest>(name, etag);
  if (!chance.Of(10)) request.set_reason("the rights are ours");
  return request;
}

// One of the verbs that the state of `article` allows.
Verb AllowedVerb(const v1::Article* article, Chance& chance) {
  if (article == nullptr) return Verb::kCreate;
  const std::vector<std::string> allowed =
      absl::StrSplit(AllowedIn(article->state()), ',');
  const std::string& chosen =
      allowed[chance.Below(static_cast<int>(allowed.size()))];
  // What ends a sequence comes less often than what goes on.
  if (chosen == "kill" && article->has_kill_request() && !chance.Of(3)) {
    return Verb::kConfirmKill;
  }
  const auto* const found =
      std::find(std::begin(kVerbs), std::end(kVerbs), chosen);
  return found == std::end(kVerbs)
             ? Verb::kUpdate
             : static_cast<Verb>(found - std::begin(kVerbs));
}

AnyRequest MakeRequest(const Step& step, const Surroundings& around,
                       Chance& chance) {
  const std::string id = absl::StrCat(around.prefix, "-", step.article);
  const std::string name = "articles/" + id;
  const v1::Article* const article = around.find(name);
  std::string etag;
  if (article != nullptr && chance.Of(3)) etag = article->etag();
  if (chance.Of(16)) etag = "1-0000000000000000";
  const Verb verb = step.verb == Verb::kAllowed && step.article < kArticles
                        ? AllowedVerb(article, chance)
                        : step.verb;
  switch (verb) {
    case Verb::kCreate:
      return RandomCreate(id, around, chance);
    case Verb::kUpdate: {
      auto request = RandomUpdate(article, around, chance);
      request.mutable_article()->set_name(name);
      request.mutable_article()->set_etag(etag);
      return request;
    }
    case Verb::kCorrect: {
      auto request = Named<v1::CorrectArticleRequest>(name, etag);
      FillRepair(article, around, chance, &request);
      if (chance.Of(6)) {
        request.set_severity(chance.Of(3) ? ChangeNote::MINOR
                                          : ChangeNote::CRITICAL);
      }
      return request;
    }
    case Verb::kRefile: {
      auto request = Named<v1::RefileArticleRequest>(name, etag);
      FillRepair(article, around, chance, &request);
      return request;
    }
    case Verb::kHold: {
      auto request = Named<v1::HoldArticleRequest>(name, etag);
      if (!chance.Of(10)) request.set_reason("a doubt");
      if (chance.Of(3)) request.set_contact("desk@example.org");
      return request;
    }
    case Verb::kWithdraw: {
      auto request = Named<v1::WithdrawArticleRequest>(name, etag);
      FillOrder(around, chance, &request);
      return request;
    }
    case Verb::kRequestKill: {
      auto request = Named<v1::KillArticleRequest>(name, etag);
      FillOrder(around, chance, &request);
      return request;
    }
    case Verb::kConfirmKill: {
      auto request = Named<v1::KillArticleRequest>(name, etag);
      request.set_confirm(true);
      return request;
    }
    default:
      return RandomRelease(verb, name, etag, around.now, chance);
  }
}

}  // namespace

std::vector<Step> RandomSteps(std::mt19937& random, int length) {
  std::discrete_distribution<int> verbs(std::begin(kWeights),
                                        std::end(kWeights));
  std::vector<Step> steps;
  for (int i = 0; i < length; ++i) {
    // Most about the first article, so that it gets far; few about the last,
    // which does not exist.
    const int about = static_cast<int>(random() % 32);
    Step step{.verb = static_cast<Verb>(verbs(random)),
              .article = about < 18   ? 0
                         : about < 25 ? 1
                         : about < 31 ? 2
                                      : kArticles,
              .chance = static_cast<uint32_t>(random())};
    if (i == 0) step.verb = Verb::kCreate;
    if (step.verb == Verb::kCreate && step.article == kArticles) {
      step.article = 0;
    }
    if (step.verb == Verb::kRepeat) {
      step.attempt = static_cast<int>(random() % (i + 1));
    } else if (random() % 3 == 0) {
      step.attempt = i + 1;
    }
    steps.push_back(step);
  }
  return steps;
}

AnyRequest RequestOf(const Step& step, const Surroundings& around,
                     std::string* actor) {
  constexpr absl::string_view kPeople[] = {"desk/kim", "desk/kim",  "desk/lee",
                                           "desk/lee", "wire/park", ""};
  Chance chance(step.chance);
  *actor = std::string(chance.OneOf(kPeople));
  AnyRequest any = MakeRequest(step, around, chance);
  if (step.attempt > 0) {
    const uint64_t hash = std::hash<std::string>()(around.prefix);
    const std::string id = absl::StrFormat(
        "%08x-%04x-4000-8000-%012x", hash >> 32, (hash >> 16) & 0xffff,
        (hash & 0xffff) << 16 | static_cast<uint64_t>(step.attempt));
    std::visit([&id](auto& request) { request.set_request_id(id); }, any);
  }
  return any;
}

absl::Duration ClockStepOf(const Step& step) {
  const absl::Duration steps[] = {
      absl::Microseconds(1), absl::Seconds(1),   absl::Minutes(3),
      absl::Minutes(20),     absl::Minutes(40),  absl::Minutes(70),
      -absl::Seconds(1),     -absl::Minutes(20), -absl::Hours(24)};
  return Chance(step.chance).OneOf(steps);
}

std::string Describe(const Step& step) {
  const absl::string_view verb = kVerbs[static_cast<int>(step.verb)];
  switch (step.verb) {
    case Verb::kRepeat:
      return absl::StrCat(verb, " #", step.attempt);
    case Verb::kClock:
      return absl::StrCat(verb, " ", absl::FormatDuration(ClockStepOf(step)));
    case Verb::kTick:
      return std::string(verb);
    default:
      return absl::StrCat(
          verb, " article ", step.article,
          step.attempt > 0 ? absl::StrCat(" #", step.attempt) : "");
  }
}

}  // namespace courant::model
