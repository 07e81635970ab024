#ifndef COURANT_TESTS_SERVICES_CLI_SAMPLE_TRANSLATION_H_
#define COURANT_TESTS_SERVICES_CLI_SAMPLE_TRANSLATION_H_

#include <string>

#include "absl/strings/string_view.h"
#include "courant/v1/translation.pb.h"
#include "courant/v1/translation_service.pb.h"
#include "tests/services/cli/canned_server.h"
#include "tests/services/cli/kept.h"

namespace courant {

// "articles/talks/translations/en" from the Korean, with its content:
//
//   headline.1  "회담 재개"              "Talks resume"
//   body/p1.1   "장관은 붕괴라고 했다. "  "The minister spoke of corruption. ",
//               the last but one word of both STRONG
//   body/p1.2   "끝."                    nothing yet
//
// The versions are 10, 11 and 12. "desk/test" has it, with the token 7, and
// translates.
inline v1::Translation SampleTranslation() {
  v1::Translation translation;
  translation.set_name("articles/talks/translations/en");
  translation.set_language("en");
  translation.set_source_language("ko");
  translation.set_source_article("articles/talks");
  translation.set_root_article("articles/talks");
  translation.set_story("stories/harbour");
  translation.set_source_revision(3);
  translation.set_compared_revision(3);
  translation.set_revision(4);
  translation.set_change_sequence(20);
  translation.set_freshness(v1::Translation::CURRENT);
  translation.set_actor("desk/test");
  v1::TranslationTask& task = *translation.mutable_task();
  task.set_state(v1::TranslationTask::TRANSLATING);
  v1::Lease& lease = *task.mutable_lease();
  lease.set_translation(translation.name());
  lease.set_holder("desk/test");
  lease.set_role(v1::Lease::TRANSLATE);
  lease.set_fencing_token(7);
  lease.mutable_expire_time()->set_seconds(1772431800);
  translation.mutable_completeness()->set_required(3);
  translation.mutable_completeness()->set_translated(2);

  v1::TranslationContent& content = *translation.mutable_content();
  const auto add = [&](absl::string_view id, absl::string_view source,
                       absl::string_view target) {
    v1::SourceSegment& from = *content.add_source_segments();
    from.set_id(std::string(id));
    from.mutable_text()->set_text(std::string(source));
    v1::Segment& to = *content.add_segments();
    to.set_id(std::string(id));
    to.add_sources(std::string(id));
    if (!target.empty()) {
      to.mutable_target()->set_text(std::string(target));
      to.set_state(v1::Segment::TRANSLATED);
      to.set_author("desk/test");
    } else {
      to.set_state(v1::Segment::INITIAL);
    }
    to.set_version(10 + content.segments_size() - 1);
  };
  const auto mark = [](v1::RichText& text, int start, int end) {
    v1::Mark& strong = *text.add_marks();
    strong.set_type(v1::Mark::STRONG);
    strong.set_start(start);
    strong.set_end(end);
  };
  add("headline.1", "회담 재개", "Talks resume");
  add("body/p1.1", "장관은 붕괴라고 했다. ",
      "The minister spoke of corruption. ");
  add("body/p1.2", "끝.", "");
  mark(*content.mutable_source_segments(1)->mutable_text(), 4, 6);
  mark(*content.mutable_segments(1)->mutable_target(), 22, 32);
  return translation;
}

// The sample as a write and the view BASIC give it.
inline v1::Translation Brief() {
  v1::Translation translation = SampleTranslation();
  translation.clear_content();
  return translation;
}

// Brief() with its work in `state`, which nobody has.
inline v1::Translation In(v1::TranslationTask::State state) {
  v1::Translation translation = Brief();
  translation.mutable_task()->set_state(state);
  translation.mutable_task()->clear_lease();
  return translation;
}

// Answers with `translation` and keeps the request.
template <typename Request>
CannedAnswer<Request, v1::Translation> KeepAs(Kept<Request>& kept,
                                              v1::Translation translation) {
  return [&kept, translation](const Request& request) {
    kept.Set(request);
    return translation;
  };
}

// Answers that "desk/test" has it.
inline CannedAnswer<v1::GetTranslationRequest, v1::Translation> HeldByMe() {
  return [](const v1::GetTranslationRequest&) { return Brief(); };
}

}  // namespace courant

#endif  // COURANT_TESTS_SERVICES_CLI_SAMPLE_TRANSLATION_H_
