#ifndef COURANT_TESTS_MODEL_TRANSLATION_CALL_H_
#define COURANT_TESTS_MODEL_TRANSLATION_CALL_H_

#include <random>
#include <string>

#include "google/protobuf/util/time_util.h"
#include "storage/errors/reason.h"
#include "tests/model/translation_world.h"

// What the parts of TranslationWorld share.
namespace courant::model {

// Chance, from the seed of a step.
class TranslationWorld::Dice {
 public:
  explicit Dice(uint32_t seed) : random_(seed) { random_.discard(2); }
  int Below(size_t n) { return static_cast<int>(random_() % n); }
  bool Of(int n) { return Below(static_cast<size_t>(n)) == 0; }
  uint32_t Seed() { return static_cast<uint32_t>(random_()); }

 private:
  std::mt19937 random_;
};

template <typename Response, typename Request>
absl::StatusOr<Response> TranslationWorld::Call(const char* method,
                                                const std::string& actor,
                                                const Request& request) {
  absl::StatusOr<std::string> answer = server_->Call(method, actor, request);
  if (!answer.ok()) return std::move(answer).status();
  Response response;
  response.ParseFromString(*answer);
  return response;
}

// "SESSION_FENCED"; empty when there is none.
inline std::string ReasonOf(const absl::Status& status) {
  const auto info = ErrorInfoOf(status);
  return info ? info->reason() : std::string();
}

inline absl::Time TimeOf(const google::protobuf::Timestamp& stamp) {
  return absl::FromUnixMicros(
      google::protobuf::util::TimeUtil::TimestampToMicroseconds(stamp));
}

}  // namespace courant::model

#endif  // COURANT_TESTS_MODEL_TRANSLATION_CALL_H_
