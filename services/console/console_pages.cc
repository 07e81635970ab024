#include "services/console/console_pages.h"

#include <fstream>
#include <iterator>
#include <optional>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "services/console/console_files.h"

namespace courant {
namespace {

// Chart.js 3 has 200 KB; this is no place for something else.
constexpr size_t kMaxChartBytes = 1 << 20;

constexpr char kPolicy[] =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'";

const char* ContentTypeOf(absl::string_view name) {
  if (absl::EndsWith(name, ".html")) return "text/html; charset=utf-8";
  if (absl::EndsWith(name, ".css")) return "text/css; charset=utf-8";
  if (absl::EndsWith(name, ".svg")) return "image/svg+xml";
  return "text/javascript; charset=utf-8";
}

OpsResponse FileResponse(absl::string_view name, std::string bytes) {
  return {.content_type = ContentTypeOf(name),
          .body = std::move(bytes),
          .content_security_policy = kPolicy};
}

// Nothing when it cannot be read, or is too large.
std::optional<std::string> ReadChartFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return std::nullopt;
  std::string bytes(kMaxChartBytes + 1, '\0');
  file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  bytes.resize(static_cast<size_t>(file.gcount()));
  if (bytes.empty() || bytes.size() > kMaxChartBytes) return std::nullopt;
  return bytes;
}

OpsResponse ChartResponse(const std::vector<std::string>& paths) {
  for (const std::string& path : paths) {
    if (auto bytes = ReadChartFile(path)) {
      return FileResponse("chart.js", *std::move(bytes));
    }
  }
  return {.status = 404,
          .body = "404 no library for charts: install libjs-chart.js\n"};
}

}  // namespace

std::vector<std::string> ChartFiles() {
  return {"/usr/share/javascript/chart.js/chart.min.js",
          "/usr/share/javascript/chart.js/Chart.min.js",
          "/usr/share/nodejs/chart.js/dist/chart.min.js"};
}

std::map<std::string, OpsHandler> ConsolePages(
    const ConsoleState& state, std::vector<std::string> chart_files) {
  std::map<std::string, OpsHandler> pages;
  for (const ConsoleFile& file : ConsoleFiles()) {
    const std::string path = file.name == "console.html"
                                 ? "/console"
                                 : absl::StrCat("/console/", file.name);
    pages[path] = [&file](const OpsRequest&) {
      return FileResponse(file.name, file.bytes);
    };
  }
  pages["/console/chart.js"] = [chart_files =
                                    std::move(chart_files)](const OpsRequest&) {
    return ChartResponse(chart_files);
  };
  pages["/console/state"] = [&state](const OpsRequest&) {
    return OpsResponse{.content_type = "application/json",
                       .body = state.Json()};
  };
  return pages;
}

std::map<std::string, OpsHandler> ConsolePages(const ConsoleState& state) {
  return ConsolePages(state, ChartFiles());
}

}  // namespace courant
