#ifndef COURANT_SERVICES_EDITORIAL_RULES_SECTION_CODE_H_
#define COURANT_SERVICES_EDITORIAL_RULES_SECTION_CODE_H_

#include <string>

#include "courant/v1/article.pb.h"

namespace courant {

// Makes a section's code, `[a-z0-9-]{1,64}`, from its label: the English one
// if there is one, so that all language versions agree, else the first. Other
// scripts are written in Latin letters ("정치" gives "jeongchi"); of a label
// that leaves nothing, such as a picture, the code names its code points
// ("u1f4f0"). Empty when no label has words. The same label always gives the
// same code. Thread-safe; about 1 ms, and 0.1 s at the first label of a
// thread that is not ASCII.
std::string MakeSectionCode(const v1::Section& section);

}  // namespace courant

#endif  // COURANT_SERVICES_EDITORIAL_RULES_SECTION_CODE_H_
