#ifndef COURANT_TESTS_SERVICES_EDITORIAL_RULES_RANDOM_ARTICLE_H_
#define COURANT_TESTS_SERVICES_EDITORIAL_RULES_RANDOM_ARTICLE_H_

#include <functional>
#include <random>
#include <string>
#include <vector>

#include "courant/v1/article.pb.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"

// Articles that no person wrote, made by reflection, so that a new field is in
// them without anybody thinking of it.
namespace courant {

// A valid article in which every field of every message is set, at least once
// each.
v1::Article FilledArticle();

// An article with about half of its fields set, to few different values, so
// that two of them often agree in some. Not valid.
v1::Article RandomArticle(std::mt19937* random);

// Every path that an update mask may hold, at any depth.
std::vector<std::string> AllMaskPaths();

// Called with a field that is set: the message that holds it, the field, its
// index in a list (-1 outside of lists) and its path below the article.
using FieldVisitor = std::function<void(
    google::protobuf::Message*, const google::protobuf::FieldDescriptor*,
    int index, const std::string& path)>;

// Visits every field that is set in `message`, those of messages in it
// included, in the order of ListFields.
void VisitFields(google::protobuf::Message* message, const std::string& path,
                 const FieldVisitor& visit);

}  // namespace courant

#endif  // COURANT_TESTS_SERVICES_EDITORIAL_RULES_RANDOM_ARTICLE_H_
