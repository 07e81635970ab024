#ifndef COURANT_SERVICES_TRANSLATION_TEXT_CELL_PAIRING_H_
#define COURANT_SERVICES_TRANSLATION_TEXT_CELL_PAIRING_H_

#include <cstddef>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "courant/v1/translation.pb.h"

// Which cells of tables are the same cells in a later revision. What a cell
// says depends on the column and the row it stands in: a score of 3 that went
// to another player has not merely moved. Internal to translation/text. Pure
// and thread-safe.
namespace courant::text {

// True for a unit such as "body/t1/rows/2/cells/1".
bool IsCell(absl::string_view unit);

// Places in `bound` and `head` of the cells that belong together, each at most
// once. Rows are paired first: those with the same cells, then those of one
// table that share half of their cells, then those of one table with the same
// number, of which only cells that share half of their words are paired. Cells
// are paired within a pair of rows, by column, also when they differ.
std::vector<std::pair<size_t, size_t>> PairCells(
    const std::vector<const v1::SourceSegment*>& bound,
    const std::vector<const v1::SourceSegment*>& head);

}  // namespace courant::text

#endif  // COURANT_SERVICES_TRANSLATION_TEXT_CELL_PAIRING_H_
