#ifndef COURANT_TESTS_SERVICES_TRANSLATION_DESK_FIXTURE_H_
#define COURANT_TESTS_SERVICES_TRANSLATION_DESK_FIXTURE_H_

#include <functional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "courant/v1/article_service.pb.h"
#include "courant/v1/translation_service.pb.h"
#include "storage/frame.h"
#include "tests/model/headless_server.h"
#include "tests/testing/fake_clock.h"
#include "tests/testing/temp_dir.h"

namespace courant {

// A newsroom and a translation desk on a server without sockets, with what
// their people do, a line each.
struct DeskFixture {
  // Calls a method by its name, as `actor`.
  template <typename Response>
  absl::StatusOr<Response> Call(absl::string_view method,
                                const google::protobuf::Message& request,
                                const std::string& actor = "desk/kim") {
    absl::StatusOr<std::string> answer = server.Call(method, actor, request);
    if (!answer.ok()) return std::move(answer).status();
    Response response;
    if (!response.ParseFromString(*answer)) {
      return absl::InternalError("the answer is damaged");
    }
    return response;
  }

  // Makes an article of `article`, public unless `draft`.
  absl::StatusOr<v1::Article> Create(const v1::Article& article,
                                     bool draft = false);
  absl::StatusOr<v1::Article> Read(const std::string& name);
  // Replaces the fields `paths` of an article by those of `article`.
  absl::StatusOr<v1::Article> Update(const v1::Article& article,
                                     std::initializer_list<const char*> paths);

  // Asks for a translation, and reads one with its texts.
  absl::StatusOr<v1::Translation> Request(
      const std::string& source, const std::string& language,
      v1::Translation::Scope scope = v1::Translation::FULL);
  absl::StatusOr<v1::Translation> ReadTranslation(const std::string& name);
  // Translates what is missing, "[es] " before the words of the source, and
  // has a second person agree.
  absl::Status Translate(const std::string& name);
  absl::StatusOr<v1::Translation> Publish(const std::string& name);
  // All of it: the article that was made.
  absl::StatusOr<v1::Article> Make(
      const std::string& source, const std::string& language,
      v1::Translation::Scope scope = v1::Translation::FULL);

  // Position of the latest change.
  int64_t Tail();
  // Writes a change behind the server's back.
  absl::Status Rewrite(int64_t sequence,
                       const std::function<void(storage::Entry&)>& edit);

  TempDir dir;
  FakeClock clock;
  model::HeadlessServer server{dir.Join("data"), clock};
};

// An article in Korean with a copyright notice, a headline, a deck, blocks p1,
// p2, and a picture m1 with a caption.
v1::Article ASource();

// The reason of an error, e.g. "SOURCE_KILLED"; empty when there is none.
std::string ReasonIn(const absl::Status& status);

}  // namespace courant

#endif  // COURANT_TESTS_SERVICES_TRANSLATION_DESK_FIXTURE_H_
