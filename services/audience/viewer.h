#ifndef COURANT_SERVICES_AUDIENCE_VIEWER_H_
#define COURANT_SERVICES_AUDIENCE_VIEWER_H_

#include <memory>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "courant/storage/v1/record.pb.h"
#include "services/audience/audience.h"
#include "services/audience/visibility.h"
#include "storage/base/ids.h"

// Somebody who looks at articles, and what he sees of each. Partners see by
// their rights; how these are decided is behind an interface, so that what
// reads and delivers knows neither contracts nor grants.
namespace courant {

// The rights of one partner as of one change of the log. Immutable, hence
// thread-safe.
class Rights {
 public:
  virtual ~Rights() = default;

  // What they show at `time` of an article with `attributes`:
  //
  //   kText     all that is told outside
  //   kNotice   that it will come: see notice.h
  //   kStub     nothing; but were it not stopped, the text: a copy may be
  //   there,
  //             so what is to be done with it has to be told
  //   kNothing  it does not exist
  virtual Sight SightAt(const storage::v1::Attributes& attributes,
                        absl::Time time) const = 0;

  // Whether the next change may leave others than these, when it is of what has
  // this id in the log. Nothing else does: articles change no rights.
  virtual bool MayChangeWith(absl::string_view id) const = 0;

  // By what they decide, as bytes: two that have the same show the same of
  // every article at every time. Others may do so as well.
  virtual const std::string& DecideBy() const = 0;
};

// Somebody who looks. A value.
struct Viewer {
  // Everybody of an audience. Of kPartner without rights: sees nothing.
  Viewer(Audience one_of) : audience(one_of) {}  // NOLINT: they are the same
  // A partner, at a time.
  Viewer(std::shared_ptr<const Rights> by, absl::Time at)
      : audience(Audience::kPartner), rights(std::move(by)), time(at) {}

  Audience audience;
  // Of a partner.
  std::shared_ptr<const Rights> rights;
  // Of a partner: when it looks.
  absl::Time time;
};

// What `viewer` sees of the article whose attributes these are.
Sight SightOf(const Viewer& viewer, const storage::v1::Attributes& attributes);

// The rights of all partners. Thread-safe.
class RightsBook {
 public:
  virtual ~RightsBook() = default;

  // The partner `partner`, as it may look now: with every change of its rights
  // that was answered before. May block on the disk, when they have changed.
  //   DATA_LOSS  they are damaged; then nothing may be shown
  virtual absl::StatusOr<Viewer> ViewerNow(const std::string& partner) = 0;

  // The rights of `partner` as the change `at` and those before it left them;
  // those of somebody who is not there yet show nothing. May block on the disk.
  //   DATA_LOSS  they are damaged
  virtual absl::StatusOr<std::shared_ptr<const Rights>> RightsAt(
      const std::string& partner, Sequence at) = 0;
};

}  // namespace courant

#endif  // COURANT_SERVICES_AUDIENCE_VIEWER_H_
