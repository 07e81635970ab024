#include "services/translation/text/cell_pairing.h"

#include <xxhash.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <tuple>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "services/translation/text/gap_alignment.h"

namespace courant::text {
namespace {

using Segments = std::vector<const v1::SourceSegment*>;

constexpr absl::string_view kRows = "/rows/";
constexpr absl::string_view kCells = "/cells/";
// Rows that are looked at for one cell: a table may have the same in each.
constexpr size_t kMostRowsOfCell = 16;

// A row: places in the list of segments, in order.
struct Row {
  absl::string_view table;
  absl::string_view number;
  std::vector<size_t> cells;
  uint64_t digest = 0;
  bool is_paired = false;
};

absl::string_view ColumnOf(const v1::SourceSegment& cell) {
  const absl::string_view unit = cell.unit();
  return unit.substr(unit.rfind(kCells) + kCells.size());
}

uint64_t DigestOf(const Row& row, const Segments& segments) {
  std::string bytes;
  for (const size_t at : row.cells) {
    const v1::SourceSegment& cell = *segments[at];
    absl::StrAppend(&bytes, ColumnOf(cell), " ", cell.digest_high(), " ",
                    cell.digest_low(), " ");
  }
  return XXH3_64bits(bytes.data(), bytes.size());
}

std::vector<Row> RowsOf(const Segments& segments) {
  std::vector<Row> rows;
  for (size_t i = 0; i < segments.size(); ++i) {
    const absl::string_view unit = segments[i]->unit();
    if (!IsCell(unit)) continue;
    const size_t at_cells = unit.rfind(kCells);
    const size_t at_rows = unit.rfind(kRows, at_cells);
    const absl::string_view table = unit.substr(0, at_rows);
    const size_t at_number = at_rows + kRows.size();
    const absl::string_view number =
        unit.substr(at_number, at_cells - at_number);
    if (rows.empty() || rows.back().table != table ||
        rows.back().number != number) {
      rows.push_back({table, number, {}, 0, false});
    }
    rows.back().cells.push_back(i);
  }
  for (Row& row : rows) row.digest = DigestOf(row, segments);
  return rows;
}

class Pairing {
 public:
  Pairing(const Segments& bound, const Segments& head)
      : bound_(bound),
        head_(head),
        bound_rows_(RowsOf(bound)),
        head_rows_(RowsOf(head)) {}

  std::vector<std::pair<size_t, size_t>> Run();

 private:
  using Key = std::tuple<absl::string_view, absl::string_view, uint64_t>;
  template <typename MakeKey>
  void PairRowsByKey(MakeKey key, bool also_different);
  void PairRowsBySharedCells();
  // The loose row of `bound` that has most cells of `row`; null when that is
  // less than half.
  Row* MostShared(const Row& row);
  // Pairs the cells of two rows by column; those that differ too much only with
  // `also_different`.
  void PairCellsOf(Row* was, Row* now, bool also_different);
  bool BelongTogether(const v1::SourceSegment& was,
                      const v1::SourceSegment& now) const;

  const Segments& bound_;
  const Segments& head_;
  std::vector<Row> bound_rows_;
  std::vector<Row> head_rows_;
  // Rows of `bound` that are loose, by a cell that they have.
  absl::flat_hash_map<std::string, std::vector<size_t>> rows_with_;
  std::vector<std::pair<size_t, size_t>> pairs_;
};

bool Pairing::BelongTogether(const v1::SourceSegment& was,
                             const v1::SourceSegment& now) const {
  if (was.folded_high() == now.folded_high() &&
      was.folded_low() == now.folded_low()) {
    return true;
  }
  return !AlignGap({{0, was.text().text()}}, {{0, now.text().text()}},
                   Share::kHalf)
              .empty();
}

void Pairing::PairCellsOf(Row* was, Row* now, bool also_different) {
  was->is_paired = true;
  now->is_paired = true;
  auto next = was->cells.begin();
  for (const size_t at : now->cells) {
    // A cell has several segments where it has several sentences: those of one
    // column are paired in order.
    const auto same_column = [this, at](size_t i) {
      return ColumnOf(*bound_[i]) == ColumnOf(*head_[at]);
    };
    const auto found = std::find_if(next, was->cells.end(), same_column);
    if (found == was->cells.end()) continue;
    if (!also_different && !BelongTogether(*bound_[*found], *head_[at])) {
      continue;
    }
    pairs_.emplace_back(*found, at);
    next = found + 1;
  }
}

template <typename MakeKey>
void Pairing::PairRowsByKey(MakeKey key, bool also_different) {
  absl::flat_hash_map<Key, std::vector<size_t>> loose;
  for (size_t i = bound_rows_.size(); i-- > 0;) {
    if (!bound_rows_[i].is_paired) loose[key(bound_rows_[i])].push_back(i);
  }
  for (Row& row : head_rows_) {
    if (row.is_paired) continue;
    const auto found = loose.find(key(row));
    if (found == loose.end() || found->second.empty()) continue;
    PairCellsOf(&bound_rows_[found->second.back()], &row, also_different);
    found->second.pop_back();
  }
}

std::string CellKey(const Row& row, const v1::SourceSegment& cell) {
  return absl::StrCat(row.table, " ", ColumnOf(cell), " ", cell.digest_high(),
                      " ", cell.digest_low());
}

Row* Pairing::MostShared(const Row& row) {
  absl::flat_hash_map<size_t, size_t> shared;
  for (const size_t at : row.cells) {
    const auto found = rows_with_.find(CellKey(row, *head_[at]));
    if (found == rows_with_.end()) continue;
    for (const size_t i : found->second) ++shared[i];
  }
  Row* best = nullptr;
  size_t most = 0;
  for (const auto& [i, count] : shared) {
    Row& candidate = bound_rows_[i];
    const size_t longer = std::max(candidate.cells.size(), row.cells.size());
    if (candidate.is_paired || count * 2 < longer || count < most) continue;
    // Of two as good, the one with the same number, else the first.
    if (count == most && best != nullptr &&
        (best->number == row.number ||
         (candidate.number != row.number && best < &candidate))) {
      continue;
    }
    best = &candidate;
    most = count;
  }
  return best;
}

void Pairing::PairRowsBySharedCells() {
  for (size_t i = 0; i < bound_rows_.size(); ++i) {
    const Row& row = bound_rows_[i];
    if (row.is_paired) continue;
    for (const size_t at : row.cells) {
      std::vector<size_t>& rows = rows_with_[CellKey(row, *bound_[at])];
      if (rows.size() < kMostRowsOfCell) rows.push_back(i);
    }
  }
  if (rows_with_.empty()) return;
  for (Row& row : head_rows_) {
    if (row.is_paired) continue;
    if (Row* was = MostShared(row)) PairCellsOf(was, &row, true);
  }
}

std::vector<std::pair<size_t, size_t>> Pairing::Run() {
  if (bound_rows_.empty() || head_rows_.empty()) return {};
  PairRowsByKey(
      [](const Row& row) {
        return Key{row.table, row.number, row.digest};
      },
      true);
  PairRowsByKey(
      [](const Row& row) {
        return Key{row.table, "", row.digest};
      },
      true);
  PairRowsByKey([](const Row& row) { return Key{"", "", row.digest}; }, true);
  PairRowsBySharedCells();
  PairRowsByKey(
      [](const Row& row) {
        return Key{row.table, row.number, 0};
      },
      false);
  return std::move(pairs_);
}

}  // namespace

bool IsCell(absl::string_view unit) {
  return absl::StrContains(unit, kRows) && absl::StrContains(unit, kCells) &&
         absl::StartsWith(unit, "body/");
}

std::vector<std::pair<size_t, size_t>> PairCells(const Segments& bound,
                                                 const Segments& head) {
  return Pairing(bound, head).Run();
}

}  // namespace courant::text
