#ifndef COURANT_SERVICES_CLI_TABLE_H_
#define COURANT_SERVICES_CLI_TABLE_H_

#include <ostream>
#include <string>
#include <vector>

#include "services/cli/terminal.h"

namespace courant {

// Rows in aligned columns, measured by display width. Rows can be printed a
// page at a time: a column keeps its width and may only grow, and the
// headings stand once above the first page. Not thread-safe.
class Table {
 public:
  // One heading for each column; at least one.
  explicit Table(std::vector<std::string> headings);

  // Adds a row: as many cells as headings, each any text. `styles` are those of
  // the cells, as Terminal::Paint() takes them; what is missing is plain.
  void Add(std::vector<std::string> cells,
           std::vector<std::string> styles = {});

  // Prints the rows added since the last call and forgets them. Cuts the last
  // column so that no line is longer than `columns`, if that is not 0. Plain.
  void Print(std::ostream& out, int columns);

  // The same for what `out` leads to: its columns, and styles if it has colour.
  void Print(std::ostream& out, const Terminal& terminal);

 private:
  struct Row {
    std::vector<std::string> cells;
    std::vector<std::string> styles;  // As many.
  };

  void PrintRows(std::ostream& out, int columns, const Terminal& terminal);
  // `row` in the widths as they are now.
  void PrintRow(const Row& row, int columns, const Terminal& terminal,
                std::ostream& out) const;

  std::vector<std::string> headings_;
  std::vector<int> widths_;
  std::vector<Row> rows_;
  bool headings_printed_ = false;
};

}  // namespace courant

#endif  // COURANT_SERVICES_CLI_TABLE_H_
