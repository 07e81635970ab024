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

void Table::Add(std::vector<std::string> cells) {
  cells.resize(headings_.size());
  for (size_t i = 0; i < cells.size(); ++i) {
    cells[i] = OneLine(cells[i]);
    widths_[i] = std::max(widths_[i], DisplayWidth(cells[i]));
  }
  rows_.push_back(std::move(cells));
}

void Table::Print(std::ostream& out, int columns) {
  if (!headings_printed_ && !rows_.empty()) {
    PrintRow(headings_, columns, out);
    headings_printed_ = true;
  }
  for (const std::vector<std::string>& row : rows_) {
    PrintRow(row, columns, out);
  }
  rows_.clear();
}

void Table::PrintRow(const std::vector<std::string>& cells, int columns,
                     std::ostream& out) const {
  int used = 0;
  for (size_t i = 0; i + 1 < cells.size(); ++i) {
    out << PadToWidth(cells[i], widths_[i] + kGap);
    used += widths_[i] + kGap;
  }
  const int left = std::max(columns - used, kLeastLastColumn);
  out << (columns > 0 ? CutToWidth(cells.back(), left) : cells.back()) << '\n';
}

}  // namespace courant
