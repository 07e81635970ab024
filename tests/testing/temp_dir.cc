#include "tests/testing/temp_dir.h"

#include <stdlib.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <iostream>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "gtest/gtest.h"

namespace courant {
namespace {

// Names the running test, so that what is kept can be told apart.
std::string Template() {
  std::string name = "courant";
  const auto* test = ::testing::UnitTest::GetInstance()->current_test_info();
  if (test != nullptr) {
    absl::StrAppend(&name, "-", test->test_suite_name(), "-", test->name());
  }
  // Parameterised tests have slashes in their names.
  return absl::StrCat(::testing::TempDir(),
                      absl::StrReplaceAll(name, {{"/", "-"}}), "-XXXXXX");
}

}  // namespace

TempDir::TempDir() : path_(Template()) {
  if (mkdtemp(path_.data()) == nullptr) {
    std::fprintf(stderr, "cannot create %s: %s\n", path_.c_str(),
                 std::strerror(errno));
    std::abort();
  }
}

TempDir::~TempDir() {
  if (::testing::Test::HasFailure()) {
    std::cerr << "The test failed; its files are kept in " << path_ << "\n";
    return;
  }
  std::error_code error;
  std::filesystem::remove_all(path_, error);
  if (error) {
    std::cerr << "cannot remove " << path_ << ": " << error.message() << "\n";
  }
}

std::string TempDir::Join(absl::string_view name) const {
  return absl::StrCat(path_, "/", name);
}

}  // namespace courant
