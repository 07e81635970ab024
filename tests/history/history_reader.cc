#include "tests/history/history_reader.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "storage/base/status_macros.h"
#include "tests/history/json_fields.h"

namespace courant::history {
namespace {

using Need = JsonFields::Need;

constexpr uint64_t kFormat = 1;

absl::Status Wrong(absl::string_view what) {
  return absl::InvalidArgumentError(what);
}

// Of operations that are open.
template <typename Map>
absl::StatusOr<size_t> IndexOf(const Map& open, uint64_t operation,
                               absl::string_view what) {
  const auto found = open.find(operation);
  if (found == open.end()) {
    return Wrong(
        absl::StrCat("\"op\" ", operation, " is no ", what, " that is open"));
  }
  return found->second;
}

}  // namespace

struct HistoryReader::Parser {
  simdjson::dom::parser json{kMaxLineBytes};
};

// A line that is being read.
struct HistoryReader::Line {
  explicit Line(simdjson::dom::object object) : fields(object) {}

  mutable JsonFields fields;
  uint64_t number = 0;
  Time time = 0;
  absl::string_view kind;

  absl::Status ReadVersion(simdjson::dom::element element, HistoryReader& to,
                           Version& version) const;
  absl::Status ReadVersions(absl::string_view name, HistoryReader& to,
                            std::vector<Version>& versions) const;
};

HistoryReader::HistoryReader() : parser_(std::make_unique<Parser>()) {
  // Depth counts the document as well.
  if (parser_->json.allocate(4096, kMaxDepth + 1) != simdjson::SUCCESS) {
    std::abort();
  }
}

HistoryReader::~HistoryReader() = default;

absl::Status HistoryReader::Add(absl::string_view text) {
  const uint64_t number = ++history_.lines;
  const auto refuse = [number](absl::string_view what) {
    return Wrong(absl::StrCat("line ", number, ": ", what));
  };
  if (number > kMaxLines) {
    return refuse(absl::StrCat("more than ", kMaxLines, " lines"));
  }
  if (text.size() > kMaxLineBytes) {
    return refuse(absl::StrCat("has more than ", kMaxLineBytes, " bytes"));
  }
  if (text.empty()) return absl::OkStatus();
  // A longer line than any before makes the parser grow, with the same depth.
  if (parser_->json.capacity() < text.size() &&
      parser_->json.allocate(std::min(2 * text.size(), kMaxLineBytes),
                             kMaxDepth + 1) != simdjson::SUCCESS) {
    return refuse("no memory for it");
  }
  simdjson::dom::element document;
  if (const auto error =
          parser_->json.parse(text.data(), text.size()).get(document)) {
    return refuse(
        error == simdjson::DEPTH_ERROR
            ? absl::StrCat("is deeper than ", kMaxDepth, " levels")
            : absl::StrCat("is no JSON: ", simdjson::error_message(error)));
  }
  simdjson::dom::object object;
  if (document.get(object) != simdjson::SUCCESS) {
    return refuse("is no JSON object");
  }
  Line line(object);
  line.number = number;
  line.kind = line.fields.Word("k");
  line.time = static_cast<Time>(line.fields.Number("t"));
  absl::Status status = AddLine(line);
  // What is wrong with a field tells more than what follows from it.
  if (!line.fields.refused().ok()) status = line.fields.refused();
  if (status.ok()) status = line.fields.Done();
  return status.ok() ? status : refuse(status.message());
}

absl::Status HistoryReader::AddLine(const Line& line) {
  if (line.kind == "begin") return AddBegin(line);
  if (!begun_) return Wrong("the first line must be of kind \"begin\"");
  if (line.time < last_time_) {
    return Wrong("\"t\" is less than in a line before");
  }
  last_time_ = line.time;
  if (line.kind == "call") return AddCall(line);
  if (line.kind == "answer") return AddAnswer(line);
  if (line.kind == "error") return AddError(line);
  if (line.kind == "open") return AddOpen(line);
  if (line.kind == "fault") return AddFault(line);
  if (line.kind == "token") return AddToken(line);
  if (line.kind == "final") return AddFinal(line);
  constexpr std::array<std::pair<absl::string_view, Message::Kind>, 7> kKinds =
      {{{"started", Message::Kind::kStarted},
        {"batch", Message::Kind::kBatch},
        {"progress", Message::Kind::kProgress},
        {"snapshot_complete", Message::Kind::kSnapshotComplete},
        {"drain", Message::Kind::kDrain},
        {"page", Message::Kind::kPage},
        {"end", Message::Kind::kEnd}}};
  for (const auto& [name, kind] : kKinds) {
    if (line.kind == name) return AddMessage(line, kind);
  }
  return Wrong("\"k\" is no kind of line; README.md lists them");
}

absl::Status HistoryReader::AddBegin(const Line& line) {
  if (begun_) return Wrong("there is a second \"begin\"");
  begun_ = true;
  last_time_ = line.time;
  line.fields.Word("name", Need::kOptional);
  history_.complete = line.fields.Flag("complete");
  if (line.fields.Number("format") != kFormat) {
    return Wrong(absl::StrCat("\"format\" must be ", kFormat));
  }
  return absl::OkStatus();
}

absl::Status HistoryReader::CheckNewOperation(const Line& /*line*/,
                                              uint64_t operation) const {
  if (open_calls_.contains(operation) || open_streams_.contains(operation)) {
    return Wrong(absl::StrCat("\"op\" ", operation, " is open already"));
  }
  return absl::OkStatus();
}

absl::Status HistoryReader::AddCall(const Line& line) {
  JsonFields& fields = line.fields;
  const uint64_t operation = fields.Number("op");
  COURANT_RETURN_IF_ERROR(CheckNewOperation(line, operation));
  Call call;
  call.line = line.number;
  call.begin = line.time;
  call.method = history_.names.Id(fields.Word("method"));
  call.writes = fields.Flag("writes");
  call.outside = fields.Flag("outside");
  call.key = history_.names.Id(fields.Word("key", Need::kOptional));
  call.request_id =
      history_.names.Id(fields.Word("request_id", Need::kOptional));
  call.filter = history_.names.Id(fields.Word("filter", Need::kOptional));
  call.page_in = history_.names.Id(fields.Word("page", Need::kOptional));
  call.minimum = fields.Number("min", Need::kOptional);
  call.words = fields.Digest("words");
  open_calls_[operation] = history_.calls.size();
  history_.calls.push_back(std::move(call));
  return absl::OkStatus();
}

absl::Status HistoryReader::AddAnswer(const Line& line) {
  const uint64_t operation = line.fields.Number("op");
  COURANT_ASSIGN_OR_RETURN(const size_t index,
                           IndexOf(open_calls_, operation, "call"));
  Call& call = history_.calls[index];
  call.end_line = line.number;
  call.end = line.time;
  call.page_out = history_.names.Id(line.fields.Word("next", Need::kOptional));
  open_calls_.erase(operation);
  return line.ReadVersions("versions", *this, call.versions);
}

absl::Status HistoryReader::AddError(const Line& line) {
  const uint64_t operation = line.fields.Number("op");
  COURANT_ASSIGN_OR_RETURN(const size_t index,
                           IndexOf(open_calls_, operation, "call"));
  Call& call = history_.calls[index];
  const absl::string_view code = line.fields.Word("code");
  if (code.empty()) line.fields.Refuse("code", "must not be empty");
  const absl::string_view reason = line.fields.Word("reason", Need::kOptional);
  call.end_line = line.number;
  call.end = line.time;
  call.code = history_.names.Id(
      reason.empty() ? std::string(code) : absl::StrCat(code, "/", reason));
  open_calls_.erase(operation);
  return absl::OkStatus();
}

absl::Status HistoryReader::AddOpen(const Line& line) {
  JsonFields& fields = line.fields;
  const uint64_t operation = fields.Number("op");
  COURANT_RETURN_IF_ERROR(CheckNewOperation(line, operation));
  Stream stream;
  stream.line = line.number;
  stream.begin = line.time;
  stream.filter = history_.names.Id(fields.Word("filter", Need::kOptional));
  stream.outside = fields.Flag("outside");
  stream.conflated = fields.Flag("conflated");
  stream.end_sequence = fields.Number("end", Need::kOptional);
  const absl::string_view start = fields.Word("start");
  if (start == "token") {
    stream.start = Stream::Start::kToken;
    stream.token = history_.names.Id(fields.Word("token"));
  } else if (start == "after") {
    stream.start = Stream::Start::kAfter;
    stream.after = fields.Number("after");
  } else if (start == "earliest") {
    stream.start = Stream::Start::kEarliest;
  } else if (start == "snapshot") {
    stream.start = Stream::Start::kSnapshot;
  } else if (start != "latest") {
    fields.Refuse("start",
                  "must be latest, earliest, snapshot, after or token");
  }
  open_streams_[operation] = history_.streams.size();
  history_.streams.push_back(std::move(stream));
  return absl::OkStatus();
}

absl::Status HistoryReader::AddMessage(const Line& line, Message::Kind kind) {
  JsonFields& fields = line.fields;
  const uint64_t operation = fields.Number("op");
  COURANT_ASSIGN_OR_RETURN(const size_t index,
                           IndexOf(open_streams_, operation, "stream"));
  Stream& stream = history_.streams[index];
  Message message;
  message.line = line.number;
  message.time = line.time;
  message.kind = kind;
  if (kind == Message::Kind::kEnd) {
    stream.cut = fields.Flag("cut");
    message.code = history_.names.Id(fields.Word("code", Need::kOptional));
    open_streams_.erase(operation);
    stream.messages.push_back(std::move(message));
    return absl::OkStatus();
  }
  message.token = history_.names.Id(fields.Word("token"));
  if (kind == Message::Kind::kStarted) {
    message.log = history_.names.Id(fields.Word("log"));
    message.in_snapshot = fields.Flag("in_snapshot");
    message.canonical =
        history_.names.Id(fields.Word("canonical", Need::kOptional));
    message.epoch = static_cast<int64_t>(fields.Number("epoch"));
  }
  if (kind == Message::Kind::kPage) {
    message.at_tail = fields.Flag("at_tail");
  } else {
    // Where a page ends is in its token alone, and a drain ends where it is.
    message.sequence = fields.Number("seq");
  }
  if (kind == Message::Kind::kBatch || kind == Message::Kind::kProgress ||
      kind == Message::Kind::kSnapshotComplete) {
    message.after = fields.Number("after");
  }
  message.tail = fields.Number("tail", Need::kOptional);
  message.count = fields.Number("count", Need::kOptional);
  if (kind == Message::Kind::kBatch || kind == Message::Kind::kPage) {
    COURANT_RETURN_IF_ERROR(
        line.ReadVersions("changes", *this, message.changes));
  }
  stream.messages.push_back(std::move(message));
  return absl::OkStatus();
}

absl::Status HistoryReader::AddFinal(const Line& line) {
  if (history_.final_line != 0) return Wrong("there is a second \"final\"");
  history_.final_line = line.number;
  history_.final_time = line.time;
  history_.final_tail = line.fields.Number("tail");
  return absl::OkStatus();
}

absl::Status HistoryReader::AddFault(const Line& line) {
  history_.faults.push_back(
      {line.number, line.time, std::string(line.fields.Word("name"))});
  return absl::OkStatus();
}

absl::Status HistoryReader::AddToken(const Line& line) {
  history_.tokens.push_back({line.number, line.fields.Number("seq"),
                             history_.names.Id(line.fields.Word("token"))});
  return absl::OkStatus();
}

absl::Status HistoryReader::Line::ReadVersions(
    absl::string_view name, HistoryReader& to,
    std::vector<Version>& versions) const {
  for (const simdjson::dom::element element : fields.Objects(name)) {
    Version version;
    if (absl::Status status = ReadVersion(element, to, version); !status.ok()) {
      return Wrong(absl::StrCat("in \"", name, "\": ", status.message()));
    }
    versions.push_back(version);
  }
  return absl::OkStatus();
}

absl::Status HistoryReader::Line::ReadVersion(simdjson::dom::element element,
                                              HistoryReader& to,
                                              Version& version) const {
  Names& names = to.history_.names;
  JsonFields from(element.get_object().value_unsafe());
  version.sequence = from.Number("seq");
  version.key = names.Id(from.Word("key"));
  version.revision = from.SmallNumber("rev");
  version.previous = from.SmallNumber("prev", Need::kOptional);
  version.kind = names.Id(from.Word("kind", Need::kOptional));
  version.disposition = names.Id(from.Word("disposition", Need::kOptional));
  version.state = names.Id(from.Word("state", Need::kOptional));
  version.more = from.Flag("more");
  version.time_us = static_cast<int64_t>(from.Number("time", Need::kOptional));
  version.digest = from.Digest("digest");
  version.words = from.Digest("words");
  simdjson::dom::element object;
  if (from.Object("attrs", &object)) {
    const auto [it, is_new] = to.attributes_.try_emplace(
        simdjson::minify(object),
        static_cast<uint32_t>(to.history_.attributes.size()));
    version.attributes = it->second;
    if (is_new) {
      JsonFields attrs(object.get_object().value_unsafe());
      Attributes& attributes = to.history_.attributes.emplace_back();
      attributes.sections = attrs.Words("sections");
      attributes.subjects = attrs.Words("subjects");
      attributes.language =
          std::string(attrs.Word("language", Need::kOptional));
      attributes.story = std::string(attrs.Word("story", Need::kOptional));
      attributes.state = std::string(attrs.Word("state", Need::kOptional));
      attributes.kind = std::string(attrs.Word("kind", Need::kOptional));
      attributes.source = std::string(attrs.Word("source", Need::kOptional));
      COURANT_RETURN_IF_ERROR(attrs.Done());
    }
  }
  return from.Done();
}

absl::StatusOr<History> HistoryReader::Finish() {
  if (!begun_) return Wrong("the history is empty");
  return std::move(history_);
}

absl::StatusOr<History> ReadHistory(std::istream& in) {
  constexpr size_t kBlockBytes = 1 << 20;
  HistoryReader reader;
  std::string block(kBlockBytes, '\0');
  std::string line;  // as much of it as was read
  // A line without end is refused before it fills the memory.
  while (in.good() && line.size() <= HistoryReader::kMaxLineBytes) {
    in.read(block.data(), static_cast<std::streamsize>(block.size()));
    absl::string_view rest(block.data(), static_cast<size_t>(in.gcount()));
    for (size_t end = rest.find('\n'); end != rest.npos;
         end = rest.find('\n')) {
      line.append(rest.data(), end);
      COURANT_RETURN_IF_ERROR(reader.Add(line));
      line.clear();
      rest.remove_prefix(end + 1);
    }
    line.append(rest.data(), rest.size());
  }
  if (in.bad()) return absl::DataLossError("the file cannot be read");
  if (!line.empty()) COURANT_RETURN_IF_ERROR(reader.Add(line));
  return reader.Finish();
}

}  // namespace courant::history
