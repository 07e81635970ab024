#include "tests/testing/power_loss_tree.h"

#include <filesystem>
#include <fstream>
#include <map>
#include <system_error>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "storage/base/status_macros.h"

namespace courant {
namespace {

namespace fs = std::filesystem;

// Where the first name of each file was stored; the others become links.
using StoredFiles = std::map<const DiskNode*, fs::path>;

absl::Status Failed(absl::string_view what, const fs::path& path,
                    const std::error_code& error) {
  return absl::InternalError(
      absl::StrCat("cannot ", what, " ", path.string(), ": ", error.message()));
}

absl::StatusOr<std::vector<fs::directory_entry>> List(const fs::path& path) {
  std::error_code error;
  std::vector<fs::directory_entry> entries;
  for (fs::directory_iterator it(path, error), end; !error && it != end;
       it.increment(error)) {
    entries.push_back(*it);
  }
  if (error) return Failed("list", path, error);
  return entries;
}

absl::StatusOr<std::string> ReadFile(const fs::path& path) {
  std::error_code error;
  const uintmax_t size = fs::file_size(path, error);
  if (error) return Failed("read", path, error);
  std::string content(size, '\0');
  std::ifstream in(path, std::ios::binary);
  if (!in.read(content.data(), content.size())) {
    return Failed("read", path, std::make_error_code(std::errc::io_error));
  }
  return content;
}

absl::Status Load(const fs::path& directory, const PowerLossDisk::Path& path,
                  PowerLossDisk& disk) {
  COURANT_ASSIGN_OR_RETURN(const auto entries, List(directory));
  for (const fs::directory_entry& entry : entries) {
    PowerLossDisk::Path child = path;
    child.push_back(entry.path().filename().string());
    if (entry.is_directory()) {
      disk.CreateDirectory(child);
      COURANT_RETURN_IF_ERROR(Load(entry.path(), child, disk));
    } else if (IsModelled(child.back())) {
      COURANT_ASSIGN_OR_RETURN(const std::string content,
                               ReadFile(entry.path()));
      disk.Write(*disk.CreateFile(child), 0, content);
    }
  }
  return absl::OkStatus();
}

absl::Status Remove(const fs::path& path) {
  std::error_code error;
  fs::remove_all(path, error);
  return error ? Failed("remove", path, error) : absl::OkStatus();
}

absl::Status StoreFile(const DiskNode& file, const fs::path& path,
                       StoredFiles* stored) {
  const auto [first, inserted] = stored->try_emplace(&file, path);
  if (fs::exists(path)) {
    COURANT_ASSIGN_OR_RETURN(const std::string content, ReadFile(path));
    if (content == file.content) return absl::OkStatus();
    COURANT_RETURN_IF_ERROR(Remove(path));
  }
  std::error_code error;
  if (!inserted) {
    fs::create_hard_link(first->second, path, error);
    return error ? Failed("link", path, error) : absl::OkStatus();
  }
  std::ofstream out(path, std::ios::binary);
  out.write(file.content.data(), file.content.size());
  out.close();
  if (!out) {
    return Failed("write", path, std::make_error_code(std::errc::io_error));
  }
  return absl::OkStatus();
}

absl::Status StoreDirectory(const DiskNode& directory, const fs::path& path,
                            StoredFiles* stored) {
  COURANT_ASSIGN_OR_RETURN(const auto existing, List(path));
  for (const fs::directory_entry& entry : existing) {
    const std::string name = entry.path().filename().string();
    const auto wanted = directory.entries.find(name);
    const bool stays =
        wanted == directory.entries.end()
            ? !entry.is_directory() && !IsModelled(name)
            : wanted->second->is_directory == entry.is_directory();
    if (!stays) COURANT_RETURN_IF_ERROR(Remove(entry.path()));
  }
  for (const auto& [name, node] : directory.entries) {
    const fs::path child = path / name;
    if (!node->is_directory) {
      COURANT_RETURN_IF_ERROR(StoreFile(*node, child, stored));
      continue;
    }
    std::error_code error;
    fs::create_directory(child, error);
    if (error) return Failed("create", child, error);
    COURANT_RETURN_IF_ERROR(StoreDirectory(*node, child, stored));
  }
  return absl::OkStatus();
}

}  // namespace

bool IsModelled(absl::string_view file_name) {
  return file_name != "LOCK" && file_name != "LOG" &&
         !absl::StartsWith(file_name, "LOG.old.");
}

absl::Status LoadTree(const std::string& root, PowerLossDisk& disk) {
  COURANT_RETURN_IF_ERROR(Load(root, {}, disk));
  disk.SyncEverything();
  return absl::OkStatus();
}

absl::Status StoreTree(const PowerLossDisk& disk, const std::string& root) {
  StoredFiles stored;
  return StoreDirectory(*disk.Find({}), root, &stored);
}

}  // namespace courant
