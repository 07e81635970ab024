#include "services/importers/import_format.h"

#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "services/importers/csv_reader.h"
#include "services/importers/ninjs/sniff.h"
#include "services/importers/unicode_text.h"
#include "storage/errors/reason.h"

namespace courant {
namespace {

absl::Status NotText(absl::string_view what) {
  return InvalidField("file", what);
}

// What is wrong with the bytes, whatever the format. OK for text.
absl::Status CheckLooksLikeText(absl::string_view bytes) {
  if (absl::StartsWith(bytes, "\xff\xfe") ||
      absl::StartsWith(bytes, "\xfe\xff")) {
    return NotText("is UTF-16; save it as UTF-8");
  }
  if (importers::IsBlank(bytes)) return NotText("is empty");
  if (bytes.find('\0') != absl::string_view::npos) {
    return NotText("is not text; a page, CSV or JSON lines were expected");
  }
  return absl::OkStatus();
}

bool LooksLikeHtml(absl::string_view bytes) {
  return absl::StartsWithIgnoreCase(bytes, "<!doctype html") ||
         absl::StartsWithIgnoreCase(bytes, "<html");
}

}  // namespace

absl::string_view FormatName(ImportFormat format) {
  switch (format) {
    case ImportFormat::kPage:
      return "page";
    case ImportFormat::kCsv:
      return "csv";
    case ImportFormat::kJsonLines:
      return "jsonl";
    case ImportFormat::kNinjs:
      return "ninjs";
  }
  return "";
}

absl::StatusOr<ImportFormat> FormatNamed(absl::string_view name) {
  for (const ImportFormat format :
       {ImportFormat::kPage, ImportFormat::kCsv, ImportFormat::kJsonLines,
        ImportFormat::kNinjs}) {
    if (name == FormatName(format)) return format;
  }
  return InvalidField("format",
                      absl::StrCat(importers::Quoted(name),
                                   " is not one of page, csv, jsonl, ninjs"));
}

absl::StatusOr<ImportFormat> DetectFormat(absl::string_view file_name,
                                          absl::string_view first_bytes) {
  if (absl::Status status = CheckLooksLikeText(first_bytes); !status.ok()) {
    return status;
  }
  const std::string name = absl::AsciiStrToLower(file_name);
  if (absl::EndsWith(name, ".csv") || absl::EndsWith(name, ".tsv")) {
    return ImportFormat::kCsv;
  }
  absl::string_view text = first_bytes;
  absl::ConsumePrefix(&text, "\xef\xbb\xbf");
  text = importers::TrimSpace(text);
  if (importers::LooksLikeNinjs(text)) return ImportFormat::kNinjs;
  if (absl::StartsWith(text, "{") || absl::EndsWith(name, ".jsonl") ||
      absl::EndsWith(name, ".ndjson")) {
    return ImportFormat::kJsonLines;
  }
  if (LooksLikeHtml(text)) {
    return NotText("is HTML; save the text of the page instead");
  }
  return importers::LooksLikeCsv(first_bytes) ? ImportFormat::kCsv
                                              : ImportFormat::kPage;
}

}  // namespace courant
