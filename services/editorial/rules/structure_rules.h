#ifndef COURANT_SERVICES_EDITORIAL_RULES_STRUCTURE_RULES_H_
#define COURANT_SERVICES_EDITORIAL_RULES_STRUCTURE_RULES_H_

#include "courant/v1/article.pb.h"
#include "services/editorial/rules/violations.h"

// What holds between fields. Each function adds what is wrong to `violations`
// and never fails on what field_rules.h refuses. Pure and thread-safe.
namespace courant {

// The headline's length, one of several fields that must be there, fields that
// exclude each other, a time and its precision, ties to the article itself.
void CheckRelations(const v1::Article& article, const FieldPath& path,
                    Violations* violations);

// Every block has content, ids of blocks and of media occur once, and media
// that blocks refer to exist. Marks of every text are in order.
void CheckBody(const v1::Article& article, const FieldPath& path,
               Violations* violations);

// Marks lie within `text`, have a length, nest without crossing, and have the
// target or the language that their type needs, and no other. `path` is that
// of `text`.
void CheckMarks(const v1::RichText& text, const FieldPath& path,
                Violations* violations);

}  // namespace courant

#endif  // COURANT_SERVICES_EDITORIAL_RULES_STRUCTURE_RULES_H_
