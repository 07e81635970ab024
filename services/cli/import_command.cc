#include "services/cli/import_command.h"

#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "services/cli/error_text.h"
#include "services/cli/import_queue.h"
#include "services/cli/import_report.h"
#include "services/cli/stop_source.h"
#include "services/importers/item_reader.h"
#include "storage/base/status_macros.h"

namespace courant {
namespace {

using Use = Option::Use;

absl::StatusOr<ImportOptions> OptionsOf(const Context& context) {
  const Arguments& given = context.arguments;
  ImportOptions options;
  options.language = given.Get("language");
  options.section = given.Get("section");
  options.rights.set_copyright_notice(given.Get("copyright"));
  options.source_system = given.Get("source");
  options.source_url = given.Get("source-url");
  options.run = context.request_id;
  options.lenient = given.Has("lenient");
  options.now = absl::Now();
  for (const std::string& mapping : given.All("map")) {
    std::pair<std::string, std::string> sides =
        absl::StrSplit(mapping, absl::MaxSplits('=', 1));
    if (sides.first.empty() || sides.second.empty()) {
      return UsageError(
          absl::StrCat("--map is \"", mapping, "\" and must be FIELD=COLUMN"));
    }
    // The importers put the column first.
    options.columns.emplace_back(std::move(sides.second),
                                 std::move(sides.first));
  }
  return options;
}

// A file that is being imported.
struct OpenFile {
  std::ifstream stream;
  std::unique_ptr<ItemReader> reader;
};

// Leaves `stream` at its beginning.
absl::StatusOr<ImportFormat> FormatOf(const std::string& path,
                                      std::istream& stream) {
  std::string first(kDetectBytes, '\0');
  stream.read(first.data(), static_cast<std::streamsize>(first.size()));
  first.resize(static_cast<size_t>(stream.gcount()));
  stream.clear();
  stream.seekg(0);
  return DetectFormat(path, first);
}

absl::StatusOr<std::unique_ptr<OpenFile>> Open(const std::string& path,
                                               const std::string& format_name,
                                               const ImportOptions& options) {
  auto file = std::make_unique<OpenFile>();
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) {
    return absl::InvalidArgumentError("is a folder; name the files in it");
  }
  file->stream.open(path, std::ios::binary);
  if (!file->stream) return absl::NotFoundError("cannot be read");
  absl::StatusOr<ImportFormat> format = format_name.empty()
                                            ? FormatOf(path, file->stream)
                                            : FormatNamed(format_name);
  COURANT_RETURN_IF_ERROR(format.status());
  COURANT_ASSIGN_OR_RETURN(file->reader,
                           OpenItems(*format, file->stream, options));
  return file;
}

// One run over all files.
class Import {
 public:
  Import(Context& context, ImportOptions options)
      : context_(context),
        options_(std::move(options)),
        report_(context),
        queue_(context.connection,
               [this](const ImportResult& result) { report_.Add(result); }) {
    for (const std::string& path : context.arguments.operands()) {
      std::error_code error;
      const auto size = std::filesystem::file_size(path, error);
      if (!error) bytes_total_ += static_cast<int64_t>(size);
    }
  }

  absl::Status Run() {
    const StopListener listener(context_.console.stop);
    for (const std::string& path : context_.arguments.operands()) {
      if (queue_.stopped()) break;
      RunFile(path);
    }
    queue_.Finish();
    report_.Finish();
    if (context_.console.stop.requested()) {
      return WithHint(absl::CancelledError("the import was stopped"), kGoOn);
    }
    if (!report_.unsent().ok()) return WithHint(report_.unsent(), kGoOn);
    if (report_.refused() > 0) {
      return absl::FailedPreconditionError(
          absl::StrCat(report_.refused(), " could not be imported"));
    }
    return absl::OkStatus();
  }

 private:
  static constexpr char kGoOn[] =
      "run the same command again: what is there already is left alone";

  void RunFile(const std::string& path) {
    const auto file = Open(path, context_.arguments.Get("format"), options_);
    if (!file.ok()) {
      report_.AddUnreadable(path, file.status());
      return;
    }
    ItemReader& reader = *(*file)->reader;
    while (!queue_.stopped()) {
      absl::StatusOr<std::optional<ImportedItem>> item = reader.Next();
      if (item.ok() && !item->has_value()) break;
      if (item.ok()) {
        Take(path, **std::move(item));
      } else {
        queue_.Finish();  // What came before is told before.
        report_.AddUnreadable(path, item.status());
      }
      report_.ShowProgress(bytes_before_ + reader.position().offset,
                           bytes_total_);
      if (context_.console.stop.requested()) queue_.Stop();
    }
    bytes_before_ += reader.position().offset;
  }

  void Take(const std::string& path, ImportedItem item) {
    if (context_.arguments.Has("dry-run")) {
      report_.AddDryRun(item);
    } else {
      std::string where = absl::StrCat(path, ":", item.line);
      queue_.Push(std::move(where), std::move(item));
    }
  }

  Context& context_;
  const ImportOptions options_;
  ImportReport report_;
  ImportQueue queue_;
  int64_t bytes_before_ = 0;  // In the files that are done.
  int64_t bytes_total_ = 0;
};

absl::Status RunImport(Context& context) {
  COURANT_ASSIGN_OR_RETURN(ImportOptions options, OptionsOf(context));
  return Import(context, std::move(options)).Run();
}

}  // namespace

Command ImportCommand() {
  return {"",
          "import",
          "Import articles from files",
          "courant import --language ko --section news wire.csv page.txt",
          {"FILE", "What to import", Operand::Use::kRepeated},
          {
              {"format",
               "FORMAT",
               "Of the files; else found out from each",
               Use::kOptional,
               {"page", "csv", "jsonl", "ninjs"}},
              {"dry-run", "", "Show what would be imported, and send nothing",
               Use::kSwitch},
              {"language", "TAG", "Of what does not say its language"},
              {"section", "CODE", "Makes this the main section of all"},
              {"copyright", "NOTICE", "Of what has no copyright notice"},
              {"source", "SYSTEM", "Where it comes from, such as a host name"},
              {"source-url", "URL", "Where a page was found"},
              {"lenient", "", "Keep properties that ninjs does not have",
               Use::kSwitch},
              {"map", "FIELD=COLUMN", "The column of a CSV file for a field",
               Use::kRepeated},
          },
          true,
          RunImport};
}

}  // namespace courant
