#ifndef COURANT_STORAGE_BASE_IDS_H_
#define COURANT_STORAGE_BASE_IDS_H_

#include "storage/base/strong_int.h"

namespace courant {

// Position of a change in the change log: 1-based and dense, never used
// twice. 0 is before the first change. Readers of the public API see it.
using Sequence = StrongInt<struct SequenceTag>;

// Position of a frame in the ordered log: 1-based and dense. 0 is before the
// first frame. One frame holds the changes of one group commit, or none, so
// it runs apart from Sequence. Internal.
using FrameIndex = StrongInt<struct FrameIndexTag>;

// Revision of one article: 1-based and dense within that article. 0 is an
// article that does not exist yet.
using Revision = StrongInt<struct RevisionTag>;

// Generation of the log, raised whenever history may have been rewound, as
// by a restore from a backup. The first is 1; 0 is unknown. Within one epoch
// a sequence means the same change for ever.
using Epoch = StrongInt<struct EpochTag>;

}  // namespace courant

#endif  // COURANT_STORAGE_BASE_IDS_H_
