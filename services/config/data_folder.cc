#include "services/config/data_folder.h"

#include <filesystem>
#include <system_error>

#include "absl/strings/str_cat.h"

namespace courant {

std::string BesideDataFolder(absl::string_view data_dir,
                             absl::string_view ending) {
  std::error_code ignored;
  const std::filesystem::path given{std::string(data_dir)};
  std::filesystem::path folder = std::filesystem::absolute(given, ignored);
  if (ignored) folder = given;
  folder = folder.lexically_normal();
  if (!folder.has_filename()) folder = folder.parent_path();
  return folder.has_filename() ? absl::StrCat(folder.string(), ending) : "";
}

}  // namespace courant
