#include "services/cli/history_text.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "services/cli/display_width.h"
#include "services/cli/history_event.h"
#include "services/cli/lifecycle_text.h"
#include "services/cli/time_text.h"

namespace courant {
namespace {

constexpr int kNumberWidth = 4;
constexpr char kTimeStyle[] = "2";
// Before a detail, and before the lines in which it goes on.
constexpr int kIndent = 6;
constexpr int kDeeperIndent = 8;
// A screen that leaves less beside the indent is not wrapped for.
constexpr int kLeastWrap = 16;

std::string Fit(const std::string& line, const Terminal& terminal) {
  const int columns = terminal.Columns();
  return columns > 0 ? CutToWidth(line, columns) : line;
}

std::string TitleLine(const v1::Article& last, const Terminal& terminal) {
  std::string title =
      absl::StrCat(OneLine(last.name()), " (", OneLine(last.language()), ")");
  // A killed article has no headline any more.
  if (!last.headline().value().empty()) {
    absl::StrAppend(&title, "  ", OneLine(last.headline().value()));
  }
  return absl::StrCat(Fit(title, terminal), "\n");
}

std::string RevisionLine(const v1::Article& revision, int actor_width,
                         const HistoryEvent& event, const Terminal& terminal) {
  std::string number =
      PadToWidth(absl::StrCat(revision.revision()), kNumberWidth);
  std::string time =
      absl::StrCat(TimeText(revision.revision_create_time()), "  ");
  std::string actor = PadToWidth(OneLine(revision.actor()), actor_width + 2);
  std::string what = OneLine(event.what);
  if (int left = terminal.Columns(); left > 0) {
    for (std::string* part : {&number, &time, &actor, &what}) {
      *part = CutToWidth(*part, left);
      left -= DisplayWidth(*part);
    }
  }
  return absl::StrCat(number, terminal.Paint(kTimeStyle, time), actor,
                      terminal.Paint(event.style, what), "\n");
}

// `detail`, which goes on in further lines where the screen ends.
std::string DetailLines(const std::string& detail, const Terminal& terminal) {
  const int columns = terminal.Columns();
  const int room = std::max(columns - kDeeperIndent, kLeastWrap);
  std::string text;
  int indent = kIndent;
  for (const std::string& line :
       WrapToWidth(OneLine(detail), columns > 0 ? room : 0)) {
    absl::StrAppend(&text, std::string(indent, ' '), line, "\n");
    indent = kDeeperIndent;
  }
  return text;
}

// Whether it is only an outline: of what was stored, everything has a headline,
// a body or when it was made.
bool IsLetGo(const v1::Article& revision) {
  return revision.state() != v1::Article::KILLED && !revision.has_headline() &&
         revision.body().empty() && !revision.has_create_time();
}

// What made `article` out of one of which only an outline is left: what its
// state and its own notes say.
HistoryEvent EventAfterOutline(const v1::Article& outline,
                               const v1::Article& article) {
  v1::Article before = article;
  before.set_state(outline.state());
  return EventBetween(&before, article);
}

}  // namespace

std::string HistoryText(const std::vector<v1::Article>& revisions,
                        const Terminal& terminal) {
  if (revisions.empty()) return "";
  int actor_width = 0;
  for (const v1::Article& article : revisions) {
    actor_width = std::max(actor_width, DisplayWidth(OneLine(article.actor())));
  }
  const v1::Article& last = revisions.back();
  std::string text = TitleLine(last, terminal);
  const v1::Article* before = nullptr;
  for (const v1::Article& article : revisions) {
    const bool erased =
        article.state() == v1::Article::KILLED && &article != &last;
    const HistoryEvent event = erased             ? ErasedEvent()
                               : IsLetGo(article) ? LetGoEvent()
                               : before != nullptr && IsLetGo(*before)
                                   ? EventAfterOutline(*before, article)
                                   : EventBetween(before, article);
    absl::StrAppend(&text, RevisionLine(article, actor_width, event, terminal));
    for (const std::string& detail : event.details) {
      absl::StrAppend(&text, DetailLines(detail, terminal));
    }
    before = &article;
  }
  return text;
}

}  // namespace courant
