#include "services/importers/ninjs/shape.h"

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"

namespace courant::importers::ninjs {
namespace {

constexpr const char* kPubStatuses[] = {"usable", "withheld", "canceled"};
constexpr const char* kTypes[] = {"text",      "audio",   "video",
                                  "picture",   "graphic", "composite",
                                  "component", "event",   "planning"};
constexpr const char* kRepresentations[] = {"full", "partial"};
constexpr const char* kScanTypes[] = {"progressive", "interlaced"};
constexpr const char* kFrequencies[] = {
    "secondly", "minutely", "hourly", "daily", "weekly", "monthly", "yearly"};

constexpr Property kAddress[] = {
    {.name = "lines", .list = true}, {.name = "locality"}, {.name = "area"},
    {.name = "postalCode"},          {.name = "country"},
};
constexpr Shape kAddressShape = {kAddress};

constexpr Property kContactInfo[] = {
    {.name = "type"},
    {.name = "role"},
    {.name = "lang", .kind = Kind::kLanguage},
    {.name = "name"},
    {.name = "value"},
    {.name = "address", .kind = Kind::kObject, .shape = &kAddressShape},
};
constexpr Shape kContactInfoShape = {kContactInfo, nullptr, "value", "address"};

constexpr Property kDescription[] = {
    {.name = "role"},
    {.name = "contentType"},
    {.name = "value", .required = true},
};
constexpr Shape kDescriptionShape = {kDescription};

constexpr Property kBody[] = {
    {.name = "role"},
    {.name = "contentType"},
    {.name = "charCount", .kind = Kind::kInteger, .number_in_2 = true},
    {.name = "wordCount", .kind = Kind::kInteger, .number_in_2 = true},
    {.name = "value", .required = true, .long_text = true},
};
constexpr Shape kBodyShape = {kBody};

// What names people, places and the like.
constexpr Property kConcept[] = {
    {.name = "name"},
    {.name = "uri"},
    {.name = "literal"},
};
constexpr Shape kConceptShape = {kConcept};

constexpr Property kPerson[] = {
    {.name = "rel"},
    {.name = "contactInfo",
     .kind = Kind::kObject,
     .list = true,
     .shape = &kContactInfoShape},
};
constexpr Shape kPersonShape = {kPerson, &kConceptShape};

constexpr Property kSymbol[] = {
    {.name = "ticker", .in_3 = false},
    {.name = "exchange"},
    {.name = "symbolType"},
    {.name = "symbol"},
};
constexpr Shape kSymbolShape = {kSymbol};

constexpr Property kOrganisation[] = {
    {.name = "rel"},
    {.name = "symbols",
     .kind = Kind::kObject,
     .list = true,
     .shape = &kSymbolShape},
    {.name = "contactInfo",
     .kind = Kind::kObject,
     .list = true,
     .shape = &kContactInfoShape},
};
constexpr Shape kOrganisationShape = {kOrganisation, &kConceptShape};

constexpr Property kPlace[] = {
    {.name = "rel"},
    {.name = "contactInfo",
     .kind = Kind::kObject,
     .list = true,
     .shape = &kContactInfoShape},
    {.name = "geoJSON", .kind = Kind::kGeoJson},
};
constexpr Shape kPlaceShape = {kPlace, &kConceptShape};

constexpr Property kSubject[] = {
    {.name = "rel"},
    {.name = "creator"},
    {.name = "relevance", .kind = Kind::kInteger, .min = 0, .max = 100},
    {.name = "confidence", .kind = Kind::kInteger, .min = 0, .max = 100},
};
constexpr Shape kSubjectShape = {kSubject, &kConceptShape};

constexpr Property kEvent[] = {
    {.name = "rel"},
    {.name = "id", .in_2 = false},
};
constexpr Shape kEventShape = {kEvent, &kConceptShape};

constexpr Property kObject[] = {{.name = "rel"}};
constexpr Shape kObjectShape = {kObject, &kConceptShape};

constexpr Property kInfoSource[] = {
    {.name = "role"},
    {.name = "contactInfo",
     .kind = Kind::kObject,
     .list = true,
     .shape = &kContactInfoShape},
};
constexpr Shape kInfoSourceShape = {kInfoSource, &kConceptShape};

constexpr Property kPoint[] = {
    {.name = "x", .kind = Kind::kInteger},
    {.name = "y", .kind = Kind::kInteger},
};
constexpr Shape kPointShape = {kPoint};

constexpr Property kRendition[] = {
    {.name = "name", .required = true},
    {.name = "href"},
    {.name = "contentType"},
    {.name = "title"},
    {.name = "width", .kind = Kind::kInteger, .number_in_2 = true},
    {.name = "height", .kind = Kind::kInteger, .number_in_2 = true},
    {.name = "sizeInBytes", .kind = Kind::kInteger, .number_in_2 = true},
    {.name = "duration", .kind = Kind::kNumber},
    {.name = "format"},
    {.name = "aspectRatio", .in_2 = false},
    {.name = "videoCodec", .in_2 = false},
    {.name = "frameRate", .kind = Kind::kNumber, .in_2 = false},
    {.name = "poi",
     .kind = Kind::kObject,
     .shape = &kPointShape,
     .in_2 = false},
    {.name = "transportProtocol", .in_2 = false},
    {.name = "scanType",
     .kind = Kind::kChoice,
     .choices = kScanTypes,
     .in_2 = false},
    {.name = "bitrate", .in_2 = false},
};
constexpr Shape kRenditionShape = {kRendition};

constexpr Property kRecurrenceRule[] = {
    {.name = "frequency", .kind = Kind::kChoice, .choices = kFrequencies},
    {.name = "interval", .kind = Kind::kInteger},
    {.name = "until", .kind = Kind::kDateTime},
    {.name = "count", .kind = Kind::kInteger},
};
constexpr Shape kRecurrenceRuleShape = {kRecurrenceRule};

constexpr Property kRecurrence[] = {
    // The schema wants an array that is a string.
    {.name = "recurrenceDates", .kind = Kind::kAny},
    {.name = "recurrenceRules",
     .kind = Kind::kObject,
     .list = true,
     .shape = &kRecurrenceRuleShape},
};
constexpr Shape kRecurrenceShape = {kRecurrence};

constexpr Property kDates[] = {
    {.name = "startDate", .kind = Kind::kDateTime},
    {.name = "endDate", .kind = Kind::kDateTime},
    {.name = "expectedStartDate"},
    {.name = "expectedEndDate"},
    {.name = "expectedDuration"},
    {.name = "recurrence", .kind = Kind::kObject, .shape = &kRecurrenceShape},
};
constexpr Shape kDatesShape = {kDates};

constexpr Property kEventDetails[] = {
    {.name = "eventStatus"},
    {.name = "plannedCoverageStatus"},
    {.name = "dates", .kind = Kind::kObject, .shape = &kDatesShape},
    {.name = "organiser", .kind = Kind::kObject, .shape = &kOrganisationShape},
};
constexpr Shape kEventDetailsShape = {kEventDetails};

constexpr Property kReference[] = {{.name = "name"}, {.name = "value"}};
constexpr Shape kReferenceShape = {kReference};

constexpr Property kCommissioned[] = {
    {.name = "by"},
    {.name = "on", .kind = Kind::kDateTime},
    {.name = "references",
     .kind = Kind::kObject,
     .list = true,
     .shape = &kReferenceShape},
};
constexpr Shape kCommissionedShape = {kCommissioned};

constexpr Property kAudience[] = {
    {.name = "audience"},
    {.name = "significance", .kind = Kind::kInteger},
};
constexpr Shape kAudienceShape = {kAudience};

constexpr Property kRange[] = {
    {.name = "rangeFrom", .kind = Kind::kInteger},
    {.name = "rangeTo", .kind = Kind::kInteger},
};
constexpr Shape kRangeShape = {kRange};

constexpr Property kPlannedCoverage[] = {
    {.name = "uri"},
    {.name = "title"},
    {.name = "pubStatus", .kind = Kind::kChoice, .choices = kPubStatuses},
    {.name = "type", .kind = Kind::kChoice, .choices = kTypes},
    {.name = "commissioned",
     .kind = Kind::kObject,
     .shape = &kCommissionedShape},
    {.name = "dates", .kind = Kind::kObject, .shape = &kDatesShape},
    {.name = "audiences",
     .kind = Kind::kObject,
     .list = true,
     .shape = &kAudienceShape},
    {.name = "exclAudience", .list = true},
    {.name = "edNote"},
    {.name = "urgency", .kind = Kind::kInteger, .min = 1, .max = 9},
    {.name = "language", .kind = Kind::kLanguage},
    {.name = "itemCount", .kind = Kind::kObject, .shape = &kRangeShape},
    {.name = "wordCount", .kind = Kind::kInteger, .number_in_2 = true},
    {.name = "renditions",
     .kind = Kind::kObject,
     .list = true,
     .shape = &kRenditionShape},
};
constexpr Shape kPlannedCoverageShape = {kPlannedCoverage};

constexpr Property kAltId[] = {{.name = "role"}, {.name = "value"}};
constexpr Shape kAltIdShape = {kAltId};

constexpr Property kTrustIndicator[] = {
    {.name = "role"}, {.name = "title"}, {.name = "href"}};
constexpr Shape kTrustIndicatorShape = {kTrustIndicator};

constexpr Property kStandard[] = {
    {.name = "name"}, {.name = "version"}, {.name = "schema"}};
constexpr Shape kStandardShape = {kStandard};

constexpr Property kRightsInfo[] = {
    {.name = "langId"}, {.name = "linkedRights"}, {.name = "encodedRights"}};
constexpr Shape kRightsInfoShape = {kRightsInfo, nullptr, "linkedRights",
                                    "encodedRights"};

extern const Shape kAssociationShape;

constexpr Property kItem[] = {
    {.name = "uri", .required = true},
    {.name = "type", .kind = Kind::kChoice, .choices = kTypes},
    {.name = "representationType",
     .kind = Kind::kChoice,
     .choices = kRepresentations},
    {.name = "profile"},
    {.name = "version"},
    {.name = "firstCreated", .kind = Kind::kDateTime},
    {.name = "versionCreated", .kind = Kind::kDateTime},
    {.name = "contentCreated", .kind = Kind::kDateTime},
    {.name = "embargoedUntil", .kind = Kind::kDateTime, .name_2 = "embargoed"},
    {.name = "pubStatus", .kind = Kind::kChoice, .choices = kPubStatuses},
    {.name = "urgency",
     .kind = Kind::kInteger,
     .number_in_2 = true,
     .min = 1,
     .max = 9},
    {.name = "copyrightHolder"},
    {.name = "copyrightNotice"},
    {.name = "usageTerms"},
    {.name = "edNote"},
    {.name = "language", .kind = Kind::kLanguage},
    {.name = "descriptions",
     .kind = Kind::kObject,
     .list = true,
     .shape = &kDescriptionShape},
    {.name = "bodies",
     .kind = Kind::kObject,
     .list = true,
     .shape = &kBodyShape},
    {.name = "headlines",
     .kind = Kind::kObject,
     .list = true,
     .shape = &kDescriptionShape},
    {.name = "people",
     .kind = Kind::kObject,
     .list = true,
     .shape = &kPersonShape},
    {.name = "organisations",
     .kind = Kind::kObject,
     .list = true,
     .shape = &kOrganisationShape},
    {.name = "places",
     .kind = Kind::kObject,
     .list = true,
     .shape = &kPlaceShape},
    {.name = "subjects",
     .kind = Kind::kObject,
     .list = true,
     .shape = &kSubjectShape},
    {.name = "events",
     .kind = Kind::kObject,
     .list = true,
     .shape = &kEventShape},
    {.name = "eventDetails",
     .kind = Kind::kObject,
     .shape = &kEventDetailsShape,
     .in_2 = false},
    {.name = "plannedCoverage",
     .kind = Kind::kObject,
     .list = true,
     .shape = &kPlannedCoverageShape,
     .in_2 = false},
    {.name = "objects",
     .kind = Kind::kObject,
     .list = true,
     .shape = &kObjectShape},
    {.name = "infoSources",
     .kind = Kind::kObject,
     .list = true,
     .shape = &kInfoSourceShape},
    {.name = "title"},
    {.name = "by"},
    {.name = "slugline"},
    {.name = "located"},
    {.name = "renditions",
     .kind = Kind::kObject,
     .list = true,
     .shape = &kRenditionShape},
    {.name = "associations",
     .kind = Kind::kObject,
     .list = true,
     .shape = &kAssociationShape},
    {.name = "altIds",
     .kind = Kind::kObject,
     .list = true,
     .shape = &kAltIdShape},
    {.name = "trustIndicators",
     .kind = Kind::kObject,
     .list = true,
     .shape = &kTrustIndicatorShape},
    {.name = "standard", .kind = Kind::kObject, .shape = &kStandardShape},
    {.name = "genres",
     .kind = Kind::kObject,
     .list = true,
     .shape = &kConceptShape},
    {.name = "expires", .kind = Kind::kDateTime},
    {.name = "rightsInfo", .kind = Kind::kObject, .shape = &kRightsInfoShape},
    {.name = "digitalSourceType",
     .kind = Kind::kObject,
     .shape = &kConceptShape},
    // Not of the schema, but of the custom of JSON Schema.
    {.name = "$schema"},
};
constexpr Shape kItemShape = {kItem};

constexpr Property kAssociation[] = {
    {.name = "name", .required = true},
    {.name = "rel", .in_2 = false},
};
constexpr Shape kAssociationShape = {kAssociation, &kItemShape};

}  // namespace

const Shape& ItemShape() { return kItemShape; }

std::string SpellingOf(const Property& property, Version version) {
  if (version == Version::k3) return property.in_3 ? property.name : "";
  if (!property.in_2) return "";
  return property.name_2 != nullptr ? property.name_2
                                    : absl::AsciiStrToLower(property.name);
}

const Property* FindProperty(const Shape& shape, Version version,
                             absl::string_view key) {
  for (const Property& property : shape.properties) {
    // Most are told apart without making a string.
    if (property.name_2 == nullptr &&
        !absl::EqualsIgnoreCase(property.name, key)) {
      continue;
    }
    if (SpellingOf(property, version) == key) return &property;
  }
  return shape.base == nullptr ? nullptr
                               : FindProperty(*shape.base, version, key);
}

}  // namespace courant::importers::ninjs
