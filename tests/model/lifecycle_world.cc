#include "tests/model/lifecycle_world.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "courant/v1/change_service.pb.h"
#include "google/protobuf/util/message_differencer.h"
#include "storage/errors/reason.h"
#include "tests/model/diff_check.h"

namespace courant::model {
namespace {

using google::protobuf::Message;
using v1::Article;

// Empty when they are the same.
std::string Differences(const Message& server, const Message& model,
                        absl::string_view what) {
  if (server.SerializeAsString() == model.SerializeAsString()) return "";
  std::string report;
  google::protobuf::util::MessageDifferencer differencer;
  differencer.ReportDifferencesToString(&report);
  if (differencer.Compare(model, server)) return "";
  return absl::StrCat(what, ", from the model to the server:\n", report);
}

// What a refusal is about, in the words of Refusal::about.
std::string AboutOf(const absl::Status& refused, v1::ErrorReason reason) {
  if (reason == v1::ILLEGAL_TRANSITION) {
    std::vector<std::string> allowed =
        absl::StrSplit(ErrorInfoOf(refused)->metadata().at("allowed"),
                       absl::ByAnyChar(", "), absl::SkipEmpty());
    std::sort(allowed.begin(), allowed.end());
    return absl::StrJoin(allowed, ",");
  }
  if (reason == v1::ALIAS_TAKEN) {
    return ErrorInfoOf(refused)->metadata().at("resource");
  }
  const auto bad = BadRequestOf(refused);
  return bad && bad->field_violations_size() > 0
             ? bad->field_violations(0).field()
             : "";
}

std::string Explain(const std::vector<Refusal>& refusals) {
  return absl::StrJoin(
      refusals, " or ", [](std::string* out, const Refusal& refusal) {
        absl::StrAppend(out, v1::ErrorReason_Name(refusal.reason), "(",
                        refusal.about, ")");
      });
}

}  // namespace

LifecycleWorld::LifecycleWorld()
    : server_(std::make_unique<HeadlessServer>(dir_.Join("data"), clock_)) {}

LifecycleWorld::~LifecycleWorld() = default;

absl::StatusOr<std::string> LifecycleWorld::Call(absl::string_view method,
                                                 const std::string& actor,
                                                 const Message& request) {
  return server_->Call(method, actor, request);
}

std::string LifecycleWorld::Run(const std::vector<Step>& steps,
                                std::vector<std::string>* story) {
  story_ = story;
  prefix_ = absl::StrCat("s", ++runs_);
  sent_.clear();
  const storage::Tail tail = server_->store().applier().applied();
  // Mostly a clock that the log is not ahead of.
  if (runs_ % 4 != 0) {
    clock_.Set(std::max(clock_.Now(), tail.commit_time) + absl::Seconds(1));
  }
  model_ = std::make_unique<ArticleModel>(
      tail.commit_time, static_cast<int64_t>(tail.last_sequence.value()));
  for (const Step& step : steps) {
    std::string difference = RunStep(step);
    if (!difference.empty()) return difference;
  }
  std::string difference = CompareAll();
  if (difference.empty()) difference = LetTimePass();
  CountChanges();
  return difference;
}

void LifecycleWorld::CountChanges() {
  std::map<std::string, Article::State> states;
  for (const v1::Change& change : model_->changes()) {
    // A killed article has forgotten what it was.
    const auto& revisions = model_->articles().at(change.resource());
    Article::State& state = states[change.resource()];
    if (revisions.back().state() != Article::KILLED) {
      ++seen_[absl::StrCat(Article::State_Name(state), " ",
                           v1::Change::Kind_Name(change.kind()))];
    }
    state = revisions[change.revision() - 1].state();
    ++seen_[v1::Change::Kind_Name(change.kind())];
  }
}

std::string LifecycleWorld::RunStep(const Step& step) {
  if (story_ != nullptr) {
    story_->push_back(absl::StrCat(
        Describe(step), "   at ",
        absl::FormatTime("%d %H:%M:%E6S", clock_.Now(), absl::UTCTimeZone())));
  }
  switch (step.verb) {
    case Step::Verb::kClock:
      clock_.Advance(ClockStepOf(step));
      return "";
    case Step::Verb::kTick:
      return TickBoth();
    case Step::Verb::kRepeat: {
      const auto sent = sent_.find(step.attempt);
      if (sent == sent_.end()) return "";
      AnyRequest again = sent->second.request;
      // The same request, now and then by another; or another one under its id.
      if (step.chance % 4 == 0) {
        if (auto* update = std::get_if<v1::UpdateArticleRequest>(&again)) {
          update->mutable_article()->mutable_headline()->set_value("ebb ebb");
        } else if (auto* hold = std::get_if<v1::HoldArticleRequest>(&again)) {
          hold->set_reason("another doubt");
        }
      }
      return SendBoth(again,
                      step.chance % 3 == 0 ? "desk/other" : sent->second.actor);
    }
    default:
      break;
  }
  const Surroundings around{
      .now = clock_.Now(),
      .prefix = prefix_,
      .find = [this](const std::string& name) -> const Article* {
        const auto it = model_->articles().find(name);
        return it == model_->articles().end() ? nullptr : &it->second.back();
      }};
  std::string actor;
  const AnyRequest request = RequestOf(step, around, &actor);
  if (step.attempt > 0) sent_[step.attempt] = {request, actor};
  return SendBoth(request, actor);
}

std::string LifecycleWorld::SendBoth(const AnyRequest& any,
                                     const std::string& actor) {
  return std::visit(
      [&](const auto& request) -> std::string {
        std::string method = request.GetDescriptor()->name();
        method.resize(method.size() - std::string("Request").size());
        const absl::StatusOr<std::string> answer = Call(method, actor, request);
        const size_t changes_before = model_->changes().size();
        Verdict verdict = model_->Call({actor, clock_.Now()}, any);
        const std::string call = absl::StrCat(
            method, " by '", actor, "': ", request.ShortDebugString());
        if (story_ != nullptr) {
          story_->push_back(absl::StrCat(
              "    ", call, "\n    -> ",
              answer.ok() ? "accepted" : answer.status().ToString()));
        }
        if (!answer.ok()) {
          const v1::ErrorReason reason = ReasonOf(answer.status());
          if (verdict.refusals.empty()) {
            return absl::StrCat("the server refuses: ",
                                answer.status().ToString());
          }
          ++seen_["refused " + v1::ErrorReason_Name(reason)];
          const std::string about = AboutOf(answer.status(), reason);
          for (const Refusal& refusal : verdict.refusals) {
            if (refusal.reason == reason &&
                CodeOf(reason) == answer.status().code() &&
                (refusal.about.empty() || refusal.about == about)) {
              return "";
            }
          }
          return absl::StrCat("refused as ", answer.status().ToString(),
                              " about ", about, ", but expected ",
                              Explain(verdict.refusals));
        }
        if (!verdict.refusals.empty()) {
          return absl::StrCat("the server accepts; expected ",
                              Explain(verdict.refusals));
        }
        Article article;
        if (!article.ParseFromString(*answer)) return "not an Article";
        const std::string& name = verdict.answer.name();
        if (model_->changes().size() > changes_before) {
          const std::string wrong = LearnFrom(article);
          if (!wrong.empty()) return wrong;
          verdict.answer = model_->articles().at(name).back();
        }
        const std::string difference =
            Differences(article, verdict.answer, "the answer differs");
        return difference.empty() ? CompareArticle(name) : difference;
      },
      any);
}

std::string LifecycleWorld::LearnFrom(const Article& article) {
  const auto it = model_->articles().find(article.name());
  if (it == model_->articles().end()) {
    return absl::StrCat("answers about ", article.name());
  }
  const std::vector<Article>& revisions = it->second;
  const Article none;
  const Article& before =
      revisions.size() > 1 ? revisions[revisions.size() - 2] : none;
  if (article.etag().empty() || article.etag() == before.etag()) {
    return absl::StrCat("the etag '", article.etag(), "' is not new");
  }
  const std::string wrong = CheckDiffs(before, article);
  if (!wrong.empty()) return wrong;
  model_->Learn(article);
  return "";
}

std::string LifecycleWorld::CompareArticle(const std::string& name) {
  v1::GetArticleRequest request;
  request.set_name(name);
  const absl::StatusOr<std::string> bytes = Call("GetArticle", "", request);
  if (!bytes.ok()) return absl::StrCat(name, ": ", bytes.status().ToString());
  Article article;
  article.ParseFromString(*bytes);
  return Differences(article, model_->articles().at(name).back(),
                     name + " reads otherwise");
}

std::string LifecycleWorld::TickBoth() {
  const size_t changes_before = model_->changes().size();
  model_->Tick(clock_.Now());
  while (true) {
    const absl::StatusOr<size_t> done = server_->scheduler().RunOnce();
    if (!done.ok()) {
      return absl::StrCat("the scheduler fails: ", done.status().ToString());
    }
    if (*done == 0) break;
  }
  std::set<std::string> names;
  for (size_t i = changes_before; i < model_->changes().size(); ++i) {
    names.insert(model_->changes()[i].resource());
  }
  for (const auto& [name, revisions] : model_->articles()) {
    v1::GetArticleRequest request;
    request.set_name(name);
    Article article;
    article.ParseFromString(Call("GetArticle", "", request).value_or(""));
    if (names.count(name) > 0) {
      if (article.revision() != revisions.back().revision()) {
        return absl::StrCat(name, " is at revision ", article.revision(),
                            " in state ", Article::State_Name(article.state()),
                            ", expected ", revisions.back().revision(), " in ",
                            Article::State_Name(revisions.back().state()));
      }
      model_->Learn(article);
    }
    const std::string difference = Differences(
        article, revisions.back(), name + " reads otherwise after a tick");
    if (!difference.empty()) return difference;
  }
  return "";
}

std::string LifecycleWorld::LetTimePass() {
  if (story_ != nullptr) story_->push_back("everything comes due");
  clock_.Set(std::max(clock_.Now(), model_->last_commit()) + absl::Hours(30));
  std::string difference = TickBoth();
  return difference.empty() ? CompareAll() : difference;
}

std::string LifecycleWorld::CompareAll() {
  for (const auto& [name, revisions] : model_->articles()) {
    for (const Article& revision : revisions) {
      v1::GetArticleRevisionRequest request;
      request.set_name(absl::StrCat(name, "/revisions/", revision.revision()));
      const absl::StatusOr<std::string> bytes =
          Call("GetArticleRevision", "", request);
      Article article;
      article.ParseFromString(bytes.value_or(""));
      std::string difference = Differences(article, revision, request.name());
      if (!difference.empty()) return difference;
    }
  }
  for (const v1::Change& change : model_->changes()) {
    v1::GetChangeRequest request;
    request.set_name(change.name());
    const absl::StatusOr<std::string> bytes = Call("GetChange", "", request);
    v1::Change read;
    read.ParseFromString(bytes.value_or(""));
    std::string difference = Differences(read, change, change.name());
    if (!difference.empty()) return difference;
  }
  const uint64_t tail =
      server_->store().applier().applied().last_sequence.value();
  if (!model_->changes().empty() &&
      static_cast<int64_t>(tail) != model_->changes().back().sequence()) {
    return absl::StrCat("the log ends at ", tail, ", expected ",
                        model_->changes().back().sequence());
  }
  return "";
}

}  // namespace courant::model
