#ifndef COURANT_SERVICES_CLI_STATUS_GRID_H_
#define COURANT_SERVICES_CLI_STATUS_GRID_H_

#include <map>
#include <ostream>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "courant/v1/translation.pb.h"
#include "services/cli/terminal.h"

namespace courant {

// Stories and languages, and how each version of a story stands:
//
//   STORY    en                      es                    ko      HEADLINE
//   harbour  CURRENT, SUBMITTED      OUTDATED, REQUESTED   source  회담 재개
//
// A version that is done shows its freshness alone. On a screen that is too
// narrow for the columns a story is a paragraph, with a line for each language.
// Not thread-safe.
class StatusGrid {
 public:
  // Adds one version of a story. Stories stand in the order in which they come.
  void Add(const v1::Translation& translation);

  // The articles that stories began with: one each, in order.
  std::vector<std::string> Roots() const;

  // Says what the article `root` is headed.
  void SetHeadline(const std::string& root, absl::string_view headline);

  // Prints all.
  void Print(std::ostream& out, const Terminal& terminal) const;

 private:
  struct Story {
    std::string name;
    std::string root;
    // By language; of several in one language the one that was added last.
    std::map<std::string, v1::Translation> versions;
    std::string source_language;
  };

  std::vector<std::vector<std::string>> Rows(
      const std::vector<std::string>& languages) const;
  void PrintParagraphs(std::ostream& out, const Terminal& terminal) const;

  std::vector<Story> stories_;
  std::map<std::string, size_t> places_;  // By name and root.
  std::set<std::string> languages_;
  std::map<std::string, std::string> headlines_;
};

}  // namespace courant

#endif  // COURANT_SERVICES_CLI_STATUS_GRID_H_
