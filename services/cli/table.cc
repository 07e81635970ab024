#include "services/cli/table.h"

#include <algorithm>
#include <utility>

#include "services/cli/display_width.h"

namespace courant {
namespace {

constexpr int kGap = 2;  // Columns between two cells.
// The last column keeps this much, however narrow the screen is.
constexpr int kLeastLastColumn = 12;

}  // namespace

Table::Table(std::vector<std::string> headings)
    : headings_(std::move(headings)) {
  for (const std::string& heading : headings_) {
    widths_.push_back(DisplayWidth(heading));
  }
}

void Table::Add(std::vector<std::string> cells,
                std::vector<std::string> styles) {
  cells.resize(headings_.size());
  styles.resize(headings_.size());
  for (size_t i = 0; i < cells.size(); ++i) {
    cells[i] = OneLine(cells[i]);
    widths_[i] = std::max(widths_[i], DisplayWidth(cells[i]));
  }
  rows_.push_back({std::move(cells), std::move(styles)});
}

void Table::Print(std::ostream& out, int columns) {
  PrintRows(out, columns, Terminal::None());
}

void Table::Print(std::ostream& out, const Terminal& terminal) {
  PrintRows(out, terminal.Columns(), terminal);
}

void Table::PrintRows(std::ostream& out, int columns,
                      const Terminal& terminal) {
  if (!headings_printed_ && !rows_.empty()) {
    PrintRow({headings_, std::vector<std::string>(headings_.size())}, columns,
             terminal, out);
    headings_printed_ = true;
  }
  for (const Row& row : rows_) PrintRow(row, columns, terminal, out);
  rows_.clear();
}

void Table::PrintRow(const Row& row, int columns, const Terminal& terminal,
                     std::ostream& out) const {
  int used = 0;
  for (size_t i = 0; i + 1 < row.cells.size(); ++i) {
    // Only the text is painted, not the room behind it.
    const int width = widths_[i] + kGap;
    out << terminal.Paint(row.styles[i], row.cells[i])
        << std::string(width - DisplayWidth(row.cells[i]), ' ');
    used += width;
  }
  const std::string& last = row.cells.back();
  const int left = std::max(columns - used, kLeastLastColumn);
  out << terminal.Paint(row.styles.back(),
                        columns > 0 ? CutToWidth(last, left) : last)
      << '\n';
}

}  // namespace courant
