#ifndef COURANT_SERVICES_AUDIT_CALL_FACTS_H_
#define COURANT_SERVICES_AUDIT_CALL_FACTS_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "services/audit/chain/audit_record.h"

namespace courant {

// Whether a method may change something, by its name alone:
// "courant.v1.ArticleService/KillArticle". All do whose verb is not known to
// read, so that a new one is written down until somebody says otherwise.
// Thread-safe.
bool IsWriteMethod(absl::string_view name);

// Whether the record of a call has to be on stable storage before the answer
// leaves: what takes something away from readers for good, and who may have
// what. Thread-safe.
bool IsSyncedMethod(absl::string_view name);

// Finds what a call is about in its encoded messages, without decoding them:
// the names of fields are looked up once for each method, and of an article
// nothing else is looked at. Thread-safe.
class CallFacts {
 public:
  // Of a method of the contract; of any other nothing is found.
  explicit CallFacts(absl::string_view method);

  // Fills `resource` and `request_id`; of a request with several names the last
  // one, and how many there are as `count`.
  void FromRequest(absl::string_view request, AuditRecord* record) const;
  // Of an answer: fills `resource`, if the answer has a name, `revision` and
  // `sequence`.
  void FromAnswer(absl::string_view answer, AuditRecord* record) const;

 private:
  // A field of a message, or one of a message in it. 0: there is none.
  struct Place {
    int field = 0;
    int inner = 0;
  };

  // Where names may be, the first that is not empty counts.
  std::vector<Place> names_;
  // Of the field with several names.
  int many_ = 0;
  Place request_id_;
  Place answer_name_;
  Place revision_;
  Place sequence_;
};

}  // namespace courant

#endif  // COURANT_SERVICES_AUDIT_CALL_FACTS_H_
