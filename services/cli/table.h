#ifndef COURANT_SERVICES_CLI_TABLE_H_
#define COURANT_SERVICES_CLI_TABLE_H_

#include <ostream>
#include <string>
#include <vector>

namespace courant {

// Rows in aligned columns, measured by display width. Rows can be printed a
// page at a time: a column keeps its width and may only grow, and the
// headings stand once above the first page. Not thread-safe.
class Table {
 public:
  // One heading for each column; at least one.
  explicit Table(std::vector<std::string> headings);

  // Adds a row: as many cells as headings, each any text.
  void Add(std::vector<std::string> cells);

  // Prints the rows added since the last call and forgets them. Cuts the last
  // column so that no line is longer than `columns`, if that is not 0.
  void Print(std::ostream& out, int columns);

 private:
  // `cells` in the widths as they are now.
  void PrintRow(const std::vector<std::string>& cells, int columns,
                std::ostream& out) const;

  std::vector<std::string> headings_;
  std::vector<int> widths_;
  std::vector<std::vector<std::string>> rows_;
  bool headings_printed_ = false;
};

}  // namespace courant

#endif  // COURANT_SERVICES_CLI_TABLE_H_
